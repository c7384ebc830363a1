/**
 * A record to be sealed, verified and tampered with: real checkpoints that lived through a desk, on each store there
 * is. Another store is another line of `STORES`.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { type Anchor, anchorAt, anchorPath } from "../../src/anchor.ts";
import { deriveKeys } from "../../src/keys.ts";
import type { Clock, Opened } from "../../src/ports.ts";
import { Sealer, type SealerParts } from "../../src/sealer.ts";
import { evidenceOf, type Report, verify } from "../../src/verify.ts";
import { RAISED } from "../make.ts";
import { type Office, office, SECRET } from "../office.ts";

export interface Place {
  name: string;
  open(folder: string, clock: Clock): Opened | Promise<Opened>;
}

export const STORES: Place[] = [
  { name: "memory", open: (_, clock) => openMemory({ clock }) },
  { name: "sqlite", open: (folder, clock) => openSqlite(join(folder, "hitl.db"), { clock }) },
];

export const KEY = deriveKeys(SECRET).audit;

/** Nothing ever happens; a sealer that is only stopped seals once. */
export const QUIET: SealerParts["feed"] = { head: 0, ready: async () => {}, news: async () => {} };

export interface Ledger {
  folder: string;
  opened: Opened;
  office: Office;
  anchor: Anchor;
  /** What audit.head holds. */
  line(): string;
  faults: string[];
  pass(ms: number): void;
  /** A checkpoint from its raise to its end: three entries. */
  live(id: string): Promise<void>;
  seal(): Promise<void>;
  verify(): Promise<Report>;
  /** The same store and people, after `opened` was closed. */
  reopen(): Promise<Ledger>;
  close(): Promise<void>;
}

export async function ledger(place: Place): Promise<Ledger> {
  return openIn(await mkdtemp(join(tmpdir(), "hitl-audit-")), place, RAISED);
}

async function openIn(folder: string, place: Place, start: number): Promise<Ledger> {
  let now = start;
  const opened = await place.open(folder, () => now);
  const people = office(opened);
  const anchor = anchorAt(anchorPath(folder));
  const faults: string[] = [];
  return {
    folder,
    opened,
    office: people,
    anchor,
    line: () => readFileSync(anchorPath(folder), "utf8").trim(),
    faults,
    pass(ms) {
      now += ms;
    },
    async live(id) {
      await people.raise({ id, kind: "confirm", payload: { summary: `Publish ${id}` } });
      await people.comment(id, "bob");
      await people.act(id, "carol", { action: "revise", feedback: "Shorter" });
      now += 1;
    },
    async seal() {
      const onFault = (error: unknown) => faults.push(String(error));
      await new Sealer({ ...opened, feed: QUIET, key: KEY, anchor, onFault }).stop();
    },
    async verify() {
      const reader = { log: () => opened.store.log({ after: 0 }), kept: opened.shelf.get };
      return verify(await evidenceOf(reader, [{ name: "audit.head", line: await anchor.read() }]), KEY);
    },
    reopen: async () => openIn(folder, place, now),
    async close() {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function named(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `chk_ledger_${String(index + 1).padStart(4, "0")}`);
}
