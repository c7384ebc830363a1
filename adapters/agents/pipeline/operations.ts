/** The routes of this door, for the OpenAPI document. */
import type { DoorOperation } from "../../../src/door.ts";
import { doorQuery, waitQuery } from "../../../src/http/query.ts";
import { listQuery, phaseRequest, resolveRequest } from "./schema.ts";

export const operations: DoorOperation[] = [
  {
    route: "POST /pipeline/v2/checkpoint",
    summary: "A pipeline asks at a phase boundary, and waits with `wait`",
    ...{ asks: true, takes: phaseRequest, query: doorQuery },
    gives: { 201: "application/json", 200: "application/json" },
  },
  {
    route: "GET /pipeline/v2/events",
    summary: "What begins to wait at phase boundaries, as events named `checkpoint`; what waits already comes first",
    gives: { 200: "text/event-stream" },
  },
  {
    route: "POST /pipeline/v2/checkpoint/{id}/resolve",
    summary: "Decides, as the person of the token; the id is the pipeline's",
    ...{ takes: resolveRequest, key: true, gives: { 200: "application/json" } },
  },
  {
    route: "GET /api/checkpoints",
    summary: "Those of pipelines, newest first",
    ...{ query: listQuery, gives: { 200: "application/json" } },
  },
  {
    route: "GET /api/checkpoints/resumable-tasks",
    summary: "Sessions that wait",
    gives: { 200: "application/json" },
  },
  {
    route: "GET /api/checkpoints/{id}",
    summary: "One of them, by the pipeline's id; with `wait` once it has ended",
    ...{ query: waitQuery, gives: { 200: "application/json" } },
  },
];
