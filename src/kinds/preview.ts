/** preview: content that the agent made, before it goes on with it. */
import { z } from "zod";
import { DEFAULTS, type Kind, offer, string, strings, titled } from "./kind.ts";
import { extras, listOf, textOf } from "./parts.ts";

const payload = z
  .looseObject({ content: string, highlights: strings.nullish(), potential_issues: strings.nullish() })
  .meta({ id: "PreviewPayload", description: "Generated content to look at" });

export const preview: Kind = {
  ...DEFAULTS,
  name: "preview",
  payload,
  actions: [offer("proceed"), offer("refine"), offer("cancel")],
  icon: () => "📝",
  title: ({ content }) => titled(content, "Content Preview"),
  facts: () => [],
  body: (sent) => [
    ...listOf("Highlights", sent.highlights),
    ...listOf("Potential issues", sent.potential_issues),
    ...textOf("Content Preview", sent.content),
    ...extras(sent, Object.keys(payload.shape)),
  ],
};
