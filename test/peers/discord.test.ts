/** The fake Discord under the real discord.js: what the library sends is understood, what it reads is complete. */
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  ContainerBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  type Message,
  MessageFlags,
  ModalBuilder,
  RadioGroupBuilder,
  StringSelectMenuBuilder,
  type TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { describe, expect, test } from "vitest";
import { bot } from "./discord/bot.ts";
import { buttonsOf, customIdOf, type Discord } from "./discord/index.ts";

const quiet = { parse: [] };

function card(text = "Deploy api v2?", disabled = false) {
  const approve = new ButtonBuilder().setCustomId("h1.p.1").setLabel("Approve").setStyle(ButtonStyle.Success);
  const reject = new ButtonBuilder().setCustomId("h1.r.1").setLabel("Reject").setStyle(ButtonStyle.Danger);
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(approve.setDisabled(disabled), reject);
  const box = new ContainerBuilder()
    .addTextDisplayComponents(new TextDisplayBuilder().setContent(text))
    .addActionRowComponents(row);
  return { components: [box], flags: MessageFlags.IsComponentsV2 as const, allowedMentions: quiet };
}

const option = (label: string) => ({ label, value: label.toLowerCase() });

async function place({ client }: { client: { channels: { fetch(id: string): Promise<unknown> } } }, discord: Discord) {
  return (await client.channels.fetch(discord.general.id)) as TextChannel;
}

function fields() {
  const risk = new RadioGroupBuilder()
    .setCustomId("risk")
    .addOptions({ label: "Low", value: "low" }, { label: "High", value: "high" });
  const why = new TextInputBuilder().setCustomId("why").setStyle(TextInputStyle.Paragraph).setMaxLength(200);
  return new ModalBuilder()
    .setCustomId("form.1")
    .setTitle("Revise")
    .addLabelComponents(
      new LabelBuilder().setLabel("Risk").setRadioGroupComponent(risk),
      new LabelBuilder().setLabel("Why").setTextInputComponent(why),
    );
}

describe("a press", () => {
  test("travels from a button through a modal to an ephemeral answer", async () => {
    const answer = async (interaction: Interaction) => {
      if (interaction.isButton()) await interaction.showModal(fields());
      if (!interaction.isModalSubmit()) return;
      const said = `${interaction.fields.getRadioGroup("risk")}: ${interaction.fields.getTextInputValue("why")}`;
      await interaction.reply({ content: said, flags: MessageFlags.Ephemeral, allowedMentions: quiet });
    };
    const { discord, errors, ...rest } = await bot(answer);
    const alice = discord.user("Alice");
    const bob = discord.user("Bob");
    const channel = await place(rest, discord);
    const message = await channel.send(card());

    const press = await discord.click(alice, message, "Approve");
    expect(press).toMatchObject({ answer: "modal", user: alice.id, modal: { title: "Revise", custom_id: "form.1" } });
    if (press.modal === null) throw new Error("no form");
    await expect(discord.submit(alice, press.modal, { Risk: "Low" })).rejects.toThrow('"Why" must be filled in');
    await expect(discord.submit(alice, press.modal, { Risk: "Sky" })).rejects.toThrow(
      '"Risk" has no option "Sky", only "Low", "High"',
    );
    await expect(discord.submit(bob, press.modal, {})).rejects.toThrow("Bob has no such form open");
    const sent = await discord.submit(alice, press.modal, { Risk: "High", Why: "@everyone look" });
    expect([sent.answer, sent.text()]).toEqual(["message", "high: @everyone look"]);
    expect(discord.ephemerals(alice).map(({ text }) => text)).toEqual(["high: @everyone look"]);
    expect(discord.ephemerals(bob)).toEqual([]);
    expect(discord.messages(discord.general)).toHaveLength(1);
    await expect(discord.submit(alice, press.modal, { Risk: "Low", Why: "again" })).rejects.toThrow("no such form");
    expect(discord.acks.map(({ callback, user }) => [callback, user])).toEqual([
      [9, alice.id],
      [4, alice.id],
    ]);
    expect([discord.pings, discord.unguarded, discord.breaches, errors]).toEqual([[], [], [], []]);
  });

  test("fills every control of a modal so that the library reads it back", async () => {
    const modal = {
      custom_id: "all",
      title: "All",
      components: [
        { type: 10, content: "Read **this**" },
        {
          type: 18,
          label: "Colours",
          component: { type: 22, custom_id: "colours", options: [option("Red"), option("Blue")] },
        },
        { type: 18, label: "Sure", component: { type: 23, custom_id: "sure" } },
        {
          type: 18,
          label: "Size",
          component: { type: 3, custom_id: "size", required: false, options: [option("S"), option("L")] },
        },
        { type: 18, label: "Who", component: { type: 5, custom_id: "who" } },
      ],
    };
    const read: unknown[] = [];
    const { discord, errors, ...rest } = await bot(async (interaction) => {
      const callback =
        `/interactions/${interaction.id}/${"token" in interaction ? interaction.token : ""}/callback` as const;
      if (interaction.isButton())
        await interaction.client.rest.post(callback, { auth: false, body: { type: 9, data: modal } });
      if (!interaction.isModalSubmit()) return;
      const { fields } = interaction;
      read.push(fields.getCheckboxGroup("colours"), fields.getCheckbox("sure"), fields.getStringSelectValues("size"));
      read.push(
        fields.getSelectedUsers("who")?.map(({ username }) => username),
        interaction.isFromMessage(),
      );
      const { resource } = await interaction.reply({ content: "taken", allowedMentions: quiet, withResponse: true });
      read.push(resource?.message?.content);
    });
    const alice = discord.user("Alice");
    const bob = discord.user("Bob");
    const message = await (await place(rest, discord)).send(card());
    const { modal: opened } = await discord.click(alice, message, "Approve");
    if (opened === null) throw new Error("no form");
    await expect(discord.submit(alice, opened, { Colours: ["Red"], Sise: "L" })).rejects.toThrow('has no "Sise"');
    await discord.submit(alice, opened, { Colours: ["Red", "Blue"], Sure: true, Who: bob.id });
    await discord.until(() => read.length === 6);
    expect(read).toEqual([["red", "blue"], true, [], ["bob"], true, "taken"]);
    expect([errors, discord.breaches]).toEqual([[], []]);
  });

  test("in a DM comes from the person alone, and a deferred answer is filled by the first follow-up", async () => {
    const { discord, client } = await bot(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.followUp(`${interaction.user.username} in a guild: ${interaction.inGuild()}`);
    });
    const alice = discord.user("Alice");
    const message = await client.users.send(alice.id, card());
    const press = await discord.click(alice, message, "Approve");
    await press.says("alice in a guild: false");
    expect(press.messages()).toMatchObject([{ ephemeral: true }]);
    expect(discord.unguarded.map(({ by }) => by)).toEqual(["edit"]);
    expect((await discord.shows(discord.dm(alice), "Deploy")).id).toBe(message.id);
  });

  test("is refused where the message as it is now has no such button", async () => {
    const { discord, ...rest } = await bot(async (interaction) => interaction.isButton() && interaction.deferUpdate());
    const alice = discord.user("Alice");
    const message = await (await place(rest, discord)).send(card());
    await expect(discord.click(alice, message, "Ship it")).rejects.toThrow(
      'no button "Ship it", only "Approve", "Reject"',
    );
    await message.edit(card("Deploy api v2?", true));
    await expect(discord.click(alice, message, "Approve")).rejects.toThrow('"Approve" is disabled');
    const shown = discord.message(message);
    expect(shown && [buttonsOf(shown), customIdOf(shown, "Approve")]).toEqual([["Reject"], "h1.p.1"]);
    const forged = await discord.forge(alice, message, "h1.p.of-another-card");
    expect(forged.answer).toBe("deferred-update");
    const stranger = discord.user("Mallory", { guilds: [] });
    await expect(discord.click(stranger, message, "Reject")).rejects.toThrow("Mallory cannot see that message");
    await message.delete();
    await expect(discord.click(alice, message, "Reject")).rejects.toThrow("no message");
  });

  test("is acknowledged once: the second answer is 40060", async () => {
    const codes: unknown[] = [];
    const { discord, ...rest } = await bot(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.reply({ content: "one", flags: MessageFlags.Ephemeral });
      const again = { body: { type: 6 } };
      await interaction.client.rest
        .post(`/interactions/${interaction.id}/${interaction.token}/callback`, again)
        .catch((error) => codes.push(error.code));
    });
    const message = await (await place(rest, discord)).send(card());
    await discord.click(discord.user("Alice"), message, "Approve");
    await discord.until(() => codes.length === 1);
    expect(codes).toEqual([40060]);
  });

  test("fails for the person after three seconds, and for the bot with 10062", async () => {
    const codes: unknown[] = [];
    const { discord, ...rest } = await bot(async (interaction) => {
      if (!interaction.isButton()) return;
      discord.pass(3_100);
      await interaction.deferReply().catch((error) => codes.push(error.code));
    });
    const message = await (await place(rest, discord)).send(card());
    const press = await discord.click(discord.user("Alice"), message, "Approve");
    expect([press.answer, press.latency]).toEqual(["failed", null]);
    await discord.until(() => codes.length === 1);
    expect(codes).toEqual([10062]);
  });

  test("may be answered, followed up and edited for fifteen minutes and no longer", async () => {
    let late: unknown;
    const { discord, ...rest } = await bot(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply("first");
      const second = await interaction.followUp({ content: "second", flags: MessageFlags.Ephemeral });
      await interaction.webhook.editMessage(second.id, "second, mended");
      await interaction.deleteReply();
      discord.pass(15 * 60_000);
      late = await interaction.followUp("third").catch((error) => error.code);
    });
    const alice = discord.user("Alice");
    const message = await (await place(rest, discord)).send(card());
    const press = await discord.click(alice, message, "Approve");
    expect(press.answer).toBe("deferred");
    await press.says("second, mended");
    await discord.until(() => late);
    expect(late).toBe(50027);
    expect(press.messages().map(({ text, ephemeral }) => [text, ephemeral])).toEqual([["second, mended", true]]);
    expect(discord.requests.map(({ route }) => route)).toContain(
      "PATCH /webhooks/:application/:token/messages/:message",
    );
    expect(discord.breaches).toEqual([]);
  });

  test("can change its own message, and choose from a menu", async () => {
    const codes: unknown[] = [];
    const { discord, ...rest } = await bot(async (interaction) => {
      if (!interaction.isStringSelectMenu()) return;
      await interaction
        .update({ content: `@everyone wants ${interaction.values}` })
        .catch((error) => codes.push(error.code));
      await interaction.update({ content: `wants ${interaction.values}`, components: [], allowedMentions: quiet });
    });
    const alice = discord.user("Alice");
    const options = [
      { label: "Red", value: "r" },
      { label: "Blue", value: "b" },
    ];
    const menu = new StringSelectMenuBuilder().setCustomId("pick").setPlaceholder("Colour").addOptions(options);
    const row = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu);
    const message = await (await place(rest, discord)).send({ content: "Which?", components: [row] });
    await expect(discord.select(alice, message, "Green")).rejects.toThrow(
      '"Colour" has no option "Green", only "Red", "Blue"',
    );
    discord.faults.refuses("POST /interactions/:interaction/:token/callback", 50035, "Invalid Form Body", 400);
    expect((await discord.select(alice, message, "Blue")).answer).toBe("update");
    expect([discord.message(message)?.text, codes]).toEqual(["wants b", [50035]]);
  });
});

describe("messages", () => {
  test("are edited by REST, read back and deleted", async () => {
    const { discord, ...rest } = await bot();
    const channel = await place(rest, discord);
    const message = await channel.send(card());
    await message.edit({ components: card("Approved by Alice").components, allowedMentions: quiet });
    expect(discord.messages(discord.general).map(({ text }) => text)).toEqual(["Approved by Alice"]);
    expect((await channel.messages.fetch({ message: message.id, force: true })).editedAt).toBeInstanceOf(Date);
    await expect(message.edit({ content: "plain", flags: [] })).rejects.toMatchObject({ code: 50035 });
    await message.delete();
    await expect(message.edit(card())).rejects.toMatchObject({ code: 10008, status: 404 });
    expect(discord.breaches).toEqual([]);
  });

  test("with the same enforced nonce are one message", async () => {
    const { discord, ...rest } = await bot();
    const channel = await place(rest, discord);
    const first = await channel.send({ ...card(), nonce: "c1", enforceNonce: true });
    const second = await channel.send({ ...card(), nonce: "c1", enforceNonce: true });
    expect(second.id).toBe(first.id);
    expect(discord.messages(discord.general)).toHaveLength(1);
    discord.pass(6 * 60_000);
    expect((await channel.send({ ...card(), nonce: "c1", enforceNonce: true })).id).not.toBe(first.id);
  });

  test("ring whomever allowed_mentions does not exclude, on a create and on an edit", async () => {
    const { discord, ...rest } = await bot();
    const alice = discord.user("Alice");
    const oncall = discord.role("oncall", { members: [alice] });
    const channel = await place(rest, discord);
    const text = `@everyone <@${alice.id}> <@&${oncall.id}> \`@here\``;
    const message = await channel.send({ content: text, allowedMentions: quiet });
    expect(discord.pings).toEqual([]);
    await message.edit({ content: text });
    await message.edit({ content: text, allowedMentions: { users: [alice.id] } });
    const rung = { message: message.id, channel: discord.general.id, by: "edit", replied: false };
    expect(discord.pings).toEqual([
      { ...rung, everyone: true, users: [alice.id], roles: [oncall.id] },
      { ...rung, everyone: false, users: [alice.id], roles: [] },
    ]);
    expect(discord.unguarded).toEqual([
      { by: "edit", message: message.id },
      { by: "edit", message: message.id },
    ]);
  });

  test("carry files and live in threads", async () => {
    const { discord, ...rest } = await bot();
    const channel = await place(rest, discord);
    const message = await channel.send({
      content: "all of it",
      files: [{ attachment: Buffer.from("41,338 characters"), name: "plan.txt" }],
    });
    const [attachment] = discord.message(message)?.attachments ?? [];
    expect([attachment?.filename, attachment?.size]).toEqual(["plan.txt", 17]);
    expect(await (await fetch(attachment?.url ?? "")).text()).toBe("41,338 characters");
    const thread = await message.startThread({ name: "Deploy api v2" });
    await thread.send("round 2");
    expect(discord.threads(discord.general).map(({ id, name }) => [id, name])).toEqual([[message.id, "Deploy api v2"]]);
    expect(discord.messages(thread).map(({ text }) => text)).toEqual(["round 2"]);
    const again = { body: { name: "again" } };
    await expect(
      rest.client.rest.post(`/channels/${channel.id}/messages/${message.id}/threads`, again),
    ).rejects.toMatchObject({ code: 160004 });
    discord.archive(thread, true);
    await expect(thread.send("late")).rejects.toMatchObject({ code: 50083 });
    expect(discord.breaches).toEqual([]);
  });

  test("of people reach a bot without the privileged intent only where they mention or answer it", async () => {
    const { discord, client } = await bot();
    const heard: string[] = [];
    const webhooks: boolean[] = [];
    client.on(Events.MessageCreate, (message: Message) => {
      heard.push(`${message.author.username}:${message.content}`);
      webhooks.push(message.webhookId !== null);
    });
    const alice = discord.user("Alice");
    const own = await (await place({ client }, discord)).send("a card");
    discord.say(alice, discord.general, "secret");
    discord.say(alice, discord.general, `<@${discord.bot.id}> approve`);
    discord.reply(alice, own, "reject: no");
    discord.reply(alice, own, "hush", { ping: false });
    discord.say(alice, discord.dm(alice), "in private");
    discord.webhook(discord.general, "Alice", `<@${discord.bot.id}> proceed`);
    await discord.until(() => heard.length === 7);
    expect(webhooks).toEqual([false, false, false, false, false, false, true]);
    expect(heard).toEqual([
      "hitl_bot:a card",
      "alice:",
      `alice:<@${discord.bot.id}> approve`,
      "alice:reject: no",
      "alice:",
      "alice:in private",
      `alice:<@${discord.bot.id}> proceed`,
    ]);
  });
});

describe("commands", () => {
  const hitl = {
    name: "hitl",
    description: "Approvals",
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand as const,
        name: "pending",
        description: "What waits",
        options: [{ type: ApplicationCommandOptionType.String as const, name: "kind", description: "Only these" }],
      },
      { type: ApplicationCommandOptionType.Subcommand as const, name: "whoami", description: "Your ids" },
    ],
  };
  const answer = async (interaction: Interaction) => {
    const command = interaction as ChatInputCommandInteraction;
    const said = `${command.options.getSubcommand()} ${command.options.getString("kind")} ${command.inGuild()}`;
    await command.reply({ content: said, flags: MessageFlags.Ephemeral });
  };

  test("are registered for one guild and answered there only", async () => {
    const { discord, client } = await bot(answer);
    const alice = discord.user("Alice");
    await client.application.commands.set([hitl], discord.home.id);
    expect(discord.commands(discord.home).map(({ name }) => name)).toEqual(["hitl"]);
    expect((await discord.slash(alice, discord.general, "/hitl pending tool")).text()).toBe("pending tool true");
    expect((await discord.slash(alice, discord.general, "/hitl pending kind:phase")).text()).toBe("pending phase true");
    await expect(discord.slash(alice, discord.general, "/hitl nothing")).rejects.toThrow(
      '/hitl has no "nothing", only pending, whoami',
    );
    await expect(discord.slash(alice, discord.dm(alice), "/hitl whoami")).rejects.toThrow("offers no /hitl here");
    expect(discord.breaches).toEqual([]);
  });

  test("are registered globally and answered in a DM", async () => {
    const { discord, client } = await bot(answer);
    const alice = discord.user("Alice");
    await client.application.commands.set([hitl]);
    expect((await discord.slash(alice, discord.dm(alice), "/hitl whoami")).text()).toBe("whoami null false");
    await expect(client.application.commands.set([{ ...hitl, name: "Has Spaces" }])).rejects.toThrow();
  });
});

describe("refusals", () => {
  test("name what is missing: channel, guild, access, permission, DM", async () => {
    const { discord, client } = await bot();
    const alice = discord.user("Alice");
    const channel = await place({ client }, discord);
    const silent = discord.channel("silent");
    discord.forbid(silent, "sendMessages");
    const secret = discord.channel("secret");
    const post = (id: string) => client.rest.post(`/channels/${id}/messages`, { body: { content: "hi" } });
    await expect(post(silent.id)).rejects.toMatchObject({ code: 50013, status: 403 });
    discord.forbid(secret, "viewChannel");
    await expect(post(secret.id)).rejects.toMatchObject({ code: 50001, status: 403 });
    await expect(post("1")).rejects.toMatchObject({ code: 10003, status: 404 });
    await (await client.users.fetch(alice.id)).send("for you");
    expect(discord.messages(discord.dm(alice)).map(({ text }) => text)).toEqual(["for you"]);
    discord.closeDms(alice);
    await expect(client.users.send(alice.id, "more")).rejects.toMatchObject({ code: 50007 });
    await expect(client.guilds.fetch("1")).rejects.toMatchObject({ code: 10004 });
    discord.deleteChannel(discord.general);
    await expect(channel.send("gone")).rejects.toMatchObject({ code: 10003 });
    discord.kick();
    await expect(post(silent.id)).rejects.toMatchObject({ code: 50001 });
    expect(discord.limits.invalid()).toBe(4);
  });
});
