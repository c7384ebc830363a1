/** Presses while what they need does not answer: nothing is said to be recorded that is not. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { makeGate } from "../../../../adapters/channels/slack/gate.ts";
import type { Parts } from "../../../../adapters/channels/slack/parts.ts";
import { press } from "../../../../adapters/channels/slack/press.ts";
import { submit } from "../../../../adapters/channels/slack/submit.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { cardOf } from "../../../../src/picture.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { StoreUnavailable } from "../../../../src/ports.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { PEOPLE } from "../../../town.ts";
import { KEY, sign, wordsIn } from "./slack.ts";

const RECORD = checkpoint({
  approvers: ["person:bob"],
  placements: [
    { channel: "slack", conversation: "#deploys", state: "shown", message: "C1:1700000000.000100", revision: 1 },
  ],
});
const BY = { user: { id: "U0BOB", team_id: "T1" }, team: { id: "T1" } };
const PRESS = {
  type: "block_actions",
  ...BY,
  channel: { id: "C1", name: "deploys" },
  message: { ts: "1700000000.000100" },
  response_url: "https://hooks.slack.example/1",
  actions: [{ action_id: "act:proceed", value: sign("proceed"), action_ts: "1.0" }],
};

/** All that a press needs; `act` and `record` do as the test says. */
function parts(act: () => Promise<never>, record: Parts["record"] = async () => RECORD) {
  const settings = { people: PEOPLE, groups: [], admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const told: string[] = [];
  const under: Promise<unknown>[] = [];
  const made = {
    desk: { act, cardOf: async () => cardOf(RECORD, RAISED) },
    access: makeAccess(settings, directory),
    directory,
    shelf: openMemory().shelf,
    key: KEY,
    clock: () => RAISED,
    record,
    groups: [],
    links: null,
    direct: false,
    report: () => {},
    gate: makeGate(() => RAISED),
    people: {
      who: async () => ({
        type: "account",
        account: { platform: "slack", id: "U0BOB", tenant: "T1", member: true, home: true },
      }),
    },
    wire: {
      home: {
        team: "T1",
        enterprise: null,
        org: false,
        app: null,
        url: "https://acme.slack.com/",
        user: "UBOT",
        bot: "B1",
      },
      call: async (method: string, { blocks }: { blocks?: unknown }) => {
        if (method === "chat.postEphemeral") told.push(wordsIn(blocks));
        return {};
      },
      respond: async (_url: string, message: { blocks: unknown }) => void told.push(wordsIn(message.blocks)),
    },
    later: (_what: string, work: () => Promise<unknown>) => void under.push(work()),
  };
  return { parts: made as unknown as Parts, told, settle: () => Promise.all(under) };
}

async function toldAfter({ parts: given, told, settle }: ReturnType<typeof parts>): Promise<string> {
  await press(given, PRESS);
  await settle();
  expect(told.length).toBe(1);
  return told[0] ?? "";
}

const away = async (): Promise<never> => {
  throw new StoreUnavailable("away");
};
const silent = (): Promise<never> => new Promise(() => {});

describe("a press", () => {
  it("is told to be not recorded while nothing can be kept", async () => {
    expect(await toldAfter(parts(away))).toMatch(/^Not recorded: /);
    expect(await toldAfter(parts(silent, away))).toMatch(/^Not recorded: /);
  });

  it("is answered in time when the commit hangs, without a promise either way", async () => {
    const began = performance.now();
    expect(await toldAfter(parts(silent))).toMatch(/not certain that it was recorded/);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it("is answered in time when the record cannot be read", async () => {
    const began = performance.now();
    expect(await toldAfter(parts(silent, silent))).toMatch(/^This takes too long/);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe("a form", () => {
  const view = {
    id: "V1",
    callback_id: "form",
    private_metadata: sign("revise"),
    state: { values: { f0: { v: { type: "plain_text_input", value: "shorter" } } } },
  };

  it("that takes too long is answered in time without a promise, and its author is told what came of it", async () => {
    const slow = Promise.withResolvers<void>();
    const refused = async () => {
      await slow.promise;
      return { type: "refused", code: "already_resolved", detail: "Already resolved by Carol" } as never;
    };
    const { parts: given, told, settle } = parts(refused);
    const { who } = given.people;
    // Looking somebody up and keeping the act are each within their own time.
    given.people.who = async (...asked) => {
      await pause(700);
      return who(...asked);
    };
    const began = performance.now();
    const answer = await submit(given, { type: "view_submission", ...BY, view });
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(answer).toMatchObject({ response_action: "update" });
    expect(wordsIn(Object(answer?.view).blocks)).toMatch(/not certain that it was recorded/);
    expect(told).toEqual([]);
    slow.resolve();
    await settle();
    await expect.poll(() => told).toEqual(["Already resolved by Carol\n\nWhat you wrote:\nshorter"]);
  });

  it("stays open with the reason while nothing can be kept", async () => {
    const answer = await submit(parts(away).parts, { type: "view_submission", ...BY, view });
    expect(answer).toMatchObject({
      response_action: "errors",
      errors: { f0: expect.stringMatching(/^Not recorded: /) },
    });
  });
});
