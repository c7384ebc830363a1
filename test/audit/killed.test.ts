/** Two replicas seal one record and are killed in the middle of it, again and again: the record stays whole. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSqlite } from "../../adapters/stores/sqlite/reader.ts";
import { evidenceOf, verify } from "../../src/verify.ts";
import { KEY, ledger, STORES } from "./ledger.ts";

const KILLS = process.env.HITL_TEST_LONG ? 100 : 10;
const SCRIPT = fileURLToPath(new URL("./loop.ts", import.meta.url));

test(`of two replicas one seals, also when the other was killed: ${KILLS} kills`, async () => {
  const place = STORES.find(({ name }) => name === "sqlite");
  if (place === undefined) throw new Error("there is no sqlite");
  const book = await ledger(place);
  const heads = ["one.head", "two.head"].map((name) => join(book.folder, name));
  const said: string[] = [];
  let furthest = 0;

  function start(which: number, run: number): ChildProcess {
    const path = join(book.folder, "hitl.db");
    const child = spawn(process.execPath, [SCRIPT, path, String(heads[which]), String(run)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stderr.on("data", (chunk: Buffer) => said.push(String(chunk)));
    return child;
  }

  /** Until the replica, whichever of the two holds the lease, has sealed so many more. */
  async function sealing(child: ChildProcess, more: number): Promise<void> {
    if (child.stdout === null) throw new Error("nothing can be read from it");
    for await (const line of createInterface(child.stdout)) {
      furthest = Math.max(furthest, Number(line));
      more -= 1;
      if (more <= 0) return;
    }
    throw new Error(`it ended by itself: ${said.join("")}`);
  }

  // The one that waits for its turn is asked to seal next, so that each kill hits the holder of the lease.
  let [holder, which] = [start(0, 0), 0];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const next = start(1 - which, kill);
    await sealing(holder, 1 + ((kill * 7) % 12));
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await sealing(next, 1);
    [holder, which] = [next, 1 - which];
  }
  holder.kill("SIGKILL");
  await once(holder, "exit");
  book.pass(Date.now());
  await book.seal();

  const reader = readSqlite(join(book.folder, "hitl.db"));
  const anchors = [...heads, join(book.folder, "audit.head")].map((path) => ({
    name: path,
    line: readFileSync(path, "utf8").trim(),
  }));
  const report = await verify(await evidenceOf(reader, anchors), KEY);
  await reader.close();
  console.log(
    `${KILLS} kills: ${report.entries} entries, all sealed by two replicas in turn, ${report.found} findings`,
  );
  expect(report).toMatchObject({ found: 0, findings: [], sealed: report.entries });
  expect(report.entries).toBeGreaterThanOrEqual(furthest);
  expect(report.entries).toBeGreaterThan(KILLS * 10);
  expect([said, book.faults]).toEqual([[], []]);
  await book.close();
}, 300_000);
