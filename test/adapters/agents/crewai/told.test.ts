/** What a crew is told, for every act, with words and without, and for every end that nobody decided. */
import { describe, expect, test } from "vitest";
import { NOON } from "../../../town.ts";
import { asAdmin } from "../doorstep.ts";
import { EXECUTION, place, SAMPLE, TASK } from "./crew.ts";

const { execution_id, ...WEBHOOKS } = EXECUTION;
const HOUR = 3_600_000;

function resumed(is_approve: boolean, human_feedback: string) {
  return { path: "/resume", body: { execution_id, task_id: TASK, human_feedback, is_approve, ...WEBHOOKS } };
}

describe("a crew that is resumed", () => {
  test.each([
    ["an approval", { action: "proceed" }, true, ""],
    ["an approval with words", { action: "proceed", feedback: "Great" }, true, "Great"],
    ["what is to change", { action: "revise", feedback: "Too long" }, false, "Too long"],
    ["a rejection", { action: "reject" }, false, "Rejected"],
    ["a rejection with its reason", { action: "reject", reason: "Off brand" }, false, "Off brand"],
  ] as const)("hears %s, with all three webhooks of its own", async (_, act, approves, words) => {
    const { ask, told } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    expect(await told(act)).toEqual(resumed(approves, words));
  });

  test("is sent its webhooks again each time, in each round", async () => {
    const { ask, told } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    expect(await told({ action: "revise", feedback: "Shorter" })).toEqual(resumed(false, "Shorter"));
    const { stepWebhookUrl: _, ...fewer } = EXECUTION;
    await ask({ ...SAMPLE, ...fewer, output: "Short." });
    const { taskWebhookUrl, crewWebhookUrl } = EXECUTION;
    expect(await told({ action: "proceed" })).toEqual({
      path: "/resume",
      body: { execution_id, task_id: TASK, human_feedback: "", is_approve: true, taskWebhookUrl, crewWebhookUrl },
    });
  });

  test("is asked all the same where a policy offers less than the door, and of that no more", async () => {
    const policies = [{ name: "strict", actions: ["proceed", "reject"] as const, approvers: ["person:bob"] }];
    const { ask, newest } = await place("resume", {
      policies: policies.map((each) => ({ ...each, actions: [...each.actions] })),
    });
    expect((await ask({ ...SAMPLE, ...EXECUTION })).status).toBe(200);
    expect((await newest(TASK)).actions.map(({ action }) => action)).toEqual(["proceed", "reject"]);
  });

  test("is offered no edit, which /resume could not carry", async () => {
    const { ask, newest, act } = await place();
    await ask(SAMPLE);
    const { id, actions } = await newest(TASK);
    expect(actions.map(({ action }) => action)).toEqual(["proceed", "revise", "reject"]);
    expect(await act(id, { action: "edit", edited: "Other words" })).toBe("action_not_offered");
  });

  test("hears Timeout, and never an approval, when nobody decided", async () => {
    const { ask, pass, newest, crew } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    await pass(HOUR);
    expect(crew.heard.map(({ path, body }) => ({ path, body }))).toEqual([resumed(false, "Timeout")]);
    expect((await newest(TASK)).status).toBe("expired");
  });

  test("hears of a withdrawal with its reason", async () => {
    const { ask, office, newest, crew } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    await office.withdraw((await newest(TASK)).id, "admin");
    await office.timers();
    expect(crew.heard[0]?.body).toMatchObject({ is_approve: false, human_feedback: "Withdrawn: changed my mind" });
  });

  test("hears nothing of a round that its own next one took the place of", async () => {
    const { ask, told, pass, all, crew } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    await ask({ ...SAMPLE, ...EXECUTION, output: "Second thoughts" });
    await pass(0);
    expect(crew.heard).toEqual([]);
    const [second, first] = await all(TASK);
    expect([first?.status, second?.status, second?.round]).toEqual(["withdrawn", "pending", 2]);
    expect(await told({ action: "proceed" })).toEqual(resumed(true, ""));
    expect(crew.heard).toHaveLength(1);
  });

  test("is not told no to what the admin's token asked in its name twice", async () => {
    const { call, all, office, crew } = await place("resume", { signed: false });
    for (const output of ["First", "Second"]) await call("POST", "/approve", { ...SAMPLE, output }, asAdmin);
    await office.timers();
    const [, first] = await all(TASK);
    expect([first?.status, crew.heard]).toEqual(["withdrawn", []]);
    const card = await office.desk.card(office.caller("bob"), String(first?.id));
    expect("notes" in card && card.notes).toEqual([
      "The crew was told nothing of this round: it asked anew before it was decided",
    ]);
  });

  test("that has a new round by the time it can be told is not told what was said about the one before", async () => {
    const { ask, newest, act, pass, all, crew } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    crew.answers(503);
    const first = await newest(TASK);
    expect(await act(first.id, { action: "revise", feedback: "Shorter" })).toBe("resolved");
    crew.answers(200, {});
    await ask({ ...SAMPLE, ...EXECUTION, output: "Short." });
    const before = crew.heard.length;
    await pass(10 * 60_000);
    expect(crew.heard.length).toBe(before);
    const told = (await all(TASK)).find(({ id }) => id === first.id);
    expect(told?.callback).toMatchObject({ state: "delivered", remark: expect.stringContaining("was not sent") });
  });

  test("without an execution is told by its task alone", async () => {
    const { ask, told } = await place();
    await ask(SAMPLE);
    const body = { task_id: TASK, human_feedback: "", is_approve: true };
    expect(await told({ action: "proceed" })).toEqual({ path: "/resume", body });
  });
});

describe("a crew with a callback of its own", () => {
  const at = new Date(NOON).toISOString();
  const said = (over: object) => ({
    path: "/callback",
    body: {
      ...{ task_id: TASK, decision: "approved", output: null, feedback: null, reason: null },
      ...{ approver: "bob", timestamp: at },
      ...over,
    },
  });
  const edited = { ...SAMPLE.output, subject: "Meet WalterSignal" };

  test.each([
    ["an approval", { action: "proceed" }, { output: SAMPLE.output }],
    ["an approval with words", { action: "proceed", feedback: "Great" }, { output: SAMPLE.output, feedback: "Great" }],
    ["an edit", { action: "edit", edited }, { output: edited }],
    ["an edit with words", { action: "edit", edited, feedback: "Shorter" }, { output: edited, feedback: "Shorter" }],
    ["what is to change", { action: "revise", feedback: "Too long" }, { decision: "revised", feedback: "Too long" }],
    ["a rejection", { action: "reject" }, { decision: "rejected" }],
    ["a rejection with its reason", { action: "reject", reason: "No" }, { decision: "rejected", reason: "No" }],
  ] as const)("hears %s, and an output only if it was approved", async (_, act, over) => {
    const { ask, told } = await place("callback");
    await ask(SAMPLE);
    expect(await told(act)).toEqual(said(over));
  });

  test("is not handed marks to publish where a secret of its output was hidden", async () => {
    const { ask, told } = await place("callback");
    await ask({ ...SAMPLE, output: { body: "Hello", api_key: "sk-live-0123456789abcdef0123" } });
    expect(await told({ action: "proceed" })).toEqual(said({ output: null }));
  });

  test("hears a time-out as rejected, with the reason Timeout and no person's name", async () => {
    const { ask, pass, crew } = await place("callback");
    await ask(SAMPLE);
    await pass(HOUR);
    const timestamp = new Date(NOON + HOUR).toISOString();
    const over = { decision: "rejected", reason: "Timeout", approver: "policy:default", timestamp };
    expect(crew.heard[0]?.body).toEqual(said(over).body);
  });

  test("hears a withdrawal as rejected", async () => {
    const { ask, office, newest, crew } = await place("callback");
    await ask(SAMPLE);
    await office.withdraw((await newest(TASK)).id, "admin");
    await office.timers();
    const over = { decision: "rejected", reason: "Withdrawn: changed my mind", approver: "admin" };
    expect(crew.heard[0]?.body).toEqual(said(over).body);
  });
});

describe("a crew that is away", () => {
  test("for ten minutes hears the decision once it is back, under the id that every attempt had", async () => {
    const { ask, newest, act, pass, crew } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    const { id } = await newest(TASK);
    crew.answers(null);
    await act(id, { action: "proceed" });
    for (let minute = 0; minute < 10; minute += 1) await pass(60_000);
    expect((await newest(TASK)).callback).toMatchObject({ state: "waiting", error: "the connection was cut" });
    crew.answers(503);
    await pass(60_000);
    crew.answers(200);
    await pass(60_000);
    expect((await newest(TASK)).callback?.state).toBe("delivered");
    const ids = crew.heard.map(({ headers }) => [headers["webhook-id"], headers["idempotency-key"]]);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ids.flat())).toEqual(new Set([`evt_${id}`]));
    expect(new Set(crew.heard.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(crew.heard[0]?.headers.authorization).toBe("Bearer the-token-of-the-crew");
  });

  test.each([
    ["with a conflict", 409, {}, "The agent's system took no more answer (409 Conflict)."],
    ["by ignoring it", 200, { status: "ignored", detail: "no such task" }, "The crew ignored the answer: no such task"],
  ])("or answers %s is shown to have done so", async (_, status, body, note) => {
    const { ask, newest, act, office, crew } = await place();
    await ask(SAMPLE);
    crew.answers(status, body);
    const { id } = await newest(TASK);
    await act(id, { action: "proceed" });
    const card = await office.desk.card(office.caller("bob"), id);
    expect("notes" in card && card.notes).toEqual([note]);
    expect((await newest(TASK)).callback?.state).toBe("delivered");
  });
});
