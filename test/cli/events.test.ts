/** `hitl events` and `hitl stats`, at a real bot. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { CLI, sit } from "../e2e/sitting.ts";
import { SPAWNED } from "../spawned.ts";
import { run } from "./command.ts";

const at = sit();

/** The command as people start it, until it has said so many lines; then Ctrl-C. */
async function follow(count: number, args: string[], meanwhile: () => Promise<unknown>) {
  const env = { ...SPAWNED, ...at.env() };
  const child = spawn(process.execPath, [CLI, "events", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const exit = once(child, "exit");
  const said = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === count) return;
  })();
  await meanwhile();
  await said;
  child.kill("SIGINT");
  const [code] = await exit;
  return { code, lines };
}

test("tells what happens, a line each, until Ctrl-C", async () => {
  const raised = await at.raise("confirm", { title: "Before\u202e anything", source: { agent: "teller" } });
  const { code, lines } = await follow(3, ["--after", "0", "--agent", "teller"], async () => {
    await at.bob.comment(raised.id, "Looks good");
    await at.bob.act(raised.id, { action: "revise", feedback: "Shorter" });
  });
  expect(code).toBe(130);
  const time = "\\d\\d:\\d\\d:\\d\\d";
  const title = "confirm · teller · Before\\\\u\\{202E\\} anything";
  expect(lines.map((line) => line.replace(raised.id, "ID"))).toEqual([
    expect.stringMatching(new RegExp(`^${time}  raised         ID  ${title}$`)),
    expect.stringMatching(new RegExp(`^${time}  commented      ID  ${title}$`)),
    expect.stringMatching(new RegExp(`^${time}  resolved       ID  ${title}: revise by Bob$`)),
  ]);
});

test("tells a machine a line of JSON each, and goes on over a restart of the bot", async () => {
  const before = await at.raise("confirm", { source: { session: "s-9" } });
  const after: string[] = [];
  const { lines } = await follow(2, ["--json", "--after", "0", "--session", "s-9"], async () => {
    await at.stop();
    await at.start();
    after.push((await at.raise("confirm", { source: { session: "s-9" } })).id);
  });
  const events = lines.map((line) => JSON.parse(line));
  expect(events.map(({ type, checkpoint }) => [type, checkpoint.id])).toEqual([
    ["checkpoint.raised", before.id],
    ["checkpoint.raised", after[0]],
  ]);
  expect(events[1].id).toBeGreaterThan(events[0].id);
});

test.each([
  [["events", "--after", "now"], "--after takes the number of an event."],
  [["events", "--kind", "tol"], '"tol" is not a kind; did you mean tool?'],
])("hitl %j ends with 2 and says how it goes", async (args, says) => {
  expect(await run(at, args)).toMatchObject({ code: 2, out: "", err: `${says}\n` });
});

test("events behind one that has not happened are refused", async () => {
  const refused = await run(at, ["events", "--after", "999999"]);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("There is no event 999999 here yet");
});

test("shows the figures, for people and for machines", async () => {
  const raised = await at.raise("confirm", { source: { agent: "figures" } });
  await at.raise("confirm", { title: "Waits", source: { agent: "figures" } });
  await at.bob.act(raised.id, { action: "proceed" });
  const [shown, json, wrong] = await Promise.all([
    run(at, ["stats", "--since", "1h"]),
    run(at, ["stats", "--json"]),
    run(at, ["stats", "--since", "lunch"]),
  ]);
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(/^Since \d{4}-\d\d-\d\d \d\d:\d\d UTC: \d+ raised, \d+ ended, \d+ of them by a policy\.$/m);
  expect(shown.out).toMatch(/^Outcomes: approved \d+ \(\d+%\)/m);
  expect(shown.out).toMatch(/^Pending: \d+, overdue 0, the oldest for \S+: .+$/m);
  expect(shown.out).toMatch(/^Approver +decided +responded +median$/m);
  expect(shown.out).toMatch(/^bob +\d+ +\d+ +\S+$/m);
  expect(shown.out).toMatch(/^figures +2 +1 +0 +\S+$/m);
  expect(JSON.parse(json.out)).toMatchObject({ complete: true, pending: { overdue: 0 } });
  expect(wrong).toMatchObject({ code: 1, out: "" });
  expect(wrong.err).toContain("`since` must be a duration back from now");
});
