/** What a query may say. Like a body it holds nothing unknown, nothing twice and nobody's identity. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../src/checkpoint.ts";
import { pointer } from "../../../src/json.ts";
import { ref } from "../../../src/request.ts";
import { type Checked, check } from "./check.ts";
import { type Trouble, trouble } from "./problem.ts";

/** Longer waits end as if this had been asked for: proxies cut what is silent for much longer. */
export const MAX_WAIT_S = 240;

const words = z.string().min(1).max(200);

const wait = z
  .custom<string>()
  .meta({
    type: "number",
    minimum: 0,
    description: `seconds to hold the answer back until the checkpoint ended; above ${MAX_WAIT_S} means ${MAX_WAIT_S}`,
  })
  .transform((value, context) => {
    if (/^\d{1,9}(\.\d{1,3})?$/.test(value)) return Math.min(Number(value), MAX_WAIT_S);
    context.addIssue({ code: "custom", message: "must be a number of seconds" });
    return z.NEVER;
  });

const limit = z
  .custom<string>()
  .meta({ type: "integer", minimum: 1, maximum: 200, default: 50 })
  .transform((value, context) => {
    if (/^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 200) return Number(value);
    context.addIssue({ code: "custom", message: "must be a whole number from 1 to 200" });
    return z.NEVER;
  });

export const noQuery = z.strictObject({});

export const waitQuery = z.strictObject({ wait: wait.optional() });

export const listQuery = z.strictObject({
  status: z.enum(STATUSES).optional(),
  kind: z.enum(KINDS).optional(),
  agent: words.optional(),
  session: words.optional(),
  approver: ref.optional().meta({ description: "what this person or group may decide" }),
  overdue: z
    .enum(["true", "false"])
    .transform((word) => word === "true")
    .optional(),
  limit: limit.optional(),
  cursor: z.string().min(1).max(1_000).optional(),
});

export const deliveriesQuery = z.strictObject({
  state: z.enum(["dead", "waiting"]).optional().meta({ default: "dead" }),
  limit: limit.optional(),
  cursor: z.string().min(1).max(1_000).optional(),
});

/** A place in the log: what `id:` said last. */
export function seqOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const after = z
  .custom<string>()
  .meta({
    type: "integer",
    minimum: 0,
    description: "the id of the last event seen; 0: from the beginning. The header Last-Event-ID goes before it",
  })
  .transform((value, context) => {
    const seq = seqOf(value);
    if (seq !== undefined) return seq;
    context.addIssue({ code: "custom", message: "must be the id of an event, a whole number" });
    return z.NEVER;
  });

export const eventsQuery = z.strictObject({
  kind: z.enum(KINDS).optional(),
  agent: words.optional(),
  session: words.optional(),
  after: after.optional(),
});

const moment = z
  .custom<string>()
  .meta({ type: "string", format: "date-time", description: "RFC 3339; write + as %2B" })
  .transform((value, context) => {
    // With a zone, so that nobody's local time is meant; Date.parse alone takes far more than this.
    const ms = z.iso.datetime({ offset: true }).safeParse(value).success ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
    const message = "must be a time with its zone, like 2026-11-20T10:00:00Z or 2026-11-20T11:00:00%2B01:00";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

export const auditQuery = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  format: z.enum(["jsonl", "csv"]).optional().meta({ default: "jsonl" }),
});

export const statsQuery = z.strictObject({
  since: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({
      default: "7d",
      examples: ["24h", "30d", "2026-11-20T00:00:00Z"],
      description: "of checkpoints raised since then: a duration back from now, or RFC 3339",
    }),
});

export function readQuery<S extends z.ZodObject>(url: string, schema: S): Checked<S> | Trouble {
  const start = url.indexOf("?");
  const sent: Record<string, string> = Object.create(null);
  if (start !== -1) {
    for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
      if (key in sent) return twice(key);
      sent[key] = value;
    }
  }
  return check(schema, sent, "/query");
}

function twice(key: string): Trouble {
  const at = `/query${pointer([key])}`;
  return trouble("invalid_request", "Give every parameter of the query once.", [
    { pointer: at, message: "given twice" },
  ]);
}
