/** The shapes that go over the wire: what Discord answers and dispatches. Parts are components, stored as validated. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface User {
  id: string;
  username: string;
  global_name: string;
  discriminator: string;
  avatar: null;
  bot: boolean;
  public_flags: number;
  flags: number;
  primary_guild: null;
}

export interface Role {
  id: string;
  name: string;
  permissions: string;
  position: number;
  color: number;
  colors: { primary_color: number; secondary_color: null; tertiary_color: null };
  hoist: boolean;
  managed: boolean;
  mentionable: boolean;
  icon: null;
  unicode_emoji: null;
  flags: number;
  /** Of a role that belongs to a bot. */
  tags?: { bot_id: string };
}

export interface Member {
  avatar: null;
  banner: null;
  communication_disabled_until: null;
  flags: number;
  joined_at: string;
  nick: string | null;
  pending: boolean;
  premium_since: null;
  roles: string[];
  user: User;
  mute: boolean;
  deaf: boolean;
}

export interface Overwrite {
  id: string;
  /** 0: a role, 1: a member. */
  type: 0 | 1;
  allow: string;
  deny: string;
}

export interface Option {
  label: string;
  value: string;
  description?: string;
  default?: boolean;
}

/** A component in a message or a modal. What a type does not have is absent. */
export interface Part {
  type: number;
  id?: number;
  custom_id?: string;
  label?: string;
  description?: string | null;
  content?: string;
  url?: string;
  style?: number;
  disabled?: boolean;
  required?: boolean;
  placeholder?: string;
  value?: string;
  default?: boolean;
  min_values?: number;
  max_values?: number;
  min_length?: number;
  max_length?: number;
  options?: Option[];
  components?: Part[];
  component?: Part;
  accessory?: Part;
  accent_color?: number | null;
  [other: string]: unknown;
}

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
  proxy_url: string;
  content_type: string;
  description?: string;
  ephemeral?: boolean;
}

export interface Message {
  id: string;
  channel_id: string;
  guild_id?: string;
  type: number;
  content: string;
  author: User;
  mentions: User[];
  mention_roles: string[];
  mention_everyone: boolean;
  attachments: Attachment[];
  embeds: unknown[];
  components: Part[];
  timestamp: string;
  edited_timestamp: string | null;
  flags: number;
  pinned: boolean;
  tts: boolean;
  application_id?: string;
  webhook_id?: string;
  message_reference?: { type: number; channel_id: string; message_id?: string; guild_id?: string };
  referenced_message?: Message | null;
  interaction_metadata?: unknown;
  thread?: unknown;
}

export interface Modal {
  custom_id: string;
  title: string;
  components: Part[];
}

export interface CommandOption {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  choices?: { name: string; value: string | number }[];
  options?: CommandOption[];
  [other: string]: unknown;
}

export interface Command {
  id: string;
  application_id: string;
  version: string;
  type: number;
  name: string;
  description: string;
  default_member_permissions: string | null;
  guild_id?: string;
  dm_permission?: boolean;
  contexts?: number[] | null;
  integration_types?: number[];
  options?: CommandOption[];
  nsfw: boolean;
}

/** What a request gets: a status, and a body unless it is a 204. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
