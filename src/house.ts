/**
 * What deciding needs to know about the place it happens in: the settings as pure look-ups. Replicas may differ in it;
 * what matters for a running checkpoint is in the checkpoint's own policy snapshot.
 */
import type { KindName, Priority, Ref, Source } from "./checkpoint.ts";
import type { JsonObject } from "./json.ts";
import { voters } from "./policy/approvers.ts";
import { accountsOf, type Directory } from "./policy/directory.ts";
import { matchPolicy } from "./policy/match.ts";
import type { Policy } from "./policy/policy.ts";
import type { Person, Settings } from "./settings.ts";

/** What a policy is chosen by. */
export interface Subject {
  kind: KindName;
  agent: string;
  priority: Priority;
  payload: JsonObject;
  source: Source;
  metadata: JsonObject;
}

export interface House {
  match(subject: Subject): Policy;
  /** Whether a reference names somebody or something that the settings know (accounts are always taken). */
  knows(ref: Ref): boolean;
  /** The people of the settings whom a reference names. */
  people(ref: Ref): Person[];
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
}

/** Channels that show every checkpoint by themselves. */
export const READING_CHANNELS: ReadonlySet<string> = new Set(["web", "terminal"]);

export interface Surroundings {
  settings: Pick<Settings, "policies" | "approvers">;
  directory: Directory;
  /** Default conversation of each started channel: `slack:#deploys`. */
  route?: readonly string[];
  channels?: readonly string[];
  callbackFault?: House["callbackFault"];
}

export function makeHouse({ settings, directory, route, channels, callbackFault }: Surroundings): House {
  return {
    match: (subject) => matchPolicy(settings.policies, subject),
    knows: (ref) => directory.knows(ref),
    people: (ref) => directory.expand(ref).flatMap((id) => directory.person(id) ?? []),
    accounts: (ref) =>
      directory.expand(ref).flatMap((id) => (id.includes(":") ? [id] : accountsOf(directory.person(id)))),
    voters: (refs) => (refs.length === 0 ? 1 : voters(refs, directory).size),
    approvers: settings.approvers,
    route: route ?? ["web"],
    channels: new Set(channels ?? []),
    callbackFault:
      callbackFault ?? (() => "This bot does not call agents back yet: leave `callback` out and use ?wait=."),
  };
}
