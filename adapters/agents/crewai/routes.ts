/** The webhook of a crew's tasks: `POST /approve`, signed with the connection's secret, or with a token where it has none. */

import { agentOf } from "../../../src/access.ts";
import type { DoorParts } from "../../../src/door.ts";
import { parseBody, readRaw } from "../../../src/http/body.ts";
import { check } from "../../../src/http/check.ts";
import type { Doorway, Visit } from "../../../src/http/doorway.ts";
import { type Call, originOf } from "../../../src/http/frame.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { doorQuery, readQuery } from "../../../src/http/query.ts";
import { ask } from "./ask.ts";
import type { PROTOCOL } from "./mapping.ts";
import { approvalRequest } from "./schema.ts";
import { verify } from "./signature.ts";

const query = doorQuery.omit({ wait: true });

interface Vouched extends Visit<typeof PROTOCOL> {
  bytes: Buffer;
  madeAt: number | null;
  signedAt: number | null;
}

export function routes(doorway: Doorway<typeof PROTOCOL>, { desk, shelf, clock, baseUrl }: DoorParts): void {
  async function approve(call: Call): Promise<Response | Trouble> {
    const asked = readQuery(call.req.url, query);
    if (asked.type === "refused") return asked;
    const vouched = await vouch(call, asked.value.connection);
    if ("type" in vouched) return vouched;
    const body = parseBody(vouched.bytes);
    if (body.type === "refused") return body;
    const checked = check(approvalRequest, body.value);
    if (checked.type === "refused") return checked;
    const { caller, connection, madeAt, signedAt } = vouched;
    const asking = { caller, connection, sent: checked.value, body: body.value, madeAt, signedAt };
    const raised = await ask({ desk, shelf }, { ...asking, origin: originOf(call) });
    if (raised.type === "refused") return raised;
    const { id, status } = raised.checkpoint;
    return answer({
      status: status === "pending" ? "queued" : status,
      task_id: checked.value.task_id,
      checkpoint_id: id,
      url: `${baseUrl}/checkpoints/${id}`,
    });
  }

  async function vouch(call: Call, named: string | undefined): Promise<Vouched | Trouble> {
    const { "x-webhook-signature": signature, "x-webhook-timestamp": timestamp } = call.env.incoming.headers;
    const raw = () => readRaw(call.env.incoming, doorway.bodyDeadline);
    if (signature !== undefined) {
      const body = await raw();
      if (body.type === "refused") return body;
      const mayBe = doorway.connections.filter(({ name }) => named === undefined || name === named);
      const signed = { bytes: body.bytes, signature: String(signature), timestamp: text(timestamp) };
      const verified = verify(signed, mayBe, clock());
      if (verified === undefined) return unsigned();
      const { connection, at } = verified;
      return { caller: agentOf(connection), connection, bytes: body.bytes, madeAt: at, signedAt: at };
    }
    const visit = await doorway.visitor(call);
    if ("type" in visit) return visit;
    if (visit.connection?.secret !== undefined) return unsigned();
    const body = await raw();
    return body.type === "refused" ? body : { ...visit, bytes: body.bytes, madeAt: clock(), signedAt: null };
  }

  for (const path of ["/approve", "/in/:capability/approve"]) doorway.open("post", path, approve);
}

function text(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header);
}

function unsigned(): Trouble {
  return trouble(
    "unauthorized",
    "Sign the body: X-Webhook-Signature is the hex HMAC-SHA256 of its bytes with the connection's `secret`, in lower case; with X-Webhook-Timestamp (seconds, at most 300 away) of timestamp, a dot and the bytes.",
  );
}
