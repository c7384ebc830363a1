import { expect, test } from "vitest";
import { isGenuine, signEntry } from "../src/audit.ts";
import { deriveKeys } from "../src/keys.ts";
import type { Entry } from "../src/ports.ts";

const key = deriveKeys(Buffer.alloc(32, 1)).audit;
const entry: Entry = signEntry(
  {
    id: "chk_audit_1",
    type: "checkpoint.resolved",
    revision: 2,
    at: 1,
    host: 2,
    digest: "sha256:00",
    by: { kind: "person", person: "bob", surface: "api", id: "bob" },
    data: { action: "proceed", outcome: "approved" },
  },
  key,
);

test("an entry that nobody touched is genuine, whatever the order of its members", () => {
  expect(isGenuine(entry, key)).toBe(true);
  expect(isGenuine(JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(entry).reverse()))), key)).toBe(true);
});

test("another person, time, action, digest or key is a forgery", () => {
  const forged: Entry[] = [
    { ...entry, at: 3 },
    { ...entry, host: 3 },
    { ...entry, digest: "sha256:01" },
    { ...entry, revision: 3 },
    { ...entry, by: { kind: "person", person: "mallory", surface: "api", id: "bob" } },
    { ...entry, data: { action: "reject", outcome: "rejected" } },
    { ...entry, mac: "" },
  ];
  for (const each of forged) expect(isGenuine(each, key)).toBe(false);
  expect(isGenuine(entry, deriveKeys(Buffer.alloc(32, 2)).audit)).toBe(false);
});

test("one secret makes a different key for every purpose", () => {
  const keys = Object.values(deriveKeys(Buffer.alloc(32, 1))).map((each) => each.toString("base64url"));
  expect(new Set(keys).size).toBe(keys.length);
});
