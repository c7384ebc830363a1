/**
 * One exchange with an agent's system that the settings name: no redirects, a time limit, and only as much of the
 * answer as it can sensibly hold. What comes back is only ever read as JSON, and may be anything.
 */
import { type Json, parseStrict } from "../json.ts";
import type { Limits } from "../scan.ts";
import { faultLine } from "./reason.ts";

export interface Question {
  url: string;
  method: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  /** Bytes of the answer that are read; what is longer counts as no JSON. */
  most?: number;
  /** Of what it answers, where that is a list of many things. */
  limits?: Limits;
}

export type Heard =
  | { type: "answer"; status: number; value: Json | undefined }
  /** It may have taken what was sent, or not. */
  | { type: "silent"; reason: string };

const MOST = 1_024 * 1_024;

/** Throws only what is a fault of this program. */
export async function exchange({ url, signal, most = MOST, limits, ...init }: Question): Promise<Heard> {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const text = await read(response, most);
    const parsed = text === undefined ? undefined : parseStrict(text, limits);
    return { type: "answer", status: response.status, value: parsed?.ok ? parsed.value : undefined };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { type: "silent", reason };
  }
}

async function read({ body }: Response, most: number): Promise<string | undefined> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop gives the connection up.
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** fetch wraps what the connection threw; a signal's own reason comes as it is. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "TimeoutError") return "it did not answer in time";
  if (error.name === "AbortError") return "this program was ending";
  const cause = error.cause ?? error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("UND_ERR_"))
    return code.endsWith("TIMEOUT") ? "it did not answer in time" : "the connection was cut";
  return faultLine(cause);
}
