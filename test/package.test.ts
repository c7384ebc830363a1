/** What is published: JavaScript with its types, which a program of somebody else can use with nothing beside it. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "hitl-package-"));
const installed = join(folder, "node_modules/hitl-bot");
const node = process.execPath;

beforeAll(async () => {
  const out = join(installed, "dist");
  mkdirSync(installed, { recursive: true });
  await run(node, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", out], {
    cwd: root,
  });
  const { devDependencies: _, scripts: __, ...manifest } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
  for (const file of ["manifest.yml", "CHANGELOG.md"]) cpSync(join(root, file), join(installed, file));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("the package", () => {
  it("has nothing that publint would warn of", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
    // The copy of package.json that the command reads its version from is meant to be nothing else.
    const told = messages.filter(({ code }) => code !== "NESTED_PACKAGE_JSON_FIELD_IGNORED");
    expect(told.map((message) => formatMessage(message, pkg as never))).toEqual([]);
  });

  it("brings a client that a plain JavaScript program runs, without any of the bot's dependencies", async () => {
    expect(existsSync(join(folder, "node_modules/zod"))).toBe(false);
    writeFileSync(
      join(folder, "agent.mjs"),
      `import { hitl, HitlError } from "hitl-bot/client";
const bot = hitl({ url: "http://127.0.0.1:9", token: "t", patience: 1 });
try { await bot.checkpoint("confirm", { summary: "x" }); console.log("approved?"); }
catch (error) { console.log(error instanceof HitlError, error.code); }`,
    );
    const { stdout } = await run(node, ["agent.mjs"], { cwd: folder });
    expect(stdout.trim()).toBe("true unreachable");
  });

  it("brings types that tell a program what it may do with a decision", async () => {
    for (const each of ["zod", "@types", "undici-types"])
      if (existsSync(join(root, "node_modules", each)))
        symlinkSync(join(root, "node_modules", each), join(folder, "node_modules", each));
    const program = (use: string) => `import { hitl } from "hitl-bot/client";
const decision = await hitl({ url: "http://127.0.0.1", token: "t" }).checkpoint("tool", { tool_name: "rm", tool_args: {} });
${use}
`;
    const options = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2023",
      types: ["node"],
      skipLibCheck: false,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.mts"] }));
    const check = async (use: string) => {
      writeFileSync(join(folder, "agent.mts"), program(use));
      const done = run(node, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd: folder });
      return done.then(
        () => "fine",
        ({ stdout }: { stdout: string }) => stdout,
      );
    };
    expect(await check('if (decision.action === "edit") console.log(decision.edited);')).toBe("fine");
    expect(await check("console.log(decision.edited);")).toContain("Property 'edited' does not exist");
    expect(await check('if (decision.action === "revise") console.log(1);')).toContain("no overlap");
  }, 60_000);
});
