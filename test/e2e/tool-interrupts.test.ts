/** Agents whose tools wait for a person, and people who never notice which agents they are. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { agentServer } from "../peers/agents/tool-interrupts.ts";
import { hasPython } from "../setup/tools.ts";
import { SPAWNED } from "../spawned.ts";
import { ADMIN_TOKEN, AGENT_TOKEN, BOB_TOKEN, type Surface, type Team, withTeam } from "./team.ts";

const agent = await agentServer();
afterAll(() => agent.close());

const setting = {
  yaml: `agents:
  ops:
    protocol: tool-interrupts
    base: "${agent.url}"
    tools:
      delete_file: { note: File deletion is irreversible }
      list_files: { allow_auto: true }
  editor: { protocol: tool-interrupts, base: "${agent.url}", edits: true }
`,
};

const DELETE = { tool_name: "delete_file", tool_args: { path: "/tmp/test.txt" }, created_at: "2026-11-20T10:00:00Z" };

async function ask(team: Team, thread_id: string, interrupt: object, query = "?connection=ops") {
  return team.call("POST", `/interrupts${query}`, { thread_id, interrupt }, AGENT_TOKEN);
}

async function exported(team: Team): Promise<unknown[]> {
  const command = ["src/cli.ts", "audit", "export", "--as", "tool-interrupts"];
  const env = { ...SPAWNED, HITL_URL: team.url, HITL_TOKEN: ADMIN_TOKEN };
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  return stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

describe("an agent whose tools wait", () => {
  it("runs what was approved and skips what was rejected, wherever that was said", async () => {
    await withTeam(setting, async (team) => {
      const surfaces: [Surface, "proceed" | "reject", string | undefined][] = [
        ["slack", "proceed", undefined],
        ["slack", "reject", "not that one"],
        ["discord", "proceed", undefined],
        ["discord", "reject", "not that one"],
        ["web", "reject", "not that one"],
        ["terminal", "proceed", "go ahead"],
      ];
      for (const [index, [surface, action, words]] of surfaces.entries()) {
        const thread = `user-${index}`;
        agent.interrupt(thread, { ...DELETE, id: "int_1" });
        const asked = await ask(team, thread, { ...DELETE, id: "int_1" });
        expect(asked).toMatchObject({ status: 201, body: { thread_id: thread, interrupt_id: "int_1", action: null } });
        const { id, payload } = await team.raised(thread);
        expect(payload.policy_note).toBe("File deletion is irreversible");
        await team.decide(surface, id, action, words);
        const got = (await agent.arrived(index + 1)).at(-1);
        const reason = words === undefined ? {} : { reason: words };
        expect(got?.body, `${action} in ${surface}`).toEqual({
          ...{ thread_id: thread, interrupt_id: "int_1", approved: action === "proceed" },
          ...reason,
        });
        const { body } = await team.call("GET", `/interrupts/${thread}/int_1?connection=ops`, undefined, AGENT_TOKEN);
        expect(body).toMatchObject({
          ...{ status: "resolved", action: action === "proceed" ? "Accept" : "Reject" },
          ...{ approved: action === "proceed", timed_out: false },
        });
      }
      const entry = { tool_name: "delete_file", tool_args: { path: "/tmp/test.txt" }, approver: "bob" };
      expect(await exported(team)).toEqual(
        surfaces.map(([, action], index) => ({
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          ...{ thread_id: `user-${index}`, decision: action === "proceed" ? "APPROVED" : "REJECTED", ...entry },
        })),
      );
      expect(agent.ran).toHaveLength(3);
      expect(agent.skipped).toHaveLength(3);
      const { body: card } = await ask(team, "labels", { ...DELETE, id: "int_1" });
      const read = await team.call(
        "GET",
        `/v1/checkpoints/${(card as unknown as { checkpoint_id: string }).checkpoint_id}/card`,
      );
      const labels = (read.body as unknown as { card: { actions: { label: string }[] } }).card.actions;
      expect(labels.map(({ label }) => label)).toEqual(["Approve", "Reject: skip the tool, go on"]);
    });
  }, 60_000);

  it("never has one interrupt answered for another of the same thread", async () => {
    await withTeam(setting, async (team) => {
      const first = await ask(team, "two", { ...DELETE, id: "int_a" });
      const second = await ask(team, "two", { ...DELETE, id: "int_b", tool_args: { path: "/etc" } });
      expect([first.status, second.status]).toEqual([201, 201]);
      const approve = { thread_id: "two", interrupt_id: "int_a", approved: true };
      expect((await team.call("POST", "/api/approvals", approve, BOB_TOKEN)).body).toMatchObject({ approved: true });
      const other = await team.call("GET", "/interrupts/two/int_b?connection=ops", undefined, AGENT_TOKEN);
      expect(other.body).toMatchObject({ status: "pending", approved: false });
      expect(await team.call("POST", "/api/approvals", approve, BOB_TOKEN)).toMatchObject({
        status: 409,
        body: { code: "already_resolved" },
      });
      const unknown = { ...approve, interrupt_id: "int_c" };
      expect((await team.call("POST", "/api/approvals", unknown, BOB_TOKEN)).status).toBe(404);
      expect((await team.call("POST", "/api/approvals", approve, AGENT_TOKEN)).status).toBe(403);
      expect((await team.call("POST", "/api/approvals", { ...approve, approver: "bob" }, BOB_TOKEN)).body.code).toBe(
        "identity_in_body",
      );
    });
  }, 30_000);

  it("has another question under the same id take the place of the one that waits, which is told to nobody", async () => {
    await withTeam(setting, async (team) => {
      const before = agent.got.length;
      const first = await ask(team, "again", { ...DELETE, id: "int_1" });
      expect((await ask(team, "again", { ...DELETE, id: "int_1" })).status).toBe(200);
      const second = await ask(team, "again", { ...DELETE, id: "int_1", tool_args: { path: "/" } });
      const ids = [first, second].map(({ body }) => (body as unknown as { checkpoint_id: string }).checkpoint_id);
      expect(await team.read(ids[0] ?? "")).toMatchObject({ status: "withdrawn" });
      expect(await team.read(ids[1] ?? "")).toMatchObject({ status: "pending", round: 2, previous: ids[0] });
      agent.interrupt("again", { ...DELETE, id: "int_1" });
      await team.decide("terminal", ids[1] ?? "", "reject");
      expect((await agent.arrived(before + 1)).slice(before).map(({ body }) => body.approved)).toEqual([false]);
    });
  }, 30_000);

  it("edits only where the connection takes edits, and is handed what was approved", async () => {
    await withTeam(setting, async (team) => {
      const { body: plain } = await ask(team, "plain", { ...DELETE, id: "int_1" });
      const id = (body: unknown) => (body as { checkpoint_id: string }).checkpoint_id;
      const edit = { action: "edit", edited: { path: "/tmp/other" } };
      expect((await team.call("POST", `/v1/checkpoints/${id(plain)}/act`, edit, BOB_TOKEN)).body.code).toBe(
        "action_not_offered",
      );
      const before = agent.got.length;
      agent.interrupt("edited", { ...DELETE, id: "int_1" });
      const { body } = await ask(team, "edited", { ...DELETE, id: "int_1" }, "?connection=editor");
      await team.call("POST", `/v1/checkpoints/${id(body)}/act`, edit, BOB_TOKEN);
      await agent.arrived(before + 1);
      expect(agent.ran.at(-1)).toEqual({ tool_name: "delete_file", tool_args: { path: "/tmp/other" } });
    });
  }, 30_000);

  it("has what its connection allows approved at once, by a policy that the record names", async () => {
    await withTeam(setting, async (team) => {
      const { body } = await ask(team, "auto", { ...DELETE, id: "int_1", tool_name: "list_files" });
      expect(body).toMatchObject({ action: "Accept", approved: true });
      const record = await team.read((body as unknown as { checkpoint_id: string }).checkpoint_id);
      expect(record.decision?.by).toEqual({ kind: "policy", name: "ops allow_auto" });
    });
  }, 30_000);

  it("that takes no answer any more is shown to have refused it, and silence is told as a time-out", async () => {
    await withTeam(
      { yaml: `${setting.yaml}policies:\n  - { name: quick, when: { agent: editor }, timeout: 1s }\n` },
      async (team) => {
        const before = agent.got.length;
        await ask(team, "gone", { ...DELETE, id: "int_1" });
        const { id } = await team.raised("gone");
        await team.decide("discord", id, "proceed");
        await team.says(id, "409 Conflict");
        agent.interrupt("late", { ...DELETE, id: "int_1" });
        const waited = await ask(team, "late", { ...DELETE, id: "int_1" }, "?connection=editor&wait=10");
        expect(waited.body).toMatchObject({ status: "expired", action: "Reject", approved: false, timed_out: true });
        const got = (await agent.arrived(before + 2)).at(-1);
        expect(got?.body).toEqual({ thread_id: "late", interrupt_id: "int_1", approved: false, timed_out: true });
      },
    );
  }, 30_000);

  it("can come by an address of its own, which names it", async () => {
    await withTeam(setting, async (team) => {
      const { status, body } = await team.call("POST", "/v1/connections/ops/url");
      expect(status).toBe(201);
      const path = new URL(String(body.url)).pathname;
      const interrupt = { ...DELETE, id: "int_1" };
      expect((await team.call("POST", `${path}/interrupts`, { thread_id: "cap", interrupt }, null)).status).toBe(201);
      expect((await team.raised("cap")).source.agent).toBe("ops");
      const wrong = path.slice(0, -1) + (path.endsWith("A") ? "B" : "A");
      expect((await team.call("POST", `${wrong}/interrupts`, { thread_id: "x", interrupt }, null)).status).toBe(404);
      expect((await team.call("POST", "/interrupts", { thread_id: "x", interrupt }, null)).status).toBe(401);
      expect(
        (await team.call("POST", "/interrupts", { thread_id: "x", interrupt }, AGENT_TOKEN)).body.detail,
      ).toContain("add ?connection= one of ops, editor");
      const { body: entries } = await team.call("GET", "/v1/connections");
      expect(entries).toEqual({
        items: [
          { name: "ops", protocol: "tool-interrupts" },
          { name: "editor", protocol: "tool-interrupts" },
        ],
      });
    });
  }, 30_000);

  it.skipIf(!hasPython())(
    "runs as the example does it: one tool unasked, one approved, one skipped",
    async () => {
      const own = "agents:\n  ops: { protocol: tool-interrupts, tools: { list_files: { allow_auto: true } } }\n";
      await withTeam({ yaml: own }, async (team) => {
        const given = { HITL_URL: team.url, HITL_TOKEN: AGENT_TOKEN, THREAD_ID: "example" };
        const example = spawn("python3", [join(import.meta.dirname, "../../examples/tool-interrupts/agent.py")], {
          env: { PATH: process.env.PATH, ...given },
          stdio: ["ignore", "pipe", "inherit"],
        });
        const [output, exited] = [text(example.stdout), once(example, "exit")];
        const first = await team.raised("example");
        expect(first.payload).toMatchObject({ tool_name: "delete_file", policy_note: "File deletion is irreversible" });
        await team.decide("slack", first.id, "proceed");
        await expect.poll(async () => (await team.raised("example")).title, { timeout: 15_000 }).toBe("send_email");
        await team.decide("discord", (await team.raised("example")).id, "reject", "Nobody needs to know");
        expect((await exited)[0]).toBe(0);
        expect((await output).split("\n")).toEqual([
          'list_files: ran with {"path": "/tmp"}',
          'delete_file: ran with {"path": "/tmp/test.txt"}',
          "send_email: skipped, Nobody needs to know",
          ...["done", ""],
        ]);
      });
    },
    30_000,
  );
});
