/** As on the other stores; and what somebody does who has a shell on the Redis itself. */
import { createClient } from "@keyv/redis";
import { afterAll, expect, test } from "vitest";
import { BUCKET, PREFIX } from "../../adapters/stores/redis/keys.ts";
import { type Ledger, ledger, named } from "./ledger.ts";
import { redisPlace } from "./redis-place.ts";
import { tampering } from "./tampered.ts";

const place = redisPlace();
afterAll(() => place.end());

tampering([place]);

type Client = ReturnType<typeof createClient>;

/** Where an entry lies. */
const at = (seq: number) => [`${PREFIX}log:${Math.floor((seq - 1) / BUCKET)}`, (seq - 1) % BUCKET] as const;

async function text(client: Client, seq: number): Promise<string> {
  return String(await client.lIndex(...at(seq)));
}

const put = (client: Client, seq: number, entry: string) => client.lSet(...at(seq), entry);

/** 100 checkpoints of three entries each, sealed. */
async function hurt(tamper: (client: Client, book: Ledger) => Promise<unknown>): Promise<(string | number | null)[][]> {
  const book = await ledger(place);
  const client = createClient({ url: place.url() }) as Client;
  await client.connect();
  try {
    for (const id of named(100)) await book.live(id);
    await book.seal();
    expect(await book.verify()).toMatchObject({ entries: 300, sealed: 300, found: 0, notes: [] });
    await tamper(client, book);
    return (await book.verify()).findings.map(({ what, seq }) => [what, seq]);
  } finally {
    client.destroy();
    await book.close();
  }
}

test("finds an entry that was edited in Redis", async () => {
  const found = await hurt(async (client) => put(client, 12, (await text(client, 12)).replace("carol", "mallo")));
  expect(found).toEqual([
    ["edited", 12],
    ["altered", 1],
  ]);
});

test("finds that an entry was deleted in Redis, where all later ones have moved up", async () => {
  const found = await hurt(async (client) => {
    for (let seq = 12; seq < 300; seq += 1) await put(client, seq, await text(client, seq + 1));
    await client.rPop(at(300)[0]);
    await client.set(`${PREFIX}seq`, "299");
  });
  expect(found).toEqual([["truncated", 300]]);
});

test("finds two entries that were swapped in Redis", async () => {
  const found = await hurt(async (client) => {
    const [one, other] = [await text(client, 12), await text(client, 13)];
    await put(client, 12, other);
    await put(client, 13, one);
  });
  expect(found).toEqual([["altered", 1]]);
});

test("finds a tail that was cut off in Redis, also with its counter and the store's head set back", async () => {
  const found = await hurt(async (client, book) => {
    await client.lTrim(at(300)[0], 0, -12);
    await client.set(`${PREFIX}seq`, "289");
    await book.opened.shelf.take("seal:head");
  });
  expect(found).toEqual([
    ["head", null],
    ["truncated", 290],
  ]);
});

test("takes what retention has emptied for what it is", async () => {
  const found = await hurt(async (_, book) => {
    for (const id of named(10)) expect(await book.office.desk.erase(id, Date.parse("2026-11-20T11:00:00Z"))).toBe(true);
    await book.seal();
    expect(await book.verify()).toMatchObject({ entries: 310, sealed: 310, erased: 30 });
  });
  expect(found).toEqual([]);
});
