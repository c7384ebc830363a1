import { configDefaults, defineConfig } from "vitest/config";
import { tempFolder } from "./test/setup/disk.ts";
import { leftOut } from "./test/setup/tools.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...leftOut()],
    env: tempFolder(),
    globalSetup: ["test/setup/scopes.ts", "test/setup/tools.ts"],
    // Many wait for processes and browsers of their own; two at a time would leave two cores half idle.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
