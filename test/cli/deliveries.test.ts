/** `hitl deliveries` and `hitl webhook-secret`, where something stands in their way. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { deriveKeys, webhookSecretText } from "../../src/keys.ts";
import { sit } from "../e2e/sitting.ts";
import { run } from "./command.ts";

const at = sit();
const empty = mkdtempSync(join(tmpdir(), "hitl-empty-"));
afterAll(() => rmSync(empty, { recursive: true }));

test("deliveries are the admin's, and the command says so", async () => {
  const refused = { code: 4, out: "", err: expect.stringMatching(/^Deliveries are the admin's to see\.\n$/) };
  expect(await run(at, ["deliveries"])).toEqual(refused);
  const admin = { env: { HITL_URL: at.program.url, HITL_TOKEN: at.program.token("admin") } };
  expect(await run(at, ["deliveries"], admin)).toEqual({ code: 0, out: "No agent waits to be called.\n", err: "" });
  expect(await run(at, ["deliveries", "retry", "chk_nobody_1"], admin)).toMatchObject({ code: 5, out: "" });
  expect(JSON.parse((await run(at, ["deliveries", "--json"], admin)).out)).toEqual({ items: [], next: null });
});

test.each([[["deliveries", "retry"]], [["deliveries", "rety", "chk_12345678"]], [["deliveries", "a", "b", "c"]]])(
  "%j is not how it goes",
  async (args) => {
    expect(await run(at, args)).toMatchObject({
      code: 2,
      err: "Usage: hitl deliveries [--dead] | deliveries retry ID\n",
    });
  },
);

test("the webhook secret is the one that is set, or derives from the bot's own", async () => {
  const shown = async (env: Record<string, string>) =>
    run(at, ["webhook-secret"], { env: { HITL_DATA: empty, ...env } });
  const set = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  expect(await shown({ HITL_WEBHOOK_SECRET: set })).toEqual({ code: 0, out: `${set}\n`, err: "" });
  const own = Buffer.alloc(32, 5);
  const derived = webhookSecretText(deriveKeys(own).webhooks);
  expect(await shown({ HITL_SECRET: own.toString("base64url") })).toEqual({ code: 0, out: `${derived}\n`, err: "" });
  expect(await shown({})).toEqual({
    code: 2,
    out: "",
    err: "There is no secret here: run it in the folder of the bot, or with its HITL_DATA, HITL_SECRET or HITL_WEBHOOK_SECRET.\n",
  });
  expect(await shown({ HITL_WEBHOOK_SECRET: "whsec_x" })).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("HITL_WEBHOOK_SECRET must be"),
  });
});
