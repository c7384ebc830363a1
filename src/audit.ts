/** The record of who did what: every commit appends entries, each with its own message authentication code. */
import { timingSafeEqual } from "node:crypto";
import type { By } from "./checkpoint.ts";
import { canonical, digestOf } from "./json.ts";
import { hmac } from "./mac.ts";
import type { Entry } from "./ports.ts";
import { isBlank } from "./text.ts";

type Unsigned = Omit<Entry, "mac" | "content">;

/** HMAC-SHA-256 over the canonical JSON of everything but `data`, which goes in by its digest. */
export function signEntry(entry: Unsigned, key: Buffer): Entry {
  if (!isNamed(entry.by))
    throw new Error("An entry has to name who did it, by an id: nothing happens on behalf of nobody.");
  const content = digestOf(entry.data);
  return { ...entry, content, mac: macOf({ ...entry, content }, key) };
}

/** A name is decoration; who did it is known by what cannot be left blank. */
function isNamed(by: By): boolean {
  return by.kind === "person" ? ![by.person, by.surface, by.id].some(isBlank) : !isBlank(by.name);
}

/** Holds for an entry as it was written, and for one whose data was erased since. */
export function isGenuine({ mac, ...entry }: Entry, key: Buffer): boolean {
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(entry, key))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
  return isErased(entry) || digestOf(entry.data) === entry.content;
}

/** Every entry is written with something in it. */
export function isErased({ data }: Pick<Entry, "data">): boolean {
  return Object.keys(data).length === 0;
}

function macOf({ data: _, ...entry }: Omit<Entry, "mac">, key: Buffer): string {
  return hmac(key, canonical(entry));
}
