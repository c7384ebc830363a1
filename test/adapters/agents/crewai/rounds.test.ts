/** When a crew asks again: the same thing, the next round, another execution; and what happens when nobody decides. */
import { describe, expect, test } from "vitest";
import { ask } from "../../../../adapters/agents/crewai/ask.ts";
import { crewai } from "../../../../adapters/agents/crewai/index.ts";
import { agentOf } from "../../../../src/access.ts";
import type { DeskPort } from "../../../../src/desk-port.ts";
import { asDoor } from "../../../../src/doors.ts";
import { NOON } from "../../../town.ts";
import { asAgent, doorstep } from "../doorstep.ts";
import { EXECUTION, place, SAMPLE, TASK } from "./crew.ts";

const HOUR = 3_600_000;
const second = { ...SAMPLE, output: "Shorter", timestamp: "2025-01-15T11:00:00Z" };

describe("a task's output", () => {
  test("is shown as the crew sent it, without what is only to be handed back", async () => {
    const { ask, newest, url } = await place();
    const { status, body } = await ask({ ...SAMPLE, ...EXECUTION, notes: ["kept"] });
    const checkpoint = await newest(TASK);
    const answer = { status: "queued", task_id: TASK, checkpoint_id: checkpoint.id };
    expect([status, body]).toEqual([200, { ...answer, url: `${url}/checkpoints/${checkpoint.id}` }]);
    expect(checkpoint.payload).toEqual({ ...SAMPLE, notes: ["kept"] });
    expect(checkpoint).toMatchObject({
      ...{ kind: "task", title: "Marketing Copywriter", priority: "normal", round: 1 },
      source: { agent: "crew", session: TASK },
      door: { protocol: "crewai", connection: "crew", thread: TASK, id: "abcd-1234" },
    });
  });

  test("asked for again is the same checkpoint, also after it was decided, and never queued twice", async () => {
    const { ask, all, told } = await place();
    await Promise.all([ask(SAMPLE), ask(SAMPLE), ask(SAMPLE)]);
    expect(await all(TASK)).toHaveLength(1);
    await told({ action: "revise", feedback: "Shorter" });
    expect(await ask(SAMPLE)).toMatchObject({ status: 200, body: { status: "resolved", task_id: TASK } });
    expect(await all(TASK)).toHaveLength(1);
  });

  test("that has changed is the next round of the same task, up to the last one, and the card says which", async () => {
    const { ask, told, newest, office } = await place("resume", { maxRounds: 3 });
    await ask(SAMPLE);
    const first = await newest(TASK);
    expect(first.policy.max_rounds).toBe(3);
    await told({ action: "revise", feedback: "Shorter" });
    await ask(second);
    expect(await newest(TASK)).toMatchObject({ round: 2, previous: first.id });
    await told({ action: "reject", reason: "Worse" });
    await ask({ ...second, output: "Short" });
    const third = await newest(TASK);
    expect([third.round, third.actions.map(({ action }) => action)]).toEqual([3, ["proceed", "reject"]]);
    const card = await office.desk.card(office.caller("bob"), third.id);
    expect("source" in card && card.source).toBe("crew · email_draft_20250115 · round 3 of 3");
  });

  test("of a task that was approved before begins anew", async () => {
    const { ask, told, newest } = await place();
    await ask(SAMPLE);
    await told({ action: "proceed" });
    await ask(second);
    expect(await newest(TASK)).toMatchObject({ status: "pending", round: 1, previous: null });
  });

  test("that comes in several versions at once waits for a word on the last of them, and hears no other", async () => {
    const { ask, all, act, crew } = await place();
    await Promise.all(["One", "Two", "Three"].map((output) => ask({ ...SAMPLE, output })));
    const [last, ...before] = await all(TASK);
    expect([last?.status, last?.round, ...before.map(({ status }) => status)]).toEqual([
      ...["pending", 3, "withdrawn", "withdrawn"],
    ]);
    for (const { id } of await all(TASK)) await act(id, { action: "proceed" });
    expect(crew.heard.map(({ headers }) => headers["webhook-id"])).toEqual([`evt_${last?.id}`]);
  });

  test("that comes in the moment of an approval is asked about, and not sent away", async () => {
    const { ask: send, parts, office, all, told } = await place();
    await send(SAMPLE);
    const { desk } = office;
    let looks = 0;
    const list: DeskPort["list"] = async (...given) => {
      const page = await desk.list(...given);
      looks += 1;
      if (looks === 1) await told({ action: "proceed" });
      return page;
    };
    const crew = { name: "crew", protocol: "crewai" } as const;
    const asking = {
      caller: agentOf(crew),
      connection: crew,
      sent: second,
      body: second,
      madeAt: null,
      signedAt: null,
    };
    const between = { read: desk.read.bind(desk), raise: desk.raise.bind(desk), list } as DeskPort;
    const asked = await ask({ desk: between, shelf: parts.shelf }, { ...asking, origin: { surface: "api" } });
    expect([asked.type, looks]).toEqual(["raised", 2]);
    expect(new Set((await all(TASK)).map(({ status }) => status))).toEqual(new Set(["pending", "resolved"]));
  });

  test("of another execution of the same crew stands beside it", async () => {
    const { ask, all } = await place();
    await ask({ ...SAMPLE, ...EXECUTION });
    await ask({ ...SAMPLE, ...EXECUTION, execution_id: "efgh-5678" });
    expect((await all(TASK)).map(({ status, round }) => [status, round])).toEqual([
      ["pending", 1],
      ["pending", 1],
    ]);
  });

  test("that did not change is asked about anew where it was certainly made after the answer", async () => {
    const { ask, told, all, pass } = await place();
    const at = NOON / 1_000;
    await ask(SAMPLE, at);
    await pass(10_000);
    await told({ action: "revise", feedback: "Shorter" });
    await ask(SAMPLE, at);
    expect(await all(TASK)).toHaveLength(1);
    await ask(SAMPLE, at + 20);
    await ask(SAMPLE, at + 20);
    expect((await all(TASK)).map(({ round }) => round)).toEqual([2, 1]);
  });

  test("comes with a token where the connection has no secret, and is answered all the same", async () => {
    const { call, told, newest, crew } = await place("resume", { signed: false });
    expect((await call("POST", "/approve", SAMPLE)).status).toBe(401);
    expect((await call("POST", "/approve", SAMPLE, asAgent)).body.status).toBe("queued");
    expect((await newest(TASK)).source.agent).toBe("crew");
    await told({ action: "proceed" });
    expect(crew.heard).toHaveLength(1);
  });

  test("comes with a token for which no crew is set up, and is read where all checkpoints are", async () => {
    const { call, newest } = await doorstep(asDoor(crewai), []);
    expect((await call("POST", "/approve", SAMPLE, asAgent)).body.status).toBe("queued");
    const { callback, source, actions } = await newest(TASK);
    expect([callback, source.agent, actions.map(({ action }) => action)]).toEqual([
      ...[null, "agent"],
      ["proceed", "revise", "reject"],
    ]);
  });

  test("comes by a capability, for a crew that can send no token", async () => {
    const { call, capabilities, newest } = await place("resume", { signed: false });
    const capability = await capabilities.issue("crew");
    expect((await call("POST", `/in/${capability}/approve`, SAMPLE)).body.status).toBe("queued");
    expect((await newest(TASK)).token).toBe("crew");
    expect((await call("POST", `/in/${"x".repeat(22)}/approve`, SAMPLE)).status).toBe(404);
  });
});

describe("when nobody decides", () => {
  test.each([
    ["an ordinary task is rejected", {}, "expired"],
    ["a task of low priority is rejected", { priority: "low" }, "expired"],
    ["an urgent task goes up the ladder", { priority: "high" }, "pending"],
    ["a critical one, too, wherever that is said", { context: { ...SAMPLE.context, priority: "CRITICAL" } }, "pending"],
    ["what no one knows as a priority is rejected", { priority: "asap", context: { priority: 1 } }, "expired"],
  ])("%s", async (_, over, status) => {
    const { ask, pass, newest } = await place();
    await ask({ ...SAMPLE, ...over });
    await pass(HOUR);
    const checkpoint = await newest(TASK);
    expect(checkpoint.status).toBe(status);
    if (status === "pending") expect(checkpoint.approvers).toEqual(["group:sre", "admin"]);
  });

  test("the ladder ends, and then an urgent task is rejected as well", async () => {
    const { ask, pass, crew } = await place();
    await ask({ ...SAMPLE, priority: "high" });
    await pass(HOUR);
    expect(crew.heard).toEqual([]);
    await pass(HOUR);
    expect(crew.heard[0]?.body).toMatchObject({ is_approve: false, human_feedback: "Timeout" });
  });

  test("a policy's word counts more", async () => {
    const patient = { name: "patient", timeout: HOUR, on_timeout: "reject" } as const;
    const { ask, pass, newest } = await place("resume", { policies: [patient] });
    await ask({ ...SAMPLE, priority: "high" });
    await pass(HOUR);
    expect((await newest(TASK)).status).toBe("expired");
  });

  test("a policy that only sets the time leaves the protocol's way", async () => {
    const { ask, pass, newest } = await place("resume", { policies: [{ name: "hasty", timeout: 60_000 }] });
    await ask({ ...SAMPLE, priority: "high" });
    await pass(60_000);
    expect(await newest(TASK)).toMatchObject({ status: "pending", due_at: NOON + 120_000 });
  });
});
