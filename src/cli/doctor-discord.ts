/**
 * `doctor discord`: the way from the settings of this folder to a team that is asked, looked at from Discord's side.
 * Nothing is posted and no connection is opened; the token is sent to Discord and shown nowhere.
 */
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { DiscordSettings } from "../settings.ts";
import { type Check, good, hint, wrong } from "./check.ts";

/** What the invite link asks for, each with its bit and with what stays undone without it. */
export const PERMISSIONS: Readonly<Record<string, { bit: number; loss: string }>> = {
  "View Channels": { bit: 10, loss: "nothing can be done there" },
  "Send Messages": { bit: 11, loss: "no card can be posted" },
  "Attach Files": { bit: 15, loss: "long content cannot be read as a file" },
  "Read Message History": { bit: 16, loss: "replies are not told from each other, and a card may be posted twice" },
  "Create Public Threads": { bit: 35, loss: "what is said about a card is not kept together" },
  "Send Messages in Threads": { bit: 38, loss: "nothing can be said in a card's thread" },
};

const BITS = Object.values(PERMISSIONS).reduce((sum, { bit }) => sum | (1n << BigInt(bit)), 0n);
const ADMINISTRATOR = 1n << 3n;
/** Message Content, for a verified application and for others. */
const CONTENT_GRANTED = (1 << 18) | (1 << 19);
/** Below this, a few restarts in a row may leave the bot without a connection for the rest of the day. */
const FEW_IDENTIFIES = 50;
const ANSWER_WITHIN = 8_000;

const PUBLIC = hint(
  "public",
  "anybody may invite this bot to a second server, and it would not know which to serve; set DISCORD_GUILD, or switch it off (Bot, Public Bot)",
);

export function inviteLink(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${BITS}`;
}

/** The body, or the status and Discord's own words. */
type Ask = (path: string) => Promise<{ body: Json } | { status: number; words: string }>;

export async function discordChecks(settings: DiscordSettings | undefined, signal: AbortSignal): Promise<Check[]> {
  if (settings === undefined)
    return [wrong("discord", "DISCORD_TOKEN is not set; make an application and see docs/discord.md")];
  const ask = asking(settings, signal);
  try {
    const [me, application, joined, gateway] = await Promise.all(
      ["/users/@me", "/applications/@me", "/users/@me/guilds?limit=200", "/gateway/bot"].map(ask),
    );
    if (!isAnswer(me) || !isAnswer(application))
      return [wrong("token", `Discord says ${said(me)}; reset the token of the bot (Bot, Reset Token) and copy it`)];
    const bot = objectIn(me);
    const own = objectIn(application);
    const { checks, guilds } = serverChecks(settings, listIn(joined), String(own.id));
    return [
      good("token", `is ${String(bot.username ?? "a bot")}, of the application ${String(own.name ?? own.id)}`),
      ...checks,
      ...(await channelChecks(settings, { ask, bot: String(bot.id), guilds })),
      contentCheck(settings, own),
      gatewayCheck(gateway),
      ...(own.bot_public === true && settings.guilds.length === 0 ? [PUBLIC] : []),
    ];
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return [
      wrong("discord", `${settings.apiUrl} does not answer (${why}); look at DISCORD_API_URL and the way out of here`),
    ];
  }
}

function asking({ apiUrl, token }: DiscordSettings, signal: AbortSignal): Ask {
  return async (path) => {
    const response = await fetch(`${apiUrl}/v10${path}`, {
      headers: { authorization: `Bot ${token}` },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]),
    });
    const body = (await response.json().catch(() => null)) as Json;
    if (response.ok) return { body };
    const words = isObject(body) && typeof body.message === "string" ? body.message.slice(0, 100) : "nothing more";
    return { status: response.status, words };
  };
}

function serverChecks(
  { guilds: named }: DiscordSettings,
  joined: readonly JsonObject[],
  application: string,
): { checks: Check[]; guilds: string[] } {
  const link = inviteLink(application);
  const found = joined.filter(({ id }) => named.length === 0 || named.includes(String(id)));
  const missing = named.filter((id) => !joined.some((each) => each.id === id));
  const checks = missing.map((id) =>
    wrong("server", `the bot is not in ${id}, which DISCORD_GUILD names; invite it: ${link}`),
  );
  if (joined.length === 0) return { checks: [wrong("server", `the bot is in none; invite it: ${link}`)], guilds: [] };
  if (named.length === 0 && joined.length > 1) {
    const all = joined.map(({ id, name }) => `${String(id)} (${String(name)})`).join(", ");
    return {
      checks: [wrong("server", `the bot is in several; set DISCORD_GUILD to those of ${all} that it is to serve`)],
      guilds: [],
    };
  }
  const served = found.map(({ name }) => good("server", `the bot is in ${String(name)}`));
  return { checks: [...checks, ...served], guilds: found.map(({ id }) => String(id)) };
}

interface Looking {
  ask: Ask;
  bot: string;
  guilds: readonly string[];
}

async function channelChecks({ channel }: DiscordSettings, { ask, bot, guilds }: Looking): Promise<Check[]> {
  if (channel === undefined)
    return [hint("channel", "DISCORD_CHANNEL is not set: only what names discord:… in its route is asked in Discord")];
  if (channel.startsWith("@")) {
    const found = await Promise.all(guilds.map((guild) => ask(`/guilds/${guild}/members/${channel.slice(1)}`)));
    return found.some(isAnswer)
      ? [good("channel", `${channel} is in the server`)]
      : [wrong("channel", `${channel} is in no server that is served; copy the person's id again`)];
  }
  for (const guild of guilds) {
    const channels = listIn(await ask(`/guilds/${guild}/channels`));
    const match = channels.find(
      ({ id, name, type }) => id === channel || (`#${String(name)}` === channel && (type === 0 || type === 5)),
    );
    if (match !== undefined) return permissionChecks(channel, await permissionsIn(match, guild, { ask, bot }));
  }
  return [wrong("channel", `${channel} is not there, or the bot cannot see it: give it View Channels there`)];
}

function permissionChecks(channel: string, granted: bigint): Check[] {
  const missing = Object.entries(PERMISSIONS).filter(([, { bit }]) => !(granted & (1n << BigInt(bit))));
  if (missing.length === 0) return [good("channel", `the bot may do all that it needs in ${channel}`)];
  return missing.map(([name, { loss }]) =>
    wrong("channel", `${name} is missing in ${channel}, so ${loss}; give it to the bot's role there`),
  );
}

/** Of the roles together, then what the channel says of @everyone, of the roles, and of the bot itself. */
async function permissionsIn(
  channel: JsonObject,
  guild: string,
  { ask, bot }: Omit<Looking, "guilds">,
): Promise<bigint> {
  const [member, roles] = await Promise.all([ask(`/guilds/${guild}/members/${bot}`), ask(`/guilds/${guild}/roles`)]);
  const { roles: held } = objectIn(member);
  const own = [guild, ...(Array.isArray(held) ? held.map(String) : [])];
  const base = listIn(roles)
    .filter(({ id }) => own.includes(String(id)))
    .reduce((sum, { permissions }) => sum | BigInt(String(permissions)), 0n);
  if (base & ADMINISTRATOR) return ~0n;
  const overwrites = Array.isArray(channel.permission_overwrites) ? channel.permission_overwrites.filter(isObject) : [];
  return [[guild], own.slice(1), [bot]].reduce((sum, ids) => {
    const of = overwrites.filter(({ id }) => ids.includes(String(id)));
    const bits = (side: "allow" | "deny") => of.reduce((all, each) => all | BigInt(String(each[side] ?? 0)), 0n);
    return (sum & ~bits("deny")) | bits("allow");
  }, base);
}

function contentCheck({ content }: DiscordSettings, { flags }: JsonObject): Check {
  const granted = (Number(flags ?? 0) & CONTENT_GRANTED) !== 0;
  if (!content)
    return hint(
      "replies",
      "count where they mention the bot or reply to it; DISCORD_MESSAGE_CONTENT=true hears all in a card's thread",
    );
  return granted
    ? good("replies", "all in a card's thread are heard")
    : wrong(
        "replies",
        "DISCORD_MESSAGE_CONTENT is set, but the intent is off; switch it on (Bot, Message Content Intent)",
      );
}

function gatewayCheck(answer: Awaited<ReturnType<Ask>> | undefined): Check {
  const { session_start_limit: limit } = objectIn(answer);
  if (!isAnswer(answer) || !isObject(limit))
    return wrong("gateway", `Discord says ${said(answer)}; try again in a while`);
  const left = Number(limit.remaining);
  return left >= FEW_IDENTIFIES
    ? good("gateway", `Discord takes ${left} more connections today`)
    : wrong("gateway", `Discord takes only ${left} more connections today; find out what restarts the bot so often`);
}

function isAnswer(answer: Awaited<ReturnType<Ask>> | undefined): answer is { body: Json } {
  return answer !== undefined && "body" in answer;
}

function objectIn(answer: Awaited<ReturnType<Ask>> | undefined): JsonObject {
  return isAnswer(answer) && isObject(answer.body) ? answer.body : {};
}

function listIn(answer: Awaited<ReturnType<Ask>> | undefined): JsonObject[] {
  return isAnswer(answer) && Array.isArray(answer.body) ? answer.body.filter(isObject) : [];
}

function said(answer: Awaited<ReturnType<Ask>> | undefined): string {
  if (answer === undefined || isAnswer(answer)) return "nothing that is understood here";
  return answer.words.startsWith(`${answer.status}`) ? answer.words : `${answer.status}, ${answer.words}`;
}
