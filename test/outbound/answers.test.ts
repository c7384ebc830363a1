/** Telling agents' systems that are away, slow or asking something else by now. The clock is turned by hand. */
import { afterAll, describe, expect, it } from "vitest";
import { ask } from "../../adapters/agents/callbacks/ask.ts";
import { callbacks } from "../../adapters/agents/callbacks/index.ts";
import { toolInterrupts } from "../../adapters/agents/tool-interrupts/index.ts";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { agentOf } from "../../src/access.ts";
import type { CallbacksConnection, Connection, Door, ToolInterruptsConnection } from "../../src/connections.ts";
import { entryOf } from "../../src/door.ts";
import { answeringOf, asDoor } from "../../src/doors.ts";
import { byDoor, makeAnswers } from "../../src/outbound/answers.ts";
import { office } from "../office.ts";
import { jobServer } from "../peers/agents/callbacks.ts";
import { agentServer } from "../peers/agents/tool-interrupts.ts";
import { NOON } from "../town.ts";

const MINUTE = 60_000;
const [agent, jobs] = await Promise.all([agentServer(), jobServer("fleet-token")]);
afterAll(() => Promise.all([agent.close(), jobs.close()]));

const OPS: ToolInterruptsConnection = {
  ...{ name: "ops", protocol: "tool-interrupts", edits: false, tools: {} },
  approvals: `${agent.url}/api/approvals`,
};
const FLEET: CallbacksConnection = {
  ...{ name: "fleet", protocol: "callbacks", token: "fleet-token", every: 1_000 },
  response: `${jobs.url}/api/v1/hitl/{job_id}/response`,
  prompt: `${jobs.url}/api/v1/hitl/{job_id}/prompt`,
};
const origin = { surface: "api" } as const;
const GONE_ON = "The agent's system no longer waits for this answer; it was not sent";

function bureau(connections: readonly Connection[] = [OPS, FLEET]) {
  let now = NOON;
  const opened = openMemory({ clock: () => now });
  const protocols = answeringOf([asDoor(callbacks), asDoor(toolInterrupts)]);
  const answers = makeAnswers({
    connections,
    protocols,
    opened,
    version: "0",
    stop: new AbortController().signal,
    timeout: 2_000,
  });
  const never = { fault: () => null, call: async () => ({ type: "delivered" }) as const, forget: async () => {} };
  const desk = office(opened, { callback: byDoor(never, answers) });
  return {
    ...desk,
    /** Lets time pass a minute at a time, doing what is due. */
    async pass(ms: number) {
      for (const until = now + ms; now < until; now += MINUTE) await desk.timers();
      await desk.timers();
    },
    async interrupt(thread: string) {
      const door: Door = { protocol: "tool-interrupts", connection: "ops", thread, id: "int_1" };
      const request = {
        kind: "tool",
        payload: { tool_name: "rm", tool_args: { path: "/" } },
        source: { session: thread },
      };
      const raised = await desk.desk.raise(agentOf(OPS), request as never, {
        origin,
        entry: entryOf(door, OPS, OPS.approvals),
      });
      if (raised.type === "refused") throw new Error(raised.detail);
      agent.interrupt(thread, { id: "int_1", tool_name: "rm", tool_args: { path: "/" }, created_at: "" });
      return raised.checkpoint.id;
    },
    async prompt(job_id: string, checkpoint: string, words: string, watched = true) {
      const payload = checkpoint === "preview" ? { content: words } : { summary: words };
      const prompt = { checkpoint, payload, job_id };
      const answer = FLEET.response?.replace("{job_id}", job_id);
      const parts = { desk: desk.desk, shelf: opened.shelf, clock: opened.clock };
      const raised = await ask(parts, { caller: agentOf(FLEET), connection: FLEET, prompt, answer, origin, watched });
      if (raised.type === "refused") throw new Error(raised.detail);
      return raised.checkpoint.id;
    },
  };
}

describe("an agent's system", () => {
  it("that is away for ten minutes around the decision is told once it is back, each time under the same id", async () => {
    const { interrupt, act, pass, record } = bureau();
    const id = await interrupt("away");
    agent.fails(503);
    expect(await act(id, "bob", { action: "proceed" })).toBe("resolved");
    await pass(10 * MINUTE);
    expect((await record(id)).callback).toMatchObject({ state: "waiting", error: "503 Service Unavailable" });
    agent.fails(null);
    await pass(2 * MINUTE);
    expect((await record(id)).callback).toMatchObject({ state: "delivered" });
    const told = agent.got.filter(({ body }) => body.thread_id === "away");
    expect(told.length).toBeGreaterThan(2);
    expect(new Set(told.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([`evt_${id}`]));
    expect(new Set(told.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(agent.ran).toHaveLength(1);
  });

  it("that answers 409 has been told, and what it said stands on the card", async () => {
    const { interrupt, act, pass, record, desk, caller } = bureau();
    const id = await interrupt("conflict");
    agent.fails(409);
    await act(id, "bob", { action: "reject" });
    await pass(MINUTE);
    agent.fails(null);
    expect((await record(id)).callback).toMatchObject({
      state: "delivered",
      remark: "The agent's system took no more answer (409 Conflict).",
    });
    const card = await desk.card(caller("bob"), id);
    expect("notes" in card && card.notes).toContain("The agent's system took no more answer (409 Conflict).");
  });

  it("that has moved since is told where it was asked from, without the token of its new place", async () => {
    const moved = { ...OPS, token: "token-of-the-new-place", approvals: "http://127.0.0.1:1/api/approvals" };
    const { interrupt, act, pass } = bureau([moved, FLEET]);
    const before = agent.got.length;
    const id = await interrupt("moved");
    await act(id, "bob", { action: "proceed" });
    await pass(MINUTE);
    expect(agent.got.slice(before).map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it("is not told by a program whose settings name it no more", async () => {
    const { interrupt, act, pass, record } = bureau([FLEET]);
    const id = await interrupt("unknown");
    await act(id, "bob", { action: "proceed" });
    await pass(MINUTE);
    expect((await record(id)).callback).toMatchObject({
      state: "waiting",
      error: "the settings have no connection ops any more",
    });
  });
});

describe("a question that is overtaken", () => {
  it.each(["chk_000000000", "chk_zzzzzzzzz"])("stays so however much others put beside %s", async (id) => {
    const { interrupt, act, pass, desk, caller, record } = bureau();
    const first = await interrupt(id);
    agent.fails(503);
    await act(first, "bob", { action: "proceed" });
    await pass(MINUTE);
    const session = { source: { session: id } };
    const danger = { kind: "tool", payload: { tool_name: "rm", tool_args: { path: "/etc" } }, ...session } as const;
    const door: Door = { protocol: "tool-interrupts", connection: "ops", thread: id, id: "int_1" };
    await desk.raise(agentOf(OPS), { ...danger, id }, { origin, entry: entryOf(door, OPS, OPS.approvals) });
    // Of one moment, so that one of the two ids lies behind them all.
    for (let index = 0; index < 250; index += 1)
      await desk.raise(caller("agent ci"), { ...danger, id: `chk_m_${id}_${index}` }, { origin });
    agent.fails(null);
    const before = agent.got.length;
    await pass(10 * MINUTE);
    expect(agent.got.slice(before)).toEqual([]);
    expect((await record(first)).callback).toMatchObject({ state: "delivered", remark: GONE_ON });
  });
});

describe("a job that has one answer address for all of its questions", () => {
  it("never gets the answer to one question for another", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.ask("job", "confirm", { summary: "Read the plan?" });
    const first = await prompt("job", "confirm", "Read the plan?");
    await act(first, "bob", { action: "proceed" });
    // Meanwhile somebody answered it there, and it asks for more.
    jobs.ask("job", "confirm", { summary: "Delete production?" });
    await pass(MINUTE);
    expect(jobs.got).toEqual([]);
    expect((await record(first)).callback).toMatchObject({
      state: "delivered",
      remark: "The agent's system no longer waits for this answer; it was not sent",
    });
  });

  it("that took an answer but never said so is not given it again for the next question", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.ask("cut", "confirm", { summary: "One?" });
    const id = await prompt("cut", "confirm", "One?", false);
    jobs.cuts(true);
    await act(id, "bob", { action: "proceed" });
    await pass(0);
    expect((await record(id)).callback).toMatchObject({ state: "waiting", error: "the connection was cut" });
    jobs.cuts(false);
    await pass(10 * MINUTE);
    expect(jobs.got.filter(({ job }) => job === "cut")).toHaveLength(1);
    expect((await record(id)).callback).toMatchObject({ state: "delivered", remark: GONE_ON });
  });

  it("that does not show what it waits for is told once it is back, and once only", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.go("calls", "running");
    const id = await prompt("calls", "confirm", "One?", false);
    jobs.fails(503);
    await act(id, "bob", { action: "proceed" });
    await pass(10 * MINUTE);
    expect((await record(id)).callback).toMatchObject({ state: "waiting", error: "503 Service Unavailable" });
    jobs.fails(null);
    await pass(2 * MINUTE);
    expect(jobs.got.filter(({ job }) => job === "calls").map(({ body }) => body)).toEqual([
      { action: "proceed", job_id: "calls" },
    ]);
    expect((await record(id)).callback).toMatchObject({ state: "delivered" });
  });

  it("that asks the same kind of thing in other words does not get the answer to what it asked before", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.ask("words", "confirm", { summary: "Read?", path: "a/b" });
    const first = await prompt("words", "confirm", "Read?", false);
    jobs.ask("words", "confirm", { summary: "Delete?", path: "a/b" });
    await act(first, "bob", { action: "proceed" });
    await pass(MINUTE);
    expect(jobs.got.filter(({ job }) => job === "words")).toEqual([]);
    expect((await record(first)).callback).toMatchObject({ state: "delivered", remark: GONE_ON });
  });

  it("is not told of what was decided while it was away, once it has called with another question", async () => {
    const silentServer: CallbacksConnection = { ...FLEET };
    delete silentServer.prompt;
    const { prompt, act, pass, record } = bureau([silentServer]);
    const first = await prompt("later", "confirm", "Read?", false);
    jobs.fails(503);
    await act(first, "bob", { action: "proceed" });
    await pass(MINUTE);
    const second = await prompt("later", "confirm", "Delete?", false);
    jobs.fails(null);
    await pass(30 * MINUTE);
    expect(jobs.got.filter(({ job }) => job === "later")).toEqual([]);
    expect((await record(first)).callback).toMatchObject({ state: "delivered", remark: GONE_ON });
    expect((await record(second)).status).toBe("pending");
  });

  it("whose server says nothing that can be read is asked again, not told at random", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.ask("garbled", "confirm", { summary: "One?" });
    const id = await prompt("garbled", "confirm", "One?");
    jobs.fails(200, "<html>Sign in</html>");
    await act(id, "bob", { action: "proceed" });
    await pass(MINUTE);
    jobs.fails(200, { error: "database is down" });
    await pass(5 * MINUTE);
    expect(jobs.got.filter(({ job }) => job === "garbled")).toEqual([]);
    expect((await record(id)).callback).toMatchObject({
      state: "waiting",
      error: "it does not say what it waits for",
    });
    jobs.fails(null);
    await pass(2 * MINUTE);
    expect(jobs.got.filter(({ job }) => job === "garbled")).toHaveLength(1);
  });

  it("that takes a response for malformed is shown to do so, and not told for days", async () => {
    const { prompt, act, pass, record } = bureau();
    jobs.ask("strict", "confirm", { summary: "One?" });
    const id = await prompt("strict", "confirm", "One?");
    jobs.refuses(true);
    await act(id, "bob", { action: "proceed" });
    await pass(MINUTE);
    jobs.refuses(false);
    expect((await record(id)).callback).toMatchObject({
      state: "delivered",
      remark: "The job did not take the answer (422 Unprocessable Entity)",
    });
  });

  it("is not told of a question that it replaced by itself", async () => {
    const { prompt, pass, record } = bureau();
    jobs.ask("moved", "preview", { content: "b" });
    const first = await prompt("moved", "confirm", "a");
    const second = await prompt("moved", "preview", "b");
    await pass(MINUTE);
    expect(await record(first)).toMatchObject({ status: "withdrawn", callback: { state: "delivered" } });
    expect((await record(second)).status).toBe("pending");
    expect(jobs.got.filter(({ job }) => job === "moved")).toEqual([]);
  });
});
