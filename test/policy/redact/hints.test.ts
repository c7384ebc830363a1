/** A text is passed over only where nothing would have been found: a hint may err to one side alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignments } from "../../../src/policy/redact/assignment.ts";
import { nameRule } from "../../../src/policy/redact/name.ts";
import { FINDERS, NAMED, NAMED_SO } from "../../../src/policy/redact/rules.ts";
import { MAKERS, randomOf } from "../../secrets/plants.ts";
import { HOSTILE } from "./hostile.ts";

const RUNS = process.env.HITL_TEST_LONG === "1" ? 20_000 : 1_000;

const known = nameRule();
const own = nameRule(["pin", "blood type"]);
const all = {
  ...FINDERS,
  assignment: [NAMED, (text: string) => assignments(text, known)],
  "assignment with names of its own": [NAMED_SO, (text: string) => assignments(text, own)],
} as const;

const random = randomOf(7);
const secrets = Object.values(MAKERS).flatMap((make) => Array.from({ length: 4 }, () => make(random).text));
/** Names of our own to hide, as a policy adds them. */
const OWN = ["pin: 1234abc", "blood-type=A+"];

/** Each for itself, before anything is drawn: what a finder is there for must not wait for its turn by chance. */
const whole = [...secrets, ...OWN].map((text): [string[]] => [[text]]);

const piece = fc.oneof(
  fc.constantFrom(...secrets),
  // Cut anywhere: what is left may still be found, or only just not.
  fc.tuple(fc.constantFrom(...secrets), fc.nat(), fc.nat()).map(([text, from, to]) => {
    const cut = from % text.length;
    return text.slice(cut, cut + (to % (text.length - cut + 1)));
  }),
  fc.constantFrom(...Object.values(HOSTILE).flat()),
  // The shortest that there is of some.
  fc.constantFrom(" xoxb-123456789a ", " Basic YTpiYzEy", "://u:p@"),
  fc.constantFrom("a", " ", "=", ": ", "4111", "1111 ", "-", "'", ...OWN),
  fc.string({ maxLength: 8 }),
);

describe("what a hint passes over, its finder finds nothing in", () => {
  test.each(Object.keys(all) as (keyof typeof all)[])("%s", (name) => {
    const [hint, find] = all[name];
    let found = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        const text = pieces.join("");
        const spans = find(text);
        if (spans.length > 0) found += 1;
        expect(hint.test(text) || spans.length === 0, text).toBe(true);
      }),
      { numRuns: whole.length + RUNS, examples: whole },
    );
    // Or nothing would have been shown.
    expect(found).toBeGreaterThan(0);
  });
});
