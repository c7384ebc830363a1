/**
 * What deciding needs to know about the place it happens in: the settings as pure look-ups. Replicas may differ in it;
 * what matters for a running checkpoint is in the checkpoint's own policy snapshot.
 */
import type { Ref } from "./checkpoint.ts";
import { voters } from "./policy/approvers.ts";
import { accountsOf, type Directory } from "./policy/directory.ts";
import { type Matcher, matcherOf } from "./policy/match.ts";
import { type Rules, rulesOf } from "./policy/redact/rules.ts";
import type { Person, Settings } from "./settings.ts";

export interface House {
  /** Refused where it cannot be told which. */
  match: Matcher;
  /** Whether a reference names somebody or something that the settings know (accounts are always taken). */
  knows(ref: Ref): boolean;
  /** The people of the settings whom a reference names. */
  people(ref: Ref): Person[];
  /** What a reference stands for once the settings' groups are opened. */
  members(ref: Ref): Ref[];
  /** Each person and lone account that a reference names, under a reference of its own; none of a platform's group. */
  singles(ref: Ref): Ref[];
  /** The accounts on platforms that a reference reaches: those of the people it names, and those it names themselves. */
  accounts(ref: Ref): Ref[];
  /** How many different people could approve; where nobody is named it is the admin alone. */
  voters(approvers: readonly Ref[]): number;
  /** HITL_APPROVERS. */
  approvers: readonly Ref[];
  /** The default conversations of the started channels. */
  route: readonly string[];
  /** Channels that cards are posted to; `web` and `terminal` read the store and need no posting. */
  channels: ReadonlySet<string>;
  /** Why an agent cannot be called back there; null when it can. */
  callbackFault(url: string): string | null;
  /** What is hidden under the policy of that name; one that is gone hides what the settings hide. */
  redaction(policy: string): Rules;
}

/** Channels that show every checkpoint by themselves. */
export const READING_CHANNELS: ReadonlySet<string> = new Set(["web", "terminal"]);

export interface Surroundings {
  settings: Pick<Settings, "policies" | "approvers" | "redact">;
  directory: Directory;
  /** Default conversation of each started channel: `slack:#deploys`. */
  route?: readonly string[];
  channels?: readonly string[];
  callbackFault?: House["callbackFault"];
}

export function makeHouse({ settings, directory, route, channels, callbackFault }: Surroundings): House {
  const common = rulesOf(settings.redact);
  const rules = new Map(settings.policies.map(({ name, redact }) => [name, rulesOf(settings.redact, redact)]));
  return {
    match: matcherOf(settings.policies),
    knows: (ref) => directory.knows(ref),
    people: (ref) => directory.expand(ref).flatMap((id) => directory.person(id) ?? []),
    members: (ref) => directory.members(ref),
    singles: (ref) => directory.expand(ref).map((id) => (id.includes(":") ? id : `person:${id}`)),
    accounts: (ref) =>
      directory.expand(ref).flatMap((id) => (id.includes(":") ? [id] : accountsOf(directory.person(id)))),
    voters: (refs) => (refs.length === 0 ? 1 : voters(refs, directory).size),
    approvers: settings.approvers,
    route: route ?? ["web"],
    channels: new Set(channels ?? []),
    callbackFault:
      callbackFault ?? (() => "This bot does not call agents back yet: leave `callback` out and use ?wait=."),
    redaction: (policy) => rules.get(policy) ?? common,
  };
}
