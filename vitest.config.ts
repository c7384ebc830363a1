import { configDefaults, defineConfig } from "vitest/config";
import { leftOut } from "./test/setup/tools.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...leftOut()],
    globalSetup: ["test/setup/scopes.ts", "test/setup/tools.ts"],
    // Many wait for processes and browsers of their own; one at a time leaves a core of two idle.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
