/**
 * The TypeScript client: an agent's (or a person's) side of the HTTP API, on nothing but `fetch`.
 *
 *   const bot = hitl({ url: "http://127.0.0.1:8787", token })
 *   const decision = await bot.checkpoint("confirm", { summary: "Publish the skill" })
 *   if (decision.action === "proceed") publish()
 *
 * Fail closed: a fault, an unknown status or a malformed answer is a thrown HitlError, never a default.
 */
import type { Act, Card } from "./card.ts";
import type { ActionName, KindName, Priority, Source, Status, TimeoutWord } from "./checkpoint.ts";
import { type Call, caller, HitlError, pause } from "./client/call.ts";
import {
  asActed,
  asCard,
  asCheckpoint,
  asComment,
  asConnection,
  asConnections,
  asDeliveries,
  asLink,
  asPage,
  asRetried,
  asStats,
  asTimeline,
  asWhoami,
  type CheckpointView,
  type CommentView,
  type ConnectionsView,
  type ConnectionView,
  type DeliveriesView,
  type DeliveryView,
  type LinkView,
  type LogView,
  type PageView,
  type StatsView,
  type Whoami,
} from "./client/checks.ts";
import { type Decisions, decisionOf, type Payloads } from "./client/decision.ts";
import { type EventsQuery, follow, type HitlEvent } from "./client/events.ts";
import type { Json, JsonObject, Problem } from "./json.ts";

export { approvedValue } from "./client/approved.ts";
export { HitlError } from "./client/call.ts";
export type { CheckpointView, CommentView, LogView, PageView, StatsView, Whoami } from "./client/checks.ts";
export { isApproved } from "./client/checks.ts";
export type {
  Answer,
  Cancel,
  Decisions,
  Edit,
  Payloads,
  Proceed,
  Question,
  Refine,
  Reject,
  Revise,
} from "./client/decision.ts";
export { TimedOut, Withdrawn } from "./client/decision.ts";
export type { EventsQuery, HitlEvent } from "./client/events.ts";
export type { Act, Card, Problem };

export interface HitlOptions {
  url: string;
  token: string;
  /** Where the person sits, for the record. */
  surface?: "terminal" | "api";
  /** How long a call goes on trying a bot that does not answer, in ms (30,000). */
  patience?: number;
}

/** What `POST /v1/checkpoints` takes; only `kind` and `payload` are needed. */
export interface Raise {
  kind: KindName;
  payload: JsonObject;
  id?: string;
  title?: string;
  source?: Partial<Source>;
  requested_by?: string;
  priority?: Priority;
  route?: string[];
  approvers?: string[];
  quorum?: number;
  actions?: (
    | ActionName
    | { action: ActionName; label?: string; comment?: "optional" | "required"; reasons?: string[] }
  )[];
  timeout?: string | number | null;
  on_timeout?: TimeoutWord;
  callback?: { url: string };
  state?: Json;
  metadata?: JsonObject;
  previous?: string;
}

export interface ListQuery {
  status?: Status;
  kind?: KindName;
  agent?: string;
  session?: string;
  approver?: string;
  overdue?: boolean;
  limit?: number;
  cursor?: string;
}

/** Seconds that one long-poll is held open: below the minute at which proxies commonly give up. */
const POLL = 50;
/** A restart or a deployment of the bot must not end an agent's wait. */
const WAIT_PATIENCE = 300_000;

export type Hitl = ReturnType<typeof hitl>;

export function hitl(options: HitlOptions) {
  const patience = options.patience ?? 30_000;
  const call = caller(options);

  async function checkpoint(request: Call, id?: string): Promise<CheckpointView> {
    const found = await call(request, asCheckpoint);
    if (id !== undefined && found.id !== id) throw malformed(`the answer is about ${found.id}, not about ${id}`);
    return found;
  }

  /** A repeat of the call, here or by the caller with the same key, is answered with the first one's checkpoint. */
  async function raise(
    request: Raise,
    { key = newKey(), wait = 0, signal }: { key?: string; wait?: number; signal?: AbortSignal } = {},
  ): Promise<CheckpointView> {
    const path = wait > 0 ? `/v1/checkpoints?wait=${Math.min(wait, 240)}` : "/v1/checkpoints";
    const raised = await checkpoint(
      { method: "POST", path, body: request, key, hold: wait, patience, signal },
      request.id,
    );
    if (raised.kind !== request.kind) throw malformed(`a ${request.kind} was raised, but a ${raised.kind} came back`);
    return raised;
  }

  async function read(id: string, { signal }: Signalled = {}): Promise<CheckpointView> {
    return checkpoint({ method: "GET", path: at(id), patience, signal }, id);
  }

  /** The checkpoint once it has ended, however long that takes; ends early only by the signal or by an error. */
  async function wait(id: string, { signal, ...own }: Signalled & { patience?: number } = {}): Promise<CheckpointView> {
    for (;;) {
      const asked = Date.now();
      const path = `${at(id)}?wait=${POLL}`;
      const found = await checkpoint(
        { method: "GET", path, hold: POLL, patience: own.patience ?? Math.max(patience, WAIT_PATIENCE), signal },
        id,
      );
      if (found.status !== "pending") return found;
      // A bot that answers at once although nothing has ended (it may be stopping) is not asked in a tight loop.
      if (Date.now() - asked < 1_000) await pause(1_000, signal);
    }
  }

  function list(query: ListQuery = {}, { signal }: Signalled = {}): Promise<PageView> {
    const words = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(words.map(([name, value]): [string, string] => [name, String(value)]));
    return call({ method: "GET", path: `/v1/checkpoints?${search}`, patience, signal }, asPage);
  }

  async function act(
    id: string,
    what: Act,
    { key = newKey(), signal }: { key?: string } & Signalled = {},
  ): Promise<{ result: "resolved" | "recorded"; checkpoint: CheckpointView }> {
    const acted = await call({ method: "POST", path: `${at(id)}/act`, body: what, key, patience, signal }, asActed);
    if (acted.checkpoint.id !== id) throw malformed(`the answer is about ${acted.checkpoint.id}, not about ${id}`);
    return acted;
  }

  async function comment(id: string, text: string, { signal }: Signalled = {}): Promise<CommentView> {
    return call({ method: "POST", path: `${at(id)}/comments`, body: { text }, patience: 0, signal }, asComment);
  }

  async function withdraw(id: string, reason: string, { signal }: Signalled = {}): Promise<CheckpointView> {
    return checkpoint({ method: "POST", path: `${at(id)}/withdraw`, body: { reason }, patience: 0, signal }, id);
  }

  async function timeline(id: string, { signal }: Signalled = {}): Promise<LogView[]> {
    return call({ method: "GET", path: `${at(id)}/timeline`, patience, signal }, asTimeline);
  }

  async function card(id: string, { signal }: Signalled = {}): Promise<Card> {
    const found = await call({ method: "GET", path: `${at(id)}/card`, patience, signal }, asCard);
    if (found.id !== id) throw malformed(`the answer is about ${found.id}, not about ${id}`);
    return found;
  }

  /** For the admin: calls to agents that were given up, or that wait. */
  function deliveries(
    state: "dead" | "waiting",
    { cursor, signal }: { cursor?: string } & Signalled = {},
  ): Promise<DeliveriesView> {
    const search = new URLSearchParams({ state, limit: "200", ...(cursor === undefined ? {} : { cursor }) });
    return call({ method: "GET", path: `/v1/deliveries?${search}`, patience, signal }, asDeliveries);
  }

  /** For the admin: has the agent called again now, with all attempts. */
  function redeliver(id: string, { signal }: Signalled = {}): Promise<DeliveryView> {
    const path = `${at(id).replace("checkpoints", "deliveries")}/retry`;
    return call({ method: "POST", path, patience, signal }, asRetried);
  }

  /** For the admin: the agents' systems that the settings name. */
  function connections({ signal }: Signalled = {}): Promise<ConnectionsView> {
    return call({ method: "GET", path: "/v1/connections", patience, signal }, asConnections);
  }

  /** For the admin: a new address for an agent that cannot send a token, shown once. */
  function connectionUrl(name: string, { signal }: Signalled = {}): Promise<ConnectionView> {
    const path = `/v1/connections/${encodeURIComponent(name)}/url`;
    return call({ method: "POST", path, patience: 0, signal }, asConnection);
  }

  /** For the admin: signs a person in to the web inbox, once. */
  function link(person: string, { signal }: Signalled = {}): Promise<LinkView> {
    return call({ method: "POST", path: "/v1/links", body: { person }, patience: 0, signal }, asLink);
  }

  function whoami({ signal }: Signalled = {}): Promise<Whoami> {
    return call({ method: "GET", path: "/v1/whoami", patience, signal }, asWhoami);
  }

  /**
   * What happens, as it happens, over restarts and broken connections, each event once; ends only by the signal or by
   * an error. `after`: the `id` of the last event seen; without it, from now on.
   */
  function events(query: EventsQuery = {}, { signal }: Signalled = {}): AsyncGenerator<HitlEvent, never> {
    return follow(options, query, { first: patience, later: Math.max(patience, WAIT_PATIENCE) }, signal);
  }

  function stats(since: string | undefined, { signal }: Signalled = {}): Promise<StatsView> {
    const search = since === undefined ? "" : `?${new URLSearchParams({ since })}`;
    return call({ method: "GET", path: `/v1/stats${search}`, patience, signal }, asStats);
  }

  /**
   * Asks, and waits for the decision however long that takes. What is no decision is thrown: TimedOut, Withdrawn, or
   * another HitlError. With the same `key` (or `id`) a program that was restarted joins its own question.
   */
  async function ask<K extends KindName>(
    kind: K,
    payload: Payloads[K],
    { key, signal, ...more }: Omit<Raise, "kind" | "payload"> & { key?: string } & Signalled = {},
  ): Promise<Decisions[K]> {
    const own = { ...(key === undefined ? {} : { key }), ...(signal === undefined ? {} : { signal }) };
    const raised = await raise({ ...more, kind, payload: payload as unknown as JsonObject }, own);
    const ended = raised.status === "pending" ? await wait(raised.id, signal === undefined ? {} : { signal }) : raised;
    return decisionOf(kind, ended);
  }

  return {
    checkpoint: ask,
    ...{ raise, read, wait, list, act, comment, withdraw, timeline, card },
    ...{ connections, connectionUrl, deliveries, redeliver, events, link, stats, whoami },
  };
}

interface Signalled {
  signal?: AbortSignal;
}

/** Only what can be one segment of a path: `..` would ask about something else. */
function at(id: string): string {
  if (/^[\w-]{1,200}$/.test(id)) return `/v1/checkpoints/${id}`;
  throw new HitlError({ status: 404, code: "not_found", detail: `"${id}" cannot be the id of a checkpoint.` });
}

function malformed(why: string): HitlError {
  return new HitlError({ status: 200, code: "malformed_answer", detail: `The bot's answer cannot be used: ${why}.` });
}

function newKey(): string {
  return crypto.randomUUID();
}
