import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import type { By, Checkpoint, Decision } from "../src/checkpoint.ts";
import { factsOf, statsOf } from "../src/stats.ts";
import { statsAnswer } from "../src/stats-answer.ts";
import { makeTally, startOf } from "../src/tally.ts";
import { raise, resolve } from "./contract/changes.ts";
import { checkpoint, DIGEST, person, RAISED } from "./make.ts";
import { town } from "./town.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const POLICY: By = { kind: "policy", name: "default" };

/** A record raised at RAISED that ended so many seconds later. */
function ended(
  id: string,
  after: number,
  decision: Pick<Decision, "action" | "outcome" | "by">,
  over: Partial<Checkpoint> = {},
) {
  const at = RAISED + after * SECOND;
  const status = decision.outcome === "timed_out" ? "expired" : "resolved";
  return checkpoint({ id, status, ended_at: at, decision: { ...decision, at, digest: DIGEST }, ...over });
}

const vote = (who: string, after: number) =>
  ({ action: "proceed", by: person(who), digest: DIGEST, at: RAISED + after * SECOND }) as const;

const yes = (who: string) => ({ action: "proceed", outcome: "approved", by: person(who) }) as const;

const ops = { source: { agent: "ops" } };

const RECORDS = [
  ended("chk_approved", 60, yes("bob")),
  ended("chk_rejected", 120, { action: "cancel", outcome: "rejected", by: person("carol") }),
  ended("chk_by_votes", 90, yes("carol"), {
    kind: "tool",
    quorum: 2,
    votes: [vote("bob", 30), vote("carol", 90)],
    ...ops,
  }),
  ended("chk_round_01", 300, { action: "refine", outcome: "changes", by: person("bob") }, { kind: "preview" }),
  ended("chk_round_02", 30, yes("bob"), { kind: "preview", previous: "chk_round_01", round: 2 }),
  ended("chk_answered", 600, { action: "answer", outcome: "answered", by: person("alice") }, { kind: "clarify" }),
  ended("chk_timedout", 3_600, { action: "cancel", outcome: "timed_out", by: POLICY }),
  checkpoint({
    id: "chk_withdraw",
    status: "withdrawn",
    ended_at: RAISED + 10 * SECOND,
    withdrawn: { reason: "x", by: { kind: "agent", name: "ci" }, at: RAISED + 10 * SECOND },
  }),
  ended("chk_auto_001", 0, { action: "proceed", outcome: "approved", by: POLICY }, { kind: "tool", ...ops }),
];
const OVERDUE = checkpoint({
  id: "chk_overdue1",
  title: "Late",
  created_at: RAISED + HOUR,
  due_at: RAISED + 90 * 60 * SECOND,
});
const OLD = checkpoint({
  id: "chk_from_old",
  title: "Old",
  created_at: RAISED - 24 * HOUR,
  due_at: null,
  approvers: [],
  ...ops,
});

const seconds = (count: number, mean: number | null, p50: number | null, p95: number | null) => ({
  count,
  mean,
  p50,
  p95,
});
const NONE = seconds(0, null, null, null);

describe("the figures", () => {
  const stats = statsOf({
    since: RAISED,
    now: RAISED + 2 * HOUR,
    raised: [OVERDUE, ...RECORDS].map(factsOf),
    pending: [OVERDUE, OLD].map(factsOf),
    deliveries: { waiting: 1, dead: 2 },
    complete: true,
  });

  test("are what the API promises", () => {
    expect(statsAnswer.strict().safeParse(stats).error).toBeUndefined();
    expect(stats).toMatchObject({
      since: "2026-11-20T10:00:00.000Z",
      until: "2026-11-20T12:00:00.000Z",
      complete: true,
      raised: 10,
      ended: 9,
      by_policy: 2,
      deliveries: { waiting: 1, dead: 2 },
    });
  });

  test("say how long people took to decide, not how long a policy did", () => {
    expect(stats.time_to_decide).toEqual(seconds(6, 200, 90, 600));
  });

  test("say what came out, and of how many", () => {
    expect(stats.outcomes).toEqual({
      approved: { count: 4, rate: 0.444 },
      changes: { count: 1, rate: 0.111 },
      rejected: { count: 1, rate: 0.111 },
      answered: { count: 1, rate: 0.111 },
      timed_out: { count: 1, rate: 0.111 },
      withdrawn: { count: 1, rate: 0.111 },
    });
  });

  test("count the rounds of a task by its last one", () => {
    expect(stats.rounds).toEqual({
      tasks: 9,
      mean: 1.111,
      most: 2,
      tasks_by_rounds: [
        { rounds: 1, tasks: 8 },
        { rounds: 2, tasks: 1 },
      ],
    });
  });

  test("tell the kinds apart", () => {
    expect(
      stats.kinds.map(({ kind, raised, approved, time_to_decide }) => [kind, raised, approved, time_to_decide]),
    ).toEqual([
      ["confirm", 5, 1, seconds(2, 90, 60, 120)],
      ["preview", 2, 1, seconds(2, 165, 30, 300)],
      ["tool", 2, 2, seconds(1, 90, 90, 90)],
      ["clarify", 1, 0, seconds(1, 600, 600, 600)],
    ]);
  });

  test("tell of each approver how much they did and how fast they answered, votes included", () => {
    expect(stats.approvers).toEqual([
      { person: "bob", decisions: 3, responses: 4, response_time: seconds(4, 105, 30, 300) },
      { person: "carol", decisions: 2, responses: 2, response_time: seconds(2, 105, 90, 120) },
      { person: "alice", decisions: 1, responses: 1, response_time: seconds(1, 600, 600, 600) },
    ]);
  });

  test("name first the agent that waited longest in all", () => {
    expect(stats.agents).toMatchObject([
      // 26 h for the old one, 90 s for the vote.
      { agent: "ops", raised: 2, approved: 2, pending: 1, overdue: 0, oldest_pending: 93_600, waited: 93_690 },
      // 60 + 120 + 300 + 30 + 600 + 3,600 + 10, and an hour for the late one.
      { agent: "skill-fleet", raised: 8, timed_out: 1, pending: 1, overdue: 1, oldest_pending: 3_600, waited: 8_320 },
    ]);
  });

  test("say what is pending, however old, and who is waited for", () => {
    expect(stats.pending).toEqual({
      count: 2,
      overdue: 1,
      oldest: {
        id: "chk_from_old",
        title: "Old",
        kind: "confirm",
        agent: "ops",
        created_at: "2026-11-19T10:00:00.000Z",
        age: 93_600,
      },
      waiting_for: [
        { approver: "admin", pending: 1, oldest_pending: 93_600 },
        { approver: "group:sre", pending: 1, oldest_pending: 3_600 },
      ],
    });
  });

  test("are there where nothing is", () => {
    const none = statsOf({
      ...{ since: RAISED, now: RAISED, raised: [], pending: [], complete: true },
      deliveries: { waiting: 0, dead: 0 },
    });
    expect(statsAnswer.safeParse(none).error).toBeUndefined();
    expect(none.time_to_decide).toEqual(NONE);
    expect(none.outcomes.approved).toEqual({ count: 0, rate: null });
    expect(none.rounds).toEqual({ tasks: 0, mean: null, most: null, tasks_by_rounds: [] });
    expect(none.pending.oldest).toBeNull();
  });
});

describe("counting what a store holds", () => {
  const admin = { role: "admin", name: "root", actor: town().actor("bob") } as const;
  const bob = { role: "approver", name: "bob-cli", actor: town().actor("bob") } as const;
  const agent = { role: "agent", name: "ci", agents: "any", person: null } as const;

  async function open(count: number) {
    const clock = { now: RAISED + HOUR };
    const opened = openMemory({ clock: () => clock.now });
    for (let number = 0; number < count; number += 1) {
      const change = raise(`chk_${String(number).padStart(8, "0")}`, { record: { created_at: RAISED + number } });
      await opened.store.commit(change);
    }
    const lists: number[] = [];
    const store = {
      list: (query: Parameters<typeof opened.store.list>[0]) => {
        lists.push(query.limit);
        return opened.store.list(query);
      },
    };
    return { clock, opened, store, lists };
  }

  test("reads in pages, to the moment asked for", async () => {
    const { store, clock, opened } = await open(250);
    const first = raise("chk_early_01", { record: { created_at: RAISED - HOUR } });
    await opened.store.commit(first);
    for (const { record } of first.writes) await opened.store.commit(resolve(record, "bob"));
    const tally = makeTally({ store, clock: () => clock.now });
    expect(await tally.stats(admin, "1h")).toMatchObject({
      type: "stats",
      stats: { complete: true, raised: 250, ended: 0, pending: { count: 250 } },
    });
    expect(await tally.stats(admin, "2026-11-20T09:00:00Z")).toMatchObject({ stats: { raised: 251, ended: 1 } });
  });

  test("stops at its limit and says that there was more", async () => {
    const { store, clock, lists } = await open(250);
    const tally = makeTally({ store, clock: () => clock.now, most: 300 });
    const { stats } = (await tally.stats(admin, "7d")) as { stats: { complete: boolean; raised: number } };
    expect(stats).toMatchObject({ complete: false, raised: 50, pending: { count: 250 } });
    expect(Math.max(...lists)).toBeLessThanOrEqual(100);
  });

  test("answers everybody of what they may see", async () => {
    const { store, clock, opened } = await open(3);
    await opened.store.commit(raise("chk_other_01", { record: { token: "other", approvers: ["person:dave"] } }));
    const tally = makeTally({ store, clock: () => clock.now });
    const raised = async (caller: Parameters<typeof tally.stats>[0]) => {
      const counted = await tally.stats(caller, "7d");
      return counted.type === "stats" && counted.stats.raised;
    };
    expect([
      await raised(admin),
      await raised(bob),
      await raised(agent),
      await raised({ ...agent, name: "other" }),
    ]).toEqual([4, 3, 3, 1]);
  });

  test("reads the same once in ten seconds, however many ask, and never two at a time", async () => {
    const { store, clock, lists } = await open(3);
    const tally = makeTally({ store, clock: () => clock.now });
    await Promise.all(Array.from({ length: 50 }, () => tally.stats(admin, "7d")));
    expect(lists).toHaveLength(4);
    clock.now += 9_999;
    await tally.stats(admin, "7d");
    expect(lists).toHaveLength(4);
    clock.now += 1;
    await tally.stats(admin, "7d");
    expect(lists).toHaveLength(8);
  });

  test("asks again after a fault", async () => {
    const { store, clock } = await open(3);
    const faults = [new Error("gone")];
    const tally = makeTally({
      store: {
        list: async (query) => {
          const fault = faults.pop();
          if (fault !== undefined) throw fault;
          return store.list(query);
        },
      },
      clock: () => clock.now,
    });
    await expect(tally.stats(admin, "7d")).rejects.toThrow("gone");
    expect(await tally.stats(admin, "7d")).toMatchObject({ stats: { raised: 3 } });
  });

  test.each([
    ["90s", 90 * SECOND],
    ["12h", 12 * HOUR],
    ["7d", 168 * HOUR],
    ["60", 60 * SECOND],
    ["2026-11-20T09:00:00Z", HOUR],
    ["2026-11-20T11:00:00+01:00", 0],
  ])("takes %s for a time", (since, back) => {
    expect(startOf(since, RAISED)).toBe(RAISED - back);
  });

  test.each(["", "yesterday", "7 d", "-7d", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20T10:00:01Z", "1e3"])(
    "refuses %j, in words that say what to write",
    async (since) => {
      const { store } = await open(0);
      const refused = await makeTally({ store, clock: () => RAISED }).stats(admin, since);
      expect(refused).toMatchObject({
        type: "refused",
        code: "invalid_request",
        errors: [{ pointer: "/query/since" }],
      });
    },
  );
});
