/**
 * The process is killed without a word between any two steps of a post, a press, a form and a reply; what is in Slack
 * and in the store makes up for it. Each card is held at a step of its own, so that one kill meets them all.
 */
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckpointView } from "../../../../src/answers.ts";
import type { Delivery } from "../../../peers/slack/deliveries.ts";
import { type FakeSlack, fakeSlack } from "../../../peers/slack/index.ts";
import type { Message } from "../../../peers/slack/world.ts";
import { makeFolder, type Program, startProgram } from "../../../program.ts";
import { CONFIRM } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

const STEPS = [
  "post",
  "posted",
  "press",
  "update",
  "updated",
  "vote",
  "form",
  "sent",
  "reply",
  "said",
  "lgtm",
] as const;
type Step = (typeof STEPS)[number];
const channelOf = (step: Step | number) => `C0${String(step).toUpperCase()}`;
const userOf = (step: Step) => `U0${step.toUpperCase()}`;

/** Longer than the killed process lives; the answer never arrives. */
const LATE = { slow: 10_000 };

let slack: FakeSlack;
let folder: string;
let program: Program;

async function begin(): Promise<void> {
  const approvers = [...STEPS.map(userOf), "U0BOB"].map((id) => `slack:${id}`);
  program = await startProgram(folder, {
    HITL_APPROVERS: approvers.join(","),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  });
  await slack.sockets.connected();
}

const cardsOf = (id: string, channel: string) =>
  slack.messages(channel).filter(({ metadata }) => metadata?.event_payload.id === id);

async function raise(channel: string, over: object = {}): Promise<string> {
  const request = { ...CONFIRM, route: [`slack:${channel}`], ...over };
  return (await program.call("agent", "POST", "/v1/checkpoints", request)).body.id;
}

async function read(id: string): Promise<CheckpointView> {
  return (await program.call("agent", "GET", `/v1/checkpoints/${id}`)).body;
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 40_000; !(await isSo()); await pause(50))
    if (Date.now() > end) throw new Error(`waited for ${what}`);
}

async function comments(id: string): Promise<string[]> {
  return (await read(id)).comments.map(({ text }) => text);
}

/** As Slack does with what was not acknowledged, only sooner. */
async function redeliver(delivery: Delivery | undefined): Promise<void> {
  if (delivery === undefined) throw new Error("nothing was delivered");
  await until(async () => (await slack.again(delivery)).acked, `the ${delivery.about} to be taken`);
}

beforeEach(async () => {
  slack = await fakeSlack();
  folder = makeFolder();
  for (const step of STEPS) slack.channel(channelOf(step), { name: step, members: [userOf(step), "U0BOB"] });
  await begin();
});

afterEach(async () => {
  await program.end("SIGKILL");
  await slack.close();
  rmSync(folder, { recursive: true, force: true });
});

test("old buttons, forms and replies work after kill -9 between any two steps, and one card stands", {
  timeout: 120_000,
}, async () => {
  const ids = new Map<Step, string>();
  const cards = new Map<Step, Message>();
  const id = (step: Step) => ids.get(step) ?? "";
  const card = (step: Step) => cards.get(step) as Message;
  const isIn = (step: Step) => (args: object) => (args as { channel?: string }).channel === channelOf(step);
  const isOf = (step: Step) => (args: object) => (args as { user?: string }).user === userOf(step);

  for (const step of STEPS.slice(2)) {
    ids.set(step, await raise(channelOf(step), step === "vote" ? { quorum: 2 } : {}));
    cards.set(step, await slack.appears(channelOf(step), ({ metadata }) => metadata?.event_payload.id === id(step)));
    await until(async () => (await read(id(step))).placements.every(({ state }) => state === "shown"), "the card");
  }

  // Each is brought to where it is to be when the process dies.
  await slack.click(userOf("form"), card("form"), "Revise");
  const form = await slack.openedView(userOf("form"));
  await slack.click(userOf("sent"), card("sent"), "Revise");
  const sentForm = await slack.openedView(userOf("sent"));
  await slack.click(userOf("vote"), card("vote"), "Proceed");
  const said = await slack.reply(userOf("said"), card("said"), "have we asked legal?");
  slack.faults.next("chat.postMessage", "hang", 1, isIn("post"));
  slack.faults.next("chat.postMessage", LATE, 1, isIn("posted"));
  slack.faults.always("users.info", "hang", isOf("press"));
  slack.faults.always("users.info", "hang", isOf("reply"));
  for (const step of ["update", "lgtm", "sent"] as const) slack.faults.always("chat.update", "hang", isIn(step));
  slack.faults.always("chat.update", LATE, isIn("updated"));
  ids.set("post", await raise(channelOf("post")));
  ids.set("posted", await raise(channelOf("posted")));
  const unheard = [
    slack.click(userOf("press"), card("press"), "Proceed"),
    slack.reply(userOf("reply"), card("reply"), "is it urgent?"),
  ];
  await slack.click(userOf("update"), card("update"), "Proceed");
  await slack.click(userOf("updated"), card("updated"), "Proceed");
  const lgtm = await slack.reply(userOf("lgtm"), card("lgtm"), "lgtm");
  const sent = await slack.submit(userOf("sent"), sentForm, { f0: "shorter" });
  for (const step of ["update", "updated", "lgtm", "sent"] as const)
    await slack.until(() => slack.calls("chat.update").some(({ args }) => isIn(step)(args)), `an update of ${step}`);
  await slack.until(() => slack.calls("chat.postMessage").some(({ args }) => isIn("post")(args)), "the post");
  await slack.appears(channelOf("posted"));
  await slack.until(
    () => slack.calls("users.info").filter(({ answer }) => answer === null).length >= 2,
    "two look-ups",
  );
  const killed = Date.now();
  await program.end("SIGKILL");
  slack.faults.clear();
  await Promise.all(unheard);
  await begin();

  // Nothing that was acknowledged is lost, nothing that was not is recorded.
  for (const step of ["update", "updated", "lgtm"] as const)
    expect([step, (await read(id(step))).decision?.action]).toEqual([step, "proceed"]);
  expect((await read(id("sent"))).decision).toMatchObject({ action: "revise", feedback: "shorter" });
  expect((await read(id("press"))).status).toBe("pending");
  expect(await comments(id("reply"))).toEqual([]);
  expect((await read(id("vote"))).votes.length).toBe(1);

  // What people try again, on the old cards and forms.
  await slack.click(userOf("press"), card("press"), "Proceed");
  await slack.click("U0BOB", card("vote"), "Proceed");
  const resent = await slack.submit(userOf("form"), form, { f0: "longer" });
  expect(resent.errors).toEqual({});
  const [posted] = slack.messages(channelOf("posted"));
  await slack.click(userOf("posted"), posted as Message, "Proceed");
  for (const step of ["press", "vote", "form", "posted"] as const)
    expect([step, (await read(id(step))).status]).toEqual([step, "resolved"]);
  await slack.clickStale(userOf("update"), card("update"), "Proceed");
  await slack.whispered(userOf("update"), ({ blocks }) => wordsIn(blocks).includes("Already resolved"));

  // What Slack sends again.
  const again = await slack.again(sent.delivery as Delivery);
  expect(again.body).toEqual(sent.delivery?.body);
  await redeliver(lgtm.deliveries[0]);
  await redeliver(said.deliveries[0]);
  await redeliver(slack.deliveries.find(({ payload }) => JSON.stringify(payload).includes("is it urgent?")));
  expect(await comments(id("lgtm"))).toEqual([]);
  expect(await comments(id("said"))).toEqual(["have we asked legal?"]);
  expect(await comments(id("reply"))).toEqual(["is it urgent?"]);

  // One card for each, true within the minute.
  const first = await slack.until(() => cardsOf(id("post"), channelOf("post"))[0], "the first card", 45_000);
  await slack.click(userOf("post"), first, "Proceed");
  for (const step of STEPS) {
    const { status } = await read(id(step));
    const isTrue = () => {
      const all = cardsOf(id(step), channelOf(step));
      return all.length === 1 && (status === "pending" || buttonsIn(all[0]?.blocks).size === 0);
    };
    await slack.until(isTrue, `one true card of ${step}`, Math.max(1, 60_000 - (Date.now() - killed)));
  }
});

const ROUNDS = process.env.HITL_TEST_LONG === "1" ? 8 : 1;

test(`whatever is under way when it is killed, ${ROUNDS} times, each card ends once`, {
  timeout: 600_000,
}, async () => {
  const all: { id: string; card: Message; channel: string }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const now: typeof all = [];
    for (let at = 0; at < 8; at += 1) {
      const channel = channelOf(100 + round * 8 + at);
      slack.channel(channel, { name: channel.toLowerCase(), members: ["U0BOB"] });
      const id = await raise(channel);
      now.push({ id, channel, card: await slack.appears(channel) });
    }
    const pressed = now.map(async ({ card }, at) => {
      await pause(at * 12);
      return slack.click("U0BOB", card, at % 2 === 0 ? "Proceed" : "Revise");
    });
    await pause(8 + round * 13);
    await program.end("SIGKILL");
    const acked = (await Promise.all(pressed)).map((each) => each.acked);
    await begin();
    for (const [at, { id, card }] of now.entries()) {
      if (acked[at] && at % 2 === 0) expect([round, at, (await read(id)).status]).toEqual([round, at, "resolved"]);
      await slack.clickStale("U0BOB", card, "Proceed");
      expect([round, at, (await read(id)).decision?.action]).toEqual([round, at, "proceed"]);
    }
    all.push(...now);
  }
  for (const { id, channel } of all) {
    await slack.until(
      () => {
        const cards = cardsOf(id, channel);
        return cards.length === 1 && buttonsIn(cards[0]?.blocks).size === 0;
      },
      `one settled card of ${id}`,
      60_000,
    );
    const { items } = (await program.call("agent", "GET", `/v1/checkpoints/${id}/timeline`)).body as unknown as {
      items: { type: string }[];
    };
    expect(items.filter(({ type }) => type === "checkpoint.resolved").length).toBe(1);
  }
});
