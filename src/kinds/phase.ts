/** phase: a pipeline's phase boundary. It waits for as long as people need. */
import { z } from "zod";
import type { Block } from "../card.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { DEFAULTS, type Kind, offer, string, titled } from "./kind.ts";
import { aside, blockOf, extras, fact, textOf } from "./parts.ts";

const payload = z
  .looseObject({
    phase: string,
    summary: string,
    outputs: z
      .custom<JsonObject>(isObject, "must be an object with one member an agent")
      .meta({ type: "object", additionalProperties: true, description: "What each agent made, by its name" }),
  })
  .meta({ id: "PhasePayload", description: "A phase of a pipeline that has come to its end" });

export const phase: Kind = {
  ...DEFAULTS,
  name: "phase",
  payload,
  actions: [offer("proceed", "Approve"), offer("refine", "Modify"), offer("revise", "Redo")],
  icon: () => "🚦",
  title: (sent) => titled(sent.phase, "Pipeline phase"),
  facts: (sent) => fact("Phase", sent.phase),
  body: (sent) => [
    ...aside("Phase", sent.phase),
    ...textOf("Summary", sent.summary),
    ...outputsOf(sent.outputs),
    ...extras(sent, Object.keys(payload.shape)),
  ],
  timeout: null,
};

function outputsOf(outputs: Json | undefined): Block[] {
  return isObject(outputs) ? Object.entries(outputs).map(([agent, made]) => blockOf(agent, made)) : [];
}
