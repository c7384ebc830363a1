/** Workflows with HITL callbacks, and people who never notice. */
import { afterAll, describe, expect, it } from "vitest";
import { jobServer } from "../peers/agents/callbacks.ts";
import { SEEDS } from "../seeds.ts";
import { AGENT_TOKEN, type Surface, type Team, withTeam } from "./team.ts";

const server = await jobServer("fleet-token-of-the-job-server");
afterAll(() => server.close());

const setting = {
  yaml: `agents:
  fleet: { protocol: callbacks, base: "${server.url}", token: "\${FLEET_TOKEN}", every: 1, max_rounds: 3 }
`,
  env: { FLEET_TOKEN: "fleet-token-of-the-job-server" },
};

/** The word of the protocol for each act, wherever it was made. */
const ACTS: [
  kind: "clarify" | "confirm" | "preview" | "validate",
  Surface,
  action: string,
  string | undefined,
  object,
][] = [
  ["clarify", "slack", "answer", "intermediate", { answers: { response: "intermediate" } }],
  ["clarify", "terminal", "cancel", "not now", { action: "cancel", feedback: "not now" }],
  ["confirm", "discord", "proceed", undefined, { action: "proceed" }],
  ["confirm", "web", "proceed", "and hurry", { action: "proceed", feedback: "and hurry" }],
  ["confirm", "slack", "revise", "More advanced", { action: "revise", feedback: "More advanced" }],
  ["confirm", "discord", "cancel", undefined, { action: "cancel" }],
  ["preview", "web", "refine", "More examples", { action: "refine", feedback: "More examples" }],
  ["preview", "slack", "proceed", undefined, { action: "proceed" }],
  ["validate", "discord", "refine", "Two more", { action: "refine", feedback: "Two more" }],
  ["validate", "terminal", "proceed", undefined, { action: "proceed" }],
  ["validate", "web", "cancel", "never", { action: "cancel", feedback: "never" }],
];

async function post(team: Team, path: string, body: unknown, token: string | null = AGENT_TOKEN) {
  return team.call("POST", path, body, token);
}

describe("a workflow with HITL callbacks", () => {
  it("is answered in its own words at its response address, wherever the act was made", async () => {
    await withTeam(setting, async (team) => {
      for (const [index, [kind, surface, action, words, response]] of ACTS.entries()) {
        const job_id = `job_${index}`;
        server.ask(job_id, kind, SEEDS[kind][0].payload);
        const payload = SEEDS[kind][0].payload;
        const asked = await post(team, "/callbacks", { checkpoint: kind, payload, job_id });
        expect(asked).toMatchObject({ status: 200, body: { status: "queued", job_id } });
        const { id } = await team.raised(job_id);
        await team.decide(surface, id, action, words);
        const got = (await server.arrived(index + 1)).at(-1);
        expect(got, `${kind} ${action} in ${surface}`).toMatchObject({ job: job_id, body: { ...response, job_id } });
        expect(got?.headers["webhook-id"]).toBe(`evt_${id}`);
        expect(got?.headers.authorization).toBe("Bearer fleet-token-of-the-job-server");
      }
    });
  }, 60_000);

  it("is watched where it is named, asked once, and asked anew when it comes back", async () => {
    await withTeam(setting, async (team) => {
      const before = server.got.length;
      server.ask("watched", "confirm", { summary: "Publish?", path: "a/b" });
      expect((await post(team, "/callbacks/jobs", { job_id: "watched" })).body).toEqual({
        status: "watching",
        job_id: "watched",
      });
      const first = await team.raised("watched");
      expect(first.payload).toEqual({ summary: "Publish?", path: "a/b" });
      await team.decide("slack", first.id, "revise", "Shorter");
      expect((await server.arrived(before + 1)).at(-1)?.body).toEqual({
        action: "revise",
        feedback: "Shorter",
        job_id: "watched",
      });
      // The same words again: the job was seen at work in between, so it is the next round.
      const looks = () => server.asked.filter((each) => each.includes("/watched/prompt")).length;
      const looked = looks();
      await expect.poll(looks, { timeout: 15_000 }).toBeGreaterThan(looked);
      server.ask("watched", "confirm", { summary: "Publish?", path: "a/b" });
      const second = await team.raised("watched");
      expect(second).toMatchObject({ round: 2, previous: first.id });
      await team.restart();
      expect((await team.raised("watched")).id).toBe(second.id);
      await team.decide("terminal", second.id, "proceed");
      await server.arrived(before + 2);
      server.ask("watched", "tdd_green", { summary: null, checks: ["unit", "types"] });
      const strange = await team.raised("watched");
      expect(strange).toMatchObject({ kind: "confirm", title: "tdd_green", payload: { checks: ["unit", "types"] } });
      server.go("watched", "completed");
      await expect.poll(async () => (await team.read(strange.id)).status, { timeout: 15_000 }).toBe("withdrawn");
      expect(server.got.length).toBe(before + 2);
    });
  }, 60_000);

  it("that ignores the decision is shown to have done so", async () => {
    await withTeam(setting, async (team) => {
      const before = server.got.length;
      server.go("gone", "running");
      await post(team, "/callbacks", { checkpoint: "confirm", payload: { summary: "Publish?" }, job_id: "gone" });
      const { id } = await team.raised("gone");
      await team.decide("discord", id, "proceed");
      await server.arrived(before + 1);
      await team.says(id, "The job ignored the answer: the job does not wait");
      expect((await team.read(id)).callback).toMatchObject({ state: "delivered", attempts: 1 });
    });
  }, 30_000);
});
