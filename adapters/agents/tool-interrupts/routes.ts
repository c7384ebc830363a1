/** The agent's side: raise, wait, ask again. The answering side: `POST /api/approvals`, as the agents' own servers have it. */
import type { Caller } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { foreignId } from "../../../src/connections.ts";
import type { Denied } from "../../../src/desk-port.ts";
import { firstDigest } from "../../../src/digest.ts";
import { type DoorParts, entryOf, idOf, inThread, listed } from "../../../src/door.ts";
import type { Doorway, Visit } from "../../../src/http/doorway.ts";
import { type Call, keyOf, originOf } from "../../../src/http/frame.ts";
import { meantBy, theOneOf } from "../../../src/http/meant.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { doorQuery, noQuery, readQuery } from "../../../src/http/query.ts";
import { held, sent } from "../../../src/http/sent.ts";
import { inTurn } from "../../../src/turn.ts";
import { answerOf, doorOf, PROTOCOL, raiseOf } from "./mapping.ts";
import { approvalRequest, type InterruptRequest, interruptRequest } from "./schema.ts";

type Here = Visit<typeof PROTOCOL>;

export function routes(doorway: Doorway<typeof PROTOCOL>, { desk, shelf }: Pick<DoorParts, "desk" | "shelf">): void {
  doorway.asks("post", "/interrupts", async (call, visit) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const checked = await sent(call, interruptRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const raised = await raise(checked.value, visit, call);
    if (raised.type === "refused") return raised;
    const checkpoint = await held(desk, call, visit.caller, raised.checkpoint, query.value.wait);
    return "type" in checkpoint ? checkpoint : answer(answerOf(checkpoint), raised.created ? 201 : 200);
  });

  doorway.asks("get", "/interrupts/:thread/:id", async (call, visit) => {
    const query = readQuery(call.req.url, doorQuery);
    if (query.type === "refused") return query;
    const [thread = "", id = ""] = [call.req.param("thread"), call.req.param("id")];
    if (!foreignId.safeParse(thread).success || !foreignId.safeParse(id).success) return unknown();
    const connection = visit.connection?.name ?? null;
    const found = await inThread(desk, visit.caller, { protocol: PROTOCOL, connection, thread });
    if ("type" in found) return found;
    const newest = found.find(({ door }) => door?.id === id);
    if (newest === undefined) return unknown();
    const checkpoint = await held(desk, call, visit.caller, newest, query.value.wait);
    return "type" in checkpoint ? checkpoint : answer(answerOf(checkpoint));
  });

  doorway.answers("post", "/api/approvals", async (call, caller) => {
    const query = readQuery(call.req.url, noQuery);
    if (query.type === "refused") return query;
    const key = keyOf(call);
    if (key.type === "refused") return key;
    const checked = await sent(call, approvalRequest, doorway.bodyDeadline);
    if (checked.type === "refused") return checked;
    const { thread_id, interrupt_id, approved } = checked.value;
    const ids = [PROTOCOL, thread_id, interrupt_id];
    const meant = await meantBy({ desk, shelf }, caller, ids, key.key, () => theOne(caller, thread_id, interrupt_id));
    if ("type" in meant) return meant;
    // The protocol shows the arguments that the agent sent: approving them approves nobody's edit of them.
    const act = approved
      ? ({ action: "proceed", digest: firstDigest(meant) } as const)
      : ({ action: "reject" } as const);
    const idempotency = key.key === undefined ? {} : { key: key.key };
    const acted = await desk.act(caller, meant.id, act, { ...idempotency, origin: originOf(call) });
    return acted.type === "refused" ? acted : answer(answerOf(acted.checkpoint));
  });

  /** The same interrupt again is the same checkpoint; another one under its id takes the place of the one that waits. */
  function raise(sent: InterruptRequest, here: Here, call: Call) {
    const { thread_id, interrupt } = sent;
    // Agents that call several tools at once have been seen to give them one id.
    const one = [PROTOCOL, here.connection?.name ?? [here.caller.name], thread_id, interrupt.id];
    return inTurn(shelf, one, () => raiseOne(sent, here, call));
  }

  async function raiseOne(sent: InterruptRequest, { caller, connection }: Here, call: Call) {
    const door = doorOf(sent, connection?.name ?? null);
    const request = raiseOf(sent, connection);
    const entry = entryOf(door, connection, connection?.approvals);
    const found = await inThread(desk, caller, door);
    if ("type" in found) return found;
    const newest = found.find((each) => each.door?.id === door.id);
    if (newest !== undefined && newest.door?.carry?.asked === door.carry.asked)
      return { type: "raised" as const, created: false, checkpoint: newest };
    const id = idOf(caller, door, [door.carry.asked, newest?.id ?? null]);
    const round = newest?.status === "pending" ? { previous: newest.id } : {};
    return desk.raise(caller, { ...request, id, ...round }, { origin: originOf(call), entry });
  }

  /** Of all connections, and all of them: one that is overlooked would make another agent's the only one. */
  async function theOne(caller: Caller, thread: string, id: string): Promise<Checkpoint | Trouble | Denied> {
    const isIt = ({ door }: Checkpoint) => door?.protocol === PROTOCOL && door.id === id;
    const found = await listed(desk, caller, { session: thread, kind: "tool" }, isIt);
    if ("type" in found) return found;
    return theOneOf(found) ?? unknown();
  }
}

function unknown(): Trouble {
  return trouble("not_found", "There is no such interrupt in this thread, or it is not yours to see.");
}
