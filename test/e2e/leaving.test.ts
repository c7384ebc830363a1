/** Every way to leave `hitl review` decides nothing; and what it does without arrow keys, or without a terminal. */
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { SPAWNED } from "../spawned.ts";
import { KEY } from "./pty.ts";
import { CLI, sit } from "./sitting.ts";

const at = sit();

test.each<[string, [sees: string, types: string][]]>([
  ["at the question", [["[proceed]:", KEY.ctrlC]]],
  [
    "in the middle of a word",
    [
      ["[proceed]:", "procee"],
      ["procee", KEY.ctrlC],
    ],
  ],
  [
    "at the feedback",
    [
      ["[proceed]:", `revise${KEY.enter}`],
      ["What should change?", `half a thought${KEY.ctrlC}`],
    ],
  ],
])("Ctrl-C %s decides nothing and says so", async (_, ways) => {
  const raised = await at.raise("confirm", { title: "Publish it" });
  const pty = at.review();
  for (const [sees, types] of ways) {
    await pty.sees(sees);
    pty.type(types);
  }
  await pty.sees('Interrupted. Nothing was decided on "Publish it".');
  expect(await pty.ended()).toBe(130);
  expect((await at.read(raised)).status).toBe("pending");
});

test("Ctrl-C in plain mode decides nothing either", async () => {
  const raised = await at.raise("confirm", { title: "Publish it" });
  const pty = at.review("--plain");
  await pty.sees("[proceed]:");
  pty.type(KEY.ctrlC);
  await pty.sees('Interrupted. Nothing was decided on "Publish it".');
  expect(await pty.ended()).toBe(130);
  expect((await at.read(raised)).status).toBe("pending");
});

test.each(["", "--plain"])("the end of the input decides nothing (review %s)", async (flags) => {
  const raised = await at.raise("confirm");
  const pty = at.review(flags);
  await pty.sees("[proceed]:");
  pty.type(KEY.ctrlD);
  await pty.sees("The input has ended. Nothing was decided");
  expect(await pty.ended()).toBe(0);
  expect((await at.read(raised)).status).toBe("pending");
});

test("plain mode writes no colours, frames or cursor movements and takes Enter from a person", async () => {
  const raised = await at.raise("confirm");
  const pty = at.review("--plain");
  await pty.sees("Understanding Summary:");
  await pty.sees("Proceed? (proceed/revise/cancel) [proceed]:");
  pty.type(KEY.enter);
  await pty.sees("✓ Done: proceed by Alice");
  expect(await pty.ended()).toBe(0);
  expect(pty.raw()).not.toContain("\x1b");
  expect(pty.raw()).not.toMatch(/[╭│◆]/);
  expect((await at.read(raised)).decision?.action).toBe("proceed");
});

/** Without a terminal: what a pipe or a file says, line by line. */
function piped(lines: string): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [CLI, "review"], {
    env: { ...at.env(), ...SPAWNED },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  child.stdin.end(lines);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, output })));
}

test("without a terminal it reads line by line, and an empty line is no answer", async () => {
  const raised = await at.raise("confirm");
  const { code, output } = await piped("\n\nrevise\n\nTarget experts\n");
  expect(output).toContain("Proceed? (proceed/revise/cancel):");
  expect(output).not.toContain("[proceed]");
  expect(output).toContain("Type one of: proceed, revise, cancel.");
  expect(output).not.toContain("\x1b");
  expect(code).toBe(0);
  expect((await at.read(raised)).decision).toMatchObject({ action: "revise", feedback: "Target experts" });
});

test.each(["", "\n", "pro", "revise\n", "revise\n\n"])("a pipe that ends after %j decides nothing", async (lines) => {
  const raised = await at.raise("confirm");
  const { code, output } = await piped(lines);
  expect(code).toBe(0);
  expect(output).toContain("Nothing was decided");
  expect((await at.read(raised)).status).toBe("pending");
});

test("says when nothing waits", async () => {
  const pty = at.review();
  await pty.sees("Nothing waits for you.");
  expect(await pty.ended()).toBe(0);
});

test("keeps an answer while the bot is away, and sends it once when it is back", async () => {
  const raised = await at.raise("confirm");
  const pty = at.review();
  await pty.sees("[proceed]:");
  await at.stop();
  pty.type(`revise: Target experts${KEY.enter}`);
  await pty.sees("✗ No bot answers at ");
  await pty.sees("Your answer is kept here.");
  await pty.sees("Try again");
  await at.start();
  pty.type(KEY.enter);
  await pty.sees("✓ Done: revise by Alice");
  expect((await at.read(raised)).decision).toMatchObject({ action: "revise", feedback: "Target experts" });
});
