/** What people write: in conversations, threads and direct messages; what they edit and take back. */
import { randomUUID } from "node:crypto";
import type { Delivery } from "../deliveries.ts";
import { homeOf, personOf, placeOf, type Stage } from "../stage.ts";
import { botOf, copy, directOf, type Message } from "../world.ts";

export interface Said {
  message: Message;
  /** The events that the app was told of it: none, one, or two for a mention. */
  deliveries: Delivery[];
}

export interface Talk {
  say(user: string, channel: string, typed: string): Promise<Said>;
  /** In the thread of a message, which may itself be a reply. */
  reply(user: string, message: Pick<Message, "channel" | "ts">, typed: string): Promise<Said>;
  /** As `say` or `reply`, beginning with the bot's name. */
  mention(user: string, where: string | Pick<Message, "channel" | "ts">, typed: string): Promise<Said>;
  /** To the bot alone. */
  dm(user: string, typed: string): Promise<Said>;
  edit(user: string, message: Pick<Message, "channel" | "ts">, typed: string): Promise<Said>;
  remove(user: string, message: Pick<Message, "channel" | "ts">): Promise<Delivery[]>;
}

export function talk(stage: Stage): Talk {
  const { world, events } = stage;

  async function write(user: string, channel: string, typed: string, thread?: string): Promise<Said> {
    const place = placeOf(stage, channel);
    if (!place.members.has(user)) throw new Error(`${user} is not in ${place.id}`);
    if (place.archived) throw new Error(`${place.id} is archived`);
    const message: Message = {
      type: "message",
      ts: world.ts(),
      channel: place.id,
      user,
      team: personOf(stage, user).team,
      text: asSlackKeeps(typed),
      client_msg_id: randomUUID(),
      ...(thread === undefined ? {} : { thread_ts: thread }),
    };
    place.messages.push(message);
    world.changed();
    const deliveries = await events.happened({ type: "posted", message });
    return { message: copy(message), deliveries };
  }

  function stored({ channel, ts }: Pick<Message, "channel" | "ts">): Message {
    const message = placeOf(stage, channel).messages.find((each) => each.ts === ts);
    if (message === undefined) throw new Error(`there is no message ${ts} in ${channel}`);
    return message;
  }

  function own(user: string, which: Pick<Message, "channel" | "ts">): Message {
    const message = stored(which);
    if (message.user !== user) throw new Error(`${user} did not write ${which.ts}`);
    return message;
  }

  function reply(user: string, which: Pick<Message, "channel" | "ts">, typed: string): Promise<Said> {
    const parent = stored(which);
    return write(user, which.channel, typed, parent.thread_ts ?? parent.ts);
  }

  return {
    say: (user, channel, typed) => write(user, channel, typed),
    reply,
    async mention(user, where, typed) {
      const channel = placeOf(stage, typeof where === "string" ? where : where.channel);
      const text = `<@${homeOf(stage, channel).user}> ${typed}`;
      return typeof where === "string" ? write(user, where, text) : reply(user, where, text);
    },
    async dm(user, typed) {
      if (!stage.manifest.messagesTab) throw new Error("the manifest has no messages tab: nobody can write to the bot");
      const team = personOf(stage, user).team;
      const bot = botOf(world, team);
      if (bot === undefined) throw new Error(`the app is not installed in ${team}`);
      return write(user, directOf(world, team, bot.user, user).id, typed);
    },
    async edit(user, which, typed) {
      const message = own(user, which);
      const previous = copy(message);
      message.text = asSlackKeeps(typed);
      message.edited = { user, ts: world.ts() };
      world.changed();
      const deliveries = await events.happened({ type: "changed", message, previous });
      return { message: copy(message), deliveries };
    },
    async remove(user, which) {
      const message = own(user, which);
      const { messages } = placeOf(stage, which.channel);
      messages.splice(messages.indexOf(message), 1);
      world.changed();
      return events.happened({ type: "deleted", message });
    },
  };
}

/** What the composer makes of typed text: entities, links in angle brackets; chosen mentions (`<@U1>`) stay as they are. */
export function asSlackKeeps(typed: string): string {
  return typed
    .split(/(<[@#][A-Z0-9]+(?:\|[^<>]*)?>|https?:\/\/[^\s<>]+)/)
    .map((part, index) => {
      if (index % 2 === 0) return escaped(part);
      return part.startsWith("<") ? part : `<${escaped(part)}>`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
