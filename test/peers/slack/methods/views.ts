/** views.*: modals against a trigger, and the home tab. */
import { isObject, type JsonObject } from "../../../../src/json.ts";
import { type Args, messages } from "../args.ts";
import { checkView, VIEW_BYTES } from "../blocks/check.ts";
import { findView, newView, seen, show, spend, stackOf, write } from "../modals.ts";
import type { OpenView, World } from "../world.ts";
import { ApiError, type Call, type Method, plainJson, userOf } from "./method.ts";

export const views: Record<string, Method> = {
  "views.open": { token: "bot", carry: open },
  "views.push": { token: "bot", carry: push },
  "views.update": { token: "bot", carry: update },
  "views.publish": { token: "bot", carry: publish },
};

function open(call: Call): JsonObject {
  const view = viewOf(call.args, "modal", call.world);
  const trigger = spend(call.world, call.args.need("trigger_id"));
  return answer(show(call.world, call.bot, trigger.user, view, "open"));
}

function push(call: Call): JsonObject {
  const view = viewOf(call.args, "modal", call.world);
  const trigger = spend(call.world, call.args.need("trigger_id"));
  const top = stackOf(call.world, trigger.user).at(-1);
  if (trigger.view === null || top === undefined) throw new ApiError("invalid_trigger_id");
  return answer(show(call.world, call.bot, trigger.user, view, "push"));
}

function update(call: Call): JsonObject {
  const { world, args, bot } = call;
  const id = args.text("view_id");
  const external = args.text("external_id");
  if (id === undefined && external === undefined) args.need("view_id");
  const found =
    id === undefined
      ? [...world.modals.values()].flat().find((each) => each.view.external_id === external)
      : findView(world, id);
  if (found === undefined || found.view.team_id !== bot.team) throw new ApiError("not_found");
  const view = viewOf(args, found.view.type, world, found.view.id);
  sameHash(args, found);
  write(world, found, view);
  return answer(found);
}

function publish(call: Call): JsonObject {
  const { world, args, bot, manifest } = call;
  if (!manifest.homeTab) throw new ApiError("not_enabled");
  const user = userOf(call, args.need("user_id"));
  const view = viewOf(args, "home", world);
  const key = `${bot.team}/${user.id}`;
  const before = world.homes.get(key);
  if (before !== undefined) {
    sameHash(args, before);
    write(world, before, view);
    return answer(before);
  }
  if (args.text("hash") !== undefined) throw new ApiError("hash_conflict");
  const opened = newView(world, bot, user.id, view);
  world.homes.set(key, opened);
  return answer(opened);
}

function sameHash(args: Args, { view }: OpenView): void {
  const hash = args.text("hash");
  if (hash !== undefined && hash !== view.hash) throw new ApiError("hash_conflict");
}

function viewOf(args: Args, type: "modal" | "home", world: World, itself?: string): JsonObject {
  const view = args.json("view", "invalid_arguments");
  if (view === undefined) args.need("view");
  return goodView(view ?? null, type, world, itself);
}

/** A view that Slack takes, from a call or from the answer to a submission. */
export function goodView(view: JsonObject[string], type: "modal" | "home", world: World, itself?: string): JsonObject {
  const faults = checkView(view, type);
  if (faults.length > 0 || !isObject(view)) throw new ApiError("invalid_arguments", messages(faults));
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES) throw new ApiError("view_too_large");
  const external = view.external_id;
  const twin = [...world.modals.values()].flat().find((each) => each.view.external_id === external);
  if (typeof external === "string" && external !== "" && twin !== undefined && twin.view.id !== itself)
    throw new ApiError("duplicate_external_id");
  return view;
}

function answer(open: OpenView): JsonObject {
  return { view: plainJson({ ...seen(open), state: { values: {} } }) };
}
