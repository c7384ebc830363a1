/**
 * Whether the platform answers at all. While it does not, one delivery at a time finds out, and all others are put off
 * without being tried: what waits takes no place from what can be carried out. A delivery that keeps failing while
 * others get through is at fault itself, and its failures are its own.
 */
import { NotYet, StoreUnavailable } from "../ports.ts";

export interface Pulse {
  /** `about`: what is delivered, the same at each try. `isSilence`: the failure may be the platform's as a whole. */
  through<T>(about: string, work: () => Promise<T>, isSilence: (error: unknown) => boolean): Promise<T>;
}

/** Ms until what was put off comes again: the longer nothing answers, the less often it is asked. */
const SOONEST = 4_000;
const LATEST = 20_000;
/** One failure may be that of one conversation. After some in a row the next one is not tried at once. */
const IN_A_ROW = 3;
const PROBE = { soonest: 500, latest: 5_000 };
/** Deliveries in trouble that are remembered; the oldest is forgotten first. */
const MOST = 5_000;

export function makePulse(clock: () => number, random: () => number = Math.random): Pulse {
  /** Since when each of those that failed has been failing. */
  const troubles = new Map<string, number>();
  let answered = Number.NEGATIVE_INFINITY;
  /** Since when nothing has answered. */
  let silent: number | null = null;
  let probing = false;
  let silences = 0;
  let nextProbe = 0;

  function later(): NotYet {
    const lasted = silent === null ? 0 : clock() - silent;
    return new NotYet(Math.min(Math.max(lasted / 4, SOONEST), LATEST) * (0.75 + random() / 2));
  }

  function answers(): void {
    answered = clock();
    silent = null;
    silences = 0;
    nextProbe = 0;
  }

  function isSilent(): void {
    silent ??= clock();
    silences += 1;
    const more = silences - IN_A_ROW;
    if (more >= 0) nextProbe = clock() + Math.min(PROBE.soonest * 2 ** more, PROBE.latest);
  }

  /** Its own fault where something else was answered since it began to fail. */
  function isOwn(about: string): boolean {
    const since = troubles.get(about);
    if (since !== undefined) return answered > since;
    troubles.set(about, clock());
    for (const oldest of troubles.keys()) {
      if (troubles.size <= MOST) break;
      troubles.delete(oldest);
    }
    return false;
  }

  return {
    async through(about, work, isSilence) {
      if (silent !== null && (probing || clock() < nextProbe)) throw later();
      const probes = silent !== null;
      if (probes) probing = true;
      try {
        const done = await work();
        troubles.delete(about);
        answers();
        return done;
      } catch (error) {
        // Put off before anything was asked, or a fault of our own store: that tells nothing.
        if (error instanceof NotYet || error instanceof StoreUnavailable) throw error;
        if (!isSilence(error)) {
          answers();
          throw error;
        }
        const own = isOwn(about);
        isSilent();
        if (own) throw error;
        throw later();
      } finally {
        if (probes) probing = false;
      }
    },
  };
}
