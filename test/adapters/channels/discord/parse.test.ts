import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interactionIn, parseAsked, parsePress, parseSubmission } from "../../../../adapters/channels/discord/parse.ts";
import { render } from "../../../../adapters/channels/discord/render.ts";
import { parseSaid, withoutMention } from "../../../../adapters/channels/discord/said.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { readHandle, verifyHandle } from "../../../../src/handle.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, RAISED } from "../../../make.ts";
import { type Channel, user } from "../../../peers/discord/world.ts";
import { SEEDS } from "../../../seeds.ts";
import { buttonsIn, KEY, sign } from "./discord.ts";
import { scene } from "./scene.ts";

const BUTTON = { custom_id: "act:h1.p.chk_0123456789.0123456789abcdef", component_type: 2, id: 1 };

describe("what Discord dispatches", () => {
  it("is a press with who, what and where", () => {
    const { world, bob, guild, channel, dispatched } = scene();
    const body = dispatched(BUTTON);
    const role = [...(world.guilds.get(guild)?.roles.values() ?? [])].find(({ name }) => name === "approvers");
    expect(parsePress(body)).toEqual({
      by: {
        ...{ user: bob, guild, name: "Bob", bot: false },
        member: { roles: [role?.id], pending: false, nick: null, flags: 0 },
      },
      at: { channel: channel.id, parent: null, name: "deploys", direct: false },
      to: { id: body.id, token: "an-interaction-token" },
      key: `discord:${body.id}`,
      mark: { mark: "act", handle: "h1.p.chk_0123456789.0123456789abcdef" },
      message: (body.message as { id: string }).id,
      stamp: null,
      alone: false,
    });
  });

  it("names the channel that a thread is in, and nobody's membership in a direct message", () => {
    const { world, bob, channel, dispatched } = scene();
    const place = { ...channel, overwrites: [], archived: false, locked: false };
    const thread: Channel = { ...place, id: world.id(), type: 11, parent: channel.id, name: "Any name" };
    const { guild: _, ...rest } = place;
    const direct: Channel = { ...rest, id: world.id(), type: 1, name: "", recipient: bob };
    for (const each of [thread, direct]) world.channels.set(each.id, each);
    expect(parsePress(dispatched(BUTTON, {}, thread))?.at).toEqual({
      ...{ channel: thread.id, parent: channel.id, name: "", direct: false },
    });
    expect(parsePress(dispatched(BUTTON, {}, direct))).toMatchObject({
      by: { user: bob, guild: null, member: null },
      at: { channel: direct.id, parent: null, name: "", direct: true },
    });
  });

  it("is a command as it would be typed, whatever order its options come in", () => {
    const { dispatched } = scene();
    const asked = (name: string, options: object[]) =>
      parseAsked(dispatched({ id: "1", name: "hitl", type: 1, options: [{ type: 1, name, options }] }, { type: 2 }))
        ?.text;
    const option = (name: string, value: string | number) => ({ type: 3, name, value });
    expect(asked("pending", [])).toBe("pending");
    expect(asked("pending", [option("agent", "ci"), option("kind", "tool"), option("scope", "all")])).toBe(
      "pending all tool ci",
    );
    expect(asked("history", [option("count", 20)])).toBe("history 20");
    expect(asked("withdraw", [option("reason", "not needed"), option("id", "chk_12345678")])).toBe(
      "withdraw chk_12345678 not needed",
    );
    expect(parseAsked(dispatched({ id: "1", name: "other", type: 1 }, { type: 2 }))).toBeUndefined();
  });

  it("is one step of a form, with what was filled in", () => {
    const { dispatched } = scene();
    const label = (component: object) => ({ type: 18, id: 1, component });
    const components = [
      { type: 10, id: 1 },
      label({ type: 4, id: 2, custom_id: "f0", value: "dry" }),
      label({ type: 21, id: 3, custom_id: "f1", value: "o2" }),
      label({ type: 3, id: 4, custom_id: "f2", values: ["o11"] }),
      label({ type: 21, id: 5, custom_id: "f3", value: null }),
      label({ type: 4, id: 6, custom_id: "__proto__", value: "x" }),
    ].slice(0, 5);
    const sent = parseSubmission(dispatched({ custom_id: `form:2:${sign("answer")}`, components }, { type: 5 }));
    expect([sent?.step, sent?.handle, sent?.alone]).toEqual([2, sign("answer"), false]);
    expect(sent?.filled).toEqual({ f0: "dry", f1: "o2", f2: "o11", f3: "" });
  });

  it("is a reply only when a person wrote it just now", () => {
    const MESSAGE = {
      ...{ id: "1200000000000000001", channel_id: "11", guild_id: "1", type: 19, content: "lgtm" },
      author: { id: "5", username: "bob", global_name: "Bob", bot: false },
      member: { roles: ["7"], nick: "Bobby", pending: false, flags: 0 },
      mentions: [{ id: "9", username: "hitl-bot" }],
      mention_roles: ["8"],
      message_reference: { type: 0, channel_id: "11", message_id: "1100000000000000001" },
      referenced_message: { id: "1100000000000000001", author: { id: "9" } },
    };
    expect(parseSaid(MESSAGE)).toEqual({
      by: {
        ...{ user: "5", guild: "1", name: "Bob", bot: false },
        member: { roles: ["7"], nick: "Bobby", pending: false, flags: 0 },
      },
      ...{ message: "1200000000000000001", channel: "11", direct: false, text: "lgtm", attached: false, roles: ["8"] },
      parent: { message: "1100000000000000001", author: "9", parent: null },
    });
    const event = (over: object) => parseSaid({ ...MESSAGE, ...over });
    expect(event({ type: 0, message_reference: null })?.parent).toBeNull();
    for (const beside of [{ attachments: [{}] }, { sticker_items: [{}] }, { poll: {} }])
      expect(event(beside)?.attached, JSON.stringify(beside)).toBe(true);
    // A forwarded message refers to what somebody else once wrote.
    expect(event({ type: 0, message_reference: { type: 1, message_id: "1100000000000000001" } })?.parent).toBeNull();
    expect(event({ guild_id: undefined, member: undefined })).toMatchObject({ direct: true, by: { member: null } });
    for (const over of [
      { author: { ...MESSAGE.author, bot: true } },
      { author: { ...MESSAGE.author, system: true } },
      { webhook_id: "77" },
      { type: 7 },
      { type: 18 },
      { type: 21 },
      { author: undefined },
      { content: undefined },
      { id: "now" },
    ])
      expect(event(over), JSON.stringify(over)).toBeUndefined();
  });

  it("is nothing when it is of no known shape, and nothing throws", () => {
    const readers = [parsePress, parseSubmission, parseSaid, parseAsked, interactionIn];
    fc.assert(
      fc.property(fc.anything(), (body) => {
        for (const read of readers) expect(read(body)).toBeUndefined();
      }),
    );
    const { dispatched } = scene();
    for (const custom_id of [
      "",
      "unknown",
      "act",
      "act:",
      "see:../etc",
      "page:x",
      "form:x:y",
      "__proto__",
      "a".repeat(101),
    ])
      expect(parsePress(dispatched({ ...BUTTON, custom_id })), custom_id).toBeUndefined();
    expect(parsePress({ ...dispatched(BUTTON), member: undefined })).toBeUndefined();
    // Who acts is what Discord says of the interaction, not what a message in it says.
    const { user: other } = { user: user("99", "Carol", false) };
    expect(parsePress({ ...dispatched(BUTTON), user: other })?.by.name).toBe("Bob");
  });

  it("has its words as they were typed", () => {
    const said = (content: string) =>
      parseSaid({
        ...{ id: "1", channel_id: "2", guild_id: "3", type: 0, content, author: { id: "5", username: "bob" } },
        mentions: [{ id: "6", username: "carol", global_name: "Carol" }],
      })?.text;
    expect(said("ask <@6> or <@!6>, not <@7> <a:party:123> <:ok:124> **now**")).toBe(
      "ask @Carol or @Carol, not <@7> :party: :ok: **now**",
    );
    expect(withoutMention(said("<@9> revise this") ?? "", ["9"])).toEqual({ text: "revise this", mentioned: true });
    expect(withoutMention("<@!9>: lgtm", ["9"])).toEqual({ text: "lgtm", mentioned: true });
    expect(withoutMention("<@9>", ["9"])).toEqual({ text: "", mentioned: true });
    expect(withoutMention("<@99> lgtm", ["9"]).mentioned).toBe(false);
    expect(withoutMention("ask <@9>", ["9"]).mentioned).toBe(false);
    expect(withoutMention(said("<@&8> pending") ?? "", ["9", "8"])).toEqual({ text: "pending", mentioned: true });
    expect(withoutMention("<@&8> pending", ["9"]).mentioned).toBe(false);
  });
});

describe("what is written on a card", () => {
  it("is read back from the press, for every button of every kind", () => {
    const { dispatched } = scene();
    for (const kind of KINDS) {
      const { message } = render(cardOf(checkpoint({ kind, payload: SEEDS[kind][0].payload }), RAISED), sign);
      for (const { custom_id } of buttonsIn(message).values()) {
        const mark = parsePress(dispatched({ ...BUTTON, custom_id }))?.mark;
        const value = mark?.mark === "act" ? mark.handle : "";
        const action = readHandle(value)?.action ?? "proceed";
        const handle = { id: "chk_0123456789", digest: DIGEST, action, surface: "discord", workspace: "1100" } as const;
        expect(verifyHandle(KEY, value, handle)).toBe(true);
        expect(verifyHandle(KEY, value, { ...handle, workspace: "1101" })).toBe(false);
        expect(verifyHandle(KEY, value, { ...handle, surface: "slack" })).toBe(false);
      }
    }
  });
});
