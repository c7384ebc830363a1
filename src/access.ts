/**
 * From a token, a session or an account on a platform to a caller: who may raise, who may see, who may act.
 * Identity comes from what was verified here, never from a request's body.
 */
import { hash as sha, timingSafeEqual } from "node:crypto";
import type { By, Checkpoint, Ref, Surface } from "./checkpoint.ts";
import { type Account, accountRef, type Directory } from "./policy/directory.ts";
import { sightOfRecord } from "./policy/sight.ts";
import type { Settings, Token } from "./settings.ts";

/** A person at the moment of acting, with all that names them now. */
export interface Actor {
  /** Id from the settings, `admin`, or the account itself (`slack:T1/U9`) when `people` does not know it. */
  person: string;
  /** Every reference this person meets: `person:alice`, linked accounts, `group:…`, `anyone`, `admin`. */
  refs: ReadonlySet<Ref>;
  /** Linked in the settings; an unknown account does not vote in a quorum unless it is named itself. */
  known: boolean;
  by: Extract<By, { kind: "person" }>;
}

export type Caller =
  | { role: "agent"; name: string; agents: readonly string[] | "any"; person: string | null }
  /** `saw`: the one checkpoint whose card they have before them, which they may read whoever may decide it. */
  | { role: "approver"; name: string; actor: Actor; saw?: string }
  | { role: "admin"; name: string; actor: Actor };

/** Where a request came from; goes into the audit. */
export interface Origin {
  surface: Surface;
  /** Remote address of API and web requests. */
  address?: string;
}

export interface Access {
  /** Of an `Authorization` header; undefined: nobody whom the settings know. */
  caller(authorization: string | undefined, surface?: Surface): Caller | undefined;
  /** Of a signed-in person; undefined once the settings no longer hold them. */
  person(id: string, surface: Surface): Caller | undefined;
  /** Of an account that its platform has vouched for just now. */
  account(account: Account): Actor;
}

export function makeAccess({ tokens }: Pick<Settings, "tokens">, directory: Directory): Access {
  const known = tokens.map(({ token, ...rest }) => ({ hash: sha256(token), ...rest }));

  function actorOf(person: string, surface: Surface, id: string): Actor {
    const by = { kind: "person", person, surface, id, name: directory.nameOf(person) } as const;
    return { person, refs: directory.refsOf(person), known: true, by };
  }

  function callerOf(token: Bare, surface: Surface): Caller {
    const { role, name } = token;
    if (role === "agent") return { role, name, agents: token.agents, person: token.person ?? null };
    const person = role === "admin" ? directory.admin : token.person;
    return { role, name, actor: actorOf(person, surface, name) };
  }

  return {
    caller(authorization, surface = "api") {
      const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      const hash = sha256(token);
      // Every token is compared, and over hashes of one length: the time taken tells nothing about any of them.
      const matches = known.filter((each) => timingSafeEqual(each.hash, hash));
      return matches[0] && callerOf(matches[0], surface);
    },
    person(id, surface) {
      if (directory.person(id) === undefined && id !== directory.admin) return undefined;
      return asCaller(actorOf(id, surface, id));
    },
    account(account) {
      const owner = directory.ownerOf(account);
      const person = owner ?? accountRef(account);
      const name = account.name ?? (owner === undefined ? undefined : directory.nameOf(owner));
      return {
        person,
        refs: directory.refsOf(account),
        known: owner !== undefined,
        by: {
          kind: "person",
          person,
          surface: account.platform,
          id: account.id,
          ...(name === undefined ? {} : { name }),
          ...(account.tenant === undefined ? {} : { tenant: account.tenant }),
        },
      };
    },
  };
}

/** A person in their own right, without a token: the admin's person sees everything, wherever they are. */
export function asCaller(actor: Actor): Extract<Caller, { actor: Actor }> {
  return { role: actor.refs.has("admin") ? "admin" : "approver", name: actor.person, actor };
}

/** As `asCaller`, for whoever acts on a card that a chat channel has shown them; what they may do is the same. */
export function asWitness(actor: Actor, checkpoint: string): Extract<Caller, { actor: Actor }> {
  const caller = asCaller(actor);
  return caller.role === "admin" ? caller : { ...caller, saw: checkpoint };
}

/** The references by which a caller finds checkpoints; undefined: all of them. */
export function sightOf(caller: Caller): Ref[] | undefined {
  if (caller.role === "admin") return undefined;
  return caller.role === "agent" ? [`token:${caller.name}`] : [...caller.actor.refs];
}

/** What a caller may not read answers exactly as what does not exist. */
export function mayRead(caller: Caller, checkpoint: Checkpoint): boolean {
  const sight = sightOf(caller);
  if (sight === undefined) return true;
  if (caller.role === "approver" && caller.saw === checkpoint.id) return true;
  const { decide, see } = sightOfRecord(checkpoint);
  return sight.some((ref) => decide.includes(ref) || see.includes(ref));
}

function sha256(text: string): Buffer {
  return sha("sha256", text, "buffer");
}

type Bare = Token extends infer Each ? (Each extends Token ? Omit<Each, "token"> : never) : never;

export type AgentCaller = Extract<Caller, { role: "agent" }>;

/** Whoever comes by a connection itself: its capability, its signature, or what was found by watching. */
export function agentOf({ name }: { name: string }): AgentCaller {
  return { role: "agent", name, agents: [name], person: null };
}
