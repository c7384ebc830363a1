/** What a verb of the command may touch. Everything comes in from outside: the terminal, the bot, the clock. */
import type { Readable, Writable } from "node:stream";
import type { Card } from "../card.ts";
import type { CheckpointView, LogView } from "../client/checks.ts";
import type { Hitl } from "../client.ts";
import type { LocalRules, SettingsError } from "../config.ts";
import type { DiscordSettings, SlackSettings } from "../settings.ts";
import type { LocalEmail, MailTrouble } from "./doctor-email.ts";
import type { LocalRecord } from "./record.ts";
import type { Sink } from "./sink.ts";

export interface World {
  /** Lines for the person, or a machine's document. */
  out(text: string): void;
  /** Made when a verb needs it, so that `help` needs neither address nor token. */
  bot(): Hitl;
  address(): { url: string; token: string };
  /** The settings of Slack, as the bot of this folder has them; undefined: there are none. */
  slack(): SlackSettings | undefined;
  /** As well those of Discord. */
  discord(): DiscordSettings | undefined;
  /** Who decides what by the settings of this folder, or what is wrong with them. */
  rules(): LocalRules | SettingsError;
  email(): LocalEmail | undefined;
  mailTrouble: MailTrouble;
  /** What the bot of this folder signs its calls to agents with. */
  webhookSecret(): string;
  /** The record of this machine, to be read without the bot. */
  record(heads: readonly string[]): Promise<LocalRecord>;
  /** How far it is, over what stood there before; only at a terminal. */
  progress(text: string): void;
  /** Into a file, or to stdout. */
  sink(path: string | undefined): Promise<Sink>;
  stdin(): Promise<string>;
  file(path: string): Promise<string>;
  now(): number;
  /** Node's version. */
  node: string;
  signal: AbortSignal;
  draw: Draw;
  /** The review at this terminal; answers the exit code. */
  review(bot: Hitl, plain: boolean): Promise<number>;
}

/** How things look on this terminal. */
export interface Draw {
  /** With what was said about it below. */
  card(card: Card, timeline: readonly LogView[], plain: boolean): string;
  /** `states`: what the cards say of those that have ended, by id. */
  list(items: readonly CheckpointView[], states?: ReadonlyMap<string, string>): string;
  acted(acted: Acted): string;
  text(untrusted: string): string;
}

interface Acted {
  result: "resolved" | "recorded";
  checkpoint: CheckpointView;
}

/** What the terminal's adapter brings: the command itself knows no adapter. */
export interface Terminal {
  render(card: Card, look: Look): string[];
  renderComments(timeline: readonly LogView[], look: Look): string[];
  renderList(items: readonly CheckpointView[], now: number, states?: ReadonlyMap<string, string>): string[];
  literal(untrusted: string): string[];
  actedSentence(acted: Acted): string;
  review(bot: Hitl, io: ReviewIo): Promise<number>;
}

interface Look {
  width: number;
  plain: boolean;
  colour: boolean;
}

export interface ReviewIo {
  input: Readable;
  output: Writable;
  /** Line by line even at a terminal. */
  plain: boolean;
  colour: boolean;
  now(): number;
  signal: AbortSignal;
}
