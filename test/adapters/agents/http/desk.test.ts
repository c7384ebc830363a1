import { afterAll, describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import {
  actAnswer,
  cardAnswer,
  checkpointAnswer,
  commentAnswer,
  pageAnswer,
  problemAnswer,
  timelineAnswer,
  whoamiAnswer,
} from "../../../../src/answers.ts";
import { office } from "../../../office.ts";
import { type Asked, door, TOKENS } from "./door.ts";
import { makeMalformed, random } from "./malformed.ts";

const opened = openMemory();
const { desk, feed } = office(opened);
feed.start();
afterAll(async () => {
  await feed.stop();
  await opened.close();
});
const api = await door(desk);

const RAISE = { kind: "confirm", payload: { summary: "Publish" } };
const { agent, other, bob, carol, admin } = TOKENS;

async function raised(over: object = {}, token = agent): Promise<string> {
  const answer = await api.call("POST /v1/checkpoints", { token, body: { ...RAISE, ...over } });
  expect(answer.status, answer.text).toBe(201);
  return String(answer.body.id);
}

const act = (id: string, token: string, action: object) =>
  api.call(`POST /v1/checkpoints/${id}/act`, { token, body: action });

describe("over HTTP, with the real desk", () => {
  test("a quorum of two decides, the agent that waits is told, and whoever is late is told who was faster", async () => {
    const id = await raised({ quorum: 2 });
    const waiting = api.call(`GET /v1/checkpoints/${id}?wait=20`);

    const first = await act(id, bob, { action: "proceed" });
    expect(first.body).toMatchObject({ result: "recorded", checkpoint: { quorum: { needed: 2, given: 1 } } });
    expect((await act(id, bob, { action: "proceed" })).body).toMatchObject({ status: 409, code: "already_voted" });

    const second = await act(id, carol, { action: "proceed", feedback: "go" });
    expect(second.body).toMatchObject({ result: "resolved", checkpoint: { decision: { by: { person: "carol" } } } });
    expect((await waiting).body).toMatchObject({
      status: "resolved",
      decision: { outcome: "approved", feedback: "go" },
    });

    const late = await act(id, bob, { action: "cancel" });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      code: "already_resolved",
      checkpoint: { decision: { action: "proceed", by: { person: "carol", surface: "api" } } },
    });
  });

  test("the same raise again is the same checkpoint, and another under its id or key is refused", async () => {
    const headers = { "idempotency-key": "job 1" };
    const first = await api.call("POST /v1/checkpoints", { body: RAISE, headers });
    const again = await api.call("POST /v1/checkpoints", { body: RAISE, headers });
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    const mismatch = await api.call("POST /v1/checkpoints", { body: { ...RAISE, title: "Other" }, headers });
    expect([mismatch.status, mismatch.body.code]).toEqual([422, "idempotency_mismatch"]);
    await raised({ id: "chk_mine_0001" });
    const taken = await api.call("POST /v1/checkpoints", { token: other, body: { ...RAISE, id: "chk_mine_0001" } });
    expect([taken.status, taken.body.code]).toEqual([409, "id_taken"]);
  });

  test("roles keep to their side: approvers do not raise, agents do not decide", async () => {
    const id = await raised();
    expect((await api.call("POST /v1/checkpoints", { token: bob, body: RAISE })).body).toMatchObject({
      status: 403,
      code: "forbidden",
      detail: expect.stringMatching(/\.$/),
    });
    expect((await act(id, agent, { action: "proceed" })).body).toMatchObject({ status: 403, code: "forbidden" });
    const withdrawn = await api.call(`POST /v1/checkpoints/${id}/withdraw`, { body: { reason: "stopped" } });
    expect(withdrawn.body).toMatchObject({ status: "withdrawn", decision: null, withdrawn: { reason: "stopped" } });
    expect((await act(id, bob, { action: "proceed" })).body).toMatchObject({ status: 409, code: "withdrawn" });
  });

  test("another agent's checkpoint, an unknown id and an impossible one answer alike, on every path", async () => {
    const theirs = await raised({}, other);
    const drawn = random(7);
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const unknown = () => Array.from({ length: 22 }, () => letters[Math.floor(drawn() * letters.length)]).join("");
    const paths: [string, Asked][] = [
      ["GET /v1/checkpoints/ID", {}],
      ["GET /v1/checkpoints/ID?wait=1", {}],
      ["GET /v1/checkpoints/ID/timeline", {}],
      ["GET /v1/checkpoints/ID/card", {}],
      ["POST /v1/checkpoints/ID/comments", { body: { text: "x" } }],
      ["POST /v1/checkpoints/ID/withdraw", { body: { reason: "x" } }],
    ];
    const bodies = new Set<string>();
    for (const [path, asked] of paths) {
      for (const id of [theirs, "x", ...Array.from({ length: 30 }, unknown)]) {
        const answer = await api.call(path.replace("ID", id), asked);
        expect(answer.status, path).toBe(404);
        bodies.add(answer.text);
      }
    }
    expect([...bodies]).toHaveLength(1);
  });

  test("fifty attempts to decide in somebody else's name are refused, and leave no trace", async () => {
    const id = await raised();
    const names = ["person:carol", "carol", { person: "carol" }, null, "admin"];
    for (const [index, field] of Array.from({ length: 50 }, (_, index) => [
      index,
      ["by", "approver", "decided_by"][index % 3],
    ])) {
      const answer = await act(id, bob, { action: "proceed", [String(field)]: names[Number(index) % 5] });
      expect([answer.status, answer.body.code]).toEqual([400, "identity_in_body"]);
    }
    const { body } = await api.call(`GET /v1/checkpoints/${id}`);
    expect(body).toMatchObject({ status: "pending", revision: 1, votes: [], comments: [] });
  });

  test("lists hold what the caller may see, page by page, newest first", async () => {
    const session = "list";
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await raised({ source: { session } }));
    await raised({ source: { session } }, other);
    const seen: string[] = [];
    const times: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.call(`GET /v1/checkpoints?session=${session}&limit=2${cursor}`);
      const items = body.items as { id: string; created_at: string }[];
      seen.push(...items.map((item) => item.id));
      times.push(...items.map((item) => item.created_at));
      cursor = body.next === null ? "" : `&cursor=${encodeURIComponent(String(body.next))}`;
    } while (cursor !== "");
    // Those of one millisecond come in the order of their ids.
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(times).toEqual(times.toSorted().reverse());
    const all = await api.call(`GET /v1/checkpoints?session=${session}&status=pending&approver=person:bob`, {
      token: admin,
    });
    expect(all.body.items).toHaveLength(6);
  });

  test("every answer is what the published schema says, and says nothing beyond it", async () => {
    const id = await raised({ quorum: 2, timeout: "10m", state: [1], metadata: { a: 1 } });
    const comment = await api.call(`POST /v1/checkpoints/${id}/comments`, { token: bob, body: { text: "why?" } });
    const vote = await act(id, bob, { action: "proceed" });
    const end = await act(id, carol, { action: "revise", feedback: "shorter" });
    const late = await act(id, bob, { action: "cancel" });
    for (const [schema, answer] of [
      [commentAnswer, comment],
      [actAnswer, vote],
      [actAnswer, end],
      [problemAnswer, late],
      [checkpointAnswer, await api.call(`GET /v1/checkpoints/${id}`)],
      [pageAnswer, await api.call("GET /v1/checkpoints")],
      [timelineAnswer, await api.call(`GET /v1/checkpoints/${id}/timeline`)],
      [cardAnswer, await api.call(`GET /v1/checkpoints/${id}/card`)],
      [whoamiAnswer, await api.call("GET /v1/whoami")],
    ] as const) {
      expect(schema.strict().safeParse(answer.body).error, answer.text).toBeUndefined();
    }
    const timeline = await api.call(`GET /v1/checkpoints/${id}/timeline`);
    expect((timeline.body.items as { type: string }[]).map((item) => item.type)).toEqual([
      "checkpoint.raised",
      "checkpoint.commented",
      "checkpoint.voted",
      "checkpoint.resolved",
    ]);
  });

  test("malformed requests raise nothing and decide nothing", async () => {
    await raised({ id: "chk_0123456789" });
    const before = (await api.call("GET /v1/checkpoints?limit=200", { token: admin })).text;
    const make = makeMalformed(11);
    for (let count = 0; count < 300; count += 1) {
      const [name, { route, asked, status, code }] = make();
      const answer = await api.call(route, asked);
      expect([answer.status, answer.body.code], name).toEqual([status, code]);
    }
    expect((await api.call("GET /v1/checkpoints?limit=200", { token: admin })).text).toBe(before);
    expect(api.faults).toEqual([]);
  });
});
