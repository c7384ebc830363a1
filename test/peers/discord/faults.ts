/** Faults that a test arms: each takes hold of the next requests, or dispatches, that match it, and is used up. */

export type Fault = RestFault | DispatchFault;

export interface RestFault {
  on: "rest";
  /** `POST /channels/:channel/messages`, with `*` for any method or path. */
  route: string;
  times: number;
  effect: Effect;
}

export type Effect =
  | { type: "status"; status: number; body?: unknown; headers?: Record<string, string> }
  /** Refused before anything happened; `shared` and `global` as in X-RateLimit-Scope. */
  | { type: "limited"; seconds: number; scope: "user" | "shared" | "global" }
  /** The connection is cut, before the request was carried out or after. */
  | { type: "cut"; after: boolean }
  /** Carried out, and answered so much later, or never (Infinity). */
  | { type: "slow"; ms: number }
  /** Carried out, and answered with this instead. */
  | { type: "lost"; status: number };

export interface DispatchFault {
  on: "dispatch";
  /** The event's name; `*`: any. */
  event: string;
  times: number;
  copies: number;
  ms: number;
}

/** Takes the first fault for this request from the list. */
export function restFault(faults: Fault[], method: string, route: string): Effect | undefined {
  const fault = faults.find((each): each is RestFault => each.on === "rest" && matches(each.route, method, route));
  if (fault !== undefined) use(faults, fault);
  return fault?.effect;
}

export function dispatchFault(faults: Fault[], event: string): DispatchFault | undefined {
  const fault = faults.find(
    (each): each is DispatchFault => each.on === "dispatch" && (each.event === "*" || each.event === event),
  );
  if (fault !== undefined) use(faults, fault);
  return fault;
}

function use(faults: Fault[], fault: Fault): void {
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
}

function matches(pattern: string, method: string, route: string): boolean {
  const [wantedMethod, wantedRoute = "*"] = pattern.split(" ");
  return (wantedMethod === "*" || wantedMethod === method) && (wantedRoute === "*" || wantedRoute === route);
}

/** The words for arming them. */
export interface Faults {
  /** The next `times` requests of the route answer this status, and nothing happens. */
  fails(route: string, status: number, times?: number): void;
  /** Refused with an error of the API, as `50013`. */
  refuses(route: string, code: number, message: string, status: number, times?: number): void;
  /** 429 with Retry-After; the scope `global` stops every route. */
  limits(route: string, seconds: number, options?: { times?: number; scope?: "user" | "shared" | "global" }): void;
  cutsBefore(route: string, times?: number): void;
  /** Carried out, but the caller sees a dead connection. */
  cutsAfter(route: string, times?: number): void;
  /** Carried out, but the caller sees a 5xx. */
  losesAnswer(route: string, status?: number, times?: number): void;
  /** Carried out, and answered late; `Infinity`: never. */
  delays(route: string, ms: number, times?: number): void;
  /** The next dispatches of the event arrive `copies` times. */
  duplicates(event: string, copies?: number, times?: number): void;
  late(event: string, ms: number, times?: number): void;
  /** 503 on every request and no gateway, until it is called with false. */
  outage(on: boolean): void;
  /** Unused faults are taken back. */
  clear(): void;
}

export function faultWords(faults: Fault[], outage: (on: boolean) => void): Faults {
  const rest = (route: string, times: number, effect: Effect) => {
    faults.push({ on: "rest", route, times, effect });
  };
  return {
    fails: (route, status, times = 1) => rest(route, times, { type: "status", status }),
    refuses: (route, code, message, status, times = 1) =>
      rest(route, times, { type: "status", status, body: { code, message } }),
    limits: (route, seconds, { times = 1, scope = "user" } = {}) =>
      rest(route, times, { type: "limited", seconds, scope }),
    cutsBefore: (route, times = 1) => rest(route, times, { type: "cut", after: false }),
    cutsAfter: (route, times = 1) => rest(route, times, { type: "cut", after: true }),
    losesAnswer: (route, status = 502, times = 1) => rest(route, times, { type: "lost", status }),
    delays: (route, ms, times = 1) => rest(route, times, { type: "slow", ms }),
    duplicates: (event, copies = 2, times = 1) => faults.push({ on: "dispatch", event, times, copies, ms: 0 }),
    late: (event, ms, times = 1) => faults.push({ on: "dispatch", event, times, copies: 1, ms }),
    outage,
    clear: () => faults.splice(0),
  };
}
