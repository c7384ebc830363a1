import { execFileSync } from "node:child_process";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, startProgram, withProgram } from "../program.ts";
import { SEEDS } from "../seeds.ts";

/** What stands between "curl" and the empty line behind it, for a shell. */
function printedCurls(output: string): string[] {
  return [...output.matchAll(/^ {2}(curl[\s\S]*?)\n\n/gm)].map((match) => String(match[1]));
}

function shell(command: string): Record<string, never> & { status: string; decision: { action: string } } {
  return JSON.parse(
    execFileSync("bash", ["-c", command], { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" }),
  );
}

test("the two commands that the first start prints raise a checkpoint and decide it", async () => {
  await withProgram(async (program) => {
    const [raise = "", decide = ""] = printedCurls(program.output());
    const raised = shell(raise.replace("?wait=240", ""));
    expect(raised.status).toBe("pending");
    expect(shell(decide)).toMatchObject({ result: "resolved", checkpoint: { decision: { action: "proceed" } } });
    expect(shell(raise)).toMatchObject({
      status: "resolved",
      decision: { outcome: "approved", by: { person: "admin" } },
    });
  });
});

test("where a policy asks others than the admin, the start names them and shows no command that would be refused", async () => {
  const folder = makeFolder();
  const config = join(folder, "hitl.config.yml");
  writeFileSync(config, 'people: { bob: {} }\npolicies: [{ name: all, approvers: ["person:bob"] }]\n');
  await withProgram(
    async (program) => {
      expect(printedCurls(program.output())).toHaveLength(1);
      expect(program.output()).toContain(
        "Your settings let these decide it, where they are asked or in the inbox: person:bob",
      );
      expect(program.output()).not.toContain("only the admin may decide");
    },
    { HITL_CONFIG: config },
  );
  rmSync(folder, { recursive: true });
});

test("a port that is taken is said to be, with what to do about it", async () => {
  await withProgram(async (program) => {
    const folder = makeFolder();
    const { port } = new URL(program.url);
    await expect(startProgram(folder, { HITL_PORT: port })).rejects.toThrow(
      `it ended with 1:\nhitl-bot cannot start:\nHITL_PORT ${port} on 127.0.0.1 is taken, perhaps by another hitl-bot: stop that one, or set HITL_PORT to another port.\n`,
    );
    rmSync(folder, { recursive: true });
  });
});

test("nothing that is printed or logged holds a token, and only the owner may read them", async () => {
  await withProgram(async (program) => {
    await program.call("agent", "POST", "/v1/checkpoints", { kind: "confirm", payload: { summary: "x" } });
    await program.end("SIGTERM");
    for (const role of ["agent", "admin"] as const) {
      expect(program.output()).not.toContain(program.token(role));
      expect(statSync(join(program.folder, `${role}-token`)).mode & 0o777).toBe(0o600);
    }
  });
});

test("every sample payload of the seeds is taken as it is, decided, and told to the agent that waits", async () => {
  await withProgram(async (program) => {
    for (const [kind, seeds] of Object.entries(SEEDS))
      for (const { payload, source } of seeds) {
        const raised = await program.call("agent", "POST", "/v1/checkpoints", { kind, payload });
        expect(raised.status, source).toBe(201);
        expect(raised.body.payload, source).toEqual(payload);
        const waiting = program.call("agent", "GET", `/v1/checkpoints/${raised.body.id}?wait=30`);
        const act =
          kind === "clarify" ? { action: "answer", answers: { response: "Intermediate" } } : { action: "proceed" };
        const acted = await program.call("admin", "POST", `/v1/checkpoints/${raised.body.id}/act`, act);
        expect(acted.status, source).toBe(200);
        expect((await waiting).body.decision, source).toMatchObject(act);
      }
  });
});
