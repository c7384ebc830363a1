/** The handlers of `/v1/checkpoints`: each reads a request, asks the desk once, and shows its answer. */

import type { z } from "zod";
import type { DeskPort, ListRequest } from "../../../src/desk-port.ts";
import { type Call, type Handler, keyOf, originOf } from "../../../src/http/frame.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { noQuery, readQuery, waitQuery } from "../../../src/http/query.ts";
import { held, sent } from "../../../src/http/sent.ts";
import { actRequest, commentRequest, ID, raiseRequest, withdrawRequest } from "../../../src/request.ts";
import { logView, viewOf } from "../../../src/view.ts";
import { listQuery } from "./query.ts";

export interface CheckpointParts {
  desk: DeskPort;
  baseUrl: string;
  bodyDeadline: number;
}

export type CheckpointHandlers = Record<
  "raise" | "list" | "read" | "act" | "comment" | "withdraw" | "timeline" | "card",
  Handler
>;

export function checkpointHandlers({ desk, baseUrl, bodyDeadline }: CheckpointParts): CheckpointHandlers {
  return {
    async raise(call, caller) {
      const query = readQuery(call.req.url, waitQuery);
      if (query.type === "refused") return query;
      const key = keyOf(call);
      if (key.type === "refused") return key;
      const body = await sent(call, raiseRequest, bodyDeadline);
      if (body.type === "refused") return body;
      const raised = await desk.raise(caller, body.value, { ...keyed(key), origin: originOf(call) });
      if (raised.type === "refused") return raised;
      const checkpoint = await held(desk, call, caller, raised.checkpoint, query.value.wait);
      if ("type" in checkpoint) return checkpoint;
      const headers = { Location: `/v1/checkpoints/${checkpoint.id}` };
      return answer(viewOf(checkpoint, baseUrl, caller), raised.created ? 201 : 200, headers);
    },

    async list(call, caller) {
      const query = readQuery(call.req.url, listQuery);
      if (query.type === "refused") return query;
      const page = await desk.list(caller, filtersOf(query.value));
      if (page.type === "refused") return page;
      return answer({ items: page.items.map((item) => viewOf(item, baseUrl, caller)), next: page.next });
    },

    async read(call, caller) {
      const target = targetOf(call, waitQuery);
      if (target.type === "refused") return target;
      const { id, query } = target;
      const wait = query.wait ?? 0;
      const found =
        wait > 0 ? await desk.wait(caller, id, wait * 1_000, call.req.raw.signal) : await desk.read(caller, id);
      return "type" in found ? found : answer(viewOf(found, baseUrl, caller));
    },

    async act(call, caller) {
      const target = targetOf(call, noQuery);
      if (target.type === "refused") return target;
      const key = keyOf(call);
      if (key.type === "refused") return key;
      const body = await sent(call, actRequest, bodyDeadline);
      if (body.type === "refused") return body;
      const acted = await desk.act(caller, target.id, body.value, { ...keyed(key), origin: originOf(call) });
      if (acted.type === "refused") return acted;
      return answer({ result: acted.result, checkpoint: viewOf(acted.checkpoint, baseUrl, caller) });
    },

    async comment(call, caller) {
      const target = targetOf(call, noQuery);
      if (target.type === "refused") return target;
      const body = await sent(call, commentRequest, bodyDeadline);
      if (body.type === "refused") return body;
      const commented = await desk.comment(caller, target.id, body.value.text, originOf(call));
      if (commented.type === "refused") return commented;
      return answer(viewOf(commented.checkpoint, baseUrl).comments.at(-1), 201);
    },

    async withdraw(call, caller) {
      const target = targetOf(call, noQuery);
      if (target.type === "refused") return target;
      const body = await sent(call, withdrawRequest, bodyDeadline);
      if (body.type === "refused") return body;
      const withdrawn = await desk.withdraw(caller, target.id, body.value.reason, originOf(call));
      if (withdrawn.type === "refused") return withdrawn;
      return answer(viewOf(withdrawn.checkpoint, baseUrl, caller));
    },

    async timeline(call, caller) {
      const target = targetOf(call, noQuery);
      if (target.type === "refused") return target;
      const timeline = await desk.timeline(caller, target.id);
      return timeline.type === "refused" ? timeline : answer({ items: timeline.items.map(logView) });
    },

    async card(call, caller) {
      const target = targetOf(call, noQuery);
      if (target.type === "refused") return target;
      const card = await desk.card(caller, target.id);
      return "type" in card ? card : answer({ card });
    },
  };
}

interface Target<S extends z.ZodObject> {
  type: "target";
  id: string;
  query: z.output<S>;
}

/** The checkpoint that the path names. Ids of another shape exist nowhere, and are not even looked up. */
function targetOf<S extends z.ZodObject>(call: Call, schema: S): Target<S> | Trouble {
  const query = readQuery(call.req.url, schema);
  if (query.type === "refused") return query;
  const id = call.req.param("id") ?? "";
  if (ID.test(id)) return { type: "target", id, query: query.value };
  // In the desk's own words, so that nobody learns which ids exist.
  return trouble("not_found", "There is no such checkpoint, or it is not yours to see.");
}

function keyed({ key }: { key?: string }): { key?: string } {
  return key === undefined ? {} : { key };
}

function filtersOf(query: z.output<typeof listQuery>): ListRequest {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return { limit: 50, ...Object.fromEntries(given) };
}
