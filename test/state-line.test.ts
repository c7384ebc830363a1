import { describe, expect, it } from "vitest";
import type { By, Checkpoint, Decision, Vote } from "../src/checkpoint.ts";
import { endedRefusal } from "../src/decide/ended.ts";
import { rulesOf } from "../src/policy/redact/rules.ts";
import { stateLine } from "../src/state-line.ts";
import { checkpoint, DIGEST, DUE, person, RAISED } from "./make.ts";

const MINUTE = 60_000;
const vote = (by: By, over: Partial<Vote> = {}): Vote => ({
  action: "proceed",
  by,
  digest: DIGEST,
  at: RAISED,
  ...over,
});
const decided = (over: Partial<Decision>, rest: Partial<Checkpoint> = {}): string => {
  const decision: Decision = {
    action: "proceed",
    outcome: "approved",
    by: person("bob"),
    at: RAISED,
    digest: DIGEST,
    ...over,
  };
  return stateLine(checkpoint({ status: "resolved", decision, ended_at: decision.at, ...rest }), RAISED);
};

describe("the status of a pending checkpoint", () => {
  it("says who may decide and how long there is, with the hour, since a posted card does not tick", () => {
    expect(stateLine(checkpoint(), RAISED + 45_500)).toBe("Waiting for group:sre · due in 59m (11:00 UTC)");
    expect(stateLine(checkpoint({ due_at: RAISED + 26.5 * 60 * MINUTE }), RAISED)).toBe(
      "Waiting for group:sre · due in 1d 2h (2026-11-21 12:30 UTC)",
    );
    expect(stateLine(checkpoint(), DUE - 12_000)).toBe("Waiting for group:sre · due in 12s (11:00 UTC)");
    expect(stateLine(checkpoint(), DUE)).toBe("Waiting for group:sre · due now");
    expect(stateLine(checkpoint({ kind: "phase" }), RAISED)).toBe("Waiting for group:sre");
  });

  it("counts the votes on what is on the table, each person once", () => {
    const votes = [vote(person("bob")), vote(person("bob", "discord")), vote(person("ann"), { digest: "sha256:old" })];
    expect(stateLine(checkpoint({ quorum: 2, votes }), RAISED)).toBe(
      "Waiting for group:sre · 1 of 2 approvals (Bob) · due in 1h (11:00 UTC)",
    );
    expect(stateLine(checkpoint({ quorum: 2 }), RAISED)).toBe(
      "Waiting for group:sre · 0 of 2 approvals · due in 1h (11:00 UTC)",
    );
  });

  it("names people by their names and not by a reference, and not all of many", () => {
    const waiting = (...approvers: string[]) => stateLine(checkpoint({ kind: "phase", approvers }), RAISED);
    expect(waiting()).toBe("Waiting for the admin");
    expect(waiting("person:bob", "group:sre", "admin")).toBe("Waiting for bob, group:sre, the admin");
    expect(waiting("anyone")).toBe("Waiting for anyone here");
    expect(waiting("group:a", "group:b", "group:c", "group:d", "group:e", "group:f", "group:g")).toBe(
      "Waiting for group:a, group:b, group:c, group:d, group:e and 2 more",
    );
  });
});

describe("the status of an ended checkpoint", () => {
  it("says who decided what, where, when and with which words", () => {
    expect(decided({ feedback: "use Redis" })).toBe("Approved by Bob in slack, 2026-11-20 10:00 UTC: use Redis");
    expect(decided({ action: "edit", by: person("bob", "web") })).toBe(
      "Approved with edits by Bob on the web, 2026-11-20 10:00 UTC",
    );
    expect(decided({ action: "revise", outcome: "changes", by: person("bob", "discord"), feedback: "a\n b" })).toBe(
      "Sent back to revise by Bob in discord, 2026-11-20 10:00 UTC: a b",
    );
    expect(decided({ action: "refine", outcome: "changes", by: person("bob", "terminal") })).toBe(
      "Sent back to refine by Bob in the terminal, 2026-11-20 10:00 UTC",
    );
    expect(decided({ action: "reject", outcome: "rejected", by: person("bob", "api"), reason: "wrong file" })).toBe(
      "Rejected by Bob over the API, 2026-11-20 10:00 UTC: wrong file",
    );
    expect(decided({ action: "cancel", outcome: "rejected" })).toBe("Cancelled by Bob in slack, 2026-11-20 10:00 UTC");
    expect(decided({ action: "answer", outcome: "answered", answers: { level: "expert", focus: "tests" } })).toBe(
      "Answered by Bob in slack, 2026-11-20 10:00 UTC: level: expert; focus: tests",
    );
    expect(decided({ action: "answer", outcome: "answered", answers: { response: "expert" } })).toBe(
      "Answered by Bob in slack, 2026-11-20 10:00 UTC: expert",
    );
  });

  it("names all whose approvals it took", () => {
    expect(decided({}, { quorum: 2, votes: [vote(person("ann")), vote(person("bob"))] })).toBe(
      "Approved by Bob in slack, 2026-11-20 10:00 UTC (2 of 2: Ann, Bob)",
    );
    expect(decided({ action: "reject", outcome: "rejected" }, { quorum: 2, votes: [vote(person("ann"))] })).toBe(
      "Rejected by Bob in slack, 2026-11-20 10:00 UTC",
    );
  });

  it("keeps the account beside a name that only its owner vouches for", () => {
    const stranger: By = { kind: "person", person: "slack:T1/U9", surface: "slack", id: "U9", name: "The CEO\u202e" };
    expect(decided({ by: stranger })).toBe("Approved by The CEO\\u{202E} (slack:T1/U9) in slack, 2026-11-20 10:00 UTC");
    expect(decided({ by: { kind: "person", person: "slack:T1/U9", surface: "slack", id: "U9" } })).toBe(
      "Approved by slack:T1/U9 in slack, 2026-11-20 10:00 UTC",
    );
  });

  it("names the policy, and whether it approved at once or for want of a decision", () => {
    const by: By = { kind: "policy", name: "read-only" };
    expect(decided({ by })).toBe("Approved by policy read-only without asking anybody, 2026-11-20 10:00 UTC");
    expect(decided({ by, at: DUE })).toBe(
      "Approved by policy read-only after 1h without a decision, 2026-11-20 11:00 UTC",
    );
  });

  it("never words a timeout as somebody's denial", () => {
    const by: By = { kind: "policy", name: "default" };
    const expired = { status: "expired", ended_at: DUE } as const;
    expect(decided({ action: "cancel", outcome: "timed_out", by, at: DUE + 900 }, expired)).toBe(
      "Timed out after 1h: nobody decided; handed back as cancel by policy default",
    );
    const votes = [vote(person("bob"))];
    expect(decided({ action: "reject", outcome: "timed_out", by, at: DUE }, { ...expired, quorum: 2, votes })).toBe(
      "Timed out after 1h: only 1 of 2 approvals (Bob); handed back as reject by policy default",
    );
  });

  it("says who withdrew it and why", () => {
    const by: By = { kind: "agent", name: "skill-fleet" };
    const line = (reason: string) =>
      stateLine(checkpoint({ status: "withdrawn", withdrawn: { reason, by, at: RAISED } }), RAISED);
    expect(line("superseded by round 2")).toBe("Withdrawn by skill-fleet, 2026-11-20 10:00 UTC: superseded by round 2");
    expect(line("")).toBe("Withdrawn by skill-fleet, 2026-11-20 10:00 UTC");
  });

  it("shows by the rules that it is given what people wrote, and what it refuses a late one with, too", () => {
    const rules = rulesOf({ keys: ["pin"] });
    const ended = checkpoint({
      status: "withdrawn",
      withdrawn: { reason: "pin=4821Zx", by: person("bob", "web"), at: RAISED },
    });
    expect(stateLine(ended, RAISED, rules)).toBe(
      "Withdrawn by Bob on the web, 2026-11-20 10:00 UTC: pin=[redacted 6 chars]",
    );
    expect(endedRefusal(ended, rules).detail).toBe("Bob withdrew it at 2026-11-20 10:00 UTC: pin=[redacted 6 chars]");
  });

  it("keeps to one line, however much was written", () => {
    const line = decided({ feedback: `${"long ".repeat(1_000)}\nend` });
    expect(line).toMatch(/: (long ){39}long…$/);
  });
});
