/**
 * A press of any button. What a button may bring about is in its handle and in the record; the message only has to be
 * where the record was sent. Every press is answered, to the presser alone, once its act is kept.
 */

import { asCaller } from "../../../src/access.ts";
import type { Card, Form } from "../../../src/card.ts";
import { attempt, barred } from "../../../src/chat/acting.ts";
import { REPLY_WITHIN, writePressed } from "../../../src/chat/offer.ts";
import { outdated } from "../../../src/chat/sentences.ts";
import { wayIn } from "../../../src/chat/way-in.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { formOf } from "../../../src/form.ts";
import { readHandle } from "../../../src/handle.ts";
import { actorOf, adopt, before, mend, placementFor, recordWithin, shownOn } from "./doing.ts";
import { missingStep } from "./fields.ts";
import { linkButton } from "./literal.ts";
import { type PageMark, versionOf } from "./marks.ts";
import { pressedKey, takeOffer } from "./offers.ts";
import { interactionIn, type Press, parsePress } from "./parse.ts";
import { cardFor, isCurrent, type Parts, signFor } from "./parts.ts";
import { inPlace, tellPresser, troubled, whisper } from "./say.ts";
import { turnList } from "./slash.ts";
import { formView, fullView, notice, tooLong } from "./views.ts";

export async function press(parts: Parts, body: unknown): Promise<void> {
  const pressed = parsePress(body);
  if (pressed === undefined) return strange(parts, body);
  try {
    await answer(parts, pressed);
  } catch (error) {
    parts.report("a press was not recorded", error);
    await tellPresser(parts, pressed, troubled(error));
  }
}

/** A button that this bot never made: who pressed it is still answered. */
async function strange(parts: Parts, body: unknown): Promise<void> {
  const to = interactionIn(body);
  if (to !== undefined) await tellPresser(parts, { to }, NOTHING);
}

const NOTHING = "This button belongs to nothing that is known here. Nothing was recorded.";

async function answer(parts: Parts, pressed: Press): Promise<void> {
  const { mark } = pressed;
  switch (mark.mark) {
    case "act":
      // Alone there are only the pages of the whole: their approving buttons are on the last one, behind all the others.
      return act(parts, pressed, { handle: mark.handle, step: null, ofAll: pressed.alone });
    case "form":
      return act(parts, pressed, mark);
    case "see":
      return see(parts, pressed, mark.id);
    case "page":
      return page(parts, pressed, mark.page);
    case "open":
      return open(parts, pressed, mark.id);
    case "browse":
      return browse(parts, pressed, mark.id);
    case "offer":
      return takeOffer(parts, pressed, mark.token);
    case "list":
      return turnList(parts, pressed, mark);
  }
}

async function act(parts: Parts, pressed: Press, asked: Asked): Promise<void> {
  const { handle: value, ofAll } = asked;
  const handle = readHandle(value);
  const checkpoint = handle === undefined ? undefined : await recordWithin(parts, handle.id);
  if (handle === undefined || checkpoint === undefined) return tellPresser(parts, pressed, NOTHING);
  const away = await elsewhere(parts, checkpoint, pressed);
  if (away !== null) return tellPresser(parts, pressed, away);
  if (!isCurrent(parts, value, checkpoint, handle.action)) return stale(parts, pressed, checkpoint);
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const offered = checkpoint.actions.find(({ action }) => action === handle.action);
  const form = offered === undefined ? null : formOf(checkpoint, offered);
  if (form !== null) {
    if (checkpoint.status !== "pending") return stale(parts, pressed, checkpoint);
    const bar = barred(checkpoint, who.actor, handle.action);
    if (bar !== null) return tellPresser(parts, pressed, bar);
    await ask(parts, pressed, checkpoint, form, asked);
    return settle(parts, pressed, checkpoint);
  }
  const shown = await shownOn(parts, checkpoint);
  await settle(parts, pressed, checkpoint);
  const done = await attempt(
    parts,
    who.actor,
    checkpoint,
    { action: handle.action, digest: checkpoint.digest },
    { key: pressed.key, saw: true, ...(ofAll ? {} : { shown }) },
  );
  if (done.type === "form") return ask(parts, pressed, checkpoint, done.form, { ...asked, step: null });
  if (done.type === "faulty") return tellPresser(parts, pressed, done.denied.detail);
  await tellPresser(parts, pressed, done.text);
  if (!done.stood && done.checkpoint !== undefined && done.checkpoint.status !== "pending")
    mendLater(parts, pressed, done.checkpoint);
}

/** The press must come from where the record was sent; what one has alone comes from such a press, or from a list. */
async function elsewhere(parts: Parts, checkpoint: Checkpoint, pressed: Press): Promise<string | null> {
  if (pressed.alone || (await placementFor(parts, checkpoint, pressed, pressed.by.user)) !== undefined) return null;
  return "This checkpoint was not sent to this conversation, so nothing was recorded. See /hitl pending.";
}

async function stale(parts: Parts, pressed: Press, checkpoint: Checkpoint): Promise<void> {
  await tellPresser(parts, pressed, outdated(checkpoint, parts.desk.rulesOf(checkpoint)));
  await settle(parts, pressed, checkpoint);
  mendLater(parts, pressed, checkpoint);
}

/** Adopts a card that no record knows. Not what was pressed for, so a fault here stops nothing. */
async function settle(parts: Parts, pressed: Press, checkpoint: Checkpoint): Promise<void> {
  if (pressed.alone) return;
  try {
    if (await adopt(parts, checkpoint, pressed, pressed.by.user)) mendLater(parts, pressed, checkpoint);
  } catch (error) {
    parts.report("a card could not be adopted", error);
  }
}

function mendLater(parts: Parts, pressed: Press, { id }: { id: string }): void {
  if (!pressed.alone) parts.later("mending a card", () => freshly(parts, id, pressed));
}

/** As the record stands; once more where it moved on meanwhile, or the older picture might be the one that stays. */
async function freshly(parts: Parts, id: string, pressed: Press): Promise<void> {
  let checkpoint = await parts.record(id);
  for (let shown = -1; checkpoint !== undefined && checkpoint.revision !== shown; checkpoint = await parts.record(id)) {
    shown = checkpoint.revision;
    await mend(parts, checkpoint, pressed, pressed.by.user);
  }
}

interface Asked {
  handle: string;
  /** Of the action's form, where a step was asked for; null: the action itself. */
  step: number | null;
  /** All of the card was before them when they asked. */
  ofAll: boolean;
}

/** The form, as far as this person has filled it in: a modal, which must be the very first answer. */
async function ask(
  parts: Parts,
  pressed: Press,
  checkpoint: Checkpoint,
  form: Form,
  { handle, step, ofAll }: Asked,
): Promise<void> {
  const { action } = form;
  const filled = await parts.chain.filled(pressed.by.user, handle);
  const modal = formView(form, step ?? missingStep(form, filled) ?? 0, handle, filled, ofAll);
  if (modal === null) return whisper(parts, pressed.to, tooLong(await cardFor(parts, checkpoint)));
  try {
    await parts.wire.respond(pressed.to, { type: "modal", modal });
  } catch (error) {
    parts.report("a form could not be opened", error);
    return tellPresser(parts, pressed, "The form could not be opened in time, and nothing was recorded: press again.");
  }
  if (action === "revise" || action === "refine")
    await parts.shelf.set(pressedKey(checkpoint.id, pressed.by), writePressed(action, parts.clock()), REPLY_WITHIN);
}

async function see(parts: Parts, pressed: Press, id: string): Promise<void> {
  const checkpoint = await recordWithin(parts, id);
  if (checkpoint === undefined || pressed.alone || (await elsewhere(parts, checkpoint, pressed)) !== null)
    return tellPresser(parts, pressed, "This card is not known here. See /hitl pending.");
  const card = await cardFor(parts, checkpoint);
  await whisper(parts, pressed.to, pageOf(parts, card, 0));
  await settle(parts, pressed, checkpoint);
}

function pageOf(parts: Parts, card: Card, page: number, note?: string) {
  return fullView(card, page, signFor(parts, card), note === undefined ? {} : { note });
}

/** Pages turn in a message that was opened from a card or a list, for whoever had it opened. */
async function page(parts: Parts, pressed: Press, mark: PageMark): Promise<void> {
  const checkpoint = pressed.alone ? await seen(parts, pressed, mark.id) : undefined;
  if (checkpoint === undefined) return tellPresser(parts, pressed, NOTHING);
  const card = await cardFor(parts, checkpoint);
  const same = versionOf(card.digest) === mark.version;
  const note = same ? undefined : "It has changed since: this is the first page of what it is now.";
  await inPlace(parts, pressed, pageOf(parts, card, same ? mark.page : 0, note));
}

/** Where its card is everybody may read it; elsewhere whoever may see it anyway. */
async function seen(parts: Parts, { by, at }: Press, id: string): Promise<Checkpoint | undefined> {
  const here = await before(parts, by, at, id);
  if (here !== undefined) return here;
  const who = await actorOf(parts, by);
  const found = who.type === "nobody" ? undefined : await parts.desk.read(asCaller(who.actor), id);
  return found === undefined || "type" in found ? undefined : found;
}

/** From a list or a note: what the person may see anyway, wherever they are, or because its card is here. */
async function open(parts: Parts, pressed: Press, id: string): Promise<void> {
  const who = await actorOf(parts, pressed.by, await before(parts, pressed.by, pressed.at, id));
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const checkpoint = await parts.desk.read(asCaller(who.actor), id);
  if ("type" in checkpoint) return tellPresser(parts, pressed, checkpoint.detail);
  await whisper(parts, pressed.to, pageOf(parts, await cardFor(parts, checkpoint), 0));
}

/** "Open in browser". */
async function browse(parts: Parts, pressed: Press, id: string): Promise<void> {
  const who = await actorOf(parts, pressed.by, await before(parts, pressed.by, pressed.at, id));
  const { text, url } = await wayIn(parts, who, id);
  await whisper(parts, pressed.to, notice(text, [linkButton(url)]));
}
