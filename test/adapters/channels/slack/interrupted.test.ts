/** Cut off right behind the commit, before anything is noted about it: what is delivered once more finds it done. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Parts } from "../../../../adapters/channels/slack/parts.ts";
import { press } from "../../../../adapters/channels/slack/press.ts";
import { hear } from "../../../../adapters/channels/slack/replies.ts";
import { submit } from "../../../../adapters/channels/slack/submit.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { signHandle } from "../../../../src/handle.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Opened, Shelf } from "../../../../src/ports.ts";
import { type Office, office } from "../../../office.ts";
import { PEOPLE } from "../../../town.ts";
import { KEY, wordsIn } from "./slack.ts";

const CARD = "1700000000.000100";
const BY = { user: { id: "U0BOB", team_id: "T1" }, team: { id: "T1" } };
const ID = "chk_cut_off_1";

let opened: Opened;
let bot: Office;
/** What may be noted in the channel's own memory; all of it, unless a test says otherwise. */
let mayNote: (key: string) => boolean;
let told: string[];

function parts(): Parts {
  const groups = [{ id: "sre", members: ["person:bob"] }];
  const settings = { people: PEOPLE, groups, admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const shelf: Shelf = {
    ...opened.shelf,
    async set(key, value, ttl) {
      if (!mayNote(key)) throw new Error("the process was killed here");
      await opened.shelf.set(key, value, ttl);
    },
  };
  const account = { platform: "slack", id: "U0BOB", tenant: "T1", member: true, home: true };
  const made = {
    ...{ desk: bot.desk, access: makeAccess(settings, directory), directory, shelf, key: KEY, clock: opened.clock },
    record: async (id: string) => (await opened.store.read(id))?.record,
    ...{ groups: [], links: null, direct: false, report: () => {} },
    people: { who: async () => ({ type: "account", account }) },
    places: { find: async () => "C1", forget: () => {} },
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
      call: async (method: string, args: { blocks?: unknown }) => {
        if (method === "chat.postEphemeral") told.push(wordsIn(args.blocks));
        return {};
      },
      respond: async (_url: string, message: { blocks: unknown }) => void told.push(wordsIn(message.blocks)),
    },
    later: (_what: string, work: () => Promise<unknown>) => void work(),
  };
  return made as unknown as Parts;
}

const said = (text: string, ts = "1900000000.000200") => ({
  team_id: "T1",
  event: {
    ...{ type: "message", user: "U0BOB", team: "T1", channel: "C1", channel_type: "channel" },
    ...{ ts, thread_ts: CARD, text, parent_user_id: "UBOT" },
  },
});

const handle = async (action: "proceed" | "revise") =>
  signHandle(KEY, { id: ID, digest: (await bot.record(ID)).digest, action, surface: "slack", workspace: "T1" });

const entries = async (type: string) => (await bot.log(ID)).filter(({ entry }) => entry.type === `checkpoint.${type}`);

beforeEach(async () => {
  opened = openMemory();
  bot = office(opened);
  told = [];
  mayNote = () => true;
  await bot.raise({
    id: ID,
    kind: "confirm",
    payload: { summary: "Publish it" },
    quorum: 1,
    approvers: ["person:bob"],
  });
  const record = await bot.record(ID);
  // Its card stands in C1.
  await opened.store.commit({
    operation: { id: "place", hash: "", answer: "" },
    writes: [
      {
        record: {
          ...record,
          revision: record.revision + 1,
          placements: [
            {
              channel: "slack",
              conversation: "C1",
              state: "shown",
              message: `C1:${CARD}`,
              revision: 1,
              digest: record.digest,
            },
          ],
        },
        ...{ expect: record.revision, look: null, outbox: [], entries: [], sight: { decide: ["person:bob"], see: [] } },
      },
    ],
  });
  await opened.shelf.set(`slack:thread:C1:${CARD}`, ID);
});

describe("a delivery that comes again after the process was cut off behind the commit", () => {
  it("of a comment is that comment", async () => {
    mayNote = (key) => !key.startsWith("done:");
    await expect(hear(parts(), said("have we asked legal?"))).rejects.toThrow("killed here");
    mayNote = () => true;
    await hear(parts(), said("have we asked legal?"));
    expect((await bot.record(ID)).comments.map(({ text }) => text)).toEqual(["have we asked legal?"]);
  });

  it.each([
    ["lgtm", "proceed"],
    ["revise: shorter", "revise"],
    ["cancel: not today", "cancel"],
  ])("of the reply %s is that act, and no comment after the end", async (text, action) => {
    mayNote = (key) => !key.startsWith("done:");
    await expect(hear(parts(), said(text))).rejects.toThrow("killed here");
    expect((await bot.record(ID)).decision?.action).toBe(action);
    mayNote = () => true;
    await hear(parts(), said(text));
    const { comments } = await bot.record(ID);
    expect([comments, (await entries("resolved")).length]).toEqual([[], 1]);
    expect(told.at(-1)).toMatch(/^(Approved|Sent back to revise|Cancelled) by Bob/);
  });

  it("of a plain reply after Revise was pressed is the feedback, and no comment after the end", async () => {
    await opened.shelf.set(`slack:pressed:${ID}:T1:U0BOB`, "revise");
    mayNote = (key) => !key.startsWith("done:");
    await expect(hear(parts(), said("name the owner"))).rejects.toThrow("killed here");
    mayNote = () => true;
    await hear(parts(), said("name the owner"));
    const { comments, decision } = await bot.record(ID);
    expect([comments, decision?.feedback]).toEqual([[], "name the owner"]);
  });

  it("of a form is answered as the first time", async () => {
    const view = {
      ...{ id: "V1", callback_id: "form", private_metadata: await handle("revise") },
      state: { values: { f0: { v: { type: "plain_text_input", value: "shorter" } } } },
    };
    mayNote = (key) => !key.startsWith("slack:submitted:");
    const sent = { type: "view_submission", ...BY, view };
    const first = await submit(parts(), sent);
    mayNote = () => true;
    expect(await submit(parts(), sent)).toEqual(first);
    expect(await submit(parts(), sent)).toEqual(first);
    expect((await entries("resolved")).length).toBe(1);
  });

  it("of a form whose words were changed meanwhile says that the first ones stand", async () => {
    const signed = await handle("revise");
    const sent = (value: string) => ({
      ...{ type: "view_submission", ...BY },
      view: {
        ...{ id: "V1", callback_id: "form", private_metadata: signed },
        state: { values: { f0: { v: { type: "plain_text_input", value } } } },
      },
    });
    mayNote = (key) => !key.startsWith("slack:submitted:");
    await submit(parts(), sent("shorter"));
    const second = await submit(parts(), sent("longer"));
    expect(wordsIn(Object(second?.view).blocks)).toMatch(/^What you sent first was recorded, and stands/);
    expect((await bot.record(ID)).decision?.feedback).toBe("shorter");
  });

  it("of a press is answered as the first time, to whoever has had no answer", async () => {
    const pressed = {
      ...{ type: "block_actions", ...BY, channel: { id: "C1", name: "deploys" }, message: { ts: CARD } },
      response_url: "https://hooks.slack.example/1",
      actions: [{ action_id: "act:proceed", value: await handle("proceed"), action_ts: "1.0" }],
    };
    for (let time = 0; time < 3; time += 1) await press(parts(), pressed);
    expect((await entries("resolved")).length).toBe(1);
    expect(told).toEqual([expect.stringMatching(/^Approved by Bob/)]);
  });
});

it("takes a word with a file beside it for a comment, and no approval", async () => {
  const { team_id, event } = said("ok");
  await hear(parts(), {
    team_id,
    event: { ...event, subtype: "file_share", files: [{ id: "F1", name: "why-not.png" }] },
  });
  const { status, comments } = await bot.record(ID);
  expect([status, comments.map(({ text }) => text)]).toEqual(["pending", ["ok"]]);
  expect(told).toEqual([expect.stringMatching(/^Kept as a comment, since something is attached/)]);
});

it("asks to be sent an event again while somebody else is at it, and does not take it for done", async () => {
  await opened.shelf.set("claim:slack:C1:1900000000.000200", "1", 20_000);
  await expect(hear(parts(), said("have we asked legal?"))).rejects.toThrow("somebody else is still at it");
  await opened.shelf.take("claim:slack:C1:1900000000.000200");
  await hear(parts(), said("have we asked legal?"));
  expect((await bot.record(ID)).comments.length).toBe(1);
});
