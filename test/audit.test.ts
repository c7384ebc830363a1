import { expect, test } from "vitest";
import { isGenuine, signEntry } from "../src/audit.ts";
import type { By } from "../src/checkpoint.ts";
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

test("nothing is recorded on behalf of nobody", () => {
  const blanks = ["", " ", "\t\n", "\u200b", "\u00a0", undefined as unknown as string];
  const bob = { kind: "person", person: "bob", surface: "slack", id: "U0BOB" } as const;
  const nobodies: By[] = blanks.flatMap((blank) => [
    { ...bob, person: blank },
    { ...bob, id: blank },
    { kind: "agent", name: blank } as const,
    { kind: "policy", name: blank } as const,
    { kind: "system", name: blank } as const,
  ]);
  expect(nobodies).toHaveLength(30);
  const { mac: _, content: __, ...rest } = entry;
  for (const by of nobodies) expect(() => signEntry({ ...rest, by }, key)).toThrow(/has to name who did it/);
  expect(signEntry({ ...rest, by: { ...bob, name: "" } }, key).by).toEqual({ ...bob, name: "" });
});
