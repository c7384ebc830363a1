/** Cut off right behind the commit, or in the middle: what is delivered once more has its effect, and has it once. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { pressedKey } from "../../../../adapters/channels/discord/offers.ts";
import type { Parts } from "../../../../adapters/channels/discord/parts.ts";
import { press } from "../../../../adapters/channels/discord/press.ts";
import { hear } from "../../../../adapters/channels/discord/replies.ts";
import { submit } from "../../../../adapters/channels/discord/submit.ts";
import { retell } from "../../../../adapters/channels/discord/talk.ts";
import { CLAIM } from "../../../../src/chat/once.ts";
import { ALICE, asked, BOB } from "./hands.ts";

const CONFIRM = { kind: "confirm", payload: { summary: "Publish it" }, approvers: ["person:bob"] };
const SAID = "1700000000000000000";

/** The channel's own memory takes no note of this; everything else goes on. */
function cutOff(parts: Parts, key: string): Parts {
  const set: Parts["shelf"]["set"] = async (name, value, ttl) => {
    if (name.startsWith(key)) throw new Error("the process was killed here");
    await parts.shelf.set(name, value, ttl);
  };
  return { ...parts, shelf: { ...parts.shelf, set } };
}

describe("a delivery that comes again after the process was cut off behind the commit", () => {
  it("of a comment is that comment", async () => {
    const { parts, reply, desk, id } = await asked(CONFIRM);
    const said = reply(BOB, "have we asked legal?");
    await expect(hear(cutOff(parts, "done:"), said)).rejects.toThrow("killed here");
    await hear(parts, said);
    expect((await desk.record(id)).comments.map(({ text }) => text)).toEqual(["have we asked legal?"]);
  });

  it.each([
    ["lgtm", "proceed"],
    ["revise: shorter", "revise"],
    ["cancel: not today", "cancel"],
  ])("of the reply %s is that act, and no comment after the end", async (text, action) => {
    const { parts, reply, desk, id, posted, settled } = await asked(CONFIRM);
    await expect(hear(cutOff(parts, "done:"), reply(BOB, text))).rejects.toThrow("killed here");
    expect((await desk.record(id)).decision?.action).toBe(action);
    await hear(parts, reply(BOB, text));
    await settled();
    const { comments } = await desk.record(id);
    const resolved = (await desk.log(id)).filter(({ entry }) => entry.type === "checkpoint.resolved");
    expect([comments, resolved.length]).toEqual([[], 1]);
    expect(posted.at(-1)?.words).toMatch(/^(Approved|Sent back to revise|Cancelled) by Bob/);
  });

  it("of a plain reply after Revise was pressed is the feedback, and no comment after the end", async () => {
    const { parts, reply, desk, id } = await asked(CONFIRM);
    await parts.shelf.set(pressedKey(id, { user: BOB }), "revise");
    await expect(hear(cutOff(parts, "done:"), reply(BOB, "name the owner"))).rejects.toThrow("killed here");
    await hear(parts, reply(BOB, "name the owner"));
    const { comments, decision } = await desk.record(id);
    expect([comments, decision?.feedback]).toEqual([[], "name the owner"]);
  });

  it("of a form and of a press is answered as the first time, to whoever has had no answer", async () => {
    const { parts, form, button, handle, told, desk, id } = await asked({
      ...CONFIRM,
      quorum: 2,
      approvers: ["group:sre"],
    });
    const pressed = button(BOB, `act:${handle("proceed")}`);
    for (let time = 0; time < 3; time += 1) await press(parts, pressed);
    const sent = form(BOB, `form:0:${handle("revise")}`, { f0: "shorter" });
    for (let time = 0; time < 3; time += 1) await submit(parts, sent);
    const { votes, decision } = await desk.record(id);
    expect([votes.length, decision?.feedback]).toEqual([1, "shorter"]);
    const words = told.map((each) => each.words);
    expect(words.slice(0, 3)).toEqual(Array(3).fill("Recorded: 1 of 2. One more person has to approve."));
    expect(words[3]).toMatch(/^Sent back to revise by Bob/);
    expect(words.slice(4)).toEqual([words[3], words[3]]);
  });
});

describe("an approving word to a message whose author Discord does not tell", () => {
  it.each([
    ["because it is gone", { referenced_message: null }],
    ["because it was not fetched", { referenced_message: undefined }],
  ])("is none, %s", async (_, untold) => {
    const { parts, reply, desk, id, settled } = await asked({ ...CONFIRM, approvers: ["group:sre"] });
    const objection = "1700000000000000001";
    await hear(parts, reply(ALICE, "this drops prod, wait", objection));
    const ok = { ...Object(reply(BOB, "ok", "1700000000000000002")), ...untold };
    await hear(parts, { ...ok, message_reference: { message_id: objection } });
    await settled();
    const { status, comments } = await desk.record(id);
    expect([status, comments.map(({ text }) => text)]).toEqual(["pending", ["this drops prod, wait", "ok"]]);
  });
});

describe("a reply that a replica was killed over", () => {
  it("is waited for until that one has certainly let go, and then has its effect", async () => {
    const time = { ahead: 0 };
    const { parts, reply, desk, id } = await asked(CONFIRM, { clock: () => Date.now() + time.ahead });
    await parts.shelf.add(`claim:discord:${SAID}`, "1", CLAIM);
    const hearing = hear(parts, reply(BOB, "cancel: not today"));
    await pause(150);
    expect((await desk.record(id)).status).toBe("pending");
    time.ahead = CLAIM;
    await hearing;
    expect((await desk.record(id)).decision).toMatchObject({ action: "cancel", reason: "not today" });
  });

  it("has no second effect where that one was only slow", async () => {
    const { parts, reply, desk, id } = await asked(CONFIRM);
    await parts.shelf.add(`claim:discord:${SAID}`, "1", CLAIM);
    const hearing = hear(parts, reply(BOB, "have we asked legal?"));
    await parts.shelf.set(`done:discord:${SAID}`, "1", CLAIM);
    await hearing;
    expect((await desk.record(id)).comments).toEqual([]);
  });
});

describe("a reply with a file beside it", () => {
  it("is a comment, and approves nothing by its word", async () => {
    const { parts, reply, desk, id, posted, settled } = await asked(CONFIRM);
    await hear(parts, { ...Object(reply(BOB, "ok")), attachments: [{ id: "1", filename: "why-not.png" }] });
    await settled();
    const { status, comments } = await desk.record(id);
    expect([status, comments.map(({ text }) => text)]).toEqual(["pending", ["ok"]]);
    expect(posted.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^Kept as a comment, since something is attached/),
    ]);
  });
});

describe("a reply while the card is being changed", () => {
  it("approves nothing that the card does not show yet", async () => {
    const tool = { kind: "tool", payload: { tool_name: "deploy", tool_args: { env: "staging" } }, quorum: 2 };
    const { parts, desk, id, reply, posted, settled } = await asked({
      ...tool,
      approvers: ["person:bob", "person:carol"],
    });
    await desk.act(id, "carol", { action: "edit", edited: { env: "prod" } });
    await hear(parts, reply(BOB, "lgtm"));
    await settled();
    expect(posted.map(({ words }) => words)).toEqual([
      "The card here has just changed. Look at it, then say it again or press the button.",
    ]);
    expect((await desk.record(id)).status).toBe("pending");
  });
});

describe("what each replica hears of", () => {
  it("is told below the card by one of them", async () => {
    const { parts, desk, id, posted } = await asked({ ...CONFIRM, quorum: 2, approvers: ["group:sre"] });
    await desk.act(id, "bob", { action: "proceed" });
    const [voted] = (await desk.log(id)).filter(({ entry }) => entry.type === "checkpoint.voted");
    if (voted === undefined) throw new Error("no vote is on the record");
    await Promise.all([retell(parts, voted), retell({ ...parts }, voted)]);
    await retell(parts, voted);
    expect(posted.map(({ words }) => words)).toEqual(["Bob approved: 1 of 2."]);
  });
});
