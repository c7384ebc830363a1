import { expect, test } from "vitest";
import { Turns } from "../src/turns.ts";

test("work on one key is done one after the other, also after a failure; other keys do not wait", async () => {
  const turns = new Turns();
  const gate = Promise.withResolvers<void>();
  const story: string[] = [];
  const first = turns.take("a", async () => {
    await gate.promise;
    story.push("a1");
    throw new Error("failed");
  });
  const second = turns.take("a", async () => story.push("a2"));
  await turns.take("b", async () => story.push("b1"));
  gate.resolve();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(story).toEqual(["b1", "a1", "a2"]);
});
