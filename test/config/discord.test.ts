import { describe, expect, test } from "vitest";
import { readDiscord } from "../../src/config/discord.ts";

const TOKEN = "MTE5.Gh_-1x.abc-def_0";

function read(env: Record<string, string>) {
  const told: string[] = [];
  const settings = readDiscord(env, (sentence) => told.push(sentence));
  return settings ?? told;
}

describe("the settings of Discord", () => {
  test("are absent where none of them is set", () => {
    expect(read({ DISCORD_CHANNEL: "" })).toEqual([]);
  });

  test("are a token and what else is said", () => {
    expect(read({ DISCORD_TOKEN: TOKEN })).toEqual({
      token: TOKEN,
      guilds: [],
      content: false,
      apiUrl: "https://discord.com/api",
    });
    expect(
      read({
        DISCORD_TOKEN: TOKEN,
        DISCORD_GUILD: "112233445566778899, 998877665544332211,112233445566778899",
        DISCORD_CHANNEL: "#deploys",
        DISCORD_MESSAGE_CONTENT: "true",
        DISCORD_API_URL: "http://127.0.0.1:9/api/",
      }),
    ).toEqual({
      token: TOKEN,
      guilds: ["112233445566778899", "998877665544332211"],
      channel: "#deploys",
      content: true,
      apiUrl: "http://127.0.0.1:9/api",
    });
  });

  test.each<[Record<string, string>, string]>([
    [
      { DISCORD_CHANNEL: "#deploys" },
      "DISCORD_TOKEN is not set, but other settings of Discord are: set it to the bot's token, or unset them.",
    ],
    [
      { DISCORD_TOKEN: `Bot ${TOKEN}` },
      'DISCORD_TOKEN must be the token of the bot, three parts with dots between and without "Bot" before it (Bot, Reset Token).',
    ],
    [
      { DISCORD_TOKEN: TOKEN, DISCORD_GUILD: "Home" },
      "DISCORD_GUILD must be the id of a server, or several with commas between: numbers, copied with Developer Mode on.",
    ],
    [
      { DISCORD_TOKEN: TOKEN, DISCORD_CHANNEL: "deploys" },
      'DISCORD_CHANNEL must be a conversation like #deploys, 112233445566778899 or @ and a person\'s id, not "deploys".',
    ],
    [
      { DISCORD_TOKEN: TOKEN, DISCORD_MESSAGE_CONTENT: "yes" },
      'DISCORD_MESSAGE_CONTENT must be true or false, not "yes".',
    ],
    ...["https://discord.com/api/v10", "http://discord.com/api", "nonsense"].map(
      (DISCORD_API_URL): [Record<string, string>, string] => [
        { DISCORD_TOKEN: TOKEN, DISCORD_API_URL },
        "DISCORD_API_URL must be an https address without a version, like https://discord.com/api (http only on this machine).",
      ],
    ),
  ])("say what to change: %o", (env, sentence) => {
    expect(read(env)).toEqual([sentence]);
  });
});
