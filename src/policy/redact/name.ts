/**
 * Names that say that a secret stands under them, however they are written: `api_key`, `apiKey`, `API-KEYS`,
 * `openaiApiKey`, `db.password`. It is the end of a name that counts: `max_tokens` and `password_policy` are no secrets.
 */
import { digit, is, lower, upper } from "./letters.ts";

const NAMES = [
  ...["password", "passwd", "pwd", "passphrase", "passcode", "dbpass", "smtppass", "userpass", "mysqlpass"],
  ...["secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "masterkey"],
  ...["sharedkey", "sshkey", "accountkey", "servicekey", "deploykey", "sessionkey", "hmackey", "authkey", "appkey"],
  ...["presharedkey", "psk", "bearer", "jwt", "credential", "authorization", "authheader", "cookie", "webhookurl"],
  ...["ssn", "ssns", "socialsecurity", "socialsecuritynumber", "socialsecurityno"],
  ...["cvv", "cvc", "cvv2", "cvc2", "cardnumber", "cardno", "creditcard", "debitcard", "creditcardnumber"],
  ...["otp", "totp", "mfacode", "recoverycode", "backupcode", "seedphrase", "recoveryphrase", "mnemonic"],
];
/** Also where they are glued to what stands before them; shorter ones end other words. */
const GLUED = 6;
/** What may follow without changing what it is. */
const AFTER = new Set(
  [
    "value",
    "string",
    "raw",
    "plain",
    "plaintext",
    "b64",
    "base64",
    "hex",
    "pem",
    "hash",
    "header",
    "confirmation",
  ].concat(["confirm", "repeat", "again"]),
);
/** Of a name. What stands further in front is not looked at. */
const LONGEST = 80;
/** Of a name, from its end: those that may follow, and those of the longest name above. */
const MOST_WORDS = 7;
const MOST_JOINED = 4;
const REMEMBERED = 2_000;

/** One of these is in every name above: most names are told apart by this alone. */
export const CORES =
  /pass|pw|secret|token|key|psk|bearer|jwt|credential|auth|cookie|webhook|ssn|social|cv[vc]|card|otp|code|phrase|mnemonic/i;

export type NameRule = (name: string) => boolean;

export function nameRule(more: readonly string[] = []): NameRule {
  const own = more.map((name) => singular(wordsOf(name)).join("")).filter((name) => name !== "");
  const names = new Set([...NAMES, ...own]);
  const glued = NAMES.filter((name) => name.length >= GLUED || name === "token");
  const known = new Map<string, boolean>();
  const judge = (name: string): boolean => {
    if (!CORES.test(name.slice(-LONGEST)) && !own.some((each) => collapsed(name).includes(each))) return false;
    const words = singular(ending(wordsOf(name)));
    const last = words.at(-1) ?? "";
    if (isWeak(name)) return true;
    for (let count = 1; count <= MOST_JOINED && count <= words.length; count += 1)
      if (names.has(words.slice(-count).join(""))) return true;
    return glued.some((each) => last.endsWith(each));
  };
  // The same names come again and again.
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const verdict = judge(name);
    if (name.length <= LONGEST && known.size < REMEMBERED) known.set(name, verdict);
    return verdict;
  };
}

/** Short ones that mean a password where they stand alone, and in sentences and figures mean other things. */
export function isWeak(name: string): boolean {
  return /(?:^|[ .$])(?:pass|pw)$/i.test(name.slice(-LONGEST));
}

/** A number under it is a count: `max_tokens: 4096`, `pass: 12`. */
export function isCounted(name: string): boolean {
  return isWeak(name) || (wordsOf(name).at(-1)?.replace(/s$/, "").endsWith("token") ?? false);
}

/** The last words of a name, in lower case: apart where a sign stands between them, or a capital begins one. */
function wordsOf(name: string): string[] {
  const words: string[] = [];
  let end = name.length;
  const from = Math.max(0, name.length - LONGEST);
  for (let at = end; at > from && words.length < MOST_WORDS; at -= 1) {
    const [before, here, after] = [kindAt(name, at - 2), kindAt(name, at - 1), kindAt(name, at)];
    if (here === OTHER) {
      if (at < end) words.unshift(name.slice(at, end).toLowerCase());
      end = at - 1;
    } else if (
      here === UPPER &&
      (before === LOWER || before === DIGIT || (before === UPPER && after === LOWER && at < end))
    ) {
      words.unshift(name.slice(at - 1, end).toLowerCase());
      end = at - 1;
    }
  }
  if (end > from && words.length < MOST_WORDS) words.unshift(name.slice(from, end).toLowerCase());
  return words.filter((word) => word !== "");
}

const [OTHER, LOWER, UPPER, DIGIT] = [0, 1, 2, 3];

function kindAt(name: string, at: number): number {
  const code = name.charCodeAt(at);
  if (is(lower, code)) return LOWER;
  if (is(upper, code)) return UPPER;
  return is(digit, code) ? DIGIT : OTHER;
}

function collapsed(name: string): string {
  return name
    .slice(-LONGEST)
    .replace(/[^A-Za-z0-9]+/g, "")
    .toLowerCase();
}

/** Without what changes nothing: `api_key_2`, `password_hash`, `secret_value`. */
function ending(words: string[]): string[] {
  let end = words.length;
  while (end > 1 && (AFTER.has(words[end - 1] ?? "") || /^\d+$/.test(words[end - 1] ?? ""))) end -= 1;
  return words.slice(0, end);
}

function singular(words: string[]): string[] {
  const last = words.at(-1) ?? "";
  const bare = last.replace(/\d+$/, "");
  const stem = bare === "" || last === "cvv2" || last === "cvc2" ? last : bare;
  return [...words.slice(0, -1), stem.length > 3 && /[^s]s$/.test(stem) ? stem.slice(0, -1) : stem];
}
