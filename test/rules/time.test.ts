import { describe, expect, test } from "vitest";
import { nextLook } from "../../src/decide/look.ts";
import { SEED } from "../seeds.ts";
import { act, NOON, raised, town } from "../town.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const confirm = { kind: "confirm", payload: { summary: "Publish it" } } as const;

describe("rule 9, time", () => {
  test.each([
    ["clarify", HOUR, "cancel"],
    ["confirm", HOUR, "cancel"],
    ["preview", HOUR, "cancel"],
    ["validate", HOUR, "cancel"],
    ["tool", HOUR, "reject"],
    ["task", HOUR, "reject"],
    ["phase", null, "cancel"],
  ] as const)("a %s checkpoint waits %j ms by default, then it is handed back as %s", (kind, timeout, word) => {
    const { policy, due_at, created_at } = raised({ kind, payload: SEED[kind] });
    expect([policy.timeout, policy.on_timeout]).toEqual([timeout, word]);
    expect(due_at).toBe(timeout === null ? null : created_at + timeout);
  });

  test("both words are allowed for every kind, and `never` too", () => {
    for (const kind of ["clarify", "confirm", "preview", "validate", "tool", "task", "phase"] as const)
      for (const on_timeout of ["cancel", "reject"] as const) {
        const checkpoint = raised({ kind, payload: SEED[kind], on_timeout, timeout: "15m" });
        const expired = town().look(checkpoint, NOON + 15 * MINUTE);
        expect(expired.decision).toMatchObject({
          action: on_timeout,
          outcome: "timed_out",
          by: { kind: "policy", name: "default" },
        });
        expect(raised({ kind, payload: SEED[kind], timeout: null }).due_at).toBeNull();
      }
  });

  test("silence is `expired`, never a person's denial", () => {
    const expired = town().look(raised(confirm), NOON + HOUR);
    expect(expired).toMatchObject({
      status: "expired",
      ended_at: NOON + HOUR,
      decision: { action: "cancel", outcome: "timed_out" },
    });
  });

  test("a millisecond early nothing happens", () => {
    const warned = town().look(raised(confirm), NOON + 50 * MINUTE);
    expect(town().ruleAt(warned, { type: "look" }, NOON + HOUR - 1)).toEqual({ type: "wait" });
  });

  test("an act at or after the due time is too late, whatever the timer does", () => {
    for (const late of [0, 1, 60_000]) {
      const ruling = town().rule(raised(confirm), "bob", { action: "proceed" }, NOON + HOUR + late);
      expect(ruling).toMatchObject({ type: "change", again: true, next: { status: "expired" }, from: NOON + HOUR });
      const expired = act(raised(confirm), "bob", { action: "proceed" }, NOON + HOUR + late);
      expect(expired.decision).toMatchObject({ outcome: "timed_out" });
    }
    expect(town().rule(town().look(raised(confirm), NOON + HOUR), "bob", { action: "proceed" })).toMatchObject({
      code: "expired",
      detail: "It timed out at 2026-11-20 11:00 UTC, after 1h: nobody decided in time.",
    });
  });

  test("an act in time must also be committed in time", () => {
    const ruling = town().rule(raised(confirm), "bob", { action: "proceed" }, NOON + HOUR - 1);
    expect(ruling).toMatchObject({ type: "change", until: NOON + HOUR, next: { status: "resolved" } });
  });

  test("`proceed` on time-out is a policy's word alone, and the record says which policy", () => {
    const place = town({ policies: [{ name: "nightly", on_timeout: "proceed", timeout: HOUR }] });
    expect(place.look(place.raise(confirm), NOON + HOUR)).toMatchObject({
      status: "resolved",
      decision: { action: "proceed", outcome: "approved", by: { kind: "policy", name: "nightly" } },
    });
    const asked = place.raise({ kind: "clarify", payload: { questions: "Which?" } });
    expect(place.look(asked, NOON + HOUR)).toMatchObject({ status: "expired", decision: { outcome: "timed_out" } });
  });

  test("a policy can approve at once, in its own name", () => {
    const place = town({ policies: [{ name: "sandbox", auto: "proceed" }] });
    expect(place.raise(confirm)).toMatchObject({
      status: "resolved",
      revision: 1,
      decision: { action: "proceed", outcome: "approved", by: { kind: "policy", name: "sandbox" } },
    });
    expect(place.raise({ kind: "clarify", payload: { questions: "Which?" } }).status).toBe("pending");
  });

  describe("reminders and the ladder", () => {
    const ladder = town({
      policies: [
        {
          name: "payments",
          approvers: ["person:bob"],
          remind: [15 * MINUTE, 30 * MINUTE],
          escalate: [{ after: 45 * MINUTE, to: ["person:carol"] }],
          timeout: 2 * HOUR,
          on_timeout: "reject",
        },
      ],
    });

    test("reminders, rungs and expiry come in their order, counted from the raise", () => {
      let checkpoint = ladder.raise(confirm);
      const story = [];
      for (let at = nextLook(checkpoint, ladder.house); at !== null; at = nextLook(checkpoint, ladder.house)) {
        if (at === NOON + 110 * MINUTE) story.push([110, "a warning on the card", checkpoint.approvers]);
        const ruling = ladder.ruleAt(checkpoint, { type: "look" }, at);
        if (ruling.type !== "change") throw new Error("nothing was due");
        checkpoint = ruling.next;
        if (ruling.news.length > 0) story.push([(at - NOON) / MINUTE, ruling.news[0]?.type, checkpoint.approvers]);
      }
      expect(story).toEqual([
        [15, "checkpoint.reminded", ["person:bob"]],
        [30, "checkpoint.reminded", ["person:bob"]],
        [45, "checkpoint.escalated", ["person:bob", "person:carol"]],
        [110, "a warning on the card", ["person:bob", "person:carol"]],
        [120, "checkpoint.expired", ["person:bob", "person:carol"]],
      ]);
      expect(checkpoint.decision).toMatchObject({ action: "reject", outcome: "timed_out" });
    });

    test("reminders that an outage left behind count as one", () => {
      const reminded = ladder.look(ladder.raise(confirm), NOON + 31 * MINUTE);
      expect(reminded.progress.reminded).toBe(2);
    });

    test("a rung adds people and takes nobody's right or vote away", () => {
      const once = ladder.act(ladder.raise({ ...confirm }), "bob", { action: "cancel" });
      expect(once.status).toBe("resolved");
      const climbed = ladder.look(ladder.raise(confirm), NOON + 45 * MINUTE);
      for (const who of ["bob", "carol"]) expect(ladder.rule(climbed, who, { action: "proceed" }).type).toBe("change");
      expect(climbed.quorum).toBe(1);
    });

    test("`escalate` moves the due time by the original timeout, once a rung, then rejects", () => {
      const place = town({
        policies: [
          {
            name: "p",
            approvers: ["person:bob"],
            timeout: HOUR,
            on_timeout: "escalate",
            escalate: [{ to: ["person:carol"] }, { to: ["person:dave"] }],
          },
        ],
      });
      const first = place.look(place.raise(confirm), NOON + HOUR);
      expect(first).toMatchObject({
        status: "pending",
        due_at: NOON + 2 * HOUR,
        approvers: ["person:bob", "person:carol"],
      });
      const second = place.look(first, NOON + 2 * HOUR);
      expect(second).toMatchObject({
        status: "pending",
        due_at: NOON + 3 * HOUR,
        approvers: ["person:bob", "person:carol", "person:dave"],
      });
      expect(place.look(second, NOON + 3 * HOUR)).toMatchObject({
        status: "expired",
        decision: { action: "reject", outcome: "timed_out" },
      });
    });

    test("without a ladder there is one rung, the admin and the fallback conversation", () => {
      const place = town({
        policies: [{ name: "p", approvers: ["person:bob"], on_timeout: "escalate", fallback: "slack:#ops" }],
      });
      const climbed = place.look(place.raise(confirm), NOON + HOUR);
      expect(climbed).toMatchObject({
        status: "pending",
        approvers: ["person:bob", "admin"],
        placements: [
          { channel: "slack", conversation: "#deploys" },
          { channel: "slack", conversation: "#ops", state: "queued" },
        ],
      });
      expect(place.look(climbed, NOON + 2 * HOUR)).toMatchObject({ status: "expired", decision: { action: "reject" } });
    });

    test("an act that comes with the rung counts after it", () => {
      const place = town({ policies: [{ name: "p", approvers: ["person:bob"], on_timeout: "escalate" }] });
      expect(place.act(place.raise(confirm), "bob", { action: "proceed" }, NOON + HOUR)).toMatchObject({
        status: "resolved",
        progress: { rungs: 1 },
        decision: { action: "proceed", by: { person: "bob" } },
      });
    });
  });

  describe("working hours", () => {
    // Raised at 10:00 UTC, which is 20:00 in Brisbane; erin works there from 09:00 to 18:00 (23:00 to 08:00 UTC).
    const policies = [
      {
        name: "p",
        approvers: ["person:erin"],
        remind: [15 * MINUTE],
        escalate: [{ after: 30 * MINUTE, to: ["person:erin"] }],
        timeout: 24 * HOUR,
      },
    ];
    const place = town({ policies });

    test("delay reminders and rungs to the person's morning", () => {
      expect(nextLook(place.raise(confirm), place.house)).toBe(Date.parse("2026-11-20T23:00:00Z"));
    });

    test("never expiry", () => {
      const short = place.raise({ ...confirm, timeout: "20m" });
      const warned = place.look(short, nextLook(short, place.house) ?? 0);
      expect(nextLook(warned, place.house)).toBe(NOON + 20 * MINUTE);
      expect(place.look(short, NOON + 20 * MINUTE).status).toBe("expired");
    });

    test("do not hold back what is critical", () => {
      expect(nextLook(place.raise({ ...confirm, priority: "critical" }), place.house)).toBe(NOON + 15 * MINUTE);
    });
  });
});
