import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Branch, makeListener, type Patience } from "../src/listener.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(app: RequestListener, branches: Branch[] = [], patience: Partial<Patience> = {}) {
  const listener = makeListener(app, branches, patience);
  const port = await listener.listen(0, "127.0.0.1");
  closing.push(() => listener.drain(0));
  return { ...listener, port, url: `http://127.0.0.1:${port}` };
}

/** A connection on which a test writes bytes; `rest` is all that came back once the other side hung up. */
function raw(port: number): { socket: Socket; rest: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  closing.push(async () => socket.destroy());
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  // A reset after the answer is still the end.
  socket.on("error", () => {});
  const rest = new Promise<string>((resolve) => socket.on("close", () => resolve(text)));
  return { socket, rest };
}

const ok: RequestListener = (_, outgoing) => outgoing.end("fine");

describe("broken requests", () => {
  test.each([
    ["something that is no HTTP", "hello there\r\n\r\n", 400, "bad_request"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
      400,
      "bad_request",
    ],
    [
      "a length beside chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "bad_request",
    ],
    ["no Host", "GET / HTTP/1.1\r\n\r\n", 400, "bad_request"],
    ["20 KB of headers", `GET / HTTP/1.1\r\nHost: x\r\nX-Fill: ${"a".repeat(20_000)}\r\n\r\n`, 431, "head_too_large"],
    ["an endless address", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, "head_too_large"],
  ])("answers %s in words and hangs up", async (_, bytes, status, code) => {
    const { port } = await serve(ok);
    const { socket, rest } = raw(port);
    socket.write(bytes);
    const answer = await rest;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain("connection: close");
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status, code });
  });

  test("answers a request whose head never ends with 408", async () => {
    const { port } = await serve(ok, [], { head: 100, request: 100, look: 20 });
    const { socket, rest } = raw(port);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a");
    expect(await rest).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
  });

  test("hangs up on a client that never says anything", async () => {
    const { port } = await serve(ok, [], { head: 100, request: 100, look: 20 });
    expect(await raw(port).rest).not.toContain("200");
  });

  test("survives clients that hang up in the middle", async () => {
    const { port, url } = await serve(ok);
    for (const bytes of ["G", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"]) {
      const { socket, rest } = raw(port);
      socket.write(bytes, () => socket.resetAndDestroy());
      await rest;
    }
    expect(await (await fetch(url)).text()).toBe("fine");
  });

  test("never lets a refusal stand in for the answer to an earlier request on the same connection", async () => {
    const held = Promise.withResolvers<() => void>();
    const { port } = await serve((_, outgoing) => held.resolve(() => outgoing.end("first")));
    const { socket, rest } = raw(port);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await held.promise;
    socket.write("rubbish\r\n\r\n");
    expect(await rest).toBe("");
  });
});

test("does not cut off an answer that takes longer than a request may", async () => {
  const slow: RequestListener = (_, outgoing) => setTimeout(() => outgoing.end("patient"), 250);
  const { url } = await serve(slow, [], { head: 50, request: 50, idle: 50, look: 10 });
  expect(await (await fetch(url)).text()).toBe("patient");
});

test("answers pipelined requests in their order, however long each takes", async () => {
  const slow = Promise.withResolvers<() => void>();
  const { port } = await serve((incoming, outgoing) => {
    if (incoming.url === "/slow") slow.resolve(() => outgoing.end("<slow>"));
    else outgoing.setHeader("Connection", "close").end("<quick>");
  });
  const { socket, rest } = raw(port);
  socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  (await slow.promise)();
  expect((await rest).match(/<\w+>/g)).toEqual(["<slow>", "<quick>"]);
});

test("hands a branch its requests with unread bodies, and everything else to the app", async () => {
  const branch: Branch = {
    prefix: "/slack/",
    listener: async (incoming, outgoing) => {
      const chunks = await incoming.toArray();
      outgoing.end(`branch got ${Buffer.concat(chunks)}`);
    },
  };
  const { url } = await serve(ok, [branch]);
  const sent = await fetch(`${url}/slack/events`, { method: "POST", body: "a=1" });
  expect(await sent.text()).toBe("branch got a=1");
  for (const path of ["/", "/slack", "/v1/slack/", "/?/slack/"])
    expect(await (await fetch(url + path)).text()).toBe("fine");
});

test("tells of a port that is taken", async () => {
  const { port } = await serve(ok);
  await expect(makeListener(ok).listen(port, "127.0.0.1")).rejects.toThrow("EADDRINUSE");
});

describe("draining", () => {
  test("lets what is in hand finish, turns new requests away, then closes", async () => {
    const held = Promise.withResolvers<() => void>();
    const listener = await serve((_, outgoing) => held.resolve(() => outgoing.end("finished")));
    const first = fetch(listener.url);
    const finish = await held.promise;
    const drained = listener.drain(60_000);

    const late = await fetch(`${listener.url}/late`);
    expect([late.status, late.headers.get("retry-after"), late.headers.get("connection")]).toEqual([503, "1", "close"]);
    expect(await late.json()).toMatchObject({ code: "unavailable" });

    finish();
    const answer = await first;
    expect([answer.status, answer.headers.get("connection"), await answer.text()]).toEqual([200, "close", "finished"]);
    await drained;
    await expect(fetch(listener.url)).rejects.toThrow("fetch failed");
  });

  test("closes at once when nothing is in hand, and does not wait for idle connections", async () => {
    const listener = await serve(ok);
    expect(await (await fetch(listener.url)).text()).toBe("fine");
    const { socket, rest } = raw(listener.port);
    await once(socket, "connect");
    await listener.drain(60_000);
    expect(await rest).toBe("");
  });

  test("does not wait longer than its grace for an answer that never comes", async () => {
    const began = Promise.withResolvers<void>();
    const listener = await serve(() => began.resolve());
    const never = fetch(listener.url);
    never.catch(() => {});
    await began.promise;
    await listener.drain(20);
    await expect(never).rejects.toThrow("fetch failed");
  });
});

describe("a crowd at the door", () => {
  /** Whoever is inside asks again and again, each time for as long as the loop may be held up by one request. */
  const BUSY_MS = 2;
  const INSIDE = 10;
  const CROWD = 150;

  test("is let in before those inside have been served over and over", async () => {
    let served = 0;
    const { port } = await serve((_, outgoing) => {
      const end = performance.now() + BUSY_MS;
      while (performance.now() < end);
      served += 1;
      outgoing.end("fine");
    });
    const ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const inside = Array.from({ length: INSIDE }, () => raw(port).socket);
    for (const socket of inside) {
      socket.on("data", () => socket.write(ask));
      socket.write(ask);
    }
    await Promise.all(inside.map((socket) => once(socket, "data")));
    const before = served;
    const crowd = Array.from({ length: CROWD }, () => raw(port).socket);
    await Promise.all(
      crowd.map(async (socket) => {
        socket.write(ask);
        await once(socket, "data");
      }),
    );
    const meanwhile = served - before - CROWD;
    console.log(`${CROWD} came in while those inside were served ${meanwhile} times`);
    // One in each turn of the loop would have been 1,500.
    expect(meanwhile).toBeLessThan((CROWD * INSIDE) / 3);
  });

  test("does not keep those inside waiting for long, however many come", async () => {
    const { port } = await serve(ok);
    const { socket } = raw(port);
    const enough = new AbortController();
    const knock = () => {
      const { socket: next } = raw(port);
      next.once("connect", () => {
        next.destroy();
        if (!enough.signal.aborted) knock();
      });
    };
    for (let count = 0; count < 20; count += 1) knock();
    for (let count = 0; count < 10; count += 1) {
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await once(socket, "data");
    }
    enough.abort();
  });
});
