import { expect, test } from "vitest";
import { asCaller, asWitness, mayRead } from "../src/access.ts";
import { checkpoint } from "./make.ts";
import { town } from "./town.ts";

const { actor } = town();
const record = checkpoint();

test("whoever has a card before them may read that checkpoint, and no other", () => {
  const mallory = actor("mallory");
  expect(mayRead(asCaller(mallory), record)).toBe(false);
  expect(mayRead(asWitness(mallory, record.id), record)).toBe(true);
  expect(mayRead(asWitness(mallory, "chk_another_one"), record)).toBe(false);
});

test("seeing a card lets nobody decide, and makes nobody an admin", () => {
  const caller = asWitness(actor("mallory"), record.id);
  expect([caller.role, caller.actor.refs.has("admin")]).toEqual(["approver", false]);
  expect(asWitness(actor("admin"), record.id).role).toBe("admin");
});
