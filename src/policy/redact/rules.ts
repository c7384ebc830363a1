/**
 * What is hidden before anything is stored, logged or shown: the settings' `redact` and a policy's put together, over
 * defaults that hold without any setting.
 */
import { emails, userinfos } from "./address.ts";
import { assignments } from "./assignment.ts";
import { drawn } from "./entropy.ts";
import { type NameRule, nameRule } from "./name.ts";
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
  shapes: readonly ((text: string) => Span[])[];
  /** Those that no name or number of an agent's own has by chance. */
  certain: readonly ((text: string) => Span[])[];
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

const FINDERS: Record<Exclude<ShapeName, "assignment">, (text: string) => Span[]> = {
  token: tokens,
  private_key: privateKeys,
  jwt: jwts,
  bearer: bearers,
  url: userinfos,
  card: cards,
  ssn: ssns,
  email: emails,
  entropy: drawn,
};

export function rulesOf(settings: Redaction = {}, policy: PolicyRedaction = {}): Rules {
  const isSecret = nameRule([...(settings.keys ?? []), ...(policy.keys ?? [])]);
  const isOn = (name: ShapeName) => policy.shapes?.[name] ?? settings.shapes?.[name] ?? !OFF.includes(name);
  const finder = (name: ShapeName) =>
    name === "assignment" ? (text: string) => assignments(text, isSecret) : FINDERS[name];
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

/** What holds where nothing is set. */
export const DEFAULT_RULES: Rules = rulesOf();

/** For sentences of the program itself, which may quote a name that somebody sent, and speak of tokens and passwords. */
export const SENTENCE_RULES: Rules = rulesOf({ shapes: { assignment: false } });
