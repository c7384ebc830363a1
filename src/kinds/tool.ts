/** tool: a tool call about to run. It is approved only where every argument can be seen. */
import { z } from "zod";
import type { Block } from "../card.ts";
import { isObject, type Json } from "../json.ts";
import { anything, DEFAULTS, type Kind, offer, string, titled } from "./kind.ts";
import { aside, blockOf, extras, fact, fields, isScalar } from "./parts.ts";

const payload = z
  .looseObject({ tool_name: string, tool_args: anything, policy_note: string.nullish() })
  .meta({ id: "ToolPayload", description: "A tool call that is about to run" });

export const tool: Kind = {
  ...DEFAULTS,
  name: "tool",
  payload,
  actions: [offer("proceed", "Approve"), offer("edit"), offer("reject")],
  icon: () => "🔒",
  title: ({ tool_name }) => titled(tool_name, "Tool call"),
  facts: ({ tool_name, policy_note }) => [...fact("Tool", tool_name), ...fact("Note", policy_note)],
  body: (sent) => [
    ...aside("Tool", sent.tool_name),
    ...aside("Note", sent.policy_note),
    ...argumentsOf(sent.tool_args),
    ...extras(sent, Object.keys(payload.shape)),
  ],
  subject: "tool_args",
  on_timeout: "reject",
  seeAll: true,
};

function argumentsOf(args: Json | undefined): Block[] {
  if (args === undefined) return [];
  if (isObject(args) && Object.keys(args).length > 0 && Object.values(args).every(isScalar))
    return fields("Arguments", Object.entries(args), (key) => `Arguments · ${key}`, "Argument");
  return [blockOf("Arguments", args)];
}
