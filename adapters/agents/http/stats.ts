/** `GET /v1/stats`: the figures of what the caller may see. */
import type { DeskPort } from "../../../src/desk-port.ts";
import type { Handler } from "../../../src/http/frame.ts";
import { answer } from "../../../src/http/problem.ts";
import { readQuery } from "../../../src/http/query.ts";
import { statsQuery } from "./query.ts";

const SINCE = "7d";

export function statsHandler(desk: Pick<DeskPort, "stats">): Handler {
  return async (call, caller) => {
    const query = readQuery(call.req.url, statsQuery);
    if (query.type === "refused") return query;
    const counted = await desk.stats(caller, query.value.since ?? SINCE);
    return counted.type === "refused" ? counted : answer(counted.stats);
  };
}
