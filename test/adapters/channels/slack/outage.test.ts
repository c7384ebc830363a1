import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

describe("while Slack is away", () => {
  it("starts all the same, and asks once Slack is back", async () => {
    await withBot(async (bot: Bot) => {
      const { slack } = bot;
      await bot.stop();
      slack.faults.next("auth.test", { status: 503 }, 2);
      await bot.restart();
      expect((await bot.call("GET", "/readyz")).body).toMatchObject({ status: "ready", channels: { slack: "down" } });
      const { id } = await bot.raise(CONFIRM);
      expect((await bot.read(id)).placements[0]?.state).toBe("queued");
      await slack.appears("C1");
      expect((await bot.call("GET", "/readyz")).body).toMatchObject({ channels: { slack: "up" } });
      const figures = await fetch(`${bot.url}/metrics`);
      expect(await figures.text()).toContain('hitl_channel_up{channel="slack"} 1');
    });
  });

  it("can be decided elsewhere, and every card is true when Slack is back", async () => {
    await withBot(async (bot: Bot) => {
      const { slack } = bot;
      const shown = await bot.card(CONFIRM);
      await bot.placed(shown.id);
      const back = slack.faults.always("*", { status: 503 });
      const unseen = await bot.raise({ ...CONFIRM, title: "Raised meanwhile" });
      const brief = await bot.raise({ ...CONFIRM, title: "Brief", timeout: "1s" });
      await bot.act(shown.id, { action: "cancel", reason: "not today" });
      expect((await bot.ended(brief.id)).status).toBe("expired");
      expect((await bot.read(unseen.id)).placements[0]?.state).toBe("queued");
      back();
      await bot.says(shown.card, "Cancelled by Bob over the API");
      const card = await slack.until(
        () => slack.messages("C1").find(({ blocks }) => wordsIn(blocks).includes("Raised meanwhile")),
        "the card",
        20_000,
      );
      await slack.click("U0BOB", card, "Proceed");
      expect((await bot.ended(unseen.id)).status).toBe("resolved");
    });
  });
});

describe("sockets", () => {
  it("are opened again after they were dropped, refreshed, refused or not answered", async () => {
    await withBot(async (bot: Bot) => {
      const { slack } = bot;
      const { id, card } = await bot.card({ ...CONFIRM, quorum: 3 });
      const opened = (count: number) =>
        slack.until(
          () => slack.calls("apps.connections.open").length >= count && slack.sockets.count() > 0,
          "a socket",
          15_000,
        );
      slack.sockets.drop();
      await opened(2);
      await slack.click("U0BOB", card, "Proceed");
      slack.sockets.refresh();
      await opened(3);
      await slack.click("U0CAROL", card, "Proceed");
      slack.faults.next("apps.connections.open", { status: 500 }, 2);
      slack.sockets.refuse(1);
      slack.sockets.drop();
      await opened(6);
      await slack.click("U0DAVE", card, "Proceed");
      expect((await bot.ended(id)).status).toBe("resolved");
    });
  });
});

it("a socket that looks alive and is not is given up, and another one opened", async () => {
  await withBot(async ({ slack, card: raise, ended, call }: Bot) => {
    const { id, card } = await raise(CONFIRM);
    slack.sockets.freeze();
    await slack.until(() => slack.calls("apps.connections.open").length >= 2, "another socket", 20_000);
    slack.sockets.thaw();
    await slack.sockets.connected();
    await expect
      .poll(async () => (await call("GET", "/readyz")).body, { timeout: 10_000 })
      .toMatchObject({ channels: { slack: "up" } });
    await slack.click("U0BOB", card, "Proceed");
    expect((await ended(id)).status).toBe("resolved");
  });
});

describe("many acts at once", () => {
  // 250 within a second; or 1,000 in ten seconds, which peer and bot in one process can take.
  const [channels, each, spread] = process.env.HITL_TEST_LONG === "1" ? [50, 4, 10_000] : [25, 2, 1_000];
  const transports = process.env.HITL_TEST_LONG === "1" ? TRANSPORTS : TRANSPORTS.slice(0, 1);

  it.each(transports)(
    "are all acknowledged over %s while posts are slow and Slack says wait, and each counts once",
    {
      timeout: 240_000,
    },
    async (name, setting) => {
      await withBot(async (bot: Bot) => {
        const { slack } = bot;
        const people = ["U0BOB", "U0CAROL", "U0DAVE"];
        const cards: { id: string; card: Awaited<ReturnType<Bot["card"]>>["card"] }[] = [];
        for (let at = 0; at < channels; at += 1) slack.channel(`C${500 + at}`, { name: `load-${at}`, members: people });
        await Promise.all(
          Array.from({ length: channels }, async (_, at) => {
            for (let more = 0; more < each; more += 1)
              cards.push(await bot.card({ ...CONFIRM, route: [`slack:C${500 + at}`] }, `C${500 + at}`));
          }),
        );
        for (const method of ["chat.update", "chat.postMessage", "chat.postEphemeral"]) {
          slack.faults.always(method, { ratelimited: 1 }, () => Math.random() < 0.3);
          slack.faults.always(method, { slow: 2_000 }, () => Math.random() < 0.5);
        }
        // So that Slack need not be asked who they are in the middle of it.
        for (const who of people) await slack.slash(who, "C1", "/hitl help");
        const presses = cards.flatMap(({ card }) => [...people, "U0BOB", "U0CAROL"].map((who) => ({ who, card })));
        const more = Array.from({ length: channels }, (_, at) =>
          bot.raise({ ...CONFIRM, route: [`slack:C${500 + at}`] }),
        );
        const done = await Promise.all(
          presses.map(async ({ who, card }, at) => {
            await pause((at * spread) / presses.length);
            return slack.clickStale(who, card, "Proceed");
          }),
        );
        expect(done.filter(({ acked }) => !acked).map(({ trouble }) => trouble)).toEqual([]);
        for (const { status } of await Promise.all(more)) expect(status).toBe("pending");
        // Whom the machine was too slow for was told so, and presses again.
        let again = 0;
        for (const { id, card } of cards) {
          if ((await bot.read(id)).status !== "pending") continue;
          const told = slack.ephemerals("U0BOB").map(({ blocks }) => wordsIn(blocks));
          expect(told.some((words) => /Not recorded|takes too long|could not be asked/.test(words))).toBe(true);
          again += 1;
          await slack.clickStale("U0BOB", card, "Proceed");
        }
        const ends = await Promise.all(cards.map(({ id }) => bot.ended(id)));
        expect(ends.map(({ status }) => status)).toEqual(cards.map(() => "resolved"));
        for (const { id } of cards) {
          const timeline = (await bot.call("GET", `/v1/checkpoints/${id}/timeline`)).body as unknown as {
            items: { type: string }[];
          };
          expect(timeline.items.filter(({ type }) => type === "checkpoint.resolved").length).toBe(1);
        }
        const ms = slack.acks("block_actions").sort((a, b) => a - b);
        const at = (share: number) => Math.round(ms[Math.floor((ms.length - 1) * share)] ?? 0);
        console.log(
          `${presses.length} presses over ${name} acknowledged in ms: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}; ${again} pressed again`,
        );
        expect(ms.length).toBe(presses.length + again);
        expect(at(1)).toBeLessThan(3_000);
        slack.faults.clear();
      }, setting);
    },
  );
});
