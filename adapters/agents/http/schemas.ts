/** The components of the OpenAPI document: every schema of the API under the name that it bears itself. */
import { z } from "zod";
import {
  actAnswer,
  auditAnswer,
  by,
  callbackAnswer,
  cardAnswer,
  checkpointAnswer,
  commentAnswer,
  connectionAnswer,
  connectionsAnswer,
  decisionAnswer,
  deliveriesAnswer,
  deliveryAnswer,
  linkAnswer,
  logAnswer,
  pageAnswer,
  placementAnswer,
  problemAnswer,
  retriedAnswer,
  streamEvent,
  timelineAnswer,
  whoamiAnswer,
} from "../../../src/answers.ts";
import { KIND_LIST } from "../../../src/kinds/index.ts";
import { actRequest, commentRequest, linkRequest, raiseRequest, withdrawRequest } from "../../../src/request.ts";
import { statsAnswer } from "../../../src/stats-answer.ts";

export const REFERENCE = "#/components/schemas/";

const COMPONENTS = [
  raiseRequest,
  actRequest,
  commentRequest,
  withdrawRequest,
  linkRequest,
  linkAnswer,
  by,
  commentAnswer,
  decisionAnswer,
  placementAnswer,
  callbackAnswer,
  checkpointAnswer,
  connectionAnswer,
  connectionsAnswer,
  actAnswer,
  pageAnswer,
  deliveryAnswer,
  deliveriesAnswer,
  retriedAnswer,
  statsAnswer,
  streamEvent,
  logAnswer,
  auditAnswer,
  timelineAnswer,
  cardAnswer,
  whoamiAnswer,
  problemAnswer,
  ...KIND_LIST.map((kind) => kind.payload),
];

export function schemas(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const schema of COMPONENTS) {
    const id = schema.meta()?.id;
    if (id === undefined) throw new Error("A schema of the API lacks the id in its meta().");
    registry.add(schema, { id });
  }
  const made = z.toJSONSchema(registry, { io: "input", unrepresentable: "any", uri: (id) => REFERENCE + id });
  // In OpenAPI a component is known by its place, and the dialect is the document's.
  const named = Object.fromEntries(
    Object.entries(made.schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema]),
  );
  return { ...named, Raise: { ...named.Raise, allOf: KIND_LIST.map(payloadRule) } };
}

/** What a kind's payload must look like is said where the kind is chosen. */
function payloadRule({ name, payload }: (typeof KIND_LIST)[number]) {
  return {
    if: { properties: { kind: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word, in a value that nobody awaits.
    then: { properties: { payload: { $ref: REFERENCE + payload.meta()?.id } } },
  };
}
