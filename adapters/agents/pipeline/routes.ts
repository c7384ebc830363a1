/** A pipeline's own API, spoken here: it raises at a phase boundary, dashboards list, follow and resolve. */
import { agentOf, type Caller } from "../../../src/access.ts";
import type { Checkpoint, Status } from "../../../src/checkpoint.ts";
import { foreignId } from "../../../src/connections.ts";
import type { Denied } from "../../../src/desk-port.ts";
import { type DoorParts, listed } from "../../../src/door.ts";
import type { Doorway } from "../../../src/http/doorway.ts";
import { keyOf, originOf } from "../../../src/http/frame.ts";
import { meantBy, theOneOf } from "../../../src/http/meant.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { doorQuery, noQuery, readQuery, waitQuery } from "../../../src/http/query.ts";
import { held, sent } from "../../../src/http/sent.ts";
import { ask, isOther, otherBody } from "./ask.ts";
import { eventStream } from "./events.ts";
import { idsOf } from "./known.ts";
import { actOf, entryOf, PROTOCOL, taskOf } from "./mapping.ts";
import { listQuery, phaseRequest, resolveRequest } from "./schema.ts";

export function routes(doorway: Doorway<typeof PROTOCOL>, { desk, shelf, log }: DoorParts): void {
  doorway.asks("post", "/pipeline/v2/checkpoint", async (call, { caller, connection }) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const checked = await sent(call, phaseRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const raised = await ask({ desk, shelf }, { caller, connection, sent: checked.value, origin: originOf(call) });
    if (raised.type === "refused") return raised;
    if (!raised.created && isOther(raised.checkpoint, checked.value)) return otherBody();
    const reader = connection === null ? caller : agentOf(connection);
    const checkpoint = await held(desk, call, reader, raised.checkpoint, query.value.wait);
    return "type" in checkpoint ? checkpoint : answer(entryOf(checkpoint), raised.created ? 201 : 200);
  });

  doorway.answers("post", "/pipeline/v2/checkpoint/:id/resolve", async (call, caller) => {
    const query = readQuery(call.req.url, noQuery);
    if (query.type === "refused") return query;
    const key = keyOf(call);
    if (key.type === "refused") return key;
    const checked = await sent(call, resolveRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const id = call.req.param("id") ?? "";
    const meant = await meantBy({ desk, shelf }, caller, [PROTOCOL, id], key.key, () => theOne(caller, id));
    if ("type" in meant) return meant;
    const idempotency = key.key === undefined ? {} : { key: key.key };
    const acted = await desk.act(caller, meant.id, actOf(checked.value), { ...idempotency, origin: originOf(call) });
    return acted.type === "refused" ? acted : answer(entryOf(acted.checkpoint));
  });

  doorway.answers("get", "/api/checkpoints", async (call, caller) => {
    const query = readQuery(call.req.url, listQuery);
    if (query.type === "refused") return query;
    const found = await all(caller, query.value.status);
    return "type" in found ? found : answer({ checkpoints: found.map(entryOf) });
  });

  /** Literal paths stand before those with a name in them. */
  doorway.answers("get", "/api/checkpoints/resumable-tasks", async (call, caller) => {
    const query = readQuery(call.req.url, noQuery);
    if (query.type === "refused") return query;
    const found = await all(caller, "pending");
    return "type" in found ? found : answer({ tasks: found.map(taskOf) });
  });

  doorway.answers("get", "/api/checkpoints/:id", async (call, caller) => {
    const query = readQuery(call.req.url, waitQuery);
    if (query.type === "refused") return query;
    const meant = await theOne(caller, call.req.param("id") ?? "");
    if ("type" in meant) return meant;
    const checkpoint = await held(desk, call, caller, meant, query.value.wait);
    return "type" in checkpoint ? checkpoint : answer(entryOf(checkpoint));
  });

  const pending = (caller: Caller) => all(caller, "pending");
  doorway.answers("get", "/pipeline/v2/events", eventStream({ desk, pending, log }));

  /** What came in by this door, newest first. */
  function all(caller: Caller, status: Status | undefined): Promise<Checkpoint[] | Denied> {
    const query = { kind: "phase", ...(status === undefined ? {} : { status }) } as const;
    return listed(desk, caller, query, ({ door }) => door?.protocol === PROTOCOL, { found: MOST });
  }

  /** By the pipeline's id; asked anew under it, the newest counts. */
  async function theOne(caller: Caller, id: string): Promise<Checkpoint | Trouble> {
    if (!foreignId.safeParse(id).success) return unknown();
    const read = await Promise.all((await idsOf(shelf, id)).map((each) => desk.read(caller, each)));
    const seen = read.filter((each): each is Checkpoint => !("type" in each));
    return theOneOf(seen.toReversed()) ?? unknown();
  }
}

/** An answer holds no more; what waits is rarely a tenth of it. */
const MOST = 2_000;

function unknown(): Trouble {
  return trouble("not_found", "There is no such checkpoint of a pipeline, or it is not yours to see.");
}
