/** A comment that was kept may be sent on as feedback: by who wrote it, once, within a day, on what they saw. */
import { expect, test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { keepOffer, readPressed, takeOffer, writePressed } from "../../src/chat/offer.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { checkpoint } from "../make.ts";

const DAY = 24 * 3_600_000;
const asked = checkpoint();
const act = { action: "revise", feedback: "Shorter" } as const;

async function kept() {
  let now = 0;
  const { shelf } = openMemory({ clock: () => now });
  const token = await keepOffer(shelf, "chat", asked, "U1", act);
  const take = (user: string, find = async (): Promise<Checkpoint | undefined> => asked) =>
    takeOffer(shelf, "chat", token, user, find);
  const pass = (ms: number) => {
    now += ms;
  };
  return { take, pass };
}

test("its author takes it, on the version that stood there when it was written, and twice as one act", async () => {
  const { take } = await kept();
  const first = await take("U1");
  expect(first).toMatchObject({ type: "taken", checkpoint: { id: asked.id }, act: { ...act, digest: asked.digest } });
  expect(await take("U1")).toEqual(first);
});

test("nobody else does", async () => {
  const { take } = await kept();
  expect(await take("U2")).toEqual({ type: "none", why: "Only who wrote this may send it on." });
});

test("nobody does after a day, or where its checkpoint cannot be seen any more", async () => {
  const { take, pass } = await kept();
  const gone = { type: "none", why: "This offer has had its time: reply again below the card." };
  expect(await take("U1", async () => undefined)).toEqual(gone);
  pass(DAY);
  expect(await take("U1")).toEqual(gone);
});

test("a change that was about to be asked for is none any more once its author has approved, before or after whom else", () => {
  const bob = { kind: "person", person: "bob", surface: "slack", id: "U1" } as const;
  const vote = (at: number, person = "bob") => ({
    votes: [{ action: "proceed", by: { ...bob, person }, digest: asked.digest, at }] as Checkpoint["votes"],
  });
  const pressed = writePressed("revise", 5);
  expect(readPressed(pressed, { votes: [] }, bob)).toBe("revise");
  expect(readPressed(pressed, vote(4), bob)).toBe("revise");
  expect(readPressed(pressed, vote(9, "carol"), bob)).toBe("revise");
  expect(readPressed(pressed, vote(9), bob)).toBeNull();
  // As an earlier version wrote it, without the time.
  expect(readPressed("refine", { votes: [] }, bob)).toBe("refine");
  expect(readPressed("refine", vote(4), bob)).toBeNull();
  expect(readPressed(undefined, { votes: [] }, bob)).toBeNull();
});
