/**
 * The agents' systems that the settings name under `agents:`, one connection each: in which protocol they speak, where
 * they are answered, and what they are trusted with. A door adapter serves one protocol.
 */
import { z } from "zod";
import type { JsonObject } from "./json.ts";

export const PROTOCOLS = ["callbacks", "tool-interrupts", "crewai", "pipeline"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

interface Common {
  /** Also the name of the agent that raises by it. */
  name: string;
  /** What our calls to the agent's system bear as `Authorization: Bearer`. */
  token?: string;
  /** Where its checkpoints go where neither a policy nor the raise says. */
  route?: string[];
  /** From this round on, changes are no longer offered. */
  maxRounds?: number;
}

/** URLs are templates: `{base}` is put in at the start, `{job_id}` and the like, percent-encoded, at each call. */
export interface CallbacksConnection extends Common {
  protocol: "callbacks";
  /** Where the decision is POSTed; absent: whoever raised waits for the answer itself. */
  response?: string;
  /** Where the prompts of a job are looked for; absent: none are. */
  prompt?: string;
  /** Ms between two looks at a job. */
  every: number;
  /** `X-User-Id` of what is asked and answered. */
  user?: string;
}

export interface ToolInterruptsConnection extends Common {
  protocol: "tool-interrupts";
  /** The agent server's own `/api/approvals`; absent: the agent waits or asks here. */
  approvals?: string;
  /** Whether the agent takes edited arguments; it would otherwise run the original ones. */
  edits: boolean;
  tools: Record<string, { allowAuto: boolean; note?: string }>;
}

export interface CrewaiConnection extends Common {
  protocol: "crewai";
  /** Of `X-Webhook-Signature`; absent: a bearer token is needed. */
  secret?: string;
  /** The crew's `/resume`. */
  resume?: string;
  /** The plain callback, which takes edits too. */
  callback?: string;
}

export interface PipelineConnection extends Common {
  protocol: "pipeline";
  /** The pipeline's SSE stream; absent: it raises here. */
  events?: string;
  pending?: string;
  resolve?: string;
}

export type Connection = CallbacksConnection | ToolInterruptsConnection | CrewaiConnection | PipelineConnection;
export type ConnectionOf<P extends Protocol> = Extract<Connection, { protocol: P }>;

/**
 * By which door a checkpoint came in, in the ids of the agent's own protocol, which are never ours: strings of up to
 * 200 characters that are only compared.
 */
export interface Door {
  protocol: Protocol;
  /** Null: raised by a token that no connection is set up for. */
  connection: string | null;
  /** The job, thread, task or session. */
  thread: string;
  id: string;
  /** What the protocol wants back with the decision, untouched. */
  carry?: JsonObject;
}

/** A foreign id. Dots alone would climb out of the path that they are put into, however they are encoded. */
export const foreignId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !/^\.{1,2}$/.test(id), "must not be . or ..");

/** `{job_id}` and the like, each as one piece of a path. */
export function fillIn(template: string, values: Record<string, string>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`${template} names {${name}}, which there is none of here.`);
    return encodeURIComponent(value);
  });
}
