import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { office } from "../office.ts";

const TRIALS = process.env.HITL_TEST_LONG === "1" ? 10_000 : 1_000;
const ENDS = ["checkpoint.resolved", "checkpoint.expired"];

/** Until then the event loop is kept busy, so that both sides start within the millisecond. */
function spinUntil(at: number): void {
  while (performance.timeOrigin + performance.now() < at);
}

test(`an approval and the timer that meet within 5 ms of the due time leave one end, ${TRIALS} times`, {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "hitl-deadline-"));
  // Two offices on one file are two replicas: neither knows the other's queue.
  const [ours, theirs] = [openSqlite(join(folder, "hitl.db")), openSqlite(join(folder, "hitl.db"))];
  const [approving, timing] = [office(ours), office(theirs)];
  const ends = { resolved: 0, expired: 0 };
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const id = `chk_deadline_${trial}`;
    await approving.raise({ id, kind: "confirm", payload: { summary: "x" }, timeout: 0.008 });
    const due = Number((await approving.record(id)).due_at);
    // From 5 ms before to 5 ms after, in turn.
    spinUntil(due - 5 + (trial % 11));
    const [answer] = await Promise.all([approving.act(id, "bob", { action: "proceed" }), timing.timers()]);
    spinUntil(due);
    await timing.timers();
    const record = await timing.record(id);
    const story = (await timing.log(id)).map(({ entry }) => entry.type).filter((type) => ENDS.includes(type));
    expect(story, id).toEqual([`checkpoint.${record.status}`]);
    expect(answer, id).toBe(record.status);
    expect(record.status === "resolved" ? Number(record.ended_at) < due : Number(record.ended_at) >= due, id).toBe(
      true,
    );
    ends[record.status as keyof typeof ends] += 1;
  }
  console.log(
    `${TRIALS} meetings at the due time: ${ends.resolved} approved before it, ${ends.expired} expired, 0 both`,
  );
  expect(ends.resolved).toBeGreaterThan(TRIALS / 10);
  expect(ends.expired).toBeGreaterThan(TRIALS / 10);
  await ours.close();
  await theirs.close();
  rmSync(folder, { recursive: true });
});
