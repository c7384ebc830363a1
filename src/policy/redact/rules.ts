/**
 * What is hidden before anything is stored, logged or shown: the settings' `redact` and a policy's put together, over
 * defaults that hold without any setting.
 */
import { emails, userinfos } from "./address.ts";
import { assignments } from "./assignment.ts";
import { drawn } from "./entropy.ts";
import { CORES, type NameRule, nameRule } from "./name.ts";
import { cards, ssns } from "./numbers.ts";
import { type Pattern, patternOf } from "./path.ts";
import { bearers, jwts, privateKeys } from "./sealed.ts";
import type { Span } from "./span.ts";
import { tokens } from "./token.ts";

export const SHAPES = [
  "token",
  "private_key",
  "jwt",
  "bearer",
  "url",
  "assignment",
  "card",
  "ssn",
  "email",
  "entropy",
] as const;
export type ShapeName = (typeof SHAPES)[number];

/** As the settings say it. */
export interface Redaction {
  /** false: nothing is hidden. */
  enabled?: boolean | undefined;
  /** Names under which secrets stand, beside those that are known. */
  keys?: string[] | undefined;
  /** What stands there is hidden whatever it is. */
  paths?: string[] | undefined;
  /** What stands there is hidden neither by its name nor by its shape. */
  show?: string[] | undefined;
  shapes?: Partial<Record<ShapeName, boolean | undefined>> | undefined;
}

export interface PolicyRedaction extends Redaction {
  /** Nothing is approved while something is hidden there. */
  forbid_approving?: string[] | undefined;
}

export interface Rules {
  enabled: boolean;
  isSecret: NameRule;
  /** Each finds its spans of a text in time linear in the text. */
  shapes: readonly Finder[];
  /** Those that no name or number of an agent's own has by chance. */
  certain: readonly Finder[];
  hasCards: boolean;
  /** Whether names inside of texts count. */
  hasNames: boolean;
  hide: readonly Pattern[];
  show: readonly Pattern[];
  forbid: readonly Pattern[];
}

/** E-mail addresses are mostly what a checkpoint is about, and what looks drawn by lot is mostly an id. */
const OFF: readonly ShapeName[] = ["email", "entropy"];
const CERTAIN: readonly ShapeName[] = ["token", "private_key", "jwt", "bearer", "url"];

type Finder = (text: string) => Span[];

/**
 * What finds a shape, and what every text has that it finds something in: most texts are told apart by that alone, in a
 * tenth of the time.
 */
export const FINDERS: Record<Exclude<ShapeName, "assignment">, readonly [hint: RegExp, Finder]> = {
  token: [/[\w.:/+=$-]{14}/, tokens],
  private_key: [/-----BEGIN /, privateKeys],
  jwt: [/eyJ/, jwts],
  bearer: [/bearer|basic/i, bearers],
  url: [/:\/\//, userinfos],
  card: [/\d{4}/, cards],
  ssn: [/\d{4}/, ssns],
  email: [/@/, emails],
  entropy: [/[\w+/=-]{20}/, drawn],
};
/** Names beside the known ones may be any. */
export const [NAMED, NAMED_SO] = [new RegExp(`${CORES.source}|sig|-u|user`, "i"), /[=:|>-]/] as const;

export function rulesOf(settings: Redaction = {}, policy: PolicyRedaction = {}): Rules {
  const keys = [...(settings.keys ?? []), ...(policy.keys ?? [])];
  const isSecret = nameRule(keys);
  const isOn = (name: ShapeName) => policy.shapes?.[name] ?? settings.shapes?.[name] ?? !OFF.includes(name);
  const assigned: Finder = (text) => assignments(text, isSecret);
  const finder = (name: ShapeName): Finder => {
    const [hint, find] =
      name === "assignment" ? ([keys.length === 0 ? NAMED : NAMED_SO, assigned] as const) : FINDERS[name];
    return (text) => (hint.test(text) ? find(text) : NOTHING);
  };
  const on = SHAPES.filter(isOn);
  const patterns = (paths: readonly string[] = []) => paths.map(patternOf);
  return {
    enabled: policy.enabled ?? settings.enabled ?? true,
    isSecret,
    shapes: on.map(finder),
    certain: on.filter((name) => CERTAIN.includes(name)).map(finder),
    hasCards: isOn("card"),
    hasNames: isOn("assignment"),
    hide: [...patterns(settings.paths), ...patterns(policy.paths)],
    show: [...patterns(settings.show), ...patterns(policy.show)],
    forbid: patterns(policy.forbid_approving),
  };
}

const NOTHING: Span[] = [];

/** What holds where nothing is set. */
export const DEFAULT_RULES: Rules = rulesOf();

/** For sentences of the program itself, which may quote a name that somebody sent, and speak of tokens and passwords. */
export const SENTENCE_RULES: Rules = rulesOf({ shapes: { assignment: false } });
