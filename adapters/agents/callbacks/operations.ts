/** The routes of this door, for the OpenAPI document. */
import type { DoorOperation } from "../../../src/door.ts";
import { doorQuery } from "../../../src/http/query.ts";
import { callbackRequest, jobRequest, waitingRequest } from "./schema.ts";

const query = doorQuery.omit({ wait: true });

export const operations: DoorOperation[] = [
  {
    route: "POST /callbacks",
    summary: "A workflow's webhook; the response goes to the connection's response address",
    ...{ asks: true, takes: callbackRequest, query, gives: { 200: "application/json" } },
  },
  {
    route: "POST /callbacks/{checkpoint}",
    summary: "The same for a workflow that waits: the response itself, or 202 while nobody has decided",
    ...{ asks: true, takes: waitingRequest, query: doorQuery },
    gives: { 200: "application/json", 202: "application/json" },
  },
  {
    route: "POST /callbacks/jobs",
    summary: "Has the prompts of a job looked for at its server",
    ...{ asks: true, takes: jobRequest, query, gives: { 200: "application/json" } },
  },
];
