/** What an agent with tool interrupts sends: its `HitlInterrupt`, and the body of `POST /api/approvals`. */
import { z } from "zod";
import { foreignId } from "../../../src/connections.ts";
import type { Json } from "../../../src/json.ts";

const anything = z.custom<Json>((value) => value !== undefined, "is required");

/** What a later version of the agent adds is shown with the rest. */
export const interrupt = z.looseObject({
  id: foreignId,
  // As it came: a name with a blank at its end is another tool's.
  tool_name: z
    .string()
    .max(200)
    .refine((name) => name.trim() !== "", "must name a tool"),
  tool_args: anything,
  policy_note: z.string().max(20_000).nullish(),
  created_at: z.string().max(100).optional(),
});

export const interruptRequest = z.strictObject({ thread_id: foreignId, interrupt });
export type InterruptRequest = z.output<typeof interruptRequest>;

export const approvalRequest = z.strictObject({
  thread_id: foreignId,
  interrupt_id: foreignId,
  approved: z.boolean(),
});
