/** What only the Redis store promises: Keyv reads what it wrote, one round trip a call, no time to live on what counts. */
import { createClient, createKeyv } from "@keyv/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import { NAMESPACE, PREFIX } from "../../../adapters/stores/redis/keys.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Query, Store } from "../../../src/ports.ts";
import { advance, raise, resolve, show } from "../../contract/changes.ts";
import { RAISED } from "../../make.ts";
import { type RedisPeer, startRedis } from "../../peers/redis.ts";

const ID = "chk_0000000001";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

async function withClient<T>(url: string, use: (client: ReturnType<typeof plain>) => Promise<T>): Promise<T> {
  const client = plain(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

function plain(url: string) {
  return createClient({ url });
}

/** How often each command was called since the last time. */
async function calls(url: string): Promise<Record<string, number>> {
  return withClient(url, async (client) => {
    const info = await client.info("commandstats");
    await client.configResetStat();
    return Object.fromEntries(
      [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, n]) => [name, Number(n)]),
    );
  });
}

describe("a plain Keyv", () => {
  const awkward = {
    ":key": ":value",
    colon: ":",
    twice: "::",
    binary: ":base64:aGk=",
    list: [":a", [":b"], [], {}],
    'a:":b': 'c:":d',
    empty: [],
    number: 12_345_678_901_234,
    fraction: 0.1,
    unicode: "Grüße 👋 \u0000",
  };

  it("reads records as they are, whatever texts are in them", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const keyv = createKeyv(url, { namespace: NAMESPACE });
    await opened.store.commit(raise(ID, { record: { payload: awkward, state: [":x"] } }));
    const record = (await opened.store.read(ID))?.record as Checkpoint;
    expect(record.payload).toEqual(awkward);
    expect(await keyv.get(`record:${ID}`)).toEqual(record);
    await opened.store.commit(resolve(record, "bob", "revise"));
    expect(await keyv.get(`record:${ID}`)).toEqual((await opened.store.read(ID))?.record);
    expect((await opened.store.list({ limit: 1 })).items[0]?.payload).toEqual(awkward);
    await keyv.disconnect();
    await opened.close();
  });

  it("reads operations and what is on the shelf, and is read in turn", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const keyv = createKeyv(url, { namespace: NAMESPACE });
    const operation = { id: "act:k1", hash: ":h", answer: ':{"a":[]}' };
    await opened.store.commit(raise(ID, { operation }));
    expect(await keyv.get("op:act:k1")).toEqual(operation);
    expect((await opened.store.read(ID, "act:k1"))?.replay).toEqual(operation);
    for (const value of ["", "text", ":colon", ":base64:aGk="]) {
      await opened.shelf.set("set", value);
      expect(await keyv.get("shelf:set")).toBe(value);
      expect(await opened.shelf.add(`added ${value}`, value)).toBe(true);
      expect(await keyv.get(`shelf:added ${value}`)).toBe(value);
      expect(await opened.shelf.take(`added ${value}`)).toBe(value);
      await keyv.set("shelf:own", value);
      expect(await opened.shelf.get("own")).toBe(value);
    }
    await keyv.disconnect();
    await opened.close();
  });
});

describe("round trips", () => {
  it("are one for a commit, for a record with its operation, for a page and for a claim", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const { store } = opened;
    await store.commit(raise("chk_warm_up"));
    await store.list({ limit: 1 });
    await store.due(1, 1);
    await calls(url);
    const outer = async () => {
      const { evalsha = 0, eval: whole = 0, mget = 0 } = await calls(url);
      return { evalsha, eval: whole, mget };
    };
    await store.commit(raise(ID, { outbox: [show(ID)], look: 1 }));
    expect(await outer()).toEqual({ evalsha: 1, eval: 0, mget: 0 });
    await store.read(ID, "op:any");
    expect(await outer()).toEqual({ evalsha: 0, eval: 0, mget: 1 });
    await store.list({ limit: 50, decide: ["group:sre"], status: "pending" });
    expect(await outer()).toEqual({ evalsha: 1, eval: 0, mget: 0 });
    await store.due(10, 1_000);
    expect(await outer()).toEqual({ evalsha: 1, eval: 0, mget: 0 });
    await opened.close();
  });

  it("are shared by what is asked in the same turn", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    await opened.store.commit(raise(ID));
    const reads = () =>
      withClient(url, async (client) => Number(/^total_reads_processed:(\d+)/m.exec(await client.info("stats"))?.[1]));
    const before = await reads();
    await Promise.all([
      ...Array.from({ length: 100 }, () => opened.store.read(ID)),
      ...Array.from({ length: 100 }, (_, index) => opened.store.commit(raise(`chk_pipelined_${index}`))),
    ]);
    const after = await reads();
    console.log(`200 calls in one turn: ${after - before} reads of the socket, some of them of those who counted`);
    expect(after - before).toBeLessThan(40);
    await opened.close();
  });

  it("are none for checkpoints that merely wait", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const { store } = opened;
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.commit(raise(`chk_waits_${index}`, { look: RAISED * 2 }))),
    );
    const control = new AbortController();
    const followers = Array.from({ length: 100 }, (_, index) =>
      store
        .log({ id: `chk_waits_${index}`, after: 1_000, follow: true }, control.signal)
        [Symbol.asyncIterator]()
        .next(),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await calls(url);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { info: _, config: __, ...told } = await calls(url);
    const sum = Object.values(told).reduce((total, each) => total + each, 0);
    console.log(`100 that wait and 100 that follow, in a second: ${JSON.stringify(told)}`);
    expect(sum).toBeLessThan(10);
    control.abort();
    await Promise.all(followers);
    await opened.close();
  });
});

describe("connections", () => {
  it("are two, however many follow, and none when the store is closed", async () => {
    const url = redis.fresh();
    const database = Number(new URL(url).pathname.slice(1));
    const connected = () =>
      withClient(redis.url(), async (client) =>
        (await client.clientList()).filter((each) => each.db === database).map((each) => Number(each.sub)),
      );
    const opened = await openRedis(url);
    expect(await connected()).toEqual([0]);
    const control = new AbortController();
    const followers = Array.from({ length: 50 }, () =>
      opened.store.log({ after: 0, follow: true }, control.signal)[Symbol.asyncIterator]().next(),
    );
    await opened.store.commit(raise(ID));
    for (const each of await Promise.all(followers)) expect(each).toMatchObject({ value: { seq: 1 } });
    expect((await connected()).sort()).toEqual([0, 1]);
    control.abort();
    await opened.close();
    expect(await connected()).toEqual([]);
  });
});

describe("time to live", () => {
  it("is on nothing of a pending checkpoint, nor of an ended one, but on operations that nobody can name again", async () => {
    const url = redis.fresh();
    const opened = await openRedis(url);
    const { store } = opened;
    await store.commit(raise(ID, { look: RAISED, outbox: [show(ID)], operation: { id: `raise:${ID}` } }));
    const first = (await store.read(ID))?.record as Checkpoint;
    await store.commit(advance(first, { operation: { id: "once:1" } }));
    const second = (await store.read(ID))?.record as Checkpoint;
    await store.commit(resolve(second, "bob", "proceed", { operation: { id: "look:1:2" } }));
    await store.due(10, 1_000);
    await opened.shelf.set("kept", "value");
    await opened.shelf.set("draft", "value", 60_000);
    const lives = await withClient(url, async (client) => {
      const all: Record<string, number> = {};
      for (const key of await client.keys("*")) all[key.slice(PREFIX.length)] = await client.pTTL(key);
      return all;
    });
    const mortal = Object.entries(lives).filter(([, ms]) => ms !== -1);
    expect(mortal.map(([key]) => key).sort()).toEqual(["op:look:1:2", "op:once:1", "shelf:draft"]);
    for (const key of ["op:once:1", "op:look:1:2"]) {
      expect(lives[key]).toBeGreaterThan(86_390_000);
      expect(lives[key]).toBeLessThanOrEqual(86_400_000);
    }
    expect(lives["shelf:draft"]).toBeLessThanOrEqual(60_000);
    await opened.close();
  });
});

describe("lists of thousands", () => {
  const COUNT = 12_000;
  let url: string;
  let store: Store;
  let close: () => Promise<void>;
  const id = (index: number) => `chk_${String(index).padStart(10, "0")}`;

  beforeAll(async () => {
    url = redis.fresh();
    ({ store, close } = await openRedis(url));
    const all = Array.from({ length: COUNT }, (_, index) => index);
    for (let from = 0; from < COUNT; from += 500)
      await Promise.all(
        all.slice(from, from + 500).map((index) =>
          store.commit(
            raise(id(index), {
              record: {
                // Half of them of one moment, which is where a cursor has to find its place by the id.
                created_at: index < COUNT / 2 ? RAISED : RAISED + index,
                kind: index % 500 === 0 ? "tool" : "confirm",
                source: { agent: index % 2 === 0 ? "even" : "odd" },
                due_at: index % 1_000 === 7 ? RAISED + 5 : RAISED + 1e9,
              },
              sight: { decide: [index % 3 === 0 ? "group:sre" : "group:ops"], see: ["token:ci"] },
            }),
          ),
        ),
      );
  });
  afterAll(() => close());

  async function all(query: Omit<Query, "limit">, limit: number): Promise<string[]> {
    const met: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.list({ ...query, limit, ...(cursor === null ? {} : { cursor }) });
      met.push(...page.items.map((item) => item.id));
      cursor = page.next;
    } while (cursor !== null);
    return met;
  }

  const expected = (is: (index: number) => boolean) =>
    Array.from({ length: COUNT }, (_, index) => COUNT - 1 - index)
      .filter(is)
      .map(id);

  it("are the same as if every record had been looked at, though no step looks at many", async () => {
    expect(await all({ decide: ["group:sre"], agent: "odd" }, 150)).toEqual(
      expected((n) => n % 3 === 0 && n % 2 === 1),
    );
    expect(await all({ sight: ["token:ci"], kind: "tool", decide: ["group:sre"] }, 3)).toEqual(
      expected((n) => n % 500 === 0 && n % 3 === 0),
    );
    expect(await all({ decide: ["group:sre", "group:ops"] }, 200)).toEqual(expected(() => true));
    expect(await all({ agent: "odd", kind: "tool" }, 10)).toEqual([]);
    // A third of the records is gone through in vain, in more than one step.
    expect(await all({ agent: "even", decide: ["group:ops"], sight: ["group:sre"] }, 10)).toEqual([]);
    expect(await all({ dueBefore: RAISED + 5 }, 5)).toEqual(expected((n) => n % 1_000 === 7));
    expect(await all({ dueBefore: RAISED + 2e9, kind: "tool" }, 5)).toEqual(expected((n) => n % 500 === 0));
  });

  it("cost a page, not the whole", async () => {
    const pending = { status: "pending", limit: 50 } as const;
    const queries: Query[] = [
      pending,
      { ...pending, decide: ["group:sre", "person:bob", "slack:T1/U9"] },
      { ...pending, decide: ["group:nobody"] },
      { ...pending, sight: ["token:ci"], kind: "confirm" },
      { ...pending, kind: "tool" },
      { limit: 50, dueBefore: RAISED + 5 },
      { limit: 50, delivery: "waiting" },
      { limit: 50, endedBefore: RAISED + 1e9 },
    ];
    const times: number[] = [];
    for (const query of queries) {
      const several: number[] = [];
      for (let run = 0; run < 5; run += 1) {
        const began = performance.now();
        await store.list(query);
        several.push(performance.now() - began);
      }
      times.push(Math.min(...several));
    }
    const middle = (await store.list(pending)).next;
    console.log(`page of 50 of ${COUNT} pending: ${times.map((ms) => ms.toFixed(1)).join(", ")} ms`);
    expect(middle).not.toBeNull();
    // Measured below 3 ms; the limit leaves room for a busy machine.
    expect(Math.max(...times)).toBeLessThan(50);
  });

  it("of large records come in pages of some megabytes, each record once", async () => {
    const own = await openRedis(redis.fresh());
    const summary = "x".repeat(250_000);
    for (let index = 0; index < 40; index += 1)
      await own.store.commit(raise(id(index), { record: { created_at: index, payload: { summary } } }));
    const first = await own.store.list({ limit: 200 });
    expect(first.items.length).toBeGreaterThan(5);
    expect(first.items.length).toBeLessThan(25);
    const met: string[] = [];
    let cursor = first.next;
    met.push(...first.items.map((item) => item.id));
    while (cursor !== null) {
      const page: Awaited<ReturnType<Store["list"]>> = await own.store.list({ limit: 200, cursor });
      met.push(...page.items.map((item) => item.id));
      cursor = page.next;
    }
    expect(met).toEqual(Array.from({ length: 40 }, (_, index) => id(39 - index)));
    await own.close();
  });
});
