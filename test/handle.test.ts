import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../src/checkpoint.ts";
import { type Handle, readHandle, signHandle, verifyHandle } from "../src/handle.ts";

const KEY = Buffer.alloc(32, 7);
const HANDLE: Handle = {
  id: "chk_0123456789",
  digest: `sha256:${"0".repeat(64)}`,
  action: "proceed",
  surface: "slack",
  workspace: "T1",
};

describe("an action handle", () => {
  it("reads like what it is", () => {
    expect(signHandle(KEY, HANDLE)).toMatch(/^h1\.p\.chk_0123456789\.[A-Za-z0-9_-]{16}$/);
    expect(readHandle("h1.j.chk_0123456789.abcdefghijklmnop")).toEqual({
      action: "reject",
      id: "chk_0123456789",
      mac: "abcdefghijklmnop",
    });
  });

  it("is the same today as it was when the card was posted", () => {
    expect(signHandle(KEY, HANDLE)).toBe("h1.p.chk_0123456789.QTNXx2Hr1x1zkTso");
  });

  it("fits into a Discord button with the longest id", () => {
    expect(signHandle(KEY, { ...HANDLE, id: "x".repeat(64) }).length).toBe(86);
  });

  it("stands for every action, and each for itself alone", () => {
    const texts = ACTIONS.map((action) => signHandle(KEY, { ...HANDLE, action }));
    expect(texts.map((text) => readHandle(text)?.action)).toEqual([...ACTIONS]);
    const accepted = ACTIONS.map(
      (action) => texts.filter((text) => verifyHandle(KEY, text, { ...HANDLE, action })).length,
    );
    expect(accepted).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it.each<[string, Partial<Handle>]>([
    ["checkpoint", { id: "chk_0123456780" }],
    ["payload", { digest: `sha256:${"1".repeat(64)}` }],
    ["action", { action: "cancel" }],
    ["surface", { surface: "discord" }],
    ["workspace", { workspace: "T2" }],
    ["place without a workspace", { workspace: null }],
  ])("is not taken for another %s", (_name, other) => {
    const text = signHandle(KEY, HANDLE);
    expect(verifyHandle(KEY, text, HANDLE)).toBe(true);
    expect(verifyHandle(KEY, text, { ...HANDLE, ...other })).toBe(false);
  });

  it("does not let one field run into the next", () => {
    const text = signHandle(KEY, { ...HANDLE, digest: "a", workspace: "b" });
    expect(verifyHandle(KEY, text, { ...HANDLE, digest: 'a","b', workspace: null })).toBe(false);
  });

  it("is worth nothing under another key", () => {
    expect(verifyHandle(Buffer.alloc(32, 8), signHandle(KEY, HANDLE), HANDLE)).toBe(false);
  });

  it("is refused in 10,000 of 10,000 altered forms, without a throw", () => {
    const text = signHandle(KEY, HANDLE);
    const position = fc.nat(text.length);
    const altered = fc.oneof(
      fc
        .tuple(position, fc.string({ unit: "binary", maxLength: 3 }))
        .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
      fc.tuple(position, fc.string({ maxLength: 2 })).map(([at, put]) => text.slice(0, at) + put + text.slice(at)),
      fc.tuple(position, position).map(([from, to]) => text.slice(from, to)),
      fc
        .tuple(fc.constantFrom(..."prfjcae"), fc.stringMatching(/^[A-Za-z0-9_-]{16}$/))
        .map(([letter, mac]) => `h1.${letter}.${HANDLE.id}.${mac}`),
      fc.constantFrom(text.toUpperCase(), `${text}\n`, ` ${text}`, `${text}=`, text.repeat(2), ""),
      fc.string({ unit: "binary", maxLength: 200 }),
    );
    let tried = 0;
    fc.assert(
      fc.property(altered, (forged) => {
        fc.pre(forged !== text);
        tried += 1;
        expect(verifyHandle(KEY, forged, HANDLE)).toBe(false);
      }),
      { numRuns: 10_000 },
    );
    expect(tried).toBe(10_000);
  });
});
