import { describe, expect, test } from "vitest";
import type { Card } from "../../../../src/card.ts";
import type { DeskPort } from "../../../../src/desk-port.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { door, TOKENS } from "./door.ts";

/** Every call that reached the desk, by name, without the caller's person. */
const calls: unknown[] = [];

function told<Name extends keyof DeskPort>(name: Name, answer: DeskPort[Name]): DeskPort[Name] {
  const recorded = (caller: { name: string }, ...rest: unknown[]) => {
    calls.push([name, caller.name, ...rest]);
    return (answer as (...all: unknown[]) => unknown)(caller, ...rest);
  };
  return recorded as DeskPort[Name];
}

const RAISE = { kind: "confirm", payload: { summary: "Publish", extra: [1, null] } } as const;
const bob = person("bob", "api");
const resolved = checkpoint({
  status: "resolved",
  ended_at: RAISED,
  decision: { action: "proceed", outcome: "approved", by: bob, at: RAISED, digest: "sha256:x" },
});

const api = await door({
  raise: told("raise", async (_, request) => ({
    type: "raised",
    created: request.id === undefined,
    checkpoint: checkpoint({ id: request.id ?? "chk_new_0001" }),
  })),
  act: told("act", async () => ({ type: "settled", result: "resolved", checkpoint: resolved })),
  comment: told("comment", async (_, id, text) => ({
    type: "commented",
    checkpoint: checkpoint({ id, comments: [{ by: bob, at: RAISED, text }] }),
  })),
  withdraw: told("withdraw", async (_, id) => ({
    type: "withdrawn",
    checkpoint: checkpoint({ id, status: "withdrawn" }),
  })),
  read: told("read", async (_, id) => checkpoint({ id })),
  list: told("list", async () => ({ type: "page", items: [checkpoint()], next: "c2" })),
  card: told("card", async () => ({ title: "A card" }) as Card),
  timeline: told("timeline", async () => ({
    type: "timeline",
    items: [
      {
        seq: 3,
        entry: {
          id: "chk_0123456789",
          type: "checkpoint.raised",
          revision: 1,
          at: RAISED,
          host: RAISED,
          by: { kind: "agent", name: "ci" },
          digest: "sha256:x",
          data: {},
          content: DIGEST,
          mac: "m",
        },
      },
    ],
  })),
});

async function call(...asked: Parameters<typeof api.call>) {
  calls.length = 0;
  return api.call(...asked);
}

const origin = { surface: "api", address: "127.0.0.1" };

describe("raising", () => {
  test("answers 201 with the checkpoint and where it is", async () => {
    const answer = await call("POST /v1/checkpoints", { body: RAISE });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe("/v1/checkpoints/chk_new_0001");
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.body).toMatchObject({ id: "chk_new_0001", status: "pending", due_at: "2026-11-20T11:00:00.000Z" });
    expect(calls).toEqual([["raise", "ci", RAISE, { origin }]]);
  });

  test("answers 200 with the first one when the same comes again", async () => {
    const answer = await call("POST /v1/checkpoints", {
      body: { ...RAISE, id: "chk_mine_0001" },
      headers: { "idempotency-key": "job 7/step 1" },
    });
    expect(answer.status).toBe(200);
    expect(calls).toEqual([["raise", "ci", { ...RAISE, id: "chk_mine_0001" }, { key: "job 7/step 1", origin }]]);
  });

  test("reads durations as time and trims a title", async () => {
    await call("POST /v1/checkpoints", { body: { ...RAISE, timeout: "15m", title: " Publish " } });
    expect(calls).toEqual([["raise", "ci", { ...RAISE, timeout: 900_000, title: "Publish" }, { origin }]]);
  });

  test("takes JSON in any of its media types, and in chunks", async () => {
    for (const type of ["application/json; charset=utf-8", "application/vnd.api+json", "Application/JSON"]) {
      const answer = await call("POST /v1/checkpoints", { body: RAISE, headers: { "content-type": type } });
      expect(answer.status).toBe(201);
    }
    const text = JSON.stringify(RAISE);
    const response = await fetch(`${api.url}/v1/checkpoints`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS.agent}`, "content-type": "application/json" },
      body: new Blob([text.slice(0, 20), text.slice(20)]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(201);
  });
});

describe("acting", () => {
  test("hands the act to the desk with the person of the token", async () => {
    const act = { action: "revise", feedback: "Shorter", answers: { a: "b" }, edited: { c: [1] }, digest: "sha256:d" };
    const answer = await call("POST /v1/checkpoints/chk_0123456789/act", {
      token: TOKENS.bob,
      body: act,
      headers: { "idempotency-key": "k1" },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ result: "resolved", checkpoint: { status: "resolved" } });
    expect(calls).toEqual([["act", "bob-cli", "chk_0123456789", act, { key: "k1", origin }]]);
  });

  test("notes that a person sat at a terminal, and takes no other surface's name", async () => {
    for (const [said, surface] of [
      ["terminal", "terminal"],
      ["slack", "api"],
    ]) {
      const headers = { "hitl-surface": said ?? "" };
      const token = TOKENS.bob;
      await call("POST /v1/checkpoints/chk_0123456789/act", { token, body: { action: "proceed" }, headers });
      expect(calls).toMatchObject([["act", "bob-cli", "chk_0123456789", {}, { origin: { surface } }]]);
      await call("POST /v1/checkpoints/chk_0123456789/comments", { token, body: { text: "x" }, headers });
      expect(calls).toMatchObject([["comment", "bob-cli", "chk_0123456789", "x", { surface }]]);
    }
  });

  test("answers 201 with the comment alone", async () => {
    const answer = await call("POST /v1/checkpoints/chk_0123456789/comments", {
      token: TOKENS.bob,
      body: { text: " why? " },
    });
    expect([answer.status, answer.body]).toEqual([201, { by: bob, at: "2026-11-20T10:00:00.000Z", text: "why?" }]);
  });

  test("withdraws with a reason", async () => {
    const answer = await call("POST /v1/checkpoints/chk_0123456789/withdraw", { body: { reason: "stopped" } });
    expect([answer.status, answer.body.status]).toEqual([200, "withdrawn"]);
    expect(calls).toEqual([["withdraw", "ci", "chk_0123456789", "stopped", origin]]);
  });
});

describe("looking", () => {
  test("reads one", async () => {
    const answer = await call("GET /v1/checkpoints/chk_abcdefgh");
    expect([answer.status, answer.body.id]).toEqual([200, "chk_abcdefgh"]);
    expect(calls).toEqual([["read", "ci", "chk_abcdefgh"]]);
  });

  test("lists fifty unless told otherwise", async () => {
    const answer = await call("GET /v1/checkpoints");
    expect(answer.body).toMatchObject({ items: [{ id: "chk_0123456789" }], next: "c2" });
    expect(calls).toEqual([["list", "ci", { limit: 50 }]]);
  });

  test("lists by every filter", async () => {
    const query =
      "status=pending&kind=tool&agent=a%20b&session=s&approver=person:bob&overdue=true&limit=200&cursor=abc%2B%2F%3D";
    await call(`GET /v1/checkpoints?${query}`);
    const filters = {
      status: "pending",
      kind: "tool",
      agent: "a b",
      session: "s",
      approver: "person:bob",
      overdue: true,
    };
    expect(calls).toEqual([["list", "ci", { ...filters, limit: 200, cursor: "abc+/=" }]]);
  });

  test("shows the timeline and the card", async () => {
    const timeline = await call("GET /v1/checkpoints/chk_0123456789/timeline");
    const by = { kind: "agent", name: "ci" };
    expect(timeline.body).toEqual({
      items: [{ seq: 3, at: "2026-11-20T10:00:00.000Z", type: "checkpoint.raised", by, data: {} }],
    });
    const card = await call("GET /v1/checkpoints/chk_0123456789/card");
    expect(card.body).toEqual({ card: { title: "A card" } });
  });

  test("answers HEAD as GET, without a body", async () => {
    const answer = await call("HEAD /v1/checkpoints/chk_0123456789");
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  test.each([
    [TOKENS.agent, { role: "agent", name: "ci", person: null, refs: [], agents: "any" }],
    [TOKENS.other, { role: "agent", name: "other", person: null, refs: [], agents: ["other"] }],
    [
      TOKENS.bob,
      {
        role: "approver",
        name: "bob-cli",
        person: "bob",
        refs: expect.arrayContaining(["person:bob", "slack:T1/U0BOB", "discord:445566", "group:sre"]),
      },
    ],
    [TOKENS.admin, { role: "admin", name: "root", person: "admin", refs: expect.arrayContaining(["admin"]) }],
  ])("tells the bearer of %s who it is", async (token, expected) => {
    expect((await call("GET /v1/whoami", { token })).body).toEqual(expected);
  });
});

test("puts the headers that keep browsers out on every answer", async () => {
  for (const route of ["GET /healthz", "GET /v1/whoami", "GET /openapi.json", "GET /nowhere", "PUT /v1/checkpoints"]) {
    const { headers } = await call(route);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  }
});
