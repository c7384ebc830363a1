import { expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { makeCapabilities } from "../src/capability.ts";

test("a capability leads to its connection, and nothing near it does", async () => {
  const { shelf } = openMemory();
  const capabilities = makeCapabilities(shelf);
  const made = await capabilities.issue("fleet");
  expect(made).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(await capabilities.connectionOf(made)).toBe("fleet");
  for (const other of ["", made.slice(1), `${made}A`, `${made.slice(0, -1)}${made.endsWith("A") ? "B" : "A"}`, "../x"])
    expect(await capabilities.connectionOf(other)).toBeUndefined();
});

test("a new one makes the one before void, and revoking makes the last one void", async () => {
  const capabilities = makeCapabilities(openMemory().shelf);
  const first = await capabilities.issue("fleet");
  const second = await capabilities.issue("fleet");
  expect(await capabilities.connectionOf(first)).toBeUndefined();
  expect(await capabilities.connectionOf(second)).toBe("fleet");
  expect(await capabilities.revoke("fleet")).toBe(true);
  expect(await capabilities.connectionOf(second)).toBeUndefined();
  expect(await capabilities.revoke("fleet")).toBe(false);
});

test("the shelf never holds what was shown", async () => {
  const { shelf } = openMemory();
  const kept: string[] = [];
  const watched = {
    ...shelf,
    get: shelf.get.bind(shelf),
    add: shelf.add.bind(shelf),
    take: shelf.take.bind(shelf),
    set: (key: string, value: string, ttl?: number) => {
      kept.push(key, value);
      return shelf.set(key, value, ttl);
    },
  };
  const made = await makeCapabilities(watched).issue("fleet");
  expect(kept).toHaveLength(4);
  expect(kept.join(" ")).not.toContain(made);
});
