/**
 * Who is signed in: a random id in a cookie, its hash in the shelf. A session lives for 12 hours after its last use and
 * 7 days at most. It is two entries, so that noting its use can never bring back what was revoked meanwhile; and each
 * person has numbered slots, because a shelf lists nothing and two browsers may sign in at once.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Clock, Shelf } from "../../../src/ports.ts";

export interface Session {
  /** Hash of what the cookie holds; names the session without being it. */
  id: string;
  person: string;
  since: number;
  seen: number;
  /** What the browser called itself. */
  browser: string;
}

export interface Sessions {
  /** Answers what goes into the cookie. */
  open(person: string, browser: string): Promise<string>;
  /** `use`: a person is there, so that the 12 hours begin anew; a page that keeps itself up to date is no use. */
  find(cookie: string | undefined, use: boolean): Promise<Session | undefined>;
  /** Whether it has neither ended nor been ended. */
  stands(session: Pick<Session, "id">): Promise<boolean>;
  list(person: string): Promise<Session[]>;
  /** False when there is no such session of this person. */
  close(person: string, id: string): Promise<boolean>;
  /** What the forms of a session carry, so that another site's form cannot pass for one of ours. */
  token(session: Pick<Session, "id">): string;
}

const HOUR = 3_600_000;
export const IDLE_MS = 12 * HOUR;
export const LIFE_MS = 7 * 24 * HOUR;
/** How exactly the last use is known. */
const NOTE_MS = 5 * 60_000;
/** Sessions of one person; the oldest makes room. */
const SLOTS = 10;
const BROWSER = 200;

type Kept = Pick<Session, "person" | "since" | "browser">;

export function makeSessions({ shelf, clock, key }: { shelf: Shelf; clock: Clock; key: Buffer }): Sessions {
  async function read(id: string): Promise<Session | undefined> {
    const [kept, seen] = await Promise.all([shelf.get(`session:${id}`), shelf.get(`session-seen:${id}`)]);
    return kept === undefined || seen === undefined ? undefined : { id, ...JSON.parse(kept), seen: Number(seen) };
  }

  function slots(person: string): string[] {
    return Array.from({ length: SLOTS }, (_, number) => `sessions:${person}:${number}`);
  }

  /** What is in each slot; sessions that ended by themselves are gone from theirs. */
  async function held(person: string): Promise<{ slot: string; session: Session }[]> {
    const found = await Promise.all(
      slots(person).map(async (slot) => {
        const id = await shelf.get(slot);
        if (id === undefined) return [];
        const session = await read(id);
        if (session !== undefined) return [{ slot, session }];
        await shelf.take(slot);
        return [];
      }),
    );
    return found.flat();
  }

  async function end(slot: string, id: string): Promise<boolean> {
    const kept = await shelf.take(`session:${id}`);
    await Promise.all([shelf.take(`session-seen:${id}`), shelf.take(slot)]);
    return kept !== undefined;
  }

  async function enter(person: string, id: string): Promise<void> {
    for (const slot of slots(person)) if (await shelf.add(slot, id, LIFE_MS)) return;
    const all = await held(person);
    const oldest = all.length < SLOTS ? undefined : all.sort((a, b) => a.session.seen - b.session.seen)[0];
    if (oldest !== undefined) await end(oldest.slot, oldest.session.id);
    return enter(person, id);
  }

  return {
    async open(person, browser) {
      const cookie = randomBytes(32).toString("base64url");
      const id = hash(cookie);
      const now = clock();
      const kept: Kept = { person, since: now, browser: browser.slice(0, BROWSER) };
      await shelf.set(`session:${id}`, JSON.stringify(kept), LIFE_MS);
      await shelf.set(`session-seen:${id}`, String(now), IDLE_MS);
      await enter(person, id);
      return cookie;
    },

    async find(cookie, use) {
      if (cookie === undefined || !/^[A-Za-z0-9_-]{43}$/.test(cookie)) return undefined;
      const session = await read(hash(cookie));
      if (session === undefined) return undefined;
      const now = clock();
      if (!use || now - session.seen < NOTE_MS) return session;
      await shelf.set(`session-seen:${session.id}`, String(now), Math.min(IDLE_MS, session.since + LIFE_MS - now));
      return { ...session, seen: now };
    },

    stands: async ({ id }) => (await read(id)) !== undefined,

    async list(person) {
      const all = await held(person);
      return all.map(({ session }) => session).sort((a, b) => b.seen - a.seen);
    },

    async close(person, id) {
      const found = (await held(person)).find(({ session }) => session.id === id);
      return found !== undefined && end(found.slot, id);
    },

    token: ({ id }) => createHmac("sha256", key).update(`form ${id}`).digest("base64url"),
  };
}

function hash(cookie: string): string {
  return createHash("sha256").update(cookie).digest("base64url");
}
