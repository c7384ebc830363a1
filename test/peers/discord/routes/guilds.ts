/** Guilds with their members and roles; people; the application and the bot itself; DMs. */
import { checks, fail, formInvalid } from "../limits/problems.ts";
import { CHANNEL, INTENT } from "../numbers.ts";
import { channelJson, guildJson, isThread, threadMember } from "../places.ts";
import type { Call } from "../request.ts";
import type { Answer } from "../wire.ts";
import type { Channel, Guild, World } from "../world.ts";
import { ok, type Route } from "./reach.ts";

export const guildRoutes: Route[] = [
  ["GET /users/@me", (world) => ok({ ...world.bot, mfa_enabled: true, locale: "en-US", verified: true, email: null })],
  ["GET /users/:user", (world, call) => orFail(world.users.get(call.params.user ?? ""), 10013)],
  ["GET /applications/@me", (world) => ok(application(world))],
  ["GET /oauth2/applications/@me", (world) => ok(application(world))],
  ["GET /users/@me/guilds", (world) => ok(mine(world).map(({ id, name, owner }) => brief(world, id, name, owner)))],
  ["POST /users/@me/channels", (world, call) => dmRoute(world, call)],
  ["GET /guilds/:guild", (world, call) => joined(world, call, (guild) => ok(guildJson(guild)))],
  ["GET /guilds/:guild/roles", (world, call) => joined(world, call, (guild) => ok([...guild.roles.values()]))],
  [
    "GET /guilds/:guild/roles/:role",
    (world, call) => joined(world, call, (guild) => orFail(guild.roles.get(call.params.role ?? ""), 10011)),
  ],
  ["GET /guilds/:guild/channels", (world, call) => joined(world, call, (guild) => ok(places(world, guild, false)))],
  ["GET /guilds/:guild/threads/active", (world, call) => joined(world, call, (guild) => ok(threads(world, guild)))],
  ["GET /guilds/:guild/members", (world, call) => joined(world, call, (guild) => members(world, guild, call))],
  ["GET /guilds/:guild/members/search", (world, call) => joined(world, call, (guild) => search(guild, call))],
  [
    "GET /guilds/:guild/members/:user",
    (world, call) => joined(world, call, (guild) => orFail(guild.members.get(self(world, call)), 10007)),
  ],
];

function orFail(found: unknown, code: 10007 | 10011 | 10013): Answer {
  return found === undefined ? fail(code) : ok(found);
}

function self(world: World, call: Call): string {
  const id = call.params.user ?? "";
  return id === "@me" ? world.bot.id : id;
}

function mine(world: World): Guild[] {
  return [...world.guilds.values()].filter((guild) => guild.members.has(world.bot.id));
}

/** A guild that the bot is not in does not exist for it. */
function joined(world: World, call: Call, then: (guild: Guild) => Answer): Answer {
  const guild = world.guilds.get(call.params.guild ?? "");
  return guild?.members.has(world.bot.id) ? then(guild) : fail(10004);
}

function brief(world: World, id: string, name: string, owner: string): Record<string, unknown> {
  return { id, name, icon: null, banner: null, owner: owner === world.bot.id, permissions: "0", features: [] };
}

function places(world: World, guild: Guild, asThreads: boolean): unknown[] {
  return [...world.channels.values()]
    .filter((each) => each.guild === guild.id && isThread(each) === asThreads)
    .map((each) => channelJson(world, each));
}

function threads(world: World, guild: Guild): Record<string, unknown> {
  const own = [...world.channels.values()].filter((each) => each.guild === guild.id && each.joined.has(world.bot.id));
  const members = own.map((each) => threadMember(each, world.bot.id));
  return { threads: places(world, guild, true), members, has_more: false };
}

function members(world: World, guild: Guild, call: Call): Answer {
  if (!(world.application.privileged & INTENT.members)) return fail(50001);
  const check = checks();
  const limit = Number(call.query.get("limit") ?? 1);
  if (!check.whole(limit, ["limit"], 1, 1000)) return formInvalid(check.problems);
  const after = BigInt(call.query.get("after") ?? 0);
  const sorted = [...guild.members.values()].sort((a, b) => (BigInt(a.user.id) < BigInt(b.user.id) ? -1 : 1));
  return ok(sorted.filter(({ user }) => BigInt(user.id) > after).slice(0, limit));
}

function search(guild: Guild, call: Call): Answer {
  const query = (call.query.get("query") ?? "").toLowerCase();
  const hits = [...guild.members.values()].filter(({ user, nick }) =>
    [user.username, user.global_name, nick ?? ""].some((name) => name.toLowerCase().startsWith(query)),
  );
  return ok(hits.slice(0, Number(call.query.get("limit") ?? 1)));
}

function application(world: World): Record<string, unknown> {
  return {
    id: world.application.id,
    name: world.application.name,
    icon: null,
    description: "",
    type: null,
    bot: world.bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: world.application.flags,
    flags_new: String(world.application.flags),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: world.bot,
    approximate_guild_count: mine(world).length,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
    summary: "",
  };
}

function dmRoute(world: World, call: Call): Answer {
  const wanted = world.users.get(String(call.fields.recipient_id));
  if (wanted === undefined) return fail(10013);
  if (wanted.bot) return fail(50007);
  return ok(channelJson(world, dmWith(world, wanted.id)));
}

export function dmWith(world: World, recipient: string): Channel {
  const known = [...world.channels.values()].find((each) => each.recipient === recipient);
  if (known !== undefined) return known;
  const channel: Channel = {
    id: world.id(),
    type: CHANNEL.dm,
    name: "",
    recipient,
    overwrites: [],
    archived: false,
    locked: false,
    joined: new Set(),
    created: world.now(),
    last: null,
  };
  world.channels.set(channel.id, channel);
  // Bots hear of a new DM by its first message only.
  world.changed();
  return channel;
}
