/**
 * A form that was sent. What is wrong comes back at its field and the form stays open; everything else ends in a
 * sentence in the same window, also when the checkpoint ended while the form was being filled in. What takes longer
 * than Slack waits is said to be uncertain there, and told to its author once it is known.
 */
import type { Form } from "../../../src/card.ts";
import { attempt } from "../../../src/chat/acting.ts";
import { handedBack, outdated } from "../../../src/chat/sentences.ts";
import { Late, within } from "../../../src/chat/within.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import { actFrom, formOf } from "../../../src/form.ts";
import { readHandle } from "../../../src/handle.ts";
import type { JsonObject, Problem } from "../../../src/json.ts";
import { actorOf, recordWithin, shownOn } from "./doing.ts";
import { errorsOf, typedIn, valuesFrom } from "./fields.ts";
import { VIEWS } from "./marks.ts";
import { pressedKey } from "./offers.ts";
import { parseSubmission, type Submission } from "./parse.ts";
import { isCurrent, type Parts } from "./parts.ts";
import { tellPresser, troubled } from "./say.ts";
import { notice } from "./views.ts";

/** Slack waits 3 s, and closes a form that is not answered as if it had been taken. */
const ANSWER_WITHIN = 2_300;

type Outcome =
  /** In place of the form. */
  | { type: "said"; title: string; text: string }
  /** Beside its fields, by block. */
  | { type: "faulty"; errors: Record<string, string> };

export async function submit(parts: Parts, body: unknown): Promise<JsonObject | undefined> {
  const sent = parseSubmission(body);
  if (sent === undefined || (sent.callback !== VIEWS.form && sent.callback !== VIEWS.formOfAll)) return undefined;
  const made = answer(parts, sent);
  const told = made.catch((error: unknown): Outcome => {
    parts.report("a form was not recorded", error);
    return { type: "faulty", errors: { f0: troubled(error) } };
  });
  try {
    return written(await within(ANSWER_WITHIN, told));
  } catch (late) {
    parts.later("a late answer to a form", () => tellLate(parts, sent, made));
    return written(said("Not certain yet", troubled(late)));
  }
}

/**
 * What came of it after all, to its author alone; asked once more where the commit took too long. Not of an edit, which
 * may have changed what its form was about.
 */
async function tellLate(parts: Parts, sent: Submission, made: Promise<Outcome>): Promise<void> {
  const again = (error: unknown) => {
    if (error instanceof Late && readHandle(sent.handle)?.action !== "edit") return answer(parts, sent);
    throw error;
  };
  const failed = (error: unknown) => handedBack(troubled(error), typedIn(sent.state));
  const text = await made.catch(again).then((outcome) => wordsOf(outcome, sent), failed);
  tellPresser(parts, { by: sent.by, message: null, view: null, respond: null, key: sent.key }, text);
}

/** The form is gone by now, and with it what was typed. */
function wordsOf(outcome: Outcome, { state }: Submission): string {
  if (outcome.type === "said") return outcome.text;
  return handedBack(`Not recorded: ${Object.values(outcome.errors).join(" ")}`, typedIn(state));
}

function written(outcome: Outcome): JsonObject {
  return outcome.type === "faulty"
    ? { response_action: "errors", errors: outcome.errors }
    : { response_action: "update", view: notice(outcome.title, outcome.text) };
}

/** A delivery that comes twice is answered twice the same. */
const ANSWERED = 24 * 3_600_000;

async function answer(parts: Parts, sent: Submission): Promise<Outcome> {
  const first = await parts.shelf.get(`slack:submitted:${sent.key}`);
  if (first !== undefined) return said("Done", first);
  const handle = readHandle(sent.handle);
  const checkpoint = handle === undefined ? undefined : await recordWithin(parts, handle.id);
  if (handle === undefined || checkpoint === undefined)
    return said("Not found", "There is no such checkpoint any more.");
  const who = await actorOf(parts, sent.by, checkpoint);
  if (who.type === "nobody") return said("Not recorded", who.why);
  const offered = checkpoint.actions.find(({ action }) => action === handle.action);
  const form = offered === undefined ? null : formOf(checkpoint, offered);
  if (form === null || !isCurrent(parts, sent.handle, checkpoint, handle.action))
    return unused("Out of date", outdated(checkpoint, parts.desk.rulesOf(checkpoint), who.actor), sent);
  const act = actFrom(form, checkpoint, valuesFrom(form, sent.state));
  if (Array.isArray(act)) return faulty(form, act);
  // Behind the pages of the whole, all of it has been seen.
  const isCut = isApproving(handle.action) && sent.callback !== VIEWS.formOfAll;
  const options = { key: sent.key, saw: true, ...(isCut ? { shown: await shownOn(parts, checkpoint) } : {}) };
  const done = await attempt(parts, who.actor, checkpoint, { ...act, digest: checkpoint.digest }, options);
  if (done.type === "faulty") return faulty(form, done.denied.errors ?? [], done.denied.detail);
  if (done.type === "form") return faulty(form, [], "This is still needed.");
  if (!done.stood) return unused("Not recorded", done.text, sent);
  await Promise.all([
    parts.shelf.set(`slack:submitted:${sent.key}`, done.text, ANSWERED),
    parts.shelf.take(pressedKey(checkpoint.id, sent.by)),
  ]).catch((error: unknown) => parts.report("what was answered could not be kept", error));
  return said("Done", done.text);
}

function faulty(form: Form, problems: readonly Problem[], otherwise = "This cannot be taken."): Outcome {
  const told = problems.length > 0 ? problems : [{ pointer: "", message: otherwise }];
  return { type: "faulty", errors: errorsOf(form, told) };
}

function unused(title: string, text: string, { state }: Submission): Outcome {
  return said(title, handedBack(text, typedIn(state)));
}

function said(title: string, text: string): Outcome {
  return { type: "said", title, text };
}
