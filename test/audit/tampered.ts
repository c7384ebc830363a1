/**
 * What somebody does who can write the store and audit.head, but has no secret; and what `verify` says about it. Each
 * tampering is done to a copy of what the store holds.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signEntry } from "../../src/audit.ts";
import { deriveKeys } from "../../src/keys.ts";
import type { Entry } from "../../src/ports.ts";
import { chain, GENESIS, HEAD, sealKey, sealOf, writeHead, writeSeal } from "../../src/seal.ts";
import { evidenceOf, type Report, verify } from "../../src/verify.ts";
import { collect } from "../contract/open.ts";
import { KEY, type Ledger, ledger, named, type Place } from "./ledger.ts";

/** A key of somebody else. */
const WRONG = deriveKeys(Buffer.alloc(32, 9)).audit;

interface Row {
  seq: number;
  entry: Entry;
}

interface Copy {
  rows: Row[];
  shelf: Map<string, string>;
  /** audit.head */
  line: string | undefined;
}

type Found = [what: string, seq: number | null, text: string];

const without = (rows: Row[], ...seqs: number[]) => rows.filter(({ seq }) => !seqs.includes(seq));
const edited = (rows: Row[], at: number, entry: Partial<Entry>) =>
  rows.map((row) => (row.seq === at ? { ...row, entry: { ...row.entry, ...entry } } : row));
/** As if nothing had been taken out. */
const counted = (rows: Row[]) => rows.map(({ entry }, index) => ({ seq: index + 1, entry }));

function signed({ mac: _, content: __, ...rest }: Entry, key: Buffer): Entry {
  return signEntry(rest, key);
}

/** Seals and heads made anew over what stands there now, as far as that is possible without the secret. */
function resealed({ rows }: Copy): Copy {
  const shelf = new Map<string, string>();
  let hash = GENESIS;
  for (const row of rows) {
    hash = chain(hash, [row]);
    if (row.seq % 500 === 0) shelf.set(sealKey(row.seq / 500), writeSeal(sealOf(row.seq / 500, hash), WRONG));
  }
  const line = writeHead({ seq: rows.length, hash, at: 0 }, WRONG);
  return { rows, shelf: shelf.set(HEAD, line), line };
}

const ALTERED = "Entries 1 to 500 are not those, or not in the order, that were sealed.";
const CHANGED = "Entry 12 was changed: it does not fit its own code.";
const NOT_OURS = "The store's head was not written by this program with this secret.";
const NOT_OUR_FILE = "audit.head was not written by this program with this secret.";
const NOT_OUR_SEAL = "The seal of entries 1 to 500 was not written by this program with this secret.";
const cut = (last: number) =>
  `The log ends with entry ${last}, but the store's head and audit.head of 2026-11-20T10:00:00.200Z reach to entry 600: its end was cut off.`;
const REST = "Entries 501 to 600 are not those, or not in the order, that were sealed at 2026-11-20T10:00:00.200Z.";

export function tampering(places: Place[]): void {
  describe.each(places)("on $name", (place) => {
    let book: Ledger;
    let copy: Copy;
    /** As it was when 150 checkpoints had ended. */
    let former: Copy;
    let foreign: string;

    async function take(): Promise<Copy> {
      const keys = [HEAD, sealKey(1)];
      const values = await Promise.all(keys.map((key) => book.opened.shelf.get(key)));
      const shelf = keys.flatMap((key, index): [string, string][] => {
        const value = values[index];
        return value === undefined ? [] : [[key, value]];
      });
      return { rows: await collect(book.opened.store.log({ after: 0 })), shelf: new Map(shelf), line: book.line() };
    }

    beforeAll(async () => {
      book = await ledger(place);
      for (const id of named(150)) await book.live(id);
      await book.seal();
      former = await take();
      for (const id of named(200).slice(150)) await book.live(id);
      await book.seal();
      copy = await take();
      const other = await ledger(place);
      for (const id of named(170)) await other.live(`${id}_of_another_store`);
      await other.seal();
      foreign = other.line();
      await other.close();
    });
    afterAll(() => book.close());

    async function examine({ rows, shelf, line }: Copy): Promise<Report> {
      async function* log() {
        yield* rows;
      }
      const reader = { log, kept: async (key: string) => shelf.get(key) };
      return verify(await evidenceOf(reader, [{ name: "audit.head", line }]), KEY);
    }

    const entry = (seq: number): Entry => {
      const found = copy.rows[seq - 1]?.entry;
      if (found === undefined) throw new Error(`there is no entry ${seq}`);
      return found;
    };

    test("nothing is found where nobody touched anything", async () => {
      const untouched = { entries: 600, last: 600, sealed: 600, erased: 0, found: 0, findings: [], notes: [] };
      expect(await examine(copy)).toEqual(untouched);
      expect(await book.verify()).toEqual(untouched);
      expect(book.faults).toEqual([]);
    });

    const rows = (change: (rows: Row[]) => Row[]) => (): Copy => ({ ...copy, rows: change(copy.rows) });
    const shelf = (key: string, change: (value: string) => string | undefined) => (): Copy => {
      const values = new Map(copy.shelf);
      const value = change(String(values.get(key)));
      if (value === undefined) values.delete(key);
      else values.set(key, value);
      return { ...copy, shelf: values };
    };
    const line = (change: (line: string) => string | undefined) => (): Copy => ({
      ...copy,
      line: change(String(copy.line)),
    });
    const forged = (at: number) => signed({ ...entry(at), at: 7 }, WRONG);

    const cases: [what: string, tamper: () => Copy, findings: Found[]][] = [
      [
        "an entry that names another person",
        rows((all) => edited(all, 12, { by: { ...entry(12).by, person: "mallory" } as Entry["by"] })),
        [
          ["edited", 12, CHANGED],
          ["altered", 1, ALTERED],
        ],
      ],
      [
        "a decision that says something else",
        rows((all) => edited(all, 12, { data: { ...entry(12).data, outcome: "approved" } })),
        [["edited", 12, CHANGED]],
      ],
      [
        "a decision whose words were taken out",
        rows((all) => edited(all, 12, { data: {} })),
        [["erased", 12, "Entry 12: its data is gone, although chk_ledger_0004 was never erased."]],
      ],
      [
        "a decision whose words were taken out, with a made-up erasure",
        rows((all) => [
          ...edited(all, 12, { data: {} }),
          { seq: 601, entry: signed({ ...entry(12), type: "checkpoint.erased", revision: 4 }, WRONG) },
        ]),
        [
          ["edited", 601, "Entry 601 was changed: it does not fit its own code."],
          ["erased", 12, "Entry 12: its data is gone, although chk_ledger_0004 was never erased."],
        ],
      ],
      [
        "something else in an entry's place",
        rows((all) => all.map((row) => (row.seq === 550 ? { seq: 550, entry: [] as never } : row))),
        [
          ["edited", 550, "Entry 550 cannot be read: it is nothing that this program writes."],
          ["missing", 551, "Entry 551 goes on with chk_ledger_0184, whose beginning is not in the log."],
          ["altered", 501, REST],
        ],
      ],
      [
        "a deleted entry",
        rows((all) => without(all, 300)),
        [
          ["missing", 300, "Entry 300 is missing."],
          ["altered", 1, ALTERED],
        ],
      ],
      [
        "three deleted entries on both sides of a seal",
        rows((all) => without(all, 499, 500, 501)),
        [
          ["missing", 499, "Entries 499 to 501 are missing."],
          ["altered", 1, ALTERED],
          ["altered", 501, REST],
        ],
      ],
      [
        "a deleted entry, with the others counted anew",
        rows((all) => counted(without(all, 300))),
        [
          ["altered", 1, ALTERED],
          ["truncated", 600, cut(599)],
        ],
      ],
      [
        "a deleted beginning, with the others counted anew",
        rows((all) => counted(without(all, 1, 2))),
        [
          ["missing", 1, "Entry 1 goes on with chk_ledger_0001, whose beginning is not in the log."],
          ["altered", 1, ALTERED],
          ["truncated", 599, cut(598)],
        ],
      ],
      [
        "two entries of one checkpoint that changed places",
        rows((all) => edited(edited(all, 11, entry(12)), 12, entry(11))),
        [
          [
            "repeated",
            12,
            "Entry 12 (checkpoint.commented of chk_ledger_0004) comes twice, or after a later one: it was copied or moved.",
          ],
          ["altered", 1, ALTERED],
        ],
      ],
      [
        "two entries of different checkpoints that changed places",
        rows((all) => edited(edited(all, 12, entry(13)), 13, entry(12))),
        [["altered", 1, ALTERED]],
      ],
      [
        "a copied entry before the first",
        rows((all) => [{ seq: 0, entry: entry(1) }, ...all]),
        [
          ["repeated", 0, "Entry 0 does not follow on entry 0: it was added."],
          [
            "repeated",
            1,
            "Entry 1 (checkpoint.raised of chk_ledger_0001) comes twice, or after a later one: it was copied or moved.",
          ],
          ["altered", 1, ALTERED],
        ],
      ],
      [
        "a copied entry behind the last",
        rows((all) => [...all, { seq: 601, entry: entry(12) }]),
        [
          [
            "repeated",
            601,
            "Entry 601 (checkpoint.resolved of chk_ledger_0004) comes twice, or after a later one: it was copied or moved.",
          ],
        ],
      ],
      ["a cut tail", rows((all) => all.slice(0, 590)), [["truncated", 591, cut(590)]]],
      ["a tail cut across a seal", rows((all) => all.slice(0, 490)), [["truncated", 491, cut(490)]]],
      [
        "a cut tail, with both heads of before",
        () => ({ ...former, rows: copy.rows.slice(0, 490), shelf: new Map([...copy.shelf, ...former.shelf]) }),
        [["truncated", 491, "The log ends with entry 490, but there is a seal of entries 1 to 500."]],
      ],
      [
        "an older copy of the store",
        () => ({ ...former, line: copy.line }),
        [
          [
            "rolled_back",
            451,
            "The store ends with entry 450 and was last sealed at 2026-11-20T10:00:00.150Z, but audit.head of 2026-11-20T10:00:00.200Z reaches to entry 600: an older copy of it was put back.",
          ],
        ],
      ],
      [
        "an older copy of the store that was written on",
        () => {
          const since = copy.rows
            .slice(450)
            .map(({ seq, entry: each }) => ({ seq, entry: signed({ ...each, at: 7 }, KEY) }));
          return { ...former, rows: [...former.rows, ...since], line: copy.line };
        },
        [
          ["seal", 1, "The seal of entries 1 to 500 is missing."],
          [
            "anchor",
            451,
            "audit.head of 2026-11-20T10:00:00.200Z does not fit entries 1 to 600: they were altered, an older copy of the store was put back and written on, or it belongs to another log.",
          ],
        ],
      ],
      [
        "a forged entry, with everything sealed anew",
        () => resealed({ ...copy, rows: edited(copy.rows, 12, forged(12)) }),
        [
          ["head", null, NOT_OURS],
          ["anchor", null, NOT_OUR_FILE],
          ["edited", 12, CHANGED],
          ["seal", 1, NOT_OUR_SEAL],
        ],
      ],
      [
        "a deleted entry, with everything sealed anew",
        () => resealed({ ...copy, rows: counted(without(copy.rows, 12)) }),
        [
          ["head", null, NOT_OURS],
          ["anchor", null, NOT_OUR_FILE],
          ["seal", 1, NOT_OUR_SEAL],
        ],
      ],
      ["an edited seal", shelf(sealKey(1), (seal) => seal.replace("500", "501")), [["seal", 1, NOT_OUR_SEAL]]],
      [
        "a seal in another's place",
        shelf(sealKey(1), () => writeSeal(sealOf(2, GENESIS), KEY)),
        [["seal", 1, NOT_OUR_SEAL]],
      ],
      ["a deleted seal", shelf(sealKey(1), () => undefined), [["seal", 1, "The seal of entries 1 to 500 is missing."]]],
      ["an edited head in the store", shelf(HEAD, (head) => head.replace("600", "599")), [["head", null, NOT_OURS]]],
      [
        "a deleted head in the store",
        shelf(HEAD, () => undefined),
        [["head", null, "The store's head is missing, although 600 entries were sealed."]],
      ],
      ["an edited audit.head", line((head) => head.replace("600", "601")), [["anchor", null, NOT_OUR_FILE]]],
      ["an audit.head of another secret", line(() => resealed(copy).line), [["anchor", null, NOT_OUR_FILE]]],
      [
        "an audit.head of another store",
        line(() => foreign),
        [
          [
            "anchor",
            501,
            "audit.head of 2026-11-20T10:00:00.170Z does not fit entries 1 to 510: they were altered, an older copy of the store was put back and written on, or it belongs to another log.",
          ],
        ],
      ],
      [
        "a deleted audit.head",
        line(() => undefined),
        [
          [
            "anchor",
            null,
            "audit.head is missing, and without it nothing shows whether the end of the log was cut off. If this replica has not sealed yet, ask again in a minute, or name the head of another one with --head.",
          ],
        ],
      ],
    ];

    test("says so when an audit.head is only older, and when no entry fits the secret", async () => {
      expect(await examine({ ...copy, line: former.line })).toMatchObject({
        found: 0,
        notes: [
          "audit.head is of 2026-11-20T10:00:00.150Z and covers 450 of the 600 entries that the store's head covers.",
        ],
      });
      const reader = { log: () => book.opened.store.log({ after: 0 }), kept: book.opened.shelf.get };
      const report = await verify(await evidenceOf(reader, []), WRONG);
      expect(report).toMatchObject({ found: 602, sealed: 0 });
      expect(report.notes).toContain(
        "Not one entry fits this secret: is HITL_SECRET, or HITL_DATA/secret, the one that the bot runs with?",
      );
    });

    test("holds every copy of audit.head against the log", async () => {
      const kept = async (key: string) => copy.shelf.get(key);
      async function* log() {
        yield* copy.rows;
      }
      const anchors = [
        { name: "monday", line: former.line },
        { name: "tuesday", line: copy.line },
        { name: "wednesday", line: foreign },
      ];
      const { found, findings } = await verify(await evidenceOf({ log, kept }, anchors), KEY);
      expect([found, findings[0]?.text]).toEqual([
        1,
        expect.stringMatching(/^wednesday of .* does not fit entries 1 to 510/),
      ]);
    });

    test.each(cases)("finds %s, and names it", async (_, tamper, findings) => {
      const report = await examine(tamper());
      expect(report.findings.map(({ what, seq, text }) => [what, seq, text])).toEqual(findings);
    });
  });
}
