/**
 * What a person sends from a checkpoint's page. Only these POSTs can decide; each answers with where to go next, or
 * with the page again: what was typed still there, and what is wrong where it is.
 */
import { REFUSALS } from "../../../src/card.ts";
import type { Checkpoint, OfferedAction } from "../../../src/checkpoint.ts";
import type { Denied } from "../../../src/desk-port.ts";
import { formOf } from "../../../src/form.ts";
import type { Json, Problem } from "../../../src/json.ts";
import { kindOf } from "../../../src/kinds/index.ts";
import { commentRequest } from "../../../src/request.ts";
import { nameOf } from "../../../src/state-line.ts";
import { type Carried, seal } from "./carry.ts";
import type { Html } from "./markup.ts";
import type { Attempt } from "./pages/actions.ts";
import { reviewPage } from "./pages/review.ts";
import { NOT_FOUND, type Trouble } from "./pages/trouble.ts";
import { actionIn, actOf, type Fields, problemAt, wordsIn } from "./parse.ts";
import type { Extra, makeShow, WebDesk } from "./show.ts";
import { originOf, redirect, type Visit } from "./transport.ts";

export interface DecideParts {
  desk: WebDesk;
  show: ReturnType<typeof makeShow>;
  page(visit: Visit, page: { title: string; body: Html; live?: string }, status: number): Response;
  tell(visit: Visit, trouble: Trouble): Response;
}

export type Decide = (visit: Visit, id: string, fields: Fields) => Promise<Response>;
export type Verb = "act" | "review" | "edit" | "comments" | "withdraw";

export function isVerb(word: string): word is Verb {
  return ["act", "review", "edit", "comments", "withdraw"].includes(word);
}

export function makeDecide({ desk, show, page, tell }: DecideParts) {
  async function again(visit: Visit, checkpoint: Checkpoint, extra: Extra, status: number): Promise<Response> {
    const body = await show.body(visit, checkpoint, extra);
    return page(visit, { title: checkpoint.title, body, live: checkpoint.id }, status);
  }

  /** The page as it is now, with the attempt opened again. */
  function retry(visit: Visit, checkpoint: Checkpoint, attempt: Attempt, status: number): Promise<Response> {
    // What has ended has no form to open: the words are shown instead.
    if (checkpoint.status === "pending" || attempt.action === "comment")
      return again(visit, checkpoint, { attempt }, status);
    return ended(visit, checkpoint, attempt.detail ?? "It has already ended.", attempt.fields);
  }

  function ended(visit: Visit, checkpoint: Checkpoint, detail: string, fields: Fields): Promise<Response> {
    const unsent = wordsIn(fields);
    const words = `${detail} What you sent was not recorded.`;
    return again(visit, checkpoint, { notice: { tone: "conflict", words, ...(unsent === "" ? {} : { unsent }) } }, 409);
  }

  async function refused(visit: Visit, id: string, attempt: Attempt, denied: Denied): Promise<Response> {
    const checkpoint = denied.checkpoint ?? (await desk.read(visit.caller, id));
    if (denied.code === "not_found" || "type" in checkpoint) return tell(visit, NOT_FOUND);
    if (denied.code === "digest_mismatch") return changed(visit, checkpoint, attempt);
    // The key came before with other words: the first ones stand, and the page shows them.
    if (checkpoint.status !== "pending") return ended(visit, checkpoint, denied.detail, attempt.fields);
    const problems = (denied.errors ?? []).map(({ pointer, message }) => problemAt(pointer, message));
    return retry(visit, checkpoint, { ...attempt, problems, detail: denied.detail }, REFUSALS[denied.code]);
  }

  function changed(visit: Visit, checkpoint: Checkpoint, attempt: Attempt): Promise<Response> {
    const who =
      checkpoint.edited === null ? "" : ` ${nameOf(checkpoint.edited.by)} has edited it; the change is shown above.`;
    const detail = `It changed while you had it open, so nothing was sent.${who} Read it again, then decide.`;
    return retry(visit, checkpoint, { ...attempt, detail }, REFUSALS.digest_mismatch);
  }

  /** The checkpoint and the action that was meant; a response where there is none. */
  async function meant(visit: Visit, id: string, fields: Fields) {
    const checkpoint = await desk.read(visit.caller, id);
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    const name = actionIn(fields);
    const offered = checkpoint.actions.find(({ action }) => action === name);
    if (offered === undefined || name === undefined)
      return again(visit, checkpoint, { notice: { tone: "conflict", words: "That action is not offered here." } }, 422);
    const attempt: Attempt = { action: name, fields, problems: [] };
    return { checkpoint, offered, attempt, read: actOf(actionFrom(checkpoint, offered), checkpoint, fields) };
  }

  const act: Decide = async (visit, id, fields) => {
    const found = await meant(visit, id, fields);
    if (found instanceof Response) return found;
    const { checkpoint, attempt, read } = found;
    if (Array.isArray(read)) {
      // Problems of a form that is no longer the one that was filled in would mislead.
      if (isStale(checkpoint, fields)) return changed(visit, checkpoint, attempt);
      return retry(visit, checkpoint, { ...attempt, problems: read, detail: summary(read) }, 422);
    }
    const key = fields.get("key");
    const done = await desk.act(visit.caller, id, read, {
      ...(key === undefined || key === "" ? {} : { key: key.slice(0, 100) }),
      origin: originOf(visit.call),
    });
    if (done.type === "refused") return refused(visit, id, attempt, done);
    return redirect(`/checkpoints/${id}?told=acted`);
  };

  const review: Decide = async (visit, id, fields) => {
    const found = await meant(visit, id, fields);
    if (found instanceof Response) return found;
    const { checkpoint, offered, attempt, read } = found;
    if (checkpoint.status !== "pending" || isStale(checkpoint, fields)) return changed(visit, checkpoint, attempt);
    if (Array.isArray(read))
      return retry(visit, checkpoint, { ...attempt, problems: read, detail: summary(read) }, 422);
    const card = await desk.cardOf(checkpoint);
    const action = card.actions.find(({ action }) => action === offered.action);
    if (action === undefined || read.edited === undefined) return again(visit, checkpoint, { attempt }, 422);
    const before = subjectOf(checkpoint);
    const sealed = show.sealed(checkpoint, visit);
    const body = reviewPage({ checkpoint, action, title: card.title, before, after: read.edited, fields, sealed });
    return page(visit, { title: "Review the change", body }, 200);
  };

  /** Back from the review to the form. */
  const edit: Decide = async (visit, id, fields) => {
    const checkpoint = await desk.read(visit.caller, id);
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    return retry(visit, checkpoint, { action: actionIn(fields) ?? "edit", fields, problems: [] }, 200);
  };

  const comments: Decide = async (visit, id, fields) => {
    const attempt: Attempt = { action: "comment", fields, problems: [] };
    const text = textIn(fields);
    const checkpoint = await desk.read(visit.caller, id);
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    if (typeof text !== "string") return retry(visit, checkpoint, { ...attempt, ...text }, 422);
    const done = await desk.comment(visit.caller, id, text, originOf(visit.call));
    if (done.type === "refused") return refused(visit, id, attempt, done);
    return redirect(`/checkpoints/${id}?told=commented`);
  };

  const withdraw: Decide = async (visit, id, fields) => {
    const attempt: Attempt = { action: "withdraw", fields, problems: [] };
    const text = textIn(fields);
    const checkpoint = await desk.read(visit.caller, id);
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    if (typeof text !== "string") return retry(visit, checkpoint, { ...attempt, ...text }, 422);
    const done = await desk.withdraw(visit.caller, id, text, originOf(visit.call));
    if (done.type === "refused") return refused(visit, id, attempt, done);
    return redirect(`/checkpoints/${id}?told=withdrawn`);
  };

  /** After signing in anew: the page with what was typed, and nothing sent yet. */
  async function resume(visit: Visit, { id, verb, fields }: Carried): Promise<Response> {
    const checkpoint = await desk.read(visit.caller, id);
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    const action = verb === "comments" ? "comment" : verb === "withdraw" ? "withdraw" : (actionIn(fields) ?? "edit");
    const moved = isStale(checkpoint, fields) ? " It has changed meanwhile; read it again." : "";
    const detail = `Nothing has been sent yet: here is what you typed, from before you signed in.${moved} Send it if it still stands.`;
    return retry(visit, checkpoint, { action, fields, problems: [], detail }, 200);
  }

  return { verbs: { act, review, edit, comments, withdraw } satisfies Record<Verb, Decide>, resume };
}

/** The action as a form reads it, also of a checkpoint that has ended: a press that comes twice must find its answer. */
function actionFrom(checkpoint: Checkpoint, offered: OfferedAction) {
  return { ...offered, form: formOf(checkpoint, offered) };
}

function isStale({ digest }: Checkpoint, fields: Fields): boolean {
  const shown = fields.get("digest");
  return shown !== undefined && shown !== digest;
}

function subjectOf({ kind, payload, edited }: Checkpoint): Json {
  const { subject } = kindOf(kind);
  if (edited !== null) return edited.value;
  return subject === undefined ? null : (payload[subject] ?? null);
}

function summary(problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length === 1 && first !== undefined && first.pointer === "") return first.message;
  return problems.length === 1 ? "One field needs another look." : `${problems.length} fields need another look.`;
}

function textIn(fields: Fields): string | Pick<Attempt, "problems" | "detail"> {
  const read = commentRequest.safeParse({ text: (fields.get("text") ?? "").replaceAll("\r\n", "\n") });
  if (read.success) return read.data.text;
  const blank = (fields.get("text") ?? "").trim() === "";
  const message = blank ? "It is blank: write something." : "It is too long: 20,000 characters are the most.";
  return { problems: [], detail: message };
}

/** What was sent without a session, sealed to come along through the sign-in. */
export function carriedFrom(path: string, fields: Fields, now: number, key: Buffer) {
  const [, id = "", verb = ""] = /^\/checkpoints\/([A-Za-z0-9_-]{8,64})\/(\w+)$/.exec(path) ?? [];
  if (!isVerb(verb)) return undefined;
  const kept = new Map([...fields].filter(([name]) => name !== "csrf" && name !== "key"));
  return { carried: { id, verb, fields: kept }, ...seal({ id, verb, fields: kept }, now, key) };
}
