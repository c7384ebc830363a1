/** Many calls at once: an endpoint that hangs has its share of places and no more. */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { type Entrance, makeGate } from "../../../../src/outbound/gate.ts";
import { office } from "../../../office.ts";
import { receiver } from "./receiver.ts";
import { approved, webhooks } from "./webhooks.ts";

const id = (number: number) => `chk_crowd_${String(number).padStart(4, "0")}`;

describe("an endpoint that hangs", () => {
  test("is called four at a time, twelve more stand in line, everybody else comes again later", async () => {
    const held: ServerResponse[] = [];
    const hanging = await receiver((response) => held.push(response));
    const hooks = webhooks();
    const calls = Array.from({ length: 30 }, (_, number) => hooks.call(approved(hanging.url, { id: id(number) })));
    await hanging.arrived(4);
    expect(await Promise.all(calls.slice(16))).toEqual(Array(14).fill({ type: "busy" }));
    expect(hanging.got).toHaveLength(4);
    hanging.manner = 204;
    for (const each of held) each.writeHead(204).end();
    expect(await Promise.all(calls.slice(0, 16))).toEqual(Array(16).fill({ type: "delivered" }));
    expect(hanging.got).toHaveLength(16);
  });

  test("does not hold up another one", async () => {
    const hanging = await receiver(() => {});
    const well = await receiver();
    const hooks = webhooks({ timeout: 2_000 });
    const stuck = Array.from({ length: 20 }, (_, number) => hooks.call(approved(hanging.url, { id: id(number) })));
    await hanging.arrived(4);
    const started = performance.now();
    const told = await Promise.all(
      Array.from({ length: 8 }, (_, number) => hooks.call(approved(well.url, { id: id(100 + number) }))),
    );
    const took = performance.now() - started;
    console.log(`8 calls beside an endpoint that hangs: ${Math.round(took)} ms`);
    expect(told).toEqual(Array(8).fill({ type: "delivered" }));
    expect(took).toBeLessThan(1_500);
    hanging.manner = 204;
    await hanging.close();
    await Promise.all(stuck);
  });

  test("is not called twice at once about the same checkpoint", async () => {
    const slow = await receiver((response) => void setTimeout(() => response.writeHead(204).end(), 100));
    const hooks = webhooks();
    const first = hooks.call(approved(slow.url));
    expect(await hooks.call(approved(slow.url))).toEqual({ type: "busy" });
    expect(await first).toEqual({ type: "delivered" });
    expect(slow.got).toHaveLength(1);
  });
});

describe("places", () => {
  const limits = { running: 1, waiting: 2, runningInAll: 4, waitingInAll: 3, patience: 60_000 };
  const FULL = { type: "full", ailing: false };
  const PLACE = { type: "place" };

  async function leave(entrance: Promise<Entrance> | undefined, answered = true): Promise<void> {
    const entered = await entrance;
    if (entered?.type !== "place") throw new Error("there was no place");
    entered.leave(answered);
  }

  test("are handed on in the order of the line, past whoever comes in between", async () => {
    const enter = makeGate(limits);
    const order: string[] = [];
    const visit = async (name: string) => {
      const entrance = await enter("a");
      order.push(name);
      return entrance;
    };
    const first = visit("first");
    await first;
    const [second, third] = [visit("second"), visit("third")];
    await leave(first);
    const late = visit("late");
    for (const each of [second, third, late]) await leave(each);
    expect(order).toEqual(["first", "second", "third", "late"]);
  });

  test("are limited over all endpoints, so that the relay keeps hands for what else is due", async () => {
    const enter = makeGate(limits);
    const taken = ["a", "b", "c", "d"].map((endpoint) => enter(endpoint));
    expect(await Promise.all(taken)).toMatchObject([PLACE, PLACE, PLACE, PLACE]);
    expect(await enter("e")).toEqual(FULL);
    const inLine = ["a", "a", "b"].map((endpoint) => enter(endpoint));
    expect(await enter("b")).toEqual(FULL);
    // Handed on to the next in the same line, so there is still no place for another endpoint.
    await leave(taken[0]);
    expect(await inLine[0]).toMatchObject(PLACE);
    expect(await enter("e")).toEqual(FULL);
    await leave(taken[3]);
    expect(await enter("e")).toMatchObject(PLACE);
    await leave(taken[1]);
    await leave(inLine[0]);
    expect(await Promise.all(inLine)).toMatchObject([PLACE, PLACE, PLACE]);
  });

  test("are given up after a while in line, and the line goes on without", async () => {
    const enter = makeGate({ ...limits, patience: 30 });
    const first = enter("a");
    expect(await Promise.all([enter("a"), enter("a")])).toEqual([FULL, FULL]);
    const next = enter("a");
    await leave(first);
    expect(await next).toMatchObject(PLACE);
  });

  test("of an endpoint that gave no answer: one, without a line, until it answers", async () => {
    const enter = makeGate({ ...limits, running: 2 });
    await leave(enter("a"), false);
    const only = enter("a");
    expect(await only).toMatchObject(PLACE);
    expect(await enter("a")).toEqual({ type: "full", ailing: true });
    expect(await enter("b")).toMatchObject(PLACE);
    await leave(only);
    expect(await Promise.all([enter("a"), enter("a")])).toMatchObject([PLACE, PLACE]);
  });
});

/** A real relay, on the real clock, over calls that are all due at once. */
describe("a relay", () => {
  function open(timeout: number) {
    const opened = openMemory();
    const bot = office(opened, { callback: webhooks({ shelf: opened.shelf, timeout }) });
    const ask = async (name: string, url: string) => {
      await bot.raise({ id: name, kind: "confirm", payload: { summary: "Publish it" }, callback: { url } });
      await bot.act(name, "bob", { action: "proceed" });
    };
    return { bot, ask };
  }

  test("beside three endpoints that hang with fifty calls each tells others and keeps deadlines", async () => {
    const { bot, ask } = open(1_000);
    const hanging = await Promise.all([1, 2, 3].map(() => receiver(() => {})));
    const well = await receiver();
    for (const [which, { url }] of hanging.entries())
      for (let number = 0; number < 50; number += 1) await ask(`chk_hang_${which}_${id(number)}`, url);
    for (let number = 0; number < 40; number += 1) await ask(id(number), well.url);
    await bot.raise({ id: "chk_due_0001", kind: "confirm", payload: { summary: "x" }, timeout: 1 });
    const { due_at } = await bot.record("chk_due_0001");

    const relay = bot.relay();
    const started = performance.now();
    relay.start();
    await well.arrived(40);
    const told = performance.now() - started;
    while ((await bot.record("chk_due_0001")).status === "pending") await pause(5);
    const late = Number((await bot.record("chk_due_0001")).ended_at) - Number(due_at);
    for (const each of hanging) await each.close();
    await relay.stop();
    console.log(
      `beside 150 calls that hang: 40 others told in ${Math.round(told)} ms, a deadline kept within ${late} ms`,
    );
    expect(new Set(well.ids()).size).toBe(40);
    expect(told).toBeLessThan(15_000);
    expect(late).toBeLessThan(1_000);
  });

  test("tells one endpoint of five hundred ends at once, each once", async () => {
    const COUNT = 500;
    const { bot, ask } = open(5_000);
    const agent = await receiver();
    for (let number = 0; number < COUNT; number += 1) await ask(id(number), agent.url);
    const relay = bot.relay();
    const started = performance.now();
    relay.start();
    await agent.arrived(COUNT);
    const took = performance.now() - started;
    await relay.stop();
    console.log(`${COUNT} calls to one endpoint: ${Math.round(took)} ms`);
    expect(agent.got).toHaveLength(COUNT);
    expect(new Set(agent.ids()).size).toBe(COUNT);
    expect(took).toBeLessThan(20_000);
  });
});
