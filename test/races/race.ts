/** Four replicas, each in its own process, and one act of each on every checkpoint: all begin at the same moment. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Store } from "../../src/ports.ts";
import { raise } from "../contract/changes.ts";
import { collect } from "../contract/open.ts";
import { type Act, check, type Findings } from "./checker.ts";
import { openAt } from "./open.ts";

interface Report {
  acts: Act[];
  conflicts: number;
  unavailable: number;
}

const PEOPLE = [
  ["alice", "proceed"],
  ["bob", "reject"],
  ["carol", "proceed"],
  ["dave", "reject"],
] as const;

/** Raised together: a call that stands behind thousands of others has had its time before it is its turn. */
const AT_ONCE = 100;

type Kind = "sound" | "get-check-set" | "keyv";

export interface Race extends Findings {
  acts: number;
  conflicts: number;
  unavailable: number;
  ms: number;
}

export async function race(where: string, count: number, kind: Kind): Promise<Race> {
  const ids = Array.from({ length: count }, (_, index) => `chk_${String(index).padStart(10, "0")}`);
  const opened = await openAt(where);
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(
      ids
        .slice(from, from + AT_ONCE)
        .map((id, index) => opened.store.commit(raise(id, { record: { created_at: from + index } }))),
    );

  const replicas = await startReplicas(where, kind);
  const began = performance.now();
  const reports = await Promise.all(
    replicas.map(async (replica): Promise<Report> => {
      const answer = once(replica, "message");
      replica.send(ids);
      const [report] = await Promise.race([answer, failure(replica)]);
      return report as Report;
    }),
  );
  const ms = performance.now() - began;

  const acts = reports.flatMap((report) => report.acts);
  const findings = check(acts, await all(opened.store.list), await collect(opened.store.log({ after: 0 })));
  await opened.close();
  const sum = (of: "conflicts" | "unavailable") => reports.reduce((total, report) => total + report[of], 0);
  return { ...findings, acts: acts.length, conflicts: sum("conflicts"), unavailable: sum("unavailable"), ms };
}

/** Resolves once each has opened the store, and waits for what it shall act upon. */
export async function startReplicas(where: string, kind: Kind): Promise<ChildProcess[]> {
  const script = fileURLToPath(new URL("./worker.ts", import.meta.url));
  const replicas = PEOPLE.map(([who, action]) => fork(script, [where, who, action, kind], { execArgv: [] }));
  await Promise.all(replicas.map((replica) => Promise.race([once(replica, "message"), failure(replica)])));
  return replicas;
}

async function failure(replica: ChildProcess): Promise<never> {
  const [code] = await once(replica, "exit");
  throw new Error(`a replica ended with ${code} before it answered`);
}

async function all(list: Store["list"]): Promise<Checkpoint[]> {
  const records: Checkpoint[] = [];
  let cursor: string | null = null;
  do {
    const page = await list(cursor === null ? { limit: 200 } : { limit: 200, cursor });
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return records;
}
