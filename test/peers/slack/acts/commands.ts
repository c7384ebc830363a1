/** Slash commands, shortcuts, and opening the app's home. */
import { isObject, type Json, type JsonObject } from "../../../../src/json.ts";
import type { Delivery } from "../deliveries.ts";
import { newHook, respond } from "../hooks.ts";
import { shown } from "../methods/chat.ts";
import { ApiError } from "../methods/method.ts";
import { newTrigger } from "../modals.ts";
import { doneBy, homeOf, personOf, placeOf, type Stage } from "../stage.ts";
import { botOf, copy, type Message } from "../world.ts";

export interface Commanded extends Delivery {
  /** What came with the acknowledgement, as the person sees it. */
  shown: Message | null;
}

export interface Commands {
  /** Typed as a whole: `/hitl pending`. Slack offers no commands in threads. */
  slash(user: string, channel: string, typed: string): Promise<Commanded>;
  /** From the shortcuts menu, or of a message. */
  shortcut(user: string, id: string, message?: Pick<Message, "channel" | "ts">): Promise<Delivery>;
  /** Opens the home tab (or the messages tab). */
  home(user: string, tab?: "home" | "messages"): Promise<Delivery[]>;
}

export function commands(stage: Stage): Commands {
  const { world, manifest, courier } = stage;
  return {
    async slash(user, channel, typed) {
      const [, command = "", text = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
      if (!manifest.commands.includes(command)) throw new Error(`"${command}" is not a valid command`);
      const person = personOf(stage, user);
      const place = placeOf(stage, channel);
      if (!place.members.has(user)) throw new Error(`${user} is not in ${place.id}`);
      const bot = botOf(world, person.team);
      if (bot === undefined) throw new Error(`no command of the app is offered to people of ${person.team}`);
      stage.ledger.use("commands");
      const hook = { user, channel: place.id, message: null, thread: null };
      const team = world.teams.get(person.team);
      const delivery = await courier.deliver("slash_commands", {
        token: "verification-token",
        team_id: person.team,
        team_domain: team?.domain ?? "",
        ...(team?.enterprise ? { enterprise_id: team.enterprise, enterprise_name: team.enterprise } : {}),
        channel_id: place.id,
        channel_name: place.kind === "im" ? "directmessage" : place.name,
        user_id: user,
        user_name: person.name,
        command,
        text,
        api_app_id: world.app.id,
        is_enterprise_install: String(bot.org !== null),
        response_url: newHook(world, stage.origin(), hook),
        trigger_id: newTrigger(world, user),
      });
      return { ...delivery, shown: answered(stage, hook, command, delivery) };
    },
    async shortcut(user, id, message) {
      const kind = manifest.shortcuts.get(id);
      if (kind !== (message === undefined ? "global" : "message"))
        throw new Error(`no shortcut ${id} is offered there`);
      stage.ledger.use("commands");
      const person = personOf(stage, user);
      const common = { callback_id: id, trigger_id: newTrigger(world, user), action_ts: world.ts() };
      if (message === undefined) {
        const bot = botOf(world, person.team);
        if (bot === undefined) throw new Error(`the app is not installed in ${person.team}`);
        return courier.deliver("interactive", { type: "shortcut", ...doneBy(stage, person, bot), ...common });
      }
      const channel = placeOf(stage, message.channel);
      const stored = channel.messages.find((each) => each.ts === message.ts);
      if (stored === undefined) throw new Error(`there is no message ${message.ts} in ${channel.id}`);
      return courier.deliver("interactive", {
        type: "message_action",
        ...doneBy(stage, person, homeOf(stage, channel)),
        ...common,
        message_ts: stored.ts,
        channel: { id: channel.id, name: channel.name },
        message: shown(stored, channel, true),
        response_url: newHook(world, stage.origin(), { user, channel: channel.id, message: stored.ts, thread: null }),
      });
    },
    home: (user, tab = "home") => stage.events.homeOpened(user, tab),
  };
}

function answered(
  stage: Stage,
  hook: { user: string; channel: string; message: null; thread: null },
  command: string,
  { acked, trouble, body }: Delivery,
): Message | null {
  const { world } = stage;
  if (!acked) world.troubles.push(`${command} failed with the error "dispatch_failed": ${trouble}`);
  const said = messageIn(body);
  if (!acked || said === null) return null;
  try {
    const message = respond(world, hook, said, stage.tell);
    world.changed();
    return message === null ? null : copy(message);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    world.troubles.push(`${command} answered what Slack does not show: ${error.code} ${JSON.stringify(error.more)}`);
    return null;
  }
}

/** A bare text is a message; over Socket Mode it comes as `{"text": …}`. */
function messageIn(body: Json): JsonObject | null {
  if (typeof body === "string") return body === "" ? null : { text: body };
  return isObject(body) ? body : null;
}
