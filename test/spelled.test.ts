import fc from "fast-check";
import { expect, test } from "vitest";
import { spelledJson } from "../src/spelled.ts";

test("spells out every hidden character of a JSON text", () => {
  const value = { "a\u200b": ["\u{e0041}", "漢字", "\x7f\x9b", "\u202e"] };
  expect(spelledJson(JSON.stringify(value))).toBe('{"a\\u200b":["\\udb40\\udc41","漢字","\\u007f\\u009b","\\u202e"]}');
});

test("never changes what the JSON says", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const spelled = spelledJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(spelled)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(spelled.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});
