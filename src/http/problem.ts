/**
 * Every "no" of the API as `application/problem+json`: a code for programs, a sentence that says what to do for
 * people, pointers where a request is at fault, and the checkpoint as it stands where somebody was faster.
 */

import type { Caller } from "../access.ts";
import { REFUSALS } from "../card.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { Problem } from "../json.ts";
import { hiddenText } from "../policy/redact/raise.ts";
import { SENTENCE_RULES } from "../policy/redact/rules.ts";
import { viewOf } from "../view.ts";

/** What only HTTP can get wrong, beside what the desk refuses. */
export const CODES = {
  ...REFUSALS,
  bad_request: 400,
  not_json: 400,
  unauthorized: 401,
  method_not_allowed: 405,
  request_timeout: 408,
  timed_out: 408,
  too_large: 413,
  unsupported_media_type: 415,
  internal: 500,
} as const;
export type Code = keyof typeof CODES;

export interface Trouble {
  type: "refused";
  code: Code;
  detail: string;
  errors?: Problem[];
  /** Seconds. */
  retryAfter?: number;
  checkpoint?: Checkpoint;
  headers?: Record<string, string>;
  /** Further members of the answer. */
  more?: Record<string, unknown>;
}

export const SECURITY = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
};
const JSON_HEADERS = { ...SECURITY, "Content-Type": "application/json" };
const PROBLEM_HEADERS = { ...SECURITY, "Content-Type": "application/problem+json" };

/** What a sender gets back of their own words is kept short. */
const POINTER = 200;
const ERRORS = 20;

export function trouble(code: Code, detail: string, errors?: Problem[]): Trouble {
  return errors === undefined ? { type: "refused", code, detail } : { type: "refused", code, detail, errors };
}

export function answer(value: unknown, status = 200, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers },
  });
}

export function plain(text: string, contentType: string): Response {
  return new Response(text, { headers: { ...SECURITY, "Content-Type": contentType } });
}

export function problem(trouble: Trouble, baseUrl: string, to?: Pick<Caller, "role">): Response {
  const { code, detail, errors, retryAfter, checkpoint, headers, more } = trouble;
  const status = CODES[code];
  const body = {
    type: `urn:hitl-bot:${code}`,
    title: titleOf(code),
    status,
    code,
    detail: hiddenText(detail, SENTENCE_RULES),
    ...(errors === undefined ? {} : { errors: errors.slice(0, ERRORS).map(short) }),
    // A conflict is answered with the truth: who decided what, when.
    ...(checkpoint !== undefined && status === 409 ? { checkpoint: viewOf(checkpoint, baseUrl, to) } : {}),
    ...more,
  };
  const later = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return new Response(JSON.stringify(body), { status, headers: { ...PROBLEM_HEADERS, ...later, ...headers } });
}

function titleOf(code: Code): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function short({ pointer, message }: Problem): Problem {
  // Cut first, since it may be long; a secret that is cut through lies beyond what is shown.
  const at = hiddenText(pointer.slice(0, 10 * POINTER), SENTENCE_RULES);
  return {
    pointer: at.length > POINTER ? `${at.slice(0, POINTER)}…` : at,
    message: hiddenText(message, SENTENCE_RULES),
  };
}
