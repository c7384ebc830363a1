/** Ways in which an agent, a colleague or a change of settings could turn a no into a yes; none of them does. */
import { describe, expect, test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { cardOf } from "../../src/picture.ts";
import { raiseRequest } from "../../src/request.ts";
import { office } from "../office.ts";
import { act, NOON, type Raising, raised, town } from "../town.ts";

const HOUR = 3_600_000;
const tool = { kind: "tool", payload: { tool_name: "deploy", tool_args: { env: "prod" } } } as const;
const shared = { ...tool, approvers: ["group:sre"], quorum: 2 };

describe("labels", () => {
  test("an agent cannot call approving a denial, nor a denial an approval", () => {
    const checkpoint = raised({
      ...tool,
      actions: [
        { action: "proceed", label: "Deny" },
        { action: "reject", label: "Approve" },
      ],
    });
    const shown = cardOf(checkpoint, NOON).actions.map(({ action, label, form }) => [
      action,
      label,
      form?.title ?? label,
    ]);
    expect(shown).toEqual([
      ["proceed", "Approve: Deny", "Approve: Deny"],
      ["reject", "Reject: Approve", "Reject: Approve"],
    ]);
  });
});

describe("edits", () => {
  test("silence approves no edit, whatever the policy says of silence", () => {
    const place = town({ policies: [{ name: "nightly", on_timeout: "proceed" }] });
    const edited = place.act(place.raise(shared), "bob", { action: "edit", edited: { env: "staging" } });
    expect(place.look(edited, NOON + HOUR)).toMatchObject({ status: "expired", decision: { outcome: "timed_out" } });
  });

  test("a replica with other settings refuses an edit rather than judge it by its own rules", () => {
    const ours = town({
      policies: [{ name: "prod", when: { "payload.tool_args.env": "prod" }, quorum: 2 }, { name: "default" }],
    });
    const checkpoint = ours.raise({ ...tool, payload: { tool_name: "deploy", tool_args: { env: "staging" } } });
    const attempt = { action: "edit", edited: { env: "prod" } } as const;
    expect(ours.rule(checkpoint, "bob", attempt)).toMatchObject({ code: "edit_out_of_policy" });
    const theirs = town({ policies: [{ name: "default", remind: [60_000] }] });
    expect(theirs.rule(checkpoint, "bob", attempt)).toMatchObject({
      code: "edit_out_of_policy",
      errors: [{ message: 'falls under another version of the policy "default"' }],
    });
  });

  test("who edited what they had approved no longer approves what it was", () => {
    const first = act(raised(shared), "bob", { action: "proceed" });
    const edited = act(first, "bob", { action: "edit", edited: { env: "staging" } });
    expect(edited.votes).toMatchObject([{ action: "edit", by: { person: "bob" } }]);
    const back = act(edited, "carol", { action: "edit", edited: { env: "prod" } });
    expect(back).toMatchObject({ status: "pending", edited: null });
    expect(act(back, "bob", { action: "proceed" }).decision).toMatchObject({ action: "proceed" });
  });

  test("an edit that changes nothing is no way round what approving takes", () => {
    const unoffered = raised({ ...tool, actions: ["edit", "reject"] });
    const same = { action: "edit", edited: { env: "prod" } } as const;
    expect(town().rule(unoffered, "bob", same)).toMatchObject({ code: "action_not_offered" });
    const commented = raised({ ...tool, actions: [{ action: "proceed", comment: "required" }, "edit", "reject"] });
    expect(town().rule(commented, "bob", same)).toMatchObject({ type: "form", refusal: { code: "feedback_required" } });
  });
});

describe("votes", () => {
  test("an account that is linked to a person only after it voted does not vote twice", () => {
    const place = town({ approvers: ["anyone"] });
    const named = place.raise({ ...shared, approvers: ["slack:T1/U0BOB", "person:bob", "person:carol"] });
    const bob = place.actor("bob on slack");
    const unlinked = { ...bob, person: "slack:T1/U0BOB", known: false, by: { ...bob.by, person: "slack:T1/U0BOB" } };
    const once = place.ruleAt(named, { type: "act", actor: unlinked, act: { action: "proceed" } }, NOON);
    if (once.type !== "change") throw new Error("not recorded");
    for (const who of ["bob", "bob on slack"])
      expect(place.rule(once.next, who, { action: "proceed" }), who).toMatchObject({ code: "already_voted" });
    expect(place.rule(once.next, "carol", { action: "proceed" })).toMatchObject({ next: { status: "resolved" } });
  });
});

describe("rounds", () => {
  const preview = { kind: "preview", payload: { content: "x" } } as const;

  test("`anyone` is not carried into a round whose policy does not say it", () => {
    const place = town({ policies: [{ name: "open", when: { kind: "preview" }, approvers: ["anyone"] }] });
    const first = place.raise(preview);
    expect(first.approvers).toEqual(["anyone"]);
    expect(place.raise({ ...tool, previous: first.id }, {}, first).approvers).toEqual(["group:sre"]);
  });

  test("who asked in the first round does not approve the second", () => {
    const first = raised({ ...preview, requested_by: "person:bob", approvers: ["person:bob", "person:carol"] });
    const second = raised({ ...preview, previous: first.id }, {}, first);
    expect(town().rule(second, "bob", { action: "proceed" })).toMatchObject({ code: "self_approval" });
  });

  test("a round that was approved at the last moment is not asked again", () => {
    const first = act(raised(preview), "bob", { action: "proceed" });
    expect(town().raising({ ...preview, previous: first.id }, {}, first)).toMatchObject({ code: "already_resolved" });
  });

  test("a foreign checkpoint is no previous round, and nothing else about the request is said before", () => {
    const foreign = raised(preview);
    const broken = { kind: "preview", payload: { content: 7 }, previous: foreign.id };
    expect(town().raising(broken, { name: "other" }, foreign)).toMatchObject({ code: "not_found" });
  });

  test("who may not see the first round does not see it in the second", async () => {
    const opened = openMemory({ clock: () => NOON });
    const { raise, desk, caller } = office(opened);
    await raise({ id: "chk_first_1", ...preview, payload: { content: "IBAN CZ65" }, approvers: ["person:carol"] });
    await raise({
      id: "chk_second",
      ...preview,
      payload: { content: "y" },
      approvers: ["person:bob"],
      previous: "chk_first_1",
    });
    expect(JSON.stringify(await desk.card(caller("bob"), "chk_second"))).not.toContain("CZ65");
    expect(JSON.stringify(await desk.card(caller("admin"), "chk_second"))).toContain("CZ65");
    const record = await office(opened).record("chk_second");
    expect(JSON.stringify(await desk.cardOf(record))).not.toContain("CZ65");
  });
});

describe("raising", () => {
  test.each(["anyone", "group:sre", "admin", "slack-group:S1", "discord-role:1"])(
    "%s cannot be the one who asks",
    (requested_by) => {
      expect(raiseRequest.safeParse({ ...tool, requested_by }).success).toBe(false);
    },
  );

  test("whoever raises with the admin's token does not approve it either", async () => {
    const { desk, caller } = office(openMemory({ clock: () => NOON }));
    const origin = { surface: "api" } as const;
    const request = raiseRequest.parse({ id: "chk_admin_1", ...tool, approvers: ["admin"] } satisfies Raising);
    await desk.raise(caller("admin"), request, { origin });
    expect(await desk.act(caller("admin"), "chk_admin_1", { action: "proceed" }, { origin })).toMatchObject({
      code: "self_approval",
    });
  });

  test("approving that was not offered is done by no policy", () => {
    const actions = ["reject"];
    const nightly = town({ policies: [{ name: "nightly", on_timeout: "proceed" }] });
    expect(nightly.look(nightly.raise({ ...tool, actions }), NOON + HOUR).status).toBe("expired");
    const auto = town({ policies: [{ name: "sandbox", auto: "proceed" }] });
    expect(auto.raise({ ...tool, actions }).status).toBe("pending");
  });

  test("escalation does not prolong what a policy has limited", () => {
    const place = town({ policies: [{ name: "p", timeout: HOUR }] });
    expect(place.refusal({ ...tool, on_timeout: "escalate" })).toMatchObject({ code: "policy_widened" });
  });

  test("`state` is bounded", () => {
    expect(raiseRequest.safeParse({ ...tool, state: "x".repeat(16_000) }).success).toBe(true);
    expect(raiseRequest.safeParse({ ...tool, state: "x".repeat(17_000) }).success).toBe(false);
  });

  test("the same call again gets its checkpoint, also after the policy became stricter", async () => {
    const opened = openMemory({ clock: () => NOON });
    const request = { ...tool, timeout: "2h" };
    const before = await office(opened).raise(request, "key-1");
    const after = await office(opened, { policies: [{ name: "default", timeout: HOUR }] }).raise(request, "key-1");
    expect(after).toEqual({ ...before, created: false });
  });
});

describe("comments", () => {
  test("fill 256 KB and no more, an agent's half of it", async () => {
    const { raise, desk, caller, record } = office(openMemory({ clock: () => NOON }));
    const origin = { surface: "api" } as const;
    await raise({ id: "chk_talk_01", ...tool });
    const talk = async (who: string) => {
      for (let count = 0; ; count += 1) {
        const said = await desk.comment(caller(who), "chk_talk_01", "x".repeat(20_000), origin);
        if (said.type === "refused") return [count, said.code];
      }
    };
    expect(await talk("agent ci")).toEqual([6, "comments_full"]);
    expect(await talk("bob")).toEqual([7, "comments_full"]);
    expect(JSON.stringify((await record("chk_talk_01")).comments).length).toBeLessThan(256 * 1_024);
  });
});

describe("keys", () => {
  test("two people's keys are never one operation, however they are written", async () => {
    const { raise, act: attempt, record } = office(openMemory({ clock: () => NOON }));
    await raise({ id: "chk_keys_01", ...shared });
    expect(await attempt("chk_keys_01", "bob", { action: "proceed" }, "k")).toBe("recorded");
    expect(await attempt("chk_keys_01", "carol", { action: "proceed" }, "k")).toBe("resolved");
    expect((await record("chk_keys_01")).votes).toHaveLength(2);
  });
});
