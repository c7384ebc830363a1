import { Hono } from "hono";
import { expect, test } from "vitest";
import { z } from "zod";
import { callbacks } from "../../../../adapters/agents/callbacks/index.ts";
import { crewai } from "../../../../adapters/agents/crewai/index.ts";
import { EXAMPLES } from "../../../../adapters/agents/http/examples.ts";
import { routes } from "../../../../adapters/agents/http/index.ts";
import { openApi } from "../../../../adapters/agents/http/openapi.ts";
import { pipeline } from "../../../../adapters/agents/pipeline/index.ts";
import { toolInterrupts } from "../../../../adapters/agents/tool-interrupts/index.ts";
import { KINDS } from "../../../../src/checkpoint.ts";
import { asDoor, type DoorsParts } from "../../../../src/doors.ts";
import type { Env } from "../../../../src/http/frame.ts";
import { makeMetrics } from "../../../../src/metrics.ts";
import { actRequest, commentRequest, linkRequest, raiseRequest, withdrawRequest } from "../../../../src/request.ts";
import { door, simpleDesk } from "./door.ts";

const document = openApi("0.1.0", "https://hitl.example.com");

const app = routes(
  simpleDesk,
  { caller: () => undefined },
  {
    baseUrl: "https://hitl.example.com",
    version: "0.1.0",
    openMetrics: true,
    ready: async () => ({ ready: true, store: "up", channels: {} }),
    metrics: makeMetrics(),
    log: { error: () => {} },
  },
);

test("lists every route of the API, and no other", () => {
  const served = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(listed.sort()).toEqual([...new Set(served)].sort());
  expect(listed).toContain("POST /v1/checkpoints/{id}/act");
});

test("lists the doors' routes with what they take, and only what is there", async () => {
  const doors = [asDoor(callbacks), asDoor(crewai), asDoor(pipeline), asDoor(toolInterrupts)];
  const operations = doors.flatMap((each) => each.operations);
  const { paths } = openApi("0.1.0", "https://hitl.example.com", operations);
  const mounted = new Hono<Env>();
  const parts = { connections: [], clock: () => 0, metrics: makeMetrics() };
  for (const each of doors) each.mount(mounted, parts as unknown as DoorsParts);
  const served = mounted.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const own = served.filter((route) => route.includes("/in/{capability}"));
  const listed = operations.map(({ route }) => route);
  expect(new Set(listed)).toEqual(new Set(served.filter((route) => !own.includes(route))));
  const asked = operations.filter(({ asks }) => asks).map(({ route }) => route.replace(" ", " /in/{capability}"));
  expect(new Set(asked)).toEqual(new Set(own));
  expect(paths["/api/approvals"]).toMatchObject({
    post: {
      parameters: [{ name: "Idempotency-Key", in: "header" }],
      requestBody: {
        content: {
          "application/json": {
            schema: { required: ["thread_id", "interrupt_id", "approved"], additionalProperties: false },
          },
        },
      },
    },
  });
  expect(paths["/interrupts/{thread}/{id}"]).toMatchObject({
    get: { parameters: [{ name: "thread" }, { name: "id" }, { name: "wait" }, { name: "connection" }] },
  });
});

test("refers only to what it holds", () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => String(reference));
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const [root, ...path] = reference.split("/");
    expect(root).toBe("#");
    const found = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
    expect(found, reference).toBeTypeOf("object");
  }
  expect(text).not.toMatch(/"\$id"|__shared|__schema/);
});

test("refers to everything it holds", () => {
  const text = JSON.stringify(document);
  const named = Object.keys(document.components.schemas);
  // Event streams and webhooks will say Event; until then it is part of the timeline.
  for (const name of named) expect(text, name).toContain(`"$ref":"#/components/schemas/${name}"`);
});

test("shows requests that would be taken", () => {
  const schemas = {
    Raise: raiseRequest,
    Act: actRequest,
    CommentRequest: commentRequest,
    LinkRequest: linkRequest,
    Withdraw: withdrawRequest,
  };
  for (const [name, examples] of Object.entries(EXAMPLES)) {
    for (const { value } of Object.values(examples)) {
      expect(schemas[name as keyof typeof schemas].safeParse(value).error).toBeUndefined();
    }
  }
  const content = { "application/json": { examples: { smallest: { value: { kind: "confirm" } } } } };
  expect(document.paths).toMatchObject({ "/v1/checkpoints": { post: { requestBody: { content } } } });
});

test("says of each kind what its payload looks like", () => {
  const { Raise } = document.components.schemas as { Raise: { allOf: { if: object; then: object }[] } };
  expect(Raise.allOf).toHaveLength(KINDS.length);
  expect(Raise.allOf).toContainEqual({
    if: { properties: { kind: { const: "tool" } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word.
    then: { properties: { payload: { $ref: "#/components/schemas/ToolPayload" } } },
  });
});

test("can be read back by a reader of JSON Schema, and takes what the API takes", () => {
  const { Raise, Act } = document.components.schemas as Record<"Raise" | "Act", z.core.JSONSchema.JSONSchema>;
  // The reader knows no if/then; the rest of the schema is what it reads.
  const { allOf: _, ...plain } = Raise;
  const raise = z.fromJSONSchema(plain);
  const act = z.fromJSONSchema(Act);
  expect(raise.safeParse({ kind: "confirm", payload: { x: 1 }, quorum: 2 }).success).toBe(true);
  expect(raise.safeParse({ kind: "confirm", payload: { x: 1 }, aprovers: [] }).success).toBe(false);
  expect(raise.safeParse({ kind: "confirm", payload: [] }).success).toBe(false);
  expect(act.safeParse({ action: "proceed" }).success).toBe(true);
  expect(act.safeParse({ action: "approve" }).success).toBe(false);
});

test("is served as it is, without a token", async () => {
  const api = await door();
  const answer = await api.call("GET /openapi.json", { token: null });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(JSON.parse(JSON.stringify(document)));
  expect(answer.body).toMatchObject({ openapi: "3.1.0", info: { version: "0.1.0" } });
});
