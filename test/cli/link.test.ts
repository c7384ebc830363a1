/** `hitl link`: the admin lets somebody into the inbox. */
import { expect, test } from "vitest";
import { sit } from "../e2e/sitting.ts";
import { run } from "./command.ts";

const at = sit();
const admin = () => ({ ...at.env(), HITL_TOKEN: at.program.token("admin") });

test("the admin gets a link that signs a person in, once", async () => {
  const { code, out } = await run(at, ["link", "alice"], { env: admin() });
  expect(code).toBe(0);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+/.exec(out) ?? [];
  expect(out).toBe(`For alice, once, within ten minutes:\n\n  ${url}\n\n`);
  const sign = () => fetch(url, { method: "POST", body: "", headers: form(url), redirect: "manual" });
  expect([(await sign()).status, (await sign()).status]).toEqual([303, 410]);
  const json = await run(at, ["link", "person:alice", "--json"], { env: admin() });
  expect(JSON.parse(json.out)).toMatchObject({ person: "alice", expires_at: expect.stringMatching(/Z$/) });
});

test("nobody else may let people in, and nobody is let in whom the settings do not know", async () => {
  const other = await run(at, ["link", "alice"]);
  expect(other).toMatchObject({ code: 4, out: "" });
  expect(other.err).toContain("Sign-in links are the admin's to hand out.");
  const unknown = await run(at, ["link", "alcie"], { env: admin() });
  expect(unknown.err).toContain('"alcie" is nobody under `people` of the settings');
  expect(unknown.code).toBe(1);
  expect((await run(at, ["link"])).err).toContain("Usage: hitl link PERSON");
});

function form(url: string): Record<string, string> {
  return { "content-type": "application/x-www-form-urlencoded", origin: new URL(url).origin };
}
