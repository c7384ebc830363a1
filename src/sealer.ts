/**
 * Seals the log about a second behind its end: of all replicas whoever holds the lease, in order, each block of
 * entries and the head of the chain. What it writes follows from the log alone, so two who seal at once do no harm.
 * It never seals over a contradiction: a log that does not continue what was sealed before is left as evidence.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Anchor } from "./anchor.ts";
import type { Feed } from "./feed.ts";
import type { Clock, Shelf, Store } from "./ports.ts";
import {
  BLOCK,
  chain,
  GENESIS,
  HEAD,
  type Head,
  readHead,
  readSeal,
  sealKey,
  sealOf,
  writeHead,
  writeSeal,
} from "./seal.ts";
import { iso } from "./time.ts";

const LEASE = "seal:lease";
const LEASE_MS = 10_000;
/** Entries of about one second share one head. */
const LAG_MS = 1_000;
/** The longest that a timer of Node can be set to. */
const FOREVER = 2 ** 31 - 1;

const NOTHING: Head = { seq: 0, hash: GENESIS, at: 0 };

export interface SealerParts {
  store: Pick<Store, "log">;
  shelf: Shelf;
  clock: Clock;
  /** Tells when there is something new; nothing is polled. */
  feed: Pick<Feed, "head" | "news" | "ready">;
  key: Buffer;
  /** Null where the store forgets, and nothing outlives it that could be compared. */
  anchor: Anchor | null;
  /** Told once for each different fault. */
  onFault: (error: unknown) => void;
  lag?: number;
  lease?: number;
}

/** The record is not what it was when it was last sealed. */
export class BrokenRecord extends Error {
  override readonly name = "BrokenRecord";
}

export class Sealer {
  readonly #parts: Required<SealerParts>;
  readonly #me = randomUUID();
  readonly #stop = new AbortController();
  /** By the store's clock. */
  #leaseUntil = 0;
  /** What this process has written, or read and found in order. */
  #known = { head: "", anchor: "" };
  #sealed: Head = NOTHING;
  /** Sealed by whomever, as far as this process has heard. */
  #reached = 0;
  /** When this process looked at what others have sealed, by the store's clock. */
  #followed = Number.NEGATIVE_INFINITY;
  #lastFault = "";
  #running: Promise<void> | undefined;

  constructor(parts: SealerParts) {
    this.#parts = { lag: LAG_MS, lease: LEASE_MS, ...parts };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Seals what is left and hands the lease on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#round();
    const { shelf } = this.#parts;
    const mine = await shelf.get(LEASE).catch(() => undefined);
    if (mine === this.#me) await shelf.take(LEASE).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { feed, lag } = this.#parts;
    const { signal } = this.#stop;
    await feed.ready();
    while (!signal.aborted) {
      const round = await this.#round();
      if (round === "broken" || (round === "done" && feed.head <= this.#reached)) await feed.news(FOREVER, signal);
      await pause(typeof round === "number" ? round : lag, undefined, { signal }).catch(() => {});
    }
  }

  /** Answers in how many ms to try again, where that does not depend on news. */
  async #round(): Promise<number | "done" | "broken"> {
    const { onFault, lease, feed } = this.#parts;
    try {
      const mine = await this.#holdsLease();
      if (mine) await this.#seal();
      else await this.#follow();
      this.#lastFault = "";
      return mine || (this.#reached >= feed.head && this.#isAnchored()) ? "done" : lease;
    } catch (error) {
      const said = String(error);
      if (said !== this.#lastFault) onFault(error);
      this.#lastFault = said;
      return error instanceof BrokenRecord ? "broken" : lease;
    }
  }

  async #holdsLease(): Promise<boolean> {
    const { shelf, clock, lease } = this.#parts;
    const now = clock();
    if (now < this.#leaseUntil - lease / 2) return true;
    const renewed = (await shelf.get(LEASE)) === this.#me;
    if (renewed) await shelf.set(LEASE, this.#me, lease);
    else if (!(await shelf.add(LEASE, this.#me, lease))) return false;
    this.#leaseUntil = now + lease;
    return true;
  }

  async #seal(): Promise<void> {
    const { store, shelf, clock, key } = this.#parts;
    const head = await this.#headInStore();
    await this.#checkAnchor();
    let { seq, hash } = head;
    for await (const logged of store.log({ after: seq })) {
      if (logged.seq !== seq + 1) throw broken(`the entries from ${seq + 1} to ${logged.seq - 1} are missing`);
      hash = chain(hash, [logged]);
      seq = logged.seq;
      if (seq % BLOCK !== 0) continue;
      const number = seq / BLOCK;
      // One after the other: a head whose seal was lost on the way would look like tampering.
      await shelf.set(sealKey(number), writeSeal(sealOf(number, hash), key));
      const line = writeHead({ seq, hash, at: clock() }, key);
      await shelf.set(HEAD, line);
      this.#accept(line);
      if (!(await this.#holdsLease())) return;
    }
    if (seq > this.#sealed.seq) {
      const line = writeHead({ seq, hash, at: clock() }, key);
      await shelf.set(HEAD, line);
      this.#accept(line);
    }
    await this.#moveAnchor();
  }

  /** What another one seals is kept outside of the store here as well, once it was checked: each lease's time anew. */
  async #follow(): Promise<void> {
    const { anchor, clock, lease } = this.#parts;
    const now = clock();
    if (anchor === null || now < this.#followed + lease) {
      this.#reached = await this.#sealedByOthers();
      return;
    }
    await this.#headInStore();
    await this.#checkAnchor();
    await this.#moveAnchor();
    this.#followed = now;
  }

  #isAnchored(): boolean {
    return this.#parts.anchor === null || this.#sealed.seq >= this.#reached;
  }

  #accept(line: string): void {
    this.#sealed = readHead(line, this.#parts.key) ?? this.#sealed;
    this.#reached = this.#sealed.seq;
    this.#known.head = line;
  }

  async #sealedByOthers(): Promise<number> {
    const line = (await this.#parts.shelf.get(HEAD)) ?? "";
    return readHead(line, this.#parts.key)?.seq ?? 0;
  }

  /** What was sealed last, by whomever; checked against the log where this process does not know it already. */
  async #headInStore(): Promise<Head> {
    const line = await this.#parts.shelf.get(HEAD);
    if (line !== undefined && line === this.#known.head) return this.#sealed;
    const head = line === undefined ? NOTHING : readHead(line, this.#parts.key);
    if (head === undefined) throw broken("the head in the store was not written by this program");
    if (!(await this.#isOnChain(head))) throw broken(`its first ${head.seq} entries are not those that were sealed`);
    if (this.#sealed.seq > head.seq && !(await this.#isOnChain(this.#sealed)))
      throw broken(`${this.#sealed.seq} entries were sealed, and the store was put back to an earlier state`);
    this.#sealed = head;
    this.#reached = head.seq;
    this.#known.head = line ?? "";
    return head;
  }

  async #checkAnchor(): Promise<void> {
    const line = await this.#parts.anchor?.read();
    if (line === undefined || line === this.#known.anchor) return;
    const head = readHead(line, this.#parts.key);
    if (head === undefined) throw broken("audit.head was not written by this program with this secret");
    if (!(await this.#isOnChain(head)))
      throw broken(`audit.head of ${iso(head.at)} tells of ${head.seq} entries that this store does not hold`);
    this.#known.anchor = line;
  }

  async #moveAnchor(): Promise<void> {
    const { head, anchor } = this.#known;
    if (this.#parts.anchor === null || head === "" || head === anchor) return;
    await this.#parts.anchor.write(head);
    this.#known.anchor = head;
  }

  /** Counted from the seal before it, so that it costs at most a block. */
  async #isOnChain({ seq, hash }: Head): Promise<boolean> {
    const number = Math.floor(seq / BLOCK);
    let link = { seq: number * BLOCK, hash: GENESIS };
    if (number > 0) {
      const seal = readSeal((await this.#parts.shelf.get(sealKey(number))) ?? "", this.#parts.key);
      if (seal?.number !== number) return false;
      link = { seq: seal.to, hash: seal.hash };
    }
    if (link.seq === seq) return link.hash === hash;
    for await (const logged of this.#parts.store.log({ after: link.seq })) {
      link = { seq: logged.seq, hash: chain(link.hash, [logged]) };
      if (link.seq >= seq) break;
    }
    return link.seq === seq && link.hash === hash;
  }
}

function broken(why: string): BrokenRecord {
  return new BrokenRecord(
    `The record is not sealed any further: ${why}. Run \`hitl audit verify\` to see what is wrong; docs/audit.md says how to go on.`,
  );
}
