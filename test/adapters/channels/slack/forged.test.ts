/** 10,000 values that no button has: made up, altered, or another button's. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Parts } from "../../../../adapters/channels/slack/parts.ts";
import { press } from "../../../../adapters/channels/slack/press.ts";
import { submit } from "../../../../adapters/channels/slack/submit.ts";
import { makeAccess } from "../../../../src/access.ts";
import { ACTIONS, type ActionName, type Checkpoint } from "../../../../src/checkpoint.ts";
import { signHandle } from "../../../../src/handle.ts";
import { cardOf } from "../../../../src/picture.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { DEFAULT_RULES } from "../../../../src/policy/redact/rules.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { PEOPLE } from "../../../town.ts";
import { KEY, wordsIn } from "./slack.ts";

const RUNS = 10_000;
const BY = { user: { id: "U0BOB", team_id: "T1" }, team: { id: "T1" } };
const placed = (conversation: string, message: string) => [
  { channel: "slack", conversation, state: "shown", message, revision: 1 } as const,
];
const ONE = checkpoint({
  id: "chk_0123456789",
  approvers: ["person:bob"],
  placements: placed("#deploys", "C1:1700000000.000100"),
});
const TWO = checkpoint({
  ...{ id: "chk_9876543210", kind: "tool", payload: { tool_name: "pay", tool_args: { amount: 1 } } },
  ...{
    approvers: ["person:bob"],
    placements: placed("#payments", "C2:1700000000.000200"),
    digest: `sha256:${"ab".repeat(32)}`,
  },
});
const RECORDS = new Map<string, Checkpoint>([ONE, TWO].map((each) => [each.id, each]));

let acted: unknown[];
let faults: unknown[];
let parts: Parts;
let answers: string[];

beforeAll(() => {
  const settings = { people: PEOPLE, groups: [], admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const account = { platform: "slack", id: "U0BOB", tenant: "T1", member: true, home: true };
  [acted, faults, answers] = [[], [], []];
  parts = {
    desk: {
      act: async (...given: unknown[]) => {
        acted.push(given);
        return { type: "refused", code: "forbidden", detail: "no" };
      },
      cardOf: async (record: Checkpoint) => cardOf(record, RAISED),
      placed: async () => {},
      rulesOf: () => DEFAULT_RULES,
    },
    ...{ access: makeAccess(settings, directory), directory, key: KEY, clock: () => RAISED },
    ...{ groups: [], links: null, direct: false },
    shelf: { get: async () => undefined, set: async () => {}, add: async () => true, take: async () => undefined },
    record: async (id: string) => RECORDS.get(id),
    people: { who: async () => ({ type: "account", account }) },
    places: { find: async (conversation: string) => conversation },
    wire: {
      home: { team: "T1", enterprise: null, org: false, app: null, url: "https://x/", user: "UBOT", bot: "B1" },
      call: async () => ({}),
      respond: async (_url: string, message: { blocks: unknown }) => void answers.push(wordsIn(message.blocks)),
    },
    report: (_what: string, error?: unknown) => void (error && faults.push(error)),
    later: (_what: string, work: () => Promise<unknown>) => void work().catch((error) => faults.push(error)),
  } as unknown as Parts;
});

const valueFor = (record: Checkpoint, action: ActionName, over: object = {}): string =>
  signHandle(KEY, { id: record.id, digest: record.digest, action, surface: "slack", workspace: "T1", ...over });
const RIGHT = ACTIONS.map((action) => valueFor(ONE, action));
/** Right ones of another conversation; a form has none. */
const ELSEWHERE = ACTIONS.map((action) => valueFor(TWO, action));

const letter = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.é\u0000 \u202e");
const right = fc.constantFrom(...RIGHT);
const altered = fc.oneof(
  fc.tuple(right, fc.nat(60), letter).map(([value, at, by]) => value.slice(0, at) + by + value.slice(at + 1)),
  fc.tuple(right, fc.nat(60)).map(([value, at]) => value.slice(0, at)),
  fc.tuple(right, fc.nat(60), letter).map(([value, at, by]) => value.slice(0, at) + by + value.slice(at)),
  right.map((value) => value.replace(ONE.id, TWO.id)),
  fc.tuple(right, fc.constantFrom(..."prcfxjae")).map(([value, by]) => value.replace(/^h1\../, `h1.${by}`)),
  fc
    .tuple(fc.constantFrom(...ACTIONS), fc.constantFrom("discord", "web"), fc.constantFrom("T1", "T2", ""))
    .map(([action, surface, workspace]) => valueFor(ONE, action, { surface, workspace })),
  fc.constantFrom(...ACTIONS).map((action) => valueFor(ONE, action, { workspace: "T2" })),
  fc.constantFrom(...ACTIONS).map((action) => valueFor(ONE, action, { digest: TWO.digest })),
  fc.constantFrom(...ELSEWHERE),
  fc.string({ unit: "binary", maxLength: 2_000 }),
);

function pressOf(value: string, at: number) {
  return {
    ...{ type: "block_actions", ...BY, channel: { id: "C1", name: "deploys" }, message: { ts: "1700000000.000100" } },
    response_url: "https://hooks.slack.example/1",
    actions: [{ action_id: "act:proceed", value, action_ts: `${at}.0` }],
  };
}

describe(`${RUNS} forged and altered values`, () => {
  it("bring about no act, end nothing, and are answered each", { timeout: 60_000 }, async () => {
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(altered, fc.boolean(), async (value, asForm) => {
        // Where chance has left it as it was, it is no forgery.
        if (RIGHT.includes(value) || (asForm && ELSEWHERE.includes(value))) return;
        sent += 1;
        const before = answers.length;
        if (asForm) {
          const state = { values: { f0: { v: { type: "plain_text_input", value: "x" } } } };
          const view = { id: `V${sent}`, callback_id: "form", private_metadata: value, state };
          expect(await submit(parts, { type: "view_submission", ...BY, view })).toMatchObject(
            value.length > 3_000 ? {} : { response_action: "update" },
          );
        } else {
          await press(parts, pressOf(value, sent));
          expect(answers.length).toBe(before + 1);
        }
      }),
      // Some of what chance makes is left as it was, and does not count.
      { numRuns: RUNS * 1.2 },
    );
    expect({ acted, faults }).toEqual({ acted: [], faults: [] });
    expect(sent).toBeGreaterThan(RUNS);
  });

  it("are told from right ones: these do act", async () => {
    await press(parts, pressOf(valueFor(ONE, "proceed"), 0));
    expect(acted.length).toBe(1);
  });
});
