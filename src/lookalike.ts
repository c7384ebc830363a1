/**
 * Words that are not what they look like: `pаypal` with a Cyrillic а, `ｒｍ` in letters of another width. People approve
 * what they read, so a card names such words letter by letter. After Unicode Technical Standard 39, section 5: Latin
 * goes together with any script whose letters nobody takes for Latin ones.
 */
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

/** Short: a card has room for few notes, and an agent's words must not push out another. */
const MOST = 3;
const LONGEST = 30;

/** Each such word once, its letters that are not ASCII spelled out: `p\u{430}ypal`. Linear in the texts. */
export function lookalikes(texts: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    if (ASCII.test(text)) continue;
    const words = text.match(WORD) ?? [];
    const foreign = words.filter((word) => STRANGE.test(word));
    const isWholly = foreign.every((word) => ALIKE.test(lettersOf(word))) && words.length > foreign.length;
    for (const word of words) if (isMixed(word) || (isWholly && STRANGE.test(word))) found.add(spelled(word));
  }
  return [...found];
}

/** For a card; empty where every word is what it looks like. */
export function lookalikeNotes(texts: readonly string[]): string[] {
  const words = lookalikes(texts);
  if (words.length === 0) return [];
  const others = words.length > MOST ? ` and ${words.length - MOST} more` : "";
  const named = words.slice(0, MOST).map((word) => (word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word));
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
