/**
 * The seal over the log: a chain of SHA-256 hashes, one link for each entry, over everything but its data, so that
 * retention may erase the data and the chain still holds. Seals and heads carry a message authentication code: the
 * chain alone could be computed anew by whoever can write the store.
 *
 *   hash(0) = sha256:000…     hash(seq) = sha256(hash(seq - 1) "\n" canonical({seq, entry without data}))
 */
import { createHmac, hash as sha, timingSafeEqual } from "node:crypto";
import { canonical, isObject, type JsonObject } from "./json.ts";
import { iso } from "./time.ts";

/** Seal n covers the entries from (n - 1) × BLOCK + 1 to n × BLOCK: whoever seals writes the same seals. */
export const BLOCK = 500;

export const GENESIS = `sha256:${"0".repeat(64)}`;

/** Where the shelf keeps them. */
export const HEAD = "seal:head";
export const sealKey = (number: number): string => `seal:${number}`;

export interface Link {
  seq: number;
  /** An entry, or whatever somebody has put in its place. */
  entry: unknown;
}

export interface Seal {
  number: number;
  from: number;
  to: number;
  hash: string;
}

/** How far the chain has come, and when. */
export interface Head {
  seq: number;
  hash: string;
  at: number;
}

export function chain(previous: string, links: Iterable<Link>): string {
  let hash = previous;
  for (const { seq, entry } of links) {
    const link = canonical({ seq, entry: withoutData(entry) });
    hash = `sha256:${sha("sha256", `${hash}\n${link}`)}`;
  }
  return hash;
}

function withoutData(entry: unknown): unknown {
  if (!isObject(entry)) return entry ?? null;
  const { data: _, ...rest } = entry;
  return rest;
}

export function sealOf(number: number, hash: string): Seal {
  return { number, from: (number - 1) * BLOCK + 1, to: number * BLOCK, hash };
}

/** The same text for the same seal, whoever writes it. */
export function writeSeal(seal: Seal, key: Buffer): string {
  return signed({ sealed: "block", ...seal }, key);
}

/** Undefined when it is not one that this key has signed. */
export function readSeal(text: string, key: Buffer): Seal | undefined {
  const seal = genuine(text, "block", key);
  return seal && { number: Number(seal.number), from: Number(seal.from), to: Number(seal.to), hash: String(seal.hash) };
}

/** One line of JSON, for the shelf and for the file that is kept elsewhere. */
export function writeHead({ seq, hash, at }: Head, key: Buffer): string {
  return signed({ sealed: "head", seq, hash, at: iso(at) }, key);
}

export function readHead(text: string, key: Buffer): Head | undefined {
  const head = genuine(text, "head", key);
  return head && { seq: Number(head.seq), hash: String(head.hash), at: Date.parse(String(head.at)) };
}

function signed(value: JsonObject, key: Buffer): string {
  return JSON.stringify({ ...value, mac: macOf(value, key) });
}

function genuine(text: string, sealed: "block" | "head", key: Buffer): JsonObject | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || typeof parsed.mac !== "string") return undefined;
  const { mac, ...value } = parsed;
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(value, key))];
  return given.length === right.length && timingSafeEqual(given, right) && value.sealed === sealed ? value : undefined;
}

function macOf(value: JsonObject, key: Buffer): string {
  return createHmac("sha256", key).update(canonical(value)).digest("base64url");
}
