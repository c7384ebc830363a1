import { describe, expect, it } from "vitest";
import { type Command, listing, parseCommand, VERBS } from "../src/commands.ts";
import { checkpoint, DIGEST, person, RAISED } from "./make.ts";

const TABLE: [string, Command][] = [
  ["", { verb: "help", note: null }],
  ["help", { verb: "help", note: null }],
  ["help me", { verb: "help", note: null }],
  ["pending", { verb: "pending", scope: "mine" }],
  ["  PENDING  ", { verb: "pending", scope: "mine" }],
  ["pending mine", { verb: "pending", scope: "mine" }],
  ["pending team", { verb: "pending", scope: "team" }],
  ["pending overdue", { verb: "pending", scope: "overdue" }],
  ["pending All tool", { verb: "pending", scope: "all", kind: "tool" }],
  ["pending tool all", { verb: "pending", scope: "all", kind: "tool" }],
  ["pending skill-fleet", { verb: "pending", scope: "mine", agent: "skill-fleet" }],
  ["pending team confirm Skill-Fleet", { verb: "pending", scope: "team", kind: "confirm", agent: "Skill-Fleet" }],
  ["pending a b", { verb: "help", note: '"b" is one word too many for `pending`.' }],
  ["show chk_0123456789", { verb: "show", id: "chk_0123456789" }],
  ["show", { verb: "help", note: "`show` needs an id; `pending` lists them." }],
  ["show me", { verb: "help", note: '"me" is not an id; `pending` lists them.' }],
  ["show chk_0123456789 now", { verb: "help", note: "`show` takes one id." }],
  ["history", { verb: "history", count: 10 }],
  ["history 3", { verb: "history", count: 3 }],
  ["history 5000", { verb: "history", count: 50 }],
  ["history 0", { verb: "help", note: "`history` takes a number, as in `history 20`." }],
  ["history -1", { verb: "help", note: "`history` takes a number, as in `history 20`." }],
  ["history all", { verb: "help", note: "`history` takes a number, as in `history 20`." }],
  ["stats", { verb: "stats" }],
  ["stats now", { verb: "help", note: "`stats` stands alone." }],
  ["whoami", { verb: "whoami" }],
  ["whoami?", { verb: "help", note: 'There is no command "whoami?".' }],
  ["withdraw chk_0123456789", { verb: "withdraw", id: "chk_0123456789" }],
  ["withdraw chk_0123456789 not  needed now", { verb: "withdraw", id: "chk_0123456789", reason: "not needed now" }],
  ["withdraw", { verb: "help", note: "`withdraw` needs an id; `pending` lists them." }],
  ["approve chk_0123456789", { verb: "help", note: 'There is no command "approve".' }],
  ["\u202eevil", { verb: "help", note: 'There is no command "\\u{202E}evil".' }],
];

describe("a /hitl command", () => {
  it.each(TABLE)("%j is %j", (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it("is one of those that help lists, and none of them approves", () => {
    expect(VERBS.map(({ usage }) => usage.split(" ")[0])).toEqual([
      "pending",
      "show",
      "history",
      "stats",
      "whoami",
      "withdraw",
      "help",
    ]);
  });
});

describe("a list of checkpoints", () => {
  const now = RAISED + 5 * 60_000;

  it("says what waits, for how long, and until when", () => {
    expect(listing([checkpoint(), checkpoint({ kind: "phase", id: "chk_phase0001" })], now)).toEqual([
      {
        id: "chk_0123456789",
        icon: "📋",
        title: "technical_skills/python/async",
        kind: "confirm",
        status: "pending",
        age: "5m",
        due: "in 55m",
      },
      { id: "chk_phase0001", icon: "🚦", title: "planning", kind: "phase", status: "pending", age: "5m", due: null },
    ]);
  });

  it("says what is overdue", () => {
    expect(listing([checkpoint()], RAISED + 7_200_000)[0]).toMatchObject({ age: "2h", due: "overdue" });
  });

  it("says who ended it", () => {
    const decision = {
      action: "proceed",
      outcome: "approved",
      by: person("bob"),
      at: now,
      digest: DIGEST,
    } as const;
    const rows = listing(
      [
        checkpoint({ status: "resolved", decision }),
        checkpoint({ status: "expired", decision: { ...decision, by: { kind: "policy", name: "default" } } }),
        checkpoint({ status: "withdrawn", withdrawn: { by: { kind: "agent", name: "ci" }, at: now, reason: "x" } }),
      ],
      now,
    );
    expect(rows.map(({ status, by, due }) => [status, by, due])).toEqual([
      ["resolved", "Bob", null],
      ["expired", "policy default", null],
      ["withdrawn", "ci", null],
    ]);
  });

  it("shows titles only, on one line, and nothing of the arguments", () => {
    const payload = { tool_name: "make_payment", tool_args: { iban: "DE02 1203" }, policy_note: "secret note" };
    const rows = listing([checkpoint({ kind: "tool", payload, title: "Pay\u202e\nthe rent" })], now);
    expect(rows[0]?.title).toBe("Pay\\u{202E} the rent");
    expect(JSON.stringify(rows)).not.toMatch(/iban|DE02|secret/);
  });
});
