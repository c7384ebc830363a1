/**
 * A form that was sent, or one step of it. A modal cannot come back with what is wrong, and cannot follow another one:
 * so what was filled in is kept, the person is told, and a button opens the step again, or the next one, as it was.
 */
import type { Form } from "../../../src/card.ts";
import { attempt } from "../../../src/chat/acting.ts";
import { handedBack, outdated } from "../../../src/chat/sentences.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import { actFrom, formOf } from "../../../src/form.ts";
import { readHandle } from "../../../src/handle.ts";
import type { Problem } from "../../../src/json.ts";
import { actorOf, recordWithin, shownOn } from "./doing.ts";
import { type Filled, missingStep, typedIn, valuesFrom } from "./fields.ts";
import { button } from "./literal.ts";
import { writeMark } from "./marks.ts";
import { pressedKey } from "./offers.ts";
import { interactionIn, parseSubmission, type Submission } from "./parse.ts";
import { isCurrent, type Parts } from "./parts.ts";
import { inPlace, tellPresser, troubled } from "./say.ts";
import { faultyView, nextView, notice } from "./views.ts";
import type { MessageBody } from "./wire.ts";

export async function submit(parts: Parts, body: unknown): Promise<void> {
  const sent = parseSubmission(body);
  if (sent === undefined) return unknown(parts, body);
  try {
    await answer(parts, sent);
  } catch (error) {
    parts.report("a form was not recorded", error);
    await inPlace(parts, sent, again(troubled(error), sent));
  }
}

/** Nothing typed is lost: the form opens again as it was sent. */
function again(words: string, { step, handle, ofAll }: Submission): MessageBody {
  return notice(words, [button(writeMark({ mark: "form", step, handle, ofAll }), "Open it again", "primary")]);
}

interface Filling {
  sent: Submission;
  form: Form;
  filled: Filled;
}

async function answer(parts: Parts, sent: Submission): Promise<void> {
  const { by, handle: value } = sent;
  const handle = readHandle(value);
  if (handle === undefined) return tellPresser(parts, sent, "There is no such form here. Nothing was recorded.");
  parts.chain.hold(by.user, value, sent.filled);
  const checkpoint = await recordWithin(parts, handle.id);
  const offered = checkpoint?.actions.find(({ action }) => action === handle.action);
  const form = checkpoint === undefined || offered === undefined ? null : formOf(checkpoint, offered);
  if (checkpoint === undefined || form === null)
    return inPlace(parts, sent, notice("There is no such form here any more. Nothing was recorded."));
  const who = await actorOf(parts, by, checkpoint);
  if (who.type === "nobody") return inPlace(parts, sent, notice(who.why));
  if (!isCurrent(parts, value, checkpoint, handle.action))
    return inPlace(
      parts,
      sent,
      unused(outdated(checkpoint, parts.desk.rulesOf(checkpoint), who.actor), await parts.chain.filled(by.user, value)),
    );
  const filling = { sent, form, filled: await parts.chain.filled(by.user, value) };
  const missing = missingStep(form, filling.filled);
  if (missing !== null) return goOn(parts, filling, nextView(form, missing, value, sent.ofAll));
  const act = actFrom(form, checkpoint, valuesFrom(form, filling.filled));
  if (Array.isArray(act)) return faulty(parts, filling, act);
  const isCut = isApproving(handle.action) && !sent.ofAll;
  const options = { key: sent.key, saw: true, ...(isCut ? { shown: await shownOn(parts, checkpoint) } : {}) };
  const done = await attempt(parts, who.actor, checkpoint, { ...act, digest: checkpoint.digest }, options);
  if (done.type === "faulty") return faulty(parts, filling, done.denied.errors ?? [], done.denied.detail);
  if (done.type === "form") return faulty(parts, filling, [], "This is still needed.");
  await inPlace(parts, sent, done.stood ? notice(done.text) : unused(done.text, filling.filled));
  if (!done.stood) return;
  // It stands, whatever becomes of what was noted beside it.
  await Promise.all([parts.chain.drop(by.user, value), parts.shelf.take(pressedKey(handle.id, by))]).catch(
    (error: unknown) => parts.report("what was filled in could not be dropped", error),
  );
}

function unused(text: string, filled: Filled): MessageBody {
  return notice(handedBack(text, typedIn(filled)));
}

/** Kept before it is said to be. */
async function goOn(parts: Parts, { sent, filled }: Filling, body: MessageBody): Promise<void> {
  await parts.chain.keep(sent.by.user, sent.handle, filled);
  await inPlace(parts, sent, body);
}

function faulty(parts: Parts, filling: Filling, problems: readonly Problem[], otherwise = "This cannot be taken.") {
  const told = problems.length > 0 ? problems : [{ pointer: "", message: otherwise }];
  return goOn(parts, filling, faultyView(filling.form, told, filling.sent.handle, filling.sent.ofAll));
}

/** A form that this bot never made. */
async function unknown(parts: Parts, body: unknown): Promise<void> {
  const to = interactionIn(body);
  if (to !== undefined) await tellPresser(parts, { to }, "There is no such form here. Nothing was recorded.");
}
