/** Modals as a person uses them: filling in, sending, closing; and what Slack does with the app's answer. */
import { isObject, type JsonObject } from "../../../../src/json.ts";
import { inputs } from "../blocks/find.ts";
import type { Delivery } from "../deliveries.ts";
import { ApiError, plainJson } from "../methods/method.ts";
import { goodView } from "../methods/views.ts";
import { close, newTrigger, seen, show, stackOf, write } from "../modals.ts";
import { doneBy, personOf, type Stage } from "../stage.ts";
import { clientErrors, fill, type Given } from "../values.ts";
import { type Bot, botOf, type OpenView, type View } from "../world.ts";

export interface Submitted {
  /** null: Slack's own client kept the form back (a required field is empty, a text too long). */
  delivery: Delivery | null;
  /** By block_id, as the person reads them beside the fields; empty when all went well. */
  errors: Record<string, string>;
  /** What the person sees now: the same form, the next view, or nothing. */
  view: View | null;
}

export interface Forms {
  /** By block_id, action_id or label; choices by value or text; null empties a field. */
  fill(user: string, view: Pick<View, "id">, values: Record<string, Given>): void;
  submit(user: string, view: Pick<View, "id">, values?: Record<string, Given>): Promise<Submitted>;
  /** Closes the topmost view with its close button; null where the app is not told. */
  close(user: string, view: Pick<View, "id">): Promise<Delivery | null>;
}

export function forms(stage: Stage): Forms {
  const { world, courier } = stage;

  function topmost(user: string, { id }: Pick<View, "id">): OpenView {
    const top = stackOf(world, user).at(-1);
    if (top === undefined || top.view.id !== id) throw new Error(`the view ${id} is not what ${user} is looking at`);
    return top;
  }

  function payload(type: string, user: string, open: OpenView): JsonObject {
    const who = doneBy(stage, personOf(stage, user), botFor(open));
    return { type, ...who, view: plainJson(seen(open)) };
  }

  function botFor(open: OpenView): Bot {
    const bot = botOf(world, open.view.team_id);
    if (bot === undefined) throw new Error("the app is not installed there");
    return bot;
  }

  function carryOut(user: string, open: OpenView, answer: JsonObject): void {
    switch (answer.response_action) {
      case "errors":
        open.errors = fieldErrors(open, answer.errors);
        return;
      case "update":
        write(world, open, goodView(answer.view ?? null, "modal", world, open.view.id));
        return;
      case "push":
        show(world, botFor(open), user, goodView(answer.view ?? null, "modal", world), "push");
        return;
      case "clear":
        close(world, user, true);
        return;
      default:
        throw new ApiError(`unknown response_action ${String(answer.response_action)}`);
    }
  }

  return {
    fill(user, view, values) {
      const open = topmost(user, view);
      for (const [name, given] of Object.entries(values)) fill(open.view.blocks, open.values, name, given);
      world.changed();
    },
    async submit(user, view, values = {}) {
      const open = topmost(user, view);
      for (const [name, given] of Object.entries(values)) fill(open.view.blocks, open.values, name, given);
      if (isEmpty(open.view.submit)) throw new Error("the view has no submit button");
      open.errors = clientErrors(open.view.blocks, open.values);
      if (Object.keys(open.errors).length > 0) return outcome(stage, user, open, null);
      const delivery = await courier.deliver("interactive", {
        ...payload("view_submission", user, open),
        trigger_id: newTrigger(world, user, open.view.id),
        response_urls: [],
      });
      if (!delivery.acked) open.errors = trouble(stage, open, delivery.trouble ?? "not acknowledged");
      else if (!isObject(delivery.body)) closeIt(stage, user, open);
      else {
        try {
          carryOut(user, open, delivery.body);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          open.errors = trouble(stage, open, `${error.code} ${JSON.stringify(error.more)}`);
        }
      }
      world.changed();
      return outcome(stage, user, open, delivery);
    },
    async close(user, view) {
      const open = topmost(user, view);
      const all = open.view.clear_on_close;
      close(world, user, all);
      world.changed();
      if (!open.view.notify_on_close) return null;
      return courier.deliver("interactive", { ...payload("view_closed", user, open), is_cleared: all });
    },
  };
}

/** Without a word from the app the view closes, and the one below shows; unless the app has changed the stack meanwhile. */
function closeIt({ world }: Stage, user: string, open: OpenView): void {
  if (stackOf(world, user).at(-1) === open) close(world, user, false);
}

/** Slack takes errors only for blocks that ask something. */
function fieldErrors(open: OpenView, errors: JsonObject[string] | undefined): Record<string, string> {
  const asked = inputs(open.view.blocks).map((block) => String(block.block_id));
  const given = isObject(errors) ? Object.entries(errors) : [];
  const stray = given.find(([id, text]) => !asked.includes(id) || typeof text !== "string" || text === "");
  if (given.length === 0 || stray !== undefined)
    throw new ApiError("invalid_response_errors", { errors: errors ?? null, asked });
  return Object.fromEntries(given.map(([id, text]) => [id, String(text)]));
}

/** What the person sees when the app's answer is late or makes no sense. */
function trouble({ world }: Stage, open: OpenView, why: string): Record<string, string> {
  world.troubles.push(`view_submission of ${open.view.callback_id || open.view.id}: ${why}`);
  return { "": "We had some trouble connecting. Try again?" };
}

function outcome({ world }: Stage, user: string, open: OpenView, delivery: Delivery | null): Submitted {
  const top = stackOf(world, user).at(-1);
  return { delivery, errors: { ...open.errors }, view: top === undefined ? null : seen(top) };
}

function isEmpty(submit: JsonObject | null | undefined): boolean {
  return submit === undefined || submit === null;
}
