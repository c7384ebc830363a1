/**
 * A request's body, read once and straight from the socket: at most 256 KB however it is sent, within a deadline,
 * UTF-8, strict JSON. What is too large or too slow is not read on.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { type Json, parseStrict } from "../json.ts";
import { type Trouble, trouble } from "./problem.ts";

export const MAX_BODY = 256 * 1024;
/** Longer than any honest sender of 256 KB needs. */
export const BODY_DEADLINE_MS = 15_000;

const JSON_TYPE = /^application\/(?:[\w.+-]{1,80}\+)?json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

export async function readJson(
  incoming: IncomingMessage,
  deadline: number,
): Promise<{ type: "body"; value: Json } | Trouble> {
  const raw = await readRaw(incoming, deadline);
  return raw.type === "refused" ? raw : parseBody(raw.bytes);
}

/** What a signature is over: the bytes of what claims to be JSON, not looked into. */
export async function readRaw(
  incoming: IncomingMessage,
  deadline: number,
): Promise<{ type: "raw"; bytes: Buffer } | Trouble> {
  if (!JSON_TYPE.test(incoming.headers["content-type"] ?? ""))
    return trouble("unsupported_media_type", "Send the body as JSON, with Content-Type: application/json.");
  if ((incoming.headers["content-encoding"] ?? "identity") !== "identity")
    return trouble("unsupported_media_type", "Send the body uncompressed, without Content-Encoding.");
  const bytes = await readBytes(incoming, deadline);
  return "type" in bytes ? bytes : { type: "raw", bytes };
}

export function parseBody(bytes: Buffer): { type: "body"; value: Json } | Trouble {
  if (!isUtf8(bytes)) return notJson("", "the body is not UTF-8");
  const parsed = parseStrict(bytes.toString("utf8"));
  if (!parsed.ok) return notJson(parsed.problem.pointer, parsed.problem.message);
  return { type: "body", value: parsed.value };
}

function readBytes(incoming: IncomingMessage, deadline: number): Promise<Buffer | Trouble> {
  if (Number(incoming.headers["content-length"] ?? 0) > MAX_BODY) return Promise.resolve(tooLarge());
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Buffer | Trouble) => {
      clearTimeout(timer);
      incoming.off("data", take).off("end", end).off("error", broken).off("close", broken);
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= MAX_BODY) return;
      // What is still coming is thrown away by the listener for a moment, so that the sender can read the answer.
      incoming.pause();
      settle(tooLarge());
    };
    const end = () => settle(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    const broken = () => settle(trouble("bad_request", "The connection broke before the body was complete."));
    const timer = setTimeout(() => settle(tooSlow(deadline)), deadline);
    incoming.on("data", take).on("end", end).on("error", broken).on("close", broken);
  });
}

function tooLarge(): Trouble {
  return trouble("too_large", "A body may hold 256 KB; put what is large elsewhere and send a link to it.");
}

function tooSlow(deadline: number): Trouble {
  const detail = `The body was not complete after ${deadline / 1_000} s; send it in one go.`;
  return { ...trouble("request_timeout", detail), headers: { Connection: "close" } };
}

function notJson(pointer: string, message: string): Trouble {
  return trouble("not_json", `The body cannot be taken: ${message}.`, [{ pointer, message }]);
}
