/** A pipeline with a server of its own, which is watched, and resolved where it waits. */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { watch } from "../../../../adapters/agents/pipeline/client.ts";
import { listPending } from "../../../../adapters/agents/pipeline/list.ts";
import type { Boundary } from "../../../peers/agents/pipeline.ts";
import { receiver } from "../webhook/receiver.ts";
import { type Place, place, RESOLUTIONS, SAMPLE } from "./place.ts";

const QUICK = { first: 5, longest: 40, every: 60 };
const watching: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(watching.splice(0).map((stop) => stop()))));

async function watched(here: Place, pace = QUICK): Promise<void> {
  const stop = new AbortController();
  const running = watch(here.connection, here.parts, stop.signal, pace);
  watching.push(async () => {
    stop.abort();
    await running;
  });
  await expect.poll(here.pipeline.listeners).toBeGreaterThan(0);
}

const all = async ({ opened }: Place) => (await opened.store.list({ kind: "phase", limit: 200 })).items;
const pending = async (here: Place) => (await all(here)).filter(({ status }) => status === "pending");
const boundary = (number: number): Boundary => ({
  ...SAMPLE,
  checkpoint_id: `chk_${number}`,
  phase: `phase ${number}`,
});

describe("a watched pipeline", () => {
  test("has its checkpoint raised with its session and what its agents made, in the documented words", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    const { checkpoint_id: _, ...payload } = SAMPLE;
    expect(await here.newest("session_1")).toMatchObject({
      ...{ kind: "phase", payload, due_at: null, source: { agent: "build", session: "session_1" } },
      door: { protocol: "pipeline", connection: "build", thread: "session_1", id: "chk_a1b2c3" },
    });
  });

  test.each(RESOLUTIONS)("is resolved with %j", async (resolution) => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    const action = ({ approve: "proceed", modify: "refine", reject: "revise" } as const)[String(resolution.action)];
    if (action === undefined) throw new Error(`no such action: ${resolution.action}`);
    const { id } = await here.newest("session_1");
    await here.act(id, { action, feedback: resolution.feedback });
    const [got] = await here.pipeline.arrived(1);
    expect([got?.checkpoint, got?.body]).toEqual(["chk_a1b2c3", resolution]);
    expect([got?.headers.authorization, got?.headers["webhook-id"]]).toEqual([
      "Bearer the-token-of-the-pipeline",
      `evt_${id}`,
    ]);
    expect((await here.newest("session_1")).callback?.state).toBe("delivered");
  });

  test("that was paused before anybody watched is found, also without the stream", async () => {
    const here = await place();
    here.pipeline.pause(boundary(1));
    await watched(here);
    await expect.poll(() => pending(here)).toHaveLength(1);
    expect((await here.newest("session_1")).payload.outputs).toEqual(SAMPLE.outputs);
    const { events: _, ...listed } = here.connection;
    const other = await place();
    other.pipeline.pause(boundary(2));
    const stop = new AbortController();
    const running = watch({ ...listed, pending: other.connection.pending ?? "" }, other.parts, stop.signal, QUICK);
    await expect.poll(() => pending(other)).toHaveLength(1);
    stop.abort();
    await running;
  });

  test("cut at 50 random bytes has no checkpoint missed and none doubled", async () => {
    const here = await place();
    const seed = Date.now();
    const length = JSON.stringify(SAMPLE).length + 30;
    const [cuts = []] = fc.sample(fc.array(fc.nat(2 * length), { minLength: 50, maxLength: 50 }), { numRuns: 1, seed });
    console.log(`50 cuts after 0 to ${2 * length} bytes each, seed ${seed}`);
    here.pipeline.cutAfter(cuts);
    // The list is looked at when the stream is opened, and never otherwise.
    await watched(here, { ...QUICK, every: 60_000 });
    let number = 0;
    while (here.pipeline.cutsLeft() > 0) {
      here.pipeline.pause(
        { ...boundary(number), summary: `Grüße 🚦 ${"é".repeat(number % 7)}` },
        `session_${number % 5}`,
      );
      number += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const expected = Array.from({ length: number }, (_, index) => `chk_${index}`);
    const raised = async () => (await everything(here)).map(({ door }) => String(door?.id));
    await expect.poll(async () => new Set(await raised()), { timeout: 20_000 }).toEqual(new Set(expected));
    expect(await raised()).toHaveLength(number);
    console.log(`${number} checkpoints raised once each`);
    expect((await everything(here)).every(({ status }) => status === "pending")).toBe(true);
  });

  test("watched by two at once has each checkpoint raised once", async () => {
    const here = await place();
    await watched(here);
    await watched(here);
    for (let number = 0; number < 20; number += 1) here.pipeline.pause(boundary(number));
    await expect.poll(() => pending(here)).toHaveLength(20);
    await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.every));
    expect(await all(here)).toHaveLength(20);
  });

  test("that goes on without an answer has the question withdrawn, and is told nothing", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(boundary(1));
    here.pipeline.pause(boundary(2));
    await expect.poll(() => pending(here)).toHaveLength(2);
    here.pipeline.goOn("chk_1");
    await expect.poll(async () => (await pending(here)).map(({ door }) => door?.id)).toEqual(["chk_2"]);
    await here.office.timers();
    expect(here.pipeline.resolved).toEqual([]);
  });

  test("that lost the resolution is asked about anew, and not before it certainly did", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    const first = await here.newest("session_1");
    await here.act(first.id, { action: "revise", feedback: "Django" });
    here.pipeline.forget("chk_a1b2c3");
    await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.every));
    expect(await pending(here)).toEqual([]);
    await here.pass(31_000);
    await expect.poll(() => pending(here)).toHaveLength(1);
    expect(await here.newest("session_1")).toMatchObject({ round: 2, previous: first.id, door: { id: "chk_a1b2c3" } });
  });

  test("may be away, and comes back with what began to wait meanwhile", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.fails(503);
    here.pipeline.pause(boundary(1));
    await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.every));
    expect(await all(here)).toEqual([]);
    here.pipeline.fails(null);
    await expect.poll(() => pending(here)).toHaveLength(1);
  });
});

describe("what nobody decides", () => {
  test("never times out by itself", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    await here.pass(365 * 86_400_000);
    expect(await pending(here)).toHaveLength(1);
  });

  test("in the time that a policy sets ends here, and the pipeline is told nothing; the card says so", async () => {
    const here = await place(true, [{ name: "hasty", timeout: 60_000 }]);
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    await here.pass(60_000);
    const ended = await here.newest("session_1");
    expect(ended.status).toBe("expired");
    const card = await here.office.desk.card(here.office.caller("bob"), ended.id);
    expect("notes" in card && card.notes).toEqual(["The pipeline was told nothing, and still waits: resolve it there"]);
    await here.pass(120_000);
    await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.every));
    expect([here.pipeline.resolved, (await all(here)).length]).toEqual([[], 1]);
  });

  test("and a person withdraws is told to people, and to the pipeline nothing", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    await here.office.withdraw((await here.newest("session_1")).id, "admin");
    await here.office.timers();
    expect((await here.newest("session_1")).callback?.remark).toMatch("The pipeline was told nothing");
    expect(here.pipeline.resolved).toEqual([]);
  });
});

describe("a pipeline that cannot be told", () => {
  test("for ten minutes is resolved once it is back, under one id", async () => {
    const here = await place();
    await watched(here);
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    here.pipeline.fails(503);
    const { id } = await here.newest("session_1");
    await here.act(id, { action: "proceed" });
    for (let minute = 0; minute < 10; minute += 1) await here.pass(60_000);
    expect(here.pipeline.resolved).toEqual([]);
    here.pipeline.fails(null);
    await here.pass(60_000);
    expect((await here.pipeline.arrived(1)).map(({ headers }) => headers["webhook-id"])).toEqual([`evt_${id}`]);
    expect((await here.newest("session_1")).callback?.state).toBe("delivered");
  });

  test("because it was resolved there already is shown to have refused", async () => {
    const here = await place();
    await watched(here, { ...QUICK, every: 60_000 });
    here.pipeline.pause(SAMPLE);
    await expect.poll(() => pending(here)).toHaveLength(1);
    here.pipeline.goOn("chk_a1b2c3");
    const { id } = await here.newest("session_1");
    await here.act(id, { action: "proceed" });
    const card = await here.office.desk.card(here.office.caller("bob"), id);
    expect("notes" in card && card.notes).toEqual(["The agent's system took no more answer (409 Conflict)."]);
  });
});

describe("what waits at a pipeline", () => {
  const lists = [
    [{ checkpoint_id: "chk_1" }, { checkpoint_id: "chk_2", status: "paused" }, { id: "chk_3", status: "resolved" }],
  ].flatMap((list) => [list, { checkpoints: list }, { items: list }]);

  test.each(lists.map((list) => [JSON.stringify(list).slice(0, 20), list]))("is read from %s…", async (_, list) => {
    const server = await receiver((response) => response.end(JSON.stringify(list)));
    const listed = await listPending({ name: "build", protocol: "pipeline" }, server.url, AbortSignal.timeout(5_000));
    expect(listed).toEqual({
      type: "list",
      entries: [{ checkpoint_id: "chk_1" }, { checkpoint_id: "chk_2", status: "paused" }],
    });
  });

  test.each([
    ["no list", "{}", "it answered no list"],
    ["no JSON", "<html>", "it answered no list"],
  ])("is not taken for nothing where it is %s", async (_, said, why) => {
    const server = await receiver((response) => response.end(said));
    const listed = await listPending({ name: "build", protocol: "pipeline" }, server.url, AbortSignal.timeout(5_000));
    expect(listed).toEqual({ type: "unclear", why });
  });
});

async function everything({ opened }: Place) {
  const found = [];
  let cursor: string | null = null;
  do {
    const page = await opened.store.list({ kind: "phase", limit: 200, ...(cursor === null ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}
