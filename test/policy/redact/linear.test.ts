/** What an agent sends costs time in proportion to its length, whatever stands in it. */
import { describe, expect, test } from "vitest";
import { hideIn } from "../../../src/policy/redact/raise.ts";
import { type Rules, rulesOf, SHAPES, type ShapeName } from "../../../src/policy/redact/rules.ts";
import { coverText } from "../../../src/policy/redact/text.ts";
import { costOf } from "../../cost.ts";
import { HOSTILE, repeated } from "./hostile.ts";

const KB = 1_024;
/** Four times as much may cost six times as much; below this many ms of the short text a figure is all noise. */
const RATIO = 6;
const NOISE_MS = 10;

/** The best of some runs. */
function cost(work: () => void, runs = 3): number {
  return Math.min(...Array.from({ length: runs }, () => costOf(work)));
}

function only(name: ShapeName): Rules {
  return rulesOf({ shapes: Object.fromEntries(SHAPES.map((shape) => [shape, shape === name])) });
}

/** Measured again while it looks bad, the best figures kept: caches and collections of garbage only ever add. */
function expectLinear(what: string, work: (length: number) => void): number {
  let long = cost(() => work(256 * KB), 1);
  let short = Number.POSITIVE_INFINITY;
  const limit = () => RATIO * Math.max(Number.isFinite(short) ? short : 0, NOISE_MS);
  for (let attempt = 0; attempt < 8 && long > limit(); attempt += 1) {
    short = Math.min(
      short,
      cost(() => work(64 * KB)),
    );
    long = Math.min(
      long,
      cost(() => work(256 * KB)),
    );
  }
  expect(long, `${what}: 64 KB ${short.toFixed(1)} ms, 256 KB ${long.toFixed(1)} ms`).toBeLessThanOrEqual(limit());
  return long;
}

const all = rulesOf({ shapes: Object.fromEntries(SHAPES.map((shape) => [shape, true])) });

describe("256 KB of a hostile text cost at most six times what 64 KB cost", () => {
  test.each(SHAPES)("for the rule %s", (name) => {
    const rules = only(name);
    const worst = { piece: "", ms: 0 };
    for (const piece of HOSTILE[name] ?? []) {
      const texts = new Map([64 * KB, 256 * KB].map((length) => [length, repeated(piece, length)]));
      const ms = expectLinear(`${name} on ${JSON.stringify(piece)}`, (length) =>
        coverText(texts.get(length) ?? "", rules),
      );
      if (ms > worst.ms) Object.assign(worst, { piece, ms });
    }
    console.log(`${name}: at worst ${worst.ms.toFixed(1)} ms for 256 KB, of ${JSON.stringify(worst.piece)}`);
  });

  test.each([
    ["token=[", "]"],
    ["secret={token=[", "]}"],
    ["secrets: ['a1b2', ", "]"],
    ["password=['", "']"],
    ["password: |\n ", "x"],
  ])("for containers in containers, all of which are closed: %s", (open, close) => {
    const nested = (length: number) => {
      const depth = Math.floor(length / (open.length + close.length));
      return open.repeat(depth) + close.repeat(depth);
    };
    const texts = new Map([64 * KB, 256 * KB].map((length) => [length, nested(length)]));
    expectLinear(open, (length) => coverText(texts.get(length) ?? "", only("assignment")));
  });

  test("for all rules together, on a text for each of them", () => {
    let worst = 0;
    for (const piece of Object.values(HOSTILE).map((pieces) => pieces[0] ?? "")) {
      const text = repeated(piece, 256 * KB);
      worst = Math.max(
        worst,
        cost(() => coverText(text, all), 1),
      );
    }
    console.log(`all rules: at worst ${worst.toFixed(1)} ms for 256 KB`);
    expect(worst).toBeLessThan(2_000);
  });

  test("for names, however they are written, and for secrets that are written out again", () => {
    const rules = rulesOf({ keys: ["aaaaaaaaaaaaaaaaaaaa", "pin"], paths: ["payload.**.a.**.b", "payload.**.*.**.x"] });
    const values = (count: number) => {
      const payload = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `${"aB_".repeat(30)}password${index}`,
          `${"aaaaaaa1".repeat(30)}${index}`.slice(0, 250),
        ]),
      );
      return { ...payload, text: repeated("aaaaaaa1", count * 256) };
    };
    const payloads = new Map([64 * KB, 256 * KB].map((length) => [length, values(length / 512)]));
    const source = { agent: "ci" };
    const ms = expectLinear("names", (length) =>
      hideIn({ title: undefined, payload: payloads.get(length) ?? {}, metadata: {}, source, actions: [] }, rules),
    );
    console.log(`names and repeated secrets: ${ms.toFixed(1)} ms for 256 KB`);
  });
});
