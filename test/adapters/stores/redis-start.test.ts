/** What a Redis must be like to hold checkpoints; everything else is refused at the start with what to do about it. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createClient } from "@keyv/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRedis } from "../../../adapters/stores/redis/index.ts";
import { SettingsError } from "../../../src/config.ts";
import { raise } from "../../contract/changes.ts";
import { freePort, type RedisPeer, startRedis } from "../../peers/redis.ts";

const PASSWORD = "canary-8c1f-secret";

let redis: RedisPeer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.end());

/** Every refusal of this file. */
const told = new Set<string>();

async function refusal(url: string, patience = 500): Promise<string> {
  const error = await openRedis(url, { patience }).then(
    async (opened) => {
      await opened.close();
      return new Error("it was opened");
    },
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingsError);
  const { message } = error as Error;
  expect(message).toMatch(/^HITL_STORE: .*\.$/s);
  expect(message).not.toContain(PASSWORD);
  told.add(message);
  return message;
}

async function admin<T>(use: (client: ReturnType<typeof createClient>) => Promise<T>): Promise<T> {
  const client = createClient({ url: redis.url() });
  await client.connect();
  try {
    return await use(client as ReturnType<typeof createClient>);
  } finally {
    client.destroy();
  }
}

/** Runs with settings of the server changed, and puts them back. */
async function withConfig(settings: Record<string, string>, use: () => Promise<void>): Promise<void> {
  const former: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    former[name] = (await admin((client) => client.configGet(name)))[name] ?? "";
    await admin((client) => client.configSet(name, value));
  }
  try {
    await use();
  } finally {
    for (const [name, value] of Object.entries(former)) await admin((client) => client.configSet(name, value));
  }
}

async function withUser(rules: string, use: (url: string) => Promise<void>): Promise<void> {
  await admin((client) => client.sendCommand(["ACL", "SETUSER", "bot", "on", `>${PASSWORD}`, ...rules.split(" ")]));
  try {
    await use(`redis://bot:${PASSWORD}@127.0.0.1:${redis.port}/7`);
  } finally {
    await admin((client) => client.sendCommand(["ACL", "DELUSER", "bot"]));
  }
}

describe("a Redis that may throw data away is refused", () => {
  it("when it evicts", async () => {
    await withConfig({ "maxmemory-policy": "allkeys-lru" }, async () => {
      expect(await refusal(redis.url())).toMatch(
        /throws data away when its memory is full \(maxmemory-policy is allkeys-lru\).*Set `maxmemory-policy noeviction`/,
      );
    });
  });

  it("when it does not log what it is told, unless that is accepted", async () => {
    await withConfig({ appendonly: "no" }, async () => {
      expect(await refusal(redis.url())).toMatch(/appendonly is no.*Set `appendonly yes`, or add \?durability=none/);
      const opened = await openRedis(`${redis.fresh()}?durability=none`);
      expect(await opened.store.commit(raise("chk_0000000001"))).toMatchObject({ type: "committed" });
      await opened.close();
    });
  });

  it("when it leaves it to the machine when its log is written", async () => {
    await withConfig({ appendfsync: "no" }, async () => {
      expect(await refusal(redis.url())).toMatch(/appendfsync is no.*Set `appendfsync always`/);
      const opened = await openRedis(`${redis.fresh()}?durability=none`);
      await opened.close();
    });
  });

  it("when it is a replica", async () => {
    await admin((client) => client.sendCommand(["REPLICAOF", "127.0.0.1", "1"]));
    try {
      expect(await refusal(redis.url())).toMatch(/is a replica.*Name the primary/);
    } finally {
      await admin((client) => client.sendCommand(["REPLICAOF", "NO", "ONE"]));
    }
  });

  it("when it belongs to a cluster", async () => {
    const cluster = await startRedis("--cluster-enabled", "yes", "--databases", "1");
    expect(await refusal(cluster.url())).toMatch(/belongs to a cluster.*Name a Redis that stands alone/);
    await cluster.end();
  });
});

describe("a Redis that writes its log by the second", () => {
  it("is used, and the operator is told how much may be lost", async () => {
    await withConfig({ appendfsync: "everysec" }, async () => {
      const opened = await openRedis(redis.fresh());
      expect(opened.warning).toMatch(/appendfsync everysec: .* up to 2 s of decisions .*Set `appendfsync always`/);
      await opened.close();
    });
    const opened = await openRedis(redis.fresh());
    expect(opened.warning).toBeUndefined();
    await opened.close();
  });
});

describe("who is not let in is told why", () => {
  it("without a password where one is wanted", async () => {
    const locked = await startRedis("--requirepass", PASSWORD);
    expect(await refusal(locked.url())).toMatch(/wants a password.*redis:\/\/:PASSWORD@HOST/);
    const opened = await openRedis(`redis://:${PASSWORD}@127.0.0.1:${locked.port}/6`);
    expect(await opened.shelf.add("key", "value")).toBe(true);
    await opened.close();
    await locked.end();
  });

  it("with a wrong password", async () => {
    await withUser("~* &* +@all", async () => {
      expect(await refusal(`redis://bot:${PASSWORD}x@127.0.0.1:${redis.port}`)).toMatch(
        /does not accept this user name and password.*Check both/,
      );
    });
  });

  it("with a password where none is set", async () => {
    expect(await refusal(`redis://:${PASSWORD}@127.0.0.1:${redis.port}`)).toMatch(
      /has no password set, but the address names one\. Leave it out, or set one there/,
    );
  });
});

describe("a Redis whose settings may not be asked for", () => {
  it("is judged by INFO alone, as managed ones have it", async () => {
    await withUser("~* &* +@all -config", async (url) => {
      const opened = await openRedis(url);
      await opened.close();
      await withConfig({ "maxmemory-policy": "volatile-ttl" }, async () => {
        expect(await refusal(url)).toMatch(/maxmemory-policy is volatile-ttl/);
      });
    });
  });

  it("is judged by CONFIG alone", async () => {
    await withUser("~* &* +@all -info", async (url) => {
      const opened = await openRedis(url);
      await opened.close();
      await withConfig({ appendonly: "no" }, async () => {
        expect(await refusal(url)).toMatch(/appendonly is no/);
      });
    });
  });

  it("wants somebody to confirm them where neither is allowed", async () => {
    await withUser("~* &* +@all -info -config", async (url) => {
      expect(await refusal(url)).toMatch(
        /may ask .* neither INFO nor CONFIG\. Make sure that its maxmemory-policy is noeviction, its appendonly yes and its appendfsync always, and add \?settings=confirmed/,
      );
      const opened = await openRedis(`${url}?settings=confirmed`);
      await opened.close();
    });
  });

  it("works for a user that may touch nothing but the keys and channels of this program", async () => {
    const may = "+@read +@write +@scripting +@pubsub +@connection +time +info +config|get";
    await withUser(`~hitl:* &hitl:* -@all ${may}`, async (url) => {
      const opened = await openRedis(url);
      const control = new AbortController();
      const heard = opened.store.log({ after: 0, follow: true }, control.signal)[Symbol.asyncIterator]().next();
      expect(await opened.store.commit(raise("chk_0000000001", { look: 1 }))).toMatchObject({ type: "committed" });
      expect((await opened.store.due(1, 1)).work).toHaveLength(1);
      expect(await heard).toMatchObject({ value: { seq: 1 } });
      expect(await opened.shelf.take("nothing")).toBeUndefined();
      await opened.close();
    });
  });
});

describe("what cannot be reached is refused in time", () => {
  it("when nobody listens there", async () => {
    const began = performance.now();
    expect(await refusal(`redis://127.0.0.1:${await freePort()}`)).toMatch(
      /cannot be reached \(connect ECONNREFUSED.*\)\. Check the address, and that Redis runs/,
    );
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it("when somebody else listens there", async () => {
    const other = createServer((socket) => socket.end("220 mail.example.com ESMTP\r\n")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" ? address?.port : 0;
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatch(/cannot be reached/);
    other.close();
  });

  it("when it is frozen", async () => {
    redis.freeze();
    const began = performance.now();
    expect(await refusal(redis.url())).toMatch(/it accepts connections but does not answer/);
    expect(performance.now() - began).toBeLessThan(3_000);
    redis.resume();
  });

  it("waits a moment for a Redis that is just being started", async () => {
    const late = await startRedis();
    await late.stop();
    const opening = openRedis(late.url(), { patience: 5_000 });
    await late.start();
    const opened = await opening;
    await opened.close();
    await late.end();
  });
});

describe("an address", () => {
  it.each([
    ["?durability=some", 'unknown part "durability=some"'],
    ["?tls=true", 'unknown part "tls=true"'],
    ["/hitl", "the path of its address is the number of a database"],
    ["/5000", "has no database of that number"],
  ])("that says %s is refused", async (rest, words) => {
    const base = `redis://127.0.0.1:${redis.port}`;
    expect(await refusal(base + rest)).toContain(words);
  });
});

it("an old Redis is refused by its version", async () => {
  // Stands for a server that cannot be had here any more: it answers what an old one answers.
  const info = "redis_version:5.0.14\r\nrole:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n";
  const old = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const words of chunk.toString().split(/(?=\*\d+\r\n)/)) {
        if (words.includes("\r\nINFO\r\n")) socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (words.includes("\r\nGET\r\n")) socket.write("$-1\r\n");
        else socket.write("+OK\r\n");
      }
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => old.once("listening", resolve));
  const address = old.address();
  const port = typeof address === "object" ? address?.port : 0;
  expect(await refusal(`redis://127.0.0.1:${port}`)).toMatch(
    /is Redis 5\.0\.14, and 6\.2 is the oldest that will do\. Update it/,
  );
  old.close();
});

it("each refusal stands in the documentation, and nothing that is never said", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/redis.md"), "utf8");
  const rows = [...page.matchAll(/^\| (?!it says|---)(.*?) \| .* \|$/gm)].map(([, words = ""]) => words);
  expect(rows).toHaveLength(14);
  expect(rows.filter((words) => ![...told].some((sentence) => sentence.includes(words)))).toEqual([]);
  expect([...told].filter((sentence) => !rows.some((words) => sentence.includes(words)))).toEqual([]);
});
