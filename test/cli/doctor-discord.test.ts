import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { discordChecks, inviteLink, PERMISSIONS } from "../../src/cli/doctor-discord.ts";
import { DISCORD_VARIABLES, readDiscord } from "../../src/config/discord.ts";
import { type Discord, fakeDiscord, type Settings } from "../peers/discord/index.ts";
import { PERMISSION } from "../peers/discord/numbers.ts";

async function peer(settings: Settings = {}): Promise<Discord> {
  const discord = await fakeDiscord(settings);
  onTestFinished(() => discord.close());
  discord.channel("deploys");
  return discord;
}

async function told(discord: Discord, over: Record<string, string> = {}): Promise<string[]> {
  const env = {
    DISCORD_TOKEN: discord.token,
    DISCORD_CHANNEL: "#deploys",
    DISCORD_API_URL: discord.api,
    ...over,
  };
  const checks = await discordChecks(
    readDiscord(env, () => {}),
    new AbortController().signal,
  );
  return checks.map(({ ok, name, text }) => `${ok === null ? "·" : ok ? "✓" : "✗"} ${name}: ${text}`);
}

test("finds everything well, opens no connection and posts nothing", async () => {
  const discord = await peer();
  expect(await told(discord)).toEqual([
    "✓ token: is hitl_bot, of the application hitl-bot",
    "✓ server: the bot is in Home",
    "✓ channel: the bot may do all that it needs in #deploys",
    "· replies: count where they mention the bot or reply to it; DISCORD_MESSAGE_CONTENT=true hears all in a card's thread",
    "✓ gateway: Discord takes 1000 more connections today",
    "· public: anybody may invite this bot to a second server, and it would not know which to serve; set DISCORD_GUILD, or switch it off (Bot, Public Bot)",
  ]);
  expect([discord.identifies.length, discord.requests.filter(({ method }) => method !== "GET")]).toEqual([0, []]);
});

test("does not mind being public where the servers are named", async () => {
  const discord = await peer();
  expect((await told(discord, { DISCORD_GUILD: discord.home.id })).some((line) => line.includes("public"))).toBe(false);
});

test("says what to do about the token, the server and the channel", async () => {
  const discord = await peer();
  expect(await told(discord, { DISCORD_TOKEN: "not.the.token" })).toEqual([
    "✗ token: Discord says 401: Unauthorized; reset the token of the bot (Bot, Reset Token) and copy it",
  ]);
  expect(await told(discord, { DISCORD_CHANNEL: "#nowhere" })).toContain(
    "✗ channel: #nowhere is not there, or the bot cannot see it: give it View Channels there",
  );
  expect(await told(discord, { DISCORD_GUILD: "999999999999999999" })).toContain(
    `✗ server: the bot is not in 999999999999999999, which DISCORD_GUILD names; invite it: ${inviteLink(discord.application)}`,
  );
  const { id } = discord.guild("Other");
  expect((await told(discord)).find((line) => line.includes("server"))).toBe(
    `✗ server: the bot is in several; set DISCORD_GUILD to those of ${discord.home.id} (Home), ${id} (Other) that it is to serve`,
  );
  discord.kick();
  discord.kick(id);
  expect(await told(discord)).toContain(`✗ server: the bot is in none; invite it: ${inviteLink(discord.application)}`);
});

test("names each permission that is missing in the channel, and what is lost with it", async () => {
  const discord = await peer();
  const deploys = discord.channel("secret");
  for (const name of ["sendMessages", "createPublicThreads"] as const) discord.forbid(deploys, name);
  expect((await told(discord, { DISCORD_CHANNEL: "#secret" })).filter((line) => line.includes("channel:"))).toEqual([
    "✗ channel: Send Messages is missing in #secret, so no card can be posted; give it to the bot's role there",
    "✗ channel: Create Public Threads is missing in #secret, so what is said about a card is not kept together; give it to the bot's role there",
  ]);
});

test("knows whether people can be asked in direct messages, and whether what they write is heard", async () => {
  const discord = await peer({ privileged: ["messageContent"], budget: 10 });
  const bob = discord.user("Bob");
  const lines = await told(discord, { DISCORD_CHANNEL: `@${bob.id}`, DISCORD_MESSAGE_CONTENT: "true" });
  expect(lines).toContain(`✓ channel: @${bob.id} is in the server`);
  expect(lines).toContain("✓ replies: all in a card's thread are heard");
  expect(lines).toContain(
    "✗ gateway: Discord takes only 10 more connections today; find out what restarts the bot so often",
  );
  const deaf = await told(await peer(), { DISCORD_MESSAGE_CONTENT: "true" });
  expect(deaf.find((line) => line.includes("replies"))).toMatch(/^✗ replies: .* the intent is off/);
});

test("says that nothing answers, and that nothing is set", async () => {
  const nothing = await discordChecks(undefined, new AbortController().signal);
  expect(nothing.map(({ ok }) => ok)).toEqual([false]);
  const discord = await fakeDiscord();
  await discord.close();
  expect((await told(discord))[0]).toMatch(/^✗ discord: http.* does not answer/);
});

test("the invite link asks for the permissions that docs/discord.md justifies, one by one", () => {
  const page = readFileSync(new URL("../../docs/discord.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| \*\*(.+?)\*\* \| .+ \|$/gm)].map(([, name]) => name);
  expect(rows).toEqual(Object.keys(PERMISSIONS));
  const asked = new URL(inviteLink("1")).searchParams;
  const { viewChannel, sendMessages, attachFiles, readHistory, createPublicThreads, sendInThreads } = PERMISSION;
  expect(asked.get("permissions")).toBe(
    (viewChannel | sendMessages | attachFiles | readHistory | createPublicThreads | sendInThreads).toString(),
  );
  expect(page).toContain(inviteLink("YOUR-APPLICATION-ID"));
});

test("docs/discord.md lists every variable", () => {
  const page = readFileSync(new URL("../../docs/discord.md", import.meta.url), "utf8");
  for (const name of DISCORD_VARIABLES) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
});
