/**
 * The store for several machines: one Redis, as many replicas of the program as wanted. Keyv and its adapter own the
 * connection and the plain side; what must be one step is a script on the same connection.
 */
import KeyvRedis from "@keyv/redis";
import { Keyv } from "keyv";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { outOfReach } from "../../../src/out-of-reach.ts";
import type { Change, Clock, Opened, Operation, Store } from "../../../src/ports.ts";
import { makeCalls } from "./calls.ts";
import { type LocalClock, makeServerClock } from "./clock.ts";
import { answerOf, pack } from "./commit.ts";
import { COMMIT } from "./commit-script.ts";
import { seal, unseal } from "./envelope.ts";
import { NAMESPACE, newsOf, operationKey, recordKey } from "./keys.ts";
import { openLink } from "./link.ts";
import { LIST, list } from "./list.ts";
import { makeLogReader, readLog } from "./log.ts";
import { type Reply, run, type Script } from "./script.ts";
import { addressOf, checkServer } from "./server.ts";
import { createShelf } from "./shelf.ts";
import { createTail } from "./tail.ts";
import { CLAIM, claimOf, FINISH, packClaim, packFinish } from "./work.ts";

export interface RedisOptions {
  /** Passes the time in instead of asking Redis for it: for tests that turn the clock. */
  clock?: Clock;
  /** This machine's clock, between two answers of Redis. */
  local?: LocalClock;
  /** Ms that Redis may be unreachable at the start. */
  patience?: number;
}

/** Without any call for so long the server's time is asked for, lest the two clocks drift apart. */
const REFRESH_MS = 5_000;

export async function openRedis(
  url: string,
  { clock, local = () => performance.now(), patience = 3_000 }: RedisOptions = {},
): Promise<Opened> {
  const address = addressOf(url);
  let adapter: KeyvRedis<string> | undefined;
  const link = openLink(address.url, {
    onClient(client) {
      if (adapter !== undefined) adapter.client = client;
    },
  });
  adapter = new KeyvRedis<string>(link.client, {
    namespace: NAMESPACE,
    throwOnErrors: true,
    throwOnConnectError: true,
  });
  // Faults are the answers of calls; an adapter that nobody listens to would throw them at the process.
  adapter.on("error", () => {});
  const keyv = new Keyv(adapter, {
    namespace: NAMESPACE,
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
    serialize: ({ value }) => seal(value),
    deserialize: <Value>(text: string) => unseal(text) as { value: Value },
  });
  let warning: string | undefined;
  try {
    warning = await checkServer(link, address, patience);
  } catch (error) {
    link.close();
    throw error;
  }

  const calls = makeCalls(link);
  const server = makeServerClock(local);
  const given = () => (clock === undefined ? "" : String(clock()));

  function runTimed(client: typeof link.client, what: Script, args: string[]): Promise<Reply[]> {
    const sent = local();
    return run(client, what, [given(), ...args]).then((answer) => {
      server.learn(Number(answer[0]), sent, local());
      return answer;
    });
  }
  const askScript = (what: Script, args: string[]) => calls.ask((client) => runTimed(client, what, args));
  const askTime = () =>
    calls.ask(async (client) => {
      const sent = local();
      const [seconds, micros] = await client.sendCommand<[string, string]>(["TIME"]);
      server.learn(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000), sent, local());
    });

  const reader = makeLogReader((send) => calls.ask(send), askScript);
  const news = newsOf(address.database);
  const tail = createTail(address.url, news, reader.head);
  const refresh = setInterval(() => {
    if (local() - server.heard >= REFRESH_MS) askTime().catch(() => {});
  }, REFRESH_MS);
  refresh.unref();
  await askTime();

  const store: Store = {
    async commit(change) {
      const { mark, args } = pack(change, news);
      const isStale = () => change.epoch !== undefined && change.epoch !== link.epoch;
      const send = async (client: typeof link.client) =>
        isStale() ? staleAnswer(change) : runTimed(client, COMMIT, args);
      return answerOf(await calls.ask(send), mark);
    },
    async read(id, operation) {
      const keys = [recordKey(id), ...(operation === undefined ? [] : [operationKey(operation)])];
      // One command, so that both are of one moment.
      const [record, replay] = await calls.ask(() => keyv.getMany(keys));
      return record === undefined
        ? undefined
        : { record: record as Checkpoint, replay: (replay as Operation | undefined) ?? null };
    },
    list: (query) => list((args) => askScript(LIST, args), query),
    log: (query, signal) => readLog(reader, tail, query, signal),
    async due(limit, lease, only) {
      // What came too late for anybody to work on is given back, instead of waiting out its lease.
      return calls.askOnce(
        async (client) => claimOf(await runTimed(client, CLAIM, packClaim(limit, lease, only))),
        ({ work }) => {
          for (const each of work) store.done(each, { type: "again", at: each.due }).catch(() => {});
        },
      );
    },
    async done(work, result) {
      const args = packFinish(work, result);
      return calls.ask(async (client, repeat) => {
        const [, mine] = await runTimed(client, FINISH, args);
        // "Not mine" after an attempt that may have been carried out could be my own doing.
        if (repeat && mine !== 1) throw outOfReach("whether it was recorded is not known");
        return mine === 1;
      });
    },
  };

  return {
    store,
    shelf: createShelf({ keyv, adapter, calls, ask: askScript }),
    clock: clock ?? server.now,
    epoch: () => link.epoch,
    ...(warning !== undefined && { warning }),
    async close() {
      clearInterval(refresh);
      tail.close();
      await calls.close();
      link.close();
    },
  };
}

/** As of a script that found another revision: what the change was made from may have been lost since. */
function staleAnswer({ writes: [write] }: Change): Reply[] {
  return [0, "conflict", write?.record.id ?? "", "revision"];
}
