/** task: an agent's output under review. */
import { z } from "zod";
import { isObject, type JsonObject } from "../json.ts";
import { anything, DEFAULTS, type Kind, offer, string, titled } from "./kind.ts";
import { aside, extras, fact, parts } from "./parts.ts";

const payload = z
  .looseObject({
    agent: string,
    output: anything,
    context: z
      .custom<JsonObject>(isObject, "must be an object")
      .meta({ type: "object", additionalProperties: true, description: "What the output was made for" }),
  })
  .meta({ id: "TaskPayload", description: "An agent's output under review" });

export const task: Kind = {
  ...DEFAULTS,
  name: "task",
  payload,
  actions: [offer("proceed", "Approve"), offer("edit"), offer("revise"), offer("reject")],
  icon: () => "🔔",
  title: ({ agent }) => titled(agent, "Task output"),
  facts: ({ agent }) => fact("Agent", agent),
  body: (sent) => [
    ...aside("Agent", sent.agent),
    ...parts("Output", sent.output),
    ...(isObject(sent.context) && Object.keys(sent.context).length === 0 ? [] : parts("Context", sent.context)),
    ...extras(sent, Object.keys(payload.shape)),
  ],
  subject: "output",
  on_timeout: "reject",
};
