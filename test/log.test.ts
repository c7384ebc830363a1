import { expect, test } from "vitest";
import { makeLog, secretsOf } from "../src/log.ts";
import { costOf } from "./cost.ts";

function logged(write: (log: ReturnType<typeof makeLog>) => void, secrets: string[] = []): string {
  const lines: string[] = [];
  write(makeLog("debug", secrets, { write: (line) => void lines.push(line) }));
  return lines.join("");
}

const CANARY = "c4n4ry-0123456789";

test("writes one JSON line an event, with its level and time", () => {
  const line = JSON.parse(logged((log) => log.info({ port: 8787 }, "listening")));
  expect(line).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    port: 8787,
    msg: "listening",
  });
});

test("is silent below its level", () => {
  expect(logged((log) => log.debug("detail")).split("\n")).toHaveLength(2);
  const lines: string[] = [];
  makeLog("warn", [], { write: (line) => void lines.push(line) }).info("nothing");
  expect(lines).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ["a header", { headers: { authorization: `Bearer ${CANARY}` } }],
  ["a cookie", { headers: { "set-cookie": [`session=${CANARY}`] } }],
  ["a token, however deep", { a: { b: { c: [{ botToken: CANARY }] } } }],
  ["an object under a telling name", { credentials: { user: "x", pass: CANARY } }],
  ["bytes", { key: Buffer.from(CANARY) }],
  ["an API key", { api_key: CANARY, apiKey: CANARY }],
  ["whatever lies deeper than the program's own objects", { a: { b: { c: { d: { e: { f: { g: CANARY } } } } } } }],
])("blanks %s", (_, object) => {
  const line = logged((log) => log.info(object, "event"));
  expect(line).not.toContain(CANARY);
  expect(line).toContain("[redacted]");
});

test.each([
  ["a bearer", "Authorization: Bearer abcdefghijklmnop"],
  ["a Slack bot token", "xoxb-123456789012-abcdefghijkl"],
  ["a Slack app token", "xapp-1-A012345-678-abcdef"],
  ["a webhook secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["a Discord token", "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWsAbCdE"],
])("blanks what looks like %s inside any text", (_, secret) => {
  const line = logged((log) => log.warn({ err: new Error(`failed with ${secret}`) }, `told ${secret} too`));
  expect(line).not.toContain(secret.split(/[ :]/).at(-1));
});

test("blanks the configured secrets wherever they stand", () => {
  const line = logged((log) => log.error({ note: `url?k=${CANARY}`, err: new Error(CANARY) }, CANARY), [CANARY]);
  expect(line).not.toContain(CANARY);
  expect(JSON.parse(line).msg).toBe("[redacted]");
  expect(JSON.parse(logged((log) => log.info('my "quoted\\secret"'), ['"quoted\\secret"'])).msg).toBe("my [redacted]");
});

test("says what failed and where, with its cause, and without what the error carries along", () => {
  const fault = Object.assign(new Error("no answer", { cause: new Error("refused") }), {
    code: "ECONNREFUSED",
    config: { data: CANARY },
  });
  const line = JSON.parse(logged((log) => log.error({ err: fault, route: "GET /x" }, "a request failed")));
  expect(line).toMatchObject({ err: { message: "no answer", code: "ECONNREFUSED", cause: { message: "refused" } } });
  expect(line.err.stack).toContain("log.test.ts");
  expect(JSON.stringify(line)).not.toContain(CANARY);
});

test("keeps one event on one line, whatever control characters it holds", () => {
  const line = logged((log) => log.info({ name: 'x\n{"level":"error"}\r\n' }, "line\nbreak\u2028"));
  expect(line.trimEnd().split("\n")).toHaveLength(1);
});

test("takes no longer over a crafted line than over another", () => {
  const crafted = { text: "xoxb-".repeat(20_000), dots: `${"a".repeat(25)}.`.repeat(4_000) };
  // About 20 ms; a pattern that goes back would need minutes.
  expect(costOf(() => logged((log) => log.info(crafted)))).toBeLessThan(2_000);
});

test("knows the secrets that the settings hold", () => {
  const secrets = secretsOf({
    connections: [],
    tokens: [{ name: "ci", role: "admin", token: "admin-token" }],
    secret: Buffer.alloc(32, 7),
    store: { type: "redis", url: "redis://user:p%40ss@127.0.0.1:6379" },
  });
  expect(secrets).toEqual(["admin-token", Buffer.alloc(32, 7).toString("base64url"), "07".repeat(32), "p@ss"]);
});
