/** The doors at two replicas on one Redis: whichever is asked, and whichever watches, each question is asked once. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { callbacks } from "../../../adapters/agents/callbacks/index.ts";
import { crewai } from "../../../adapters/agents/crewai/index.ts";
import { pipeline } from "../../../adapters/agents/pipeline/index.ts";
import { toolInterrupts } from "../../../adapters/agents/tool-interrupts/index.ts";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import type { Connection } from "../../../src/connections.ts";
import { type AnyDoor, asDoor } from "../../../src/doors.ts";
import event from "../../fixtures/pipeline/checkpoint-event.json" with { type: "json" };
import { jobServer } from "../../peers/agents/callbacks.ts";
import { crew as crewServer } from "../../peers/agents/crewai.ts";
import { pipeline as pipelineServer } from "../../peers/agents/pipeline.ts";
import { agentServer } from "../../peers/agents/tool-interrupts.ts";
import { startRedis } from "../../peers/redis.ts";
import { SEEDS } from "../../seeds.ts";
import { asAgent, asBob, type Doorstep, doorstep } from "./doorstep.ts";

const TOKEN = "token-of-the-agents-on-redis";
const redis = await startRedis();
const [jobs, agent, crew, pipe] = await Promise.all([
  jobServer(TOKEN),
  agentServer(),
  crewServer({ secret: TOKEN, token: TOKEN }),
  pipelineServer(TOKEN),
]);
afterAll(() =>
  Promise.all([redis, jobs, agent, crew, pipe].map((each) => ("end" in each ? each.end() : each.close()))),
);

async function replicas(door: AnyDoor, connection: Connection): Promise<[Doorstep, Doorstep]> {
  const url = redis.fresh();
  const open = () => doorstep(door, [connection], { open: ({ clock }) => openRedis(url, { clock }) });
  return [await open(), await open()];
}

const later = (both: Doorstep[], ms: number) => Promise.all(both.map((each) => each.pass(ms)));

test("a job is named at one replica and watched by two, one of which dies, through all of its rounds", async () => {
  const base = `${jobs.url}/api/v1/hitl/{job_id}`;
  const connection = { name: "fleet", protocol: "callbacks", token: TOKEN, every: 10 } as const;
  const fleet = { ...connection, response: `${base}/response`, prompt: `${base}/prompt` };
  const both = await replicas(asDoor(callbacks), fleet);
  const [here, there] = both;
  const dying = new AbortController();
  const ending = new AbortController();
  const watching = [
    callbacks.watch?.(fleet, here.parts, dying.signal),
    callbacks.watch?.(fleet, there.parts, ending.signal),
  ];
  const confirm = { summary: "Publish?", path: "a/b" };
  const waiting = async (count: number) => {
    await expect.poll(async () => (await there.all("job_1")).map(({ status }) => status)[0]).toBe("pending");
    const found = await there.all("job_1");
    expect(found).toHaveLength(count);
    return String(found[0]?.id);
  };
  jobs.ask("job_1", "confirm", confirm);
  await Promise.all(both.map((each) => each.call("POST", "/callbacks/jobs", { job_id: "job_1" }, asAgent)));
  await here.act(await waiting(1), { action: "revise", feedback: "Shorter" });
  await jobs.arrived(1);
  dying.abort();
  await watching[0];
  await later(both, 1_000);
  const looks = jobs.asked.length;
  await expect.poll(() => jobs.asked.length).toBeGreaterThan(looks + 2);
  jobs.ask("job_1", "confirm", confirm);
  await there.act(await waiting(2), { action: "proceed" });
  await jobs.arrived(2);
  await later(both, 1_000);
  jobs.ask("job_1", "preview", { content: "A text" });
  // The workflow says so, too: it is one question.
  await here.call(
    "POST",
    "/callbacks",
    { checkpoint: "preview", payload: { content: "A text" }, job_id: "job_1" },
    asAgent,
  );
  await here.act(await waiting(3), { action: "refine", feedback: "More" });
  expect((await jobs.arrived(3)).map(({ body }) => body.action)).toEqual(["revise", "proceed", "refine"]);
  expect((await there.all("job_1")).map(({ round }) => round)).toEqual([1, 2, 1]);
  jobs.go("job_1", "completed");
  await expect.poll(() => there.parts.shelf.get("callbacks:fleet:job:0")).toBe("over");
  ending.abort();
  await watching[1];
}, 60_000);

test("interrupts and reviews that come at both at once stand in one line, and only the last is answered", async () => {
  const ops = { name: "ops", protocol: "tool-interrupts", edits: false, tools: {} } as const;
  const tools = await replicas(asDoor(toolInterrupts), { ...ops, approvals: `${agent.url}/api/approvals` });
  const interrupt = (path: string) => ({ id: "int_1", tool_name: "rm", tool_args: { path }, created_at: "" });
  const paths = Array.from({ length: 8 }, (_, index) => `/${index % 4}`);
  const answers = await Promise.all(
    paths.map((path, index) =>
      tools[index % 2]?.call("POST", "/interrupts", { thread_id: "thread", interrupt: interrupt(path) }, asAgent),
    ),
  );
  expect(answers.filter((answer) => (answer?.status ?? 500) >= 300)).toEqual([]);
  const asked = await tools[0].all("thread");
  const open = asked.filter(({ status }) => status === "pending");
  expect(open).toHaveLength(1);
  expect(new Set(asked.map(({ round }) => round)).size).toBe(asked.length);
  agent.interrupt("thread", interrupt("the last"));
  const approve = { thread_id: "thread", interrupt_id: "int_1", approved: true };
  const heard = await Promise.all(tools.map((each) => each.call("POST", "/api/approvals", approve, asBob)));
  expect(heard.map(({ status }) => status).sort()).toEqual([200, 409]);
  await later(tools, 0);
  expect(agent.got.map(({ headers }) => headers["webhook-id"])).toEqual([`evt_${open[0]?.id}`]);

  const crews = await replicas(asDoor(crewai), {
    ...{ name: "crew", protocol: "crewai", secret: TOKEN, token: TOKEN, resume: `${crew.url}/resume` },
  });
  const { payload } = SEEDS.task[0];
  const bodies = ["One", "Two", "One", "Three"].map((output) => ({ ...payload, task_id: "task", output }));
  await Promise.all(bodies.map((body, index) => crew.ask(`${crews[index % 2]?.url}/approve`, body)));
  const rounds = await crews[0].all("task");
  expect(rounds.map(({ status, round }) => [status, round])).toEqual([
    ["pending", 3],
    ["withdrawn", 2],
    ["withdrawn", 1],
  ]);
  await crews[1].act(String(rounds[0]?.id), { action: "proceed" });
  await later(crews, 60_000);
  expect(crew.heard.map(({ headers }) => headers["webhook-id"])).toEqual([`evt_${rounds[0]?.id}`]);
}, 60_000);

test("a pipeline that both watch is asked about once, and found by its own id at either", async () => {
  const build: Connection = {
    ...{ name: "build", protocol: "pipeline", token: TOKEN, events: `${pipe.url}/pipeline/v2/events` },
    ...{ pending: `${pipe.url}/api/checkpoints?status=pending` },
    resolve: `${pipe.url}/pipeline/v2/checkpoint/{checkpoint_id}/resolve`,
  };
  const both = await replicas(asDoor(pipeline), build);
  const stop = new AbortController();
  const watching = both.map((each) => pipeline.watch?.(build, each.parts, stop.signal));
  for (let index = 0; index < 10; index += 1)
    pipe.pause({ ...event, checkpoint_id: `chk_${index}`, phase: `p ${index}` });
  const all = () => both[1].all("session_1");
  await expect.poll(async () => (await all()).length, { timeout: 10_000 }).toBe(10);
  await pause(100);
  expect(new Set((await all()).map(({ door }) => door?.id)).size).toBe(10);
  expect(await all()).toHaveLength(10);
  for (const each of both)
    expect((await each.call("GET", "/api/checkpoints/chk_3", undefined, asBob)).body.status).toBe("pending");
  const resolve = { action: "modify", feedback: "A queue" };
  await both[0].call("POST", "/pipeline/v2/checkpoint/chk_3/resolve", resolve, asBob);
  await later(both, 0);
  expect((await pipe.arrived(1)).map(({ checkpoint, body }) => [checkpoint, body])).toEqual([["chk_3", resolve]]);
  stop.abort();
  await Promise.all(watching);
}, 60_000);

test("an agent's address is good at either replica, and void at both once there is a new one", async () => {
  const [here, there] = await replicas(asDoor(toolInterrupts), {
    ...{ name: "ops", protocol: "tool-interrupts", edits: false, tools: {} },
  });
  const ids = ["a\r\nb", "a\u0000b", "a\u0000c", "{a}", "é", "e\u0301", "*", "🚦".repeat(100), "__proto__"];
  const raise = async (at: Doorstep, capability: string, thread_id: string) => {
    const interrupt = { id: thread_id, tool_name: "rm", tool_args: {} };
    return (await at.call("POST", `/in/${capability}/interrupts`, { thread_id, interrupt })).status;
  };
  const first = await here.capabilities.issue("ops");
  for (const odd of ids) expect([odd, await raise(there, first, odd)]).toEqual([odd, 201]);
  for (const odd of ids) {
    expect((await here.all(odd)).map(({ door }) => door?.thread)).toEqual([odd]);
    const stands = await here.call("GET", `/in/${first}/interrupts/${[odd, odd].map(encodeURIComponent).join("/")}`);
    expect([odd, stands.body.thread_id]).toEqual([odd, odd]);
  }
  const second = await there.capabilities.issue("ops");
  const answered = [
    await raise(here, first, "late"),
    await raise(there, first, "late"),
    await raise(here, second, "late"),
  ];
  expect(answered).toEqual([404, 404, 201]);
});
