/** How the command ends: documented codes, and how an error becomes one. */
import type { HitlError } from "../client/call.ts";

export const EXIT = {
  done: 0,
  /** A rule says no, or somebody was faster. */
  refused: 1,
  usage: 2,
  /** No answer, or none that can be used. */
  unreachable: 3,
  forbidden: 4,
  notFound: 5,
  /** Ctrl-C: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

/** The command line itself is wrong; the sentence says how it goes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function exitOf(error: HitlError): number {
  if (error.code === "invalid_url" || error.code === "invalid_token") return EXIT.usage;
  if (error.code === "malformed_answer") return EXIT.unreachable;
  if (error.status === 401 || error.status === 403) return EXIT.forbidden;
  if (error.status === 404) return EXIT.notFound;
  return error.status >= 400 && error.status < 500 && error.status !== 429 ? EXIT.refused : EXIT.unreachable;
}

/** The error as the API's problem document, so that scripts read one shape from here and from there. */
export function problemOf(error: HitlError | UsageError): Record<string, unknown> {
  if (error instanceof UsageError)
    return { type: "urn:hitl-bot:usage", title: "Usage", status: 0, code: "usage", detail: error.message };
  const { status, code, detail, errors, checkpoint } = error;
  return {
    type: `urn:hitl-bot:${code}`,
    title: code.replaceAll("_", " "),
    status,
    code,
    detail,
    ...(errors.length === 0 ? {} : { errors }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}
