/** Event streams over real sockets: the desk and its feed are the program's own, over a store in memory. */
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { nodeListener, routes } from "../../../../adapters/agents/http/index.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { streamEvent } from "../../../../src/answers.ts";
import { makeMetrics } from "../../../../src/metrics.ts";
import { office } from "../../../office.ts";
import { listen, take } from "../../../sse.ts";
import { door, TOKENS } from "./door.ts";

const RAISE = { kind: "confirm", payload: { summary: "Publish" } };

function open() {
  const opened = openMemory();
  const place = office(opened);
  place.feed.start();
  afterAll(async () => {
    await place.feed.stop();
    await opened.close();
  });
  return place;
}

const { desk, feed, act } = open();
const api = await door(desk);
const events = `${api.url}/v1/events`;

async function raised(over: object = {}, token = TOKENS.agent, at = api): Promise<string> {
  const answer = await at.call("POST /v1/checkpoints", { token, body: { ...RAISE, ...over } });
  expect(answer.status, answer.text).toBe(201);
  return String(answer.body.id);
}

/** What a counter or gauge says. */
async function figure(metrics: ReturnType<typeof makeMetrics>, name: string): Promise<number> {
  const [line] = (await metrics.registry.getSingleMetricAsString(name)).split("\n").slice(-1);
  return Number(line?.split(" ")[1]);
}

describe("a stream", () => {
  test("opens at once, says when to come back and from where, and is kept by nobody on the way", async () => {
    const stream = await listen(events, { token: TOKENS.agent });
    expect(stream.response.status).toBe(200);
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
    });
    const head = feed.head;
    const told = take(stream, 1);
    await expect.poll(() => stream.lines).toEqual([": hitl-bot", "retry: 3000", `id: ${head}`, ""]);
    await raised();
    expect(await told).toHaveLength(1);
  });

  test("tells what happens in the words of the API", async () => {
    const stream = await listen(`${events}?agent=teller`, { token: TOKENS.agent });
    const id = await raised({ source: { agent: "teller" }, quorum: 2 });
    await api.call(`POST /v1/checkpoints/${id}/comments`, { token: TOKENS.bob, body: { text: "Looks fine" } });
    await act(id, "bob", { action: "proceed" });
    await act(id, "carol", { action: "proceed" });
    const told = await take(stream, 4);
    expect(told.map(({ type }) => type)).toEqual([
      "checkpoint.raised",
      "checkpoint.commented",
      "checkpoint.voted",
      "checkpoint.resolved",
    ]);
    expect(told.map((each) => each.id)).toEqual([1, 2, 3, 4].map((each) => Number(told[0]?.id) + each - 1));
    for (const { type, data } of told) {
      expect(streamEvent.safeParse(data).error).toBeUndefined();
      expect(Object.keys(data)).toEqual(["type", "at", "checkpoint"]);
      expect(data.type).toBe(type);
    }
    const { body } = await api.call(`GET /v1/checkpoints/${id}`);
    expect(told[3]?.data.checkpoint).toEqual(body);
  });

  test("tells each token of what it may see, and of nothing else", async () => {
    const names = ["agent", "other", "bob", "carol", "admin"] as const;
    const streams = await Promise.all(names.map((name) => listen(`${events}?session=sight`, { token: TOKENS[name] })));
    const source = { session: "sight" };
    const [first, second, last] = [
      await raised({ source, approvers: ["person:bob"] }),
      await raised({ source: { ...source, agent: "other" }, approvers: ["person:carol"] }, TOKENS.other),
      await raised({ source, approvers: ["group:sre"] }),
    ];
    const expected = [[first, last], [second], [first, last], [second, last], [first, second, last]];
    for (const [index, stream] of streams.entries()) {
      const ids = expected[index] ?? [];
      expect(
        (await take(stream, ids.length)).map(({ data }) => data.checkpoint.id),
        names[index],
      ).toEqual(ids);
    }
    // Nothing more comes to whoever may not see the last ones.
    const marker = await raised({ source: { ...source, agent: "other" } }, TOKENS.other);
    const [told] = await take(streams[1] as (typeof streams)[number], 1);
    expect(told?.data.checkpoint.id).toBe(marker);
  });

  test("goes on behind Last-Event-ID, which goes before ?after=", async () => {
    const ids = [await raised(), await raised(), await raised()];
    await expect.poll(() => feed.head).toBeGreaterThan(2);
    const last = feed.head;
    const seen = async (query: string, header?: string) => {
      const stream = await listen(events + query, { token: TOKENS.agent, last: header });
      return (await take(stream, 1))[0]?.data.checkpoint.id;
    };
    expect(await seen("", String(last - 3))).toBe(ids[0]);
    expect(await seen(`?after=${last - 2}`)).toBe(ids[1]);
    expect(await seen("?after=0", String(last - 1))).toBe(ids[2]);
  });

  test.each([
    ["Last-Event-ID", { "last-event-id": "abc" }, "", "/headers/last-event-id"],
    ["Last-Event-ID", { "last-event-id": "-1" }, "", "/headers/last-event-id"],
    ["Last-Event-ID", { "last-event-id": "1e3" }, "", "/headers/last-event-id"],
    ["Last-Event-ID", { "last-event-id": "9".repeat(30) }, "", "/headers/last-event-id"],
    ["after", {}, "?after=head", "/query/after"],
    ["kind", {}, "?kind=nothing", "/query/kind"],
    ["approver", {}, "?approver=person:bob", "/query/approver"],
  ])("refuses a %s that is none (%o %s)", async (_, headers, query, pointer) => {
    const answer = await api.call(`GET /v1/events${query}`, { headers });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  test("refuses to resume behind what has not happened, in words that say what to do", async () => {
    const answer = await api.call("GET /v1/events", { headers: { "last-event-id": "999999" } });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request" } });
    expect(answer.body.detail).toBe(
      "There is no event 999999 here yet, so nothing can be resumed behind it: begin anew without it, and list what is there.",
    );
  });

  test("needs a token, and answers HEAD without opening anything", async () => {
    expect((await api.call("GET /v1/events", { token: null })).status).toBe(401);
    expect((await api.call("HEAD /v1/events")).status).toBe(200);
  });

  test("gives a sign of life while nothing happens, with the place that was looked at", async () => {
    const own = await door(open().desk, { streams: { heartbeat: 20 } });
    const stream = await listen(`${own.url}/v1/events`, { token: TOKENS.other });
    const reading = stream.events.next();
    await raised({}, TOKENS.agent, own);
    await expect.poll(() => stream.last()).toBe("1");
    expect(stream.lines.filter((line) => line === ": quiet").length).toBeGreaterThan(0);
    await own.drain(0);
    await reading.catch(() => {});
  });

  test("is cut, and the fault logged, when the store fails; what comes after is there for whoever returns", async () => {
    const opened = openMemory();
    const faults: Error[] = [];
    const store = {
      ...opened.store,
      read: async (id: string, operation?: string) => {
        const [fault] = faults;
        if (fault && operation === undefined) throw fault;
        return opened.store.read(id, operation);
      },
    };
    const place = office({ ...opened, store });
    place.feed.start();
    const own = await door(place.desk);
    const stream = await listen(`${own.url}/v1/events`, { token: TOKENS.agent });
    faults.push(new Error("disk on fire"));
    const id = await raised({}, TOKENS.agent, own);
    expect(await stream.events.next()).toEqual({ done: true, value: undefined });
    expect(JSON.stringify(own.faults)).toContain("a stream was cut");
    faults.pop();
    const again = await listen(`${own.url}/v1/events`, { token: TOKENS.agent, last: stream.last() });
    expect((await take(again, 1))[0]?.data.checkpoint.id).toBe(id);
    await place.feed.stop();
  });
});

describe("how many", () => {
  test("refuses more streams than it was set, and takes one again when another has gone", async () => {
    const own = await door(open().desk, { streams: { most: 2 } });
    const url = `${own.url}/v1/events`;
    const going = new AbortController();
    await listen(url, { token: TOKENS.agent, signal: going.signal });
    await listen(url, { token: TOKENS.bob });
    expect(await figure(own.metrics, "hitl_streams")).toBe(2);
    const refused = await own.call("GET /v1/events");
    expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect((await own.call("GET /v1/whoami")).status).toBe(200);
    going.abort();
    await expect.poll(() => figure(own.metrics, "hitl_streams")).toBe(1);
    expect((await listen(url, { token: TOKENS.carol })).response.status).toBe(200);
  });
});

/** A listener of its own, so that the test sees what each answer holds back; and readers that can stop reading. */
async function sockets(stall: number) {
  const place = open();
  const answers = new Set<ServerResponse>();
  const metrics = makeMetrics();
  const ready = async () => ({ ready: true, store: "up", channels: {} }) as const;
  const caller = () => place.caller("admin");
  const app = routes(
    place.desk,
    { caller },
    {
      baseUrl: "https://hitl.example.com",
      version: "0.1.0",
      openMetrics: true,
      ready,
      metrics,
      log: { error: () => {} },
      streams: { stall },
    },
  );
  const serve = nodeListener(app);
  const server = createServer((request, response) => {
    answers.add(response);
    serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => server.closeAllConnections());
  afterAll(() => server.close());

  function reader(last = ""): { socket: Socket; got: () => string; closed: Promise<void> } {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    let got = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      got += text;
    });
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: ${last}\r\n\r\n`);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()).once("error", () => {}));
    return { socket, got: () => got, closed };
  }

  async function flood(count: number): Promise<void> {
    const summary = "x".repeat(600_000);
    for (let number = 0; number < count; number += 1)
      await place.raise({ id: `chk_flood_${number}`, kind: "confirm", payload: { summary } });
  }

  return { ...place, answers, metrics, reader, flood };
}

describe("a reader that does not read", () => {
  test("holds back at most 256 KB, is let go once it has stalled, and misses nothing when it comes back", async () => {
    const { reader, flood, answers, metrics, feed } = await sockets(300);
    const { socket, got, closed } = reader();
    await expect.poll(got).toContain("retry: 3000");
    socket.pause();
    // Loopback takes a few MB before it pushes back.
    const flooding = flood(30);
    let most = 0;
    while ((await figure(metrics, "hitl_streams_evicted_total")) === 0) {
      for (const { writableLength } of answers) most = Math.max(most, writableLength);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await flooding;
    console.log(`at most ${Math.round(most / 1024)} KB were held for it`);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(256 * 1024);
    await expect.poll(() => figure(metrics, "hitl_streams")).toBe(0);
    socket.resume();
    await closed;

    const ids = (text: string) =>
      [...text.matchAll(/^id: (\d+)\ndata: .*"summary":"x+".*\n\n/gm)].map(([, id]) => Number(id));
    const seen = ids(got().replaceAll(/\r\n[0-9a-f]+\r\n/g, ""));
    expect(seen.length).toBeGreaterThan(0);
    const again = reader(String(seen.at(-1)));
    await expect.poll(() => again.got().includes(`id: ${feed.head}\n`), { timeout: 10_000 }).toBe(true);
    const rest = ids(again.got().replaceAll(/\r\n[0-9a-f]+\r\n/g, ""));
    expect([...seen, ...rest]).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    again.socket.destroy();
  });

  test("is not let go while it is only slow", async () => {
    const { reader, flood, metrics, feed } = await sockets(400);
    const { socket, got } = reader();
    await expect.poll(got).toContain("retry: 3000");
    const flooding = flood(15);
    // Stops for less than it may, over and over, for longer than it may in all.
    for (let pauses = 0; pauses < 8; pauses += 1) {
      socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await flooding;
    await expect.poll(() => got().includes(`id: ${feed.head}\n`), { timeout: 10_000 }).toBe(true);
    expect(await figure(metrics, "hitl_streams_evicted_total")).toBe(0);
    socket.destroy();
  });
});

describe("when the bot stops", () => {
  test("streams end at once and cleanly, also for a reader that has stopped reading", async () => {
    const { reader, flood, answers, feed } = await sockets(30_000);
    const [reading, stalled] = [reader(), reader()];
    await expect.poll(stalled.got).toContain("retry: 3000");
    stalled.socket.pause();
    await flood(15);
    await expect.poll(() => [...answers].some(({ writableNeedDrain }) => writableNeedDrain)).toBe(true);
    const began = performance.now();
    await feed.stop();
    await expect
      .poll(() => [...answers].every(({ destroyed, writableFinished }) => destroyed || writableFinished))
      .toBe(true);
    const took = performance.now() - began;
    expect(reading.got().endsWith("0\r\n\r\n")).toBe(true);
    console.log(`ended after ${Math.round(took)} ms`);
    expect(took).toBeLessThan(1_250);
    for (const { socket } of [reading, stalled]) socket.destroy();
  });
});
