import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const files = globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: root });

interface Import {
  file: string;
  from: string;
}

/** Relative ones as paths from the root, packages and `node:` as they are written. */
const imports: Import[] = files.flatMap((file) =>
  [...read(file).matchAll(/(?:^(?:import|export)\b[^"]*?\bfrom |^import |\bimport\()"([^"\n]+)"/gm)].map(
    ([, from = ""]) => ({
      file,
      from: from.startsWith(".") ? relative(root, join(root, dirname(file), from)) : from,
    }),
  ),
);

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function breaches(isBreach: (each: Import) => boolean): string[] {
  return imports.filter(isBreach).map(({ file, from }) => `${file} imports ${from}`);
}

/** Packages that one file of the core may use, because it is about them. */
const OWNERS: Record<string, string> = {
  yaml: "src/config/",
  "prom-client": "src/metrics.ts",
  pino: "src/log.ts",
  diff: "src/diff.ts",
  hono: "src/http/",
  "@hono/node-server": "src/http/",
};
const isComposer = (path: string) => /^src\/(main\.ts|cli\.ts|compose\/)/.test(path);

test("finds the imports it is about to judge", () => {
  expect(files.length).toBeGreaterThan(40);
  expect(imports).toContainEqual({ file: "src/desk.ts", from: "src/decide.ts" });
});

test("the core imports itself, node, zod and a few packages at their one place", () => {
  expect(
    breaches(({ file, from }) => {
      if (!file.startsWith("src/") || from.startsWith("src/") || from.startsWith("node:") || from === "zod")
        return false;
      if (isComposer(file) && (from.startsWith("adapters/") || from === "package.json")) return false;
      const owner = OWNERS[from];
      return owner === undefined || !file.startsWith(owner);
    }),
  ).toEqual([]);
});

test("adapters never import each other", () => {
  const home = (path: string) => path.split("/").slice(0, 3).join("/");
  expect(
    breaches(
      ({ file, from }) => file.startsWith("adapters/") && from.startsWith("adapters/") && home(file) !== home(from),
    ),
  ).toEqual([]);
});

test("no adapter imports the composition root or the command", () => {
  expect(breaches(({ file, from }) => file.startsWith("adapters/") && isComposer(from))).toEqual([]);
});

test("no file needs, over however many others, itself", () => {
  const needs = Map.groupBy(imports, ({ file }) => file);
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { from } of needs.get(file) ?? []) {
      const circle = circleFrom(from, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  expect(files.map((file) => circleFrom(file, [])).find((circle) => circle !== undefined)).toBeUndefined();
});

test("what draws and what reads uses no client, no network and no files", () => {
  const pure = /\/(render|parse)\.ts$|^src\/(decide|kinds|policy)\/|^src\/(card|picture|form|words|text|commands)\.ts$/;
  const impure = /^node:(?!crypto$|util$)|^hono|clack|^undici/;
  expect(breaches(({ file, from }) => pure.test(file) && impure.test(from))).toEqual([]);
});

test("deciding, drawing and reading take the time as a value", () => {
  const pure = files.filter((file) =>
    /^src\/(decide|kinds|policy)(\/|\.ts)|\/(render|parse)\.ts$|^src\/(picture|form|words|text)\.ts$/.test(file),
  );
  expect(pure.length).toBeGreaterThan(15);
  expect(pure.filter((file) => /Date\.now|new Date\(\)|performance\.now|process\./.test(read(file)))).toEqual([]);
});

test("the environment is read in one file", () => {
  expect(files.filter((file) => read(file).includes("process.env"))).toEqual(["src/config.ts"]);
});
