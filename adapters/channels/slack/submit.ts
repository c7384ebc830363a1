/**
 * A form that was sent. What is wrong comes back at its field and the form stays open; everything else ends in a
 * sentence in the same window, also when the checkpoint ended while the form was being filled in.
 */
import type { Form } from "../../../src/card.ts";
import { attempt } from "../../../src/chat/acting.ts";
import { outdated } from "../../../src/chat/sentences.ts";
import { actFrom, formOf } from "../../../src/form.ts";
import { readHandle } from "../../../src/handle.ts";
import type { JsonObject, Problem } from "../../../src/json.ts";
import { actorOf, recordWithin } from "./doing.ts";
import { errorsOf, valuesFrom } from "./fields.ts";
import { VIEWS } from "./marks.ts";
import { pressedKey } from "./offers.ts";
import { parseSubmission, type Submission } from "./parse.ts";
import { isCurrent, type Parts } from "./parts.ts";
import { troubled } from "./say.ts";
import { notice } from "./views.ts";

export async function submit(parts: Parts, body: unknown): Promise<JsonObject | undefined> {
  const sent = parseSubmission(body);
  if (sent === undefined || sent.callback !== VIEWS.form) return undefined;
  try {
    return await answer(parts, sent);
  } catch (error) {
    parts.report("a form was not recorded", error);
    return { response_action: "errors", errors: { f0: troubled(error) } };
  }
}

/** A delivery that comes twice is answered twice the same. */
const ANSWERED = 24 * 3_600_000;

async function answer(parts: Parts, sent: Submission): Promise<JsonObject> {
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
    return said("Not recorded", outdated(checkpoint));
  const act = actFrom(form, checkpoint, valuesFrom(form, sent.state));
  if (Array.isArray(act)) return faulty(form, act);
  const options = { key: sent.key, saw: true };
  const done = await attempt(parts, who.actor, checkpoint, { ...act, digest: checkpoint.digest }, options);
  if (done.type === "faulty") return faulty(form, done.denied.errors ?? [], done.denied.detail);
  if (done.type === "form") return faulty(form, [], "This is still needed.");
  if (!done.stood) return said("Not recorded", done.text);
  await Promise.all([
    parts.shelf.set(`slack:submitted:${sent.key}`, done.text, ANSWERED),
    parts.shelf.take(pressedKey(checkpoint.id, sent.by)),
  ]).catch((error: unknown) => parts.report("what was answered could not be kept", error));
  return said("Done", done.text);
}

function faulty(form: Form, problems: readonly Problem[], otherwise = "This cannot be taken."): JsonObject {
  const told = problems.length > 0 ? problems : [{ pointer: "", message: otherwise }];
  return { response_action: "errors", errors: errorsOf(form, told) };
}

function said(title: string, text: string): JsonObject {
  return { response_action: "update", view: notice(title, text) };
}
