/** What the sealer does, and does not do, on whatever store. */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { anchorAt, anchorPath } from "../../src/anchor.ts";
import { Feed } from "../../src/feed.ts";
import { deriveKeys } from "../../src/keys.ts";
import type { Logged, Store } from "../../src/ports.ts";
import { GENESIS, HEAD, readHead, readSeal, sealKey, writeHead } from "../../src/seal.ts";
import { Sealer, type SealerParts } from "../../src/sealer.ts";
import { KEY, type Ledger, ledger, named, type Place, QUIET } from "./ledger.ts";

/** On a busy machine. */
const SOON = { timeout: 10_000 };

export function sealing(places: Place[]): void {
  describe.each(places)("on $name", (place) => {
    let book: Ledger;
    beforeEach(async () => {
      book = await ledger(place);
    });
    afterEach(() => book.close());

    const onFault = (error: unknown) => void book.faults.push(String(error));
    const sealer = (over: Partial<SealerParts> = {}) =>
      new Sealer({ ...book.opened, feed: QUIET, key: KEY, anchor: book.anchor, onFault, ...over });
    const reached = async () => readHead((await book.anchor.read()) ?? "", KEY)?.seq ?? 0;

    test("a record that was never sealed is only that", async () => {
      expect(await book.verify()).toMatchObject({ entries: 0, sealed: 0, found: 0, notes: [] });
      await book.live("chk_sealed_1");
      expect(await book.verify()).toMatchObject({
        entries: 3,
        sealed: 0,
        found: 0,
        notes: ["3 entries are not sealed yet, from 1 on: whether others followed cannot be told."],
      });
    });

    test("the head goes into the store and, for its owner alone, into audit.head", async () => {
      await book.live("chk_sealed_1");
      await book.seal();
      expect(await reached()).toBe(3);
      expect(await book.opened.shelf.get(HEAD)).toBe(book.line());
      expect(statSync(anchorPath(book.folder)).mode & 0o777).toBe(0o600);
      expect(await book.verify()).toMatchObject({ entries: 3, last: 3, sealed: 3, found: 0, notes: [] });
      await book.live("chk_sealed_2");
      await book.seal();
      expect(await reached()).toBe(6);
      expect(await book.verify()).toMatchObject({ sealed: 6, found: 0, notes: [] });
      expect(book.faults).toEqual([]);
    });

    test("every block of 500 entries has its seal, the same whenever it was sealed", async () => {
      const { shelf } = book.opened;
      for (const [index, id] of named(340).entries()) {
        await book.live(id);
        if (index % 97 === 0) await book.seal();
      }
      await book.seal();
      const read = () => Promise.all([1, 2, 3].map((number) => shelf.get(sealKey(number))));
      const [one, two, three] = await read();
      expect(readSeal(one ?? "", KEY)).toMatchObject({ number: 1, from: 1, to: 500 });
      expect(readSeal(two ?? "", KEY)).toMatchObject({ number: 2, from: 501, to: 1_000 });
      expect(three).toBeUndefined();
      expect(await book.verify()).toMatchObject({ entries: 1_020, sealed: 1_020, found: 0, notes: [] });

      const line = book.line();
      for (const key of [HEAD, sealKey(1), sealKey(2)]) await shelf.take(key);
      rmSync(anchorPath(book.folder));
      await book.seal();
      expect([...(await read()), book.line()]).toEqual([one, two, undefined, line]);
      expect(book.faults).toEqual([]);
    });

    test("two who seal at once do no harm", async () => {
      for (const id of named(170)) await book.live(id);
      // No lease holds either of them back.
      const shelf = { ...book.opened.shelf, add: async () => true };
      await Promise.all([sealer({ shelf }).stop(), sealer({ shelf }).stop()]);
      expect(await book.verify()).toMatchObject({ entries: 510, sealed: 510, found: 0, notes: [] });
      expect(book.faults).toEqual([]);
    });

    test("whoever does not hold the lease waits until it has run out, and only while something is left to seal", async () => {
      const { shelf } = book.opened;
      await shelf.set("seal:lease", "somebody who was killed", 300);
      await book.live("chk_sealed_1");
      const feed = new Feed(book.opened.store, onFault);
      feed.start();
      const waiting = sealer({ feed, lag: 5, lease: 20 });
      waiting.start();
      await book.live("chk_sealed_2");
      expect(await reached()).toBe(0);
      book.pass(300);
      await expect.poll(reached, SOON).toBe(6);
      await feed.stop();
      await waiting.stop();
      expect(await shelf.get("seal:lease")).toBeUndefined();
      expect(book.faults).toEqual([]);
    });

    test("what others seal is kept beside every replica's store, once it was checked, and goes on as they seal", async () => {
      const { shelf } = book.opened;
      const others = () => sealer({ shelf: { ...shelf, add: async () => true } }).stop();
      await book.live("chk_sealed_1");
      await others();
      await shelf.set("seal:lease", "somebody else", 3_600_000);
      const feed = new Feed(book.opened.store, onFault);
      feed.start();
      const own = anchorAt(anchorPath(join(book.folder, "beside")));
      const kept = async () => readHead((await own.read()) ?? "", KEY)?.seq ?? 0;
      const beside = sealer({ feed, anchor: own, lag: 5, lease: 20 });
      beside.start();
      await expect.poll(kept, SOON).toBe(3);
      await book.live("chk_sealed_2");
      await shelf.take("seal:lease");
      await others();
      await shelf.set("seal:lease", "somebody else", 3_600_000);
      book.pass(20);
      await expect.poll(kept, SOON).toBe(6);
      await feed.stop();
      await beside.stop();
      expect(book.faults).toEqual([]);
    });

    test("whoever follows another's seals tells once that the record is broken", async () => {
      const { shelf } = book.opened;
      await book.live("chk_sealed_1");
      await shelf.set("seal:lease", "somebody else", 3_600_000);
      await shelf.set(HEAD, "no head of ours");
      const told: string[] = [];
      let rounds = 0;
      const news = async (_ms: number, signal: AbortSignal) => {
        rounds += 1;
        book.pass(5);
        await pause(1, undefined, { signal }).catch(() => {});
      };
      const feed = { head: 1, ready: async () => {}, news };
      const beside = sealer({ feed, lag: 1, lease: 20, onFault: (error) => void told.push(String(error)) });
      beside.start();
      await expect.poll(() => rounds, SOON).toBeGreaterThan(40);
      await beside.stop();
      expect(told).toHaveLength(1);
    });

    test("seals what comes by news alone, and leaves an idle store alone", async () => {
      let calls = 0;
      const count =
        <T extends unknown[], R>(call: (...given: T) => R) =>
        (...given: T): R => {
          calls += 1;
          return call(...given);
        };
      const { store, shelf } = book.opened;
      const feed = new Feed(store, onFault);
      feed.start();
      const running = sealer({
        feed,
        lag: 5,
        store: { log: count((query, signal) => store.log(query, signal)) },
        shelf: { get: count(shelf.get), set: count(shelf.set), add: count(shelf.add), take: count(shelf.take) },
      });
      running.start();
      for (const [index, id] of named(3).entries()) {
        await book.live(id);
        await expect.poll(reached, SOON).toBe(3 * (index + 1));
      }
      await pause(50);
      const before = calls;
      // Forty times as long as it waits for company.
      await pause(200);
      expect(calls).toBe(before);
      await feed.stop();
      await running.stop();
      expect(book.faults).toEqual([]);
    });

    describe("does not seal over a contradiction", () => {
      beforeEach(async () => {
        await book.live("chk_sealed_1");
        await book.live("chk_sealed_2");
        await book.seal();
        await book.live("chk_sealed_3");
      });

      /** The log as somebody has left it. */
      const changed = (change: (logged: Logged) => Logged[]): Pick<Store, "log"> => ({
        async *log(query) {
          for await (const logged of book.opened.store.log({ ...query, after: 0 }))
            for (const each of change(logged)) if (query.after !== "head" && each.seq > query.after) yield each;
        },
      });
      const told = (why: string) =>
        `BrokenRecord: The record is not sealed any further: ${why}. Run \`hitl audit verify\` to see what is wrong; docs/audit.md says how to go on.`;

      async function refuses(over: Partial<SealerParts>, why: string): Promise<void> {
        const before = await book.anchor.read();
        await sealer(over).stop();
        expect(book.faults).toEqual([told(why)]);
        expect(await book.anchor.read()).toBe(before);
      }

      test("of an entry that was changed after it was sealed", () =>
        refuses(
          {
            store: changed((logged) => [logged.seq === 2 ? { ...logged, entry: { ...logged.entry, at: 1 } } : logged]),
          },
          "its first 6 entries are not those that were sealed",
        ));

      test("of entries that are missing before the head, and after it", async () => {
        await refuses(
          { store: changed((logged) => (logged.seq === 2 ? [] : [logged])) },
          "its first 6 entries are not those that were sealed",
        );
        book.faults.length = 0;
        await refuses(
          { store: changed((logged) => (logged.seq === 8 ? [] : [logged])) },
          "the entries from 8 to 8 are missing",
        );
      });

      test("of a head that somebody else wrote", async () => {
        const forged = writeHead({ seq: 0, hash: GENESIS, at: 0 }, deriveKeys(Buffer.alloc(32, 8)).audit);
        await book.opened.shelf.set(HEAD, forged);
        await refuses({}, "the head in the store was not written by this program");
      });

      test("of an audit.head that somebody else wrote", async () => {
        await book.anchor.write("no head");
        await refuses({}, "audit.head was not written by this program with this secret");
      });

      test("of a store that is older than audit.head, until somebody has moved that away", async () => {
        const former = await ledger(place);
        await former.live("chk_sealed_1");
        await former.anchor.write(book.line());
        await former.seal();
        const why = "audit.head of 2026-11-20T10:00:00.002Z tells of 6 entries that this store does not hold";
        expect(former.faults).toEqual([told(why)]);
        expect(former.line()).toBe(book.line());
        expect(await former.opened.shelf.get(HEAD)).toBeUndefined();
        rmSync(anchorPath(former.folder));
        await former.seal();
        expect(readHead(former.line(), KEY)?.seq).toBe(3);
        expect(former.faults).toHaveLength(1);
        await former.close();
      });

      test("of a store that was put back while it ran, which it tells once", async () => {
        const before = book.line();
        const { store } = book.opened;
        let last = Number.POSITIVE_INFINITY;
        const feed = new Feed(store, onFault);
        feed.start();
        const running = sealer({
          feed,
          lag: 5,
          store: changed((logged) => (logged.seq > last ? [] : [logged])),
        });
        running.start();
        await expect.poll(reached, SOON).toBe(9);
        const after = book.line();
        last = 6;
        await book.opened.shelf.set(HEAD, before);
        for (const id of ["chk_sealed_4", "chk_sealed_5"]) {
          await book.live(id);
          await expect.poll(() => book.faults.length, SOON).toBe(1);
        }
        await feed.stop();
        await running.stop();
        expect(book.faults).toEqual([told("9 entries were sealed, and the store was put back to an earlier state")]);
        expect(book.line()).toBe(after);
      });
    });

    test("a head that somebody who was late wrote over a newer one is no contradiction", async () => {
      const feed = new Feed(book.opened.store, onFault);
      feed.start();
      const running = sealer({ feed, lag: 5 });
      running.start();
      await book.live("chk_sealed_1");
      await expect.poll(reached, SOON).toBe(3);
      const late = book.line();
      await book.live("chk_sealed_2");
      await expect.poll(reached, SOON).toBe(6);
      await book.opened.shelf.set(HEAD, late);
      await book.live("chk_sealed_3");
      await expect.poll(reached, SOON).toBe(9);
      await feed.stop();
      await running.stop();
      expect(await book.verify()).toMatchObject({ sealed: 9, found: 0, notes: [] });
      expect(book.faults).toEqual([]);
    });

    test("a store that fails between a seal and its head leaves nothing that looks like tampering", async () => {
      for (const id of named(170)) await book.live(id);
      const { shelf } = book.opened;
      for (const failing of [sealKey(1), HEAD]) {
        const set = async (key: string, value: string, ttl?: number) => {
          if (key === failing) throw new Error("out of reach");
          return shelf.set(key, value, ttl);
        };
        await sealer({ shelf: { ...shelf, set } }).stop();
        expect(await book.verify()).toMatchObject({ found: 0 });
      }
      expect(book.faults).toEqual(["Error: out of reach", "Error: out of reach"]);
      await book.seal();
      expect(await book.verify()).toMatchObject({ sealed: 510, found: 0, notes: [] });
    });

    test("a store that is out of reach is asked again", async () => {
      await book.live("chk_sealed_1");
      const faults = [new Error("out of reach")];
      const feed = new Feed(book.opened.store, onFault);
      feed.start();
      const running = sealer({
        feed,
        lag: 5,
        lease: 10,
        shelf: {
          ...book.opened.shelf,
          async get(key) {
            for (const fault of faults) throw fault;
            return book.opened.shelf.get(key);
          },
        },
      });
      running.start();
      await expect.poll(() => book.faults, SOON).toEqual(["Error: out of reach"]);
      faults.length = 0;
      await expect.poll(reached, SOON).toBe(3);
      await feed.stop();
      await running.stop();
      expect(book.faults).toEqual(["Error: out of reach"]);
    });
  });
}
