/** What should have been decided by now: how it is marked in lists, lines, figures and gauges. */
import { describe, expect, test } from "vitest";
import { renderList } from "../adapters/channels/terminal/list.ts";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { timeLine } from "../src/chat/time-line.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { listing } from "../src/commands.ts";
import { countCommits } from "../src/figures.ts";
import { makeMetrics } from "../src/metrics.ts";
import { lateFrom, missedSla, slaOf } from "../src/overdue.ts";
import type { Write } from "../src/ports.ts";
import { makeSources } from "../src/sources.ts";
import { stateLine } from "../src/state-line.ts";
import { factsOf, statsOf } from "../src/stats.ts";
import { viewOf } from "../src/view.ts";
import { raise } from "./contract/changes.ts";
import { checkpoint, DIGEST, DUE, person, RAISED } from "./make.ts";

const MINUTE = 60_000;
const asked = (minutes: number, over: Partial<Checkpoint> = {}) =>
  checkpoint({ policy: { ...checkpoint().policy, sla: minutes * MINUTE }, ...over });
const decided = (minutes: number, over: Partial<Checkpoint> = {}) => {
  const at = RAISED + minutes * MINUTE;
  const decision = { action: "proceed", outcome: "approved", by: person("bob"), at, digest: DIGEST } as const;
  return { status: "resolved", ended_at: at, decision, ...over } as const;
};

describe("what its policy wants decided within half an hour", () => {
  test("is overdue from then on, or from its due time where that comes first", () => {
    expect([slaOf(asked(30)), lateFrom(asked(30))]).toEqual([RAISED + 30 * MINUTE, RAISED + 30 * MINUTE]);
    expect(lateFrom(asked(30, { due_at: RAISED + 5 }))).toBe(RAISED + 5);
    expect([slaOf(checkpoint()), lateFrom(checkpoint()), lateFrom(checkpoint({ due_at: null }))]).toEqual([
      null,
      DUE,
      null,
    ]);
    expect([missedSla(asked(30), RAISED + 30 * MINUTE), missedSla(asked(30), RAISED + 30 * MINUTE + 1)]).toEqual([
      false,
      true,
    ]);
    expect(missedSla(asked(30, { ended_at: RAISED + 29 * MINUTE }), RAISED + 99 * MINUTE)).toBe(false);
  });

  test("is marked in the lists of chats, of the terminal and of the API", () => {
    const rows = listing([asked(30), checkpoint()], RAISED + 31 * MINUTE);
    expect(rows.map(({ due }) => due)).toEqual(["overdue", "in 29m"]);
    const [, line] = renderList([viewOf(asked(30), "http://x")], RAISED + 31 * MINUTE);
    expect(line).toMatch(/ · overdue$/);
    expect(viewOf(asked(30), "http://x").sla_at).toBe("2026-11-20T10:30:00.000Z");
    expect(viewOf(checkpoint(), "http://x").sla_at).toBeNull();
  });

  test("says so on its card", () => {
    expect(stateLine(asked(30), RAISED + 31 * MINUTE)).toBe(
      "Waiting for group:sre · overdue (asked for within 30m) · due in 29m (11:00 UTC)",
    );
  });

  test("counts in the figures: how many there were, and how many took longer", () => {
    const raised = [
      asked(30),
      asked(10),
      asked(30, decided(31)),
      asked(30, decided(30)),
      asked(1, { status: "withdrawn", ended_at: RAISED + 9 * MINUTE }),
      checkpoint(decided(50)),
    ].map((record, index) => factsOf({ ...record, id: `chk_${index}` }));
    const pending = raised.slice(0, 2);
    const stats = statsOf({
      ...{ since: RAISED, now: RAISED + 20 * MINUTE, raised, pending, complete: true },
      deliveries: { waiting: 0, dead: 0 },
    });
    expect(stats.sla).toEqual({ count: 4, missed: 2 });
    expect([stats.pending.overdue, stats.agents[0]?.overdue]).toEqual([1, 1]);
  });

  test("is seen by whoever watches: a gauge while it waits, a counter when it has ended too late", async () => {
    const opened = openMemory({ clock: () => RAISED + 20 * MINUTE });
    for (const [index, minutes] of [10, 30].entries())
      await opened.store.commit(raise(`chk_waits_${index}`, { record: asked(minutes, { id: `chk_waits_${index}` }) }));
    const sources = makeSources({ ...opened, feed: { waiting: 0 } });
    expect(await sources.pending()).toContainEqual({ kind: "confirm", count: 2, overdue: 1, oldest: 1_200 });

    const metrics = makeMetrics();
    const count = countCommits(metrics);
    for (const minutes of [29, 31, 45]) {
      const entries = [{ type: "checkpoint.resolved" }] as Write["entries"];
      count([{ record: asked(30, decided(minutes)), entries } as Write]);
    }
    expect(await metrics.registry.getSingleMetricAsString("hitl_sla_missed_total")).toContain(
      'hitl_sla_missed_total{kind="confirm"} 2',
    );
  });
});

describe("a card that was brought up to date because time runs out", () => {
  const warned = (over: Partial<Checkpoint> = {}) =>
    checkpoint({ progress: { reminded: 0, rungs: 0, warned: DUE }, ...over });
  const policy = checkpoint().policy;

  test.each([
    [warned(), "Waiting for group:sre · expires in 10m (11:00 UTC)"],
    [warned({ policy: { ...policy, on_timeout: "escalate" } }), "Waiting for group:sre · escalates in 10m (11:00 UTC)"],
    [
      warned({ policy: { ...policy, on_timeout: "escalate" }, progress: { reminded: 0, rungs: 1, warned: DUE } }),
      "Waiting for group:sre · expires in 10m (11:00 UTC)",
    ],
    [
      warned({ policy: { ...policy, on_timeout: "proceed" } }),
      "Waiting for group:sre · is approved by its policy in 10m (11:00 UTC)",
    ],
    [checkpoint(), "Waiting for group:sre · due in 10m (11:00 UTC)"],
  ])("says what will happen then (%#)", (given, line) => {
    expect(stateLine(given, DUE - 10 * MINUTE)).toBe(line);
  });
});

test("a line below the card says who was reminded, and who was called", () => {
  const to = ["person:bob", "slack-group:S0", "admin"];
  expect(timeLine({ type: "checkpoint.reminded", data: { to } })).toBe(
    "A reminder: it still waits for bob, slack-group:S0, the admin.",
  );
  expect(timeLine({ type: "checkpoint.escalated", data: { to: ["person:cfo"] } })).toBe(
    "Nobody has decided yet, so it goes to cfo as well.",
  );
  expect(timeLine({ type: "checkpoint.reminded", data: { to: [] } })).toBeNull();
  expect(timeLine({ type: "checkpoint.resolved", data: {} })).toBeNull();
});
