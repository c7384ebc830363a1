/** What a pipeline sends at a phase boundary, and what whoever resolves it does. Fields that nobody here knows are kept. */
import { z } from "zod";
import { STATUSES, type Status } from "../../../src/checkpoint.ts";
import { foreignId } from "../../../src/connections.ts";
import { isObject, type JsonObject } from "../../../src/json.ts";

const object = z.custom<JsonObject>(isObject, "must be an object with one member an agent");

export const phaseRequest = z.looseObject({
  checkpoint_id: foreignId,
  phase: z.string().min(1).max(300),
  summary: z.string().max(100_000),
  outputs: object,
  type: z.string().max(100).optional(),
  session_id: foreignId.nullish(),
});
export type PhaseRequest = z.output<typeof phaseRequest>;

export const resolveRequest = z.strictObject({
  action: z.enum(["approve", "modify", "reject"]),
  feedback: z.string().max(20_000).optional(),
});
export type ResolveRequest = z.output<typeof resolveRequest>;

export const listQuery = z.strictObject({
  status: z
    .custom<Status>((value) => STATUSES.some((status) => status === value), `must be ${STATUSES.join(", ")}`)
    .optional(),
});
