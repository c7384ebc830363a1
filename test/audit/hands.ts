/** What somebody does to the files of a stopped bot with a database shell and an editor: one tampering, drawn at random. */
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { signEntry } from "../../src/audit.ts";
import { deriveKeys } from "../../src/keys.ts";
import type { Entry } from "../../src/ports.ts";
import { chain, GENESIS, HEAD, sealKey, sealOf, writeHead, writeSeal } from "../../src/seal.ts";

export interface Files {
  db: string;
  head: string;
}

/** Where and with what, from 0 to 1 each, so that every draw fits every kind. */
export interface Draw {
  kind: Kind;
  where: number;
  there: number;
  what: number;
}

const WRONG = deriveKeys(Buffer.alloc(32, 9)).audit;

interface Hands extends Omit<Draw, "kind"> {
  db: DatabaseSync;
  files: Files;
  /** Older, genuine ones. */
  former: Files;
  last: number;
}

const at = ({ last }: Hands, part: number) => 1 + Math.floor(part * last);
/** Another one. */
const other = (hands: Hands) => {
  const [one, two] = [at(hands, hands.where), at(hands, hands.there)];
  return one === two ? (one % hands.last) + 1 : two;
};
const read = ({ db }: Hands, seq: number): Entry =>
  JSON.parse(String(db.prepare("SELECT entry FROM log WHERE seq = ?").get(seq)?.entry));
const write = ({ db }: Hands, seq: number, entry: unknown) =>
  db.prepare("UPDATE log SET entry = ? WHERE seq = ?").run(JSON.stringify(entry), seq);
const kept = ({ db }: Hands, key: string) =>
  String(db.prepare("SELECT value FROM shelf WHERE key = ?").get(key)?.value);
const keep = ({ db }: Hands, key: string, value: string) =>
  db.prepare("INSERT OR REPLACE INTO shelf (key, value) VALUES (?, ?)").run(key, value);
const pick = <T>(part: number, from: readonly T[]): T => from[Math.floor(part * from.length)] as T;

/** From there on, one further up or down. */
function move({ db }: Hands, from: number, by: 1 | -1): void {
  // Over negative numbers, so that no two are ever the same on the way.
  db.prepare("UPDATE log SET seq = -seq WHERE seq >= ?").run(from);
  db.prepare("UPDATE log SET seq = -seq + ? WHERE seq < 0").run(by);
}

function insert(hands: Hands, seq: number, entry: Entry): void {
  hands.db.prepare("INSERT INTO log (seq, id, entry) VALUES (?, ?, ?)").run(seq, entry.id, JSON.stringify(entry));
}

function remove({ db }: Hands, seq: number): void {
  db.prepare("DELETE FROM log WHERE seq = ?").run(seq);
}

function cut({ db }: Hands, from: number): void {
  db.prepare("DELETE FROM log WHERE seq >= ?").run(from);
}

function reseal(hands: Hands): void {
  let hash = GENESIS;
  let last = 0;
  for (const { seq, entry } of hands.db.prepare("SELECT seq, entry FROM log ORDER BY seq").all()) {
    last = Number(seq);
    hash = chain(hash, [{ seq: last, entry: JSON.parse(String(entry)) }]);
    if (last % 500 === 0) keep(hands, sealKey(last / 500), writeSeal(sealOf(last / 500, hash), WRONG));
  }
  const line = writeHead({ seq: last, hash, at: 0 }, WRONG);
  keep(hands, HEAD, line);
  writeFileSync(hands.files.head, line);
}

/** One letter or digit of it is another one. */
function miswritten(text: string, part: number): string {
  const places = [...text.matchAll(/[0-9a-zA-Z]/g)].map(({ index }) => index);
  const place = pick(part, places);
  return text.slice(0, place) + (text[place] === "7" ? "3" : "7") + text.slice(place + 1);
}

/** Another value of the same kind. */
function another(value: unknown, part: number): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return value === "" ? "x" : miswritten(`${value}0`, part);
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
    const members = Object.entries(value);
    const [name] = pick(part, members);
    return Object.fromEntries(members.map(([key, each]) => [key, key === name ? another(each, part) : each]));
  }
  return { more: "x" };
}

const KINDS = {
  "edits an entry": (hands) => {
    const seq = at(hands, hands.where);
    const entry = read(hands, seq);
    const member = pick(hands.what, Object.keys(entry) as (keyof Entry)[]);
    write(hands, seq, { ...entry, [member]: another(entry[member], hands.there) });
  },
  "adds to an entry": (hands) => {
    const seq = at(hands, hands.where);
    write(hands, seq, { ...read(hands, seq), address: "192.0.2.1" });
  },
  "takes the data out of an entry": (hands) => {
    let seq = at(hands, hands.where);
    while (Object.keys(read(hands, seq).data).length === 0) seq = (seq % hands.last) + 1;
    write(hands, seq, { ...read(hands, seq), data: {} });
  },
  "takes data out and claims that it was erased": (hands) => {
    KINDS["takes the data out of an entry"](hands);
    const { mac: _, content: __, ...entry } = read(hands, at(hands, hands.where));
    insert(
      hands,
      hands.last + 1,
      signEntry({ ...entry, type: "checkpoint.erased", revision: 99, data: { x: 1 } }, WRONG),
    );
  },
  "spoils an entry": (hands) => write(hands, at(hands, hands.where), pick(hands.what, [null, [], "x", 7, {}])),
  "files an entry elsewhere": ({ db, ...hands }) => {
    const seq = at({ db, ...hands }, hands.where);
    db.prepare("UPDATE log SET id = 'chk_somewhere_else' WHERE seq = ?").run(seq);
  },
  "deletes an entry": (hands) => remove(hands, at(hands, hands.where)),
  "deletes an entry and counts anew": (hands) => {
    const seq = at(hands, hands.where);
    remove(hands, seq);
    if (seq < hands.last) move(hands, seq + 1, -1);
  },
  "swaps two entries": (hands) => {
    const [one, two] = [at(hands, hands.where), other(hands)];
    const [first, second] = [read(hands, one), read(hands, two)];
    write(hands, one, second);
    write(hands, two, first);
  },
  "copies an entry to the end": (hands) => insert(hands, hands.last + 1, read(hands, at(hands, hands.where))),
  "copies an entry before the first": (hands) =>
    insert(hands, pick(hands.what, [0, -1, -1_000]), read(hands, at(hands, hands.where))),
  "copies an entry far behind the last": (hands) =>
    insert(hands, hands.last + 1 + Math.floor(hands.what * 2_000), read(hands, at(hands, hands.where))),
  "copies an entry between others": (hands) => {
    const entry = read(hands, at(hands, hands.where));
    const seq = other(hands);
    move(hands, seq, 1);
    insert(hands, seq, entry);
  },
  "replaces an entry by another": (hands) => write(hands, other(hands), read(hands, at(hands, hands.where))),
  "forges an entry at the end": (hands) => {
    const { mac: _, content: __, ...entry } = read(hands, at(hands, hands.where));
    insert(hands, hands.last + 1, signEntry({ ...entry, id: "chk_forged_0001", type: "checkpoint.raised" }, WRONG));
  },
  "cuts the tail": (hands) => cut(hands, at(hands, hands.where)),
  "cuts the tail and puts the older head back": (hands) => {
    const { db } = hands;
    db.exec(`ATTACH '${hands.former.db}' AS former`);
    db.exec(`INSERT OR REPLACE INTO shelf SELECT * FROM former.shelf WHERE key = '${HEAD}'`);
    const covered = Number(JSON.parse(kept(hands, HEAD)).seq);
    db.exec("DETACH former");
    cut(hands, covered + 1);
  },
  "puts an older store back": ({ db, files, former }) => {
    db.close();
    copyFileSync(former.db, files.db);
  },
  "edits and seals anew": (hands) => {
    KINDS["edits an entry"](hands);
    reseal(hands);
  },
  "deletes, counts anew and seals anew": (hands) => {
    KINDS["deletes an entry and counts anew"](hands);
    reseal(hands);
  },
  "cuts the tail and seals anew": (hands) => {
    cut(hands, at(hands, hands.where));
    reseal(hands);
  },
  "seals anew": (hands) => reseal(hands),
  "edits a seal": (hands) => keep(hands, sealKey(1), miswritten(kept(hands, sealKey(1)), hands.where)),
  "deletes a seal": ({ db }) => db.prepare("DELETE FROM shelf WHERE key = ?").run(sealKey(1)),
  "edits the head": (hands) => keep(hands, HEAD, miswritten(kept(hands, HEAD), hands.where)),
  "deletes the head": ({ db }) => db.prepare("DELETE FROM shelf WHERE key = ?").run(HEAD),
  "edits audit.head": (hands) => writeFileSync(hands.files.head, miswritten(kept(hands, HEAD), hands.where)),
  "deletes audit.head": ({ files }) => rmSync(files.head),
  "writes another audit.head": ({ files, what }) => writeFileSync(files.head, pick(what, ["", "{}", "null", "head"])),
} satisfies Record<string, (hands: Hands) => void>;

export type Kind = keyof typeof KINDS;

export const DRAW: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
  where: part(),
  there: part(),
  what: part(),
});

function part(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
}

export function tamper({ kind, ...draw }: Draw, files: Files, former: Files): void {
  const db = new DatabaseSync(files.db);
  db.exec("PRAGMA synchronous = OFF");
  const last = Number(db.prepare("SELECT max(seq) AS seq FROM log").get()?.seq);
  KINDS[kind]({ ...draw, db, files, former, last });
  if (db.isOpen) db.close();
}
