import { expect, test } from "vitest";
import { deriveKeys } from "../src/keys.ts";
import { chain, GENESIS, readHead, readSeal, sealOf, writeHead, writeSeal } from "../src/seal.ts";
import { RAISED } from "./make.ts";

const key = deriveKeys(Buffer.alloc(32, 1)).audit;
const other = deriveKeys(Buffer.alloc(32, 2)).audit;

const raised = {
  id: "chk_seal_0001",
  type: "checkpoint.raised",
  revision: 1,
  at: 1,
  host: 2,
  by: { kind: "agent", name: "ci" },
  digest: "sha256:00",
  data: { title: "Publish it" },
  content: "sha256:11",
  mac: "m",
};
const resolved = { ...raised, type: "checkpoint.resolved", revision: 2 };
// Computed by another program in another language.
const FIRST = "sha256:aad76c775ec4b7450394b20db15d824a625d4a6393f3a5e5519d6b1b83bc9cba";
const SECOND = "sha256:7f5ec892689d55eff299732b37f2942d398a065ae953ecfd543cc2c4c8b0327b";

test("each entry's hash follows from the one before it", () => {
  expect(chain(GENESIS, [{ seq: 1, entry: raised }])).toBe(FIRST);
  expect(chain(FIRST, [{ seq: 2, entry: resolved }])).toBe(SECOND);
  expect(
    chain(
      GENESIS,
      [raised, resolved].map((entry, index) => ({ seq: index + 1, entry })),
    ),
  ).toBe(SECOND);
});

test("erasing an entry's data changes no hash; everything else does", () => {
  const hash = (entry: unknown, seq = 1) => chain(GENESIS, [{ seq, entry }]);
  expect(hash({ ...raised, data: {} })).toBe(FIRST);
  expect(hash(Object.fromEntries(Object.entries(raised).reverse()))).toBe(FIRST);
  const others = [
    hash(raised, 2),
    hash({ ...raised, content: "sha256:12" }),
    hash({ ...raised, by: { kind: "agent", name: "cd" } }),
    hash({ ...raised, mac: "n" }),
    hash({ ...raised, more: null }),
    hash(null),
    hash(undefined),
    hash("text"),
  ];
  expect(others).not.toContain(FIRST);
});

test("whoever seals a block writes the same seal, and only the key reads it", () => {
  const text = writeSeal(sealOf(3, FIRST), key);
  expect(writeSeal(sealOf(3, FIRST), key)).toBe(text);
  expect(readSeal(text, key)).toEqual({ number: 3, from: 1_001, to: 1_500, hash: FIRST });
  const forgeries = [
    text.replace("1500", "1499"),
    text.replace(FIRST, SECOND),
    text.replace('"mac"', '"mca"'),
    writeSeal(sealOf(3, FIRST), other),
    writeHead({ seq: 3, hash: FIRST, at: RAISED }, key),
    "",
    "null",
    "{}",
    '{"mac":1}',
  ];
  for (const forgery of forgeries) expect(readSeal(forgery, key), forgery).toBeUndefined();
});

test("a head is one line that says how far, what and when", () => {
  const line = writeHead({ seq: 7, hash: FIRST, at: RAISED }, key);
  expect(line).toMatch(
    /^\{"sealed":"head","seq":7,"hash":"sha256:aad7\w{60}","at":"2026-11-20T10:00:00.000Z","mac":"[\w-]{43}"\}$/,
  );
  expect(readHead(line, key)).toEqual({ seq: 7, hash: FIRST, at: RAISED });
  for (const forgery of [line.replace("7", "6"), line.replace("10:00", "11:00"), writeSeal(sealOf(7, FIRST), key)])
    expect(readHead(forgery, key), forgery).toBeUndefined();
  expect(readHead(line, other)).toBeUndefined();
});
