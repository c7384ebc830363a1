/** What workflows with HITL callbacks send, and what their job servers show. Fields that nobody here knows are kept. */
import { z } from "zod";
import { foreignId } from "../../../src/connections.ts";
import { isObject, type JsonObject } from "../../../src/json.ts";

const payload = z.custom<JsonObject>(isObject, "must be an object");
/** clarify, confirm, preview, validate, and whatever a later workflow asks. */
const checkpoint = z.string().trim().min(1).max(100);

/** A workflow's webhook. `watch`: what its job asks after this is looked for, too. */
export const callbackRequest = z.looseObject({ checkpoint, payload, job_id: foreignId, watch: z.boolean().optional() });

/** The same with the checkpoint in the path, from a workflow that waits for the answer. */
export const waitingRequest = z.looseObject({ payload, job_id: foreignId });

export const jobRequest = z.strictObject({ job_id: foreignId });

export interface Prompt {
  checkpoint: string;
  payload: JsonObject;
  job_id: string;
}
