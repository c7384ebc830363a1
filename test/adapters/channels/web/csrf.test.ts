import { describe, expect, it } from "vitest";
import { seal, unseal } from "../../../../adapters/channels/web/carry.ts";
import { isOwnForm, isSame } from "../../../../adapters/channels/web/csrf.ts";
import { localPath } from "../../../../adapters/channels/web/transport.ts";
import { NOON } from "../../../town.ts";

const BASE = "https://hitl.example.com";
const host = "hitl.example.com";
const of = (origin?: string, site?: string, called = host) => isOwnForm({ host: called, origin, site }, BASE);

describe("a form", () => {
  it("is ours when the browser says that it was sent from here", () => {
    expect(of(undefined, "same-origin")).toBe(true);
    expect(of(BASE)).toBe(true);
    // A proxy calls us by another name than the browser does; or somebody calls us by one of ours.
    expect(of(BASE, undefined, "10.0.0.7:8787")).toBe(true);
    expect(of("http://localhost:8787", undefined, "localhost:8787")).toBe(true);
  });

  it("is not ours when it says otherwise, or nothing", () => {
    for (const site of ["cross-site", "same-site", "none", ""]) expect(of(BASE, site)).toBe(false);
    for (const origin of [undefined, "null", "", "https://evil.example", "https://hitl.example.com.evil.example", "x"])
      expect(of(origin)).toBe(false);
    expect(of("https://evil.example", "same-site")).toBe(false);
  });

  it("carries a token that is compared as a whole", () => {
    expect(isSame("abc", "abc")).toBe(true);
    for (const wrong of [undefined, "", "ab", "abcd", "abd"]) expect(isSame(wrong, "abc")).toBe(false);
  });
});

describe("what was typed before a sign-in", () => {
  const key = Buffer.alloc(32, 3);
  const carried = { id: "chk_12345678", verb: "act", fields: new Map([["f.feedback", "One\nTwo"]]) };
  const fields = new Map(Object.entries(seal(carried, NOON, key)));

  it("comes back as it was", () => {
    expect(unseal(fields, NOON + 3_600_000, key)).toEqual(carried);
  });

  it("counts for nothing when it was changed, is a day old, or was sealed elsewhere", () => {
    const changed = new Map(fields).set("carry", String(fields.get("carry")).replace("One", "Two"));
    expect(unseal(changed, NOON, key)).toBeUndefined();
    expect(unseal(fields, NOON + 25 * 3_600_000, key)).toBeUndefined();
    expect(unseal(fields, NOON, Buffer.alloc(32, 4))).toBeUndefined();
    expect(unseal(new Map(), NOON, key)).toBeUndefined();
  });
});

describe("where a sign-in leads", () => {
  it("is a path of this inbox, or the start", () => {
    expect(localPath("/checkpoints/chk_12345678?told=acted")).toBe("/checkpoints/chk_12345678?told=acted");
    for (const other of [
      undefined,
      null,
      "",
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/a b",
      "/a\r\nb",
      "x",
    ])
      expect(localPath(other)).toBe("/");
  });
});
