import { describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { viewOf } from "../../../../src/view.ts";
import { RAISED } from "../../../make.ts";
import { receiver, socketServer, verify } from "./receiver.ts";
import { approved, BASE, webhooks } from "./webhooks.ts";

const DELIVERED = { type: "delivered" };

describe("what the receiver gets", () => {
  test("is a POST that says who sends, what, and how the checkpoint ended", async () => {
    const agent = await receiver();
    const record = approved(`${agent.url}?job=7`);
    expect(await webhooks().call(record)).toEqual(DELIVERED);
    const [{ path, headers, body }] = (await agent.arrived(1)) as [(typeof agent.got)[number]];
    expect(path).toBe("/hook?job=7");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(body.length),
      "user-agent": "hitl-bot/1.2.3",
      "webhook-id": "evt_chk_0123456789",
      host: agent.at,
    });
    expect(JSON.parse(body.toString())).toEqual({
      type: "checkpoint.resolved",
      timestamp: "2026-11-20T10:01:00.000Z",
      data: JSON.parse(JSON.stringify(viewOf(record, BASE))),
    });
    expect(body.toString()).not.toContain("job=7");
  });

  test.each(["resolved", "expired", "withdrawn"] as const)("names the end: checkpoint.%s", async (status) => {
    const agent = await receiver();
    await webhooks().call(approved(agent.url, { status }));
    expect(JSON.parse(String(agent.got[0]?.body)).type).toBe(`checkpoint.${status}`);
  });

  test("verifies with the standardwebhooks library, and with no other secret, id, time or byte", async () => {
    const agent = await receiver();
    await webhooks().call(approved(agent.url, { title: "Zwölf Boxkämpfer — 拳闘 \u{1f94a}" }));
    const [received] = (await agent.arrived(1)) as [(typeof agent.got)[number]];
    expect(verify(received)).toMatchObject({ data: { title: "Zwölf Boxkämpfer — 拳闘 \u{1f94a}" } });
    expect(() => verify(received, Buffer.alloc(32, 8))).toThrow(/No matching signature/);
    const { headers, body } = received;
    expect(() => verify({ ...received, headers: { ...headers, "webhook-id": "evt_chk_other" } })).toThrow();
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    expect(() => verify({ ...received, headers: { ...headers, "webhook-timestamp": later } })).toThrow();
    const flipped = Buffer.from(body);
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    expect(() => verify({ ...received, body: flipped })).toThrow();
  });

  test("has one id and the same bytes on every attempt and from every replica, whatever became of the record", async () => {
    const agent = await receiver(500);
    const { shelf } = openMemory();
    let now = Date.now() - 120_000;
    const ours = webhooks({ shelf, now: () => now });
    const theirs = webhooks({ shelf, now: () => now, baseUrl: "https://moved.example.com" });
    const record = approved(agent.url);
    await ours.call(record);
    now += 60_000;
    await ours.call({
      ...record,
      revision: 7,
      comments: [{ by: { kind: "agent", name: "ci" }, at: RAISED, text: "x" }],
    });
    now += 60_000;
    await theirs.call({ ...record, revision: 9, title: "Renamed" });
    const got = await agent.arrived(3);
    expect(agent.ids()).toEqual(["evt_chk_0123456789", "evt_chk_0123456789", "evt_chk_0123456789"]);
    expect(got.map(({ body }) => body.equals(got[0]?.body as Buffer))).toEqual([true, true, true]);
    expect(new Set(got.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(3);
    expect(new Set(got.map(({ headers }) => headers["webhook-signature"])).size).toBe(3);
    for (const each of got) verify(each);
  });

  test("is the same when two replicas make it at the same moment", async () => {
    const agent = await receiver();
    const { shelf } = openMemory();
    const replicas = [1, 2, 3, 4].map((number) =>
      webhooks({ shelf, baseUrl: `https://replica-${number}.example.com` }),
    );
    await Promise.all(replicas.map((each) => each.call(approved(agent.url))));
    const got = await agent.arrived(4);
    expect(new Set(got.map(({ body }) => body.toString())).size).toBe(1);
  });

  test("is not sent by a replica that is late, once the delivery is on record", async () => {
    const agent = await receiver();
    const { shelf } = openMemory();
    const [ours, theirs] = [webhooks({ shelf }), webhooks({ shelf })];
    const record = approved(agent.url);
    await ours.call(record);
    await ours.forget(record.id);
    expect(await theirs.call(record)).toEqual({ type: "busy" });
    expect(agent.got).toHaveLength(1);
    expect(await shelf.get(`webhook:${record.id}`)).toBe("told");
  });
});

describe("what a receiver may answer", () => {
  test.each([200, 201, 202, 204, 299])("%i is success", async (status) => {
    const agent = await receiver(status);
    expect(await webhooks().call(approved(agent.url))).toEqual(DELIVERED);
  });

  test.each<[number, string]>([
    [400, "400 Bad Request"],
    [401, "401 Unauthorized"],
    [404, "404 Not Found"],
    [413, "413 Payload Too Large"],
    [429, "429 Too Many Requests"],
    [500, "500 Internal Server Error"],
    [503, "503 Service Unavailable"],
    [999, "999"],
  ])("%i is a failure, told as %s", async (status, reason) => {
    const agent = await receiver(status);
    expect(await webhooks().call(approved(agent.url))).toEqual({ type: "failed", reason });
  });

  test("410 is a failure for good", async () => {
    const agent = await receiver(410);
    expect(await webhooks().call(approved(agent.url))).toEqual({ type: "failed", reason: "410 Gone", gone: true });
  });

  test.each([301, 302, 303, 307, 308, 300, 304])(
    "%i is a failure, and nobody is called where it leads",
    async (status) => {
      const elsewhere = await receiver();
      const agent = await receiver((response) => response.writeHead(status, { location: elsewhere.url }).end());
      expect(await webhooks().call(approved(agent.url))).toEqual({
        type: "failed",
        reason: "redirected to another address: refused",
      });
      expect(agent.got).toHaveLength(1);
      expect(elsewhere.got).toHaveLength(0);
    },
  );

  test("its words never get into the reason", async () => {
    const agent = await socketServer((socket) =>
      socket.end("HTTP/1.1 500 <script>alert(1)</script>\r\ncontent-length: 6\r\n\r\nsecret"),
    );
    const result = await webhooks().call(approved(`http://${agent.at}/`));
    expect(result).toEqual({ type: "failed", reason: "500 Internal Server Error" });
  });

  test.each<[string, string, string]>([
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n\r\n", "it did not answer in HTTP"],
    ["a status that is none", "HTTP/1.1 abc OK\r\n\r\n", "it did not answer in HTTP"],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"x-y: zzzzzzzz\r\n".repeat(10_000)}`, "it did not answer in HTTP"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "it did not answer in HTTP"],
    ["nothing, and hangs up", "", "the connection was cut"],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "the connection was cut",
    ],
  ])("%s is a failure", async (_, answer, reason) => {
    const agent = await socketServer((socket) => socket.once("data", () => socket.end(answer)));
    expect(await webhooks().call(approved(`http://${agent.at}/`))).toEqual({ type: "failed", reason });
  });

  test("2xx counts even when the rest of the answer is cut", async () => {
    const agent = await socketServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort")),
    );
    expect(await webhooks().call(approved(`http://${agent.at}/`))).toEqual(DELIVERED);
  });

  test("an endless answer is read for some kilobytes, then the connection is cut", async () => {
    const chunk = Buffer.alloc(64 * 1024, 120);
    const ended = Promise.withResolvers<void>();
    const agent = await socketServer((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.once("data", () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10 * 1024 ** 3}\r\n\r\n`);
        socket.on("drain", pour);
        pour();
      });
      socket.on("close", () => ended.resolve());
    });
    expect(await webhooks().call(approved(`http://${agent.at}/`))).toEqual(DELIVERED);
    await ended.promise;
    console.log(
      `of 10 GB the receiver got rid of ${Math.round(agent.written / 1024)} KB, buffers of both sides included`,
    );
    expect(agent.written).toBeLessThan(16 * 1024 ** 2);
  });
});

describe("a receiver in trouble", () => {
  test("that is down is told as such", async () => {
    const agent = await receiver();
    await agent.close();
    expect(await webhooks().call(approved(agent.url))).toEqual({
      type: "failed",
      reason: "the connection was refused",
    });
  });

  test("that takes longer than it may, hangs after the head or trickles is cut off on time", async () => {
    const hooks = webhooks({ timeout: 300 });
    const slow = await receiver((response) => void setTimeout(() => response.end(), 10_000).unref());
    const silent = await receiver(() => {});
    const trickle = await socketServer((socket) => {
      const timer = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(timer));
      socket.write("HTTP/1.1 200 OK\r\nx-endless: ");
    });
    const started = performance.now();
    const results = await Promise.all(
      [slow.url, silent.url, `http://${trickle.at}/`].map((url, index) =>
        hooks.call(approved(url, { id: `chk_slow_000${index}` })),
      ),
    );
    const took = performance.now() - started;
    expect(results).toEqual(Array(3).fill({ type: "failed", reason: "timed out after 0.3 s" }));
    expect(took).toBeGreaterThan(290);
    expect(took).toBeLessThan(5_000);
  });

  test("that accepts and then loses the connection gets the same again", async () => {
    const agent = await receiver((response) => response.destroy());
    const hooks = webhooks();
    const record = approved(agent.url);
    expect(await hooks.call(record)).toEqual({ type: "failed", reason: "the connection was cut" });
    agent.manner = 204;
    expect(await hooks.call({ ...record, revision: 8 })).toEqual(DELIVERED);
    const [first, second] = await agent.arrived(2);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.body.equals(first?.body as Buffer)).toBe(true);
  });

  test("whose name is unknown, or whose look-up fails or hangs, costs an attempt and no more", async () => {
    const coded = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
    const calls: [() => Promise<never>, string][] = [
      [() => coded("ENOTFOUND"), "its name is not known"],
      [() => coded("EAI_AGAIN"), "its name could not be looked up"],
      [() => new Promise(() => {}), "timed out after 0.1 s"],
    ];
    for (const [resolve, reason] of calls)
      expect(await webhooks({ resolve, timeout: 100 }).call(approved("https://agent.example.com/"))).toEqual({
        type: "failed",
        reason,
      });
    expect(await webhooks({ resolve: async () => [] }).call(approved("https://agent.example.com/"))).toMatchObject({
      reason: "its name is not known",
    });
  });

  test("is not called while the program ends, and what was under way is given back without a verdict", async () => {
    const agent = await receiver(() => {});
    const stop = new AbortController();
    const hooks = webhooks({ stop: stop.signal });
    const calls = Array.from({ length: 6 }, (_, index) =>
      hooks.call(approved(agent.url, { id: `chk_stop_000${index}` })),
    );
    await agent.arrived(4);
    stop.abort();
    expect(await Promise.all(calls)).toEqual(Array(6).fill({ type: "busy" }));
    expect(await hooks.call(approved(agent.url))).toEqual({ type: "busy" });
    expect(agent.got).toHaveLength(4);
  });

  test("a fault of the program itself is thrown, not taken for the receiver's", async () => {
    const resolve = () => Promise.reject(new TypeError("x is not a function"));
    await expect(webhooks({ resolve }).call(approved("https://agent.example.com/"))).rejects.toThrow(TypeError);
  });
});
