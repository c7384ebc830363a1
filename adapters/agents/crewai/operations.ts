/** The route of this door, for the OpenAPI document. */
import type { DoorOperation } from "../../../src/door.ts";
import { doorQuery } from "../../../src/http/query.ts";
import { approvalRequest } from "./schema.ts";

export const operations: DoorOperation[] = [
  {
    route: "POST /approve",
    summary: "A crew's webhook, signed with X-Webhook-Signature (or with a token, where the connection has no secret)",
    ...{
      asks: true,
      takes: approvalRequest,
      query: doorQuery.omit({ wait: true }),
      gives: { 200: "application/json" },
    },
  },
];
