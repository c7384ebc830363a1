/**
 * The first revision of a checkpoint: the payload checked by its kind, the policy chosen and narrowed by the raiser,
 * everything that deciding will need kept in the record.
 */
import type { z } from "zod";
import type { Caller } from "../access.ts";
import { type Refusal, refuse } from "../card.ts";
import {
  type Answers,
  type By,
  type Checkpoint,
  type Decision,
  type Delivery,
  isApproving,
  type Ref,
  type Source,
  type TimeoutWord,
} from "../checkpoint.ts";
import type { Door } from "../connections.ts";
import { digest } from "../digest.ts";
import type { House } from "../house.ts";
import { digestOf, type JsonObject, pointer, valueAt } from "../json.ts";
import { kindOf } from "../kinds/index.ts";
import { narrow } from "../policy/narrow.ts";
import { hideIn, isTelling } from "../policy/redact/raise.ts";
import type { Rules } from "../policy/redact/rules.ts";
import { isAskedBy } from "../policy/sight.ts";
import type { Subject } from "../policy/subject.ts";
import type { RaiseRequest } from "../request.ts";
import type { Amendment, News } from "../ruling.ts";
import { byPolicy, end, show } from "./amend.ts";
import { placementsOf, routeOf } from "./route.ts";
import { withdrawn } from "./small.ts";

export interface Raise {
  request: RaiseRequest;
  caller: Extract<Caller, { role: "agent" | "admin" }>;
  id: string;
  /** The round before, if the request names one. */
  previous: Checkpoint | null;
  /** By which door it came in; what a door may say is never a request's to say. */
  entry?: Entry | undefined;
}

export interface Entry {
  door: Door;
  /** Where the agent's system is answered; from the settings, not from the request. */
  answer?: string;
  /** Of the connection, where neither a policy nor the raise says. */
  route?: readonly string[];
  maxRounds?: number;
  /** What the protocol answers to questions where a policy approves without asking anybody; absent: people are asked. */
  autoAnswers?: Answers;
  /** What the protocol says of a time-out, where neither a policy nor the raise does. */
  onTimeout?: TimeoutWord;
}

export type Raised = Refusal | { type: "raised"; first: Amendment; superseded: Amendment | null };

export function raise({ request, caller, id, previous, entry }: Raise, now: number, house: House): Raised {
  const source = sourceOf(request, caller, previous);
  if ("type" in source) return source;
  const unfit = previous === null ? null : unfitRound(previous, caller, source);
  if (unfit !== null) return unfit;
  const kind = kindOf(request.kind);
  const payload = request.payload;
  const checked = kind.payload.safeParse(payload);
  if (!checked.success) return unfitPayload(kind.name, payload, checked.error.issues);
  const by = raiserOf(caller);
  const priority = request.priority ?? previous?.priority ?? "normal";
  const metadata = request.metadata ?? {};
  const subject: Subject = { kind: kind.name, agent: source.agent, priority, payload, source, metadata };
  const round = previous === null ? 1 : previous.round + 1;
  const policy = house.match(subject);
  if ("type" in policy) return policy;
  const narrowed = narrow({ request, kind, policy, previous, round, entry, house });
  if (narrowed.type === "refused") return narrowed;
  const requesters = requestersOf(request, caller, previous);
  const asked = { ...narrowed, ...narrowed.policy, requesters, votes: [], digest: "" };
  const route = routeOf(request, policy.route ?? entry?.route, previous, asked, house);
  if (!Array.isArray(route)) return route;
  const fault = request.callback === undefined ? null : house.callbackFault(request.callback.url);
  if (fault !== null) return refuse("callback_not_allowed", fault, [{ pointer: "/callback/url", message: fault }]);
  const rules = house.redaction(policy.name);
  const telling = tellingName(request, source, rules);
  if (telling !== null) return telling;
  const sent = { title: request.title, payload, metadata, source, actions: narrowed.actions };
  const { shown, hidden } = hideIn(sent, rules);
  // What cannot be seen is not approved where the policy says so.
  const isBlocked = hidden !== null && hidden.blocking.length > 0;
  const actions = isBlocked ? shown.actions.filter(({ action }) => !isApproving(action)) : shown.actions;
  const asSent = digest({ kind: kind.name, payload, source, actions, policy: narrowed.policy });

  const record: Checkpoint = {
    v: 1,
    id,
    kind: kind.name,
    status: "pending",
    revision: 1,
    round,
    previous: previous?.id ?? null,
    title: shown.title ?? kind.title(shown.payload),
    payload: shown.payload,
    edited: null,
    source: shown.source,
    token: caller.name,
    requested_by: request.requested_by ?? previous?.requested_by ?? null,
    requesters,
    priority,
    policy: narrowed.policy,
    actions,
    approvers: narrowed.policy.approvers,
    quorum: narrowed.quorum,
    votes: [],
    comments: [],
    created_at: now,
    due_at: narrowed.policy.timeout === null ? null : now + narrowed.policy.timeout,
    ended_at: null,
    progress: { reminded: 0, rungs: 0 },
    digest: asSent,
    decision: null,
    withdrawn: null,
    route,
    placements: placementsOf(route, asked, house),
    callback: deliveryTo(entry?.answer ?? request.callback?.url),
    ...(entry === undefined ? {} : { door: entry.door }),
    state: request.state ?? null,
    metadata: shown.metadata,
    ...(hidden === null ? {} : { hidden: { ...hidden, digest: asSent } }),
    fingerprint: fingerprintOf(request),
  };
  const superseded =
    previous?.status === "pending" ? withdrawn(previous, by, `superseded by round ${round}, ${id}`, now, house) : null;
  return { type: "raised", first: firstOf(record, by, autoOf(policy, entry), now, house), superseded };
}

/** What others are found or reached by cannot be hidden; a secret there is sent back unseen. */
function tellingName(
  { id, requested_by, route, approvers }: RaiseRequest,
  { agent }: Source,
  rules: Rules,
): Refusal | null {
  const names = [
    ["/id", id],
    ["/source/agent", agent],
    ["/requested_by", requested_by],
    ...(route ?? []).map((place, index) => [`/route/${index}`, place]),
    ...(approvers ?? []).map((ref, index) => [`/approvers/${index}`, ref]),
  ] as const;
  const found = names.find(([, name]) => name !== undefined && isTelling(name, rules));
  if (found === undefined) return null;
  const message = "looks like a secret, and this is shown to everybody; send another name";
  return refuse("invalid_request", `${found[0]} ${message}.`, [{ pointer: String(found[0]), message }]);
}

type Issues = readonly Pick<z.core.$ZodIssue, "path" | "message">[];

function unfitPayload(kind: string, payload: JsonObject, issues: Issues): Refusal {
  const problems = issues.map(({ path, message }) => {
    const isThere = path.length === 0 || valueAt(payload, path.map(String)) !== undefined;
    return { pointer: pointer(["payload", ...path]), message: isThere ? message : "is required" };
  });
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more in errors)` : "";
  const why = first === undefined ? "" : `: ${first.pointer.slice(0, 200)} ${first.message}${more}`;
  return refuse("invalid_payload", `This is not the payload of a ${kind} checkpoint${why}.`, problems);
}

/** Another agent's checkpoint answers like none, before anything else is looked at. */
function unfitRound(previous: Checkpoint, caller: Raise["caller"], source: Source): Refusal | null {
  if (!isAskedBy(previous, caller.name) || previous.source.agent !== source.agent) return unknownPrevious();
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
  const known = fingerprints.get(request);
  if (known !== undefined) return known;
  const fingerprint = digestOf(request);
  fingerprints.set(request, fingerprint);
  return fingerprint;
}

/** Asked for once by the desk and once for the record. */
const fingerprints = new WeakMap<RaiseRequest, string>();

type Auto = Pick<Decision, "action" | "outcome" | "answers">;

/** What `auto: proceed` may do here, the first of them that is offered. */
function autoOf({ auto }: { auto?: "proceed" }, entry: Entry | undefined): Auto[] {
  if (auto === undefined) return [];
  const answers = entry?.autoAnswers;
  const answered: Auto[] = answers === undefined ? [] : [{ action: "answer", outcome: "answered", answers }];
  return [{ action: "proceed", outcome: "approved" }, ...answered];
}

function firstOf(record: Checkpoint, by: By, auto: Auto[], now: number, house: House): Amendment {
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
  const chosen = auto.find(({ action }) => record.actions.some((each) => each.action === action));
  if (chosen !== undefined) {
    const decision = { ...byPolicy(record, chosen.action, now), ...chosen };
    const ended = end({ ...record, revision: 0 }, "resolved", decision, {}, house);
    return { ...ended, news: [raised, ...ended.news], until: null };
  }
  const errands = record.placements.map((each) => show(record.id, each.channel, each.conversation));
  return { type: "change", next: record, news: [raised], errands, from: null, until: null };
}

/** An agent's token speaks for its own name, for the list that the settings give it, or for any. */
function sourceOf(request: RaiseRequest, caller: Raise["caller"], previous: Checkpoint | null): Source | Refusal {
  const agents = caller.role === "admin" ? "any" : caller.agents;
  const inherited = previous !== null && isAskedBy(previous, caller.name) ? previous.source : undefined;
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

function deliveryTo(url: string | undefined): Delivery | null {
  return url === undefined ? null : { url, endpoint: new URL(url).origin, state: "idle", attempts: 0 };
}
