/** Pipelines that pause at phase boundaries, and people who never notice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import type { CheckpointView } from "../../src/answers.ts";
import sample from "../fixtures/pipeline/checkpoint-event.json" with { type: "json" };
import { dashboard, pipeline } from "../peers/agents/pipeline.ts";
import { hasPython } from "../setup/tools.ts";
import { freePort } from "./ports.ts";
import { AGENT_TOKEN, BOB_TOKEN, type Surface, withTeam } from "./team.ts";

const TOKEN = "token-of-the-pipeline-in-the-story";
const peer = await pipeline(TOKEN);
afterAll(() => peer.close());

const env = { PIPE_TOKEN: TOKEN };
const yaml = (base: string) => `agents:
  build: { protocol: pipeline, base: "${base}", token: "\${PIPE_TOKEN}" }
policies:
  - { name: hasty, when: { payload.phase: hasty }, timeout: 1s }
`;

/** The word of the protocol for each act, wherever it was made. */
const ACTS: [Surface, action: string, string | undefined, object][] = [
  ["slack", "proceed", undefined, { action: "approve" }],
  ["discord", "proceed", undefined, { action: "approve" }],
  ["web", "proceed", "Use Redis", { action: "approve", feedback: "Use Redis" }],
  ["terminal", "proceed", "Use Redis", { action: "approve", feedback: "Use Redis" }],
  ["slack", "refine", "Add a queue", { action: "modify", feedback: "Add a queue" }],
  ["discord", "refine", "Add a limit", { action: "modify", feedback: "Add a limit" }],
  ["web", "revise", "Use Django", { action: "reject", feedback: "Use Django" }],
  ["terminal", "revise", "Use MySQL", { action: "reject", feedback: "Use MySQL" }],
];

describe("a pipeline", () => {
  it("is resolved in its own words, wherever the act was made, and however late", async () => {
    await withTeam({ yaml: yaml(peer.url), env }, async (team) => {
      for (const [index, [surface, action, words, resolution]] of ACTS.entries()) {
        const session = `session_${index}`;
        peer.pause({ ...sample, checkpoint_id: `chk_story_${index}` }, session);
        const { id, payload, due_at } = await team.raised(session);
        expect([payload.summary, payload.outputs, due_at]).toEqual([sample.summary, sample.outputs, null]);
        await team.decide(surface, id, action, words);
        const got = (await peer.arrived(index + 1)).at(-1);
        expect([surface, action, got?.checkpoint, got?.body]).toEqual([
          ...[surface, action, `chk_story_${index}`],
          resolution,
        ]);
        expect(got?.headers["webhook-id"]).toBe(`evt_${id}`);
      }
    });
  }, 60_000);

  it("that paused while the bot was away is found; what it does not take is shown to people", async () => {
    await withTeam({ yaml: yaml(peer.url), env }, async (team) => {
      peer.pause({ ...sample, checkpoint_id: "chk_before" }, "before");
      const { id } = await team.raised("before");
      await team.restart();
      peer.pause({ ...sample, checkpoint_id: "chk_after" }, "after");
      await team.raised("after");
      expect((await team.raised("before")).id).toBe(id);
      peer.goOn("chk_before");
      await team.decide("slack", id, "proceed");
      await team.says(id, "took no more answer (409 Conflict)");
      const told = peer.resolved.length;
      peer.pause({ ...sample, checkpoint_id: "chk_hasty", phase: "hasty" }, "hasty");
      const hasty = await team.raised("hasty");
      await team.says(hasty.id, "The pipeline was told nothing, and still waits: resolve it there");
      expect(await team.inbox(hasty.id)).toContain("The pipeline was told nothing, and still waits");
      expect(peer.resolved.length).toBe(told);
    });
  }, 30_000);

  it("may also ask the bot, and its dashboards watch and resolve there", async () => {
    await withTeam({ yaml: "", env }, async (team) => {
      const watching = await dashboard(team.url, BOB_TOKEN);
      const raised = { ...sample, session_id: "session_1" };
      const waiting = team.call("POST", "/pipeline/v2/checkpoint?wait=20", raised, AGENT_TOKEN);
      expect(await watching.saw(1)).toEqual([["checkpoint", sample]]);
      const path = `/pipeline/v2/checkpoint/${sample.checkpoint_id}/resolve`;
      const modify = { action: "modify", feedback: "Add a rate limiting middleware and a background job queue" };
      expect((await team.call("POST", path, modify, BOB_TOKEN)).status).toBe(200);
      expect((await waiting).body).toMatchObject({ status: "resolved", ...modify });
      watching.leave();
    });
  }, 30_000);

  it.skipIf(!hasPython())(
    "runs as the example does it: rejected once, approved with a wish, approved",
    async () => {
      const port = await freePort();
      const example = spawn("python3", [join(import.meta.dirname, "../../examples/pipeline/pipeline.py")], {
        env: { PATH: process.env.PATH, PIPE_TOKEN: TOKEN, PIPE_PORT: String(port) },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [output, exited] = [text(example.stdout), once(example, "exit")];
      await withTeam({ yaml: yaml(`http://127.0.0.1:${port}`), env }, async (team) => {
        const next = async (phase: string, round: number) => {
          const { body } = await team.call("GET", "/v1/checkpoints?kind=phase&status=pending");
          const { items } = body as unknown as { items: CheckpointView[] };
          return items.find((each) => each.payload.phase === phase && each.round === round)?.id;
        };
        const waits = async (phase: string, round: number) => {
          await expect.poll(() => next(phase, round), { timeout: 15_000 }).toBeDefined();
          return String(await next(phase, round));
        };
        await team.decide("terminal", await waits("planning", 1), "revise", "Use Django");
        await team.decide("slack", await waits("planning", 2), "proceed");
        await team.decide("terminal", await waits("release", 1), "refine", "a queue");
        expect((await exited)[0]).toBe(0);
      });
      expect((await output).trim().split("\n")).toEqual([
        ...["planning: paused", "planning: reject Use Django", "planning: paused", "planning: approve"],
        ...["planning: done, Use Django", "design: done, as planned", "release: paused", "release: modify a queue"],
        ...["release: done, as planned", "built with: a queue"],
      ]);
    },
    30_000,
  );
});
