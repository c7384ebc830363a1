import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, digestOf, type Json, parseStrict, pointer } from "../src/json.ts";
import { costOf } from "./cost.ts";

function problem(text: string): { pointer: string; message: string } {
  const parsed = parseStrict(text);
  if (parsed.ok) throw new Error("was taken");
  return parsed.problem;
}

describe("strict JSON", () => {
  test("takes any JSON value as JSON.parse does", () => {
    const refusedOnPurpose = /__proto__|(?<![\d.])\d{16,}(?![\d.e])/;
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        fc.pre(!refusedOnPurpose.test(text));
        expect(parseStrict(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      { numRuns: 500 },
    );
  });

  test("takes nothing damaged that JSON.parse refuses, and quotes none of it", () => {
    const damage = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", "]", "}", ",", '"', "\\", "\u0000", "0", "-", "x"),
    );
    let refused = 0;
    fc.assert(
      fc.property(damage, ([json, at, put]) => {
        const text = `["s3cret",${json},"s3cret"]`;
        const cut = at % (text.length + 1);
        const damaged = text.slice(0, cut) + put + text.slice(cut + 1);
        const parsed = parseStrict(damaged);
        if (parsed.ok) expect(JSON.parse(damaged)).toEqual(parsed.value);
        else expect(parsed.problem.message).not.toContain("s3c");
        refused += parsed.ok ? 0 : 1;
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  test.each<[string, string, string]>([
    ['{"a":1,"b":2,"a":3}', "/a", "the key appears twice"],
    ['{"a":{"b":[0,{"c":1,"c":1}]}}', "/a/b/1/c", "the key appears twice"],
    ['{"a":1,"\\u0061":2}', "/a", "the key appears twice"],
    ['{"__proto__":{"admin":true}}', "/__proto__", "the key __proto__ is not allowed"],
    ['{"x":{"\\u005f_proto__":1}}', "/x/__proto__", "the key __proto__ is not allowed"],
    ['{"a":"\\ud800"}', "/a", "half a character (a lone surrogate) inside a string"],
    ['{"a":"\\udc00\\ud800"}', "/a", "half a character (a lone surrogate) inside a string"],
    ['["ok","\ud83d"]', "/1", "half a character (a lone surrogate) inside a string"],
    ['{"\\ud83d":1}', "", "half a character (a lone surrogate) inside a string"],
    ['{"n":12345678901234567890}', "/n", "the number cannot be kept exactly; send it as a string"],
    ['{"n":-9007199254740992}', "/n", "the number cannot be kept exactly; send it as a string"],
    ['{"n":1e400}', "/n", "the number cannot be kept exactly; send it as a string"],
    ['{"a/b":{"c~d":[1,2,1e999]}}', "/a~1b/c~0d/2", "the number cannot be kept exactly; send it as a string"],
    ["[".repeat(33), "/0".repeat(32), "nested deeper than 32 levels"],
    ['{"a":\n  1,\n}', "", "not JSON: expected a key in double quotes at line 3, column 1"],
    ['{"a" 1}', "/a", "not JSON: expected a colon at line 1, column 6"],
    ['{"a":1 "b":2}', "", "not JSON: expected a comma or } at line 1, column 8"],
    ["[1 2]", "", "not JSON: expected a comma or ] at line 1, column 4"],
    ["[1,]", "/1", "not JSON: expected a value at line 1, column 4"],
    ["[01]", "", "not JSON: expected a comma or ] at line 1, column 3"],
    ["-", "", "not JSON: expected a number at line 1, column 1"],
    ['"a\tb"', "", "not JSON: expected no control character inside a string at line 1, column 3"],
    ['"a\\x"', "", "not JSON: expected an escape that JSON knows at line 1, column 4"],
    ['"\\u12g4"', "", "not JSON: expected four hexadecimal digits at line 1, column 3"],
    ['"open', "", "not JSON: expected a closing quote at line 1, column 6"],
    ["1 2", "", "not JSON: expected the end at line 1, column 3"],
    ["NaN", "", "not JSON: expected a value at line 1, column 1"],
    ["", "", "not JSON: expected a value at line 1, column 1"],
    ["\ufeff{}", "", "not JSON: expected a value at line 1, column 1"],
  ])("refuses %j and says where", (text, at, message) => {
    expect(problem(text)).toEqual({ pointer: at, message });
  });

  test("refuses the 2,001st key, wherever it stands", () => {
    const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(",")}}`;
    expect(parseStrict(keys(2_000)).ok).toBe(true);
    expect(problem(keys(2_001))).toEqual({ pointer: "/k2000", message: "more than 2000 keys" });
    expect(problem(`[${keys(1_500)},${keys(501)}]`)).toEqual({ pointer: "/1/k500", message: "more than 2000 keys" });
  });

  test("takes what is exact: whole numbers up to 2^53, decimals, minus zero, pairs of surrogates, 32 levels", () => {
    expect(parseStrict("[9007199254740991,0.1234567890123456789,-0,1e22]")).toEqual({
      ok: true,
      value: [9007199254740991, 0.12345678901234568, -0, 1e22],
    });
    expect(parseStrict('"\\ud83d\\ude00 😀"')).toEqual({ ok: true, value: "😀 😀" });
    expect(parseStrict("[".repeat(32) + "]".repeat(32)).ok).toBe(true);
    expect(parseStrict('{"constructor":{"prototype":{"x":1}},"toString":2}').ok).toBe(true);
  });

  test.each([
    ["one long string", `"${"a".repeat(262_142)}"`],
    ["one long string of escapes", `"${"\\u0041".repeat(43_690)}"`],
    ["one long number", `0.${"1".repeat(262_142)}`],
    ["an open quote", `"${"\\\\".repeat(131_000)}`],
    ["many items", `[${"1,".repeat(131_000)}1]`],
    ["many brackets", "[".repeat(262_144)],
    ["many spaces", " ".repeat(262_144)],
  ])("reads 256 KB of %s in time that grows with its length", (_, text) => {
    // About 25 ms at the worst; a quadratic reader would need minutes.
    expect(costOf(() => parseStrict(text))).toBeLessThan(2_000);
  });
});

describe("canonical JSON", () => {
  test("writes the samples of RFC 8785 as it says", () => {
    const sample = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonical(JSON.parse(sample))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("sorts keys by UTF-16 code units, as RFC 8785 section 3.2.3 shows", () => {
    const sample = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(canonical(sample)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",' +
        '"€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("writes the double %s as RFC 8785, appendix B, does", (hex, text) => {
    expect(canonical(Buffer.from(hex, "hex").readDoubleBE())).toBe(text);
  });

  test("is one text whatever the order of the keys, and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = canonical(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(reversed(value as Json))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("leaves out members that are undefined", () => {
    expect(canonical({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
  });

  test("names a document by the SHA-256 of its canonical text", () => {
    expect(digestOf({})).toBe("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }));
  });
});

test("escapes pointers as RFC 6901 says", () => {
  expect(pointer(["a/b", 0, "c~d", ""])).toBe("/a~1b/0/c~0d/");
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
