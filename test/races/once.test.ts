/** Promise one: a checkpoint ends once, whoever clicks where. Four processes on one file; long runs take more. */
import { expect, test } from "vitest";
import { temporaryFiles } from "../adapters/stores/files.ts";
import { endsOnce, isFound } from "./ends.ts";
import { startReplicas } from "./race.ts";

const newFile = temporaryFiles();

test("of four contradicting decisions one stands, and every loser is told who won", async () => {
  await endsOnce(newFile);
}, 600_000);

test("the same race finds the double winners of a store that checks before it writes", async () => {
  await isFound("get-check-set", newFile);
}, 600_000);

test("four processes that make the same file at once all find it usable", async () => {
  const replicas = await startReplicas(newFile(), "sound");
  expect(replicas).toHaveLength(4);
  for (const replica of replicas) replica.kill();
});
