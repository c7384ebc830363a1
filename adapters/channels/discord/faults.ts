/** How Discord's refusals are told apart: for good, for now, or perhaps carried out all the same. */
import { NotYet } from "../../../src/ports.ts";

/** Discord refused, or did not answer. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** Of the HTTP answer; 0: none came. */
  readonly status: number;
  /** Discord's own number, 0 where it gave none. */
  readonly code: number;

  constructor(what: string, status: number, code: number) {
    super(status === 0 ? `${what}: no answer` : `${what}: HTTP ${status}, code ${code}`);
    this.status = status;
    this.code = code;
  }
}

export { NotYet };

export function codeOf(error: unknown): number {
  return error instanceof Refused ? error.code : -1;
}

/** Whether the request may have been carried out although it failed. */
export function isAmbiguous(error: unknown): boolean {
  return error instanceof Refused && (error.status === 0 || error.status >= 500);
}

/** Whether an interaction was answered already, or not in time. */
export function isTooLate(error: unknown): boolean {
  return [10_062, 40_060, 50_027].includes(codeOf(error));
}

/** Our own, beside Discord's: the channel is none of the connected servers'. */
export const FOREIGN = -2;
/** And which server is served cannot be told. */
export const UNCLEAR = { none: -3, several: -4 } as const;

/** No later try would get there, until somebody changes something. */
const FOR_GOOD: ReadonlyMap<number, string> = new Map([
  [FOREIGN, "this channel is in none of the servers that DISCORD_GUILD names; a direct message is written @ID"],
  [UNCLEAR.none, "the bot is in no server yet: invite it with the link that `hitl doctor discord` shows"],
  [UNCLEAR.several, "the bot is in several servers: name the one, or those, that it is to serve in DISCORD_GUILD"],
  [10_003, "there is no such channel, or the bot cannot see it: correct the route"],
  [10_004, "the bot is not in this server: invite it again"],
  [10_007, "this person is not in the server"],
  [10_008, "the message was deleted"],
  [10_013, "there is no such person"],
  [20_022, "Discord does not let this message be changed any more"],
  [40_001, "Discord does not take the bot token: check DISCORD_TOKEN"],
  [50_001, "the bot cannot see this channel: give it View Channel there"],
  [50_005, "the message was posted by another bot: was DISCORD_TOKEN changed?"],
  [50_007, "this person takes no direct messages from the bot"],
  [50_008, "nothing can be posted in this kind of channel"],
  [50_013, "the bot lacks a permission there: give it Send Messages and the others of the invite link"],
  [50_024, "nothing can be posted in this kind of channel"],
  [50_035, "Discord does not take the message's parts"],
  [50_083, "the thread is closed: open it again"],
  [50_278, "the bot shares no server with this person any more"],
]);

/** Why it will never get there; undefined: it may, later. */
export function forGood(error: unknown): string | undefined {
  if (!(error instanceof Refused)) return undefined;
  if (error.status === 401) return "Discord does not take the bot token: check DISCORD_TOKEN";
  const known = FOR_GOOD.get(error.code);
  if (known !== undefined) return error.code < 0 ? known : `${error.code}: ${known}`;
  return [403, 404].includes(error.status) ? `Discord refuses it for good: ${error.message}` : undefined;
}
