/** What a crew sends when a task's output is to be reviewed. Fields that nobody here knows are kept, and shown. */
import { z } from "zod";
import { foreignId } from "../../../src/connections.ts";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";

const anything = z.custom<Json>((value) => value !== undefined, "is required");
const object = z.custom<JsonObject>(isObject, "must be an object");
const url = z.string().max(2_000).nullish();

export const approvalRequest = z.looseObject({
  task_id: foreignId,
  agent: z.string().min(1).max(300),
  output: anything,
  context: object.nullish(),
  /** What the crew wants to have back when it is resumed, every time. */
  execution_id: foreignId.nullish(),
  taskWebhookUrl: url,
  stepWebhookUrl: url,
  crewWebhookUrl: url,
});
export type ApprovalRequest = z.output<typeof approvalRequest>;
