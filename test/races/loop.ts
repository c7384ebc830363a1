/**
 * Commits without end, to be killed in the middle: `loop.ts <file> <run>`. Eight chains at once, in each of which a
 * checkpoint is superseded by the next in one change of two records. Prints `<record> <operation>` as soon as, and
 * only if, the store has acknowledged it.
 */
import { writeSync } from "node:fs";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import type { Change } from "../../src/ports.ts";
import { advance, raise, show, together } from "../contract/changes.ts";

const [path = "", run = ""] = process.argv.slice(2);
const { store } = openSqlite(path);

async function acknowledged(id: string, change: Change): Promise<void> {
  const { type } = await store.commit(change);
  if (type !== "committed") throw new Error(`${change.operation.id}: ${type}`);
  // Straight to the pipe: what is printed outlives this process.
  writeSync(1, `${id} ${change.operation.id}\n`);
}

async function chain(name: string): Promise<never> {
  const id = (round: number) => `chk_${run}_${name}_${round}`;
  await acknowledged(id(1), raise(id(1)));
  for (let round = 2; ; round += 1) {
    const previous = (await store.read(id(round - 1)))?.record;
    if (previous === undefined) throw new Error(`${id(round - 1)} is gone`);
    const change = together(
      `op:${id(round)}`,
      advance(previous, { record: { status: "withdrawn" } }),
      raise(id(round), { record: { round, previous: previous.id }, outbox: [show(id(round))], look: 1 }),
    );
    await acknowledged(id(round), change);
  }
}

await Promise.all(["a", "b", "c", "d", "e", "f", "g", "h"].map(chain));
