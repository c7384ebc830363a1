/**
 * Pressing and choosing, in messages, modals and the home tab. A person can press only what the stored blocks have
 * now; `forge` sends what nobody could press.
 */
import type { JsonObject } from "../../../../src/json.ts";
import { type Found, interactive } from "../blocks/find.ts";
import type { Delivery } from "../deliveries.ts";
import { newHook } from "../hooks.ts";
import { shown } from "../methods/chat.ts";
import { plainJson } from "../methods/method.ts";
import { findView, newTrigger, seen, stackOf } from "../modals.ts";
import { doneBy, homeOf, personOf, placeOf, type Stage } from "../stage.ts";
import { fill, type Given, option, textOf } from "../values.ts";
import { type Bot, botOf, type Message, type OpenView, type View } from "../world.ts";

/** A message or a view as the driver gave it out; what is stored under its id now is what counts. */
export type Where = Pick<Message, "channel" | "ts"> | Pick<View, "id">;
/** The words on it, its action_id, or more of its fields where these are not enough. */
export type What = string | { action_id?: string; block_id?: string; value?: string };

export interface Presses {
  click(user: string, where: Where, what: What): Promise<Delivery>;
  /** Picks an option (by value or text) of a menu, radio buttons, checkboxes or an overflow menu. */
  choose(user: string, where: Where, what: What, given: Given): Promise<Delivery>;
  /** Presses what a screen that was not redrawn still shows: the button as it was when the message was read. */
  clickStale(user: string, seen: Pick<Message, "channel" | "ts" | "blocks">, what: What): Promise<Delivery>;
  /** An action that is not in the message or view: what an attacker might send, rightly signed. */
  forge(user: string, where: Where, action: JsonObject): Promise<Delivery>;
}

interface Place {
  blocks: JsonObject[];
  bot: Bot;
  about(): JsonObject;
  trigger(): string;
  open: OpenView | null;
}

export function presses(stage: Stage): Presses {
  const { world, courier } = stage;

  async function send(user: string, place: Place, action: JsonObject): Promise<Delivery> {
    if (!stage.manifest.interactive) throw new Error("the manifest has no interactivity: buttons do nothing");
    const payload = {
      type: "block_actions",
      ...doneBy(stage, personOf(stage, user), place.bot),
      ...place.about(),
      trigger_id: place.trigger(),
      actions: [{ ...action, action_ts: world.ts() }],
    };
    const delivery = await courier.deliver("interactive", payload);
    if (!delivery.acked) world.troubles.push(`block_actions of ${user}: ${delivery.trouble}`);
    return delivery;
  }

  function press(user: string, place: Place, blocks: JsonObject[], what: What): Promise<Delivery> {
    const { block, element } = pick(blocks, what, (each) => each.type === "button");
    const { confirm: _, ...button } = element;
    return send(user, place, { ...button, block_id: block.block_id ?? "" });
  }

  return {
    async click(user, where, what) {
      const place = placeFor(stage, user, where);
      return press(user, place, place.blocks, what);
    },
    async clickStale(user, seen, what) {
      return press(user, placeFor(stage, user, seen), seen.blocks ?? [], what);
    },
    async choose(user, where, what, given) {
      const place = placeFor(stage, user, where);
      const { block, element } = pick(place.blocks, what, (each) => each.type !== "button");
      const action = { type: element.type ?? "", action_id: element.action_id ?? "", block_id: block.block_id ?? "" };
      if (element.type === "overflow")
        return send(user, place, { ...action, selected_option: option(element, String(given)) });
      const values = place.open?.values ?? {};
      fill(place.blocks, values, String(element.action_id), given);
      if (block.type === "input" && block.dispatch_action !== true)
        throw new Error("the field does not dispatch: it is sent with the form");
      const chosen = values[String(block.block_id)]?.[String(element.action_id)] ?? {};
      return send(user, place, { ...chosen, ...action });
    },
    async forge(user, where, action) {
      return send(user, placeFor(stage, user, where, true), { type: "button", block_id: "forged", ...action });
    },
  };
}

function pick(blocks: JsonObject[], what: What, isMeant: (element: JsonObject) => boolean): Found {
  const all = interactive(blocks).filter(({ element }) => isMeant(element));
  const found = all.filter(({ block, element }) => fits(block, element, what));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const there = all.map(({ element }) => `${textOf(element.text)} (${String(element.action_id)})`).join(", ");
  throw new Error(
    `${found.length === 0 ? "no" : "more than one"} ${JSON.stringify(what)} there; there are: ${there || "none"}`,
  );
}

function fits(block: JsonObject, element: JsonObject, what: What): boolean {
  if (typeof what === "string")
    return element.action_id === what || textOf(element.text) === what || textOf(block.label) === what;
  return (
    (what.action_id === undefined || what.action_id === element.action_id) &&
    (what.block_id === undefined || what.block_id === block.block_id) &&
    (what.value === undefined || what.value === element.value)
  );
}

function placeFor(stage: Stage, user: string, where: Where, forged = false): Place {
  return "id" in where ? viewPlace(stage, user, where.id, forged) : messagePlace(stage, user, where, forged);
}

function messagePlace(stage: Stage, user: string, where: Pick<Message, "channel" | "ts">, forged: boolean): Place {
  const { world } = stage;
  const channel = placeOf(stage, where.channel);
  const message = [...channel.messages, ...world.ephemerals].find((each) => each.ts === where.ts);
  if (message === undefined && !forged) throw new Error(`there is no message ${where.ts} in ${channel.id} any more`);
  const private_ = message?.ephemeral_to !== undefined;
  const sees = private_ ? message.ephemeral_to === user : channel.members.has(user);
  if (!sees && !forged) throw new Error(`${user} does not see this message of ${channel.id}`);
  const thread = message?.thread_ts ?? null;
  return {
    blocks: message?.blocks ?? [],
    bot: homeOf(stage, channel),
    open: null,
    trigger: () => newTrigger(world, user),
    about: () => ({
      container: {
        type: "message",
        message_ts: where.ts,
        channel_id: channel.id,
        is_ephemeral: private_,
        ...(thread === null ? {} : { thread_ts: thread }),
      },
      channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
      // Slack does not show the app a message that only one person sees.
      ...(message === undefined || private_ ? {} : { message: shown(message, channel, true) }),
      state: { values: {} },
      response_url: newHook(world, stage.origin(), { user, channel: channel.id, message: where.ts, thread }),
    }),
  };
}

function viewPlace(stage: Stage, user: string, id: string, forged: boolean): Place {
  const { world } = stage;
  const open = findView(world, id);
  if (open === undefined) throw new Error(`the view ${id} is not open any more`);
  const onTop = open.view.type === "home" || stackOf(world, user).at(-1) === open;
  if ((open.user !== user || !onTop) && !forged) throw new Error(`the view ${id} is not what ${user} is looking at`);
  const bot = botOf(world, open.view.team_id);
  if (bot === undefined) throw new Error("the app is not installed there");
  return {
    blocks: open.view.blocks,
    bot,
    open,
    trigger: () => newTrigger(world, user, open.view.type === "modal" ? id : null),
    about: () => ({ container: { type: "view", view_id: id }, view: plainJson(seen(open)) }),
  };
}
