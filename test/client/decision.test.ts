/** One call that asks and comes back with the decision, or not at all. Real HTTP, answers made up. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { KINDS } from "../../src/checkpoint.ts";
import {
  type Decisions,
  type Edit,
  HitlError,
  hitl,
  type Proceed,
  type Reject,
  TimedOut,
  Withdrawn,
} from "../../src/client.ts";
import { KIND_LIST } from "../../src/kinds/index.ts";
import { viewOf } from "../../src/view.ts";
import { checkpoint, DIGEST, person, RAISED } from "../make.ts";

let answers: unknown[] = [];
let asked: string[] = [];
const server = createServer(async (request, response) => {
  for await (const _ of request);
  asked.push(`${request.method} ${request.url} ${request.headers["idempotency-key"] ?? ""}`.trim());
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const bot = hitl({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: "t", patience: 1_000 });

const TOOL = { tool_name: "rm", tool_args: { path: "/tmp/x" } };
const tool = (over: object = {}) => viewOf(checkpoint({ kind: "tool", payload: TOOL, ...over }), "http://bot");
const by = person("bob");
const decided = (decision: object, over: object = {}) =>
  tool({ status: "resolved", ended_at: RAISED, decision: { by, at: RAISED, digest: DIGEST, ...decision }, ...over });

function ask(...views: unknown[]) {
  answers = views;
  asked = [];
  return bot.checkpoint("tool", TOOL, { key: "deploy-7" });
}

async function thrown(promise: Promise<unknown>): Promise<HitlError> {
  const error: unknown = await promise.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof HitlError) return error;
  throw error;
}

describe("asking and waiting in one call", () => {
  it("comes back with the decision once there is one", async () => {
    const decision = await ask(tool(), tool(), decided({ action: "proceed", outcome: "approved", feedback: "go" }));
    expect(decision).toMatchObject({ action: "proceed", outcome: "approved", feedback: "go", digest: DIGEST, by });
    expect(asked[0]).toBe("POST /v1/checkpoints deploy-7");
    expect(asked[1]).toMatch(/^GET \/v1\/checkpoints\/chk_0123456789\?wait=50$/);
  }, 15_000);

  it("hands over what was approved after an edit, and why something was rejected", async () => {
    const edit = await ask(decided({ action: "edit", outcome: "approved", edited: { path: "/tmp/y" } }));
    expect(edit).toMatchObject({ action: "edit", edited: { path: "/tmp/y" } });
    expect(await ask(decided({ action: "reject", outcome: "rejected", reason: "no" }))).toMatchObject({ reason: "no" });
  });

  it("throws silence and what was taken back, each by its name", async () => {
    const late = decided(
      { action: "reject", outcome: "timed_out", by: { kind: "policy", name: "default" } },
      { status: "expired" },
    );
    const error = await thrown(ask(late));
    expect([error instanceof TimedOut, error.code, error.checkpoint?.id]).toEqual([
      true,
      "timed_out",
      "chk_0123456789",
    ]);
    const gone = tool({ status: "withdrawn", ended_at: RAISED, withdrawn: { reason: "too old", by, at: RAISED } });
    const taken = await thrown(ask(gone));
    expect([taken instanceof Withdrawn, taken.detail]).toEqual([true, expect.stringContaining("too old")]);
  });

  it.each([
    ["an action that the kind does not have", decided({ action: "revise", outcome: "changes", feedback: "x" })],
    ["an outcome that is not the action's", decided({ action: "reject", outcome: "approved" })],
    ["an edit without what was edited", decided({ action: "edit", outcome: "approved" })],
    ["a state that nobody knows", { ...tool(), status: "approved" }],
    ["a resolved one without a decision", { ...tool(), status: "resolved" }],
    ["another kind", { ...decided({ action: "proceed", outcome: "approved" }), kind: "confirm" }],
    ["nothing", {}],
    ["a bare yes", true],
  ])("throws %s, and never takes it for an approval", async (_, view) => {
    expect((await thrown(ask(view))).code).toBe("malformed_answer");
  });

  it("ends early by its signal, with the signal's reason", async () => {
    const stop = new AbortController();
    answers = [tool()];
    const waiting = bot.checkpoint("tool", TOOL, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(waiting).rejects.toThrow("enough");
  });

  it("knows for each kind what can come back", () => {
    expectTypeOf<Decisions["tool"]>().toEqualTypeOf<Proceed | Edit | Reject>();
    expectTypeOf<Decisions["clarify"]["action"]>().toEqualTypeOf<"answer" | "cancel">();
    expectTypeOf<Decisions["phase"]["action"]>().toEqualTypeOf<"proceed" | "refine" | "revise">();
    const known = Object.fromEntries(KIND_LIST.map(({ name, actions }) => [name, actions.map(({ action }) => action)]));
    expect(Object.keys(known).sort()).toEqual([...KINDS].sort());
    expect(known).toMatchObject({ tool: ["proceed", "edit", "reject"], phase: ["proceed", "refine", "revise"] });
  });
});
