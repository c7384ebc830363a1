/** The environment's part of Discord. The token is never repeated in a sentence. */
import type { DiscordSettings } from "../settings.ts";
import { type Env, isLoopback } from "./environment.ts";
import type { Complain } from "./fault.ts";

export const DISCORD_VARIABLES = [
  "DISCORD_TOKEN",
  "DISCORD_GUILD",
  "DISCORD_CHANNEL",
  "DISCORD_MESSAGE_CONTENT",
  "DISCORD_API_URL",
] as const;

const DISCORD_API = "https://discord.com/api";

/** Undefined where nothing of it is set, or once a fault was told. */
export function readDiscord(env: Env, complain: Complain): DiscordSettings | undefined {
  const set = (name: (typeof DISCORD_VARIABLES)[number]) => env[name]?.trim() || undefined;
  const token = set("DISCORD_TOKEN");
  const guild = set("DISCORD_GUILD");
  const channel = set("DISCORD_CHANNEL");
  const content = set("DISCORD_MESSAGE_CONTENT") ?? "false";
  if (token === undefined) {
    if (guild !== undefined || channel !== undefined)
      complain(
        "DISCORD_TOKEN is not set, but other settings of Discord are: set it to the bot's token, or unset them.",
      );
    return undefined;
  }
  const faults: string[] = [];
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
    faults.push(
      'DISCORD_TOKEN must be the token of the bot, three parts with dots between and without "Bot" before it (Bot, Reset Token).',
    );
  const guilds = [...new Set((guild ?? "").split(",").map((id) => id.trim()))].filter((id) => id !== "");
  if (guilds.some((id) => !isId(id)))
    faults.push(
      "DISCORD_GUILD must be the id of a server, or several with commas between: numbers, copied with Developer Mode on.",
    );
  if (channel !== undefined && !/^(#[^\s#@]{1,100}|@?\d{15,25})$/.test(channel))
    faults.push(
      `DISCORD_CHANNEL must be a conversation like #deploys, 112233445566778899 or @ and a person's id, not "${channel}".`,
    );
  if (content !== "true" && content !== "false")
    faults.push(`DISCORD_MESSAGE_CONTENT must be true or false, not "${content}".`);
  const apiUrl = apiOf(set("DISCORD_API_URL") ?? DISCORD_API);
  if (apiUrl === undefined)
    faults.push(
      "DISCORD_API_URL must be an https address without a version, like https://discord.com/api (http only on this machine).",
    );
  for (const fault of faults) complain(fault);
  if (faults.length > 0 || apiUrl === undefined) return undefined;
  return { token, guilds, apiUrl, content: content === "true", ...(channel === undefined ? {} : { channel }) };
}

function isId(text: string): boolean {
  return /^\d{15,25}$/.test(text);
}

/** The library appends `/v10`. */
function apiOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.search !== "" || url.hash !== "") return undefined;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return /\/v\d+\/*$/.test(url.pathname) ? undefined : url.href.replace(/\/+$/, "");
}
