/** The program is killed after an agent has taken a call and before that is on record. */
import { rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { LogView } from "../../src/answers.ts";
import { receiver } from "../adapters/agents/webhook/receiver.ts";
import { makeFolder, startProgram } from "../program.ts";

const COUNT = 6;
const AT_ONCE = 4;

test("kill -9 between an agent's answer and the record of it: the agent gets the same again, nobody is left out", {
  timeout: 90_000,
}, async () => {
  const folder = makeFolder();
  const agent = await receiver();
  const answers: ServerResponse[] = [];
  const env = { HITL_CALLBACK_ALLOW: agent.at };
  const first = await startProgram(folder, env);
  // It answers once four have come, as many as come at a time; the program is gone before it can read that.
  agent.manner = (response) => {
    answers.push(response);
    if (answers.length < AT_ONCE) return;
    first.child.kill("SIGKILL");
    for (const each of answers) each.writeHead(204).end();
  };
  const ids = Array.from({ length: COUNT }, (_, number) => `chk_killed_000${number}`);
  const payload = { summary: "Publish it" };
  for (const id of ids)
    await first.call("agent", "POST", "/v1/checkpoints", {
      id,
      kind: "confirm",
      payload,
      callback: { url: agent.url },
    });
  const acts = ids.map((id) => first.call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" }));
  await agent.arrived(AT_ONCE);
  await Promise.allSettled(acts);
  await first.end("SIGKILL");
  const before = agent.got.splice(0);
  expect(before).toHaveLength(AT_ONCE);

  agent.manner = 204;
  const restarted = Date.now();
  const second = await startProgram(folder, env);
  for (const id of ids) await second.call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" });
  const after = await agent.arrived(COUNT);
  const took = Date.now() - restarted;
  const tolds = new Map(after.map(({ headers, body }) => [String(headers["webhook-id"]), body]));
  expect(after).toHaveLength(COUNT);
  expect([...tolds.keys()].sort()).toEqual(ids.map((id) => `evt_${id}`));
  for (const { headers, body } of before)
    expect(tolds.get(String(headers["webhook-id"]))?.equals(body), String(headers["webhook-id"])).toBe(true);
  console.log(`${before.length} of ${COUNT} taken and not recorded: told again ${took} ms after the restart`);
  // The lease of whoever was killed, and 5 s.
  expect(took).toBeLessThan(35_000);

  await second.end("SIGTERM");
  const third = await startProgram(folder, env);
  for (const id of ids) {
    const { body } = await third.call("admin", "GET", `/v1/checkpoints/${id}/timeline`);
    const told = (body.items as unknown as LogView[]).filter(({ type }) => type === "checkpoint.delivered");
    expect(told, id).toHaveLength(1);
  }
  await third.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
