/**
 * Promise four, on time: thousands of checkpoints fall due within ten seconds, on two replicas whose machines' clocks
 * are an hour off, one ahead and one behind. None early, none missed, none twice.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRedis } from "../../adapters/stores/redis/index.ts";
import { office } from "../office.ts";
import { type RedisPeer, startRedis } from "../peers/redis.ts";

const COUNT = process.env.HITL_TEST_LONG ? 20_000 : 2_000;
const SPREAD_MS = 10_000;
const HOUR = 3_600_000;

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

async function replica(url: string, shift: number, kind: "sound" | "wall"): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./relay.ts", import.meta.url));
  const child = fork(script, [url, String(shift), kind], { execArgv: [] });
  const [word] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (word !== "ready") throw new Error(`a replica ended with ${word}`);
  return child;
}

async function ended(child: ChildProcess): Promise<{ looks: number; faults: number }> {
  const told = once(child, "message");
  child.send("stop");
  return (await told)[0];
}

/** Raises `count` checkpoints that fall due one after the other within `spread` ms, and hears of their ends. */
async function fallDue(kind: "sound" | "wall", count: number, spread: number, lead: number) {
  const url = redis.fresh();
  const opened = await openRedis(url);
  const bot = office(opened);
  const due = new Map<string, number>();
  const begin = opened.clock() + lead;
  for (let from = 0; from < count; from += 200)
    await Promise.all(
      Array.from({ length: Math.min(200, count - from) }, async (_, index) => {
        const at = begin + ((from + index) * spread) / count;
        const id = `chk_deadline_${from + index}`;
        const timeout = Math.round(at - opened.clock()) / 1_000;
        const raised = await bot.raise({ id, kind: "confirm", payload: { summary: "x" }, timeout });
        if (raised.type === "refused") throw new Error(raised.detail);
        due.set(id, raised.checkpoint.due_at ?? 0);
      }),
    );
  const slack = begin - opened.clock();
  const control = new AbortController();
  const late: number[] = [];
  const ends = new Map<string, number>();
  const hearing = (async () => {
    for await (const { entry } of opened.store.log({ after: 0, follow: true }, control.signal)) {
      if (entry.type !== "checkpoint.expired") continue;
      late.push(opened.clock() - (due.get(entry.id) ?? 0));
      ends.set(entry.id, (ends.get(entry.id) ?? 0) + 1);
      if (ends.size === count) control.abort();
    }
  })();
  const replicas = await Promise.all([replica(url, HOUR, kind), replica(url, -HOUR, kind)]);
  const timer = setTimeout(() => control.abort(), lead + spread + 8_000);
  await hearing;
  clearTimeout(timer);
  const done = await Promise.all(replicas.map(ended));
  await opened.close();
  late.sort((a, b) => a - b);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? Number.NaN;
  return {
    slack,
    missed: count - ends.size,
    doubled: [...ends.values()].filter((times) => times > 1).length,
    early: late.filter((ms) => ms < -20).length,
    p50: at(0.5),
    p99: at(0.99),
    most: at(1),
    done,
  };
}

test("two replicas an hour off expire every checkpoint once, none early, at most moments late", async () => {
  const result = await fallDue("sound", COUNT, SPREAD_MS, 2_000 + COUNT);
  const { missed, doubled, early, p50, p99, most, done, slack } = result;
  console.log(
    `${COUNT} due within ${SPREAD_MS / 1_000} s on two replicas: ${missed} missed, ${doubled} doubled, ${early} early; ` +
      `late by ${p50} ms (p50), ${p99} (p99), ${most} at most; looks ${done.map(({ looks }) => looks).join(" and ")}, ` +
      `faults ${done.map(({ faults }) => faults).join(" and ")}`,
  );
  // Otherwise they were overdue before anybody looked.
  expect(slack).toBeGreaterThan(0);
  expect({ missed, doubled, early }).toEqual({ missed: 0, doubled: 0, early: 0 });
  expect(Math.min(...done.map(({ looks }) => looks))).toBeGreaterThan(COUNT / 20);
}, 120_000);

test("the same finds the early ends of replicas that go by their own clocks", async () => {
  const { early } = await fallDue("wall", 50, 500, 5_000);
  // All of them, unless this machine is so busy that the replicas are started late.
  expect(early).toBeGreaterThan(10);
}, 60_000);
