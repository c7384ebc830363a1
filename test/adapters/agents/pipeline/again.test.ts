/** A pipeline's own id comes by two ways, and comes again: one question, one answer, and never another's. */
import { expect, test } from "vitest";
import { ask } from "../../../../adapters/agents/pipeline/ask.ts";
import { watch } from "../../../../adapters/agents/pipeline/client.ts";
import type { Caller } from "../../../../src/access.ts";
import { asAgent, asBob } from "../doorstep.ts";
import { place, SAMPLE } from "./place.ts";

const QUICK = { first: 5, longest: 40, every: 60 };
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
