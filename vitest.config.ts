import { configDefaults, defineConfig } from "vitest/config";
import { leftOut } from "./test/setup/tools.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...leftOut()],
    globalSetup: ["test/setup/tools.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
