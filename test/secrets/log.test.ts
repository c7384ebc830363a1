/** The log's net for secrets that come in with somebody else's error. */
import { expect, test } from "vitest";
import { makeLog } from "../../src/log.ts";

const TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

test("a secret in an error's message, stack, cause or in any member stands in no line, and the line stays JSON", () => {
  const lines: string[] = [];
  const log = makeLog("debug", [], { write: (line: string) => lines.push(line) });
  const cause = new Error(`refused postgres://app:hunter2@db/main`);
  log.error(
    { err: new Error(`got ${TOKEN}\n-----BEGIN PRIVATE KEY-----\nMIIE`, { cause }), at: ["4111 1111 1111 1111"] },
    "failed",
  );
  log.warn({ detail: `the token "${TOKEN}" of 123-45-6789`, route: "POST /v1/checkpoints/:id/act" }, "refused");
  const text = lines.join("");
  expect(text).not.toMatch(/ghp_abc|hunter2|MIIE|4111 1111|123-45/);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["failed", "refused"]);
  expect(text).toContain("POST /v1/checkpoints/:id/act");
});
