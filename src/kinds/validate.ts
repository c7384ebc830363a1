/** validate: a report on what the agent made, to be accepted or refined. */
import { z } from "zod";
import { DEFAULTS, type Kind, offer, string, titled } from "./kind.ts";
import { aside, extras, fact, textOf } from "./parts.ts";

const payload = z
  .looseObject({
    report: string,
    passed: z.boolean("must be true or false"),
    skill_content: string.nullish(),
    saved_path: string.nullish(),
    validation_score: z.number("must be a number").nullish(),
  })
  .meta({ id: "ValidatePayload", description: "A validation report to accept or refine" });

export const validate: Kind = {
  ...DEFAULTS,
  name: "validate",
  payload,
  actions: [offer("proceed"), offer("refine"), offer("cancel")],
  icon: ({ passed }) => (passed === true ? "✅" : "❌"),
  title: ({ report }) => titled(report, "Validation Report"),
  facts: ({ passed, validation_score, saved_path }) => [
    { label: "Passed", value: passed === true ? "yes" : "no" },
    ...fact("Validation score", validation_score),
    ...fact("Saved to", saved_path),
  ],
  body: (sent) => [
    ...textOf("Validation Report", sent.report),
    ...aside("Saved to", sent.saved_path),
    ...textOf("Skill content", sent.skill_content),
    ...extras(sent, Object.keys(payload.shape)),
  ],
};
