/**
 * The composition root: settings in, a running bot out. The only place, beside the command, that knows every adapter.
 */
import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { join, relative } from "node:path";
import { nodeListener, routes } from "../adapters/agents/http/index.ts";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { openSqlite } from "../adapters/stores/sqlite/index.ts";
import packageFile from "../package.json" with { type: "json" };
import { makeAccess } from "./access.ts";
import { readKept } from "./config/secrets.ts";
import { isLoopback, loadSettings, SettingsError } from "./config.ts";
import { Desk } from "./desk.ts";
import { makeErrands } from "./errands.ts";
import { Feed } from "./feed.ts";
import { countCommits, timedStore } from "./figures.ts";
import { makeHouse } from "./house.ts";
import { deriveKeys } from "./keys.ts";
import { makeListener } from "./listener.ts";
import { type Log, makeLog, secretsOf } from "./log.ts";
import { makeMetrics } from "./metrics.ts";
import { makeDirectory } from "./policy/directory.ts";
import type { Opened, Shelf } from "./ports.ts";
import { Relay } from "./relay.ts";
import type { Settings } from "./settings.ts";
import { welcome } from "./welcome.ts";

export interface Running {
  url: string;
  /** Refuses new work, finishes what is in hand, keeps everything. */
  stop(): Promise<void>;
}

/** What is still being answered when the process has to go; below the 10 s that a container is given. */
const GRACE_MS = 8_000;

export async function start(settings: Settings, log: Log): Promise<Running> {
  const state = { ready: false };
  let serve: RequestListener = (_request, response) => response.writeHead(503, { "Retry-After": "1" }).end();
  const listener = makeListener((request, response) => serve(request, response));
  const port = await listener.listen(settings.port, settings.host);
  const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`;
  // Only known now where the system was left to pick the port.
  const baseUrl = settings.port === 0 ? settings.baseUrl.replace(/:0$/, `:${port}`) : settings.baseUrl;

  const metrics = makeMetrics();
  const opened = openStore(settings);
  const store = timedStore(opened.store, metrics);
  const keys = deriveKeys(settings.secret);
  await checkSecret(opened.shelf, keys.check);

  const directory = makeDirectory(settings);
  const access = makeAccess(settings, directory);
  const house = makeHouse({ settings, directory });
  const fault = (error: unknown) => log.error({ error }, "the store failed; trying again");
  const feed = new Feed(store, fault);
  const counted = countCommits(metrics);
  const desk = new Desk({
    opened: { store, clock: opened.clock },
    house,
    directory,
    keys,
    feed,
    baseUrl,
    hostClock: Date.now,
    onCommitted: (writes) => {
      counted(writes);
      if (writes.some((write) => write.outbox.length > 0 || write.look !== null)) relay.wake();
    },
  });
  const relay = new Relay({
    store,
    clock: opened.clock,
    errands: makeErrands({ store, house, channels: new Map(), callback: null, desk, clock: opened.clock }),
    onFault: (error, work) => log.error({ error, work: work?.task.key, attempt: work?.attempt }, "an errand failed"),
    onDone: (work, result) => metrics.relay.inc({ errand: work.task.do, result }),
  });

  const app = routes(desk, access, {
    baseUrl,
    version: packageFile.version,
    openMetrics: isLoopback(settings.host) && isLoopback(new URL(baseUrl).hostname),
    ready: async () => {
      const up = await answers(opened.shelf);
      return { ready: state.ready && up, store: up ? "up" : "down", channels: {} };
    },
    metrics,
    log,
  });
  serve = nodeListener(app);
  feed.start();
  relay.start();
  state.ready = true;

  return {
    url,
    async stop() {
      state.ready = false;
      const drained = listener.drain(GRACE_MS);
      // Whoever waits is answered with the state as it is, so that draining takes no longer than it must.
      await feed.stop();
      await drained;
      await relay.stop();
      await opened.close();
    },
  };
}

function openStore({ store }: Settings): Opened {
  if (store.type === "sqlite") return openSqlite(store.path);
  if (store.type === "memory") return openMemory();
  throw new SettingsError(["HITL_STORE: this version keeps checkpoints in sqlite:PATH only; Redis is not there yet."]);
}

/** Replicas that sign with different secrets would take each other's buttons, cookies and records for forgeries. */
async function checkSecret(shelf: Shelf, check: string): Promise<void> {
  if ((await shelf.add("secret-check", check)) || (await shelf.get("secret-check")) === check) return;
  throw new SettingsError([
    "HITL_SECRET is not the one that this store was made with: set the former one (it lies in HITL_DATA/secret, where it was generated), or name another HITL_STORE.",
  ]);
}

async function answers(shelf: Shelf): Promise<boolean> {
  return shelf.get("secret-check").then(
    (found) => found !== undefined,
    () => false,
  );
}

/** A token's place for a command line, so that the token itself is printed nowhere. */
function inShell({ data, tokens }: Settings, name: "agent" | "admin"): string {
  const file = `${name}-token` as const;
  if (!tokens.some((each) => each.name === name && each.token === readKept(data, file)))
    return `$HITL_${name.toUpperCase()}_TOKEN`;
  const near = relative(process.cwd(), data);
  return `$(cat ${join(near.startsWith("..") ? data : near, file)})`;
}

async function main(): Promise<void> {
  const settings = loadSettings();
  const log = makeLog("info", secretsOf(settings), process.stderr);
  const running = await start(settings, log);
  const id = `chk_hello_${randomBytes(3).toString("hex")}`;
  const [agent, admin] = [inShell(settings, "agent"), inShell(settings, "admin")];
  process.stdout.write(welcome({ url: running.url, id, settings, agent, admin }));
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.resolve(signal));
  log.info({ signal: await stopped.promise }, "stopping");
  await running.stop();
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`hitl-bot cannot start:\n${error.message}\n`);
    process.exitCode = 1;
  }
}
