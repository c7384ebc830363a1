/** A pipeline that raises here, and dashboards that list, follow and resolve here, in the pipeline's own words. */
import { describe, expect, test } from "vitest";
import { dashboard } from "../../../peers/agents/pipeline.ts";
import { NOON } from "../../../town.ts";
import { AGENT, asAgent, asBob, BOB } from "../doorstep.ts";
import { place, RESOLUTIONS, SAMPLE } from "./place.ts";

const RAISE = "/pipeline/v2/checkpoint";
const SENT = { ...SAMPLE, session_id: "session_1" };
const AT = new Date(NOON).toISOString();
const ENTRY = { ...SENT, status: "pending", created_at: AT };
const resolveAt = (id: string) => `/pipeline/v2/checkpoint/${id}/resolve`;

describe("a pipeline's checkpoint", () => {
  test("is raised once, and reads back as it was sent", async () => {
    const { call, all } = await place(false);
    expect(await call("POST", RAISE, SENT, asAgent)).toEqual({ status: 201, body: ENTRY });
    expect(await call("POST", RAISE, SENT, asAgent)).toEqual({ status: 200, body: ENTRY });
    const [checkpoint, ...others] = await all("session_1");
    const { checkpoint_id: _, ...payload } = SAMPLE;
    expect([checkpoint?.payload, others]).toEqual([payload, []]);
    expect(checkpoint).toMatchObject({
      ...{ kind: "phase", title: "planning", due_at: null, source: { agent: "build", session: "session_1" } },
      door: { protocol: "pipeline", connection: "build", thread: "session_1", id: "chk_a1b2c3" },
    });
  });

  test("stands for itself where no session is named", async () => {
    const { call } = await place(false);
    const { body } = await call("POST", RAISE, SAMPLE, asAgent);
    expect(body).toEqual({ ...ENTRY, session_id: null });
  });

  test("is in the three lists, and no longer once it is resolved", async () => {
    const { call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    const { checkpoint_id, session_id, phase } = SENT;
    const tasks = [{ session_id, checkpoint_id, phase, created_at: AT }];
    for (const as of [asAgent, asBob]) {
      expect((await call("GET", "/api/checkpoints?status=pending", undefined, as)).body).toEqual({
        checkpoints: [ENTRY],
      });
      expect((await call("GET", "/api/checkpoints/resumable-tasks", undefined, as)).body).toEqual({ tasks });
      expect(await call("GET", "/api/checkpoints/chk_a1b2c3", undefined, as)).toEqual({ status: 200, body: ENTRY });
    }
    await call("POST", resolveAt("chk_a1b2c3"), { action: "approve" }, asBob);
    expect((await call("GET", "/api/checkpoints?status=pending", undefined, asBob)).body).toEqual({ checkpoints: [] });
    expect((await call("GET", "/api/checkpoints/resumable-tasks", undefined, asBob)).body).toEqual({ tasks: [] });
    const ended = { ...ENTRY, status: "resolved", action: "approve" };
    expect((await call("GET", "/api/checkpoints", undefined, asBob)).body).toEqual({ checkpoints: [ended] });
  });

  test.each(RESOLUTIONS)("is resolved as the document has it: %j", async (resolution) => {
    const { call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    const ended = { status: 200, body: { ...ENTRY, status: "resolved", ...resolution } };
    expect(await call("POST", resolveAt("chk_a1b2c3"), resolution, asBob)).toEqual(ended);
    expect(await call("GET", "/api/checkpoints/chk_a1b2c3", undefined, asAgent)).toEqual(ended);
  });

  test("lets the pipeline wait for it, from where it raised or from where it asks", async () => {
    const { call, newest, act } = await place(false);
    const raised = call("POST", `${RAISE}?wait=30`, SENT, asAgent);
    await expect.poll(() => newest("session_1").catch(() => null)).not.toBeNull();
    const asked = call("GET", "/api/checkpoints/chk_a1b2c3?wait=30", undefined, asAgent);
    await act((await newest("session_1")).id, { action: "refine", feedback: "Add a queue" });
    for (const each of [raised, asked])
      expect((await each).body).toMatchObject({ status: "resolved", action: "modify", feedback: "Add a queue" });
  });

  test.each(["session_1", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"])(
    "of the same phase and session again is the next round, of another phase it is not: %s",
    async (session_id) => {
      const { call, all } = await place(false);
      const sent = { ...SENT, session_id };
      await call("POST", RAISE, sent, asAgent);
      await call("POST", resolveAt("chk_a1b2c3"), { action: "reject", feedback: "Django" }, asBob);
      await call("POST", RAISE, { ...sent, checkpoint_id: "chk_2" }, asAgent);
      await call("POST", RAISE, { ...sent, checkpoint_id: "chk_3", phase: "design" }, asAgent);
      await call("POST", RAISE, { ...sent, checkpoint_id: "chk_4", session_id: "session_2" }, asAgent);
      const rounds = [...(await all(session_id)), ...(await all("session_2"))].map(({ door, round }) => [
        door?.id,
        round,
      ]);
      expect(Object.fromEntries(rounds)).toEqual({ chk_a1b2c3: 1, chk_2: 2, chk_3: 1, chk_4: 1 });
    },
  );

  test("keeps a way to say no in its last round", async () => {
    const { call, newest } = await place(false, [{ name: "two", max_rounds: 1 }]);
    await call("POST", RAISE, SENT, asAgent);
    expect((await newest("session_1")).actions.map(({ action }) => action)).toEqual(["proceed", "refine", "revise"]);
  });
});

describe("the stream of events", () => {
  test("sends what waits first, then what begins to wait, each once and as documented", async () => {
    const { url, call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    await call("POST", RAISE, { ...SENT, checkpoint_id: "chk_2", phase: "design" }, asAgent);
    await call("POST", resolveAt("chk_2"), { action: "approve" }, asBob);
    const watching = await Promise.all([dashboard(url, AGENT), dashboard(url, BOB)]);
    for (const { saw } of watching) expect(await saw(1)).toEqual([["checkpoint", SAMPLE]]);
    const third = { ...SAMPLE, checkpoint_id: "chk_3", phase: "release", summary: "Grüße\n🚦" };
    await call("POST", RAISE, { ...third, session_id: "session_1" }, asAgent);
    for (const each of watching) {
      expect((await each.saw(2))[1]).toEqual(["checkpoint", third]);
      each.leave();
    }
    const again = await dashboard(url, BOB);
    const ids = (await again.saw(2)).map(([, { checkpoint_id }]) => checkpoint_id);
    expect([ids.length, new Set(ids)]).toEqual([2, new Set(["chk_3", "chk_a1b2c3"])]);
    again.leave();
  });

  test("is for whoever may see, and tells nothing of other checkpoints", async () => {
    const { url, call, office } = await place(false);
    await expect(dashboard(url, "a-token-that-nobody-has")).rejects.toThrow("401");
    await office.raise({ kind: "confirm", payload: { summary: "Publish it" } });
    await office.raise({ kind: "phase", payload: { phase: "planning", summary: "", outputs: {} } });
    const watching = await dashboard(url, BOB);
    await call("POST", RAISE, SENT, asAgent);
    expect(await watching.saw(1)).toEqual([["checkpoint", SAMPLE]]);
    watching.leave();
  });
});

describe("what a pipeline or a dashboard may not do", () => {
  test.each([
    ["no id", { checkpoint_id: undefined }, 422, "invalid_request"],
    ["an id that leads elsewhere", { checkpoint_id: ".." }, 422, "invalid_request"],
    ["no phase", { phase: undefined }, 422, "invalid_request"],
    ["no summary", { summary: undefined }, 422, "invalid_request"],
    ["outputs that are a list", { outputs: [] }, 422, "invalid_request"],
    ["whoever decided it", { decided_by: "bob" }, 400, "identity_in_body"],
  ])("is to raise with %s", async (_, over, status, code) => {
    const { call } = await place(false);
    expect(await call("POST", RAISE, { ...SENT, ...over }, asAgent)).toMatchObject({ status, body: { code } });
  });

  test.each([
    ["an unknown action", { action: "accept" }, 422, "invalid_request"],
    ["a rejection without a word", { action: "reject" }, 422, "feedback_required"],
    ["a modification without a word", { action: "modify", feedback: " " }, 422, "feedback_required"],
    ["a field that nobody knows", { action: "approve", feedbak: "x" }, 422, "unknown_field"],
    ["somebody's name", { action: "approve", by: "bob" }, 400, "identity_in_body"],
  ])("is to resolve with %s", async (_, body, status, code) => {
    const { call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    expect(await call("POST", resolveAt("chk_a1b2c3"), body, asBob)).toMatchObject({ status, body: { code } });
    expect((await call("GET", "/api/checkpoints/chk_a1b2c3", undefined, asBob)).body.status).toBe("pending");
  });

  test("is to resolve with the agent's own token, twice, or what is not there", async () => {
    const { call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    const approve = (as: Record<string, string>, id = "chk_a1b2c3") =>
      call("POST", resolveAt(id), { action: "approve" }, as);
    expect(await approve(asAgent)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await approve({})).status).toBe(401);
    expect(await approve(asBob, "chk_other")).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await approve({ ...asBob, "idempotency-key": "one" })).status).toBe(200);
    expect((await approve({ ...asBob, "idempotency-key": "one" })).status).toBe(200);
    expect(await approve(asBob)).toMatchObject({ status: 409, body: { code: "already_resolved" } });
    expect((await call("GET", "/api/checkpoints?status=open", undefined, asBob)).body.code).toBe("invalid_request");
  });

  test("is to say something else under an id that came before", async () => {
    const { call } = await place(false);
    await call("POST", RAISE, SENT, asAgent);
    const other = await call("POST", RAISE, { ...SENT, summary: "Another" }, asAgent);
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
  });
});
