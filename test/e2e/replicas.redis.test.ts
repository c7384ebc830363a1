/**
 * Two replicas on one Redis, killed in turn while agents ask and two people contradict each other: what was answered
 * stands, what ended ended once, every agent was told under one id, and whoever follows missed nothing.
 */

import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { LogView } from "../../src/answers.ts";
import { startRedis } from "../peers/redis.ts";
import { makeFolder, type Program, startProgram } from "../program.ts";
import { listen } from "../sse.ts";

const LONG = process.env.HITL_TEST_LONG === "1";
const SECONDS = LONG ? 60 : 12;
/** A claim that its holder was killed with is taken over after this. */
const LEASE_MS = 30_000;

/** Keeps who called about which checkpoint, under which id, with which bytes. */
async function receiver() {
  const calls = new Map<string, Set<string>>();
  let posts = 0;
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { id } = JSON.parse(body).data;
    const seen = calls.get(id) ?? new Set();
    calls.set(id, seen.add(`${incoming.headers["webhook-id"]} ${body}`));
    posts += 1;
    outgoing.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { server, calls, port, posts: () => posts };
}

test(`two replicas are killed in turn for ${SECONDS} s, and nothing is lost or doubled`, {
  timeout: 240_000,
}, async () => {
  const redis = await startRedis();
  const folder = makeFolder();
  const hook = await receiver();
  const env = {
    HITL_STORE: redis.url(1),
    HITL_SECRET: Buffer.alloc(32, 9).toString("base64url"),
    HITL_CALLBACK_ALLOW: `127.0.0.1:${hook.port}`,
  };
  const replicas: Program[] = [await startProgram(folder, env), await startProgram(folder, env)];
  const over = Date.now() + SECONDS * 1_000;
  const anyone = () => replicas[Math.floor(Math.random() * 2)] as Program;

  /** The same call again, at whichever replica lives, until one answers. */
  async function insist(role: "agent" | "admin", path: string, body: unknown, key: string) {
    for (;;) {
      try {
        const answer = await anyone().call(role, "POST", path, body, { "idempotency-key": key });
        if (answer.status !== 503) return answer;
      } catch {
        // It was killed in the middle: nobody knows whether it happened, and the key makes that harmless.
      }
      await pause(20);
    }
  }

  const told = new Map<string, string[]>();
  let raised = 0;
  async function ask(): Promise<void> {
    while (Date.now() < over) {
      const id = `chk_pair_${raised++}_x`;
      const request = {
        id,
        kind: "confirm",
        payload: { summary: id },
        callback: { url: `http://127.0.0.1:${hook.port}/told` },
      };
      expect((await insist("agent", "/v1/checkpoints", request, `r-${id}`)).status).toBeLessThan(300);
      const acts = await Promise.all(
        ["proceed", "cancel"].map((action) =>
          insist("admin", `/v1/checkpoints/${id}/act`, { action }, `${id}-${action}`),
        ),
      );
      told.set(
        id,
        acts.flatMap(({ status }, index) => (status === 200 ? [index === 0 ? "proceed" : "cancel"] : [])),
      );
      for (const { status } of acts) expect([200, 409]).toContain(status);
    }
  }

  let kills = 0;
  async function kill(): Promise<void> {
    for (let turn = 0; Date.now() < over; turn = 1 - turn) {
      await pause(800 + Math.random() * 1_200);
      await replicas[turn]?.end("SIGKILL");
      kills += 1;
      replicas[turn] = await startProgram(folder, env);
    }
  }

  const followed: number[] = [];
  const enough = new AbortController();
  async function follow(): Promise<void> {
    let last: string | undefined = "0";
    while (!enough.signal.aborted) {
      try {
        const program = anyone();
        const reader = await listen(`${program.url}/v1/events`, {
          token: program.token("admin"),
          last,
          signal: enough.signal,
        });
        for await (const { id } of reader.events) {
          followed.push(id);
          last = String(id);
        }
      } catch {
        await pause(20);
      }
    }
  }

  const following = follow();
  await Promise.all([ask(), ask(), ask(), ask(), kill()]);
  const told200 = Date.now() + LEASE_MS + 20_000;
  while (hook.calls.size < raised && Date.now() < told200) await pause(100);

  const log: LogView[] = [];
  for (const [id, winners] of told) {
    const { body } = await anyone().call("admin", "GET", `/v1/checkpoints/${id}`);
    expect(winners, id).toEqual([body.decision?.action]);
    const timeline = (await anyone().call("admin", "GET", `/v1/checkpoints/${id}/timeline`)).body
      .items as unknown as LogView[];
    expect(
      timeline.filter(({ type }) => type === "checkpoint.resolved"),
      id,
    ).toHaveLength(1);
    expect(hook.calls.get(id)?.size, `${id} at the receiver`).toBe(1);
    log.push(...timeline);
  }
  const head = Math.max(...log.map(({ seq }) => seq));
  for (const until = Date.now() + 10_000; Number(followed.at(-1)) < head && Date.now() < until; ) await pause(50);
  enough.abort();
  await following;
  expect(followed).toEqual(Array.from({ length: followed.length }, (_, index) => index + 1));
  expect(followed.length).toBeGreaterThanOrEqual(head);
  console.log(
    `${raised} checkpoints, ${kills} kills: 0 lost, 0 doubled; ${hook.posts()} calls to the receiver; ${followed.length} events followed without a gap`,
  );
  for (const replica of replicas) await replica.end("SIGKILL");
  hook.server.closeAllConnections();
  hook.server.close();
  await redis.end();
  rmSync(folder, { recursive: true, force: true });
});
