/** Why an attempt failed, in a short line of our own words: nothing of what a receiver sent gets into it. */
import { STATUS_CODES } from "node:http";

const SAID: Record<string, string> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up",
};

/** `410 Gone`. */
export function statusLine(status: number): string {
  if (status >= 300 && status < 400) return "redirected to another address: refused";
  return `${status} ${STATUS_CODES[status] ?? ""}`.trim();
}

/** Undefined where it is no fault of the connection but one of this program. */
export function faultLine(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || /^ERR_(?!TLS|SSL)/.test(code)) return undefined;
  if (code.startsWith("HPE_")) return "it did not answer in HTTP";
  if (/CERT|SIGNATURE|TLS|SSL|EPROTO|ISSUER|CA_/.test(code)) return `no trusted TLS connection (${code})`;
  return SAID[code] ?? `it cannot be reached (${code})`;
}
