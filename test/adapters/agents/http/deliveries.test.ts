import { describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { deliveriesAnswer, retriedAnswer } from "../../../../src/answers.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { office } from "../../../office.ts";
import { door, TOKENS } from "./door.ts";

const { admin } = TOKENS;

/** Given up at noon; whoever listens there put a secret into path, query and user. */
function dead(id: string): Checkpoint {
  return checkpoint({
    id,
    status: "withdrawn",
    callback: {
      url: "https://agent.example.com:8443/in/7?key=hush",
      endpoint: "https://agent.example.com:8443",
      state: "dead",
      attempts: 10,
      error: "503 Service Unavailable",
      at: RAISED,
    },
  });
}

const SHOWN = {
  id: "chk_dead_0001",
  url: "https://agent.example.com:8443/in/7",
  state: "dead",
  attempts: 10,
  error: "503 Service Unavailable",
  at: "2026-11-20T10:00:00.000Z",
  checkpoint: { id: "chk_dead_0001", title: "Python async programming", status: "withdrawn" },
};

const calls: unknown[] = [];
const api = await door({
  deliveries: async (caller, ...asked) => {
    calls.push([caller.role, ...asked]);
    return { type: "page", items: [{ ...dead("chk_dead_0001"), title: "Python async programming" }], next: "more" };
  },
  redeliver: async (caller, id) => {
    calls.push([caller.role, id]);
    const { callback, ...rest } = { ...dead(id), title: "Python async programming" };
    if (id === "chk_none_0001")
      return {
        type: "refused",
        code: "not_found",
        detail: "There is no call to chk_none_0001 that could be tried again.",
      };
    return {
      type: "queued",
      checkpoint: { ...rest, callback: callback && { ...callback, state: "waiting", attempts: 0 } },
    };
  },
});

describe("GET /v1/deliveries", () => {
  test("shows where, why and about what, without what the query holds", async () => {
    const answer = await api.call("GET /v1/deliveries?state=dead", { token: admin });
    expect(answer).toMatchObject({ status: 200, body: { items: [SHOWN], next: "more" } });
    expect(deliveriesAnswer.strict().safeParse(answer.body).error).toBeUndefined();
    expect(answer.text).not.toContain("hush");
  });

  test("asks for dead letters unless it says otherwise, fifty at a time", async () => {
    calls.length = 0;
    await api.call("GET /v1/deliveries", { token: admin });
    await api.call("GET /v1/deliveries?state=waiting&limit=200&cursor=abc", { token: admin });
    expect(calls).toEqual([
      ["admin", "dead", 50, undefined],
      ["admin", "waiting", 200, "abc"],
    ]);
  });

  test.each([
    ["state=delivered", "invalid_request", "/query/state"],
    ["state=", "invalid_request", "/query/state"],
    ["limit=0", "invalid_request", "/query/limit"],
    ["limit=201", "invalid_request", "/query/limit"],
    ["cursor=", "invalid_request", "/query/cursor"],
    ["status=dead", "unknown_field", "/query/status"],
    ["state=dead&state=waiting", "invalid_request", "/query/state"],
  ])("refuses ?%s", async (query, code, pointer) => {
    const { status, body } = await api.call(`GET /v1/deliveries?${query}`, { token: admin });
    expect([status, body.code, (body.errors as { pointer: string }[])[0]?.pointer]).toEqual([422, code, pointer]);
  });
});

test("a cursor that no list gave is the caller's mistake, in every list", async () => {
  const opened = openMemory();
  const real = await door(office(opened).desk);
  for (const path of ["/v1/deliveries", "/v1/checkpoints"]) {
    const answer = await real.call(`GET ${path}?cursor=garbage`, { token: admin });
    expect(answer.body).toMatchObject({
      status: 422,
      code: "invalid_request",
      detail: "The cursor is not one that a list gave; leave it out to start with the newest.",
      errors: [{ pointer: "/query/cursor", message: "is not one that a list gave" }],
    });
  }
  expect(real.faults).toEqual([]);
});

test("deliveries are the admin's: agents and approvers are refused", async () => {
  const real = await door(office(openMemory()).desk);
  for (const token of [TOKENS.agent, TOKENS.bob])
    for (const route of ["GET /v1/deliveries", "POST /v1/deliveries/chk_dead_0001/retry"])
      expect(await real.call(route, { token }), route).toMatchObject({ status: 403, body: { code: "forbidden" } });
});

describe("POST /v1/deliveries/{id}/retry", () => {
  test("answers 202 with what is being tried", async () => {
    const answer = await api.call("POST /v1/deliveries/chk_dead_0001/retry", { token: admin });
    expect(answer).toMatchObject({ status: 202, body: { delivery: { ...SHOWN, state: "waiting", attempts: 0 } } });
    expect(retriedAnswer.strict().safeParse(answer.body).error).toBeUndefined();
  });

  test("answers 404 where there is nothing to try again, and for what cannot be an id", async () => {
    expect(await api.call("POST /v1/deliveries/chk_none_0001/retry", { token: admin })).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    calls.length = 0;
    expect(await api.call("POST /v1/deliveries/x/retry", { token: admin })).toMatchObject({ status: 404 });
    expect(calls).toEqual([]);
  });

  test("needs a token, and takes no other method", async () => {
    const route = "/v1/deliveries/chk_dead_0001/retry";
    expect((await api.call(`POST ${route}`, { token: null })).status).toBe(401);
    const got = await api.call(`GET ${route}`, { token: admin });
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
  });
});
