/**
 * The one door to all checkpoints: whoever raises, decides, comments, withdraws or waits comes through here, with a
 * caller that access.ts has made. Each call is: read, decide, one atomic commit, answer. Whoever loses a race decides
 * again on what is there then.
 */
import { type Caller, mayRead, type Origin, sightOf } from "./access.ts";
import { type Act, type Card, type Refusal, refuse } from "./card.ts";
import type { By, Checkpoint, Ref } from "./checkpoint.ts";
import { type CommitParts, Commits, notFound, RELAY, resultOf, TRIES, tooBusy } from "./commits.ts";
import { pauseOf } from "./decide/called.ts";
import { nextLook } from "./decide/look.ts";
import { fingerprintOf, raise, unknownPrevious } from "./decide/raise.ts";
import { isOverdue } from "./decide.ts";
import type { ActOptions, Denied, DeskPort, ListRequest, RaiseOptions } from "./desk-port.ts";
import { newId } from "./ids.ts";
import { canonical, digestOf } from "./json.ts";
import { hmac } from "./mac.ts";
import type { Pace } from "./pace.ts";
import { cardOf } from "./picture.ts";
import type { Directory } from "./policy/directory.ts";
import type { Rules } from "./policy/redact/rules.ts";
import type { Logged } from "./ports.ts";
import { entriesOf, type Stretch } from "./record.ts";
import type { RaiseRequest } from "./request.ts";
import type { Event } from "./ruling.ts";
import { type Followed, type FollowRequest, Stream } from "./stream.ts";
import { makeTally, type Tally } from "./tally.ts";

export interface DeskParts extends CommitParts {
  directory: Directory;
  /** How fast each token may raise. */
  pace: Pace;
  baseUrl: string;
}

export class Desk implements DeskPort {
  readonly #parts: DeskParts;
  readonly #commits: Commits;
  readonly #stream: Stream;
  readonly stats: Tally["stats"];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#commits = new Commits(parts);
    this.#stream = new Stream(parts.opened.store, parts.feed);
    this.stats = makeTally(parts.opened).stats;
  }

  async raise(caller: Caller, request: RaiseRequest, options: RaiseOptions) {
    if (caller.role === "approver")
      return refuse("forbidden", "An approver's token decides; raising takes an agent's.");
    const { pace } = this.#parts;
    const id = request.id ?? (options.key === undefined ? newId() : this.#keyedId(caller.name, options.key));
    const wait = pace.wait(caller.name);
    if (wait > 0) return this.#existing(caller, id, fingerprintOf(request), tooFast(wait));
    const raised = await this.#raise(caller, request, id, options);
    // Who asks for what there is already asks nobody anything new.
    if (raised.type === "refused" || !raised.created) pace.giveBack(caller.name);
    return raised;
  }

  async #raise(
    caller: Exclude<Caller, { role: "approver" }>,
    request: RaiseRequest,
    id: string,
    options: RaiseOptions,
  ) {
    const { opened, house } = this.#parts;
    const { origin, entry } = options;
    const operation = { id: `raise:${id}`, hash: fingerprintOf(request), answer: "" };
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const epoch = request.previous === undefined ? undefined : this.#commits.epoch();
      const previous =
        request.previous === undefined ? null : ((await opened.store.read(request.previous))?.record ?? undefined);
      if (previous === undefined) return this.#existing(caller, id, operation.hash, unknownPrevious());
      const now = opened.clock();
      if (previous !== null && isOverdue(previous, now)) {
        await this.look(previous.id);
        continue;
      }
      const raised = raise({ request, caller, id, previous, entry }, now, house);
      // What was raised before settings changed is still the answer to the same call.
      if (raised.type === "refused") return this.#existing(caller, id, operation.hash, raised);
      const amendments = raised.superseded === null ? [raised.first] : [raised.first, raised.superseded];
      const done = await this.#commits.commit(amendments, operation, now, origin, epoch);
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
      key === undefined
        ? undefined
        : { id: `act:${JSON.stringify([id, actor.person, key])}`, hash: digestOf(act), answer: "" };
    const changed = await this.#commits.change(caller, id, { type: "act", actor, act, shown }, origin, operation);
    if (changed.type === "refused") return changed;
    const { checkpoint, replay } = changed;
    const result = replay?.answer ?? resultOf(checkpoint);
    return { type: "settled" as const, result: result === "recorded" ? "recorded" : "resolved", checkpoint } as const;
  }

  async comment(caller: Caller, id: string, text: string, origin: Origin, key?: string) {
    const operation =
      key === undefined
        ? undefined
        : { id: `comment:${JSON.stringify([id, caller.name, key])}`, hash: digestOf(text), answer: "" };
    const event: Event = { type: "comment", by: byOf(caller, origin), text };
    const changed = await this.#commits.change(caller, id, event, origin, operation);
    return changed.type === "refused" ? changed : { type: "commented" as const, checkpoint: changed.checkpoint };
  }

  async withdraw(caller: Caller, id: string, reason: string, origin: Origin) {
    const event: Event = { type: "withdraw", caller, by: byOf(caller, origin), reason };
    const changed = await this.#commits.change(caller, id, event, origin);
    return changed.type === "refused" ? changed : { type: "withdrawn" as const, checkpoint: changed.checkpoint };
  }

  async read(caller: Caller, id: string): Promise<Checkpoint | Denied> {
    const stored = await this.#parts.opened.store.read(id);
    return stored !== undefined && mayRead(caller, stored.record) ? stored.record : notFound();
  }

  async wait(caller: Caller, id: string, ms: number, signal?: AbortSignal): Promise<Checkpoint | Denied> {
    const ended = Promise.withResolvers<Checkpoint | undefined>();
    const stop = () => ended.resolve(undefined);
    const forget = this.#parts.feed.onEnd(id, (record) => ended.resolve(record ?? this.#commits.ending(id)));
    const timer = setTimeout(stop, ms);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      if (!this.#isKnownPending(caller, id)) {
        const first = await this.read(caller, id);
        if ("type" in first || first.status !== "pending" || signal?.aborted) return first;
      }
      const record = await ended.promise;
      return record !== undefined && mayRead(caller, record) ? record : await this.read(caller, id);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      forget();
    }
  }

  /** Without a read; only while an end that came about elsewhere would be heard of. */
  #isKnownPending(caller: Caller, id: string): boolean {
    const guess = this.#parts.feed.hears ? this.#commits.guess(id) : undefined;
    return guess !== undefined && mayRead(caller, guess);
  }

  async card(caller: Caller, id: string): Promise<Card | Denied> {
    const checkpoint = await this.read(caller, id);
    if ("type" in checkpoint) return checkpoint;
    return this.cardOf(checkpoint, (before) => mayRead(caller, before));
  }

  /** By which rules what people wrote about it is shown. */
  rulesOf({ policy }: Checkpoint): Rules {
    return this.#parts.house.redaction(policy.name);
  }

  /** The picture of a checkpoint for a channel, with the round before beside it. */
  async cardOf(checkpoint: Checkpoint, mayShow = isSameAudience(checkpoint)): Promise<Card> {
    const { opened, baseUrl } = this.#parts;
    const before = checkpoint.previous === null ? undefined : await opened.store.read(checkpoint.previous);
    const url = `${baseUrl}/checkpoints/${checkpoint.id}`;
    return cardOf(checkpoint, opened.clock(), {
      url,
      rules: this.rulesOf(checkpoint),
      ...(before !== undefined && mayShow(before.record) ? { previous: before.record } : {}),
    });
  }

  async list(caller: Caller, { approver, overdue, ended, ...query }: ListRequest) {
    const { directory, opened } = this.#parts;
    const sight = sightOf(caller);
    const page = await opened.store.list({
      ...query,
      ...(sight === undefined ? {} : { sight }),
      ...(approver === undefined ? {} : { decide: refsMeeting(approver, directory) }),
      ...(overdue ? { dueBefore: opened.clock() } : {}),
      ...(ended ? { endedBefore: opened.clock() } : {}),
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

  follow(caller: Caller, request: FollowRequest, signal: AbortSignal): Promise<Followed | Denied> {
    return this.#stream.follow(caller, request, signal);
  }

  /** The agenda's turn. Answers when to look again, where nothing was due after all; null: never. */
  async look(id: string): Promise<number | null> {
    const changed = await this.#commits.change(null, id, { type: "look" }, RELAY);
    return changed.checkpoint === undefined ? null : nextLook(changed.checkpoint, this.#parts.house);
  }

  /** The relay's word about a card. */
  async placed(id: string, event: Extract<Event, { type: "placed" }>): Promise<void> {
    await this.#commits.change(null, id, event, RELAY);
  }

  /** The relay's word about somebody who cannot be told. */
  async untold(id: string, event: Extract<Event, { type: "untold" }>): Promise<void> {
    await this.#commits.change(null, id, event, RELAY);
  }

  /** The relay's word about a call to the agent. Answers when to call again; null: never. */
  async called(id: string, result: Extract<Event, { type: "called" }>["result"]): Promise<number | null> {
    const { checkpoint } = await this.#commits.change(null, id, { type: "called", result }, RELAY);
    const pause = checkpoint?.callback ? pauseOf(checkpoint.callback) : null;
    return pause === null ? null : this.#parts.opened.clock() + pause;
  }

  /** Calls the agent again now. */
  async recall(id: string): Promise<void> {
    await this.#commits.change(null, id, { type: "recall" }, RELAY);
  }

  /** Retention's word: it is emptied if it ended at or before that time. Answers whether it was emptied now. */
  async erase(id: string, endedBefore: number): Promise<boolean> {
    return (await this.#commits.change(null, id, { type: "erase", endedBefore }, RELAY)).type === "changed";
  }

  audit(caller: Caller, stretch: Stretch, signal: AbortSignal) {
    if (caller.role !== "admin") return refuse("forbidden", "The record of everybody's acts is the admin's to read.");
    return { type: "record" as const, entries: entriesOf(this.#parts.opened.store, stretch, signal) };
  }

  async deliveries(caller: Caller, state: "waiting" | "dead", limit: number, cursor?: string) {
    if (caller.role !== "admin") return refuse("forbidden", "Deliveries are the admin's to see.");
    const page = await this.#parts.opened.store.list({
      delivery: state,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { type: "page" as const, ...page };
  }

  async redeliver(caller: Caller, id: string): Promise<{ type: "queued"; checkpoint: Checkpoint } | Denied> {
    if (caller.role !== "admin") return refuse("forbidden", "Deliveries are the admin's to retry.");
    const checkpoint = await this.read(caller, id);
    if ("type" in checkpoint) return checkpoint;
    const state = checkpoint.callback?.state;
    if (state !== "dead" && state !== "waiting")
      return refuse("not_found", `There is no call to ${id} that could be tried again.`);
    const changed = await this.#commits.change(caller, id, { type: "recall" }, RELAY);
    return changed.type === "refused" ? changed : { type: "queued", checkpoint: changed.checkpoint };
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
    return `chk_${hmac(this.#parts.keys.ids, JSON.stringify([token, key])).slice(0, 22)}`;
  }
}

function tooFast(wait: number): Refusal {
  const seconds = Math.ceil(wait / 1_000);
  const detail = `Nothing was raised: this agent asks faster than people can answer. Come again in ${seconds} s.`;
  return { ...refuse("too_many_requests", detail), retryAfter: seconds };
}

/** What a person meets through groups and accounts as well; another reference only itself. */
function refsMeeting(ref: Ref, directory: Directory): Ref[] {
  return ref.startsWith("person:") ? [...directory.refsOf(ref.slice("person:".length))] : [ref];
}

/** In a conversation the round before is shown only where the same people were asked in the same places. */
function isSameAudience({ approvers, route }: Checkpoint): (before: Checkpoint) => boolean {
  return (before) => canonical([before.policy.approvers, before.route]) === canonical([approvers, route]);
}

function byOf(caller: Caller, { surface }: Origin): By {
  return caller.role === "agent" ? { kind: "agent", name: caller.name } : { ...caller.actor.by, surface };
}
