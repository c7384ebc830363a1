/** Where a call can get to: listeners on addresses that stand for the inside of a network count who comes. */
import { describe, expect, test } from "vitest";
import { hostileUrls } from "./hostile.ts";
import { receiver, socketServer } from "./receiver.ts";
import { approved, webhooks } from "./webhooks.ts";

/** The same port on three loopback addresses: only 127.0.0.1 is ever allowed. */
async function neighbourhood() {
  const allowed = await socketServer((socket) => socket.end());
  const port = Number(allowed.at.split(":")[1]);
  const inside = await socketServer((socket) => socket.end(), "127.0.0.2", port);
  const other = await socketServer((socket) => socket.end(), "127.0.0.3", port);
  return { allowed, port, blocked: () => inside.connections + other.connections };
}

const REFUSED = { type: "failed", reason: "its name leads to an address that agents are not called at" };

describe("an attempt", () => {
  test("to any of the hostile URLs ends before there is a connection, also without the check at the raise", async () => {
    const { allowed, port, blocked } = await neighbourhood();
    const hooks = webhooks({
      allow: [],
      resolve: async (host) => {
        throw new Error(`${host} was looked up`);
      },
    });
    const urls = hostileUrls(port).filter((url) => hooks.fault(url) !== null);
    for (const url of urls)
      expect(await hooks.call(approved(url)), url).toEqual({ type: "failed", reason: hooks.fault(url) });
    console.log(`${urls.length} hostile URLs: ${allowed.connections + blocked()} connections`);
    expect(allowed.connections + blocked()).toBe(0);
  });

  test("goes to the address that was checked, however the name changes its mind", async () => {
    const { allowed, port, blocked } = await neighbourhood();
    const answers = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.2"];
    const asked: string[] = [];
    const hooks = webhooks({
      allow: ["127.0.0.1/32"],
      resolve: async (host) => {
        asked.push(host);
        return [{ address: answers[asked.length - 1] ?? "127.0.0.2", family: 4 }];
      },
    });
    const record = approved(`https://rebind.example.com:${port}/`);
    expect(hooks.fault(`https://rebind.example.com:${port}/`)).toBeNull();
    // No certificate there, but it was reached.
    expect(await hooks.call(record)).toMatchObject({ type: "failed", reason: "the connection was cut" });
    expect([allowed.connections, blocked()]).toEqual([1, 0]);
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await hooks.call(record)).toEqual(REFUSED);
    expect(asked).toEqual(Array(4).fill("rebind.example.com"));
    expect([allowed.connections, blocked()]).toEqual([1, 0]);
  });

  test("is refused when one of several addresses is not allowed, whichever comes first", async () => {
    const { allowed, port, blocked } = await neighbourhood();
    for (const addresses of [
      ["127.0.0.1", "127.0.0.2"],
      ["127.0.0.2", "127.0.0.1"],
      ["127.0.0.1", "127.0.0.1", "127.0.0.3"],
    ]) {
      const resolve = async () => addresses.map((address) => ({ address, family: 4 }));
      const hooks = webhooks({ allow: ["127.0.0.1/32"], resolve });
      expect(await hooks.call(approved(`https://several.example.com:${port}/`))).toEqual(REFUSED);
    }
    expect([allowed.connections, blocked()]).toEqual([0, 0]);
  });

  test.each([
    "10.0.0.1",
    "127.0.0.2",
    "169.254.169.254",
    "100.64.1.1",
    "::1",
    "fd12::1",
    "fe80::1",
    "::ffff:127.0.0.2",
    "64:ff9b::7f00:2",
  ])("is refused when a public name leads to %s", async (address) => {
    const { port, blocked } = await neighbourhood();
    const hooks = webhooks({ allow: [], resolve: async () => [{ address, family: address.includes(":") ? 6 : 4 }] });
    expect(await hooks.call(approved(`https://agent.example.com:${port}/`))).toEqual(REFUSED);
    expect(blocked()).toBe(0);
  });

  test("falls back to the next of the checked addresses when one is down", async () => {
    const agent = await receiver();
    const resolve = async () => [
      { address: "127.0.0.9", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const hooks = webhooks({ allow: ["agent.internal"], resolve });
    expect(await hooks.call(approved(agent.url.replace("127.0.0.1", "agent.internal")))).toEqual({ type: "delivered" });
    expect(agent.got[0]?.headers.host).toBe(agent.at.replace("127.0.0.1", "agent.internal"));
  });

  test("follows no chain of redirects into the network", async () => {
    const { port, blocked } = await neighbourhood();
    const last = await receiver((response) => response.writeHead(307, { location: `http://127.0.0.2:${port}/` }).end());
    const first = await receiver((response) => response.writeHead(302, { location: last.url }).end());
    for (const { url } of [last, first])
      expect(await webhooks().call(approved(url))).toMatchObject({ reason: "redirected to another address: refused" });
    expect([first.got.length, last.got.length, blocked()]).toEqual([1, 1, 0]);
  });

  test("is refused once the settings no longer allow what they allowed at the raise", async () => {
    const agent = await receiver();
    expect(await webhooks({ allow: [] }).call(approved(agent.url))).toEqual({
      type: "failed",
      reason: "127.0.0.1 is not a public address; HITL_CALLBACK_ALLOW has to name it.",
    });
    expect(agent.got).toHaveLength(0);
  });
});
