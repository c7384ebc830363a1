/**
 * A Redis that is killed, frozen, cut off, full, or not itself any more: every call ends within 3 seconds, in the truth
 * or in StoreUnavailable, nothing is half done, and everything goes on by itself when Redis does.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import { type Logged, type Opened, StoreUnavailable } from "../../../src/ports.ts";
import { advance, raise, show, together } from "../../contract/changes.ts";
import { collect } from "../../contract/open.ts";
import { type RedisPeer, startRedis } from "../../peers/redis.ts";

const ID = "chk_0000000001";
const OTHER = "chk_0000000002";
const CALL_MS = 3_000;

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

/** How each verb of the store ends: its answer or the name of its error, and the longest it took. */
async function everyVerb({ store, shelf }: Opened) {
  const began = performance.now();
  let longest = 0;
  const told = async (call: Promise<unknown>) => {
    const end = await call.then(
      () => "answered",
      (error: Error) => error.name,
    );
    longest = Math.max(longest, performance.now() - began);
    return end;
  };
  const record = raise(OTHER).writes[0]?.record;
  const work = { task: show(ID), due: 0, attempt: 1, fence: 1 };
  const ends = await Promise.all([
    told(store.commit(raise(OTHER))),
    told(store.read(ID)),
    told(store.read(ID, "op:1")),
    told(store.list({ limit: 10 })),
    told(store.due(10, 1_000)),
    told(store.done(work, { type: "finished" })),
    told(collect(store.log({ after: 0 }))),
    told(collect(store.log({ id: ID, after: 0 }))),
    told(shelf.get("key")),
    told(shelf.set("key", "value", 1_000)),
    told(shelf.add("key", "value")),
    told(shelf.take("key")),
  ]);
  expect(record).toBeDefined();
  return { ends: [...new Set(ends)], longest };
}

const keysOf = async (url: string) => {
  const client = await createClient({ url }).connect();
  try {
    const all: Record<string, unknown> = {};
    for (const key of (await client.keys("*")).sort()) all[key] = await client.dump(key);
    return all;
  } finally {
    client.destroy();
  }
};

async function command(url: string, ...args: string[]): Promise<unknown> {
  const client = await createClient({ url }).connect();
  try {
    return await client.sendCommand(args);
  } finally {
    client.destroy();
  }
}

async function until(isSo: () => Promise<boolean> | boolean, ms = 5_000): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > ms) throw new Error(`not so after ${ms} ms`);
    await pause(20);
  }
  return performance.now() - began;
}

const isUp = ({ shelf }: Opened) =>
  shelf.get("any").then(
    () => true,
    () => false,
  );

describe("a Redis that was killed", () => {
  it("is out of reach at once, and in use again by itself when it is back, with all that was acknowledged", async () => {
    const opened = await openRedis(redis.fresh());
    await opened.store.commit(raise(ID, { outbox: [show(ID)] }));
    // Its log is written to the disk once a second; a kill loses what was not handed to the system, which is nothing.
    await redis.kill();
    const first = await everyVerb(opened);
    expect(first.ends).toEqual(["StoreUnavailable"]);
    expect(first.longest).toBeLessThan(CALL_MS);
    await pause(900);
    const later = await everyVerb(opened);
    expect(later.ends).toEqual(["StoreUnavailable"]);
    expect(later.longest).toBeLessThan(100);
    await redis.start();
    const back = await until(() => isUp(opened));
    console.log(
      `killed: told after ${first.longest.toFixed(0)} ms, later ${later.longest.toFixed(0)}; back after ${back.toFixed(0)} ms`,
    );
    expect((await opened.store.read(ID))?.record.id).toBe(ID);
    expect(await opened.store.read(OTHER)).toBeUndefined();
    expect(await opened.store.commit(raise(ID))).toMatchObject({ type: "replayed" });
    expect((await everyVerb(opened)).ends).toEqual(["answered"]);
    await opened.close();
  });

  it("says what to do in its sentence, and nothing of its address", async () => {
    const opened = await openRedis(redis.fresh());
    await redis.kill();
    await expect(opened.store.read(ID)).rejects.toThrow(
      new StoreUnavailable("The store is out of reach: no connection to Redis. Try the same again.", {
        reason: "no connection to Redis",
      }),
    );
    await redis.start();
    await opened.close();
  });
});

describe("a frozen Redis", () => {
  it("holds up no call, and whether a change was recorded is told by the same operation afterwards", async () => {
    const opened = await openRedis(redis.fresh());
    await opened.store.commit(raise(ID));
    redis.freeze();
    const { ends, longest } = await everyVerb(opened);
    expect(ends).toEqual(["StoreUnavailable"]);
    expect(longest).toBeGreaterThan(700);
    expect(longest).toBeLessThan(2_000);
    redis.resume();
    const back = await until(() => isUp(opened));
    console.log(`frozen: told after ${longest.toFixed(0)} ms; back after ${back.toFixed(0)} ms`);
    // What lay in its ear while it was frozen was carried out, once: the same again says so.
    expect(await opened.store.commit(raise(OTHER))).toMatchObject({ type: "replayed" });
    expect((await collect(opened.store.log({ after: 0 }))).map(({ entry }) => entry.id)).toEqual([ID, OTHER]);
    await opened.close();
  });

  it("that thaws in time carries a change out once and says that it stands, not that it is a repeat", async () => {
    const opened = await openRedis(redis.fresh());
    redis.freeze();
    const committed = opened.store.commit(raise(ID));
    const added = opened.shelf.add("once", "mine");
    await pause(1_000);
    redis.resume();
    expect(await committed).toEqual({ type: "committed", seq: 1 });
    expect(await added).toBe(true);
    expect(await opened.shelf.add("once", "mine")).toBe(false);
    expect(await collect(opened.store.log({ after: 0 }))).toHaveLength(1);
    await opened.close();
  });

  it("gives what is taken to the one who asked, also when the first answer was lost", async () => {
    const opened = await openRedis(redis.fresh());
    await opened.shelf.set("link", "alice");
    redis.freeze();
    const taken = opened.shelf.take("link");
    await pause(1_000);
    redis.resume();
    expect(await taken).toBe("alice");
    expect(await opened.shelf.take("link")).toBeUndefined();
    await opened.close();
  });

  it("gives back what it handed out to nobody", async () => {
    const opened = await openRedis(redis.fresh());
    await opened.store.commit(raise(ID, { outbox: [show(ID)] }));
    redis.freeze();
    await expect(opened.store.due(10, 60_000)).rejects.toThrow(StoreUnavailable);
    redis.resume();
    await until(async () => (await opened.store.due(10, 60_000).catch(() => ({ work: [] }))).work.length === 1);
    await opened.close();
  });

  it("never has work called done, or not mine, when that is not known", async () => {
    const opened = await openRedis(redis.fresh());
    await opened.store.commit(raise(ID, { outbox: [show(ID)] }));
    const [work] = (await opened.store.due(10, 60_000)).work;
    if (work === undefined) throw new Error("nothing was due");
    redis.freeze();
    const done = opened.store.done(work, { type: "finished" });
    await Promise.all([expect(done).rejects.toThrow(StoreUnavailable), pause(1_000).then(() => redis.resume())]);
    expect(await opened.store.due(10, 60_000)).toEqual({ work: [], next: null });
    await opened.close();
  });

  it("frozen for longer is connected to anew, and used again when it thaws", async () => {
    const opened = await openRedis(redis.fresh());
    redis.freeze();
    const began = performance.now();
    while (performance.now() - began < 3_500) {
      const { ends, longest } = await everyVerb(opened);
      expect(ends).toEqual(["StoreUnavailable"]);
      expect(longest).toBeLessThan(CALL_MS);
    }
    redis.resume();
    await until(() => isUp(opened));
    await opened.close();
  });

  it("does not hold up closing", async () => {
    const opened = await openRedis(redis.fresh());
    redis.freeze();
    const asked = opened.store.read(ID).catch((error: Error) => error.name);
    const began = performance.now();
    await opened.close();
    expect(await asked).toBe("StoreUnavailable");
    expect(performance.now() - began).toBeLessThan(CALL_MS);
    redis.resume();
  });
});

describe("a connection that goes silent for good", () => {
  it("is given up for a new one", async () => {
    const through = await proxy(redis.port);
    const opened = await openRedis(`redis://127.0.0.1:${through.port}/900`);
    const follower = new AbortController();
    const seen = collect(opened.store.log({ after: 0, follow: true }, follower.signal), 2);
    await opened.store.commit(raise(ID));
    through.swallow();
    expect((await everyVerb(opened)).ends).toEqual(["StoreUnavailable"]);
    const back = await until(() => isUp(opened), 8_000);
    console.log(`silent connection: in use again after ${back.toFixed(0)} ms`);
    const other = await openRedis(redis.url(900));
    await other.store.commit(raise(OTHER));
    expect((await seen).map(({ entry }) => entry.id)).toEqual([ID, OTHER]);
    await other.close();
    await opened.close();
    await through.end();
  });
});

describe("a restart under load", () => {
  it("costs some acts an answer and nobody a false one; followers hear everything, once and in order", async () => {
    const url = redis.fresh();
    const [one, two] = await Promise.all([openRedis(url), openRedis(url)]);
    const heard: Logged[] = [];
    const control = new AbortController();
    const following = (async () => {
      for await (const logged of two.store.log({ after: 0, follow: true }, control.signal)) heard.push(logged);
    })();
    const acknowledged: string[] = [];
    let refused = 0;
    let longest = 0;
    const load = new AbortController();
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let number = 0; !load.signal.aborted; number += 1) {
        const id = `chk_load_${lane}_${number}`;
        const began = performance.now();
        try {
          const { type } = await (lane % 2 === 0 ? one : two).store.commit(raise(id));
          if (type === "committed") acknowledged.push(id);
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error;
          refused += 1;
          await pause(20);
        }
        longest = Math.max(longest, performance.now() - began);
      }
    });
    for (const end of [redis.stop, redis.kill]) {
      await pause(300);
      await end();
      // Longer than a call waits for a connection that has just broken.
      await pause(1_200);
      await redis.start();
      await until(() => isUp(one));
    }
    await pause(300);
    load.abort();
    await Promise.all(lanes);
    const log = await collect(one.store.log({ after: 0 }));
    await until(() => heard.length === log.length);
    control.abort();
    await following;
    console.log(
      `two restarts: ${acknowledged.length} acknowledged, ${refused} refused, longest ${longest.toFixed(0)} ms; ${heard.length} heard`,
    );
    expect(longest).toBeLessThan(CALL_MS);
    expect(refused).toBeGreaterThan(0);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(heard).toEqual(log);
    const kept = new Set(log.map(({ entry }) => entry.id));
    expect(kept.size).toBe(log.length);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  it("waits for a Redis that is still loading", async () => {
    const own = await startRedis();
    const opened = await openRedis(own.fresh());
    await Promise.all(Array.from({ length: 100 }, (_, index) => opened.store.commit(raise(`chk_load_${index}_0000`))));
    await own.kill();
    // For each of the commands in its log, of which there are some 1,500.
    await own.start("--key-load-delay", "1000");
    const result = await opened.store.read("chk_load_7_0000").then(
      (stored) => stored?.record.id,
      (error: Error) => error.name,
    );
    expect(["chk_load_7_0000", "StoreUnavailable"]).toContain(result);
    await until(() => isUp(opened), 10_000);
    expect((await opened.store.read("chk_load_7_0000"))?.record.id).toBe("chk_load_7_0000");
    await opened.close();
    await own.end();
  });
});

describe("scripts that Redis has forgotten", () => {
  it("are sent again", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    await opened.store.commit(raise(ID));
    await command(url, "SCRIPT", "FLUSH");
    const ids = Array.from({ length: 20 }, (_, index) => `chk_after_flush_${index}`);
    const answers = await Promise.all(ids.map((id) => opened.store.commit(raise(id))));
    expect(answers.map(({ type }) => type)).toEqual(ids.map(() => "committed"));
    await opened.close();
  });
});

describe("a change that Redis refuses", () => {
  const superseding = (record: Parameters<typeof advance>[0]) =>
    together(
      "op:both",
      advance(record, { look: 7, outbox: [show(ID)], erase: true, record: { status: "withdrawn" } }),
      raise(OTHER, { outbox: [show(OTHER)], look: 9 }),
    );

  async function prepared() {
    const url = redis.fresh();
    const opened = await openRedis(url);
    await opened.store.commit(raise(ID, { look: 5, outbox: [show(ID)] }));
    const record = (await opened.store.read(ID))?.record;
    if (record === undefined) throw new Error("not kept");
    return { url, opened, change: superseding(record) };
  }

  it("for want of memory changes nothing; what frees memory still works", async () => {
    const { url, opened, change } = await prepared();
    const [work] = (await opened.store.due(1, 60_000)).work;
    const before = await keysOf(url);
    await command(url, "CONFIG", "SET", "maxmemory", "1mb");
    await expect(opened.store.commit(change)).rejects.toThrow(/out of reach: its memory is full/);
    await expect(opened.store.due(10, 1_000)).rejects.toThrow(/its memory is full/);
    await expect(opened.shelf.set("key", "value")).rejects.toThrow(/its memory is full/);
    expect(await keysOf(url)).toEqual(before);
    expect((await opened.store.read(ID))?.record.status).toBe("pending");
    if (work) expect(await opened.store.done(work, { type: "finished" })).toBe(true);
    await command(url, "CONFIG", "SET", "maxmemory", "0");
    expect(await opened.store.commit(change)).toMatchObject({ type: "committed" });
    await opened.close();
  });

  it("because it has become a replica changes nothing", async () => {
    const { url, opened, change } = await prepared();
    const before = await keysOf(url);
    await command(url, "REPLICAOF", "127.0.0.1", "1");
    await expect(opened.store.commit(change)).rejects.toThrow(/it has become a replica/);
    expect((await opened.store.read(ID))?.record.status).toBe("pending");
    await command(url, "REPLICAOF", "NO", "ONE");
    expect(await keysOf(url)).toEqual(before);
    expect(await opened.store.commit(change)).toMatchObject({ type: "committed" });
    await opened.close();
  });

  it.each([
    "op:op:both",
    "seq",
    "state",
    "work",
    "claims",
    "due",
    "ended",
    "log:0",
    "list:withdrawn:all",
    "list:pending:all",
    "list:withdrawn:decide:group:sre",
  ])("because somebody put something else at %s changes nothing", async (key) => {
    const { url, opened, change } = await prepared();
    const whole = `hitl:{s0}::${key}`;
    await command(url, "DEL", whole);
    await command(url, ...(key === "seq" || key.startsWith("op:") ? ["LPUSH", whole, "x"] : ["SET", whole, "x"]));
    const before = await keysOf(url);
    await expect(opened.store.commit(change)).rejects.toThrow(/holds something that this program never wrote/);
    expect(await keysOf(url)).toEqual(before);
    await opened.close();
  });

  it("because the log does not end where it should changes nothing", async () => {
    const { url, opened, change } = await prepared();
    await command(url, "RPUSH", "hitl:{s0}::log:0", "forged");
    const before = await keysOf(url);
    await expect(opened.store.commit(change)).rejects.toThrow(/holds something that this program never wrote/);
    expect(await keysOf(url)).toEqual(before);
    await opened.close();
  });
});

describe("what others say on its channel", () => {
  it("moves no follower", async () => {
    const url = redis.fresh();
    const database = new URL(url).pathname.slice(1);
    const opened = await openRedis(url);
    const control = new AbortController();
    const following = collect(opened.store.log({ after: 0, follow: true }, control.signal), 2);
    await opened.store.commit(raise(ID));
    for (const words of ["", "x", "2", "2\n{}", "2\nnot json\n{}", "-1\n{}\n{}", "1\n{}\n{}"])
      await command(url, "PUBLISH", `hitl:{s0}::news:${database}`, words);
    await opened.store.commit(raise(OTHER));
    expect((await following).map(({ seq, entry }) => [seq, entry.id])).toEqual([
      [1, ID],
      [2, OTHER],
    ]);
    await opened.close();
  });

  it("in another database of the same Redis is not heard here", async () => {
    const [here, there] = await Promise.all([openRedis(redis.fresh()), openRedis(redis.fresh())]);
    const control = new AbortController();
    const following = collect(here.store.log({ after: 0, follow: true }, control.signal), 1);
    await there.store.commit(raise(OTHER));
    await here.store.commit(raise(ID));
    expect((await following).map(({ entry }) => entry.id)).toEqual([ID]);
    await Promise.all([here.close(), there.close()]);
  });
});

/** A relay on the way that can fall silent: connections stay open, and nothing goes through them any more. */
async function proxy(to: number) {
  const pairs = new Set<Socket[]>();
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    const pair = [near, far];
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const each of pair) each.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a listener on a port has an address");
  return {
    port: address.port,
    swallow() {
      for (const [near, far] of pairs) {
        near?.unpipe(far);
        far?.unpipe(near);
        near?.resume();
        far?.resume();
      }
      pairs.clear();
    },
    async end() {
      for (const pair of pairs) for (const each of pair) each.destroy();
      server.close();
    },
  };
}
