/**
 * How many calls may be in hand, so that an endpoint that hangs holds up neither the others nor the relay, which also
 * does what is due. An endpoint that gave no answer is called by one at a time until it does. Whoever finds no place
 * is told so at once, or after a short wait in line, and comes again later.
 */

export interface Limits {
  /** Under way to one endpoint, and in line for it. */
  running: number;
  waiting: number;
  /** The same over all endpoints: together below the relay's 64. */
  runningInAll: number;
  waitingInAll: number;
  /** Ms in line; with the time-out of the call itself below the relay's lease of 30 s. */
  patience: number;
}

const LIMITS: Limits = { running: 4, waiting: 12, runningInAll: 40, waitingInAll: 16, patience: 10_000 };

/** Of as many endpoints it is remembered that they gave no answer. */
const REMEMBERED = 1_000;

/** Gives the place back, and says whether the endpoint answered. */
export type Leave = (answered: boolean) => void;

export type Entrance = { type: "place"; leave: Leave } | { type: "full"; ailing: boolean };

interface Line {
  running: number;
  queue: (() => void)[];
}

export function makeGate(limits: Limits = LIMITS) {
  const lines = new Map<string, Line>();
  const ailing = new Set<string>();
  const all = { running: 0, waiting: 0 };

  function note(endpoint: string, answered: boolean): void {
    ailing.delete(endpoint);
    if (answered) return;
    ailing.add(endpoint);
    const [oldest] = ailing;
    if (ailing.size > REMEMBERED && oldest !== undefined) ailing.delete(oldest);
  }

  function place(endpoint: string, line: Line): Entrance {
    const leave: Leave = (answered) => {
      note(endpoint, answered);
      const next = line.queue.shift();
      // The place is handed on; nobody who comes in between takes it.
      if (next !== undefined) return next();
      all.running -= 1;
      line.running -= 1;
      if (line.running === 0) lines.delete(endpoint);
    };
    return { type: "place", leave };
  }

  return async function enter(endpoint: string): Promise<Entrance> {
    const line = lines.get(endpoint) ?? { running: 0, queue: [] };
    const full: Entrance = { type: "full", ailing: ailing.has(endpoint) };
    if (line.running < (full.ailing ? 1 : limits.running)) {
      if (all.running >= limits.runningInAll) return full;
      all.running += 1;
      line.running += 1;
      lines.set(endpoint, line);
      return place(endpoint, line);
    }
    if (full.ailing || line.queue.length >= limits.waiting || all.waiting >= limits.waitingInAll) return full;
    all.waiting += 1;
    return new Promise((resolve) => {
      const mine = () => {
        clearTimeout(timer);
        all.waiting -= 1;
        resolve(place(endpoint, line));
      };
      const timer = setTimeout(() => {
        line.queue.splice(line.queue.indexOf(mine), 1);
        all.waiting -= 1;
        resolve(full);
      }, limits.patience);
      line.queue.push(mine);
    });
  };
}
