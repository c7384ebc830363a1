import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { LogView } from "../../src/answers.ts";
import { makeFolder, type Program, startProgram, withProgram } from "../program.ts";

const CHECKPOINTS = process.env.HITL_TEST_LONG === "1" ? 1_000 : 200;
const confirm = { kind: "confirm", payload: { summary: "x" } };

test("SIGTERM answers whoever waits, refuses new work and ends with 0", async () => {
  await withProgram(async (program) => {
    const { body } = await program.call("agent", "POST", "/v1/checkpoints", confirm);
    const waiting = program.call("agent", "GET", `/v1/checkpoints/${body.id}?wait=60`);
    await pause(100);
    const ended = program.end("SIGTERM");
    expect((await waiting).body.status).toBe("pending");
    expect(await ended).toBe(0);
    const again = await startProgram(program.folder);
    const read = await again.call("agent", "GET", `/v1/checkpoints/${body.id}`);
    expect(read.body).toMatchObject({ id: body.id, status: "pending" });
    await again.end("SIGKILL");
  });
});

test("what falls due while the bot is down has expired within a second of the restart, before anybody reads", async () => {
  await withProgram(async (program) => {
    const { body } = await program.call("agent", "POST", "/v1/checkpoints", { ...confirm, timeout: 0.3 });
    await program.end("SIGKILL");
    await pause(400);
    const again = await startProgram(program.folder);
    const restarted = Date.now();
    const look = () => again.call("agent", "GET", `/v1/checkpoints/${body.id}`);
    await expect.poll(async () => (await look()).body.status, { timeout: 10_000 }).not.toBe("pending");
    const read = await look();
    expect(read.body).toMatchObject({ status: "expired", decision: { outcome: "timed_out" } });
    expect(Date.parse(String(read.body.ended_at)) - restarted).toBeLessThan(1_000);
    await again.end("SIGKILL");
  });
});

/** Sends while the program lives; what it answered before it was killed must be there for good. */
async function raiseUntilKilled(program: Program, answered: Map<string, string>, wanted: number): Promise<void> {
  while (answered.size < wanted) {
    const id = `chk_kill_${answered.size}_${Math.random().toString(36).slice(2, 8)}`;
    const timeout = 0.5 + Math.random() * 2;
    try {
      const { status, body } = await program.call("agent", "POST", "/v1/checkpoints", { id, ...confirm, timeout });
      if (status === 201) answered.set(id, String(body.due_at));
    } catch {
      return;
    }
  }
}

test(`kill -9 at random moments loses none of ${CHECKPOINTS} answered raises, and every timer fires`, {
  timeout: 300_000,
}, async () => {
  const folder = makeFolder();
  const answered = new Map<string, string>();
  const starts: number[] = [];
  let kills = 0;
  let program = await startProgram(folder);
  starts.push(Date.now());
  while (answered.size < CHECKPOINTS) {
    const raising = Promise.all([1, 2, 3].map(() => raiseUntilKilled(program, answered, CHECKPOINTS)));
    await Promise.race([raising, pause(20 + Math.random() * 120)]);
    await program.end("SIGKILL");
    await raising;
    kills += 1;
    program = await startProgram(folder);
    starts.push(Date.now());
  }
  const last = Math.max(...[...answered.values()].map((due) => Date.parse(due)));
  await pause(Math.max(0, last - Date.now()) + 1_000);
  const lateness: number[] = [];
  for (const [id, due] of answered) {
    const { body } = await program.call("agent", "GET", `/v1/checkpoints/${id}/timeline`);
    const expired = (body.items as unknown as LogView[]).filter((item) => item.type === "checkpoint.expired");
    expect(expired, id).toHaveLength(1);
    const at = Date.parse(String(expired[0]?.at));
    // From due, or from the start that found it due.
    const from = Math.max(Date.parse(due), ...starts.filter((start) => start <= at + 1_000).slice(-1));
    lateness.push(at - Math.min(from, at));
    expect(at).toBeGreaterThanOrEqual(Date.parse(due));
  }
  const worst = Math.max(...lateness);
  console.log(`${answered.size} raises, ${kills} kills: 0 lost, latest expiry ${worst} ms after due or restart`);
  expect(worst).toBeLessThan(1_000);
  await program.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
