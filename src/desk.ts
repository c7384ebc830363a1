/**
 * The one door to all checkpoints: whoever raises, decides, comments, withdraws or waits comes through here, with a
 * caller that access.ts has made. Each call is: read, decide, one atomic commit, answer. Whoever loses a race decides
 * again on what is there then.
 */
import { createHmac, randomUUID } from "node:crypto";
import { type Caller, mayRead, type Origin, sightOf } from "./access.ts";
import { signEntry } from "./audit.ts";
import { type Act, type Card, type Form, type Refusal, refuse } from "./card.ts";
import type { By, Checkpoint, KindName, Ref, Status } from "./checkpoint.ts";
import { pauseOf } from "./decide/called.ts";
import { nextLook } from "./decide/look.ts";
import { fingerprintOf, newId, raise } from "./decide/raise.ts";
import { decide, isOverdue } from "./decide.ts";
import type { Feed } from "./feed.ts";
import type { House } from "./house.ts";
import { digestOf } from "./json.ts";
import type { Keys } from "./keys.ts";
import { cardOf } from "./picture.ts";
import type { Directory } from "./policy/directory.ts";
import { sightOfRecord } from "./policy/sight.ts";
import { type Logged, type Opened, type Operation, type Page, StoreUnavailable, type Write } from "./ports.ts";
import type { RaiseRequest } from "./request.ts";
import type { Amendment, Event } from "./ruling.ts";
import { Turns } from "./turns.ts";

/** A refusal that shows the checkpoint as it stands, so that a loser is told who won, and asks for what is missing. */
export type Denied = Refusal & { checkpoint?: Checkpoint; form?: Form };

export interface ListRequest {
  status?: Status;
  kind?: KindName;
  agent?: string;
  session?: string;
  /** A reference: what that person or group may decide. */
  approver?: Ref;
  overdue?: boolean;
  limit: number;
  cursor?: string;
}

export interface ActOptions {
  /** The caller's Idempotency-Key: the same act again gets its first answer. */
  key?: string;
  origin: Origin;
  shown?: { shown: number; of: number };
}

export interface DeskPort {
  raise(
    caller: Caller,
    request: RaiseRequest,
    options: { key?: string; origin: Origin },
  ): Promise<{ type: "raised"; created: boolean; checkpoint: Checkpoint } | Denied>;
  act(
    caller: Caller,
    id: string,
    act: Act,
    options: ActOptions,
  ): Promise<{ type: "settled"; result: "resolved" | "recorded"; checkpoint: Checkpoint } | Denied>;
  comment(
    caller: Caller,
    id: string,
    text: string,
    origin: Origin,
  ): Promise<{ type: "commented"; checkpoint: Checkpoint } | Denied>;
  withdraw(
    caller: Caller,
    id: string,
    reason: string,
    origin: Origin,
  ): Promise<{ type: "withdrawn"; checkpoint: Checkpoint } | Denied>;
  /** A checkpoint that the caller may not see answers exactly as one that does not exist. */
  read(caller: Caller, id: string): Promise<Checkpoint | Denied>;
  /** As `read`, but answers only once it has ended or `ms` have passed or `signal` aborts. */
  wait(caller: Caller, id: string, ms: number, signal?: AbortSignal): Promise<Checkpoint | Denied>;
  card(caller: Caller, id: string): Promise<Card | Denied>;
  list(caller: Caller, request: ListRequest): Promise<(Page & { type: "page" }) | Denied>;
  timeline(caller: Caller, id: string): Promise<{ type: "timeline"; items: Logged[] } | Denied>;
}

export interface DeskParts {
  opened: Pick<Opened, "store" | "clock">;
  house: House;
  directory: Directory;
  keys: Keys;
  feed: Feed;
  baseUrl: string;
  /** This host's own clock, for the record. */
  hostClock: () => number;
  /** After a commit stood: the relay is woken, figures are counted. */
  onCommitted: (writes: readonly Write[]) => void;
}

/** Races lost in a row before a call gives up; a checkpoint ends once, so a loser rarely loses twice. */
const TRIES = 8;

const RELAY: Origin = { surface: "api" };

type Changed = { type: "changed"; checkpoint: Checkpoint; replay: Operation | null } | Denied;

export class Desk implements DeskPort {
  readonly #parts: DeskParts;
  readonly #turns = new Turns();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async raise(caller: Caller, request: RaiseRequest, { key, origin }: { key?: string; origin: Origin }) {
    if (caller.role === "approver")
      return refuse("forbidden", "An approver's token decides; raising takes an agent's.");
    const { opened, house } = this.#parts;
    const id = request.id ?? (key === undefined ? newId() : this.#keyedId(caller.name, key));
    const operation = { id: `raise:${id}`, hash: fingerprintOf(request), answer: "" };
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const previous =
        request.previous === undefined ? null : ((await opened.store.read(request.previous))?.record ?? undefined);
      if (previous === undefined) return this.#existing(caller, id, operation.hash, unknownPrevious());
      const now = opened.clock();
      if (previous !== null && isOverdue(previous, now)) {
        await this.look(previous.id);
        continue;
      }
      const raised = raise({ request, caller, id, previous }, now, house);
      if (raised.type === "refused") return raised;
      const amendments = raised.superseded === null ? [raised.first] : [raised.first, raised.superseded];
      const done = await this.#commit(amendments, operation, now, origin);
      if (done.type === "committed") return { type: "raised" as const, created: true, checkpoint: raised.first.next };
      if (done.type === "replayed" || done.id === id)
        return this.#existing(caller, id, operation.hash, refuse("unavailable", "Try again: it was being changed."));
    }
    throw tooBusy();
  }

  async act(caller: Caller, id: string, act: Act, { key, origin, shown }: ActOptions) {
    if (caller.role === "agent") return refuse("forbidden", "Agents ask; deciding takes an approver's token.");
    const actor = { ...caller.actor, by: { ...caller.actor.by, surface: origin.surface } };
    const operation =
      key === undefined ? undefined : { id: `act:${id}:${actor.person}:${key}`, hash: digestOf(act), answer: "" };
    const changed = await this.#change(caller, id, { type: "act", actor, act, shown }, origin, operation);
    if (changed.type === "refused") return changed;
    const { checkpoint, replay } = changed;
    const result = replay?.answer ?? resultOf(checkpoint);
    return { type: "settled" as const, result: result === "recorded" ? "recorded" : "resolved", checkpoint } as const;
  }

  async comment(caller: Caller, id: string, text: string, origin: Origin) {
    const changed = await this.#change(caller, id, { type: "comment", by: byOf(caller, origin), text }, origin);
    return changed.type === "refused" ? changed : { type: "commented" as const, checkpoint: changed.checkpoint };
  }

  async withdraw(caller: Caller, id: string, reason: string, origin: Origin) {
    const event: Event = { type: "withdraw", caller, by: byOf(caller, origin), reason };
    const changed = await this.#change(caller, id, event, origin);
    return changed.type === "refused" ? changed : { type: "withdrawn" as const, checkpoint: changed.checkpoint };
  }

  async read(caller: Caller, id: string): Promise<Checkpoint | Denied> {
    const stored = await this.#parts.opened.store.read(id);
    return stored !== undefined && mayRead(caller, stored.record) ? stored.record : notFound();
  }

  async wait(caller: Caller, id: string, ms: number, signal?: AbortSignal): Promise<Checkpoint | Denied> {
    const ended = Promise.withResolvers<void>();
    const forget = this.#parts.feed.onEnd(id, ended.resolve);
    const timer = setTimeout(ended.resolve, ms);
    signal?.addEventListener("abort", () => ended.resolve(), { once: true });
    try {
      const first = await this.read(caller, id);
      if ("type" in first || first.status !== "pending" || signal?.aborted) return first;
      await ended.promise;
      return await this.read(caller, id);
    } finally {
      clearTimeout(timer);
      forget();
    }
  }

  async card(caller: Caller, id: string): Promise<Card | Denied> {
    const checkpoint = await this.read(caller, id);
    if ("type" in checkpoint) return checkpoint;
    return this.cardOf(checkpoint);
  }

  /** The picture of a checkpoint for a channel, with the round before beside it. */
  async cardOf(checkpoint: Checkpoint): Promise<Card> {
    const { opened, baseUrl } = this.#parts;
    const before = checkpoint.previous === null ? undefined : await opened.store.read(checkpoint.previous);
    const url = `${baseUrl}/checkpoints/${checkpoint.id}`;
    return cardOf(checkpoint, opened.clock(), { url, ...(before === undefined ? {} : { previous: before.record }) });
  }

  async list(caller: Caller, { approver, overdue, ...query }: ListRequest) {
    const { directory, opened } = this.#parts;
    const sight = sightOf(caller);
    const page = await opened.store.list({
      ...query,
      ...(sight === undefined ? {} : { sight }),
      ...(approver === undefined ? {} : { decide: refsMeeting(approver, directory) }),
      ...(overdue ? { dueBefore: opened.clock() } : {}),
    });
    return { type: "page" as const, ...page };
  }

  async timeline(caller: Caller, id: string) {
    const checkpoint = await this.read(caller, id);
    if ("type" in checkpoint) return checkpoint;
    const items: Logged[] = [];
    for await (const logged of this.#parts.opened.store.log({ id, after: 0 })) items.push(logged);
    return { type: "timeline" as const, items };
  }

  /** The agenda's turn. Answers when to look again, where nothing was due after all; null: never. */
  async look(id: string): Promise<number | null> {
    const changed = await this.#change(null, id, { type: "look" }, RELAY);
    return changed.checkpoint === undefined ? null : nextLook(changed.checkpoint, this.#parts.house);
  }

  /** The relay's word about a card. */
  async placed(id: string, event: Extract<Event, { type: "placed" }>): Promise<void> {
    await this.#change(null, id, event, RELAY);
  }

  /** The relay's word about a call to the agent. Answers when to call again; null: never. */
  async called(id: string, result: Extract<Event, { type: "called" }>["result"]): Promise<number | null> {
    const { checkpoint } = await this.#change(null, id, { type: "called", result }, RELAY);
    const pause = checkpoint?.callback ? pauseOf(checkpoint.callback) : null;
    return pause === null ? null : this.#parts.opened.clock() + pause;
  }

  /** Calls the agent again now. */
  async recall(id: string): Promise<void> {
    await this.#change(null, id, { type: "recall" }, RELAY);
  }

  /** For the admin: calls that wait, and dead letters. */
  async deliveries(caller: Caller, state: "waiting" | "dead", limit: number, cursor?: string) {
    if (caller.role !== "admin") return refuse("forbidden", "Deliveries are the admin's to see.");
    const page = await this.#parts.opened.store.list({
      delivery: state,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { type: "page" as const, ...page };
  }

  /** A dead letter gets all its attempts again, beginning now. */
  async redeliver(caller: Caller, id: string): Promise<{ type: "queued"; checkpoint: Checkpoint } | Denied> {
    if (caller.role !== "admin") return refuse("forbidden", "Deliveries are the admin's to retry.");
    const checkpoint = await this.read(caller, id);
    if ("type" in checkpoint) return checkpoint;
    const state = checkpoint.callback?.state;
    if (state !== "dead" && state !== "waiting")
      return refuse("not_found", `There is no call to ${id} that could be tried again.`);
    const changed = await this.#change(caller, id, { type: "recall" }, RELAY);
    return changed.type === "refused" ? changed : { type: "queued", checkpoint: changed.checkpoint };
  }

  async #change(
    caller: Caller | null,
    id: string,
    event: Event,
    origin: Origin,
    operation: Operation = { id: `once:${randomUUID()}`, hash: "", answer: "" },
  ): Promise<Changed> {
    return this.#turns.take(id, async () => {
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const stored = await this.#parts.opened.store.read(id, operation.id);
        if (stored === undefined || (caller !== null && !mayRead(caller, stored.record))) return notFound();
        if (stored.replay !== null) return replayed(stored.replay, operation, stored.record);
        const settled = await this.#settle(stored.record, event, operation, origin);
        if (settled !== "lost") return settled;
      }
      throw tooBusy();
    });
  }

  /** Decides and commits, as often as time itself has to be dealt with first; "lost": somebody else was faster. */
  async #settle(record: Checkpoint, event: Event, operation: Operation, origin: Origin): Promise<Changed | "lost"> {
    let checkpoint = record;
    for (;;) {
      const now = this.#parts.opened.clock();
      const ruling = decide(checkpoint, event, now, this.#parts.house);
      if (ruling.type === "refused") return { ...ruling, checkpoint };
      if (ruling.type === "form") return { ...ruling.refusal, form: ruling.form, checkpoint };
      if (ruling.type === "wait") return { ...refuse("not_found", "Nothing was due."), checkpoint };
      const own = ruling.again
        ? { id: `look:${checkpoint.id}:${checkpoint.revision}`, hash: "", answer: "" }
        : { ...operation, answer: resultOf(ruling.next) };
      const done = await this.#commit([ruling], own, now, origin);
      if (done.type === "conflict") return "lost";
      if (done.type === "replayed" && ruling.again) return "lost";
      if (done.type === "replayed") return replayed(done.operation, own, ruling.next);
      if (!ruling.again) return { type: "changed", checkpoint: ruling.next, replay: null };
      checkpoint = ruling.next;
    }
  }

  async #commit(amendments: Amendment[], operation: Operation, now: number, origin: Origin) {
    const writes = amendments.map((amendment) => this.#writeOf(amendment, now, origin));
    const done = await this.#parts.opened.store.commit({ operation, writes });
    if (done.type === "committed") this.#parts.onCommitted(writes);
    return done;
  }

  #writeOf({ next, news, errands, from, until }: Amendment, now: number, origin: Origin): Write {
    const { keys, house, hostClock } = this.#parts;
    const host = hostClock();
    const address = origin.address === undefined ? {} : { address: origin.address };
    const { id, revision, digest } = next;
    const entries = news.map((each) =>
      signEntry({ id, revision, at: now, host, digest, ...address, ...each }, keys.audit),
    );
    return {
      record: next,
      expect: revision - 1,
      from,
      until,
      look: nextLook(next, house),
      outbox: errands,
      entries,
      sight: sightOfRecord(next),
    };
  }

  /** The same id again: the same question gets the same checkpoint, anything else is refused. */
  async #existing(caller: Caller, id: string, fingerprint: string, otherwise: Refusal) {
    const stored = await this.#parts.opened.store.read(id);
    if (stored === undefined) return otherwise;
    const { record } = stored;
    if (record.token !== caller.name)
      return refuse("id_taken", `The id ${id} is taken by another agent; choose another.`);
    if (record.fingerprint === fingerprint) return { type: "raised" as const, created: false, checkpoint: record };
    return refuse("idempotency_mismatch", "This id or Idempotency-Key came before with another body; use a new one.");
  }

  #keyedId(token: string, key: string): string {
    const mac = createHmac("sha256", this.#parts.keys.ids).update(JSON.stringify([token, key]));
    return `chk_${mac.digest("base64url").slice(0, 22)}`;
  }
}

/** What a person meets through groups and accounts as well; another reference only itself. */
function refsMeeting(ref: Ref, directory: Directory): Ref[] {
  return ref.startsWith("person:") ? [...directory.refsOf(ref.slice("person:".length))] : [ref];
}

function replayed(first: Operation, operation: Operation, checkpoint: Checkpoint): Changed {
  if (first.hash === operation.hash) return { type: "changed", checkpoint, replay: first };
  return refuse("idempotency_mismatch", "This Idempotency-Key came before with another act; use a new one.");
}

function resultOf(checkpoint: Checkpoint): "resolved" | "recorded" {
  return checkpoint.status === "pending" ? "recorded" : "resolved";
}

function byOf(caller: Caller, { surface }: Origin): By {
  return caller.role === "agent" ? { kind: "agent", name: caller.name } : { ...caller.actor.by, surface };
}

function notFound(): Refusal {
  return refuse("not_found", "There is no such checkpoint, or it is not yours to see.");
}

function unknownPrevious(): Refusal {
  return refuse("not_found", "There is no checkpoint `previous` of this agent.", [
    { pointer: "/previous", message: "not found" },
  ]);
}

function tooBusy(): StoreUnavailable {
  return new StoreUnavailable("The checkpoint is being changed by many at once; try again.");
}
