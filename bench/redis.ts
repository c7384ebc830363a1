/**
 * What a whole cycle (raise, wait, decide, the waiter told) costs on Redis, in one run on one machine: over HTTP beside
 * a bare echo, and in one process beside as many bare round trips, beside the same commits made beforehand, and beside
 * BullMQ doing the same work, all on a Redis that is set up as docs/redis.md asks for it: what was acknowledged is on
 * the disk. Then what a pending checkpoint weighs. Only the ratios mean something.
 *
 *   node bench/redis.ts [cycles] [pending checkpoints] [folder]
 *
 * BullMQ is measured where `folder` says it is installed (`npm install bullmq` there). It is no dependency, because its
 * native parts for other platforms make `npm ci` fail where the registry does not carry them.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createClient } from "@keyv/redis";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { pack } from "../adapters/stores/redis/commit.ts";
import { COMMIT } from "../adapters/stores/redis/commit-script.ts";
import { openRedis } from "../adapters/stores/redis/index.ts";
import { run } from "../adapters/stores/redis/script.ts";
import type { Change, Opened } from "../src/ports.ts";
import { type Office, office } from "../test/office.ts";
import { startRedis } from "../test/peers/redis.ts";
import { echo, hangUp, payload, program } from "./http.ts";
import { measure, print, ROUNDS, type Target } from "./measure.ts";

const CYCLES = Number(process.argv[2] ?? 3_000);
const PENDING = Number(process.argv[3] ?? 100_000);
const BULLMQ = process.argv[4];
const CONCURRENCIES = [1, 32, 256];
const HOUR = 3_600_000;
const SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
const redis = await startRedis();
const admin = createClient({ url: redis.url() });
await admin.connect();

async function info(section: string, name: RegExp): Promise<number> {
  return Number(name.exec(await admin.info(section))?.[1] ?? 0);
}

/** Round trips so far: every verb of the store is one of these two. */
async function trips(): Promise<number> {
  const stats = await admin.info("commandstats");
  return [...stats.matchAll(/^cmdstat_(?:evalsha|mget):calls=(\d+)/gm)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

async function cycleOf(bot: Office): Promise<void> {
  const raised = await bot.raise({ kind: "confirm", payload });
  if (raised.type === "refused") throw new Error(raised.detail);
  const { id } = raised.checkpoint;
  const told = bot.desk.wait(bot.caller("agent ci"), id, 60_000);
  const acted = await bot.desk.act(bot.caller("bob"), id, { action: "proceed" }, { origin: { surface: "api" } });
  if (acted.type === "refused") throw new Error(acted.detail);
  const answer = await told;
  if (!("status" in answer) || answer.status !== "resolved") throw new Error(`${id}: the waiter was not told`);
}

/** The program's heart without HTTP: desk, feed and store in this process. */
async function desk(): Promise<Target> {
  const opened = await openRedis(redis.fresh());
  const bot = office(opened);
  bot.feed.start();
  await bot.feed.ready();
  return {
    name: "desk on Redis",
    cycle: () => cycleOf(bot),
    async end() {
      await bot.feed.stop();
      await opened.close();
    },
  };
}

/** The commits that the desk would make, packed beforehand: what the store costs by itself, without any thought. */
async function readyMade(count: number): Promise<Target> {
  const memory = openMemory();
  const changes: Change[] = [];
  const watched: Opened = {
    ...memory,
    store: {
      ...memory.store,
      commit(change) {
        changes.push(change);
        return memory.store.commit(change);
      },
    },
  };
  const bot = office(watched);
  for (let cycle = 0; cycle < count; cycle += 1) await cycleOf(bot);
  const all = changes.map((change) => ["", ...pack(change, "news").args]);
  const client = createClient({ url: redis.fresh() });
  await client.connect();
  let next = 0;
  return {
    name: "its commits, ready-made",
    async cycle() {
      const [raise, act] = all.slice(next, next + 2);
      next += 2;
      if (raise === undefined || act === undefined) throw new Error("too few were made");
      for (const args of [raise, act]) {
        const [, answer] = await run(client, COMMIT, args);
        if (answer !== "committed") throw new Error(`not committed: ${answer}`);
      }
    },
    end: async () => client.destroy(),
  };
}

interface Job {
  id?: string;
  data: { decision?: string };
  waitUntilFinished(events: Part, ms: number): Promise<string>;
  updateData(data: Job["data"]): Promise<void>;
  promote(): Promise<void>;
}
interface Part {
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
}
interface Waiting extends Part {
  add(name: string, data: object, options: { delay: number }): Promise<Job>;
  getJob(id: string): Promise<Job | undefined>;
  setMaxListeners(count: number): void;
}
interface Options {
  connection: unknown;
  concurrency?: number;
}
/** As much of BullMQ as is used here. */
interface Bull {
  Queue: new (name: string, options: Options) => Waiting;
  QueueEvents: new (name: string, options: Options) => Part;
  Worker: new (name: string, work: (job: Job) => Promise<string>, options: Options) => Part;
}

/** A delayed job as the timer; deciding writes the decision and promotes it; its completion tells whoever waits. */
async function bullmq(): Promise<Target | null> {
  if (BULLMQ === undefined) return null;
  const { Queue, QueueEvents, Worker }: Bull = createRequire(join(BULLMQ, "package.json"))("bullmq");
  const url = redis.fresh();
  const clients: ReturnType<typeof createClient>[] = [];
  async function connection() {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    clients.push(client as ReturnType<typeof createClient>);
    return client;
  }
  const queue = new Queue("checkpoints", { connection: await connection() });
  // Everybody who waits for a job listens to it.
  queue.setMaxListeners(0);
  const events = new QueueEvents("checkpoints", { connection: await connection() });
  const worker = new Worker("checkpoints", async (job) => job.data.decision ?? "expired", {
    connection: await connection(),
    concurrency: 64,
  });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);
  return {
    name: "BullMQ",
    async cycle() {
      const job = await queue.add("confirm", { kind: "confirm", payload }, { delay: HOUR });
      const told = job.waitUntilFinished(events, 60_000);
      const read = await queue.getJob(String(job.id));
      if (read === undefined) throw new Error("the job is gone");
      await read.updateData({ ...read.data, decision: "proceed" });
      await read.promote();
      if ((await told) !== "proceed") throw new Error("the waiter was not told");
    },
    async end() {
      await Promise.all([worker.close(true), events.close(), queue.close()]);
      for (const client of clients) if (client.isOpen) client.destroy();
    },
  };
}

async function bare(count: number): Promise<Target> {
  const client = createClient({ url: redis.fresh() });
  await client.connect();
  await client.set("record", JSON.stringify({ payload, rest: "x".repeat(1_000) }));
  return {
    name: `${count} bare round trips`,
    async cycle() {
      for (let trip = 0; trip < count; trip += 1) await client.get("record");
    },
    end: async () => client.destroy(),
  };
}

/** How many round trips a cycle takes, alone and at 32 at once, where some are shared. */
async function tripsOf(target: Target): Promise<number[]> {
  const all: number[] = [];
  for (const concurrency of [1, 32]) {
    const before = await trips();
    await measure(target, 320, concurrency);
    all.push(((await trips()) - before) / 320);
  }
  return all;
}

console.log(`Over HTTP: ${CYCLES} cycles of three requests each, one client process, one server process, one Redis`);
const server = await program("hitl-bot on Redis", { HITL_STORE: redis.fresh(), HITL_SECRET: SECRET });
const shared = (await tripsOf(server)).map((each) => each.toFixed(1));
console.log(`A cycle of the program takes ${shared[0]} round trips, ${shared[1]} at 32 at once\n`);
await print([server, await echo(redis.fresh()), await echo()], CYCLES, CONCURRENCIES);
hangUp();

const own = await desk();
const [alone = 2] = await tripsOf(own);
console.log(`\nIn one process, without HTTP; a cycle takes ${alone.toFixed(1)} round trips\n`);
const rival = await bullmq();
if (rival === null) console.log("(BullMQ is left out: name the folder that it is installed in)");
const needed = 500 + CONCURRENCIES.length * (CYCLES + ROUNDS);
const floors = [await bare(Math.round(alone)), await readyMade(needed)];
await print([own, ...floors, ...(rival === null ? [] : [rival])], CYCLES, CONCURRENCIES);

const opened = await openRedis(redis.fresh());
const bot = office(opened);
const before = await info("memory", /^used_memory:(\d+)/m);
for (let from = 0; from < PENDING; from += 100)
  await Promise.all(
    Array.from({ length: Math.min(100, PENDING - from) }, () =>
      bot.raise({ kind: "confirm", payload, source: { agent: "skill-fleet", session: `job_${from % 50}` } }),
    ),
  );
const used = (await info("memory", /^used_memory:(\d+)/m)) - before;
const [page] = (await opened.store.list({ limit: 1 })).items;
console.log(
  `\n${PENDING} pending: ${Math.round(used / PENDING)} bytes of Redis's memory each, ` +
    `of which the record is ${JSON.stringify(page).length}`,
);
await opened.close();
admin.destroy();
await redis.end();
