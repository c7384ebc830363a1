/** Switches for what goes wrong between the app and Slack's Web API: for the next calls of a method, or until undone. */
import type { JsonObject } from "../../../src/json.ts";

export type ApiFault =
  /** 429 with Retry-After; nothing is carried out. */
  | { ratelimited: number }
  /** An HTTP status with a page instead of JSON; nothing is carried out. */
  | { status: number }
  /** `ok: false` with this error; nothing is carried out. */
  | { error: string }
  /** Carried out, then the connection is cut without an answer. */
  | "cut"
  /** The connection is cut before anything is carried out. */
  | "drop"
  /** Never answered, not carried out. */
  | "hang"
  /** Carried out at once, answered this many ms later. */
  | { slow: number }
  /** Carried out and answered this many ms later. */
  | { late: number };

export interface Faults {
  /** For the next `times` calls of a method (`*`: of any; `response_url`: of those addresses) that `isMeant` picks. */
  next(method: string, fault: ApiFault, times?: number, isMeant?: (args: JsonObject) => boolean): void;
  /** For all calls until the answer is called. */
  always(method: string, fault: ApiFault, isMeant?: (args: JsonObject) => boolean): () => void;
  clear(): void;
  /** Those of `next` that nothing has met yet. */
  pending(): number;
  /** For the peer itself: what this call meets. */
  take(method: string, args: JsonObject): ApiFault | undefined;
}

interface Rule {
  method: string;
  fault: ApiFault;
  left: number;
  isMeant: (args: JsonObject) => boolean;
}

export function makeFaults(): Faults {
  let rules: Rule[] = [];
  return {
    next: (method, fault, times = 1, isMeant = () => true) => {
      rules.push({ method, fault, left: times, isMeant });
    },
    always(method, fault, isMeant = () => true) {
      const rule = { method, fault, left: Number.POSITIVE_INFINITY, isMeant };
      rules.push(rule);
      return () => {
        rules = rules.filter((each) => each !== rule);
      };
    },
    clear: () => {
      rules = [];
    },
    pending: () => rules.filter((rule) => Number.isFinite(rule.left)).length,
    take(method, args) {
      const rule = rules.find((each) => ["*", method].includes(each.method) && each.isMeant(args));
      if (rule === undefined) return undefined;
      rule.left -= 1;
      if (rule.left <= 0) rules = rules.filter((each) => each !== rule);
      return rule.fault;
    },
  };
}
