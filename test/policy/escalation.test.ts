/** Escalation only ever adds: over generated policies, whoever could decide still can, and it takes as many of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ActionName, Checkpoint, Ref, Rung, TimeoutWord } from "../../src/checkpoint.ts";
import { nextLook } from "../../src/decide/look.ts";
import { mayDecide, mayVote } from "../../src/policy/approvers.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { sightOfRecord } from "../../src/policy/sight.ts";
import { NOON, type Town, town } from "../town.ts";

const MINUTE = 60_000;
const RUNS = process.env.HITL_TEST_LONG ? 2_000 : 200;
const WHO = ["admin", "alice", "bob", "carol", "dave", "erin", "mallory", "bob on slack", "a member on slack"];
const refs: fc.Arbitrary<Ref> = fc.constantFrom(
  ...["person:alice", "person:bob", "person:carol", "person:erin", "group:sre", "admin", "slack:T1/U777"],
);
const list = fc.uniqueArray(refs, { minLength: 1, maxLength: 4 });
const ladder: fc.Arbitrary<Rung[]> = fc
  .array(fc.record({ after: fc.integer({ min: 1, max: 300 }), to: list }), { maxLength: 4 })
  .map((rungs) => rungs.sort((a, b) => a.after - b.after).map(({ after, to }) => ({ after: after * MINUTE, to })));
const late: fc.Arbitrary<Rung[]> = fc.array(fc.record({ to: list }), { maxLength: 3 });
const policies: fc.Arbitrary<Policy> = fc
  .record({
    approvers: fc.option(list, { nil: undefined }),
    quorum: fc.integer({ min: 1, max: 3 }),
    escalate: fc.oneof(ladder, late),
    timeout: fc.integer({ min: 1, max: 240 }).map((minutes) => minutes * MINUTE),
    on_timeout: fc.constantFrom<TimeoutWord>("escalate", "reject", "cancel"),
    self_approval: fc.boolean(),
    remind: fc.array(
      fc.integer({ min: 1, max: 100 }).map((minutes) => minutes * MINUTE),
      { maxLength: 2 },
    ),
  })
  .map(({ approvers, ...rest }) => ({ name: "any", ...rest, ...(approvers && { approvers }) }));

/** What the time plan alone makes of it, each look a step. */
function story(place: Town, first: Checkpoint): Checkpoint[] {
  const steps = [first];
  let last = first;
  for (let at = nextLook(last, place.house); at !== null && steps.length < 50; at = nextLook(last, place.house)) {
    const ruling = place.ruleAt(last, { type: "look" }, at);
    if (ruling.type !== "change") throw new Error("a look that was due changed nothing");
    last = ruling.next;
    steps.push(last);
  }
  return steps;
}

test(`over ${RUNS} policies nobody loses a say, and nothing gets easier to approve`, { timeout: 300_000 }, () => {
  let climbed = 0;
  fc.assert(
    fc.property(policies, fc.constantFrom<string[]>([], ["group:sre"]), (policy, everywhere) => {
      const place = town({ policies: [policy], approvers: everywhere });
      const raised = place.raising({
        ...{ kind: "confirm", payload: { summary: "x" }, requested_by: "person:alice" },
      });
      // A quorum that cannot be met is refused at once.
      if (raised.type === "refused") {
        expect(raised.code).toBe("quorum_unreachable");
        return;
      }
      const steps = story(place, raised.first.next);
      const allowed = steps.flatMap(({ approvers }) => approvers);
      const named = new Set([
        ...raised.first.next.approvers,
        ...(policy.escalate ?? []).flatMap(({ to }) => to),
        "admin",
      ]);
      expect(allowed.filter((ref) => !named.has(ref))).toEqual([]);
      for (const [index, now] of steps.entries()) {
        const before = steps[index - 1];
        if (before === undefined) continue;
        climbed += now.progress.rungs - before.progress.rungs;
        expect(now.quorum).toBe(before.quorum);
        expect(now.policy).toEqual(before.policy);
        expect(now.requesters).toEqual(before.requesters);
        expect(sightOfRecord(now).decide).toEqual(expect.arrayContaining(sightOfRecord(before).decide));
        for (const who of WHO) {
          const actor = place.actor(who);
          if (mayDecide(before.approvers, actor)) expect(mayDecide(now.approvers, actor), who).toBe(true);
          if (mayVote(before.approvers, before.quorum, actor))
            expect(mayVote(now.approvers, now.quorum, actor), who).toBe(true);
        }
        if (!policy.self_approval && now.status === "pending")
          expect(codeOf(place, now, "proceed")).toMatch(/^(self_approval|not_an_approver)$/);
      }
    }),
    { numRuns: RUNS },
  );
  console.log(`${climbed} rungs were climbed under ${RUNS} policies`);
  expect(climbed).toBeGreaterThan(RUNS / 4);
});

/** What alice, who asked for it, is told. */
function codeOf(place: Town, checkpoint: Checkpoint, action: ActionName): string {
  const at = Math.max(NOON, (checkpoint.due_at ?? NOON) - 1);
  const ruling = place.rule(checkpoint, "alice", { action }, at);
  return ruling.type === "refused" ? ruling.code : ruling.type;
}
