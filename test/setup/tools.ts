/**
 * What the tests need beside Node. A tool that is missing is brought where that is asked for (CI=true, or
 * HITL_TEST_INSTALL=1); otherwise the suites that need it are left out, and the last lines of the run name them.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";

interface Tool {
  /** One of these in the path. */
  commands: string[];
  /** Of Debian and Ubuntu. */
  package: string;
  suites: string[];
}

const TOOLS: Tool[] = [
  {
    commands: ["redis-server"],
    package: "redis-server",
    suites: ["test/**/redis.test.ts", "test/**/redis-*.test.ts", "test/**/*.redis.test.ts"],
  },
  {
    commands: ["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
    suites: ["test/e2e/web/*.test.ts"],
  },
  // Its suite runs all the same, without what is in Python.
  { commands: ["python3"], package: "python3", suites: [] },
];

const IN_CI = process.env.CI === "true";
const MAY_INSTALL = IN_CI || process.env.HITL_TEST_INSTALL === "1";

function has(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether the examples in Python can run; the rest of their suite does without. */
export function hasPython(): boolean {
  return has("python3");
}

const missing = () => TOOLS.filter(({ commands }) => !commands.some(has));

/** How to become whoever may install here; undefined: there is no way. */
function installer(): string[] | undefined {
  if (!MAY_INSTALL || !has("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  return IN_CI && has("sudo") ? ["sudo", "-n"] : undefined;
}

/** Suites that this run goes without. */
export function leftOut(): string[] {
  if (IN_CI || installer() !== undefined) return [];
  return missing().flatMap(({ suites }) => suites);
}

function install(packages: string[], as: string[]): void {
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const [command = "", ...args] = [...as, "apt-get", ...words];
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], timeout: 300_000 });
  }
}

export default function setup(): (() => void) | undefined {
  const absent = missing();
  if (absent.length === 0) return undefined;
  const as = installer();
  const packages = absent.map((tool) => tool.package);
  if (as !== undefined) install(packages, as);
  const still = missing();
  if (still.length === 0) return undefined;
  const bring = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (IN_CI || as !== undefined) throw new Error(`The tests need ${packages.join(" and ")}. Bring it with: ${bring}`);
  return () => {
    for (const { suites, package: name } of still) {
      const left = suites.length === 0 ? "the examples in it" : globSync(suites).sort().join(", ");
      console.log(`Left out, because there is no ${name} here: ${left}`);
    }
    console.log(`To run them as well: ${bring}   (or, as root: HITL_TEST_INSTALL=1 npm test)`);
  };
}
