/** Crews whose tasks are reviewed, and people who never notice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import payload from "../fixtures/crewai/webhook-payload.json" with { type: "json" };
import { crew } from "../peers/agents/crewai.ts";
import { hasPython } from "../setup/tools.ts";
import { freePort } from "./ports.ts";
import { ADMIN_TOKEN, BOB_TOKEN, type Surface, type Team, withTeam } from "./team.ts";

const SECRET = "secret-of-the-crew-in-the-story";
const TOKEN = "token-of-the-crew-in-the-story";
const peer = await crew({ secret: SECRET, token: TOKEN });
afterAll(() => peer.close());

const env = { CREW_SECRET: SECRET, CREW_TOKEN: TOKEN, PRESS_SECRET: `${SECRET}-2` };
const yaml = `agents:
  crew: { protocol: crewai, base: "${peer.url}", secret: "\${CREW_SECRET}", token: "\${CREW_TOKEN}", max_rounds: 3 }
  press: { protocol: crewai, callback: "${peer.url}/callback", secret: "\${PRESS_SECRET}", token: "\${CREW_TOKEN}" }
policies:
  - { name: hasty, when: { payload.context.campaign: hasty }, timeout: 1s }
`;

const EXECUTION = {
  execution_id: "abcd-1",
  taskWebhookUrl: "https://example.com/t",
  crewWebhookUrl: "https://example.com/c",
};

/** The word of the protocol for each act, wherever it was made. */
const ACTS: [Surface, action: string, string | undefined, is_approve: boolean, human_feedback: string][] = [
  ["slack", "proceed", undefined, true, ""],
  ["discord", "proceed", undefined, true, ""],
  ["web", "proceed", "Great", true, "Great"],
  ["terminal", "proceed", "Send it", true, "Send it"],
  ["slack", "revise", "Too long", false, "Too long"],
  ["discord", "revise", "Too short", false, "Too short"],
  ["web", "revise", "No emoji", false, "No emoji"],
  ["terminal", "reject", "Off brand", false, "Off brand"],
  ["discord", "reject", undefined, false, "Rejected"],
];

describe("a crew", () => {
  it("is resumed in its own words, wherever the act was made", async () => {
    await withTeam({ yaml, env }, async (team) => {
      for (const [index, [surface, action, words, is_approve, human_feedback]] of ACTS.entries()) {
        const task_id = `draft_${index}`;
        const asked = await peer.ask(`${team.url}/approve`, { ...payload, ...EXECUTION, task_id });
        expect(asked).toMatchObject({ status: 200, body: { status: "queued", task_id } });
        const { id } = await team.raised(task_id);
        await team.decide(surface, id, action, words);
        const got = (await peer.arrived(index + 1)).at(-1);
        const body = { ...EXECUTION, task_id, human_feedback, is_approve };
        expect([surface, action, got?.path, got?.body]).toEqual([surface, action, "/resume", body]);
        expect(got?.headers["webhook-id"]).toBe(`evt_${id}`);
      }
      const entries = await recordOf(team);
      expect(entries).toHaveLength(ACTS.length);
      const { timestamp: _, ...entry } = entries.find(({ task_id }) => task_id === "draft_7") ?? {};
      const address = { ip_address: "127.0.0.1" };
      expect(entry).toEqual({
        task_id: "draft_7",
        approver: "bob",
        decision: "rejected",
        reason: "Off brand",
        ...address,
      });
    });
  }, 60_000);

  it("with a callback takes the output as it was edited; the document's own sample, word for word", async () => {
    await withTeam({ yaml, env }, async (team) => {
      const before = peer.heard.length;
      const press = await crew({ secret: env.PRESS_SECRET, token: TOKEN });
      expect(await press.ask(`${team.url}/approve`, payload)).toMatchObject({ body: { status: "queued" } });
      await press.close();
      const { id } = await team.raised(payload.task_id);
      const edited = { ...payload.output, subject: "Meet WalterSignal" };
      const done = await team.call("POST", `/v1/checkpoints/${id}/act`, { action: "edit", edited }, BOB_TOKEN);
      expect(done.status).toBe(200);
      const got = (await peer.arrived(before + 1)).at(-1);
      expect(got?.path).toBe("/callback");
      expect(got?.body).toMatchObject({
        task_id: payload.task_id,
        decision: "approved",
        output: edited,
        approver: "bob",
      });
    });
  }, 30_000);

  it("that refuses or ignores the decision, and one that nobody answered, are shown to people", async () => {
    await withTeam({ yaml, env }, async (team) => {
      const ask = async (task_id: string, over = {}) => {
        await peer.ask(`${team.url}/approve`, { ...payload, ...over, task_id });
        return (await team.raised(task_id)).id;
      };
      const refused = await ask("refused");
      peer.answers(409, {});
      await team.decide("terminal", refused, "proceed");
      await team.says(refused, "took no more answer (409 Conflict)");
      const ignored = await ask("ignored");
      peer.answers(200, { status: "ignored", detail: "no such task" });
      await team.decide("slack", ignored, "reject");
      await team.says(ignored, "The crew ignored the answer: no such task");
      expect(await team.inbox(ignored)).toContain("The crew ignored the answer: no such task");
      peer.answers(200);
      const count = peer.heard.length;
      const late = await ask("late", { context: { campaign: "hasty" } });
      await peer.arrived(count + 1);
      expect(peer.heard.at(-1)?.body).toMatchObject({ task_id: "late", is_approve: false, human_feedback: "Timeout" });
      await team.says(late, "Timed out after");
    });
  }, 30_000);

  it.skipIf(!hasPython())(
    "runs as the example does it: revised once, then approved",
    async () => {
      const port = await freePort();
      const own = `agents:
  crew: { protocol: crewai, base: "http://127.0.0.1:${port}", secret: "\${CREW_SECRET}", token: "\${CREW_TOKEN}" }
`;
      await withTeam({ yaml: own, env }, async (team) => {
        const given = { HITL_URL: team.url, HITL_CREWAI_SECRET: SECRET, CREW_TOKEN: TOKEN, CREW_PORT: String(port) };
        const example = spawn("python3", [join(import.meta.dirname, "../../examples/crewai/crew.py")], {
          env: { PATH: process.env.PATH, ...given },
          stdio: ["ignore", "pipe", "inherit"],
        });
        const [output, exited] = [text(example.stdout), once(example, "exit")];
        const first = await team.raised("email_draft");
        await team.decide("terminal", first.id, "revise", "Shorter, please.");
        await expect.poll(async () => (await team.raised("email_draft")).round, { timeout: 15_000 }).toBe(2);
        await team.decide("slack", (await team.raised("email_draft")).id, "proceed");
        expect((await exited)[0]).toBe(0);
        expect((await output).split("\n").map((line) => line.replace(/http\S+/, "…"))).toEqual([
          "queued: …",
          "not approved: Shorter, please.",
          "queued: …",
          "approved: Dear {{first_name}}, we're excited. Shorter, please.",
          "",
        ]);
      });
    },
    30_000,
  );
});

async function recordOf(team: Team): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${team.url}/v1/audit?as=crewai`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const lines = (await response.text()).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}
