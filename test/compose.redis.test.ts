/** The Redis that compose.yml starts is one that the bot accepts, and the bot is told all that it needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { openRedis } from "../adapters/stores/redis/index.ts";
import { readEnvironment } from "../src/config/environment.ts";
import { startRedis } from "./peers/redis.ts";

const { services } = parse(readFileSync(join(import.meta.dirname, "../compose.yml"), "utf8"));

test("its Redis may hold checkpoints", async () => {
  const [command, ...args] = String(services.redis.command).split(" ");
  expect(command).toBe("redis-server");
  const redis = await startRedis("--appendonly", "no", "--maxmemory-policy", "allkeys-lru", ...args);
  const opened = await openRedis(redis.url());
  await opened.close();
  await redis.end();
});

test("its bot has settings that are taken", () => {
  const values: Record<string, string> = {
    HITL_SECRET: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I",
    HITL_AGENT_TOKEN: "hitl_agent_0123456789",
    HITL_ADMIN_TOKEN: "hitl_admin_0123456789",
  };
  const environment = Object.fromEntries(
    Object.entries<string>(services.bot.environment).map(([name, value]) => [
      name,
      value.replace(
        /\$\{(\w+):[?-]([^}]*)\}/,
        (_, variable: string, otherwise: string) => values[variable] ?? otherwise,
      ),
    ]),
  );
  const faults: string[] = [];
  const read = readEnvironment(environment, "/app", (fault) => faults.push(fault));
  expect(faults).toEqual([]);
  expect(read.store).toEqual({ type: "redis", url: "redis://redis:6379" });
  expect(read.baseUrl).toBe("http://127.0.0.1:8787");
  expect(services.bot.depends_on.redis.condition).toBe("service_healthy");
});
