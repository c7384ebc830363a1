/**
 * The composition root: settings in, a running bot out. The only place, beside the command, that knows every adapter.
 */
import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { join, relative } from "node:path";
import { callbacks } from "../adapters/agents/callbacks/index.ts";
import { crewai } from "../adapters/agents/crewai/index.ts";
import { nodeListener, routes } from "../adapters/agents/http/index.ts";
import { pipeline } from "../adapters/agents/pipeline/index.ts";
import { toolInterrupts } from "../adapters/agents/tool-interrupts/index.ts";
import { makeWebhooks } from "../adapters/agents/webhook/index.ts";
import { inbox } from "../adapters/channels/web/index.ts";
import packageFile from "../package.json" with { type: "json" };
import { makeAccess } from "./access.ts";
import { makeCapabilities } from "./capability.ts";
import { chatsOf } from "./chats.ts";
import { type Chats, openChats } from "./compose/chats.ts";
import { keepRecord } from "./compose/record.ts";
import { openStore } from "./compose/store.ts";
import { readKept } from "./config/secrets.ts";
import { isLoopback, loadSettings, SettingsError } from "./config.ts";
import { Desk } from "./desk.ts";
import { answeringOf, asDoor, shapesOf } from "./doors.ts";
import { makeErrands } from "./errands.ts";
import { Feed } from "./feed.ts";
import { countCommits, countedCallback, timedErrands, timedStore } from "./figures.ts";
import { makeHouse } from "./house.ts";
import { deriveKeys } from "./keys.ts";
import { holdLease, type Lease } from "./lease.ts";
import { type Links, makeLinks, START_TTL } from "./links.ts";
import { type Branch, listenFault, makeListener } from "./listener.ts";
import { type Log, makeLog, secretsOf } from "./log.ts";
import { type MailLink, makeMailLinks } from "./mail-links.ts";
import { makeMetrics, watch } from "./metrics.ts";
import { watchStore } from "./outage.ts";
import { byDoor, makeAnswers } from "./outbound/answers.ts";
import { raisePace } from "./pace.ts";
import { makeDirectory } from "./policy/directory.ts";
import { type Shelf, StoreUnavailable } from "./ports.ts";
import { privateShelf, privateStore } from "./private-store.ts";
import { Relay } from "./relay.ts";
import type { Settings } from "./settings.ts";
import { makeSources } from "./sources.ts";
import { welcome } from "./welcome.ts";

/** One for each protocol that agents speak beside our own. */
const DOORS = [asDoor(callbacks), asDoor(toolInterrupts), asDoor(crewai), asDoor(pipeline)];

export interface Running {
  url: string;
  /** Ways into the inbox. */
  links: Links;
  /** Refuses new work, finishes what is in hand, keeps everything. */
  stop(): Promise<void>;
}

/** What is still being answered when the process has to go; below the 10 s that a container is given. */
const GRACE_MS = 8_000;
/** As long an agent that is being called may still take to answer; otherwise it is called again after the start. */
const CALL_GRACE_MS = 5_000;
/** After a replica was killed another one goes on with its work within this time. */
const LEASE_MS = 10_000;

export async function start(settings: Settings, log: Log): Promise<Running> {
  const keys = deriveKeys(settings.secret);
  const opened = await openStore(settings.store, keys.check);
  if (opened.warning !== undefined) log.warn(opened.warning);
  const state: { ready: boolean } = { ready: false };
  let serve: RequestListener = (_request, response) => response.writeHead(503, { "Retry-After": "1" }).end();
  let chats: Chats | undefined;
  const branches = overHttp(settings) ? [branchOf("/slack/", () => chats?.listener())] : [];
  const listener = makeListener((request, response) => serve(request, response), branches);
  const port = await listener.listen(settings.port, settings.host).catch(async (error: unknown) => {
    await opened.close();
    const why = listenFault(error, settings);
    throw why === undefined ? error : new SettingsError([why]);
  });
  const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}`;
  // Only known now where the system was left to pick the port.
  const baseUrl = settings.port === 0 ? settings.baseUrl.replace(/:0$/, `:${port}`) : settings.baseUrl;

  const metrics = makeMetrics();
  const outage = watchStore(timedStore(privateStore(opened.store, keys.cipher), metrics), opened.shelf, log);
  const { store } = outage;
  const tell =
    (words: string) =>
    (error: unknown, more: object = {}) => {
      if (!outage.isKnown(error)) log.error({ error, ...more }, words);
    };

  const directory = makeDirectory(settings);
  const access = makeAccess(settings, directory);
  const leaving = new AbortController();
  const webhooks = makeWebhooks({
    shelf: privateShelf(opened.shelf, keys.cipher),
    secret: settings.webhookSecret ?? keys.webhooks,
    allow: settings.callbackAllow,
    baseUrl,
    version: packageFile.version,
    stop: leaving.signal,
  });
  const { connections } = settings;
  const protocols = answeringOf(DOORS);
  const { version } = packageFile;
  const byProtocol = makeAnswers({ connections, protocols, opened, version, stop: leaving.signal });
  const callback = countedCallback(byDoor(webhooks, byProtocol), metrics);
  const house = makeHouse({ settings, directory, callbackFault: callback.fault, ...chatsOf(settings) });
  const feed = new Feed(store, tell("the log could not be read; trying again"));
  const counted = countCommits(metrics);
  const desk = new Desk({
    opened: { ...opened, store },
    house,
    directory,
    keys,
    feed,
    baseUrl,
    hostClock: Date.now,
    pace: raisePace(settings.raisesPerMinute, opened.clock, log),
    onCommitted: (writes) => {
      counted(writes);
      relay.wakeFor(writes);
    },
  });
  feed.onRewind(() => log.error("the store has lost the end of its log: what was decided last may be undone"));
  feed.onEntry(({ entry: { type, id, data } }) => {
    if (type === "checkpoint.undeliverable") log.warn({ checkpoint: id, ...data }, "it could not be delivered");
  });
  const links = makeLinks({ shelf: opened.shelf, clock: opened.clock, directory, baseUrl });
  const inside = { opened, store, desk, access, directory, keys, links, feed, baseUrl };
  const started = await openChats({ ...inside, settings, metrics, log });
  chats = started;
  const { channels } = started;
  const failed = tell("an errand failed");
  const relay = new Relay({
    store,
    clock: opened.clock,
    errands: timedErrands(
      makeErrands({ store, shelf: opened.shelf, house, channels, callback, desk, clock: opened.clock }),
      metrics,
      opened.clock,
    ),
    onFault: (error, work) => failed(error, { work: work?.task.key, attempt: work?.attempt }),
    onDone: (work, result) => metrics.relay.inc({ errand: work.task.do, result }),
  });

  const capabilities = makeCapabilities(opened.shelf);
  const app = routes(desk, access, {
    baseUrl,
    doors: { connections, capabilities },
    shapes: shapesOf(DOORS),
    operations: DOORS.flatMap(({ operations }) => operations),
    links,
    version: packageFile.version,
    openMetrics: isLoopback(settings.host) && isLoopback(new URL(baseUrl).hostname),
    ready: async () => {
      const up = await answers(opened.shelf);
      const why = outage.why();
      const store = up && why === null ? "up" : "down";
      const ready = state.ready && store === "up";
      return { ready, store, channels: started.states(), ...(why === null ? {} : { why }) };
    },
    metrics,
    log,
  });
  const { shelf, clock } = opened;
  const mailLink: { mailLink?: MailLink } = {};
  if (started.signIn !== undefined) {
    const report = (error: unknown) => log.warn({ error, channel: "email" }, "a sign-in link could not be sent");
    mailLink.mailLink = makeMailLinks({ shelf, directory, links, send: started.signIn, report });
  }
  app.route(
    "/",
    inbox({ desk, access, directory, links, shelf, clock, key: keys.cookies, ...mailLink, baseUrl, log, metrics }),
  );
  const leases: Lease[] = [];
  const doors = {
    ...{ desk, access, shelf: opened.shelf, clock: opened.clock, log, baseUrl, metrics, connections, capabilities },
    alone: (name: string, work: (signal: AbortSignal) => Promise<void>) => {
      const lost = tell("what one replica does for all failed");
      const onFault = (error: unknown) => lost(error, { work: name });
      leases.push(holdLease({ shelf: opened.shelf, key: `lease:${name}`, ttl: LEASE_MS, onHeld: work, onFault }));
    },
  };
  for (const door of DOORS) door.mount(app, doors);
  serve = nodeListener(app);
  watch(metrics, makeSources({ store, clock: opened.clock, feed }));
  feed.start();
  await feed.ready();
  await started.start();
  relay.start();
  for (const door of DOORS) door.watch(doors);
  const record = keepRecord(settings, log, {
    opened: { ...opened, store },
    feed,
    desk,
    callback,
    key: keys.audit,
    tell,
  });
  state.ready = true;

  return {
    url,
    links,
    async stop() {
      state.ready = false;
      const impatience = setTimeout(() => leaving.abort(), CALL_GRACE_MS);
      const drained = listener.drain(GRACE_MS);
      // Whoever waits is answered with the state as it is, so that draining takes no longer than it must.
      await feed.stop();
      await drained;
      await Promise.all(leases.map((lease) => lease.stop()));
      await relay.stop();
      await started.stop();
      clearTimeout(impatience);
      await record.stop();
      await opened.close();
    },
  };
}

function overHttp({ slack }: Settings): boolean {
  return slack !== undefined && slack.appToken === undefined;
}

function branchOf(prefix: string, listenerOf: () => RequestListener | undefined): Branch {
  return {
    prefix,
    listener: (request, response) => {
      const listener = listenerOf();
      if (listener === undefined) response.writeHead(503, { "Retry-After": "1" }).end();
      else listener(request, response);
    },
  };
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
  // Before anything runs: a stop that comes during the start is a stop, not a kill.
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.resolve(signal));
  const running = await start(settings, log);
  const id = `chk_hello_${randomBytes(3).toString("hex")}`;
  const [agent, admin] = [inShell(settings, "agent"), inShell(settings, "admin")];
  const link = await running.links.issue(settings.admin, { ttl: START_TTL });
  process.stdout.write(
    welcome({ url: running.url, link: link.type === "link" ? link.url : running.url, id, settings, agent, admin }),
  );
  log.info({ signal: await stopped.promise }, "stopping");
  await running.stop();
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof StoreUnavailable)) throw error;
    process.stderr.write(`hitl-bot cannot start:\n${error.message}\n`);
    // Whatever had begun by then is left as if it had been killed, which loses nothing.
    process.exit(1);
  }
}
