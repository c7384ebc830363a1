/** A pipeline's own id comes by two ways, and comes again: one question, one answer, and never another's. */
import { expect, test } from "vitest";
import { ask } from "../../../../adapters/agents/pipeline/ask.ts";
import { watch } from "../../../../adapters/agents/pipeline/client.ts";
import type { Caller } from "../../../../src/access.ts";
import { asAgent, asBob } from "../doorstep.ts";
import { type Place, place, SAMPLE } from "./place.ts";

const QUICK = { first: 5, longest: 40, every: 60 };
const SENT = { ...SAMPLE, session_id: "session_1" };
const RAISE = "/pipeline/v2/checkpoint";
const RESOLVE = `/pipeline/v2/checkpoint/${SAMPLE.checkpoint_id}/resolve`;

test("what it sends by another token than its connection's, and what is found by watching it, is one checkpoint", async () => {
  const here = await place();
  expect((await here.call("POST", "/pipeline/v2/checkpoint", SAMPLE, asAgent)).status).toBe(201);
  here.pipeline.pause(SAMPLE);
  const stop = new AbortController();
  const running = watch(here.connection, here.parts, stop.signal, QUICK);
  // Listed behind the first: once this is here, that was looked at.
  here.pipeline.pause({ ...SAMPLE, checkpoint_id: "the next", phase: "the next" });
  const raised = async (id: string) => {
    const { items } = await here.opened.store.list({ kind: "phase", limit: 200 });
    return items.filter(({ door }) => door?.id === id);
  };
  await expect.poll(() => raised("the next")).toHaveLength(1);
  stop.abort();
  await running;
  const [one, ...more] = await raised(SAMPLE.checkpoint_id);
  expect(more).toEqual([]);
  await here.act(String(one?.id), { action: "proceed" });
  await here.pass(1_000);
  expect((await here.pipeline.arrived(1)).map(({ body }) => body)).toEqual([{ action: "approve" }]);
});

test("a resolution that is sent again under its key does not resolve what another agent asked under the id", async () => {
  const here = await place(false);
  await here.call("POST", "/pipeline/v2/checkpoint", SAMPLE, asAgent);
  const key = { ...asBob, "idempotency-key": "k1" };
  const first = await here.call("POST", RESOLVE, { action: "approve" }, key);
  const caller = { role: "agent", name: "mallory", agents: ["mallory"], person: null } as const satisfies Caller;
  const sent = { ...SAMPLE, outputs: {}, phase: "deploy to prod" };
  const other = await ask(here.parts, { caller, connection: null, sent, origin: { surface: "api" } });
  if (other.type === "refused") throw new Error(other.detail);
  const again = await here.call("POST", RESOLVE, { action: "approve" }, key);
  expect([again.status, again.body]).toEqual([first.status, first.body]);
  expect((await here.call("POST", RESOLVE, { action: "approve" }, asBob)).status).toBe(422);
  expect((await here.office.record(other.checkpoint.id)).status).toBe("pending");
});

/** One that waits at the pipeline, was raised here by the token that every agent has, and is watched. */
async function sentAndWatched(use: (here: Place, id: string) => Promise<void>): Promise<void> {
  const here = await place();
  expect((await here.call("POST", RAISE, SENT, asAgent)).status).toBe(201);
  here.pipeline.pause(SAMPLE);
  const { id } = await here.newest("session_1");
  const stop = new AbortController();
  const running = watch(here.connection, here.parts, stop.signal, QUICK);
  await use(here, id);
  stop.abort();
  await running;
}

test("what it sent by a token is asked about anew where it lost the resolution, and resolved by its id", async () => {
  await sentAndWatched(async (here, id) => {
    await here.act(id, { action: "revise", feedback: "Django" });
    await here.pass(1_000);
    await here.pipeline.arrived(1);
    here.pipeline.forget(SAMPLE.checkpoint_id);
    await here.pass(31_000);
    await expect.poll(() => here.newest("session_1")).toMatchObject({ status: "pending", round: 2, previous: id });
    expect((await here.call("POST", RESOLVE, { action: "approve" }, asBob)).status).toBe(200);
    expect((await here.newest("session_1")).decision).toMatchObject({ action: "proceed" });
  });
});

test("what it sent by a token is withdrawn where it went on without an answer", async () => {
  await sentAndWatched(async (here, id) => {
    here.pipeline.goOn(SAMPLE.checkpoint_id);
    await expect.poll(() => here.office.record(id)).toMatchObject({ status: "withdrawn" });
  });
});

test("whoever may speak for its connection asks about one checkpoint, and another agent sees nothing of it", async () => {
  const token = (name: string) => `the-token-of-the-agent-${name}`;
  const agent = (name: string, agents: string[]) => ({ role: "agent", name, token: token(name), agents }) as const;
  const here = await place(true, [], [agent("ci", ["build"]), agent("nightly", ["build"]), agent("mallory", [])]);
  const call = (name: string, method: string, path: string, body?: unknown) =>
    here.call(method, path, body, { authorization: `Bearer ${token(name)}` });
  const first = await call("ci", "POST", RAISE, SENT);
  expect(await call("nightly", "POST", RAISE, SENT)).toEqual({ status: 200, body: first.body });
  const { id } = await here.newest("session_1");
  expect((await call("mallory", "GET", `/api/checkpoints/${SAMPLE.checkpoint_id}`)).status).toBe(404);
  expect((await call("mallory", "GET", "/api/checkpoints")).body).toEqual({ checkpoints: [] });
  const mallory = { role: "agent", name: "mallory", agents: [], person: null } as const satisfies Caller;
  const withdrawn = await here.parts.desk.withdraw(mallory, id, "not mine", { surface: "api" });
  expect(withdrawn).toMatchObject({ type: "refused", code: "not_found" });
});
