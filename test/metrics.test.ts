import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { countCommits, timedErrands, timedStore } from "../src/figures.ts";
import { makeMetrics, watch } from "../src/metrics.ts";
import type { Opened, Query } from "../src/ports.ts";
import { makeSources } from "../src/sources.ts";
import { raise, resolve } from "./contract/changes.ts";
import { checkpoint, RAISED } from "./make.ts";

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

interface Family {
  type: string;
  help: string;
  samples: Sample[];
}

/** The text format 0.0.4 as a scraper reads it; throws on everything that one would not take. */
function scrape(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const series = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (word !== undefined) {
      const family = families.get(name) ?? { type: "", help: "", samples: [] };
      if (family.samples.length > 0) throw new Error(`told too late: ${line}`);
      families.set(name, word === "HELP" ? { ...family, help: rest } : { ...family, type: rest });
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line);
    if (sample === null) throw new Error(`not a sample: ${line}`);
    const [, full = "", pairs = "", value] = sample;
    const of = families.get(full) ?? families.get(full.replace(/_(bucket|sum|count)$/, ""));
    if (of === undefined) throw new Error(`of no family: ${line}`);
    if (series.has(`${full}{${pairs}}`)) throw new Error(`twice: ${line}`);
    series.add(`${full}{${pairs}}`);
    const labels = Object.fromEntries(
      [...pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
    );
    of.samples.push({ name: full, labels, value: value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value) });
  }
  return families;
}

async function scraped({ registry }: Pick<ReturnType<typeof makeMetrics>, "registry">): Promise<Map<string, Family>> {
  return scrape(await registry.metrics());
}

function value(families: Map<string, Family>, name: string, labels: Record<string, string> = {}): number | undefined {
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
  const wanted = Object.entries(labels);
  const fits = (sample: Sample) => sample.name === name && wanted.every(([key, text]) => sample.labels[key] === text);
  return family?.samples.find(fits)?.value;
}

const HOUR = 3_600_000;

/** Everything that counts, over a store in memory. */
function open() {
  const clock = { now: RAISED };
  const opened: Opened = openMemory({ clock: () => clock.now });
  const metrics = makeMetrics();
  const queries: Query[] = [];
  const faults: Error[] = [];
  const store = timedStore(
    {
      ...opened.store,
      list: async (query) => {
        queries.push(query);
        const [fault] = faults;
        if (fault !== undefined) throw fault;
        return opened.store.list(query);
      },
    },
    metrics,
  );
  watch(metrics, makeSources({ store, clock: () => clock.now, feed: { waiting: 3 } }));
  const counted = countCommits(metrics);
  async function commit(...changes: Parameters<typeof store.commit>[0][]) {
    for (const change of changes) {
      expect((await store.commit(change)).type).toBe("committed");
      counted(change.writes);
    }
  }
  return { clock, metrics, queries, faults, store, commit };
}

describe("a scrape", () => {
  test("can be read by a scraper, and every figure is ours, explained and of a known type", async () => {
    const { metrics, commit, store } = open();
    const first = raise("chk_first_01");
    await commit(first);
    await store.read("chk_first_01");
    metrics.http.observe({ route: "GET /v1/checkpoints/:id", status: 200 }, 0.01);
    metrics.relay.inc({ errand: "show", result: "finished" });
    const families = await scraped(metrics);
    expect(families.size).toBeGreaterThan(15);
    for (const [name, { type, help, samples }] of families) {
      expect(name).toMatch(/^hitl_[a-z_]+$/);
      expect(["counter", "gauge", "histogram"]).toContain(type);
      expect(help).toMatch(/\.$|: none\.$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      for (const sample of samples) expect(sample.value, name).not.toBeNaN();
    }
  });

  test("holds histograms whose buckets add up", async () => {
    const { metrics } = open();
    for (const seconds of [1, 100, 100, 10_000, 1e9])
      metrics.decide.observe({ kind: "tool", outcome: "approved" }, seconds);
    const { samples = [] } = (await scraped(metrics)).get("hitl_decide_seconds") ?? {};
    const buckets = samples.filter(({ name }) => name.endsWith("_bucket"));
    expect(buckets.map(({ labels, value }) => [labels.le, value])).toEqual([
      ["5", 1],
      ["15", 1],
      ["60", 1],
      ["300", 3],
      ["900", 3],
      ["3600", 3],
      ["14400", 4],
      ["43200", 4],
      ["86400", 4],
      ["259200", 4],
      ["+Inf", 5],
    ]);
    expect(samples.find(({ name }) => name.endsWith("_count"))?.value).toBe(5);
  });
});

describe("what is counted as it happens", () => {
  test("ends, the time they took, and the rounds of a task once it is done", async () => {
    const { metrics, commit } = open();
    const raised = [
      checkpoint({ id: "chk_first_01" }),
      checkpoint({ id: "chk_second_1", round: 2 }),
      checkpoint({ id: "chk_third_01", round: 3 }),
    ];
    for (const record of raised) await commit(raise(record.id, { record }));
    const [first, second, third] = raised;
    if (!first || !second || !third) throw new Error("three were raised");
    await commit(resolve(second, "bob"), resolve(third, "bob", "cancel"));
    const change = resolve(first, "bob", "revise");
    for (const { record } of change.writes) if (record.decision) record.decision.outcome = "changes";
    await commit(change);
    const families = await scraped(metrics);
    expect(value(families, "hitl_checkpoints_total", { kind: "confirm", event: "raised" })).toBe(3);
    expect(value(families, "hitl_checkpoints_total", { kind: "confirm", event: "resolved" })).toBe(3);
    expect(value(families, "hitl_decide_seconds_sum", { kind: "confirm", outcome: "approved" })).toBe(1);
    expect(value(families, "hitl_rounds_count", { kind: "confirm" })).toBe(2);
    expect(value(families, "hitl_rounds_sum", { kind: "confirm" })).toBe(5);
    expect(value(families, "hitl_store_seconds_count", { verb: "commit" })).toBe(6);
  });

  test("errands: how late they began, and how long they took, also those that failed", async () => {
    const metrics = makeMetrics();
    const task = { do: "show", key: "show:1", id: "chk_first_01", channel: "slack", conversation: "C1" } as const;
    const work = { task, due: RAISED, attempt: 1, fence: 1 };
    const carried: string[] = [];
    const errands = timedErrands(
      {
        carry: async ({ task }) => {
          carried.push(task.key);
          if (carried.length === 2) throw new Error("not now");
          return { type: "finished" };
        },
      },
      metrics,
      () => RAISED + 2_000,
    );
    expect(await errands.carry(work)).toEqual({ type: "finished" });
    await expect(errands.carry(work)).rejects.toThrow("not now");
    const families = await scraped(metrics);
    expect(value(families, "hitl_relay_lag_seconds_sum", { errand: "show" })).toBe(4);
    expect(value(families, "hitl_relay_seconds_count", { errand: "show" })).toBe(2);
  });
});

describe("what is looked at when somebody scrapes", () => {
  test("what waits by kind, how much of it is late, and how old the oldest is", async () => {
    const { metrics, commit, clock } = open();
    const record = (created_at: number) => ({ record: { created_at, due_at: created_at + HOUR } });
    await commit(raise("chk_old_0001", record(RAISED - HOUR)), raise("chk_new_0001", record(RAISED)));
    await commit(raise("chk_tool_001", { record: { kind: "tool", created_at: RAISED } }));
    const done = raise("chk_done_001", record(RAISED - 9 * HOUR));
    await commit(done);
    for (const { record } of done.writes) await commit(resolve(record, "bob"));
    clock.now = RAISED + 60_000;
    const families = await scraped(metrics);
    expect(value(families, "hitl_pending", { kind: "confirm" })).toBe(2);
    expect(value(families, "hitl_pending", { kind: "tool" })).toBe(1);
    expect(value(families, "hitl_pending", { kind: "phase" })).toBe(0);
    expect(value(families, "hitl_overdue", { kind: "confirm" })).toBe(1);
    expect(value(families, "hitl_oldest_pending_seconds", { kind: "confirm" })).toBe(3_660);
    expect(value(families, "hitl_oldest_pending_seconds", { kind: "phase" })).toBe(0);
    expect(value(families, "hitl_waiting")).toBe(3);
    expect(value(families, "hitl_memory_bytes")).toBeGreaterThan(1e7);
    expect(value(families, "hitl_event_loop_lag_seconds", { quantile: "0.99" })).toBeGreaterThanOrEqual(0);
  });

  test("which agents are still to be called, and which could not be", async () => {
    const { metrics, commit } = open();
    const callback = { url: "https://x/y", endpoint: "https://x", attempts: 1 };
    await commit(
      raise("chk_dead_001", { record: { callback: { ...callback, state: "dead" } } }),
      raise("chk_wait_001", { record: { callback: { ...callback, state: "waiting" } } }),
      raise("chk_wait_002", { record: { callback: { ...callback, state: "waiting" } } }),
    );
    const families = await scraped(metrics);
    expect(value(families, "hitl_callbacks", { state: "dead" })).toBe(1);
    expect(value(families, "hitl_callbacks", { state: "waiting" })).toBe(2);
  });

  test("is read from the store only then, and once in five seconds however many scrape", async () => {
    const { metrics, commit, queries, clock } = open();
    await commit(raise("chk_first_01"));
    expect(queries).toEqual([]);
    await Promise.all([scraped(metrics), scraped(metrics), scraped(metrics)]);
    expect(queries).toHaveLength(3);
    clock.now += 4_999;
    await scraped(metrics);
    expect(queries).toHaveLength(3);
    clock.now += 1;
    await scraped(metrics);
    expect(queries).toHaveLength(6);
  });

  test("is left out, and reads as no zero, while the store does not answer", async () => {
    const { metrics, commit, faults, clock } = open();
    await commit(raise("chk_first_01"));
    expect(value(await scraped(metrics), "hitl_pending", { kind: "confirm" })).toBe(1);
    faults.push(new Error("out of reach"));
    clock.now += 5_000;
    const families = await scraped(metrics);
    for (const name of ["hitl_pending", "hitl_overdue", "hitl_oldest_pending_seconds", "hitl_callbacks"])
      expect(families.get(name)?.samples).toEqual([]);
    expect(value(families, "hitl_checkpoints_total", { event: "raised" })).toBe(1);
    faults.pop();
    clock.now += 5_000;
    expect(value(await scraped(metrics), "hitl_pending", { kind: "confirm" })).toBe(1);
  });
});
