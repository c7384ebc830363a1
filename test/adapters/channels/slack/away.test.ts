/**
 * Ten minutes without Slack, on a clock that the test turns: the store's, the channel's and the peer's. What is decided,
 * what expires and what is raised meanwhile does so on time, and then every card says so.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { CHANNELS, type Clocked, clocked, MINUTE, numbered } from "./clocked.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

let world: Clocked;

/** What each card says at the end, one card for each. */
async function assertTrue(ids: readonly string[]): Promise<void> {
  const { bot, cardsOf } = world;
  for (const id of ids) {
    const { status, placements } = await bot.record(id);
    const [card, ...more] = cardsOf(id);
    expect([id, more.length, placements.map(({ state }) => state)]).toEqual([id, 0, ["shown"]]);
    const says = wordsIn(card?.blocks);
    if (status === "pending")
      expect([id, [...buttonsIn(card?.blocks).keys()]]).toEqual([id, ["Proceed", "Revise", "Cancel"]]);
    else {
      expect([...buttonsIn(card?.blocks).keys()]).toEqual([]);
      expect([id, says]).toEqual([
        id,
        expect.stringMatching(status === "expired" ? /nobody decided/ : /Cancelled by Bob/),
      ]);
    }
  }
}

beforeEach(async () => {
  world = await clocked();
});

describe("ten minutes without Slack", () => {
  it("hold up no decision and no expiry, lose no card, and leave every card true soon after", async () => {
    const { slack, bot, store, now, faults, pass, raise, cardsOf } = world;
    const before = { decided: numbered("dec", 20), expiring: numbered("exp", 20), waiting: numbered("wait", 20) };
    const meanwhile = { decided: numbered("ndec", 10), expiring: numbered("nexp", 10), waiting: numbered("nwait", 10) };
    const all = [before, meanwhile].flatMap((each) => Object.values(each).flat());
    for (const [at, id] of before.decided.entries()) await raise(id, at);
    for (const [at, id] of before.expiring.entries()) await raise(id, at, { timeout: "6m" });
    for (const [at, id] of before.waiting.entries()) await raise(id, at);
    await pass(MINUTE);
    expect(slack.calls("chat.postMessage").filter(({ status }) => status === 200).length).toBe(60);

    // Half of it without any connection, half of it with pages of errors.
    const gone = now();
    const called = slack.calls().length;
    const undo = slack.faults.always("*", "drop");
    for (let minute = 0; minute < 10; minute += 1) {
      if (minute === 5) {
        undo();
        slack.faults.always("*", { status: 503 });
      }
      await raise(meanwhile.decided[minute] ?? "", minute);
      await raise(meanwhile.expiring[minute] ?? "", minute, { timeout: "30s" });
      await raise(meanwhile.waiting[minute] ?? "", minute);
      for (const id of before.decided.slice(minute * 2, minute * 2 + 2))
        expect(await bot.act(id, "bob", { action: "cancel" })).toBe("resolved");
      await pass(MINUTE);
      expect(await bot.act(meanwhile.decided[minute] ?? "", "bob", { action: "cancel" })).toBe("resolved");
    }
    expect(now() - gone).toBe(10 * MINUTE);
    const tried = slack.calls().length - called;
    for (const id of [...before.expiring, ...meanwhile.expiring]) {
      const { status, ended_at, due_at } = await bot.record(id);
      expect([id, status, ended_at]).toEqual([id, "expired", due_at]);
    }
    for (const id of all)
      expect((await bot.record(id)).placements.map(({ state }) => state)).not.toContain("undeliverable");
    for (const id of before.waiting) expect((await bot.record(id)).status).toBe("pending");

    slack.faults.clear();
    const back = now();
    const from = slack.calls().length;
    let true_ = 0;
    while (now() < back + 5 * MINUTE) {
      await pass(1_000);
      const { next } = await store.due(0, 1);
      if (next === null || next > back + 30 * MINUTE) {
        true_ = now() - back;
        break;
      }
    }
    await assertTrue(all);
    const since = slack.calls().slice(from);
    const updates = since.filter(({ method }) => method === "chat.update").map(({ at }) => at);
    const perMinute = Math.max(
      ...updates.map((at) => updates.filter((other) => other <= at && other > at - MINUTE).length),
    );
    const refused = since.filter(({ status }) => status === 429).length;
    console.log(
      `10 minutes without Slack, 90 checkpoints: ${tried} calls tried meanwhile; true again after ${true_ / 1_000} s, ` +
        `${since.length} calls, at most ${perMinute} updates a minute, ${refused} refused as too many`,
    );
    expect({ refused, faults }).toEqual({ refused: 0, faults: [] });
    expect(perMinute).toBeLessThanOrEqual(50);
    expect(true_).toBeLessThan(3 * MINUTE);
    // One delivery at a time finds out, less and less often: what waits does not run against the wall.
    expect(tried).toBeLessThan(600);

    const [waiting] = cardsOf(before.waiting[0] ?? "");
    if (waiting === undefined) throw new Error("the card is gone");
    expect((await slack.click("U0BOB", waiting, "Proceed")).acked).toBe(true);
    expect((await bot.record(before.waiting[0] ?? "")).decision?.by).toMatchObject({ person: "bob", surface: "slack" });
  });

  it("are told from one conversation that fails while others get through: that one gets its fallback", async () => {
    const { slack, bot, pass, raise } = world;
    slack.channel("C0FALLBACK", { name: "fallback", members: ["U0BOB"] });
    slack.faults.always("chat.postMessage", { status: 500 }, (args) => args.channel === CHANNELS[0]);
    await raise("chk_stuck_0001", 0);
    for (let minute = 0; minute < 5; minute += 1) {
      await raise(`chk_other_${minute}_xx`, 1);
      await pass(MINUTE);
      expect((await bot.record(`chk_other_${minute}_xx`)).placements.map(({ state }) => state)).toEqual(["shown"]);
    }
    const { placements } = await bot.record("chk_stuck_0001");
    expect(placements.map(({ conversation, state }) => [conversation, state])).toEqual([
      [CHANNELS[0], "undeliverable"],
      ["C0FALLBACK", "shown"],
    ]);
    expect(placements[0]?.error).toBe("gave up after 5 failures: chat.postMessage: http_500");
  });

  it("keep a direct message waiting as well, although Slack cannot even say who that person is", async () => {
    const { slack, bot, faults, pass, raise } = world;
    const undo = slack.faults.always("*", { status: 503 });
    await raise("chk_direct_0001", 0, { route: ["slack:@U0BOB"] });
    await pass(10 * MINUTE);
    const states = async () => (await bot.record("chk_direct_0001")).placements.map(({ state }) => state);
    expect([await states(), faults]).toEqual([["queued"], []]);
    undo();
    await pass(MINUTE);
    expect(await states()).toEqual(["shown"]);
  });

  it("let Slack say when to come again, and are not counted as failures", async () => {
    const { slack, bot, faults, pass, raise } = world;
    slack.faults.next("chat.postMessage", { ratelimited: 120 }, 8);
    await raise("chk_later_0001", 0);
    await pass(15 * MINUTE);
    expect((await bot.record("chk_later_0001")).placements.map(({ state }) => state)).toEqual(["queued"]);
    await pass(3 * MINUTE);
    expect((await bot.record("chk_later_0001")).placements.map(({ state }) => state)).toEqual(["shown"]);
    expect(faults).toEqual([]);
  });
});
