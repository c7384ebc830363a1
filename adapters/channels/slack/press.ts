/**
 * A press of any button. What a button may bring about is in its handle and in the record; the message only has to be
 * where the record was sent. Every press is answered, to the presser alone.
 */

import { type Actor, asCaller } from "../../../src/access.ts";
import type { Card, CardAction, Form } from "../../../src/card.ts";
import { attempt, barred } from "../../../src/chat/acting.ts";
import { REPLY_WITHIN, writePressed } from "../../../src/chat/offer.ts";
import { outdated } from "../../../src/chat/sentences.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { readHandle } from "../../../src/handle.ts";
import { wayIn } from "./browse.ts";
import { actorOf, adopt, before, mend, placementFor, recordWithin } from "./doing.ts";
import { readPage, versionOf } from "./marks.ts";
import { pressedKey, takeOffer } from "./offers.ts";
import { type Press, parsePress } from "./parse.ts";
import { cardFor, isCurrent, type Parts, signFor } from "./parts.ts";
import { render } from "./render.ts";
import { tellPresser, troubled } from "./say.ts";
import { turnList } from "./slash.ts";
import { formView, fullView, notice } from "./views.ts";
import { codeOf } from "./wire.ts";

export async function press(parts: Parts, body: unknown): Promise<void> {
  const pressed = parsePress(body);
  if (pressed === undefined) return;
  try {
    await answer(parts, pressed);
  } catch (error) {
    parts.report("a press was not recorded", error);
    tellPresser(parts, pressed, troubled(error));
  }
}

async function answer(parts: Parts, pressed: Press): Promise<void> {
  switch (pressed.mark) {
    case "act":
      return act(parts, pressed);
    case "see":
      return see(parts, pressed);
    case "page":
      return page(parts, pressed);
    case "open":
      return open(parts, pressed);
    case "browse":
      return browse(parts, pressed);
    case "offer":
      return takeOffer(parts, pressed);
    case "list":
      return turnList(parts, pressed);
    case "link":
      return;
  }
}

async function act(parts: Parts, pressed: Press): Promise<void> {
  const handle = readHandle(pressed.value);
  const checkpoint = handle === undefined ? undefined : await recordWithin(parts, handle.id);
  if (handle === undefined || checkpoint === undefined)
    return tellPresser(parts, pressed, "This button belongs to nothing that is known here. Nothing was recorded.");
  const away = await elsewhere(parts, checkpoint, pressed);
  if (away !== null) return tellPresser(parts, pressed, away);
  if (!isCurrent(parts, pressed.value, checkpoint, handle.action)) return stale(parts, pressed, checkpoint);
  const who = await actorOf(parts, pressed.by, checkpoint);
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  const card = await cardFor(parts, checkpoint);
  await settle(parts, pressed, checkpoint);
  const offered = card.actions.find(({ action }) => action === handle.action);
  if (offered !== undefined && offered.form !== null) {
    const bar = barred(checkpoint, who.actor, offered.action);
    return bar === null ? ask(parts, pressed, card, offered, offered.form) : tellPresser(parts, pressed, bar);
  }
  const { shown, of } = render(card, signFor(parts, card));
  const done = await attempt(
    parts,
    who.actor,
    checkpoint,
    { action: handle.action, digest: checkpoint.digest },
    // A modal shows its buttons on its last page, behind all the others.
    { key: pressed.key, saw: true, ...(pressed.view === null ? { shown: { shown, of } } : {}) },
  );
  if (done.type === "form" && offered !== undefined) return ask(parts, pressed, card, offered, done.form);
  tellPresser(parts, pressed, done.type === "told" ? done.text : "This needs more than a press: use the card's form.");
  if (done.type === "told" && !done.stood && done.checkpoint !== undefined && done.checkpoint.status !== "pending")
    mendLater(parts, pressed, done.checkpoint);
}

/** The press must come from where the record was sent; modals come from such a press, or from a list of one's own. */
async function elsewhere(parts: Parts, checkpoint: Checkpoint, { message, view, by }: Press): Promise<string | null> {
  if (view !== null) return null;
  if (message !== null && (await placementFor(parts, checkpoint, message, by.user)) !== undefined) return null;
  return "This checkpoint was not sent to this conversation, so nothing was recorded. See /hitl pending.";
}

async function stale(parts: Parts, pressed: Press, checkpoint: Checkpoint): Promise<void> {
  await settle(parts, pressed, checkpoint);
  mendLater(parts, pressed, checkpoint);
  tellPresser(parts, pressed, outdated(checkpoint, parts.desk.rulesOf(checkpoint)));
}

/** Adopts a card that no record knows. Not what was pressed for, so a fault here stops nothing. */
async function settle(parts: Parts, pressed: Press, checkpoint: Checkpoint): Promise<void> {
  const { message, view, by } = pressed;
  if (message === null || view !== null) return;
  try {
    if (await adopt(parts, checkpoint, message, by.user)) mendLater(parts, pressed, checkpoint);
  } catch (error) {
    parts.report("a card could not be adopted", error);
  }
}

function mendLater(parts: Parts, { message, view }: Press, { id }: { id: string }): void {
  if (message !== null && view === null) parts.later("mending a card", () => freshly(parts, id, message));
}

/** As the record stands; once more where it moved on meanwhile, or the older picture might be the one that stays. */
async function freshly(parts: Parts, id: string, { channel, ts }: { channel: string; ts: string }): Promise<void> {
  let checkpoint = await parts.record(id);
  for (let shown = -1; checkpoint !== undefined && checkpoint.revision !== shown; checkpoint = await parts.record(id)) {
    shown = checkpoint.revision;
    await mend(parts, checkpoint, channel, ts);
  }
}

async function ask(parts: Parts, pressed: Press, card: Card, { action }: CardAction, form: Form): Promise<void> {
  const handle = signFor(parts, card)(action);
  if (action === "revise" || action === "refine")
    await parts.shelf.set(pressedKey(card.id, pressed.by), writePressed(action, parts.clock()), REPLY_WITHIN);
  openLater(parts, pressed, formView(card, form, handle, pressed.view?.type === "modal"));
}

/** On top of the modal that the button is in, if it is in one. A trigger is good for 3 s. */
function openLater(parts: Parts, pressed: Press, made: ReturnType<typeof notice>): void {
  const { trigger, view } = pressed;
  parts.later("opening a window", async () => {
    try {
      await parts.wire.call(view?.type === "modal" ? "views.push" : "views.open", { trigger_id: trigger, view: made });
    } catch (error) {
      // The same press, delivered twice: it is open already.
      if (codeOf(error) === "exchanged_trigger_id") return;
      tellPresser(parts, pressed, "Slack did not open it in time, and nothing was recorded: press again.");
      throw error;
    }
  });
}

async function see(parts: Parts, pressed: Press): Promise<void> {
  const checkpoint = await recordWithin(parts, pressed.value);
  if (checkpoint === undefined || pressed.view !== null || (await elsewhere(parts, checkpoint, pressed)) !== null)
    return tellPresser(parts, pressed, "This card is not known here. See /hitl pending.");
  const card = await cardFor(parts, checkpoint);
  openLater(parts, pressed, fullView(card, 0, signFor(parts, card)));
  await settle(parts, pressed, checkpoint);
}

/** Pages turn in a modal that was opened from a card or a list, for whoever had it opened. */
async function page(parts: Parts, pressed: Press): Promise<void> {
  const mark = readPage(pressed.value);
  const checkpoint = mark === undefined ? undefined : await recordWithin(parts, mark.id);
  const { view } = pressed;
  if (mark === undefined || checkpoint === undefined || view === null) return;
  const card = await cardFor(parts, checkpoint);
  const same = versionOf(card.digest) === mark.version;
  const note = same ? undefined : "It has changed since: this is the first page of what it is now.";
  const made = fullView(card, same ? mark.page : 0, signFor(parts, card), note);
  parts.later("turning a page", () => parts.wire.call("views.update", { view_id: view.id, view: made }));
}

/** From a list or a note: what the person may see anyway, wherever they are, or because its card is here. */
async function open(parts: Parts, pressed: Press): Promise<void> {
  const who = await actorOf(parts, pressed.by, await before(parts, pressed));
  if (who.type === "nobody") return tellPresser(parts, pressed, who.why);
  openLater(parts, pressed, await viewFor(parts, who.actor, pressed.value));
}

/** "Open in browser": below the card for this one person, or on top of the modal that was pressed. */
async function browse(parts: Parts, pressed: Press): Promise<void> {
  const { text, extra } = await wayIn(parts, pressed);
  if (pressed.view?.type === "modal") openLater(parts, pressed, notice("Open in browser", text, extra));
  else tellPresser(parts, pressed, text, extra);
}

async function viewFor(parts: Parts, actor: Actor, id: string): Promise<ReturnType<typeof notice>> {
  const checkpoint = await parts.desk.read(asCaller(actor), id);
  if ("type" in checkpoint) return notice("Not found", checkpoint.detail);
  const card = await cardFor(parts, checkpoint);
  return fullView(card, 0, signFor(parts, card));
}
