/** What a person would read as something else is named on the card, letter by letter; honest text in any language is not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookalikeNotes, lookalikes } from "../src/lookalike.ts";
import { cardOf } from "../src/picture.ts";
import { costOf } from "./cost.ts";
import { checkpoint } from "./make.ts";
import { randomOf } from "./secrets/plants.ts";

describe("names", () => {
  test.each([
    ["a Cyrillic letter in a path", "rm -rf /h\u043eme", "h\\u{43E}me"],
    ["a Greek one", "sudo p\u03bfweroff", "p\\u{3BF}weroff"],
    ["an Armenian one", "g\u056bthub.com", "g\\u{56B}thub"],
    ["a Cherokee one", "\u13a0dmin", "\\u{13A0}dmin"],
    ["letters of full width", "\uff52\uff4d -rf", "\\u{FF52}\\u{FF4D}"],
    ["mathematical letters", "\u{1d5ff}\u{1d5fa} x", "\\u{1D5FF}\\u{1D5FA}"],
    ["circled letters", "\u24dfaypal", "\\u{24DF}aypal"],
    ["a Roman numeral", "acme\u2160nc", "acme\\u{2160}nc"],
    ["a ligature", "delete \ufb01le", "\\u{FB01}le"],
    ["a phonetic letter", "g\u0251laxy", "g\\u{251}laxy"],
    [
      "a word that is foreign as a whole, among others that are not",
      "curl https://\u0430\u0440\u0440\u04cf\u0435.com",
      "\\u{430}\\u{440}\\u{440}\\u{4CF}\\u{435}",
    ],
    [
      "such a word in a path, whatever honest words stand beside it",
      "cd /\u0441\u043e\u0440\u0443 # \u043f\u0440\u0438\u0432\u0435\u0442",
      "\\u{441}\\u{43E}\\u{440}\\u{443}",
    ],
    [
      "one that is an option",
      "run --\u0441\u043e\u0440\u0443 \u043f\u0440\u0438\u0432\u0435\u0442",
      "\\u{441}\\u{43E}\\u{440}\\u{443}",
    ],
    [
      "one in a line of its own among honest ones",
      "\u043f\u0440\u0438\u0432\u0435\u0442\ncurl \u0430\u0441\u0435 now",
      "\\u{430}\\u{441}\\u{435}",
    ],
    ["digits of two alphabets in one number", "pay 1\u0b66\u0b660", "1\\u{B66}\\u{B66}0"],
    ["a digit that looks like another before a comma", "pay \u09ea,000", "\\u{9EA},000"],
    ["two foreign alphabets in one word", "\u0421\u03bf\u0432\u0430", "\\u{421}\\u{3BF}\\u{432}\\u{430}"],
  ])("%s", (_, text, word) => {
    expect(lookalikes([text])).toEqual([word]);
  });
});

describe("leaves alone", () => {
  test.each([
    [
      "letters with accents",
      "na\u00efve Gr\u00fc\u00dfe, \u0142\u00f3d\u017a, I\u011fd\u0131r, \u00e6\u00f8\u00e5, ti\u1ebfng Vi\u1ec7t",
    ],
    ["Russian among English", "\u041f\u0440\u0438\u0432\u0435\u0442 world, \u044d\u0442\u043e \u0441\u043e\u0440"],
    [
      "Greek and Armenian",
      "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1, \u0540\u0561\u0575\u0561\u057d\u057f\u0561\u0576 and more",
    ],
    [
      "Russian whose words might all be Latin ones, between its own signs",
      "\u0425\u0430-\u0445\u0430, \u044d\u0442\u043e \u0445\u043e\u0440: ...\u0440\u043e\u0441\u0430... \u0434\u0430/\u0445\u043e\u0440. \u00ab\u0421\u043e\u0440\u00bb \u2014 \u0440\u043e\u0441\u0430!",
    ],
    [
      "a Russian list",
      "\u0420\u043e\u0441\u0430: 12\n\u0421\u0435\u0440\u0430: 4\n\u041f\u0440\u0438\u0432\u0435\u0442",
    ],
    ["numbers in the digits of one alphabet", "\u0662\u0660\u0662\u0666 \u06f1\u06f2 \u09ea.\u09eb x 2026"],
    ["Chinese and Japanese with Latin in them", "\u4f7f\u7528Docker\u90e8\u7f72 \u30c6\u30b9\u30c8ABC \u3042C"],
    [
      "Arabic, Hebrew, Hindi and Thai",
      "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea \u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22 API",
    ],
    ["formulas", "\u0394t = 5\u03bcs, \u03bbx, \u03c3\u00b2, \u00b5s, \u03b1-decay"],
    ["ordinals, powers and signs", "n\u00ba 1\u00aa m\u00b2 \u00bd \u2122 \u20ac5"],
    ["plain text", "rm -rf /home && curl https://paypal.com"],
  ])("%s", (_, text) => {
    expect(lookalikes([text])).toEqual([]);
  });
});

/** Of Unicode's table of confusables, for each of some letters those of other alphabets and of other dress. */
const CONFUSABLE: Record<string, string> = {
  a: "\u0430\u03b1\uff41\u{1d41a}\u{1d44e}\u24d0\u0251",
  c: "\u0441\u03f2\uff43\u{1d41c}\u24d2",
  e: "\u0435\uff45\u{1d41e}\u24d4\u212e",
  h: "\u04bb\u0570\uff48\u{1d421}\u210e",
  i: "\u0456\u03b9\uff49\u{1d422}\u2170",
  j: "\u0458\u03f3\uff4a\u{1d423}",
  o: "\u043e\u03bf\u0585\uff4f\u{1d428}\u24de",
  p: "\u0440\u03c1\uff50\u{1d429}",
  s: "\u0455\uff53\u{1d42c}\u{1d600}",
  x: "\u0445\uff58\u{1d431}\u2179",
  y: "\u0443\u03b3\uff59\u{1d432}",
  n: "\u0578\uff4e\u{1d427}",
  A: "\u0410\u0391\u13aa\uff21\u{1d400}",
  B: "\u0412\u0392\u13f4\uff22\u212c",
  M: "\u041c\u039c\u13b7\uff2d\u216f",
  T: "\u0422\u03a4\u13a2\uff34\u{1d413}",
};
const NAMES =
  "paypal github admin /etc/passwd production delete_all API_KEY Master bankaccount exec npmjs Approve cache".split(
    " ",
  );

test("500 words with one to all of their letters replaced are all named but five at most", () => {
  const random = randomOf(20_261_120);
  const missed: string[] = [];
  for (let count = 0; count < 500; ) {
    const name = NAMES[Math.floor(random() * NAMES.length)] ?? "";
    const share = random();
    const word = [...name]
      .map((letter) => {
        const others = [...(CONFUSABLE[letter] ?? "")];
        return others.length > 0 && random() < share ? others[Math.floor(random() * others.length)] : letter;
      })
      .join("");
    if (word === name) continue;
    count += 1;
    if (lookalikes([`run it on ${word} now`]).length === 0) missed.push(word);
  }
  expect(missed.length, missed.join(" ")).toBeLessThanOrEqual(5);
});

test("whatever it names is spelled in letters that look like nothing else", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      expect(lookalikes(texts).join("")).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test("says the first three, and how many more there are, in few words whatever they are", () => {
  const words = Array.from({ length: 8 }, (_, index) => `w${index}\u0430`);
  expect(lookalikeNotes(words)).toEqual([
    "Not the letters that they look like: w0\\u{430}, w1\\u{430}, w2\\u{430} and 5 more",
  ]);
  const long = Array.from({ length: 2_000 }, (_, index) => `${"\u0430".repeat(100)}b${index}`);
  expect(lookalikeNotes(long).join("\n").length).toBeLessThan(160);
  expect(lookalikeNotes(["plain", "\u041f\u0440\u0438\u0432\u0435\u0442"])).toEqual([]);
});

test("takes long words without going back over them", () => {
  const pieces = ["/\u0430\u0441", "\u0430\u0441.\n", "\u0436/\u0430\u0441", "-", "\u09ea0", "\u09ea,"];
  for (const piece of ["a", "\u0430", "a\u0251", "\u0430b", "\u03b1", ...pieces]) {
    const cost = (length: number) => {
      const text = `\u0436${piece.repeat(length / piece.length)}`;
      return costOf(() => lookalikes([text])) + 10;
    };
    cost(64_000);
    expect(cost(256_000) / cost(64_000), piece).toBeLessThan(6);
  }
});

test("stands on the card before everything else that is noted", () => {
  const asked = checkpoint({ kind: "confirm", payload: { summary: "Move the money to p\u0430ypal", path: "a/b" } });
  expect(cardOf(asked, asked.created_at).notes[0]).toBe("Not the letters that they look like: p\\u{430}ypal");
});
