/** What people do: press, choose, fill in, type a command, write, edit and delete what they wrote. */
import { chosenOf, filled, isSelect, type Values } from "./forms.ts";
import { ACK_MS, open } from "./interactions.ts";
import { create, edit, isAnswer, remove } from "./messages.ts";
import { COMPONENT, INTERACTION } from "./numbers.ts";
import { may } from "./permissions.ts";
import { isThread } from "./places.ts";
import { type Opened, type Press, pressOf, type Shown } from "./press.ts";
import { resolved } from "./resolved.ts";
import { channelOf, found, idOf, namedIn, nameOf, type Ref, view, visible } from "./sight.ts";
import { typed } from "./slash.ts";
import { until } from "./wait.ts";
import { type Channel, type Interaction, type Stored, user as userJson, type World } from "./world.ts";

export interface People {
  /** A button by its label or custom id. Refused in words when the message as stored does not have it for this person. */
  click(user: Ref, message: Ref, button: string): Promise<Press>;
  select(user: Ref, message: Ref, values: string | string[], menu?: string): Promise<Press>;
  submit(user: Ref, modal: Opened, values?: Values): Promise<Press>;
  slash(user: Ref, channel: Ref, text: string): Promise<Press>;
  /** A hostile client: any custom id on any message. */
  forge(user: Ref, message: Ref, customId: string): Promise<Press>;
  /** Writes into a channel, a thread or a DM. */
  say(user: Ref, channel: Ref, text: string): Shown;
  /** A reply to a message; it pings its author unless told otherwise. */
  reply(user: Ref, message: Ref, text: string, options?: { ping?: boolean }): Shown;
  /** A message of a webhook, whose author is nobody's account. */
  webhook(channel: Ref, name: string, text: string): Shown;
  editOwn(user: Ref, message: Ref, text: string): Shown;
  /** By its author, or by a moderator. */
  deleteMessage(message: Ref): void;
}

export function people(world: World): People {
  async function press(opening: Parameters<typeof open>[1]): Promise<Press> {
    const interaction = open(world, opening);
    await settled(world, interaction);
    return pressOf(world, interaction);
  }

  function component(
    user: Ref,
    ref: Ref,
    data: (message: Stored, channel: Channel) => Record<string, unknown>,
  ): Promise<Press> {
    const message = visible(world, idOf(user), idOf(ref));
    const channel = channelOf(world, message.channel_id);
    return press({
      type: INTERACTION.component,
      user: idOf(user),
      channel,
      message: message.id,
      data: data(message, channel),
    });
  }

  function write(user: Ref, channel: Channel, body: Record<string, unknown>): Shown {
    const author = idOf(user);
    if (!may(world, channel, author, isThread(channel) ? "sendInThreads" : "sendMessages"))
      throw new Error(`${nameOf(world, author)} may not write in #${channel.name}`);
    if (channel.archived && !channel.locked) channel.archived = false;
    const made = create(world, { body, uploads: [], channel, author });
    if (isAnswer(made)) throw new Error(`Discord refused the message: ${JSON.stringify(made.body)}`);
    return view(world, made.id);
  }

  return {
    click: async (user, ref, button) =>
      await component(user, ref, (message) => {
        const part = found(message, button, (each) => each.type === COMPONENT.button, "button");
        if (part.custom_id === undefined) throw new Error(`"${button}" is a link to ${part.url}`);
        return { custom_id: part.custom_id, component_type: part.type, id: part.id };
      }),
    select: async (user, ref, values, menu) =>
      await component(user, ref, (message, channel) => {
        const part = found(message, menu, isSelect, "menu");
        const field = { label: part.placeholder ?? part.custom_id ?? "", part };
        const chosen = chosenOf(field, [values].flat(), part.max_values ?? 1);
        if (chosen.length < (part.min_values ?? 1)) throw new Error(`The menu needs ${part.min_values} options`);
        const named = resolved(world, channel, part.type, chosen);
        return {
          custom_id: part.custom_id,
          component_type: part.type,
          id: part.id,
          values: chosen,
          ...(named ? { resolved: named } : {}),
        };
      }),
    forge: async (user, ref, customId) =>
      await component(user, ref, () => ({ custom_id: customId, component_type: COMPONENT.button, id: 1 })),
    async submit(user, modal, values = {}) {
      const opener = world.interactions.get(modal.interaction);
      if (opener?.opened === undefined || opener.user !== idOf(user))
        throw new Error(`${nameOf(world, idOf(user))} has no such form open`);
      const components = filled(opener.opened, values);
      const channel = channelOf(world, opener.channel);
      const named = namedIn(world, channel, components);
      const result = await press({
        type: INTERACTION.modal,
        user: idOf(user),
        channel,
        message: opener.message,
        data: { custom_id: opener.opened.custom_id, components, ...(named ? { resolved: named } : {}) },
      });
      // A form that was taken closes; one that failed stays open, to be sent again.
      if (result.answer !== "failed") delete opener.opened;
      return result;
    },
    async slash(user, ref, text) {
      const channel = channelOf(world, idOf(ref));
      if (!may(world, channel, idOf(user), "viewChannel"))
        throw new Error(`${nameOf(world, idOf(user))} cannot see it`);
      const { command, data } = typed(world, channel, idOf(user), text);
      return await press({ type: INTERACTION.command, user: idOf(user), channel, data, command: command.name });
    },
    say: (user, ref, text) => write(user, channelOf(world, idOf(ref)), { content: text }),
    reply(user, ref, text, { ping = true } = {}) {
      const message = visible(world, idOf(user), idOf(ref));
      const allowed_mentions = { parse: ["users", "roles", "everyone"], replied_user: ping };
      const body = { content: text, message_reference: { message_id: message.id }, allowed_mentions };
      return write(user, channelOf(world, message.channel_id), body);
    },
    webhook(ref, name, text) {
      const id = world.id();
      const author = { ...userJson(id, name, true), global_name: name };
      const channel = channelOf(world, idOf(ref));
      world.users.set(id, author);
      const made = create(world, {
        body: { content: text },
        uploads: [],
        channel,
        author: id,
        extra: { webhook_id: id },
      });
      world.users.delete(id);
      if (isAnswer(made)) throw new Error(`Discord refused the message: ${JSON.stringify(made.body)}`);
      return view(world, made.id);
    },
    editOwn(user, ref, text) {
      const message = visible(world, idOf(user), idOf(ref));
      if (message.author.id !== idOf(user)) throw new Error("Only one's own messages can be edited");
      const made = edit(world, message, { content: text }, []);
      if (isAnswer(made)) throw new Error(`Discord refused the edit: ${JSON.stringify(made.body)}`);
      return view(world, made.id);
    },
    deleteMessage(ref) {
      const message = world.messages.get(idOf(ref));
      if (message === undefined) throw new Error("That message is gone already");
      remove(world, message);
    },
  };
}

/** Until it is acknowledged or 3 s of Discord's clock are over, also when a test moves that clock. */
async function settled(world: World, interaction: Interaction): Promise<void> {
  const left = () => ACK_MS - (world.now() - interaction.at);
  const timer = setTimeout(world.changed, left() + 5);
  try {
    const over = () => interaction.ack !== undefined || left() < 0;
    await until(world, over, "an acknowledgement", 2 * ACK_MS);
  } finally {
    clearTimeout(timer);
  }
}
