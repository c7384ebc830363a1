/** The queries of the API. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../src/checkpoint.ts";
import { PROTOCOLS } from "../../../src/connections.ts";
import { limit } from "../../../src/http/query.ts";
import { ref } from "../../../src/request.ts";

const words = z.string().min(1).max(200);

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
  as: z.enum(PROTOCOLS).optional().meta({
    description: "only the decisions of what came in by this protocol, in the shape that its own agents keep",
  }),
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
