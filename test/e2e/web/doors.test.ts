/** Agents of every protocol, decided by clicking: what each of their systems hears then, in its own words. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { CheckpointView } from "../../../src/answers.ts";
import event from "../../fixtures/pipeline/checkpoint-event.json" with { type: "json" };
import { jobServer } from "../../peers/agents/callbacks.ts";
import { crew as crewServer } from "../../peers/agents/crewai.ts";
import { pipeline as pipelineServer } from "../../peers/agents/pipeline.ts";
import { agentServer } from "../../peers/agents/tool-interrupts.ts";
import { SEEDS } from "../../seeds.ts";
import { type Clicks, clickThrough, openWorld } from "./world.ts";

const TOKEN = "token-of-the-agents-in-the-browser";
const [agent, jobs, crew, pipeline] = await Promise.all([
  agentServer(),
  jobServer(TOKEN),
  crewServer({ secret: TOKEN, token: TOKEN }),
  pipelineServer(TOKEN),
]);
afterAll(() => Promise.all([agent, jobs, crew, pipeline].map((each) => each.close())));

const world = openWorld({
  env: { AGENTS_TOKEN: TOKEN },
  async before(folder) {
    const settings = `agents:
  fleet: { protocol: callbacks, base: "${jobs.url}", token: "\${AGENTS_TOKEN}" }
  ops: { protocol: tool-interrupts, base: "${agent.url}" }
  crew: { protocol: crewai, base: "${crew.url}", secret: "\${AGENTS_TOKEN}", token: "\${AGENTS_TOKEN}" }
  build: { protocol: pipeline, base: "${pipeline.url}", token: "\${AGENTS_TOKEN}" }
`;
    appendFileSync(join(folder, "hitl.config.yml"), settings);
  },
});

interface Story extends Clicks {
  /** What the agent does, about a thread of that name. */
  asks(thread: string): Promise<unknown> | unknown;
  /** All that the agent's system has heard of. */
  heard(): unknown[];
  says: object;
}

const answered = () => jobs.got.map(({ body }) => body);
const told = () => agent.got.map(({ body }) => body);
const resumed = () => crew.heard.map(({ body }) => body);
const resolved = () => pipeline.resolved.map(({ checkpoint, body }) => ({ checkpoint, ...body }));

const prompt = (checkpoint: "clarify" | "confirm") => (job_id: string) => {
  const { payload } = SEEDS[checkpoint][0];
  jobs.ask(job_id, checkpoint, payload);
  return world().program.call("agent", "POST", "/callbacks", { checkpoint, payload, job_id });
};
const interrupt = (thread_id: string) => {
  const called = { id: "int_1", tool_name: "delete_file", tool_args: { path: "/tmp/x" }, created_at: "" };
  agent.interrupt(thread_id, called);
  return world().program.call("agent", "POST", "/interrupts", { thread_id, interrupt: called });
};
const review = (task_id: string) =>
  crew.ask(`${world().program.url}/approve`, { ...SEEDS.task[0].payload, task_id, execution_id: "run_1" });
const phase = (session: string) => pipeline.pause({ ...event, checkpoint_id: session }, session);

const SKIP = "Reject: skip the tool, go on";

const STORIES: Record<string, Story> = {
  "a job answers": {
    ...{ asks: prompt("clarify"), button: "Answer", choose: "intermediate", send: "Send answer", heard: answered },
    says: { answers: { response: "intermediate" }, job_id: "a job answers" },
  },
  "a job proceeds": {
    ...{ asks: prompt("confirm"), button: "Proceed", heard: answered },
    says: { action: "proceed", job_id: "a job proceeds" },
  },
  "a tool runs": {
    ...{ asks: interrupt, button: "Approve", heard: told },
    says: { thread_id: "a tool runs", interrupt_id: "int_1", approved: true },
  },
  "a tool is skipped": {
    ...{ asks: interrupt, button: SKIP, fill: { "Why not?": "No" }, send: SKIP },
    ...{ heard: told, says: { thread_id: "a tool is skipped", interrupt_id: "int_1", approved: false, reason: "No" } },
  },
  "a crew goes on": {
    ...{ asks: review, button: "Approve", heard: resumed },
    says: { execution_id: "run_1", task_id: "a crew goes on", human_feedback: "", is_approve: true },
  },
  "a crew revises": {
    ...{ asks: review, button: "Revise", fill: { "What should change?": "Shorter" }, send: "Send", heard: resumed },
    says: { execution_id: "run_1", task_id: "a crew revises", human_feedback: "Shorter", is_approve: false },
  },
  "a pipeline goes on": {
    ...{ asks: phase, button: "Approve", heard: resolved },
    says: { checkpoint: "a pipeline goes on", action: "approve" },
  },
  "a pipeline takes a wish": {
    ...{ asks: phase, button: "Modify", fill: { "What should change?": "A queue" }, send: "Send", heard: resolved },
    says: { checkpoint: "a pipeline takes a wish", action: "modify", feedback: "A queue" },
  },
};

async function raised(thread: string): Promise<CheckpointView> {
  const path = `/v1/checkpoints?session=${encodeURIComponent(thread)}`;
  const items = async () =>
    (await world().program.call("admin", "GET", path)).body.items as CheckpointView[] | undefined;
  await expect.poll(async () => (await items())?.length).toBe(1);
  return (await items())?.[0] as CheckpointView;
}

test("every protocol's agent hears what was clicked in its own words, once", async () => {
  const page = await world().page("bob");
  for (const [thread, story] of Object.entries(STORIES)) {
    await story.asks(thread);
    const { id } = await raised(thread);
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await clickThrough(page, story);
    await page.getByRole("status").filter({ hasText: "by Bob on the web" }).waitFor();
    await expect.poll(() => story.heard().at(-1), { message: thread }).toEqual(story.says);
  }
  expect([answered(), told(), resumed(), resolved()].map(({ length }) => length)).toEqual([2, 2, 2, 2]);
  expect(world().strays).toEqual([]);
}, 60_000);
