/**
 * Every interaction is answered, within the 3 s that Discord waits: by its handler, or at the latest after 2.5 s from
 * here. One that comes late, in a session's resume, is asked whether it can still be answered before anything comes of
 * it: whoever was told "This interaction failed" has not acted.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isObject } from "../../../src/json.ts";
import { answered, rewritten, written } from "./api.ts";
import { codeOf, isAmbiguous, isTooLate, NotYet, Refused } from "./faults.ts";
import type { Send } from "./send.ts";
import {
  type Answer,
  type Api,
  FLAG,
  type Handlers,
  type Interaction,
  type Message,
  type MessageBody,
} from "./wire.ts";

export interface Answers {
  verbs: Pick<Api, "respond" | "followUp" | "whisper" | "editAnswer">;
  /** One INTERACTION_CREATE, to its handler; settles when that has ended. */
  take(body: unknown, replayed: boolean, handlers: Handlers | undefined): Promise<void>;
}

/** Discord waits 3 s; the commit has its own 2.0. */
const ANSWER_WITHIN = 2_500;
/** An interaction's token is good for 15 minutes. */
const KEPT = 900_000;
/** Longer than that nobody waits for an answer. */
const PATIENCE = 5_000;

const LATE =
  "This takes too long, and it is not certain that it was recorded: look at the card, and press again if it still waits.";
const FAULT = "Not recorded: something went wrong here. Press again in a moment.";

const CALLBACK = { message: 4, loading: 5, silent: 6, update: 7, modal: 9 } as const;
const ANSWERED_ALREADY = 40_060;
const MODAL = 5;
const COMPONENT = 3;

interface State {
  at: number;
  /** none yet; by the callback; or only told to wait: `silent` shows nothing, `loading` stands for a message. */
  how: "none" | "answered" | "silent" | "loading";
  /** What was sent last: follow-ups come after it. */
  sent: Promise<unknown>;
}

export function makeAnswers(send: Send, application: string, report: (what: string, error?: unknown) => void): Answers {
  const states = new Map<string, State>();

  function stateOf({ id }: Interaction): State {
    const found = states.get(id);
    if (found !== undefined) return found;
    const made: State = { at: performance.now(), how: "none", sent: Promise.resolve() };
    states.set(id, made);
    for (const [each, { at }] of states) {
      if (made.at - at <= KEPT) break;
      states.delete(each);
    }
    return made;
  }

  async function callback(to: Interaction, type: number, body: object): Promise<void> {
    const { data, ...rest } = body as { data?: object };
    const payload = { type, ...(data === undefined ? {} : { data }) } as never;
    const path = `/interactions/${to.id}/${to.token}/callback` as const;
    const request = { method: "POST", path, body: payload, ...rest, auth: false, timeout: 3_000 } as const;
    try {
      await send(request);
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      // It may have been taken all the same: then the second one is refused for that.
      await send(request).catch((again: unknown) => {
        if (codeOf(again) !== ANSWERED_ALREADY) throw again;
      });
    }
  }

  async function first(to: Interaction, how: State["how"], work: () => Promise<void>): Promise<void> {
    const state = stateOf(to);
    state.how = how;
    const sent = work();
    state.sent = sent.catch(() => {});
    try {
      await sent;
    } catch (error) {
      // Refused for what it says, it can still be answered otherwise.
      if (error instanceof Refused && error.status === 400 && !isTooLate(error)) state.how = "none";
      throw error;
    }
  }

  async function respond(to: Interaction, answer: Answer): Promise<void> {
    const { how } = stateOf(to);
    if (how === "answered") throw new Refused("a second answer", 400, 40_060);
    if (how !== "none") return instead(to, answer);
    switch (answer.type) {
      case "message":
        return first(to, "answered", () =>
          callback(to, CALLBACK.message, answered(answer.body, answer.ephemeral ? FLAG.ephemeral : 0)),
        );
      case "update":
        return first(to, "answered", () => callback(to, CALLBACK.update, inPlace(answer.body)));
      case "modal":
        return first(to, "answered", () => callback(to, CALLBACK.modal, { data: answer.modal }));
      case "silent":
        return first(to, "answered", () => callback(to, CALLBACK.silent, {}));
    }
  }

  /** Where the callback only said that it would take a while. */
  async function instead(to: Interaction, answer: Answer): Promise<void> {
    if (answer.type === "modal") throw new Refused("a form after an answer", 400, 40_060);
    if (answer.type === "silent") return;
    const loading = stateOf(to).how === "loading";
    stateOf(to).how = "answered";
    if (answer.type === "update" || loading) return editAnswer(to, answer.body);
    await followUp(to, answer.body, answer);
  }

  async function followUp(to: Interaction, body: MessageBody, { ephemeral }: { ephemeral: boolean }): Promise<Message> {
    const flags = (body.flags ?? 0) | (ephemeral ? FLAG.ephemeral : 0);
    const path = `/webhooks/${application}/${to.token}` as const;
    await stateOf(to).sent;
    const request = { method: "POST", path, auth: false, ...written({ ...body, flags }) } as const;
    return (await send(request).catch(async (error: unknown) => {
      if (!(error instanceof NotYet) || error.after > PATIENCE) throw error;
      await pause(error.after, undefined, { ref: false });
      return send(request);
    })) as never;
  }

  async function editAnswer(to: Interaction, body: MessageBody): Promise<void> {
    await stateOf(to).sent;
    const path = `/webhooks/${application}/${to.token}/messages/@original` as const;
    await send({ method: "PATCH", path, auth: false, ...rewritten(body) });
  }

  async function whisper(to: Interaction, body: MessageBody): Promise<void> {
    if (stateOf(to).how === "answered") await followUp(to, body, { ephemeral: true });
    else await respond(to, { type: "message", body, ephemeral: true });
  }

  /** Told to wait, if it still can be told anything. */
  async function isAlive(to: Interaction, type: unknown, onMessage: boolean): Promise<boolean> {
    const silent = type === COMPONENT || (type === MODAL && onMessage);
    try {
      if (silent) await first(to, "silent", () => callback(to, CALLBACK.silent, {}));
      else await first(to, "loading", () => callback(to, CALLBACK.loading, { data: { flags: FLAG.ephemeral } }));
      return true;
    } catch (error) {
      report("a press came too late to be answered, and nothing came of it", error);
      return false;
    }
  }

  return {
    verbs: { respond, followUp, whisper, editAnswer },
    async take(body, replayed, handlers) {
      const read = isObject(body as never) ? (body as Record<string, unknown>) : {};
      const { id, token, type, application_id } = read;
      if (typeof id !== "string" || typeof token !== "string" || application_id !== application) return;
      const handle = { 2: handlers?.command, 3: handlers?.press, 5: handlers?.submission }[Number(type)];
      // One that comes twice is in hand already.
      if (handle === undefined || states.has(id)) return;
      const to = { id, token };
      const state = stateOf(to);
      if (replayed && !(await isAlive(to, type, read.message !== undefined))) return;
      const say = (text: string) => {
        if (state.how === "answered") return;
        whisper(to, { content: text }).catch((error: unknown) => report("an answer got lost", error));
      };
      const guard = setTimeout(() => say(LATE), ANSWER_WITHIN - (performance.now() - state.at)).unref();
      try {
        await handle(body);
      } catch (error) {
        report("an interaction failed", error);
        clearTimeout(guard);
        say(FAULT);
      }
    },
  };
}

/** An update's files go as an edit's do. */
function inPlace(body: MessageBody) {
  const { body: data, ...rest } = rewritten(body);
  return { data, ...rest };
}
