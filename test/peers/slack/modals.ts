/** The views on people's screens: a stack of at most three modals each, and one published home. */
import type { JsonObject } from "../../../src/json.ts";
import { settled } from "./blocks/find.ts";
import { ApiError } from "./methods/method.ts";
import { valuesOf } from "./values.ts";
import { type Bot, copy, type OpenView, type Trigger, type View, type World } from "./world.ts";

/** docs.slack.dev, surfaces: modals. */
export const STACK = 3;
/** Ms that a trigger_id lives: docs.slack.dev, handling user interaction. */
export const TRIGGER_MS = 3_000;

/** A new trigger for something that a person just did. */
export function newTrigger(world: World, user: string, view: string | null = null): string {
  const id = `${world.id("1")}.${world.id("2")}.${world.id("t").toLowerCase()}`;
  world.triggers.set(id, { user, view, until: world.now() + TRIGGER_MS, used: false });
  return id;
}

/** Spends it: once, and within its three seconds. */
export function spend(world: World, id: string): Trigger {
  const trigger = world.triggers.get(id);
  if (trigger === undefined) throw new ApiError("invalid_trigger_id");
  if (trigger.used) throw new ApiError("exchanged_trigger_id");
  if (world.now() > trigger.until) throw new ApiError("expired_trigger_id");
  trigger.used = true;
  return trigger;
}

export function stackOf(world: World, user: string): OpenView[] {
  return world.modals.get(user) ?? [];
}

/** A new stack with this view alone on it, or one more on the stack that it came from. */
export function show(world: World, bot: Bot, user: string, view: JsonObject, how: "open" | "push"): OpenView {
  const stack = how === "push" ? stackOf(world, user) : [];
  if (stack.length >= STACK) throw new ApiError("push_limit_reached");
  const opened = newView(world, bot, user, view);
  const [root] = stack;
  opened.view.root_view_id = root?.view.id ?? opened.view.id;
  opened.view.previous_view_id = stack.at(-1)?.view.id ?? null;
  world.modals.set(user, [...stack, opened]);
  return opened;
}

/** A view that stands nowhere yet. */
export function newView(world: World, bot: Bot, user: string, view: JsonObject): OpenView {
  const id = world.id("V");
  const made: OpenView = {
    user,
    errors: {},
    values: {},
    view: {
      id,
      team_id: bot.team,
      app_id: world.app.id,
      bot_id: bot.bot,
      type: view.type === "home" ? "home" : "modal",
      blocks: [],
      private_metadata: "",
      callback_id: "",
      external_id: "",
      hash: "",
      root_view_id: id,
      previous_view_id: null,
      notify_on_close: false,
      clear_on_close: false,
      state: { values: {} },
    },
  };
  write(world, made, view);
  return made;
}

/** Writes a view over another: the same id, a new hash; what stands in fields that stay is kept. */
export function write(world: World, open: OpenView, view: JsonObject): void {
  const { title, submit, close, blocks, ...rest } = view;
  const fresh = settled(Array.isArray(blocks) ? (blocks as JsonObject[]) : []);
  Object.assign(open.view, {
    private_metadata: "",
    callback_id: "",
    external_id: "",
    notify_on_close: false,
    clear_on_close: false,
    ...copy(rest),
    ...(open.view.type === "modal"
      ? { title: copy(title), submit: copy(submit ?? null), close: copy(close ?? null) }
      : {}),
    blocks: fresh,
    hash: `${Math.floor(world.now() / 1_000)}.${world.id("h")}`,
  });
  open.values = valuesOf(fresh, open.values);
  open.errors = {};
}

/** As payloads and answers show it: with what stands in its fields. */
export function seen(open: OpenView): View {
  return copy({ ...open.view, state: { values: open.values } });
}

export function findView(world: World, id: string): OpenView | undefined {
  const everything = [...[...world.modals.values()].flat(), ...world.homes.values()];
  return everything.find(({ view }) => view.id === id);
}

/** Takes the topmost view away, or all of them. */
export function close(world: World, user: string, all: boolean): void {
  const rest = all ? [] : stackOf(world, user).slice(0, -1);
  if (rest.length === 0) world.modals.delete(user);
  else world.modals.set(user, rest);
}
