/**
 * The log: JSON lines about the program's own work, never about what people and agents wrote.
 *
 * Two nets under that rule: members whose names speak of secrets are blanked at every depth, and the finished line is
 * cleared of the configured secrets and of everything that has a token's shape, wherever it hid.
 */
import querystring from "node:querystring";
import { type DestinationStream, type Logger, pino } from "pino";
import { hiddenText } from "./policy/redact/raise.ts";
import { SENTENCE_RULES } from "./policy/redact/rules.ts";
import type { Settings } from "./settings.ts";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

export const BLANK = "[redacted]";

/** Deeper objects are not logged at all; the program's own are flat. */
const DEPTH = 6;
const TELLING = /authorization|cookie|password|passwd|secret|token|api_?key|credential|signature/i;

/** Bounded or without alternatives to go back to, so that a crafted line costs no more than another. */
const SHAPES =
  /\b(?:Bearer|Basic) {1,4}[\w.~+/=-]{8,}|\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|\bwhsec_[\w+/=]{8,}|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,60}/g;

export function makeLog(
  level: string,
  secrets: readonly string[] = [],
  stream: DestinationStream = process.stdout,
): Logger {
  // Below eight characters a "secret" would blank ordinary words.
  const known = secrets.filter((secret) => secret.length >= 8).map((secret) => JSON.stringify(secret).slice(1, -1));
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // faultOf has made plain objects of errors; the library's own serializer would add to them.
      serializers: { err: (fault: unknown) => fault },
      formatters: { level: (label) => ({ level: label }), log: (line) => blanked(line, DEPTH) as typeof line },
      hooks: { streamWrite: (line) => scrub(line, known) },
    },
    stream,
  );
}

/** What the settings hold that may stand in no line. */
export function secretsOf(
  settings: Pick<Settings, "tokens" | "secret" | "store" | "slack" | "discord" | "email" | "connections">,
): string[] {
  const urls = settings.store.type === "redis" ? [passwordOf(settings.store.url)] : [];
  const own = [settings.secret.toString("base64url"), settings.secret.toString("hex")];
  const { botToken = "", appToken = "", signingSecret = "" } = settings.slack ?? {};
  const agents = settings.connections.flatMap((each) => [
    each.token ?? "",
    "secret" in each ? (each.secret ?? "") : "",
  ]);
  const slack = [
    botToken,
    appToken,
    signingSecret,
    settings.discord?.token ?? "",
    settings.email?.login?.password ?? "",
  ];
  return [...settings.tokens.map((token) => token.token), ...own, ...urls, ...slack, ...agents].filter(
    (secret) => secret !== "",
  );
}

function passwordOf(url: string): string {
  return URL.canParse(url) ? querystring.unescape(new URL(url).password) : "";
}

function scrub(line: string, known: readonly string[]): string {
  return known.reduce((text, secret) => text.replaceAll(secret, BLANK), line).replaceAll(SHAPES, BLANK);
}

function blanked(value: unknown, depth: number): unknown {
  if (typeof value === "string") return hiddenText(value, SENTENCE_RULES);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return faultOf(value, depth);
  if (depth === 0 || ArrayBuffer.isView(value)) return BLANK;
  if (Array.isArray(value)) return value.map((item) => blanked(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      TELLING.test(key) && typeof member !== "number" && typeof member !== "boolean"
        ? BLANK
        : blanked(member, depth - 1),
    ]),
  );
}

/** Name, message, stack and cause; errors of libraries also carry whole requests, which stay out. */
function faultOf(error: Error, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const code = "code" in error ? error.code : undefined;
  return {
    name,
    message: blanked(message, depth),
    code,
    stack: blanked(stack, depth),
    ...(cause instanceof Error && depth > 0 ? { cause: faultOf(cause, depth - 1) } : {}),
  };
}
