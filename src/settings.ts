/** The settings as the program uses them: checked, complete, with every duration in ms. config.ts reads them. */
import type { Ref } from "./checkpoint.ts";
import type { Connection } from "./connections.ts";
import type { Policy } from "./policy/policy.ts";
import type { Redaction } from "./policy/redact/rules.ts";

export interface Settings {
  host: string;
  port: number;
  /** Without a slash at the end. With port 0 and no HITL_BASE_URL it ends in `:0` until the listener knows its port. */
  baseUrl: string;
  /** Folder of the embedded store and the generated secrets. */
  data: string;
  store: StoreSetting;
  /** 32 bytes; everything that is signed derives from it. */
  secret: Buffer;
  people: Person[];
  groups: Group[];
  tokens: Token[];
  /** `agents:`: the systems that the doors speak with. */
  connections: Connection[];
  /** The person that the admin token and the start-up link act as. */
  admin: string;
  /** HITL_APPROVERS: who may decide where neither policy nor raiser says. Empty: the admin only. */
  approvers: Ref[];
  /** The last one has no `when`. */
  policies: Policy[];
  /** HITL_WEBHOOK_SECRET, decoded; absent: derived from `secret`. */
  webhookSecret?: Buffer;
  /** `host`, `host:port` or CIDR in lower case, beyond public https, that callbacks may reach. */
  callbackAllow: string[];
  /** HITL_RETENTION: ms after the end at which the content of a checkpoint is erased; null: never. */
  retention: number | null;
  /** HITL_RAISES_PER_MINUTE: of each token or connection, at each replica; null: as many as come. */
  raisesPerMinute: number | null;
  /** Where people are asked in Slack; absent: it is not set up. */
  slack?: SlackSettings;
  /** Where people are asked in Discord; absent: it is not set up. */
  discord?: DiscordSettings;
  /** How mails leave; absent: none do. */
  email?: EmailSettings;
  /** `direct`: a free reply of an approver in a card's thread is feedback; it never approves. */
  threadReplies: "words" | "direct";
  /** What is hidden besides, or instead of, the defaults. */
  redact?: Redaction;
  /** What the program generated at this start, for the first-run text. */
  generated: { agentToken?: string; adminToken?: string; secret?: boolean };
}

export type StoreSetting = { type: "sqlite"; path: string } | { type: "memory" } | { type: "redis"; url: string };

export interface SlackSettings {
  botToken: string;
  /** With it Socket Mode, without it HTTP. */
  appToken?: string;
  /** Needed for HTTP. */
  signingSecret?: string;
  /** The default conversation: `#deploys`, `C0123`; absent: only where a route names Slack. */
  channel?: string;
  /** With a slash at the end. */
  apiUrl: string;
}

export interface DiscordSettings {
  token: string;
  /** The servers that are served; empty: the only one that the bot is in. */
  guilds: string[];
  /** The default conversation: `#deploys`, `1122`; absent: only where a route names Discord. */
  channel?: string;
  /** Whether the privileged intent for what people write is asked for. */
  content: boolean;
  /** Without the version, and without a slash at the end. */
  apiUrl: string;
}

export interface EmailSettings {
  host: string;
  port: number;
  /** `none` on this machine only. */
  tls: "implicit" | "starttls" | "none";
  login?: { user: string; password: string };
  from: { name: string; address: string };
  /** HITL_MAIL_TO as places of the default route: `email`, `email:team@example.com`. */
  to: string[];
}

/** One human, several surfaces. */
export interface Person {
  id: string;
  name?: string;
  /** `U0ALICE` in the installed workspace, or `T1/U0ALICE`. */
  slack?: string;
  discord?: string;
  /** In lower case. */
  email?: string;
  /** IANA time zone, `Europe/Berlin`. */
  zone?: string;
  /** Minutes of the local day, end exclusive; over midnight when `to` is before `from`. */
  hours?: { from: number; to: number };
}

export interface Group {
  id: string;
  /** `person:alice`, `slack-group:S0`, `discord-role:99`, `slack:U1`. */
  members: Ref[];
}

export type Token =
  | { name: string; role: "agent"; token: string; agents: string[] | "any"; person?: string }
  | { name: string; role: "approver"; token: string; person: string }
  | { name: string; role: "admin"; token: string };
