/** The events that take a few lines each: a comment, a withdrawal, word from the relay about a card. */
import { refuse } from "../card.ts";
import type { By, Checkpoint, Placement } from "../checkpoint.ts";
import type { House } from "../house.ts";
import { isSelf } from "../policy/approvers.ts";
import { hiddenText } from "../policy/redact/raise.ts";
import { isAskedBy } from "../policy/sight.ts";
import type { Errand } from "../ports.ts";
import type { Amendment, Event, Ruling } from "../ruling.ts";
import { amend, closing, farewell, show } from "./amend.ts";
import { endedRefusal } from "./ended.ts";

/** Bytes of JSON. Comments travel in the record, which every commit writes anew; an agent may fill half of it. */
const ROOM = 256 * 1_024;

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

/** Also after the end: people go on talking about what was decided. */
export function comment(checkpoint: Checkpoint, { by, text: said }: Of<"comment">, now: number, house: House): Ruling {
  if (checkpoint.erased_at !== undefined)
    return refuse("forbidden", "Its content was erased after its time, and nothing is added to it any more.");
  const { text, logged } = spoken(checkpoint, by, said, house);
  const comments = [...checkpoint.comments, { by, at: now, text }];
  if (Buffer.byteLength(JSON.stringify(comments)) > (by.kind === "agent" ? ROOM / 2 : ROOM))
    return refuse("comments_full", "There is no room for more comments here; decide it, or talk about it elsewhere.");
  const news = { type: "checkpoint.commented", by, data: { text: logged } } as const;
  return { ...amend(checkpoint, { comments }, [news]), until: null };
}

/** An agent's words without its secrets. People's own are kept as they are for the agent; in the log they stand without. */
function spoken({ policy }: Checkpoint, by: By, said: string, house: House): { text: string; logged: string } {
  const logged = hiddenText(said, house.redaction(policy.name));
  return { text: by.kind === "person" ? said : logged, logged };
}

/** By whoever asked: the agent that raised it, the person it was requested by, or the admin. */
export function withdraw(
  checkpoint: Checkpoint,
  { caller, by, reason }: Of<"withdraw">,
  now: number,
  house: House,
): Ruling {
  const asked =
    caller.role === "agent"
      ? isAskedBy(checkpoint, caller.name)
      : caller.role === "admin" || isSelf(checkpoint.requesters, caller.actor);
  if (!asked)
    return refuse("forbidden", "Only whoever asked may withdraw it. You can reject or cancel it, or leave a comment.");
  if (checkpoint.status !== "pending") return endedRefusal(checkpoint, house.redaction(checkpoint.policy.name));
  return withdrawn(checkpoint, by, reason, now, house);
}

/** Ends without a decision; also what becomes of a round when the next one is raised before it ended. */
export function withdrawn(checkpoint: Checkpoint, by: By, reason: string, now: number, house: House): Amendment {
  const { text, logged } = spoken(checkpoint, by, reason, house);
  return amend(
    checkpoint,
    { status: "withdrawn", ...closing(checkpoint, now), withdrawn: { reason: text, by, at: now } },
    [{ type: "checkpoint.withdrawn", by, data: { reason: logged } }],
    farewell(checkpoint, house),
  );
}

/** What the relay found out about one card. Old news (an update that was overtaken) changes nothing. */
export function placed(checkpoint: Checkpoint, event: Of<"placed">): Ruling {
  const { channel, conversation, revision, result } = event;
  const index = checkpoint.placements.findIndex(
    (each) => each.channel === channel && each.conversation === conversation,
  );
  const former = checkpoint.placements[index];
  if (former === undefined) return { type: "wait" };
  const first = former.state === "queued";
  const placement: Placement =
    result.type === "undeliverable"
      ? { ...former, state: "undeliverable", error: result.reason }
      : {
          ...former,
          state: "shown",
          message: result.message,
          revision,
          ...showing(former, event),
          ...(result.url ? { url: result.url } : {}),
        };
  if (former.state === "shown" && result.type === "shown" && (former.revision ?? 0) >= revision) {
    if (former.revision === revision || former.message !== result.message) return { type: "wait" };
    // Another replica sent it before what is on record, and it may have arrived after that: the card is shown again.
    const back = checkpoint.placements.with(index, { ...former, ...showing(former, event) });
    return {
      ...amend(checkpoint, { placements: back }, [], [show(checkpoint.id, channel, conversation)]),
      until: null,
    };
  }
  const placements = checkpoint.placements.with(index, placement);
  // Given up and there after all, as a press has shown: nobody would bring it up to date.
  const isBack = former.state === "undeliverable" && result.type === "shown";
  const errands: Errand[] = isBack ? [show(checkpoint.id, channel, conversation)] : [];
  const fallback = result.type === "undeliverable" ? splitPlace(checkpoint.policy.fallback) : null;
  if (
    fallback !== null &&
    !placements.some((each) => each.channel === fallback.channel && each.conversation === fallback.conversation)
  ) {
    placements.push({ ...fallback, state: "queued" });
    errands.push(show(checkpoint.id, fallback.channel, fallback.conversation));
  }
  const data = { channel, conversation, ...(result.type === "undeliverable" ? { reason: result.reason } : {}) };
  const by: By = { kind: "system", name: "relay" };
  const type = result.type === "undeliverable" ? "checkpoint.undeliverable" : "checkpoint.delivered";
  const news = first || isBack || result.type === "undeliverable" ? [{ type, by, data } as const] : [];
  return { ...amend(checkpoint, { placements }, news, errands), until: null };
}

/** Somebody who did not hear of it: on the record, because nothing fails in silence. No card changes. */
export function untold(checkpoint: Checkpoint, { to, channel, note, reason }: Of<"untold">): Ruling {
  const by: By = { kind: "system", name: "relay" };
  const data = { channel, conversation: to, note, reason };
  return { ...amend(checkpoint, {}, [{ type: "checkpoint.undeliverable", by, data }], []), until: null };
}

/** A card that showed something else before shows this only since now: words said earlier were about the other. */
function showing(former: Placement, { digest, at, result }: Of<"placed">): Pick<Placement, "digest" | "since"> {
  if (digest === undefined || digest === former.digest) return {};
  // What a card showed that was met or found before it was on record, nobody knows.
  const isNew = former.state === "queued" && !(result.type === "shown" && result.again === true);
  return isNew || at === undefined ? { digest } : { digest, since: at };
}

/** `slack:#deploys` → channel and conversation. */
export function splitPlace(place: string | null): { channel: string; conversation: string } | null {
  if (place === null) return null;
  const [channel = "", ...rest] = place.split(":");
  return rest.length === 0 ? null : { channel, conversation: rest.join(":") };
}
