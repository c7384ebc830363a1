/**
 * Tool interrupts and checkpoints, each in the other's words: Accept runs the tool, Reject skips it and the agent goes
 * on. The protocol has no third word, so nothing else is offered; an edit only where the connection says that the
 * agent takes it, because any other agent would run the original.
 */
import { type Checkpoint, personOf } from "../../../src/checkpoint.ts";
import type { Door, ToolInterruptsConnection } from "../../../src/connections.ts";
import { digestOf, type JsonObject } from "../../../src/json.ts";
import { holdsMark } from "../../../src/policy/redact/mark.ts";
import type { Logged } from "../../../src/ports.ts";
import type { RaiseRequest } from "../../../src/request.ts";
import { iso } from "../../../src/time.ts";
import type { InterruptRequest } from "./schema.ts";

export const PROTOCOL = "tool-interrupts";

/** On the button, so that whoever presses it knows that the agent does not stop. */
const SKIP = "skip the tool, go on";

/** Why an approved edit cannot be told: the agent would run something that nobody approved. */
const ERASED = "The arguments that were approved were erased after their time: ask anew";
const HIDDEN = "The edit left values in place that are hidden here, so that it cannot be sent: ask anew";

/** What was asked is kept as it came, because what is kept of it may be redacted. */
export function doorOf(sent: InterruptRequest, connection: string | null): Door & { carry: { asked: string } } {
  const { thread_id, interrupt } = sent;
  const carry = { asked: digestOf(interrupt as JsonObject) };
  return { protocol: PROTOCOL, connection, thread: thread_id, id: interrupt.id, carry };
}

export function raiseOf(
  { thread_id, interrupt }: InterruptRequest,
  connection: ToolInterruptsConnection | null,
): RaiseRequest {
  const { id: _, tool_name, tool_args, policy_note, ...more } = interrupt;
  const own =
    connection !== null && Object.hasOwn(connection.tools, tool_name) ? connection.tools[tool_name] : undefined;
  // What the operator wrote comes before what the agent says of itself.
  const notes = [own?.note, policy_note].filter((note) => note !== undefined && note !== null && note !== "");
  const payload: JsonObject = { ...(more as JsonObject), tool_name, tool_args };
  if (notes.length > 0) payload.policy_note = [...new Set(notes)].join("\n");
  return {
    kind: "tool",
    payload,
    source: { session: thread_id, ...(connection === null ? {} : { agent: connection.name }) },
    actions: ["proceed", ...(connection?.edits ? (["edit"] as const) : []), { action: "reject", label: SKIP }],
  };
}

/** How it stands, for the agent: `approved` is true only for a decision that says so. */
export function answerOf(checkpoint: Checkpoint): JsonObject {
  const { id, door, status, decision, withdrawn } = checkpoint;
  const untold = untoldOf(decision);
  const approved = decision?.outcome === "approved" && untold === undefined;
  const words = untold ?? decision?.feedback ?? decision?.reason ?? withdrawn?.reason;
  return {
    thread_id: door?.thread ?? null,
    interrupt_id: door?.id ?? null,
    checkpoint_id: id,
    status,
    action: status === "pending" ? null : approved ? "Accept" : "Reject",
    approved,
    timed_out: status === "expired",
    ...(words === undefined ? {} : { reason: words }),
    ...(approved && decision.edited !== undefined ? { tool_args: decision.edited } : {}),
  };
}

function untoldOf(decision: Checkpoint["decision"]): string | undefined {
  if (decision?.action !== "edit") return undefined;
  if (decision.edited === undefined) return ERASED;
  return holdsMark(decision.edited) ? HIDDEN : undefined;
}

/** What the agent server's own `/api/approvals` takes. */
export function approvalOf(checkpoint: Checkpoint): JsonObject {
  const { thread_id, interrupt_id, approved, timed_out, reason, tool_args } = answerOf(checkpoint);
  return {
    ...{ thread_id, interrupt_id, approved },
    ...(timed_out === true ? { timed_out } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(tool_args === undefined ? {} : { tool_args }),
  } as JsonObject;
}

/** The entry that these agents keep of each decision, with the real thread. A time-out rejected, and nobody approved it. */
export function auditEntry(checkpoint: Checkpoint, { entry }: Logged): JsonObject | null {
  const { door, decision, payload } = checkpoint;
  if (decision === null || door === undefined) return null;
  const { by, outcome, edited } = decision;
  return {
    timestamp: iso(entry.at),
    thread_id: door.thread,
    tool_name: payload.tool_name ?? null,
    tool_args: edited ?? payload.tool_args ?? null,
    decision: outcome === "approved" ? "APPROVED" : "REJECTED",
    approver: personOf(by),
  };
}
