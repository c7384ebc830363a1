/**
 * The environment's part of the settings. Empty is unset, as compose files write it. A value that may be a secret, or
 * may hold one (a store's URL), is never repeated in a sentence.
 */
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import type { StoreSetting } from "../settings.ts";
import { MAX_DURATION, parseDuration } from "../time.ts";
import { type Complain, nearest } from "./fault.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export const VARIABLES = [
  "HITL_HOST",
  "HITL_PORT",
  "HITL_BASE_URL",
  "HITL_DATA",
  "HITL_STORE",
  "HITL_APPROVERS",
  "HITL_SECRET",
  "HITL_AGENT_TOKEN",
  "HITL_ADMIN_TOKEN",
  "HITL_WEBHOOK_SECRET",
  "HITL_CALLBACK_ALLOW",
  "HITL_RETENTION",
  "HITL_RAISES_PER_MINUTE",
  "HITL_CONFIG",
  "HITL_URL",
  "HITL_TOKEN",
] as const;
type Variable = (typeof VARIABLES)[number];
/** Those of e-mail; config/email.ts reads them. */
export const MAIL_VARIABLES = ["HITL_SMTP_URL", "HITL_MAIL_FROM", "HITL_MAIL_TO"] as const;

export interface Environment {
  host: string;
  port: number;
  baseUrl: string;
  data: string;
  store: StoreSetting;
  approvers: string[];
  secret: Buffer | undefined;
  agentToken: string | undefined;
  adminToken: string | undefined;
  webhookSecret: Buffer | undefined;
  callbackAllow: string[];
  /** Ms; null: never. */
  retention: number | null;
  /** Null: as many as come. */
  raisesPerMinute: number | null;
  /** As the operator wrote it; the default one may be missing. */
  config: { name: string; path: string; required: boolean };
}

export const RANDOM = "`openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`";

export function readEnvironment(env: Env, cwd: string, complain: Complain): Environment {
  const { data, store, secret } = readPlaces(env, cwd, complain);
  if (store.type === "redis" && read(env, "HITL_SECRET") === undefined)
    complain(
      `HITL_SECRET is not set, and every replica on Redis needs the same one: set it to the output of ${RANDOM}.`,
    );
  const config = read(env, "HITL_CONFIG");
  const name = config ?? "hitl.config.yml";
  return {
    ...readAddress(env, complain),
    data,
    store,
    approvers: listOf(read(env, "HITL_APPROVERS")),
    secret,
    agentToken: tokenOf("HITL_AGENT_TOKEN", env, complain),
    adminToken: tokenOf("HITL_ADMIN_TOKEN", env, complain),
    webhookSecret: webhookSecretOf(read(env, "HITL_WEBHOOK_SECRET"), complain),
    callbackAllow: allowOf(read(env, "HITL_CALLBACK_ALLOW"), complain),
    retention: retentionOf(read(env, "HITL_RETENTION") ?? "90d", complain),
    raisesPerMinute: raisesOf(read(env, "HITL_RAISES_PER_MINUTE") ?? "600", complain),
    config: { name, path: resolve(cwd, name), required: config !== undefined },
  };
}

export function readPlaces(env: Env, cwd: string, complain: Complain): Pick<Environment, "data" | "store" | "secret"> {
  const data = resolve(cwd, read(env, "HITL_DATA") ?? ".hitl");
  const store = storeOf(read(env, "HITL_STORE"), data, cwd, complain);
  return { data, store, secret: secretOf(read(env, "HITL_SECRET"), complain) };
}

export function readAddress(env: Env, complain: Complain): Pick<Environment, "host" | "port" | "baseUrl"> {
  const host = hostOf(read(env, "HITL_HOST") ?? "127.0.0.1", complain);
  const port = portOf(read(env, "HITL_PORT") ?? "8787", complain);
  return { host, port, baseUrl: urlOf("HITL_BASE_URL", env, complain) ?? `http://${reachable(host)}:${port}` };
}

export function read(env: Env, name: Variable): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

/** A mistyped HITL_APROVERS must not leave approvers unset in silence. Names that the file uses are its own affair. */
export function checkNames(env: Env, used: ReadonlySet<string>, complain: Complain): void {
  const known: readonly string[] = [...VARIABLES, ...MAIL_VARIABLES];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("HITL_") || used.has(name) || known.includes(name)) continue;
    const near = nearest(name, known);
    if (near !== undefined) complain(`${name} is not a setting; did you mean ${near}? Rename or unset it.`);
  }
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** What a bearer token must be like, wherever it is configured. */
export function tokenFault(token: string): string | undefined {
  if (token.length < 16) return `has fewer than 16 characters: use a long random one, such as the output of ${RANDOM}`;
  if (token.length > 512) return "has more than 512 characters: use a shorter one";
  return /^[\x21-\x7e]+$/.test(token)
    ? undefined
    : "holds a space or a character that no HTTP header can carry: use A-Z a-z 0-9 _ -";
}

export function secretBytes(text: string): Buffer | undefined {
  return /^[\w-]{43}=?$/.test(text) ? Buffer.from(text, "base64url") : undefined;
}

export function tokenOf(name: Variable, env: Env, complain: Complain): string | undefined {
  const token = read(env, name);
  const fault = token === undefined ? undefined : tokenFault(token);
  if (fault !== undefined) complain(`${name} ${fault}.`);
  return token;
}

export function urlOf(name: Variable, env: Env, complain: Complain): string | undefined {
  const text = read(env, name);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const plain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, "");
  complain(`${name} must be an address like https://hitl.example.com, without user, password, query or fragment.`);
  return undefined;
}

/** A wildcard is where to listen; what a link says is where it can be reached from here. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return isIP(host) === 6 ? `[${host}]` : host;
}

function hostOf(text: string, complain: Complain): string {
  if (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text;
  complain(`HITL_HOST must be an address or a host name like 127.0.0.1, ::1 or 0.0.0.0, not "${text}".`);
  return "127.0.0.1";
}

function portOf(text: string, complain: Complain): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  // Kubernetes puts HITL_PORT=tcp://… into every pod beside a service that is called "hitl".
  const cure = text.startsWith("tcp://")
    ? "; Kubernetes set it for a service of that name, so say `enableServiceLinks: false`"
    : "";
  complain(`HITL_PORT must be a port from 0 (any free one) to 65535, not "${text}"${cure}.`);
  return 8_787;
}

function storeOf(text: string | undefined, data: string, cwd: string, complain: Complain): StoreSetting {
  const embedded: StoreSetting = { type: "sqlite", path: join(data, "hitl.db") };
  if (text === undefined) return embedded;
  const [scheme = "", rest = ""] = split(text, ":");
  if (text === "memory:") return { type: "memory" };
  if (scheme === "redis+sentinel" || scheme === "redis+cluster")
    complain(`HITL_STORE: ${scheme}:// is not supported by this version yet; use redis://HOST:PORT or sqlite:PATH.`);
  else if (scheme === "redis" || scheme === "rediss") {
    if (rest.startsWith("//") && URL.parse(text)?.hostname) return { type: "redis", url: text };
    complain(`HITL_STORE must name a host, as in ${scheme}://redis.example.com:6379.`);
  } else if (scheme === "sqlite") {
    if (rest === ":memory:")
      complain("HITL_STORE: write memory: for a store that forgets (tests only), or sqlite:PATH.");
    else if (rest === "" || /^\/\/[^/]/.test(rest))
      complain("HITL_STORE must name a file, as in sqlite:.hitl/hitl.db.");
    else return { type: "sqlite", path: resolve(cwd, rest) };
  } else complain("HITL_STORE must be sqlite:PATH, redis://HOST:PORT, rediss://HOST:PORT or memory:.");
  return embedded;
}

function secretOf(text: string | undefined, complain: Complain): Buffer | undefined {
  const secret = text === undefined ? undefined : secretBytes(text);
  if (text !== undefined && secret === undefined)
    complain(`HITL_SECRET must be exactly 32 bytes in base64url (43 characters): use the output of ${RANDOM}.`);
  return secret;
}

/** Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. */
function webhookSecretOf(text: string | undefined, complain: Complain): Buffer | undefined {
  if (text === undefined) return undefined;
  const encoded = /^whsec_([A-Za-z0-9+/]{2,}={0,2})$/.exec(text)?.[1];
  const secret = encoded === undefined ? undefined : Buffer.from(encoded, "base64");
  if (secret !== undefined && secret.length >= 24 && secret.length <= 64) return secret;
  complain(
    'HITL_WEBHOOK_SECRET must be "whsec_" and the base64 of 24 to 64 bytes: put whsec_ before the output of `openssl rand -base64 32`.',
  );
  return undefined;
}

function allowOf(text: string | undefined, complain: Complain): string[] {
  const entries = listOf(text);
  for (const entry of entries)
    if (!isDestination(entry))
      complain(
        `HITL_CALLBACK_ALLOW: "${entry}" must be a host, host:port or network like 127.0.0.1:9000, hooks.internal or 10.1.0.0/16.`,
      );
  return entries.map((entry) => entry.toLowerCase());
}

function isDestination(entry: string): boolean {
  const [address = "", prefix] = split(entry, "/");
  if (prefix !== undefined) {
    const bits = address.includes("%") ? -1 : ({ 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1);
    return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  }
  if (isIP(entry) === 6) return !entry.includes("%");
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  // As a callback's URL would be read: 1.2.3.4.5 is neither an address nor a name.
  return /^(\[[\da-f:.]+\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/i.test(host) && URL.canParse(`http://${host}`);
}

function retentionOf(text: string, complain: Complain): number | null {
  if (text === "never") return null;
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= MAX_DURATION) return ms;
  complain(`HITL_RETENTION must be a duration like 90d or 12h, or never, not "${text}".`);
  return null;
}

function raisesOf(text: string, complain: Complain): number | null {
  if (text === "unlimited") return null;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  complain(`HITL_RAISES_PER_MINUTE must be a whole number from 1 to 9999999, or unlimited, not "${text}".`);
  return null;
}

function listOf(text: string | undefined): string[] {
  const entries = (text ?? "").split(",").map((entry) => entry.trim());
  return [...new Set(entries.filter((entry) => entry !== ""))];
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
