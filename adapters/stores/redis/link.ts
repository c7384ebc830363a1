/**
 * One connection to Redis that fails fast and mends itself: nothing is queued while it is down, and a connection on
 * which the other side has fallen silent is given up for a new one.
 */
import { createClient } from "@keyv/redis";

export type Client = ReturnType<typeof makeClient>;

export interface Link {
  readonly client: Client;
  /** Whether commands can be sent, now or within `ms`. */
  ready(ms: number): Promise<boolean>;
  /** When it went down, on performance.now(); null while it is up. */
  readonly downSince: number | null;
  /** How often commands could be sent anew. */
  readonly epoch: number;
  /** Why it is down. */
  readonly fault: Error | undefined;
  /** Gives the connection up for a new one. */
  renew(): void;
  close(): void;
}

export interface Ears {
  /** A client takes the place of the former one. */
  onClient?(client: Client): void;
  /** Commands can be sent, for the first time or again. */
  onReady?(): void;
}

const CONNECT_MS = 2_000;
/** How long a server may take to greet back; a frozen one accepts connections and then says nothing. */
const GREETING_MS = 2_000;
const LONGEST_PAUSE_MS = 500;

function makeClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries) => Math.min(25 * 2 ** Math.min(retries, 6), LONGEST_PAUSE_MS),
    },
  });
}

export function openLink(url: string, { onClient, onReady }: Ears = {}): Link {
  const waiting = new Set<(up: boolean) => void>();
  let client: Client;
  let greeting: NodeJS.Timeout | undefined;
  let downSince: number | null = performance.now();
  let fault: Error | undefined;
  let closed = false;
  let epoch = 0;

  function settle(up: boolean): void {
    for (const each of [...waiting]) each(up);
  }

  function connect(): void {
    const made = makeClient(url);
    client = made;
    // Also what comes from a client that was given up: without a listener it would end the process.
    made.on("error", (error: Error) => {
      if (client !== made) return;
      clearTimeout(greeting);
      downSince ??= performance.now();
      fault = error;
    });
    made.on("connect", () => {
      clearTimeout(greeting);
      if (client === made) greeting = setTimeout(renew, GREETING_MS).unref();
    });
    made.on("ready", () => {
      if (client !== made) return;
      clearTimeout(greeting);
      downSince = null;
      epoch += 1;
      onReady?.();
      settle(true);
    });
    onClient?.(made);
    // It goes on trying by itself; its faults are the `error` events.
    made.connect().catch(() => {});
  }

  function giveUp(): void {
    clearTimeout(greeting);
    downSince ??= performance.now();
    if (client.isOpen) client.destroy();
  }

  function renew(): void {
    if (closed) return;
    giveUp();
    connect();
  }

  connect();
  return {
    get client() {
      return client;
    },
    get epoch() {
      return epoch;
    },
    get downSince() {
      return downSince;
    },
    get fault() {
      return fault;
    },
    async ready(ms) {
      if (client.isReady) return true;
      if (closed || ms <= 0) return false;
      return new Promise((resolve) => {
        const done = (up: boolean) => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve(up);
        };
        const timer = setTimeout(done, ms, false);
        waiting.add(done);
      });
    },
    renew,
    close() {
      closed = true;
      giveUp();
      settle(false);
    },
  };
}
