/**
 * Cards out to Slack: posted once, kept up to date, with every refusal told apart into "never" and "not now". A post
 * whose answer got lost is looked for by its metadata before it is sent again.
 */
import type { Card, Note } from "../../../src/card.ts";
import { isAwaited } from "../../../src/chat/gate.ts";
import type { Checkpoint, Placement, Ref } from "../../../src/checkpoint.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";
import { isSelf, mayDecide } from "../../../src/policy/approvers.ts";
import { type Conversation, NotYet, type Posted, type Undeliverable } from "../../../src/ports.ts";
import { notification, type Part, plain, section } from "./literal.ts";
import { markId } from "./marks.ts";
import { groupsFor, type Parts, signFor } from "./parts.ts";
import { type Place, readPlace, slackPlacements, userIn, writePlace } from "./places.ts";
import { render } from "./render.ts";
import { codeOf, forGood, isAmbiguous, WireFault } from "./wire.ts";

const DAY = 86_400_000;
const LOOKUP_WITHIN = 6_000;
/** Pages of 200 messages that are searched for a card. */
const LOOKUP_PAGES = 5;
/** As long as a post of another replica may be under way; it cannot be found before it is there. */
const UNDER_WAY = 12_000;
/** Slack's clock and ours. */
const SKEW = 120_000;

/** Literal whatever a setting of the workspace says, and nothing is fetched for a preview. */
export const QUIET = { mrkdwn: false, parse: "none", link_names: false, unfurl_links: false, unfurl_media: false };

export async function post(parts: Parts, to: Conversation, card: Card, key: string): Promise<Posted | Undeliverable> {
  const { wire, shelf, places, clock } = parts;
  const checkpoint = await parts.record(card.id);
  if (checkpoint === undefined) return never("the checkpoint is not there");
  const user = userIn(to.id);
  return delivered(parts, "post", to.id, key, async () => {
    if (user !== undefined && !(await mayBeAsked(parts, user, checkpoint)))
      return never("only approvers and whoever asked get a direct message");
    const channel = await places.find(to.id);
    const thread = await threadOf(parts, checkpoint, to.id, channel);
    const mark = `slack:posting:${key}`;
    const before = await shelf.get(mark);
    const looked = clock();
    const found =
      before === undefined ? undefined : await lookUp(parts, { channel, thread, key, since: Number(before) });
    const left = before === undefined || found !== undefined ? 0 : Number(before) + UNDER_WAY - looked;
    if (left > 0) throw new NotYet(left);
    let ts = found;
    const { message } = render(card, signFor(parts, card));
    if (ts === undefined) {
      parts.gate.take("post", channel, card.status !== "expired");
      await shelf.set(mark, String(clock()), DAY);
      // Before it is sent: whoever answers at once answers this round.
      if (thread !== null) await shelf.set(threadKey(channel, thread), card.id);
      ts = await send(parts, mark, {
        channel,
        ...message,
        ...QUIET,
        // A question that waits is seen in the channel as well, not only by who follows the thread.
        ...(thread === null ? {} : { thread_ts: thread, reply_broadcast: card.status === "pending" }),
        metadata: { event_type: "hitl_checkpoint", event_payload: { id: card.id, key } },
      });
    } else await wire.call("chat.update", { channel, ts, ...message, parse: "none", link_names: false });
    if (thread === null) await shelf.set(threadKey(channel, ts), card.id);
    const result = shown(parts, { channel, ts, thread });
    return found === undefined ? result : { ...result, again: true };
  });
}

export async function update(parts: Parts, placement: Placement, card: Card): Promise<Posted | Undeliverable> {
  const place = readPlace(placement.message);
  if (place === undefined) return never("the message is not known");
  const { channel, ts, thread } = place;
  const { message } = render(card, signFor(parts, card));
  const checkpoint = await parts.record(card.id);
  const awaited = checkpoint !== undefined && isAwaited(checkpoint);
  const result = await delivered(parts, "update", channel, placement.message ?? "", async () => {
    parts.gate.take("update", channel, awaited);
    await parts.wire.call("chat.update", { channel, ts, ...message, parse: "none", link_names: false });
    return shown(parts, place);
  });
  if (result.type === "undeliverable") await correct(parts, place, thread ?? ts, card);
  return result;
}

/** A card that can no longer be changed must not go on telling what is not so. */
async function correct({ wire, report }: Parts, { channel }: Place, thread: string, card: Card): Promise<void> {
  const text = `The card of "${card.title}" can no longer be changed. ${card.state}`;
  await wire
    .call("chat.postMessage", {
      channel,
      thread_ts: thread,
      text: notification(text),
      blocks: [section(text)],
      ...QUIET,
    })
    .catch((error: unknown) => report("a correction could not be posted", error));
}

/** To an account or a conversation: a line, and a button that opens what it is about. */
export async function tell(parts: Parts, to: Ref, note: Note): Promise<Posted | Undeliverable> {
  const conversation = to.replace(/^slack:/, "");
  return delivered(parts, "post", conversation, `${to} ${note.checkpoint} ${note.type}`, async () => {
    const channel = await parts.places.find(conversation);
    parts.gate.take("post", channel, note.type !== "reminded");
    const open: Part = {
      type: "button",
      action_id: markId("open"),
      text: plain("Open", 75),
      value: note.checkpoint,
    };
    const blocks = [section(note.text), { type: "actions", block_id: "actions", elements: [open] }];
    const { ts } = await parts.wire.call("chat.postMessage", {
      ...{ channel, text: notification(note.text), blocks },
      ...QUIET,
    });
    return { type: "shown", message: writePlace({ channel, ts: String(ts), thread: null }) };
  });
}

/** Slack's refusals as results, its limits as times; everything else is thrown, and tried again. */
async function delivered(
  { gate, places, pulse }: Parts,
  kind: "post" | "update",
  conversation: string,
  about: string,
  work: () => Promise<Posted | Undeliverable>,
): Promise<Posted | Undeliverable> {
  try {
    // While Slack itself is away nothing is given up, and little is tried.
    return await pulse.through(about, work, isAmbiguous);
  } catch (error) {
    const reason = forGood(error);
    if (reason !== undefined) {
      places.forget(conversation);
      return never(reason);
    }
    if (error instanceof WireFault && error.after !== null) {
      const channel = kind === "update" ? conversation : await places.find(conversation).catch(() => conversation);
      gate.block(kind, channel, error.after);
      throw new NotYet(error.after + Math.random() * 1_000);
    }
    throw error;
  }
}

async function send({ wire, shelf }: Parts, mark: string, args: JsonObject): Promise<string> {
  try {
    const { ts } = await wire.call("chat.postMessage", args);
    return String(ts);
  } catch (error) {
    // What was certainly not posted need not be looked for.
    if (!isAmbiguous(error)) await shelf.take(mark);
    throw error;
  }
}

interface Sought {
  channel: string;
  thread: string | null;
  key: string;
  since: number;
}

/** The card that an earlier attempt may have posted. */
async function lookUp({ wire }: Parts, { channel, thread, key, since }: Sought): Promise<string | undefined> {
  const oldest = String(Math.max(0, (since - SKEW) / 1_000));
  let cursor = "";
  for (let page = 0; page < LOOKUP_PAGES; page += 1) {
    const asked = { channel, oldest, limit: 200, include_all_metadata: true, ...(cursor === "" ? {} : { cursor }) };
    const method = thread === null ? "conversations.history" : "conversations.replies";
    let answer: JsonObject;
    try {
      answer = await wire.call(method, thread === null ? asked : { ...asked, ts: thread }, LOOKUP_WITHIN);
    } catch (error) {
      // An app that may not read there posts again: a second card is less bad than none.
      if (codeOf(error) === "missing_scope" || codeOf(error) === "thread_not_found") return undefined;
      throw error;
    }
    const messages = Array.isArray(answer.messages) ? answer.messages : [];
    const found = messages.find((each) => keyIn(each) === key);
    if (isObject(found) && typeof found.ts === "string") return found.ts;
    const { response_metadata: more } = answer;
    cursor = isObject(more) && typeof more.next_cursor === "string" ? more.next_cursor : "";
    if (cursor === "") return undefined;
  }
  return undefined;
}

function keyIn(message: Json): string | undefined {
  const payload = payloadIn(message);
  return typeof payload?.key === "string" ? payload.key : undefined;
}

/** The metadata of a card, as it was posted. */
export function payloadIn(message: Json): JsonObject | undefined {
  if (!isObject(message) || !isObject(message.metadata)) return undefined;
  const { event_type, event_payload } = message.metadata;
  return event_type === "hitl_checkpoint" && isObject(event_payload) ? event_payload : undefined;
}

/** The thread of the round before, in the same conversation. */
async function threadOf(parts: Parts, checkpoint: Checkpoint, conversation: string, channel: string) {
  if (checkpoint.previous === null) return null;
  const previous = await parts.record(checkpoint.previous);
  const places = (previous === undefined ? [] : slackPlacements(previous)).filter(
    (each) => each.conversation === conversation || readPlace(each.message)?.channel === channel,
  );
  const place = places.map(({ message }) => readPlace(message)).find((each) => each?.channel === channel);
  return place === undefined ? null : (place.thread ?? place.ts);
}

/** Where replies find their checkpoint: the latest round of the thread. */
export function threadKey(channel: string, thread: string): string {
  return `slack:thread:${channel}:${thread}`;
}

/** A direct message goes to an approver or to whoever asked, and to nobody else. */
async function mayBeAsked(parts: Parts, user: string, checkpoint: Checkpoint): Promise<boolean> {
  const who = await parts.people.who({ user, team: "" }, groupsFor(parts, checkpoint));
  if (who.type === "nobody") return false;
  const actor = parts.access.account(who.account);
  return mayDecide(checkpoint.approvers, actor) || isSelf(checkpoint.requesters, actor);
}

function shown({ wire }: Parts, place: Place): Posted {
  const { channel, ts, thread } = place;
  const more = thread === null ? "" : `?thread_ts=${thread}&cid=${channel}`;
  const url = `${wire.home.url.replace(/\/*$/, "")}/archives/${channel}/p${ts.replace(".", "")}${more}`;
  return { type: "shown", message: writePlace(place), url };
}

function never(reason: string): Undeliverable {
  return { type: "undeliverable", reason };
}
