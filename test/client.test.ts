import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type CheckpointView, HitlError, hitl, isApproved } from "../src/client.ts";
import { viewOf } from "../src/view.ts";
import { checkpoint, DIGEST, person, RAISED } from "./make.ts";

const ID = "chk_0123456789";
const pending = viewOf(checkpoint(), "http://bot");
const approved = viewOf(
  checkpoint({
    status: "resolved",
    ended_at: RAISED,
    decision: { action: "proceed", outcome: "approved", by: person("bob"), at: RAISED, digest: DIGEST },
  }),
  "http://bot",
);

interface Request {
  line: string;
  headers: IncomingMessage["headers"];
  body: string;
}
type Step = { status?: number; body: unknown; headers?: Record<string, string> } | "hang up";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers the requests in turn, the last answer for ever. */
async function fake(...steps: Step[]) {
  const requests: Request[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    if (step === undefined || step === "hang up") return void request.socket.destroy();
    response.writeHead(step.status ?? 200, { "content-type": "application/json", ...step.headers });
    response.end(typeof step.body === "string" ? step.body : JSON.stringify(step.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { requests, url, bot: hitl({ url, token: "agent-token", patience: 5_000 }) };
}

async function errorOf(promise: Promise<unknown>): Promise<HitlError> {
  const error = await promise.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HitlError)) throw error;
  return error;
}

test("raises with the agent's token and a key of its own", async () => {
  const { bot, requests } = await fake({ status: 201, body: pending });
  expect(await bot.raise({ kind: "confirm", payload: pending.payload })).toEqual(pending);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    line: "POST /v1/checkpoints",
    headers: { authorization: "Bearer agent-token", "content-type": "application/json" },
  });
  expect(requests[0]?.headers["idempotency-key"]).toMatch(/^[\w-]{36}$/);
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ kind: "confirm", payload: pending.payload });
});

test("sends a raise again under the same key while the bot does not answer", async () => {
  const { bot, requests } = await fake(
    "hang up",
    { status: 503, body: { code: "unavailable", detail: "later" }, headers: { "retry-after": "0" } },
    { body: pending },
  );
  expect((await bot.raise({ kind: "confirm", payload: {} })).id).toBe(ID);
  const keys = requests.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test("sends an act again under the key that it was given", async () => {
  const { bot, requests } = await fake("hang up", { body: { result: "resolved", checkpoint: approved } });
  expect((await bot.act(ID, { action: "proceed" }, { key: "once" })).result).toBe("resolved");
  expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["once", "once"]);
});

test("says where it sits, for the record", async () => {
  const { url, requests } = await fake({ body: { result: "resolved", checkpoint: approved } });
  await hitl({ url, token: "t", surface: "terminal" }).act(ID, { action: "proceed" });
  expect(requests[0]?.headers["hitl-surface"]).toBe("terminal");
});

test("gives up on a bot that stays silent, and says so", async () => {
  const { url, requests } = await fake("hang up");
  const error = await errorOf(hitl({ url, token: "t", patience: 300 }).raise({ kind: "confirm", payload: {} }));
  expect(error).toMatchObject({ status: 0, code: "unreachable" });
  expect(error.detail).toMatch(
    /^No bot answers at http:\/\/127\.0\.0\.1:\d+ \(.+\)\. Is it running, and is the address right\?$/,
  );
  expect(requests).toHaveLength(2);
});

test("never repeats a comment, which would then stand there twice", async () => {
  const { bot, requests } = await fake("hang up");
  expect((await errorOf(bot.comment(ID, "hello"))).code).toBe("unreachable");
  expect(requests).toHaveLength(1);
});

test("waits over as many polls and outages as it takes", async () => {
  const { bot, requests } = await fake(
    "hang up",
    { status: 502, body: "bad gateway" },
    { body: pending },
    { body: approved },
  );
  expect(await bot.wait(ID)).toEqual(approved);
  expect(requests.map(({ line }) => line)).toEqual(Array(4).fill(`GET /v1/checkpoints/${ID}?wait=50`));
});

test("stops waiting when it is told to", async () => {
  const { bot } = await fake({ body: pending });
  const stop = new AbortController();
  const waiting = bot.wait(ID, { signal: stop.signal });
  stop.abort(new Error("the work is over"));
  await expect(waiting).rejects.toThrow("the work is over");
});

test("stops waiting for what it may not see", async () => {
  const { bot, requests } = await fake({
    status: 404,
    body: { code: "not_found", detail: "There is no such checkpoint." },
  });
  expect(await errorOf(bot.wait(ID))).toMatchObject({
    status: 404,
    code: "not_found",
    detail: "There is no such checkpoint.",
  });
  expect(requests).toHaveLength(1);
});

test("tells the loser of a race who decided what", async () => {
  const { bot } = await fake({
    status: 409,
    body: { code: "already_resolved", detail: "Already resolved by Bob", checkpoint: approved },
  });
  const error = await errorOf(bot.act(ID, { action: "proceed" }));
  expect(error).toMatchObject({ status: 409, code: "already_resolved", detail: "Already resolved by Bob" });
  expect(error.checkpoint?.decision).toMatchObject({ action: "proceed", by: { name: "Bob" } });
});

test("hands on what is wrong with a request, field by field", async () => {
  const errors = [{ pointer: "/feedback", message: "is required" }];
  const { bot } = await fake({ status: 422, body: { code: "feedback_required", detail: "Say what.", errors } });
  expect((await errorOf(bot.act(ID, { action: "revise" }))).errors).toEqual(errors);
});

const decided = (decision: unknown, status = "resolved") => ({ ...approved, status, decision });

test.each<[string, Step]>([
  ["no JSON", { body: "<html>approved</html>" }],
  ["an empty answer", { body: "" }],
  ["null", { body: null }],
  ["another checkpoint's answer", { body: { ...approved, id: "chk_another_one" } }],
  ["a status that it does not know", { body: { ...approved, status: "approved" } }],
  ["a resolved checkpoint without a decision", { body: decided(null) }],
  ["a decision without an outcome", { body: decided({ ...approved.decision, outcome: undefined }) }],
  ["an outcome that the action does not have", { body: decided({ ...approved.decision, action: "reject" }) }],
  ["a decision by nobody", { body: decided({ ...approved.decision, by: null }) }],
  ["an edit without what was edited", { body: decided({ ...approved.decision, action: "edit" }) }],
  ["a pending checkpoint with a decision", { body: decided(approved.decision, "pending") }],
  ["an expired one that was approved", { body: decided(approved.decision, "expired") }],
  ["a success of another kind", { status: 204, body: "" }],
  ["a redirect", { status: 307, body: approved, headers: { location: "/elsewhere" } }],
])("never takes %s for a decision", async (_, step) => {
  const { bot, requests } = await fake(step);
  const error = await errorOf(bot.read(ID));
  expect(["malformed_answer", "unexpected_answer"]).toContain(error.code);
  expect(requests).toHaveLength(1);
});

test("never takes a raise that was answered with another kind of question", async () => {
  const { bot } = await fake({ status: 201, body: pending });
  expect((await errorOf(bot.raise({ kind: "tool", payload: {} }))).code).toBe("malformed_answer");
});

test("never takes a resolved act of a checkpoint that is still pending", async () => {
  const { bot } = await fake({ body: { result: "resolved", checkpoint: pending } });
  expect((await errorOf(bot.act(ID, { action: "proceed" }))).code).toBe("malformed_answer");
});

test.each(["..", "", "a/b", "chk?x=1", "%2e%2e"])('asks nobody about "%s", which cannot be an id', async (id) => {
  const { bot, requests } = await fake({ body: approved });
  await expect(bot.read(id)).rejects.toMatchObject({ code: "not_found" });
  expect(requests).toEqual([]);
});

test("refuses an address or a token that cannot be one before anything is sent", () => {
  expect(() => hitl({ url: "localhost:8787", token: "t" })).toThrow("not an address of a bot");
  expect(() => hitl({ url: "http://me:secret@bot", token: "t" })).toThrow("not an address of a bot");
  expect(() => hitl({ url: "http://bot", token: "two\nlines" })).toThrow("invalid_token");
});

test("keeps the path under which a proxy serves the bot", async () => {
  const { url, requests } = await fake({ body: { items: [pending], next: null } });
  const page = await hitl({ url: `${url}/hitl/`, token: "t" }).list({ status: "pending", kind: "confirm", limit: 5 });
  expect(page.items).toEqual([pending]);
  expect(requests[0]?.line).toBe("GET /hitl/v1/checkpoints?status=pending&kind=confirm&limit=5");
});

test("counts only a resolved approval as approved", () => {
  const outcome = (status: CheckpointView["status"], value: string | null) =>
    isApproved({ ...approved, status, decision: value && { ...approved.decision, outcome: value } } as CheckpointView);
  expect(outcome("resolved", "approved")).toBe(true);
  for (const other of ["changes", "rejected", "answered", "timed_out"]) expect(outcome("resolved", other)).toBe(false);
  expect(outcome("expired", "approved")).toBe(false);
  expect(outcome("pending", null)).toBe(false);
  expect(outcome("withdrawn", null)).toBe(false);
});

test("an approved edit that was erased since is still read, and is no approval of what was asked", async () => {
  const decision = { action: "edit", outcome: "approved", by: person("bob"), at: RAISED, digest: DIGEST } as const;
  const erased = viewOf(
    checkpoint({ status: "resolved", ended_at: RAISED, erased_at: RAISED, decision }),
    "http://bot",
  );
  const { bot } = await fake({ body: { items: [erased], next: null } });
  const { items } = await bot.list({});
  expect(items.map(({ id }) => id)).toEqual([erased.id]);
  expect(isApproved(erased)).toBe(false);
  const whole = viewOf(checkpoint({ status: "resolved", ended_at: RAISED, decision }), "http://bot");
  expect((await (await fake({ body: { items: [whole], next: null } })).bot.list({}).catch((error) => error)).code).toBe(
    "malformed_answer",
  );
});

test("a server that says come at once is still given a moment", async () => {
  const { requests, url } = await fake({ status: 503, body: {}, headers: { "retry-after": "0" } });
  await expect(hitl({ url, token: "t", patience: 1_000 }).read(ID)).rejects.toMatchObject({ status: 503 });
  expect(requests.length).toBeLessThan(8);
});
