/**
 * The shapes of what the HTTP API answers, as schemas: view.ts makes values of them, the OpenAPI document is generated
 * from them. Fields may be added; what stands here keeps its name and meaning.
 */
import { z } from "zod";
import { ACTIONS, KINDS, PRIORITIES, STATUSES } from "./checkpoint.ts";
import type { Json, JsonObject } from "./json.ts";
import { ENTRY_TYPES } from "./ports.ts";

const time = z.string().meta({ format: "date-time", description: "RFC 3339, UTC" });
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
    ended_at: time.nullable(),
    digest,
    decision: decisionAnswer.nullable(),
    withdrawn: z.object({ reason: z.string(), by, at: time }).nullable(),
    placements: z.array(placementAnswer),
    comments: z.array(commentAnswer),
    state: json,
    metadata: object,
    url: z.string(),
  })
  .meta({ id: "Checkpoint" });
export type CheckpointView = z.output<typeof checkpointAnswer>;

export const actAnswer = z
  .object({ result: z.enum(["resolved", "recorded"]), checkpoint: checkpointAnswer })
  .meta({ id: "Acted", description: "recorded: a vote that does not reach the quorum yet." });

export const pageAnswer = z
  .object({ items: z.array(checkpointAnswer), next: z.string().nullable() })
  .meta({ id: "Page", description: "next: the cursor of the next page; null on the last one." });

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
