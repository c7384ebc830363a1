/** Secrets in what agents send, from the raise to the record: hidden before it is stored, and edited around. */
import { describe, expect, test } from "vitest";
import { digestOf, type JsonObject } from "../../src/json.ts";
import { cardOf } from "../../src/picture.ts";
import { NOON, town } from "../town.ts";

const PASSWORD = "hunter2-hunter2";
const MARK = "[redacted 15 chars]";
const TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
const pay = (tool_args: object, over: object = {}) => ({
  kind: "tool",
  payload: { tool_name: "pay", tool_args, note: `token ${TOKEN}` },
  ...over,
});
const args = { to: "CZ65", amount: 12, password: PASSWORD };
const shownArgs = { ...args, password: MARK };

describe("at the raise", () => {
  const { raise } = town();
  const record = raise(
    pay(args, {
      title: `Pay with ${TOKEN}`,
      metadata: { api_key: PASSWORD },
      source: { agent: "ci", url: `https://ci.example.com/?token=${PASSWORD}` },
      actions: ["proceed", { action: "reject", label: `No ${TOKEN}`, reasons: [`leaks ${TOKEN}`] }],
      state: { token: PASSWORD },
    }),
  );

  test("everything is hidden that is stored or shown, but the agent's own state", () => {
    const { state, ...stored } = record;
    expect(JSON.stringify(stored)).not.toMatch(/hunter2|ghp_abc/);
    expect(state).toEqual({ token: PASSWORD });
    expect(record.payload).toEqual({ tool_name: "pay", tool_args: shownArgs, note: "token [redacted 40 chars]" });
    expect([record.title, record.metadata, record.source.url]).toEqual([
      "Pay with [redacted 40 chars]",
      { api_key: MARK },
      `https://ci.example.com/?token=${MARK}`,
    ]);
    expect(record.actions.at(-1)).toMatchObject({
      label: "No [redacted 40 chars]",
      reasons: ["leaks [redacted 40 chars]"],
    });
  });

  test("the digest is still over what the agent sent, so that the agent can compute it", () => {
    expect(record.digest).toBe(
      digestOf({
        ...{ v: 1, kind: "tool", payload: pay(args).payload, source: { agent: "ci" } },
        ...{ actions: ["proceed", "reject"], policy: record.policy.version },
      }),
    );
  });

  test("the card says how much is hidden, and where", () => {
    expect(cardOf(record, NOON).notes).toEqual([
      "7 values hidden: payload.tool_args.password, payload.note, metadata.api_key, title, source.url and others",
    ]);
    const one = raise({ kind: "confirm", payload: { summary: "x", password: PASSWORD } });
    expect(cardOf(one, NOON).notes).toEqual(["1 value hidden: payload.password"]);
    expect(cardOf(raise({ kind: "confirm", payload: { summary: "x" } }), NOON).notes).toEqual([]);
  });

  test("a title that is taken from the payload is taken from what is shown of it", () => {
    expect(raise({ kind: "confirm", payload: { summary: `Use ${TOKEN}` } }).title).toBe("Use [redacted 40 chars]");
  });

  test.each([
    ["/source/agent", { source: { agent: TOKEN } }],
    ["/id", { id: TOKEN }],
    ["/route/1", { route: ["web", `slack:${TOKEN}`] }],
  ])("a secret in %s, where it cannot be hidden, is refused without being repeated", (at, over) => {
    const refused = town().refusal({ ...pay(args), ...over });
    expect(refused).toMatchObject({ type: "refused", code: "invalid_request", errors: [{ pointer: at }] });
    expect(JSON.stringify(refused)).not.toContain("ghp_");
  });
});

test("policies look at what was sent, before anything is hidden", () => {
  const { raise } = town({
    policies: [
      { name: "by value", when: { "payload.tool_args.password": PASSWORD } },
      { name: "by length", when: { "payload.tool_args.card": { glob: "4111*" } } },
    ],
  });
  expect(raise(pay(args)).policy.name).toBe("by value");
  expect(raise(pay({ card: "4111 1111 1111 1111" })).policy.name).toBe("by length");
  expect(raise(pay({ password: MARK })).policy.name).toBe("default");
});

test("each policy hides what it says, and the settings' own besides", () => {
  const { raise } = town({
    redact: { keys: ["pin"] },
    policies: [
      { name: "open", when: { kind: "confirm" }, redact: { enabled: false } },
      { name: "strict", when: { kind: "tool" }, redact: { paths: ["payload.tool_args.to"], shapes: { email: true } } },
    ],
  });
  expect(raise(pay({ to: "CZ65", pin: 1234, mail: "a@example.com" })).payload.tool_args).toEqual({
    to: "[redacted 4 chars]",
    pin: "[redacted 4 chars]",
    mail: "[redacted 13 chars]",
  });
  expect(raise({ kind: "confirm", payload: { summary: "x", pin: 1234 } }).payload.pin).toBe(1234);
});

describe("where the policy forbids approving while something is hidden", () => {
  const forbids = town({
    policies: [
      {
        name: "seen",
        on_timeout: "proceed",
        redact: { paths: ["payload.tool_args.iban"], forbid_approving: ["payload.tool_args.iban"] },
      },
    ],
  });
  const hidden = forbids.raise(pay({ amount: 12, iban: "DE89" }));

  test("nothing that approves is offered, and the card says why", () => {
    expect(hidden.actions.map(({ action }) => action)).toEqual(["reject"]);
    expect(cardOf(hidden, NOON).notes).toEqual([
      "2 values hidden: payload.tool_args.iban, payload.note",
      'Approving is not offered: the policy "seen" forbids it while payload.tool_args.iban is hidden. The agent has to ask again without the secret',
    ]);
    expect(forbids.rule(hidden, "bob", { action: "proceed" })).toMatchObject({
      code: "action_not_offered",
      detail: expect.stringMatching(/choose one of: reject\. Approving is not offered: the policy "seen" forbids it/),
    });
    expect(forbids.rule(hidden, "bob", { action: "edit", edited: {} })).toMatchObject({ code: "action_not_offered" });
    expect(forbids.act(hidden, "bob", { action: "reject" }).decision?.outcome).toBe("rejected");
  });

  test("time approves nothing, and no policy does at once", () => {
    expect(forbids.look(hidden, hidden.due_at ?? 0).status).toBe("expired");
    const auto = town({ policies: [{ name: "a", auto: "proceed", redact: { forbid_approving: ["payload.**"] } }] });
    expect(auto.raise(pay(args)).status).toBe("pending");
    expect(auto.raise({ kind: "confirm", payload: { summary: "x" } }).decision?.outcome).toBe("approved");
  });

  test("what hides nothing there is approved as usual", () => {
    const open = forbids.raise(pay({ amount: 12, password: PASSWORD }));
    expect(forbids.act(open, "bob", { action: "proceed" }).decision?.outcome).toBe("approved");
    expect(cardOf(open, NOON).notes).toEqual(["2 values hidden: payload.tool_args.password, payload.note"]);
  });
});

describe("an edit", () => {
  const { raise, act, rule } = town();
  const record = raise(pay({ ...args, command: `run --token abc1 --key x --token abc2`, list: [TOKEN, "b"] }));
  const tool_args = record.payload.tool_args as JsonObject;
  const edited = (over: JsonObject) => ({ action: "edit", edited: { ...tool_args, ...over } }) as const;

  test("hands every mark back that was left in its place", () => {
    const done = act(record, "bob", edited({ amount: 10 }));
    expect(done.decision).toMatchObject({ action: "edit", edited: { ...tool_args, amount: 10, password: MARK } });
    expect(JSON.stringify(done)).not.toContain("hunter2");
  });

  test("hands on as it is what a person typed instead", () => {
    const done = act(record, "bob", edited({ password: "N3w-password!" }));
    expect(done.decision?.edited).toMatchObject({ password: "N3w-password!" });
  });

  test.each([
    ["moved to another member", { to: MARK }, "/edited/to"],
    ["moved within a list", { list: ["b", "[redacted 40 chars]"] }, "/edited/list/1"],
    ["made up", { password: "[redacted 9 chars]" }, "/edited/password"],
    [
      "left while another of its text is gone",
      { command: "run --token [redacted 4 chars] --key x" },
      "/edited/command",
    ],
    ["in a new place deep down", { more: { deep: [MARK] } }, "/edited/more/deep/0"],
    ["a name", { [MARK]: 1 }, `/edited/${MARK}`],
  ])("is refused when a mark was %s: the agent could not put anything there", (_, over, pointer) => {
    expect(rule(record, "bob", edited(over))).toMatchObject({
      type: "refused",
      code: "invalid_edit",
      errors: [{ pointer }],
    });
  });

  test("may drop all that is hidden, or change the text around it", () => {
    expect(act(record, "bob", edited({ command: "run", list: [] })).status).toBe("resolved");
    const around = "go --token [redacted 4 chars] --key y --token [redacted 4 chars]";
    expect(act(record, "bob", edited({ command: around })).decision?.edited).toMatchObject({ command: around });
  });

  test("that is taken back returns to the digest of what was sent, and the votes on it count again", () => {
    const two = town({ policies: [{ name: "two", quorum: 3, approvers: ["group:sre"] }] });
    const first = two.act(two.raise(pay(args)), "bob", { action: "proceed" });
    const changed = two.act(first, "carol", { action: "edit", edited: { ...shownArgs, amount: 10 } });
    expect(changed.digest).not.toBe(first.digest);
    const back = two.act(changed, "dave", { action: "edit", edited: shownArgs });
    expect([back.digest, back.edited, back.votes.length]).toEqual([first.digest, null, 3]);
  });

  test("that changes nothing is a plain approval of what was sent", () => {
    const done = act(record, "bob", edited({}));
    expect([done.decision?.action, done.decision?.digest]).toEqual(["proceed", record.digest]);
  });

  test("is refused where a policy would have to look behind a mark to tell whose it is", () => {
    const guarded = town({
      policies: [
        {
          name: "one card",
          when: { "payload.tool_args.card": "4111111111111111", "payload.tool_args.amount": { gt: 100 } },
        },
        { name: "rest" },
      ],
    });
    const raised = guarded.raise(pay({ amount: 12, card: "4111111111111111" }));
    expect(raised.policy.name).toBe("rest");
    const attempt = (amount: number) =>
      guarded.rule(raised, "bob", { action: "edit", edited: { amount, card: "[redacted 16 chars]" } });
    expect(attempt(500)).toMatchObject({ type: "refused", code: "edit_out_of_policy" });
    const plain = guarded.raise(pay({ amount: 12, note: "4111111111111111" }));
    expect(
      guarded.act(plain, "bob", { action: "edit", edited: { amount: 20, note: "[redacted 16 chars]" } }).status,
    ).toBe("resolved");
  });
});

test("retention takes the places of what was hidden as well", () => {
  const { raise, act, ruleAt } = town();
  const ended = act(raise(pay(args)), "bob", { action: "proceed" });
  const erased = ruleAt(ended, { type: "erase", endedBefore: NOON }, NOON + 1);
  expect(erased).toMatchObject({ type: "change", next: { hidden: null, payload: {} } });
});

describe("what people write", () => {
  const { raise, act, house } = town({ policies: [{ name: "two", quorum: 2, approvers: ["group:sre"] }] });

  test("is kept for the agent as they wrote it, and drawn on cards without its secrets", () => {
    const record = raise(pay(args));
    const once = act(record, "bob", {
      action: "edit",
      edited: { ...shownArgs, password: "N3w-password!", note: TOKEN },
    });
    const card = JSON.stringify({ ...cardOf(once, NOON, { rules: house.redaction("two") }), actions: [] });
    expect(card).not.toMatch(/N3w-password|ghp_abc/);
    expect(card).toContain("[redacted 13 chars]");
    expect(once.edited?.value).toMatchObject({ password: "N3w-password!", note: TOKEN });
    const ended = act(once, "carol", { action: "reject", reason: `never with ${TOKEN}` });
    expect(ended.decision?.reason).toBe(`never with ${TOKEN}`);
    expect(cardOf(ended, NOON).state).toContain("never with [redacted 40 chars]");
  });

  test("stands in the log without its secrets", () => {
    const { raise: raiseHere, rule, ruleAt, withdraw, actor } = town();
    const record = raiseHere(pay(args));
    const logs = [
      rule(record, "bob", { action: "edit", edited: { ...shownArgs, password: "N3w-password!" } }),
      rule(record, "bob", { action: "reject", reason: `use ${TOKEN}` }),
      ruleAt(record, { type: "comment", by: actor("bob").by, text: `use ${TOKEN}` }, NOON),
      withdraw(record, "admin", `use ${TOKEN}`),
    ].map((ruling) => (ruling.type === "change" ? JSON.stringify(ruling.news) : ruling.type));
    for (const log of logs) expect(log).toMatch(/\[redacted \d+ chars\]/);
    expect(logs.join()).not.toMatch(/N3w-password|ghp_abc/);
  });

  test("an agent's own words are kept without its secrets", () => {
    const { ruleAt, withdraw } = town();
    const record = raise(pay(args));
    const comment = ruleAt(record, { type: "comment", by: { kind: "agent", name: "ci" }, text: `use ${TOKEN}` }, NOON);
    const gone = withdraw(record, "agent ci", `used ${TOKEN}`);
    expect(JSON.stringify([comment, gone])).not.toContain("ghp_abc");
    expect(gone).toMatchObject({ next: { withdrawn: { reason: "used [redacted 40 chars]" } } });
  });
});
