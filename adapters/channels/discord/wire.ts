/**
 * What the rest of this adapter needs from Discord, in Discord's own JSON; transport.ts speaks it, and faults.ts tells
 * its refusals apart. Whatever is sent goes out with `allowed_mentions: { parse: [] }`, which the transport adds.
 */
import type { JsonObject } from "../../../src/json.ts";

export interface Wire extends Api {
  home: Home;
  /** Whether presses reach somebody: this replica, or another that holds the gateway. */
  isUp(): boolean;
  start(handlers: Handlers): Promise<void>;
  stop(): Promise<void>;
}

/**
 * One request each, tried once: a refusal is thrown as Refused, and as NotYet where Discord wants to be asked later. A
 * Refused that isAmbiguous may have been carried out all the same.
 */
export interface Api {
  /** The same nonce (at most 25 characters) within some minutes gets the first message. */
  createMessage(channel: string, body: MessageBody, more?: { nonce?: string; replyTo?: string }): Promise<Message>;
  editMessage(channel: string, message: string, body: MessageBody): Promise<Message>;
  deleteMessage(channel: string, message: string): Promise<void>;
  getMessage(channel: string, message: string): Promise<Message>;
  /** Newest first, at most 100; `after` and `before` are ids. Empty where the bot may not read the history. */
  messages(channel: string, more: { after?: string; before?: string; limit: number }): Promise<Message[]>;
  /** On a message, whose id it then bears; where there is one already, that one. The name has at most 100 characters. */
  startThread(channel: string, message: string, name: string): Promise<Channel>;
  /** Of an archived one nothing can be edited. */
  reopenThread(thread: string): Promise<void>;
  openDm(user: string): Promise<Channel>;
  channel(id: string): Promise<Channel>;
  channels(guild: string): Promise<Channel[]>;
  member(guild: string, user: string, timeout?: number): Promise<Member>;
  roles(guild: string): Promise<Role[]>;
  /** The callback: once for each interaction, within 3 s. */
  respond(to: Interaction, answer: Answer): Promise<void>;
  /** After the callback, for 15 minutes. */
  followUp(to: Interaction, body: MessageBody, more: { ephemeral: boolean }): Promise<Message>;
  /** Ephemeral: as the callback where there was none from this process yet, as a follow-up afterwards. */
  whisper(to: Interaction, body: MessageBody): Promise<void>;
  /** What the callback showed, or the message whose button was pressed. */
  editAnswer(to: Interaction, body: MessageBody): Promise<void>;
  /** Replaces all commands: of one guild, or the global ones. */
  setCommands(guild: string | null, commands: readonly JsonObject[]): Promise<void>;
}

export interface Home {
  /** Also the workspace that handles are signed for: cards in direct messages belong to no guild. */
  application: string;
  /** The bot's user id. */
  bot: string;
  /** The guilds that this bot serves; whatever comes from others is refused. */
  guilds: readonly string[];
  /** Whether what people write without mentioning the bot can be read. */
  content: boolean;
}

/**
 * Each takes what was dispatched, as it was. Interactions are answered by `respond` or `whisper`; one that has no
 * answer after 2.5 s, or whose handler threw, is told so by the transport.
 */
export interface Handlers {
  /** INTERACTION_CREATE with type 3: a button or a select. */
  press(body: unknown): Promise<void>;
  /** INTERACTION_CREATE with type 5: a modal. */
  submission(body: unknown): Promise<void>;
  /** INTERACTION_CREATE with type 2. */
  command(body: unknown): Promise<void>;
  /** MESSAGE_CREATE. May come twice. */
  said(body: unknown): Promise<void>;
}

/** Which interaction is answered; both stand in what was dispatched. */
export interface Interaction {
  id: string;
  token: string;
}

export type Answer =
  | { type: "message"; body: MessageBody; ephemeral: boolean }
  | { type: "modal"; modal: Modal }
  /** In place of the message that was pressed. */
  | { type: "update"; body: MessageBody }
  /** Nothing to be seen; for a component or a modal that came from one. */
  | { type: "silent" };

/** An account as a dispatch names it; `member` is what Discord says of it there, null in direct messages. */
export interface Presser {
  user: string;
  guild: string | null;
  member: Membership | null;
  name: string | null;
  /** A bot, a webhook or Discord itself. */
  bot: boolean;
}

export interface Membership {
  roles: readonly string[];
  /** Not past the server's screening yet. */
  pending?: boolean;
  nick?: string | null;
  /** 16: a guest of a voice channel. */
  flags?: number;
}

export interface MessageBody {
  /** FLAG.v2 for cards; FLAG.ephemeral is set by `respond` and `whisper`. */
  flags?: number;
  components?: readonly Part[];
  /** Not with FLAG.v2. */
  content?: string;
  /** Shown by a file component as `attachment://name`. An edit replaces all that were there before. */
  files?: readonly { name: string; data: string | Uint8Array }[];
}

/** A component. What a type does not have is absent. */
export interface Part {
  type: number;
  id?: number;
  custom_id?: string;
  style?: number;
  label?: string;
  description?: string;
  content?: string;
  url?: string;
  disabled?: boolean;
  required?: boolean;
  placeholder?: string;
  value?: string;
  default?: boolean;
  divider?: boolean;
  spacing?: number;
  min_values?: number;
  max_values?: number;
  min_length?: number;
  max_length?: number;
  options?: readonly { label: string; value: string; description?: string; default?: boolean }[];
  accent_color?: number;
  file?: { url: string };
  components?: readonly Part[];
  /** Of a label. */
  component?: Part;
  /** Of a section. */
  accessory?: Part;
}

export interface Modal {
  custom_id: string;
  title: string;
  components: readonly Part[];
}

export interface Message {
  id: string;
  channel_id: string;
  author: User;
  components?: readonly Part[];
  content: string;
  thread?: { id: string };
}

export interface User {
  id: string;
  username: string;
  global_name?: string | null;
  bot?: boolean;
  system?: boolean;
}

export interface Member extends Membership {
  user?: User;
}

export interface Role {
  id: string;
  name: string;
  permissions: string;
  /** Of a role that belongs to a bot. */
  tags?: { bot_id?: string };
}

export interface Channel {
  id: string;
  /** 0 text, 1 direct message, 5 announcements, 10 to 12 threads. */
  type: number;
  name?: string | null;
  guild_id?: string;
  parent_id?: string | null;
}

export const COMPONENT = {
  row: 1,
  button: 2,
  select: 3,
  textInput: 4,
  section: 9,
  text: 10,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

export const FLAG = { ephemeral: 64, v2: 32_768 } as const;
