/**
 * The first revision of a checkpoint: the payload checked by its kind, the policy chosen and narrowed by the raiser,
 * everything that deciding will need kept in the record.
 */
import { randomBytes } from "node:crypto";
import type { Caller } from "../access.ts";
import { type Refusal, refuse } from "../card.ts";
import type { By, Checkpoint, Delivery, Placement, Ref, Source } from "../checkpoint.ts";
import { digest } from "../digest.ts";
import { type House, READING_CHANNELS, type Subject } from "../house.ts";
import { digestOf, pointer } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import { narrow } from "../policy/narrow.ts";
import type { RaiseRequest } from "../request.ts";
import type { Amendment, News } from "../ruling.ts";
import { byPolicy, end, show } from "./amend.ts";
import { splitPlace, withdrawn } from "./small.ts";

export interface Raise {
  request: RaiseRequest;
  caller: Extract<Caller, { role: "agent" | "admin" }>;
  id: string;
  /** The round before, if the request names one. */
  previous: Checkpoint | null;
}

export type Raised = Refusal | { type: "raised"; first: Amendment; superseded: Amendment | null };

export function raise({ request, caller, id, previous }: Raise, now: number, house: House): Raised {
  const source = sourceOf(request, caller, previous);
  if ("type" in source) return source;
  const unfit = previous === null ? null : unfitRound(previous, caller, source);
  if (unfit !== null) return unfit;
  const kind = kindOf(request.kind);
  const payload = request.payload;
  const checked = kind.payload.safeParse(payload);
  if (!checked.success)
    return refuse(
      "invalid_payload",
      `This is not the payload of a ${kind.name} checkpoint.`,
      checked.error.issues.map((issue) => ({ pointer: pointer(["payload", ...issue.path]), message: issue.message })),
    );
  const by = raiserOf(caller);
  const priority = request.priority ?? previous?.priority ?? "normal";
  const metadata = request.metadata ?? {};
  const subject: Subject = { kind: kind.name, agent: source.agent, priority, payload, source, metadata };
  const round = previous === null ? 1 : previous.round + 1;
  const policy = house.match(subject);
  const narrowed = narrow({ request, kind, policy, previous, round, house });
  if (narrowed.type === "refused") return narrowed;
  const route = routeOf(request, policy.route, previous, house);
  if (!Array.isArray(route)) return route;
  const fault = request.callback === undefined ? null : house.callbackFault(request.callback.url);
  if (fault !== null) return refuse("callback_not_allowed", fault, [{ pointer: "/callback/url", message: fault }]);

  const record: Checkpoint = {
    v: 1,
    id,
    kind: kind.name,
    status: "pending",
    revision: 1,
    round,
    previous: previous?.id ?? null,
    title: request.title ?? kind.title(payload),
    payload,
    edited: null,
    source,
    token: caller.name,
    requested_by: request.requested_by ?? previous?.requested_by ?? null,
    requesters: requestersOf(request, caller, previous),
    priority,
    policy: narrowed.policy,
    actions: narrowed.actions,
    approvers: narrowed.policy.approvers,
    quorum: narrowed.quorum,
    votes: [],
    comments: [],
    created_at: now,
    due_at: narrowed.policy.timeout === null ? null : now + narrowed.policy.timeout,
    ended_at: null,
    progress: { reminded: 0, rungs: 0 },
    digest: digest({ kind: kind.name, payload, source, actions: narrowed.actions, policy: narrowed.policy }),
    decision: null,
    withdrawn: null,
    route,
    placements: placementsOf(route, house),
    callback: request.callback === undefined ? null : deliveryTo(request.callback.url),
    state: request.state ?? null,
    metadata,
    fingerprint: fingerprintOf(request),
  };
  const superseded =
    previous?.status === "pending" ? withdrawn(previous, by, `superseded by round ${round}, ${id}`, now, house) : null;
  return { type: "raised", first: firstOf(record, by, policy.auto === "proceed", now, house), superseded };
}

/** Another agent's checkpoint answers like none, before anything else is looked at. */
function unfitRound(previous: Checkpoint, caller: Raise["caller"], source: Source): Refusal | null {
  if (previous.token !== caller.name || previous.source.agent !== source.agent) return unknownPrevious();
  if (previous.decision?.outcome !== "approved") return null;
  // Approved just now: the agent has its answer, and a second question would be a second approval of one thing.
  return refuse("already_resolved", `The round before, ${previous.id}, was approved: read its decision instead.`);
}

export function unknownPrevious(): Refusal {
  return refuse("not_found", "There is no checkpoint `previous` of this agent.", [
    { pointer: "/previous", message: "not found" },
  ]);
}

/** Tells a repeat from another question under the same id. */
export function fingerprintOf(request: RaiseRequest): string {
  return digestOf(request);
}

function firstOf(record: Checkpoint, by: By, auto: boolean, now: number, house: House): Amendment {
  const raised: News = {
    type: "checkpoint.raised",
    by,
    data: {
      kind: record.kind,
      title: record.title,
      digest: record.digest,
      policy: record.policy.name,
      round: record.round,
    },
  };
  if (auto && record.actions.some((each) => each.action === "proceed")) {
    const ended = end({ ...record, revision: 0 }, "resolved", byPolicy(record, "proceed", now), {}, house);
    return { ...ended, news: [raised, ...ended.news], until: null };
  }
  const errands = record.placements.map((each) => show(record.id, each.channel, each.conversation));
  return { type: "change", next: record, news: [raised], errands, from: null, until: null };
}

/** An agent's token speaks for its own name, for the list that the settings give it, or for any. */
function sourceOf(request: RaiseRequest, caller: Raise["caller"], previous: Checkpoint | null): Source | Refusal {
  const agents = caller.role === "admin" ? "any" : caller.agents;
  const inherited = previous?.token === caller.name ? previous.source : undefined;
  const agent = request.source?.agent ?? inherited?.agent ?? caller.name;
  if (agents !== "any" && agent !== caller.name && !agents.includes(agent))
    return refuse("forbidden", `The token "${caller.name}" may not raise for the agent "${agent}".`, [
      { pointer: "/source/agent", message: "not this token's agent" },
    ]);
  return { ...inherited, ...request.source, agent } as Source;
}

export function raiserOf(caller: Raise["caller"]): By {
  return caller.role === "admin" ? caller.actor.by : { kind: "agent", name: caller.name };
}

/** `requested_by` is a claim: it only restricts. So does whose token it is, and who asked in the rounds before. */
function requestersOf(request: RaiseRequest, caller: Raise["caller"], previous: Checkpoint | null): Ref[] {
  const person = caller.role === "agent" ? caller.person : caller.actor.person;
  const refs = [...(previous?.requesters ?? [])];
  if (request.requested_by !== undefined) refs.push(request.requested_by);
  if (person !== null) refs.push(person.includes(":") ? person : `person:${person}`);
  return [...new Set(refs)];
}

function routeOf(
  request: RaiseRequest,
  ofPolicy: string[] | undefined,
  previous: Checkpoint | null,
  house: House,
): string[] | Refusal {
  const route = [...new Set(request.route ?? previous?.route ?? ofPolicy ?? house.route)];
  const unknown = route.findIndex((place) => !isConfigured(place, house));
  if (unknown < 0) return route;
  const known = ["web", ...house.channels].join(", ");
  return refuse("unknown_route", `"${route[unknown]}" is in no channel that is set up here (there are: ${known}).`, [
    { pointer: `/route/${unknown}`, message: "its channel is not set up" },
  ]);
}

function deliveryTo(url: string): Delivery {
  return { url, endpoint: new URL(url).origin, state: "idle", attempts: 0 };
}

function isConfigured(place: string, house: House): boolean {
  const channel = place.split(":")[0] ?? "";
  return READING_CHANNELS.has(channel) || (house.channels.has(channel) && place.includes(":"));
}

function placementsOf(route: string[], house: House): Placement[] {
  return route.flatMap((place) => {
    const split = splitPlace(place);
    return split !== null && house.channels.has(split.channel) ? [{ ...split, state: "queued" } as const] : [];
  });
}

/** 128 random bits: not to be guessed. */
export function newId(): string {
  return `chk_${randomBytes(16).toString("base64url")}`;
}
