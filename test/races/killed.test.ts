/**
 * What a process acknowledged before it was killed is in the file. A kill proves the order of writing and answering;
 * that the disk keeps what it was told to flush, only a power cut would show.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { temporaryFiles } from "../adapters/stores/files.ts";
import { collect } from "../contract/open.ts";

const KILLS = process.env.HITL_TEST_LONG ? 200 : 20;
const newFile = temporaryFiles();

interface Acknowledged {
  id: string;
  operation: string;
}

/** Lets a process commit, and kills it soon after it has acknowledged `count` changes; answers all that it printed. */
async function killAfter(path: string, run: number, count: number): Promise<Acknowledged[]> {
  const script = fileURLToPath(new URL("./loop.ts", import.meta.url));
  const child = spawn(process.execPath, [script, path, String(run)], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface(child.stdout)) {
    const [id = "", operation = ""] = line.split(" ");
    acknowledged.push({ id, operation });
    // Up to 3 ms later, a few transactions' time, so that the kills meet it in different places.
    if (acknowledged.length === count) setTimeout(() => child.kill("SIGKILL"), run % 4);
  }
  const [code, signal] = await closed;
  expect({ code, signal }).toEqual({ code: null, signal: "SIGKILL" });
  return acknowledged;
}

test("every change that a killed process acknowledged is kept, whole, and counted without gaps", async () => {
  const path = newFile();
  const acknowledged: Acknowledged[] = [];
  for (let run = 1; run <= KILLS; run += 1) acknowledged.push(...(await killAfter(path, run, 1 + ((run * 37) % 150))));

  const { store, close } = openSqlite(path);
  const lost: Acknowledged[] = [];
  for (const each of acknowledged)
    if ((await store.read(each.id, each.operation))?.replay?.id !== each.operation) lost.push(each);

  const log = await collect(store.log({ after: 0 }));
  const gaps = log.filter(({ seq }, index) => seq !== index + 1);
  const revisions = Map.groupBy(log, ({ entry }) => entry.id);
  const torn: string[] = [];
  for (const [id, entries] of revisions) {
    const record = (await store.read(id))?.record;
    if (record?.revision !== entries.length) torn.push(id);
    const next = id.replace(/\d+$/, (round) => String(Number(round) + 1));
    if ((record?.status === "withdrawn") !== revisions.has(next)) torn.push(id);
  }
  await close();
  const db = new DatabaseSync(path);
  const integrity = db.prepare("PRAGMA integrity_check").all();
  db.close();

  console.log(
    `${KILLS} kills: ${acknowledged.length} acknowledged, ${lost.length} lost; ${log.length} log entries, ` +
      `${gaps.length} gaps; ${revisions.size} records, ${torn.length} torn`,
  );
  expect(acknowledged.length).toBeGreaterThan(KILLS * 50);
  expect({ lost, gaps, torn }).toEqual({ lost: [], gaps: [], torn: [] });
  expect(integrity).toEqual([{ integrity_check: "ok" }]);
}, 600_000);
