/** What an agent's system may answer, against real servers. */
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { exchange } from "../../src/outbound/exchange.ts";
import { type Manner, type Receiver, receiver } from "../adapters/agents/webhook/receiver.ts";

const open: Receiver[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((each) => each.close()))));

async function ask(manner: Manner, patience = 5_000, most?: number) {
  const server = await receiver(manner);
  open.push(server);
  const signal = AbortSignal.timeout(patience);
  const limit = most === undefined ? {} : { most };
  return exchange({ url: server.url, method: "POST", body: "{}", signal, ...limit });
}

const says =
  (text: string, status = 200): Manner =>
  (response) =>
    response.writeHead(status).end(text);

describe("an exchange", () => {
  test("hears JSON with its status", async () => {
    expect(await ask(says('{"status":"ignored"}', 409))).toEqual({
      type: "answer",
      status: 409,
      value: { status: "ignored" },
    });
  });

  test("takes garbage, nothing, and JSON with traps in it for no value", async () => {
    const nothing = { type: "answer", status: 200, value: undefined };
    expect(await ask(says("<html>"))).toEqual(nothing);
    expect(await ask(says(""))).toEqual(nothing);
    expect(await ask(says('{"__proto__": {"approved": true}}'))).toEqual(nothing);
    expect(await ask(says('{"a":1,"a":2}'))).toEqual(nothing);
  });

  test("follows no redirect", async () => {
    const elsewhere = await receiver(200);
    open.push(elsewhere);
    const heard = await ask((response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(heard).toMatchObject({ type: "answer", status: 307 });
    expect(elsewhere.got).toEqual([]);
  });

  test("reads no more than it was told to", async () => {
    const endless: Manner = (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
    };
    expect(await ask(endless, 5_000, 100_000)).toEqual({ type: "answer", status: 200, value: undefined });
  });

  test("unpacks no more than it was told to, however small it came", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_024 * 1_024, "x"));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().rss;
    expect(
      await ask((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb), 5_000, 100_000),
    ).toEqual({ type: "answer", status: 200, value: undefined });
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1_024 * 1_024);
  });

  test("waits for an answer that comes in drops no longer than for none", async () => {
    const drip: Manner = (response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write(" "), 10);
      response.once("close", () => clearInterval(dripping));
    };
    expect(await ask(drip, 150)).toEqual({ type: "silent", reason: "it did not answer in time" });
  });

  test("calls silence by its name", async () => {
    expect(await ask(() => {}, 100)).toEqual({ type: "silent", reason: "it did not answer in time" });
    expect(await ask((response) => void response.socket?.destroy())).toEqual({
      type: "silent",
      reason: "the connection was cut",
    });
    const gone = await receiver(200);
    await gone.close();
    const signal = AbortSignal.timeout(5_000);
    expect(await exchange({ url: gone.url, method: "GET", signal })).toEqual({
      type: "silent",
      reason: "the connection was refused",
    });
  });
});
