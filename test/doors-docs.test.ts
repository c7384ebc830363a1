/** What the pages of two doors say, done: their settings start, and each call is answered as the page shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { callbacks } from "../adapters/agents/callbacks/index.ts";
import { toolInterrupts } from "../adapters/agents/tool-interrupts/index.ts";
import { type AnyDoor, asDoor } from "../src/doors.ts";
import { asAgent, asBob, doorstep } from "./adapters/agents/doorstep.ts";
import { room } from "./config/load.ts";

const here = room();
const PAGES: [page: string, door: AnyDoor][] = [
  ["callbacks.md", asDoor(callbacks)],
  ["tool-interrupts.md", asDoor(toolInterrupts)],
];

describe.each(PAGES)("docs/%s", (page, door) => {
  const text = readFileSync(join(import.meta.dirname, "../docs", page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language, name = "", body = ""]) => ({
      ...{ language, name, body },
    }),
  );
  const yaml = blocks.filter(({ language }) => language === "yaml").map(({ body }) => body);
  const env = { FLEET_TOKEN: "fleet-token-of-the-docs", OPS_TOKEN: "ops-token-of-the-docs" };

  test("has settings that the bot starts with, and calls that it answers so", async () => {
    const { connections } = here.load(yaml.join("\n"), env);
    expect(connections.map(({ protocol }) => protocol)).toEqual([door.protocol]);
    const { call } = await doorstep(door, connections);
    const calls = blocks.filter(({ name }) => /^(POST|\d)/.test(name));
    expect(calls.length).toBeGreaterThan(3);
    for (let index = 0; index < calls.length; index += 2) {
      const [method = "", path = ""] = calls[index]?.name.split(" ") ?? [];
      const headers = path === "/api/approvals" ? asBob : asAgent;
      const { status, body } = await call(method, path, JSON.parse(calls[index]?.body ?? ""), headers);
      const said = JSON.parse(calls[index + 1]?.body ?? "") as Record<string, unknown>;
      expect({ status: String(status), body }, `${method} ${path}`).toEqual({
        status: calls[index + 1]?.name,
        body: Object.fromEntries(Object.entries(said).map(([name, value]) => [name, matching(value)])),
      });
    }
  });
});

/** `chk_…`: what begins like that. */
function matching(value: unknown): unknown {
  if (typeof value !== "string" || !value.endsWith("…")) return value;
  return expect.stringMatching(value.startsWith("https") ? /^https?:/ : /^chk_/);
}
