/** Discord's own specification, where DISCORD_OPENAPI names it: this is the one check that may be absent, and says so. */
import { Routes } from "discord.js";
import { expect, test } from "vitest";
import { bot } from "./bot.ts";
import { misfits, type Schema } from "./schema.ts";

const file = process.env.DISCORD_OPENAPI;

test("the specification is held against what is sent and what is answered", async (context) => {
  if (file === undefined) {
    const word = "DISCORD_OPENAPI names no file: nothing is held against Discord's specification";
    console.info(word);
    return context.skip(word);
  }
  const { discord, client } = await bot();
  const alice = discord.user("Alice");
  const guild = discord.home.id;
  const post = (body: object) => client.rest.post(Routes.channelMessages(discord.general.id), { body });
  const first = (await post({ content: "one" })) as { id: string };
  await post({ content: "two", message_reference: { message_id: first.id } });
  for (const path of [
    Routes.channel(discord.general.id),
    Routes.channelMessages(discord.general.id),
    Routes.channel(discord.dm(alice).id),
    Routes.user("@me"),
    Routes.user(alice.id),
    Routes.guild(guild),
    Routes.guildRoles(guild),
    Routes.guildMember(guild, alice.id),
    Routes.guildChannels(guild),
    Routes.guildActiveThreads(guild),
    "/users/@me/guilds" as const,
    "/applications/@me" as const,
    "/gateway/bot" as const,
  ])
    await client.rest.get(path);
  expect(discord.breaches).toEqual([]);
  await expect(post({ content: "three", tts: "yes" })).rejects.toMatchObject({ code: 50035 });
  expect(discord.breaches).toEqual([
    `POST /channels/${discord.general.id}/messages was sent /tts is "yes", not boolean,null`,
  ]);
});

test("a value that does not fit a schema is told with its place", () => {
  const button: Schema = {
    type: "object",
    properties: { type: { enum: [2] }, label: { type: ["string", "null"], maxLength: 3 } },
    required: ["type"],
  };
  const text: Schema = {
    type: "object",
    properties: { type: { enum: [10] }, content: { type: "string" } },
    required: ["type", "content"],
  };
  const schemas: Record<string, Schema> = { button, text };
  const list: Schema = { type: "array", items: { oneOf: [{ $ref: "button" }, { $ref: "text" }] }, maxItems: 3 };
  const wrong = (value: unknown) => misfits(list, value, (ref) => schemas[ref] ?? {});
  expect(wrong([{ type: 2 }, { type: 10, content: "x" }, { type: 2, label: null }])).toEqual([]);
  expect(wrong([{ type: 2, label: "long" }])).toEqual(["/0/label is longer than 3"]);
  expect(wrong([{ type: 10 }])).toEqual(["/0/type is not one of [2]"]);
  expect(wrong("x")).toEqual(['/ is "x", not array']);
  expect(misfits({ oneOf: [{ type: "string" }, { minLength: 1 }] }, "x", () => ({}))).toEqual([
    "/ fits 2 branches of a oneOf",
  ]);
});
