/** confirm: the agent says how it understood the task, before it starts. */
import { z } from "zod";
import { DEFAULTS, type Kind, offer, string, strings, titled } from "./kind.ts";
import { aside, extras, fact, listOf, textOf } from "./parts.ts";

const payload = z
  .looseObject({
    summary: string,
    path: string.nullish(),
    key_assumptions: strings.nullish(),
    confidence: z.number("must be a number").nullish(),
  })
  .meta({ id: "ConfirmPayload", description: "How the agent understood the task" });

export const confirm: Kind = {
  ...DEFAULTS,
  name: "confirm",
  payload,
  actions: [offer("proceed"), offer("revise"), offer("cancel")],
  icon: () => "📋",
  title: ({ path, summary }) => titled(path, titled(summary, "Understanding Summary")),
  facts: ({ path, confidence }) => [...fact("Proposed path", path), ...fact("Confidence", confidence)],
  body: (sent) => [
    ...textOf("Understanding Summary", sent.summary),
    ...aside("Proposed path", sent.path),
    ...listOf("Key assumptions", sent.key_assumptions),
    ...extras(sent, Object.keys(payload.shape)),
  ],
};
