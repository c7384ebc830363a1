/**
 * `GET /v1/audit`: the record for the admin, entry by entry, as lines of JSON (all of it, as it can be checked) or as
 * CSV (for reading). It is pulled at the reader's pace; an answer that ends early was cut, and says so by breaking off.
 */
import type { AuditView } from "../../../src/answers.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import type { DoorAdapter } from "../../../src/door.ts";
import type { FrameParts, Handler } from "../../../src/http/frame.ts";
import { SECURITY, trouble } from "../../../src/http/problem.ts";
import { readQuery } from "../../../src/http/query.ts";
import type { Logged } from "../../../src/ports.ts";
import { auditView } from "../../../src/view.ts";
import { decisionsOf, shapedLines } from "./audit-shapes.ts";
import { row } from "./csv.ts";
import { auditQuery } from "./query.ts";

/** Characters made before the reader is waited for. */
const SLICE = 64 * 1024;

const COLUMNS = [
  ...["seq", "at", "host", "checkpoint", "revision", "event", "by", "name", "surface", "account", "workspace"],
  ...["address", "digest", "action", "outcome", "comment", "data"],
];

const FORMATS = {
  jsonl: { type: "application/jsonl", head: "", line: (entry: AuditView) => `${JSON.stringify(entry)}\n` },
  csv: { type: "text/csv; charset=utf-8; header=present", head: row(COLUMNS), line: csvLine },
};

const encoder = new TextEncoder();

/** How each protocol's own agents would have written it; null: they would not have. */
export type Shapes = ReadonlyMap<string, NonNullable<DoorAdapter["auditEntry"]>>;

export function auditHandler(desk: Pick<DeskPort, "audit" | "read">, log: FrameParts["log"], shapes: Shapes): Handler {
  return (call, caller) => {
    const query = readQuery(call.req.url, auditQuery);
    if (query.type === "refused") return query;
    const { from, to, format = "jsonl", as } = query.value;
    const shape = as === undefined ? undefined : shapes.get(as);
    if (as !== undefined && shape === undefined)
      return trouble("invalid_request", `The agents of ${as} keep no record of their own; leave \`as\` out.`, [
        { pointer: "/query/as", message: "has no such record" },
      ]);
    if (from !== undefined && to !== undefined && from >= to)
      return trouble("invalid_request", "`from` has to be before `to`; the time of `to` itself is left out.", [
        { pointer: "/query/from", message: "is not before to" },
      ]);
    const { outgoing } = call.env;
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    const stretch = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const record = desk.audit(caller, stretch, gone.signal);
    if (record.type === "refused") return record;
    const headers = {
      ...SECURITY,
      "Content-Type": FORMATS[format].type,
      "Content-Disposition": `attachment; filename="audit.${format}"`,
    };
    if (call.req.method === "HEAD") return new Response(null, { headers });
    const fault = (error: unknown) => {
      log.error({ err: error, route: "GET /v1/audit" }, "an export was cut");
      outgoing.destroy();
    };
    const lines =
      shape === undefined
        ? linesOf(record.entries, format)
        : shapedLines(
            decisionsOf(record.entries, (id) => desk.read(caller, id)),
            shape,
            format,
          );
    return new Response(bodyOf(lines, fault), { headers });
  };
}

async function* linesOf(entries: AsyncIterable<Logged>, format: keyof typeof FORMATS): AsyncGenerator<string, void> {
  const { head, line } = FORMATS[format];
  yield head;
  for await (const logged of entries) yield line(auditView(logged));
}

function bodyOf(lines: AsyncGenerator<string, void>, fault: (error: unknown) => void) {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let made = "";
        try {
          for (;;) {
            const { done, value } = await lines.next();
            if (done) break;
            made += value;
            if (made.length < SLICE) continue;
            controller.enqueue(encoder.encode(made));
            return;
          }
        } catch (error) {
          return fault(error);
        }
        if (made !== "") controller.enqueue(encoder.encode(made));
        controller.close();
      },
      async cancel() {
        await lines.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** In the order of COLUMNS. What people wrote comes in one column, whatever it was called. */
function csvLine({ seq, at, host, id, revision, type, by, address, digest, data }: AuditView): string {
  const person = by.kind === "person" ? by : undefined;
  const { action, outcome, feedback, reason, text } = data;
  const comment = [feedback, reason, text].find((words) => typeof words === "string");
  const plain = (value: unknown) => (typeof value === "string" ? value : undefined);
  return row([
    ...[seq, at, host, id, revision, type],
    ...(by.kind === "person" ? [by.person, by.name] : [`${by.kind}:${by.name}`, undefined]),
    ...[person?.surface, person?.id, person?.tenant, address, digest],
    ...[plain(action), plain(outcome), plain(comment), JSON.stringify(data)],
  ]);
}
