/**
 * The shapes of what the HTTP API answers, as schemas: view.ts makes values of them, the OpenAPI document is generated
 * from them. Fields may be added; what stands here keeps its name and meaning.
 */
import { z } from "zod";
import { ACTIONS, KINDS, PRIORITIES, STATUSES } from "./checkpoint.ts";
import { PROTOCOLS } from "./connections.ts";
import type { Json, JsonObject } from "./json.ts";
import { ENTRY_TYPES } from "./ports.ts";

export const time = z.string().meta({ format: "date-time", description: "RFC 3339, UTC" });
const digest = z
  .string()
  .meta({ examples: ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"] });
const json = z.custom<Json>().meta({ description: "any JSON value" });
const object = z.custom<JsonObject>().meta({ type: "object", additionalProperties: true });
const commented = z.enum(["none", "optional", "required"]);

export const by = z
  .union([
    z.object({
      kind: z.literal("person"),
      person: z.string(),
      surface: z.enum(["slack", "discord", "web", "terminal", "api"]),
      id: z.string(),
      name: z.string().optional(),
      tenant: z.string().optional(),
    }),
    z.object({ kind: z.enum(["policy", "agent", "system"]), name: z.string() }),
  ])
  .meta({ id: "By", description: "Who did it: a person on a surface, a policy, an agent, or the program itself." });

export const decisionAnswer = z
  .object({
    action: z.enum(ACTIONS),
    outcome: z.enum(["approved", "changes", "rejected", "answered", "timed_out"]),
    feedback: z.string().optional(),
    answers: z.record(z.string(), z.string()).optional(),
    edited: json.optional(),
    reason: z.string().optional(),
    digest,
    by,
    at: time,
    shown: z
      .string()
      .optional()
      .meta({ description: "shown/of in characters, where a surface did not show all of it" }),
  })
  .meta({ id: "Decision", description: "The act, or the policy on a timeout, that ended the checkpoint." });

export const commentAnswer = z.object({ by, at: time, text: z.string() }).meta({ id: "Comment" });

export const placementAnswer = z
  .object({
    channel: z.string(),
    conversation: z.string(),
    state: z.enum(["queued", "shown", "undeliverable"]),
    url: z.string().optional(),
    error: z.string().optional(),
  })
  .meta({ id: "Placement", description: "Where a card was posted." });

const attempted = {
  state: z.enum(["idle", "waiting", "delivered", "dead"]).meta({
    description: "idle: not ended yet; waiting: being called; dead: given up, until somebody asks for another try",
  }),
  attempts: z.int(),
  error: z.string().optional().meta({ description: "The last failure." }),
  remark: z.string().optional().meta({ description: "What the agent's system said, where it made nothing of it." }),
  at: time.optional().meta({ description: "The last attempt." }),
};

export const callbackAnswer = z
  .object(attempted)
  .meta({ id: "Callback", description: "How far the agent has been told. The address stays the raiser's." });

export const checkpointAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(KINDS),
    status: z.enum(STATUSES),
    revision: z.int(),
    round: z.int(),
    previous: z.string().nullable(),
    title: z.string(),
    payload: object,
    edited: z
      .object({ value: json, by, at: time })
      .nullable()
      .meta({ description: "An open edit: what is approved from then on, not yet decided." }),
    source: z.object({
      agent: z.string(),
      workflow: z.string().optional(),
      session: z.string().optional(),
      step: z.string().optional(),
      url: z.string().optional(),
    }),
    requested_by: z.string().nullable(),
    priority: z.enum(PRIORITIES),
    policy: z.object({ name: z.string(), version: z.string() }),
    actions: z.array(
      z.object({ action: z.enum(ACTIONS), label: z.string(), comment: commented, reasons: z.array(z.string()) }),
    ),
    approvers: z.array(z.string()).meta({ description: "Who may decide; empty: the admin only." }),
    quorum: z.object({ needed: z.int(), given: z.int() }),
    votes: z.array(
      z.object({ action: z.enum(["proceed", "edit"]), by, at: time, digest, feedback: z.string().optional() }),
    ),
    created_at: time,
    due_at: time.nullable(),
    sla_at: time.nullable().meta({ description: "By when its policy asks for a decision; later it is overdue." }),
    ended_at: time.nullable(),
    digest,
    redacted: z
      .object({
        count: z.int().meta({ description: "How many values, or parts of texts, are hidden." }),
        values: z.array(
          z.object({
            pointer: z.string().meta({ description: "RFC 6901, into this checkpoint." }),
            chars: z.int(),
            from: z.int().optional().meta({
              description:
                "Where it stood in the text as it was sent, in UTF-16 units; absent: it was all of the value.",
            }),
          }),
        ),
        blocking: z
          .array(z.string())
          .meta({ description: "What the policy forbids approving with while it is hidden." }),
      })
      .optional()
      .meta({
        description: "What was hidden before it was stored, the first hundred by place; absent: nothing.",
      }),
    decision: decisionAnswer.nullable(),
    withdrawn: z.object({ reason: z.string(), by, at: time }).nullable(),
    placements: z.array(placementAnswer),
    comments: z.array(commentAnswer),
    callback: callbackAnswer.nullable(),
    door: z
      .object({ protocol: z.enum(PROTOCOLS), connection: z.string().nullable(), thread: z.string(), id: z.string() })
      .optional()
      .meta({ description: "The protocol it came in by, and the agent's own ids; absent: this API." }),
    state: json.meta({ description: "As it was sent, for the agent that sent it; null for everybody else." }),
    metadata: object,
    erased_at: time.optional().meta({ description: "When retention took what agents and people wrote out of it." }),
    url: z.string(),
  })
  .meta({ id: "Checkpoint" });
export type CheckpointView = z.output<typeof checkpointAnswer>;

export const connectionAnswer = z
  .object({
    name: z.string(),
    protocol: z.enum(PROTOCOLS),
    url: z.string().optional().meta({ description: "Shown once, when it is made: whoever knows it is that agent." }),
  })
  .meta({ id: "Connection", description: "An agent's system that the settings name under `agents:`." });

export const connectionsAnswer = z.object({ items: z.array(connectionAnswer) }).meta({ id: "Connections" });

export const actAnswer = z
  .object({ result: z.enum(["resolved", "recorded"]), checkpoint: checkpointAnswer })
  .meta({ id: "Acted", description: "recorded: a vote that does not reach the quorum yet." });

export const pageAnswer = z
  .object({ items: z.array(checkpointAnswer), next: z.string().nullable() })
  .meta({ id: "Page", description: "next: the cursor of the next page; null on the last one." });

export const deliveryAnswer = z
  .object({
    id: z.string().meta({ description: "The checkpoint's." }),
    url: z.string().meta({ description: "Host and path; a query may hold a secret." }),
    ...attempted,
    checkpoint: z.object({ id: z.string(), title: z.string(), status: z.enum(STATUSES) }),
  })
  .meta({ id: "Delivery", description: "A call to an agent: one a checkpoint, when it has ended." });
export type DeliveryView = z.output<typeof deliveryAnswer>;

export const deliveriesAnswer = z
  .object({ items: z.array(deliveryAnswer), next: z.string().nullable() })
  .meta({ id: "Deliveries" });

export const retriedAnswer = z.object({ delivery: deliveryAnswer }).meta({ id: "Retried" });

export const logAnswer = z
  .object({
    seq: z.int(),
    at: time,
    type: z.enum(ENTRY_TYPES.map((type) => `checkpoint.${type}` as const)),
    by,
    data: object,
  })
  .meta({ id: "Event" });
export type LogView = z.output<typeof logAnswer>;

export const streamEvent = z
  .object({
    type: z.enum(ENTRY_TYPES.map((type) => `checkpoint.${type}` as const)),
    at: time,
    checkpoint: checkpointAnswer,
  })
  .meta({ id: "StreamEvent", description: "The checkpoint as it stood when the event was read: then, or newer." });
export type StreamEventView = z.output<typeof streamEvent>;

export const auditAnswer = z
  .object({
    seq: z.int(),
    id: z.string().meta({ description: "The checkpoint." }),
    type: logAnswer.shape.type,
    revision: z.int(),
    at: time.meta({ description: "By the store's clock." }),
    host: time.meta({ description: "By the clock of the host that made the entry." }),
    by,
    address: z.string().optional().meta({ description: "Where the request came from." }),
    digest,
    data: object.meta({ description: "What was said; empty once retention has erased it." }),
    content: digest.meta({ description: "The digest of data, which outlives it." }),
    mac: z.string().meta({ description: "HMAC-SHA-256 over all the rest but seq and data." }),
  })
  .meta({ id: "AuditEntry" });
export type AuditView = z.output<typeof auditAnswer>;

export const timelineAnswer = z.object({ items: z.array(logAnswer) }).meta({ id: "Timeline" });

export const cardAnswer = z
  .object({ card: object })
  .meta({ id: "CardAnswer", description: "The channel-neutral picture of the checkpoint, as every surface draws it." });

export const whoamiAnswer = z
  .object({
    role: z.enum(["agent", "approver", "admin"]),
    name: z.string(),
    person: z.string().nullable(),
    refs: z.array(z.string()).meta({ description: "Every reference that this caller meets in a list of approvers." }),
    agents: z.union([z.array(z.string()), z.literal("any")]).optional(),
  })
  .meta({ id: "Whoami" });

export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "For programs: snake_case, stable." }),
    detail: z.string().meta({ description: "For people: what to do." }),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    checkpoint: checkpointAnswer.optional().meta({ description: "As it stands: who decided what, when." }),
  })
  .meta({ id: "Problem" });

export const linkAnswer = z
  .object({ person: z.string(), url: z.string(), expires_at: time })
  .meta({ id: "Link", description: "Signs that person in to the web inbox, once." });
