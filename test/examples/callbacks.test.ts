/** The documents' callback, in TypeScript and in Python, as a workflow would run it. */

import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import { fleet, HOUR } from "../adapters/agents/callbacks/fleet.ts";
import { AGENT } from "../adapters/agents/doorstep.ts";
import { hasPython } from "../setup/tools.ts";
import { SPAWNED } from "../spawned.ts";

const LANGUAGES: [language: string, command: string, file: string, timedOut: string][] = [
  ["TypeScript", process.execPath, "examples/callbacks/hitl-callback.ts", "TimedOut"],
  // Left out only where there is no python3; the last lines of the run say so.
  ...(hasPython()
    ? ([["Python", "python3", "examples/callbacks/hitl_callback.py", "TimeoutError"]] as [
        string,
        string,
        string,
        string,
      ][])
    : []),
];

describe.each(LANGUAGES)("the callback in %s", async (_, command, file, timedOut) => {
  const place = await fleet();
  const running = new Set<ChildProcess>();
  afterAll(() => running.forEach((child) => void child.kill()));

  async function run(job: string, given: Record<string, string>, checkpoint = "confirm", payload: object = ASK) {
    const env = { ...SPAWNED, HITL_URL: place.url, ...given };
    const child = spawn(command, [file, checkpoint, JSON.stringify(payload), job], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    running.delete(child);
    return { said: said === "" ? null : JSON.parse(said), complained };
  }

  const ASK = { summary: "Publish?" };
  const token = { HITL_TOKEN: AGENT };

  test("returns what was decided", async () => {
    const ran = run("revised", token);
    await place.act(await place.open("revised"), { action: "revise", feedback: "Make it more advanced" });
    expect(await ran).toEqual({ said: { action: "revise", feedback: "Make it more advanced" }, complained: "" });
  });

  test("returns what was answered, by an address that needs no token", async () => {
    const HITL_URL = `${place.url}/in/${await place.capabilities.issue("fleet")}/`;
    const ran = run("answered", { HITL_URL }, "clarify", { questions: [{ question: "What level?" }] });
    await place.act(await place.open("answered"), { action: "answer", answers: { response: "intermediate level" } });
    expect(await ran).toEqual({ said: { answers: { response: "intermediate level" } }, complained: "" });
  });

  test("raises when nobody decided in time", async () => {
    const ran = run("late", token);
    await place.open("late");
    await place.pass(HOUR);
    const { said, complained } = await ran;
    expect(said).toBeNull();
    expect(complained).toContain(`${timedOut}: Timed out after 1h: nobody decided.`);
  });

  test("raises whatever else goes wrong, and returns nothing then", async () => {
    const [unknown, malformed] = await Promise.all([run("x", { HITL_TOKEN: "wrong" }), run("y", token, "clarify", {})]);
    expect(unknown).toMatchObject({ said: null, complained: expect.stringContaining("unauthorized: ") });
    expect(malformed).toMatchObject({ said: null, complained: expect.stringContaining("invalid_payload: ") });
  });
});

test("Python's can be awaited and called, as the documents have it", { skip: !hasPython() }, async () => {
  const place = await fleet();
  const code = `
import asyncio, inspect, sys
sys.path.insert(0, "examples/callbacks")
from hitl_callback import hitl_callback, ask
assert inspect.iscoroutinefunction(hitl_callback)
assert list(inspect.signature(hitl_callback).parameters)[:2] == ["checkpoint", "payload"]
first = asyncio.run(hitl_callback("confirm", {"summary": "One?"}))
print(first, ask("confirm", {"summary": "Two?"}))`;
  const child = spawn("python3", ["-B", "-c", code], {
    env: { ...SPAWNED, HITL_URL: place.url, HITL_TOKEN: AGENT },
    stdio: ["ignore", "pipe", "inherit"],
  });
  afterAll(() => void child.kill());
  const said = text(child.stdout);
  for (const action of ["proceed", "cancel"] as const) {
    let asked: string | undefined;
    while (asked === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      asked = (await place.opened.store.list({ status: "pending", limit: 1 })).items[0]?.id;
    }
    await place.act(asked, { action });
  }
  expect(await said).toBe("{'action': 'proceed'} {'action': 'cancel'}\n");
});
