/**
 * What happens, told to whoever may see it, as it happens: each follower pulls at its own pace from the log, which the
 * feed reads and recent.ts keeps for all of them. Nothing is queued for anybody, so a follower that stops pulling
 * costs nothing, and whoever names the last `seq` they saw goes on behind it without a gap, at any replica.
 */
import { type Caller, mayRead } from "./access.ts";
import { Breath } from "./breath.ts";
import { type Refusal, refuse } from "./card.ts";
import type { Checkpoint, KindName } from "./checkpoint.ts";
import type { Feed } from "./feed.ts";
import { firstAfter } from "./head.ts";
import { sessionOf } from "./policy/sight.ts";
import type { Store } from "./ports.ts";
import { type Happening, Recent } from "./recent.ts";

export type { Happening } from "./recent.ts";

/** Nothing for this follower for a while; everything up to `seq` has been looked at. */
export interface Quiet {
  type: "quiet";
  seq: number;
}

export interface Watched {
  kind?: KindName;
  agent?: string;
  session?: string;
}

export interface FollowRequest extends Watched {
  /** The last `seq` seen; 0: from the beginning; `head`: what happens from now on. */
  after: number | "head";
  /** Ms without an event after which a follower hears at least that it is quiet. */
  quiet: number;
}

export interface Followed {
  type: "followed";
  /** Where it begins. */
  seq: number;
  /** Ends when `signal` aborts or the bot stops; throws when the store fails. */
  events: AsyncIterable<Happening | Quiet>;
  /** Aborts when the bot stops. */
  stopping: AbortSignal;
}

export class Stream {
  readonly #store: Pick<Store, "log" | "read">;
  readonly #feed: Feed;
  readonly #recent: Recent;
  readonly #breath = new Breath();

  constructor(store: Pick<Store, "log" | "read">, feed: Feed) {
    this.#store = store;
    this.#feed = feed;
    this.#recent = new Recent(store);
    feed.onEntry((logged) => this.#recent.add(logged));
    feed.onRewind(() => this.#recent.clear());
  }

  async follow(
    caller: Caller,
    { after, quiet, ...watched }: FollowRequest,
    signal: AbortSignal,
  ): Promise<Followed | Refusal> {
    await this.#feed.ready();
    if (after !== "head" && (await this.#isBeyond(after)))
      return refuse(
        "invalid_request",
        `There is no event ${after} here yet, so nothing can be resumed behind it: begin anew without it, and list what is there.`,
      );
    const seq = after === "head" ? this.#feed.head : after;
    const events = this.#events(caller, watched, seq, quiet, signal);
    return { type: "followed", seq, events, stopping: this.#feed.stopping };
  }

  async *#events(
    caller: Caller,
    watched: Watched,
    after: number,
    quiet: number,
    signal: AbortSignal,
  ): AsyncGenerator<Happening | Quiet, void> {
    const { stopping } = this.#feed;
    const alarm = new Alarm(quiet);
    const forget = this.#feed.onNews(alarm.ring);
    const leave = () => {
      forget();
      alarm.stop();
    };
    signal.addEventListener("abort", leave, { once: true });
    let seq = after;
    const { rewinds } = this.#feed;
    try {
      // Whoever follows has seen what the store has lost since: it comes back, and is told to begin anew.
      while (!signal.aborted && !stopping.aborted && this.#feed.rewinds === rewinds) {
        if (alarm.isDue) yield { type: "quiet", seq };
        else if (seq >= this.#feed.head) {
          await alarm.rung();
          continue;
        } else {
          if (this.#breath.isShort) await this.#breath.take();
          const line = this.#recent.line(seq) ?? (await this.#recent.lineAfter(seq));
          const happening = await this.#recent.happening(line);
          seq = line.seq;
          if (happening === null || !isWatched(happening.checkpoint, watched)) continue;
          if (!mayRead(caller, happening.checkpoint)) continue;
          yield happening;
        }
        alarm.set();
      }
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
    }
  }

  /** Ids of another store, or of this one before it lost something, would silently skip what is to come. */
  async #isBeyond(seq: number): Promise<boolean> {
    return seq > this.#feed.head && (await firstAfter(this.#store, seq - 1)) === undefined;
  }
}

/** Wakes one follower, over and over, for news or because it was quiet for long; made once, as it rings often. */
class Alarm {
  readonly #timer: NodeJS.Timeout;
  #wake: (() => void) | undefined;
  #isDue = false;

  constructor(quiet: number) {
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.ring();
    }, quiet);
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  readonly ring = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };

  /** Nothing may be awaited between looking for news and this. */
  rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** From now on. */
  set(): void {
    this.#isDue = false;
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.ring();
  }
}

function isWatched(checkpoint: Checkpoint, watched: Watched): boolean {
  const { kind, source } = checkpoint;
  return (
    (watched.kind === undefined || watched.kind === kind) &&
    (watched.agent === undefined || watched.agent === source.agent) &&
    (watched.session === undefined || watched.session === sessionOf(checkpoint))
  );
}
