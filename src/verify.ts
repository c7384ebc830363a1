/**
 * Whether the record is what was written: every entry's code, the order without gaps, the chain against every seal, and
 * its end against the heads. Pure: it takes what the store and the files hold as it is, and trusts the key alone.
 */
import { isGenuine } from "./audit.ts";
import { isObject } from "./json.ts";
import type { Entry } from "./ports.ts";
import { HEAD, type Link, sealKey } from "./seal.ts";
import { type Finding, type Findings, makeFindings, many } from "./verify/findings.ts";
import { type Kept, readHeads } from "./verify/heads.ts";
import { makeStory, type Story } from "./verify/story.ts";
import { makeWalk } from "./verify/walk.ts";

export interface Evidence {
  /** From the first entry on, in order of `seq`; written to meanwhile at its end only. */
  log: AsyncIterable<Filed>;
  /** What the shelf holds for a seal's number. */
  seal(number: number): Promise<string | undefined>;
  /** What the shelf held for the head before the log is read. */
  head: string | undefined;
  /** Heads that were kept outside of the store, read before the log as well. */
  anchors: readonly Kept[];
}

export interface Filed extends Link {
  /** The checkpoint that the store files it under, where that is kept beside the entry. */
  id?: string;
}

/** What a store holds, read without the program that writes it. */
export interface Reader {
  log(): AsyncIterable<Filed>;
  /** A value of the shelf. */
  kept(key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The heads before the log: it may grow meanwhile, but what they tell of must be there. */
export async function evidenceOf(reader: Pick<Reader, "log" | "kept">, anchors: readonly Kept[]): Promise<Evidence> {
  const head = await reader.kept(HEAD);
  return { log: reader.log(), seal: (number) => reader.kept(sealKey(number)), head, anchors };
}

export interface Report {
  /** How many were read, and the newest `seq`. */
  entries: number;
  last: number;
  /** The newest `seq` that a seal or a head vouches for. */
  sealed: number;
  /** Entries whose data retention has erased. */
  erased: number;
  /** How many findings there are in all; the list ends at a thousand. */
  found: number;
  findings: Finding[];
  /** What is no fault, but worth knowing. */
  notes: string[];
}

/** Entries between two calls of `progress`, which may let others have their turn. */
const STRIDE = 1_000;

export async function verify(
  { log, seal, head, anchors }: Evidence,
  key: Buffer,
  progress: (seq: number) => Promise<void> = async () => {},
): Promise<Report> {
  const findings = makeFindings();
  const heads = readHeads(head, anchors, key, findings);
  const story = makeStory(findings);
  const walk = makeWalk(seal, key, heads, findings);
  let entries = 0;
  let genuine = 0;
  for await (const filed of log) {
    await walk.step(filed);
    if (judge(filed, key, story, findings)) genuine += 1;
    entries += 1;
    if (entries % STRIDE === 0) await progress(filed.seq);
  }
  await walk.end();
  story.end();
  const { last, sealed } = walk;
  const notes = heads.notes();
  const claimed = Math.max(sealed, heads.claimed);
  if (claimed < last)
    notes.push(
      `${many(last - claimed, "entry is", "entries are")} not sealed yet, from ${claimed + 1} on: whether others followed cannot be told.`,
    );
  if (entries > 0 && genuine === 0)
    notes.push("Not one entry fits this secret: is HITL_SECRET, or HITL_DATA/secret, the one that the bot runs with?");
  return { entries, last, sealed, erased: story.erased, found: findings.found, findings: findings.list, notes };
}

/** Whether the entry is one that this secret has signed. */
function judge({ seq, entry, id }: Filed, key: Buffer, story: Story, findings: Findings): boolean {
  if (!isEntry(entry)) {
    findings.add("edited", seq, `Entry ${seq} cannot be read: it is nothing that this program writes.`);
    return false;
  }
  if (!isGenuine(entry, key)) {
    story.excuse(entry.id);
    findings.add("edited", seq, `Entry ${seq} was changed: it does not fit its own code.`);
    return false;
  }
  story.take(seq, entry);
  if (id !== undefined && id !== entry.id)
    findings.add("misfiled", seq, `Entry ${seq} is about ${entry.id}, but the store files it under another id.`);
  return true;
}

function isEntry(value: unknown): value is Entry {
  return (
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.type === "string" &&
    Number.isSafeInteger(value.revision) &&
    typeof value.mac === "string" &&
    isObject(value.data)
  );
}
