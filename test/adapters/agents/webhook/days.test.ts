/** What becomes of a call while its receiver is away for minutes, hours, days: on the injected clock, over real sockets. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { office } from "../../../office.ts";
import { receiver, verify } from "./receiver.ts";
import { webhooks } from "./webhooks.ts";

const START = Date.parse("2026-11-20T10:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function open() {
  let now = START;
  const opened = openMemory({ clock: () => now });
  const bot = office(opened, { callback: webhooks({ shelf: opened.shelf }) });
  return {
    ...bot,
    now: () => now,
    async approved(id: string, url: string) {
      const raised = await bot.raise({ id, kind: "confirm", payload: { summary: "Publish it" }, callback: { url } });
      expect(raised).toMatchObject({ type: "raised" });
      expect(await bot.act(id, "bob", { action: "proceed" })).toBe("resolved");
    },
    /** Does what is due from now until `until`, each piece at its time; answers how often there was something. */
    async pass(until: number): Promise<number> {
      for (let rounds = 0; ; rounds += 1) {
        await bot.timers();
        const { next } = await opened.store.due(1, 1_000);
        if (next === null || next > until) {
          now = until;
          return rounds;
        }
        now = next;
      }
    },
    async callback(id: string) {
      return (await bot.record(id)).callback;
    },
  };
}

/** A port where nobody listens until `back` is called. */
async function absent() {
  const gone = await receiver();
  await gone.close();
  return { url: gone.url, back: () => receiver(204, Number(gone.at.split(":")[1])) };
}

describe("a receiver that is away", () => {
  test("for 72 hours is still being tried, for more than 75 it is given up, and on demand it is told after all", async () => {
    const bot = open();
    const agent = await absent();
    await bot.approved("chk_days_0001", agent.url);
    await bot.pass(START + 72 * HOUR);
    expect(await bot.callback("chk_days_0001")).toMatchObject({ state: "waiting", attempts: 9 });
    await bot.pass(START + 80 * HOUR);
    const at = START + 75 * HOUR + 35 * MINUTE + 5_000;
    const dead = { state: "dead", attempts: 10, error: "the connection was refused", at };
    expect(await bot.callback("chk_days_0001")).toMatchObject(dead);
    expect((await bot.log("chk_days_0001")).map(({ entry }) => entry.type)).toEqual([
      "checkpoint.raised",
      "checkpoint.resolved",
      "checkpoint.undeliverable",
    ]);
    // Nothing of it is left to be done: no call, no probe.
    expect(await bot.pass(bot.now() + 1_000 * HOUR)).toBe(0);

    const admin = bot.caller("admin");
    const listed = await bot.desk.deliveries(admin, "dead", 10);
    expect(listed).toMatchObject({ type: "page", items: [{ id: "chk_days_0001" }], next: null });
    expect(await bot.desk.deliveries(admin, "waiting", 10)).toMatchObject({ items: [] });

    const back = await agent.back();
    expect(await bot.desk.redeliver(admin, "chk_days_0001")).toMatchObject({ type: "queued" });
    await bot.pass(bot.now());
    expect(await bot.callback("chk_days_0001")).toMatchObject({ state: "delivered", attempts: 1 });
    expect(back.ids()).toEqual(["evt_chk_days_0001"]);
    expect(verify(back.got[0] as (typeof back.got)[number])).toMatchObject({
      type: "checkpoint.resolved",
      timestamp: "2026-11-20T10:00:00.000Z",
    });
    expect(await bot.desk.deliveries(admin, "dead", 10)).toMatchObject({ items: [] });
    expect(await bot.desk.redeliver(admin, "chk_days_0001")).toMatchObject({ code: "not_found" });
  });

  test("for an hour gets all 500 that waited within a minute of its return, each once", async () => {
    const COUNT = 500;
    const bot = open();
    const agent = await absent();
    const ids = Array.from({ length: COUNT }, (_, number) => `chk_many_${String(number).padStart(4, "0")}`);
    for (const id of ids) await bot.approved(id, agent.url);
    await bot.pass(START + HOUR);
    for (const id of [ids[0], ids[499]]) expect(await bot.callback(String(id))).toMatchObject({ attempts: 4 });
    const back = await agent.back();
    const returned = bot.now();
    await bot.pass(returned + MINUTE);
    const took = performance.now();
    expect(back.got).toHaveLength(COUNT);
    expect(new Set(back.ids())).toEqual(new Set(ids.map((id) => `evt_${id}`)));
    for (const id of ids) expect((await bot.callback(id))?.state).toBe("delivered");
    for (const each of back.got) verify(each);
    console.log(
      `500 calls that waited: delivered within one probe (checked in ${Math.round(performance.now() - took)} ms)`,
    );
  });

  test("is probed every minute by calls that take turns, and a failed probe uses up no attempt", async () => {
    const bot = open();
    const agent = await receiver(503);
    for (const id of ["chk_turn_0001", "chk_turn_0002", "chk_turn_0003"]) await bot.approved(id, agent.url);
    await bot.pass(START + 6 * MINUTE);
    agent.got.length = 0;
    // Between the third failure and the fourth, half an hour later, there are only probes.
    await bot.pass(START + 30 * MINUTE);
    expect(agent.got.length).toBe(24);
    const shares = Object.values(Object.groupBy(agent.ids(), (each) => each)).map((each) => each?.length);
    expect(shares.toSorted()).toEqual([8, 8, 8]);
    expect(await bot.callback("chk_turn_0001")).toMatchObject({ attempts: 3 });
  });

  test("and comes back but can never take one of them gets the others all the same", async () => {
    const bot = open();
    const agent = await receiver(503);
    const ids = ["chk_odd_0001", "chk_odd_0002", "chk_odd_0003"];
    for (const id of ids) await bot.approved(id, agent.url);
    await bot.pass(START + 10 * MINUTE);
    // The newest, which a probe would try first.
    agent.manner = (response, { headers }) =>
      response.writeHead(headers["webhook-id"] === "evt_chk_odd_0003" ? 413 : 204).end();
    await bot.pass(START + 12 * MINUTE);
    const states = await Promise.all(ids.map(async (id) => (await bot.callback(id))?.state));
    expect(states).toEqual(["delivered", "delivered", "waiting"]);
  });

  test("and says that it wants no more is not called again", async () => {
    const bot = open();
    const agent = await receiver(410);
    await bot.approved("chk_gone_0001", agent.url);
    await bot.pass(START + 100 * HOUR);
    expect(agent.got).toHaveLength(1);
    expect(await bot.callback("chk_gone_0001")).toMatchObject({ state: "dead", attempts: 1, error: "410 Gone" });
  });
});

test("an agent is refused a callback into the network when it asks, with a sentence that says what to do", async () => {
  const { raise } = open();
  const payload = { summary: "Publish it" };
  expect(await raise({ kind: "confirm", payload, callback: { url: "https://169.254.169.254/latest" } })).toEqual({
    type: "refused",
    code: "callback_not_allowed",
    detail: "169.254.169.254 is not a public address; HITL_CALLBACK_ALLOW has to name it.",
    errors: [
      {
        pointer: "/callback/url",
        message: "169.254.169.254 is not a public address; HITL_CALLBACK_ALLOW has to name it.",
      },
    ],
  });
});

test("a checkpoint that is not over calls nobody, whatever happens to it", async () => {
  const bot = open();
  const agent = await receiver();
  const payload = { summary: "Publish it" };
  await bot.raise({ id: "chk_open_0001", kind: "confirm", payload, quorum: 2, callback: { url: agent.url } });
  await bot.act("chk_open_0001", "bob", { action: "proceed" });
  await bot.comment("chk_open_0001", "carol");
  await bot.timers();
  expect(agent.got).toEqual([]);
  expect(await bot.callback("chk_open_0001")).toMatchObject({ state: "idle", attempts: 0 });
  await bot.act("chk_open_0001", "carol", { action: "proceed" });
  await bot.timers();
  expect(agent.ids()).toEqual(["evt_chk_open_0001"]);
});
