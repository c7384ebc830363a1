/**
 * A town of people for tests of what is decided: alice asks, bob, carol and dave are the SREs, erin sleeps when they
 * work, mallory is nobody. Real directory, real policies, real requests; only the time stands still at NOON.
 */
import type { Actor, Caller } from "../src/access.ts";
import { makeAccess } from "../src/access.ts";
import type { Act } from "../src/card.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { type Raised, raise } from "../src/decide/raise.ts";
import { decide } from "../src/decide.ts";
import { type House, makeHouse } from "../src/house.ts";
import { makeDirectory } from "../src/policy/directory.ts";
import type { Policy } from "../src/policy/policy.ts";
import type { Redaction } from "../src/policy/redact/rules.ts";
import { raiseRequest } from "../src/request.ts";
import type { Event, Ruling } from "../src/ruling.ts";
import type { Group, Settings } from "../src/settings.ts";

export const NOON = Date.parse("2026-11-20T10:00:00.000Z");

/** As it comes over the wire, so that every request passes the schema. */
export type Raising = { kind: string; payload: unknown; [field: string]: unknown };
type Shown = { shown?: { shown: number; of: number } };
type Agent = { name?: string; person?: string };

export const PEOPLE = [
  { id: "alice", name: "Alice", slack: "T1/U0ALICE", discord: "112233" },
  { id: "bob", name: "Bob", slack: "T1/U0BOB", discord: "445566" },
  { id: "carol", name: "Carol" },
  { id: "dave", name: "Dave" },
  { id: "erin", name: "Erin", zone: "Australia/Brisbane", hours: { from: 9 * 60, to: 18 * 60 } },
  { id: "mallory", name: "Mallory" },
];
const SRE: Group = { id: "sre", members: ["person:bob", "person:carol", "person:dave"] };

export interface Town {
  house: House;
  actor(who: string): Actor;
  raising(request: Raising, agent?: Agent, previous?: Checkpoint): Raised;
  raise(request: Raising, agent?: Agent, previous?: Checkpoint): Checkpoint;
  refusal(request: Raising): Raised;
  rule(checkpoint: Checkpoint, who: string, act: Act, at?: number, shown?: Shown): Ruling;
  ruleAt(checkpoint: Checkpoint, event: Event, at: number): Ruling;
  withdraw(checkpoint: Checkpoint, who: string, reason: string): Ruling;
  /** As rule, but carried out: the record that follows. */
  act(checkpoint: Checkpoint, who: string, act: Act, at?: number): Checkpoint;
  look(checkpoint: Checkpoint, at: number): Checkpoint;
}

interface Over {
  policies?: readonly Policy[];
  approvers?: string[];
  groups?: Group[];
  redact?: Redaction;
}

export function town(over: Over = {}): Town {
  const settings: Pick<Settings, "people" | "groups" | "admin" | "approvers" | "policies" | "tokens" | "redact"> = {
    people: PEOPLE,
    groups: over.groups ?? [SRE],
    admin: "admin",
    approvers: over.approvers ?? ["group:sre"],
    policies: [...(over.policies ?? [])],
    tokens: [],
    ...(over.redact === undefined ? {} : { redact: over.redact }),
  };
  const directory = makeDirectory(settings);
  const access = makeAccess(settings, directory);
  const house = makeHouse({ settings, directory, channels: ["slack"], route: ["slack:#deploys"] });

  function actor(who: string): Actor {
    const slack = { platform: "slack", tenant: "T1" } as const;
    if (who === "a member on slack") return access.account({ ...slack, id: "U777", member: true });
    if (who === "a guest on slack") return access.account({ ...slack, id: "U888", member: false });
    const [name = "", platform] = who.split(" on ");
    const person = PEOPLE.find((each) => each.id === name);
    if (platform === "slack") return access.account({ ...slack, id: `U0${name.toUpperCase()}`, member: true });
    if (platform === "discord") return access.account({ platform, id: String(person?.discord), member: true });
    const caller = access.person(name, "api");
    if (caller === undefined || caller.role === "agent") throw new Error(`nobody is called ${who}`);
    return caller.actor;
  }

  function caller(who: string): Caller {
    if (who.startsWith("agent ")) return { role: "agent", name: who.slice(6), agents: "any", person: null };
    return { role: who === "admin" ? "admin" : "approver", name: who, actor: actor(who) };
  }

  function raising(request: Raising, { name = "ci", person }: Agent = {}, previous: Checkpoint | null = null): Raised {
    const agent: Caller = { role: "agent", name, agents: "any", person: person ?? null };
    const id = `chk_round_${(previous?.round ?? 0) + 1}`;
    return raise({ request: raiseRequest.parse(request), caller: agent, id, previous }, NOON, house);
  }

  function carried(checkpoint: Checkpoint, event: Event, at: number): Checkpoint {
    const ruling = decide(checkpoint, event, at, house);
    if (ruling.type === "refused" && ruling.code === "expired") return checkpoint;
    if (ruling.type !== "change") throw new Error(`not carried out: ${JSON.stringify(ruling)}`);
    return ruling.again ? carried(ruling.next, event, at) : ruling.next;
  }

  const attempt = (who: string, act: Act, shown: Shown = {}): Event => ({
    type: "act",
    actor: actor(who),
    act,
    ...shown,
  });
  return {
    house,
    actor,
    raising,
    raise(request, agent, previous) {
      const raised = raising(request, agent, previous);
      if (raised.type === "refused") throw new Error(`${raised.code}: ${raised.detail}`);
      return raised.first.next;
    },
    refusal: (request) => raising(request),
    rule: (checkpoint, who, act, at = NOON, shown) => decide(checkpoint, attempt(who, act, shown), at, house),
    ruleAt: (checkpoint, event, at) => decide(checkpoint, event, at, house),
    withdraw: (checkpoint, who, reason) => {
      const asker = caller(who);
      const by = asker.role === "agent" ? ({ kind: "agent", name: asker.name } as const) : asker.actor.by;
      return decide(checkpoint, { type: "withdraw", caller: asker, by, reason }, NOON, house);
    },
    act: (checkpoint, who, act, at = NOON) => carried(checkpoint, attempt(who, act), at),
    look: (checkpoint, at) => carried(checkpoint, { type: "look" }, at),
  };
}

/** In the town as it is by default: the SREs decide. */
export const raised: Town["raise"] = (request, agent, previous) => town().raise(request, agent, previous);
export const act: Town["act"] = (checkpoint, who, attempt, at) => town().act(checkpoint, who, attempt, at);
