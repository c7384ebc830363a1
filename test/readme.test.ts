import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import packageFile from "../package.json" with { type: "json" };
import { loadSettings } from "../src/config.ts";
import { KIND_LIST } from "../src/kinds/index.ts";
import { withProgram } from "./program.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => String(text));

test("the commands of the first five minutes raise five checkpoints, decide them, and tell the agent", async () => {
  const [, setup = "", ask = "", decide = "", wait = ""] = blocks("sh");
  await withProgram(async (program) => {
    const here = setup.replace("http://127.0.0.1:8787", program.url).replaceAll(".hitl/", `${program.folder}/`);
    const run = (script: string) =>
      execFileSync("bash", ["-ec", `${here}\n${script}`], { cwd: root, encoding: "utf8" });
    const answers = (text: string) => text.split(/(?<=\})(?=\{)/).map((each) => JSON.parse(each));
    expect(answers(run(ask)).map(({ kind, status }) => [kind, status])).toEqual([
      ["clarify", "pending"],
      ["confirm", "pending"],
      ["tool", "pending"],
      ["task", "pending"],
      ["phase", "pending"],
    ]);
    expect(
      answers(run(decide)).map(({ checkpoint }) => [checkpoint.decision.action, checkpoint.decision.outcome]),
    ).toEqual([
      ["answer", "answered"],
      ["revise", "changes"],
      ["edit", "approved"],
      ["reject", "rejected"],
      ["refine", "changes"],
    ]);
    // What the README shows is part of what comes back.
    expect(JSON.parse(run(wait))).toMatchObject(JSON.parse(blocks("json")[0] ?? ""));
  });
});

test("the settings that it shows are settings that it takes", () => {
  const folder = mkdtempSync(join(tmpdir(), "hitl-readme-"));
  writeFileSync(join(folder, "hitl.config.yml"), blocks("yaml")[0] ?? "");
  const settings = loadSettings({ CI_AGENT_TOKEN: "a".repeat(20), BOB_TOKEN: "b".repeat(20) }, folder);
  expect(settings.policies.map(({ name }) => name)).toEqual(
    Object.values(parse(blocks("yaml")[0] ?? "").policies).map((each) => (each as { name: string }).name),
  );
  rmSync(folder, { recursive: true });
});

test("the kinds and their actions are those of the program", () => {
  const rows = [...readme.matchAll(/^\| (\w+) \| [^|]+ \| ([a-z, ]+) \|$/gm)].map(([, kind, actions]) => [
    kind,
    String(actions).split(", "),
  ]);
  expect(rows.slice(1)).toEqual(KIND_LIST.map((kind) => [kind.name, kind.actions.map(({ action }) => action)]));
});

test("every npm script that it names is there", () => {
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => String(name));
  expect(named.filter((name) => !(name in packageFile.scripts))).toEqual([]);
});

test("every file that it links to is there", () => {
  for (const [, path = ""] of readme.matchAll(/\]\(([\w./-]+)\)/g))
    expect(() => readFileSync(join(root, path)), path).not.toThrow();
});

test("programs of the repository are started with the Node that npm ci installs, whatever the machine has", () => {
  for (const page of ["README.md", "SECURITY.md", ...globSync("docs/*.md", { cwd: root })]) {
    const text = readFileSync(join(root, page), "utf8");
    expect(
      [...text.matchAll(/(?<!npx )\bnode [\w/.-]+\.ts/g)].map(([command]) => command),
      page,
    ).toEqual([]);
  }
});
