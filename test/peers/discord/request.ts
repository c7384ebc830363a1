/** A request as the routes see it: body parsed, JSON or multipart, files beside it. */
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { isObject } from "./limits/problems.ts";
import type { Json } from "./wire.ts";

export interface Upload {
  /** The number in `files[n]`, which `attachments[].id` refers to. */
  key: string;
  name: string;
  type: string;
  bytes: Buffer;
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  params: { [name: string]: string | undefined };
  body: Json;
  /** The body, empty where it is no object. */
  fields: Record<string, unknown>;
  uploads: Upload[];
}

/** Null: the body is not what its content type says. */
export async function readBody(request: IncomingMessage): Promise<{ body: Json; uploads: Upload[] } | null> {
  const bytes = await buffer(request);
  const type = request.headers["content-type"] ?? "";
  if (bytes.length === 0) return { body: null, uploads: [] };
  try {
    if (!type.startsWith("multipart/form-data")) return { body: JSON.parse(bytes.toString("utf8")), uploads: [] };
    return await multipart(bytes, type);
  } catch {
    return null;
  }
}

async function multipart(bytes: Buffer, type: string): Promise<{ body: Json; uploads: Upload[] }> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const uploads: Upload[] = [];
  let body: Json = {};
  for (const [field, value] of form.entries()) {
    if (typeof value === "string") {
      if (field === "payload_json") body = JSON.parse(value);
      continue;
    }
    uploads.push({
      key: /^files\[(\d+)\]$/.exec(field)?.[1] ?? field,
      name: value.name,
      type: value.type || "application/octet-stream",
      bytes: Buffer.from(await value.arrayBuffer()),
    });
  }
  return { body, uploads };
}

export function fieldsOf(body: Json): Record<string, unknown> {
  return isObject(body) ? body : {};
}
