/** The routes of this door, for the OpenAPI document. */
import type { DoorOperation } from "../../../src/door.ts";
import { doorQuery } from "../../../src/http/query.ts";
import { approvalRequest, interruptRequest } from "./schema.ts";

export const operations: DoorOperation[] = [
  {
    route: "POST /interrupts",
    summary: "Asks whether a tool may run, and waits with `wait`; the same interrupt again is the same question",
    ...{ asks: true, takes: interruptRequest, query: doorQuery },
    gives: { 201: "application/json", 200: "application/json" },
  },
  {
    route: "GET /interrupts/{thread}/{id}",
    summary: "How an interrupt stands",
    ...{ asks: true, query: doorQuery, gives: { 200: "application/json" } },
  },
  {
    route: "POST /api/approvals",
    summary: "Decides one interrupt of one thread, as the person of the token",
    ...{ takes: approvalRequest, key: true, gives: { 200: "application/json" } },
  },
];
