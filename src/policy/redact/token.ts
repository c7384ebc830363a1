/**
 * Tokens that say what they are: the prefixes that providers put before their secrets, so that scanners find them.
 * A run of characters is read once: what is taken is skipped, and what is not is given up after a bounded stretch.
 */
import { ALNUM, begins, type Class, classOf, digit, ends, hex, is, runEnd, word } from "./letters.ts";
import type { Span } from "./span.ts";

interface Kind {
  prefix: string;
  /** What the secret part is made of, how long it is at least, and at most. */
  of: Class;
  min: number;
  max?: number;
  /** Words have the prefix too: then a digit has to come soon. */
  digit?: true;
  /** Only what follows is secret. */
  open?: true;
}

const plain = classOf(ALNUM);
const capital = classOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
const dotted = classOf(`${ALNUM}_-.`);
const slashed = classOf(`${ALNUM}_-./`);
const base64 = classOf(`${ALNUM}+/=_-`);

const kinds = (prefixes: string, of: Class, min: number, more: Partial<Kind> = {}): Kind[] =>
  prefixes.split(" ").map((prefix) => ({ prefix, of, min, ...more }));

/** As the providers document them, or as their own tools make them. */
const KINDS: readonly Kind[] = [
  // GitHub, GitLab, Bitbucket and Atlassian
  ...kinds("ghp_ gho_ ghu_ ghs_ ghr_", plain, 30),
  ...kinds("github_pat_", word, 22),
  ...kinds("glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat- gloas- glffct-", dotted, 18),
  ...kinds("ATATT3x ATCTT3x ATBB", base64, 24),
  // Chats
  ...kinds("xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxe. xoxc- xoxd- xapp- xwfp-", dotted, 10),
  ...kinds("hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/", slashed, 20, {
    open: true,
  }),
  ...kinds("discord.com/api/webhooks/ discordapp.com/api/webhooks/", slashed, 20, { open: true }),
  ...kinds("hooks.zapier.com/hooks/catch/ webhook.office.com/webhookb2/", slashed, 12, { open: true }),
  // Models
  ...kinds("sk-", word, 20, { digit: true }),
  ...kinds("hf_ api_org_", plain, 30),
  ...kinds("r8_ gsk_ xai- pplx- nvapi- tgp_v1_ fw_ csk- jina_", word, 24, { digit: true }),
  // Clouds
  ...kinds("AKIA ASIA ABIA ACCA AGPA AIDA AROA ANPA", capital, 16, { max: 16 }),
  ...kinds("ABSK bedrock-api-key-", base64, 40),
  ...kinds("AIza", word, 30),
  ...kinds("GOCSPX-", word, 20),
  ...kinds("ya29.", dotted, 20),
  ...kinds("1//0", word, 30),
  ...kinds("LTAI", plain, 12, { max: 26, digit: true }),
  ...kinds("dop_v1_ doo_v1_ dor_v1_", hex, 40),
  ...kinds("HRKU- FlyV1 fo1_", base64, 20, { digit: true }),
  ...kinds("pscale_tkn_ pscale_pw_ pscale_oauth_ sbp_ sb_secret_ dapi dckr_pat_ dckr_oat_ cfut_", word, 20, {
    digit: true,
  }),
  ...kinds("hvs. hvb. hvr.", dotted, 20),
  ...kinds("dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", plain, 30),
  // Money and mail
  ...kinds("sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_", plain, 10),
  ...kinds("whsec_", base64, 20),
  ...kinds("sq0atp- sq0csp- EAAAE EAAAl", word, 22),
  ...kinds("access_token$production$ access_token$sandbox$", classOf(`${ALNUM}$`), 16),
  ...kinds("SG.", dotted, 50),
  ...kinds("xkeysib- xsmtpsib-", word, 40),
  ...kinds("key-", hex, 32, { max: 32 }),
  ...kinds("SK", hex, 32, { max: 32 }),
  ...kinds("shpat_ shpca_ shppa_ shpss_", hex, 30),
  ...kinds("EAAG EAAB EAAC", plain, 60),
  // Registries and tools
  ...kinds("npm_", plain, 30),
  ...kinds("pypi-", word, 50),
  ...kinds("rubygems_", hex, 40),
  ...kinds("oy2", plain, 43, { max: 43 }),
  ...kinds("AKCp", plain, 60),
  ...kinds("lin_api_ lin_oauth_ ntn_ figd_ PMAK- NRAK- glsa_ glc_ sntrys_ sntryu_ phx_ tskey-", base64, 20, {
    digit: true,
  }),
  ...kinds("secret_", plain, 43, { max: 43 }),
  ...kinds("dsk_ rpa_ ops_eyJ CFPAT- pul- atlasv1.", dotted, 30, { digit: true }),
  ...kinds("AGE-SECRET-KEY-1", capital, 50),
  // This program's own
  ...kinds("hitl_agent_ hitl_admin_", word, 20),
];

/** Within how many characters a digit has to come. */
const SOON = 40;

/** By the first two letters of the prefix: few share both. */
const byHead = Map.groupBy(KINDS, ({ prefix }) => headOf(prefix, 0));
const firsts = classOf(KINDS.map(({ prefix }) => prefix.charAt(0)).join(""));

export function tokens(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const span = tokenAt(text, at);
    if (span !== undefined) spans.push(span);
    at = span?.to ?? at + 1;
  }
  return spans;
}

function tokenAt(text: string, at: number): Span | undefined {
  const code = text.charCodeAt(at);
  if (is(firsts, code) && begins(text, at)) {
    for (const kind of byHead.get(headOf(text, at)) ?? []) {
      const to = text.startsWith(kind.prefix, at) ? endOf(text, at + kind.prefix.length, kind) : undefined;
      if (to !== undefined) return { from: kind.open ? at + kind.prefix.length : at, to };
    }
  }
  if (is(digit, code) && begins(text, at)) return telegramAt(text, at);
  return DISCORD.has(code) && begins(text, at) ? discordAt(text, at) : undefined;
}

function headOf(text: string, at: number): number {
  return text.charCodeAt(at) * 0x1_0000 + text.charCodeAt(at + 1);
}

function endOf(text: string, from: number, { of, min, max, digit: needed }: Kind): number | undefined {
  if (needed === true && !hasDigit(text, from, of)) return undefined;
  const to = runEnd(text, from, of, max === undefined ? undefined : max + 1);
  const length = to - from;
  return length < min || (max !== undefined && (length > max || !ends(text, to))) ? undefined : to;
}

function hasDigit(text: string, from: number, of: Class): boolean {
  for (let at = from; at < from + SOON && is(of, text.charCodeAt(at)); at += 1)
    if (is(digit, text.charCodeAt(at))) return true;
  return false;
}

/** `123456789:AA…`, the digits being the bot's id. */
function telegramAt(text: string, at: number): Span | undefined {
  const colon = runEnd(text, at, digit, 12);
  if (colon - at < 8 || !text.startsWith(":AA", colon)) return undefined;
  const to = runEnd(text, colon + 1, word, 40);
  return to - colon > 34 && to - colon < 40 ? { from: at, to } : undefined;
}

const DISCORD = new Set(["M", "N", "O"].map((letter) => letter.charCodeAt(0)));
const DOT = 46;

/** The bot's id in base64, a time, a signature. */
function discordAt(text: string, at: number): Span | undefined {
  const first = runEnd(text, at, word, 32);
  if (first - at < 23 || text.charCodeAt(first) !== DOT) return undefined;
  const second = runEnd(text, first + 1, word, 9);
  if (second - first < 6 || text.charCodeAt(second) !== DOT) return undefined;
  const to = runEnd(text, second + 1, word, 72);
  return to - second > 26 ? { from: at, to } : undefined;
}
