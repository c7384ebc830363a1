/**
 * Words that are not what they look like: `pаypal` with a Cyrillic а, `ｒｍ` in letters of another width. People approve
 * what they read, so a card names such words letter by letter. After Unicode Technical Standard 39, section 5: Latin
 * goes together with any script whose letters nobody takes for Latin ones.
 */
import { firstOf } from "./naming.ts";
import { escaped } from "./text.ts";

const ASCII = /^[^\u0080-\u{10ffff}]*$/u;
const WORD = /[\p{L}\p{M}\p{N}_\u24b6-\u24e9\u{1f110}-\u{1f189}]+/gu;
const LATIN = /\p{Script=Latin}/u;

/** Latin letters and digits in another dress: full width, Roman numerals, circled, letter-like, mathematical, ligatures. */
const DRESSED =
  /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2160-\u217f\u24b6-\u24e9\u2102-\u2149\ufb00-\ufb06\u{1d400}-\u{1d7ff}\u{1f110}-\u{1f189}]/u;
/** Phonetic letters and small capitals, which no language writes beside plain ones: ɑ, ɡ, ʀ. */
const [PLAIN, PHONETIC] = [/[A-Za-z]/, /[\u0250-\u02af\u1d00-\u1d2b]/];

/** Scripts with letters that look like Latin ones. */
const STRANGE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Glagolitic}\p{Script=Gothic}\p{Script=Runic}\p{Script=Old_Italic}\p{Script=Canadian_Aboriginal}\p{Script=Tifinagh}\p{Script=Vai}\p{Script=Deseret}\p{Script=Osage}\p{Script=Lycian}\p{Script=Lydian}\p{Script=Carian}\p{Script=Elbasan}\p{Script=Warang_Citi}]/u;
/** Greek letters of formulas, which look like nothing else: Δt, λx, 5μs. */
const FORMULA = /[ΓΔΘΛΞΠΣΦΨΩβδεζηθλμξπσςφψω]/gu;
const ONE_SCRIPT = [/^\p{Script=Cyrillic}*$/u, /^\p{Script=Greek}*$/u, /^\p{Script=Armenian}*$/u].concat([
  /^\p{Script=Georgian}*$/u,
  /^\p{Script=Cherokee}*$/u,
  /^\p{Script=Coptic}*$/u,
]);
/** Of these a whole word may look Latin. No sentence in their own language is made of them alone. */
const ALIKE =
  /^[АВЕЅІЈКМНОРСТУХҮӀԌԚԜѴаеѕіјорсухһԁԛԝӏѵүΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲϳοανιρυօոսհյցՕՍԼᎠᎡᎢᎥᎩᎪᎬᎳᎵᎷᎻᎽᏀᏃᏎᏒᏔᏙᏚᏞᏟᏢᏤᏦᏧᏭᏮᏴᏻᏼ]{2,}$/u;

/** What stands in paths, addresses, options and assignments, right beside a word. */
const SIGNS = "/\\:.@_=-";
const CHUNK = /[^\s;,|&()<>"'`]+/g;
const NUMBER = /\p{Nd}+(?:[.,]\p{Nd}+)*/gu;

/** Short: a card has room for few notes, and an agent's words must not push out another. */
const MOST = 3;
const LONGEST = 30;

/** Each such word once, its letters that are not ASCII spelled out: `p\u{430}ypal`. Linear in the texts. */
export function lookalikes(texts: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    if (ASCII.test(text)) continue;
    const isForeign = !isWholly(wordsIn(text));
    for (const line of text.split("\n"))
      if (!ASCII.test(line)) for (const word of inLine(line, isForeign)) found.add(word);
  }
  return [...found];
}

/** `isForeign`: elsewhere in the text stands what only looks like itself, so that letters alone tell little. */
function inLine(line: string, isForeign: boolean): string[] {
  const words = wordsIn(line);
  const isAlien = isWholly(words) && (!isForeign || words.some((word) => LATIN.test(word)));
  const found = words.filter((word) => isMixed(word) || (isAlien && STRANGE.test(word)));
  const glued = isAlien ? [] : (line.match(CHUNK) ?? []).flatMap(gluedIn);
  const numbers = (line.match(NUMBER) ?? []).filter(isOfTwoSystems);
  return [...found, ...glued, ...numbers].map(spelled);
}

function wordsIn(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** All that is foreign in there might be Latin, and something else stands beside it. */
function isWholly(words: readonly string[]): boolean {
  const foreign = words.filter((word) => STRANGE.test(word));
  return foreign.every((word) => ALIKE.test(lettersOf(word))) && words.length > foreign.length;
}

/** Words that might be Latin and are part of a path, an address, an option: nobody writes sentences like that. */
function gluedIn(chunk: string): string[] {
  if (ASCII.test(chunk)) return [];
  const words = [...chunk.matchAll(WORD)].filter(([word]) => STRANGE.test(word));
  const isAlike = ([word]: RegExpExecArray) => ALIKE.test(lettersOf(word));
  // `да/нет`: an honest word beside it, and nothing that is Latin; no path either.
  if (!words.every(isAlike) && !LATIN.test(chunk) && !SIGNS.includes(chunk.charAt(0))) return [];
  return words
    .filter((each) => isAlike(each) && (leads(chunk, each.index) || follows(chunk, each.index + each[0].length)))
    .map(([word]) => word);
}

/** A sign stands right before it; neither the dots before a sentence, nor the hyphen of a word of two. */
function leads(chunk: string, from: number): boolean {
  const sign = chunk.charAt(from - 1);
  if (sign === "" || !SIGNS.includes(sign)) return false;
  const before = chunk.charAt(from - 2);
  if (sign === ".") return before !== "." && before !== "";
  return sign !== "-" || before === "" || isSign(before);
}

/** One right behind it; what ends a sentence or a clause is none. */
function follows(chunk: string, to: number): boolean {
  const sign = chunk.charAt(to);
  if (sign === "" || !SIGNS.includes(sign)) return false;
  const after = chunk.charAt(to + 1);
  if (sign === "-") return isSign(after);
  return (sign !== "." && sign !== ":") || /[\p{L}\p{N}/]/u.test(after);
}

function isSign(character: string): boolean {
  return character !== "" && (SIGNS.includes(character) || /[A-Za-z0-9]/.test(character));
}

/** `1୦୦0`: nobody counts in two alphabets at once. */
function isOfTwoSystems(number: string): boolean {
  if (ASCII.test(number)) return false;
  const zeros = new Set<number>();
  for (const digit of number.match(/\p{Nd}/gu) ?? []) {
    zeros.add(zeroOf(digit.codePointAt(0) ?? 0));
    if (zeros.size > 1) return true;
  }
  return false;
}

/** The digits of each system stand in a row, its zero first. */
function zeroOf(digit: number): number {
  let zero = digit;
  while (digit - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return zero;
}

const DIGIT = /^\p{Nd}$/u;

/** For a card; empty where every word is what it looks like. `room`: for the words. */
export function lookalikeNotes(texts: readonly string[], room = Number.POSITIVE_INFINITY): string[] {
  const words = lookalikes(texts);
  if (words.length === 0) return [];
  const short = words.slice(0, MOST).map((word) => (word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word));
  const named = firstOf(short, { room, most: MOST });
  const others = words.length > named.length ? ` and ${words.length - named.length} more` : "";
  return [`Not the letters that they look like: ${named.join(", ")}${others}`];
}

function isMixed(word: string): boolean {
  if (ASCII.test(word)) return false;
  if (DRESSED.test(word) || (PHONETIC.test(word) && PLAIN.test(word))) return true;
  const letters = lettersOf(word).replace(FORMULA, "");
  if (!STRANGE.test(letters)) return false;
  return LATIN.test(letters) || !ONE_SCRIPT.some((script) => script.test(letters));
}

function lettersOf(word: string): string {
  return word.replace(/[^\p{L}]/gu, "");
}

function spelled(word: string): string {
  return word.replace(/[^\x20-\x7e]/gu, escaped);
}
