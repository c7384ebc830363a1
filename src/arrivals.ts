/**
 * Lets new connections in before requests are served. The system hands over one new connection in each turn of the
 * event loop (libuv, since 1.45), and under load a turn takes as long as serving everybody who asked meanwhile: whoever
 * stood at the door would wait for seconds while those inside are served over and over.
 */
export interface Arrivals {
  /** A connection has come in. */
  came(): void;
  /** Does the work at once, or when those at the door are in. */
  serve(work: () => void): void;
}

/** Ms that requests wait for arrivals, and then at least the same for the requests. */
const DOOR_MS = 25;

export function makeArrivals(): Arrivals {
  const held: (() => void)[] = [];
  let isHolding = false;
  let cameNow = false;
  let began = 0;
  let restUntil = 0;

  function look(): void {
    const now = performance.now();
    if (cameNow && now - began < DOOR_MS) {
      cameNow = false;
      setImmediate(look);
      return;
    }
    isHolding = false;
    restUntil = now + DOOR_MS;
    for (const work of held.splice(0)) work();
  }

  return {
    came() {
      cameNow = true;
      if (isHolding || performance.now() < restUntil) return;
      isHolding = true;
      began = performance.now();
      setImmediate(look);
    },
    serve(work) {
      if (isHolding) held.push(work);
      else work();
    },
  };
}
