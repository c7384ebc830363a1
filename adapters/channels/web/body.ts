/**
 * A posted form, read once, at most 1.5 MB and within a deadline: what 256 KB of JSON can grow to on their way through
 * a browser, which sends three characters for one byte. Inputs that come twice count once, the last.
 */
import type { IncomingMessage } from "node:http";
import type { Fields } from "./parse.ts";

export const MAX_FORM = 1.5 * 1024 * 1024;
/** More than the fields of the largest payload (2,000 keys). */
const MAX_FIELDS = 4_200;
const DEADLINE_MS = 30_000;

export type Posted =
  | { type: "form"; fields: Fields }
  | { type: "unreadable"; status: 400 | 408 | 413 | 415; why: string };

export async function readForm(incoming: IncomingMessage): Promise<Posted> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(incoming.headers["content-type"] ?? ""))
    return no(415, "This address takes what its own forms send.");
  const text = await readText(incoming);
  if (typeof text !== "string") return text;
  // Counted before anything is made of them.
  if (text.split("&", MAX_FIELDS + 1).length > MAX_FIELDS) return no(413, "A form of this size is not taken.");
  return { type: "form", fields: new Map(new URLSearchParams(text)) };
}

function readText(incoming: IncomingMessage): Promise<string | Posted> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: string | Posted) => {
      clearTimeout(timer);
      incoming.off("data", take).off("end", end).off("error", broken).off("close", broken);
      resolve(result);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_FORM) return void chunks.push(chunk);
      incoming.pause();
      settle(no(413, "What you typed is too long: 256 KB is the most that an agent can be sent."));
    };
    const end = () => settle(Buffer.concat(chunks).toString("utf8"));
    const broken = () => settle(no(400, "The connection broke before everything had arrived. Send it again."));
    const timer = setTimeout(() => settle(no(408, "It did not arrive in time. Send it again.")), DEADLINE_MS);
    incoming.on("data", take).on("end", end).on("error", broken).on("close", broken);
  });
}

function no(status: 400 | 408 | 413 | 415, why: string): Posted {
  return { type: "unreadable", status, why };
}
