/** The record of who did what: every commit appends entries, each with its own message authentication code. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { canonical } from "./json.ts";
import type { Entry } from "./ports.ts";

/** HMAC-SHA-256 over the canonical JSON of everything but the code itself. */
export function signEntry(entry: Omit<Entry, "mac">, key: Buffer): Entry {
  return { ...entry, mac: macOf(entry, key) };
}

export function isGenuine({ mac, ...entry }: Entry, key: Buffer): boolean {
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(entry, key))];
  return given.length === right.length && timingSafeEqual(given, right);
}

function macOf(entry: Omit<Entry, "mac">, key: Buffer): string {
  return createHmac("sha256", key).update(canonical(entry)).digest("base64url");
}
