/**
 * The end of the log as it grows, for all followers of this process over one connection. Each commit tells its entries
 * on a channel; what a broken connection swallowed shows as a gap in the numbers, or by asking for the head now and
 * then, and is read from the log instead.
 *
 *   base ──▶ the entries kept here ──▶ newest          whoever is before `base` reads the log
 */
import { createBell } from "../../../src/bell.ts";
import type { Entry } from "../../../src/ports.ts";
import { unpackEntry } from "./entry.ts";
import { type Client, type Link, openLink } from "./link.ts";

export interface Told {
  seq: number;
  id: string;
  /** A fresh value for each who asks. */
  entry(): Entry;
  size: number;
}

export interface Tail {
  /** Begins to follow. Returns how to stop. */
  join(): () => void;
  /** The entry behind `seq`; undefined: there is none yet; behind: it is in the log and no longer here. */
  after(seq: number): Told | "behind" | undefined;
  /** Resolves when there may be more, on abort, and on close. */
  news(signal: AbortSignal | undefined): Promise<void>;
  readonly closed: boolean;
  /**
   * How often it came into doubt whether the log still holds what was heard of it: with each connection, as Redis may
   * have lost the end of it and others may have written a new one, and where it is shorter than what was heard.
   */
  readonly doubts: number;
  close(): void;
}

/** For followers that are busy for a moment; beyond that they read the log. */
const KEEP = 1_024;
const KEEP_CHARACTERS = 4_000_000;
/** How often the head is asked for: twice this after a silent loss, followers hear of it. */
const CHECK_MS = 1_000;

export function createTail(url: string, channel: string, head: () => Promise<number>): Tail {
  const bell = createBell();
  let followers = 0;
  let link: Link | undefined;
  let subscribed: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let kept: Told[] = [];
  let characters = 0;
  let base: number | undefined;
  let missed = 0;
  let closed = false;
  let doubts = 0;

  const newest = () => (base ?? 0) + kept.length;

  function restart(at: number | undefined): void {
    base = at;
    kept = [];
    characters = 0;
  }

  function hear(message: string): void {
    // Before a new connection is known to be one; it may be about another log than what is kept here.
    if (link?.downSince !== null) return;
    const told = parse(message);
    const first = told[0]?.seq;
    if (first === undefined) return;
    if (base === undefined || first > newest() + 1) restart(first - 1);
    for (const each of told) {
      if (each.seq <= newest()) continue;
      kept.push(each);
      characters += each.size;
    }
    while (kept.length > KEEP || (characters > KEEP_CHARACTERS && kept.length > 1)) {
      characters -= kept.shift()?.size ?? 0;
      base = (base ?? 0) + 1;
    }
    bell.ring();
  }

  /** After every (re)connection, and now and then: whether something was told that was not heard here. */
  async function check(isNew: boolean): Promise<void> {
    const before = base === undefined ? 0 : newest();
    const known = await head().catch(() => undefined);
    if (known === undefined || followers === 0) return;
    if (known < before) {
      doubts += 1;
      missed = known;
      restart(known);
      return bell.ring();
    }
    const lost = base === undefined || (isNew ? known : missed) > newest();
    missed = known;
    if (!lost) return;
    restart(known);
    bell.ring();
    if (!isNew) link?.renew();
  }

  async function onReady(): Promise<void> {
    const client = link?.client;
    if (client === undefined) return;
    doubts += 1;
    restart(undefined);
    if (subscribed !== client) {
      subscribed = client;
      await client.subscribe(channel, hear);
    }
    await check(true);
  }

  function begin(): void {
    link = openLink(url, { onReady: () => void onReady().catch(() => link?.renew()) });
    timer = setInterval(() => void check(false), CHECK_MS);
  }

  function end(): void {
    clearInterval(timer);
    link?.close();
    link = undefined;
    base = undefined;
    kept = [];
  }

  return {
    join() {
      followers += 1;
      if (followers === 1 && !closed) begin();
      return () => {
        followers -= 1;
        if (followers === 0) end();
      };
    },
    after(seq) {
      if (base === undefined) return undefined;
      return seq < base ? "behind" : kept[seq - base];
    },
    news: bell.heard,
    get closed() {
      return closed;
    },
    get doubts() {
      return doubts;
    },
    close() {
      closed = true;
      end();
      bell.ring();
    },
  };
}

/** Most processes have one follower, who gets what was parsed to look at it. */
function told(seq: number, text: string): Told {
  let parsed: Entry | undefined = unpackEntry(text);
  return {
    seq,
    id: parsed.id,
    size: text.length,
    entry() {
      const entry = parsed ?? unpackEntry(text);
      parsed = undefined;
      return entry;
    },
  };
}

/** The number of the first entry, and two lines for each. What is none of that was told by somebody else. */
function parse(message: string): Told[] {
  const [number, ...lines] = message.split("\n");
  const first = Number(number);
  if (!Number.isSafeInteger(first) || first < 1 || lines.length % 2 !== 0) return [];
  try {
    const all = Array.from({ length: lines.length / 2 }, (_, index) =>
      told(first + index, `${lines[2 * index]}\n${lines[2 * index + 1]}`),
    );
    return all.every(({ id }) => typeof id === "string") ? all : [];
  } catch {
    return [];
  }
}
