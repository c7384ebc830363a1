/**
 * Requests in, pages out. Every page is private, in no frame, and runs nothing but the inbox's own script; every POST
 * must come from one of our own pages. The only file, beside index.ts, that knows the web framework.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Origin } from "../../../src/access.ts";
import type { Log } from "../../../src/log.ts";
import type { Metrics } from "../../../src/metrics.ts";
import { readForm } from "./body.ts";
import { isOwnForm, isSame } from "./csrf.ts";
import type { Html } from "./markup.ts";
import { BROKEN, FOREIGN, type Trouble, UNAVAILABLE } from "./pages/trouble.ts";
import type { Fields } from "./parse.ts";
import type { Session, Sessions } from "./sessions.ts";
import { LIFE_MS } from "./sessions.ts";
import type { Person } from "./standing.ts";

export type Env = { Bindings: HttpBindings };
export type Call = Context<Env>;

/** A signed-in person's request. */
export interface Visit {
  call: Call;
  caller: Person;
  session: Session;
  /** What the forms of this session carry. */
  token: string;
}

export interface TransportParts {
  sessions: Pick<Sessions, "find" | "token">;
  /** A person as the settings know them now. */
  person(id: string): Person | undefined;
  baseUrl: string;
  log: Pick<Log, "error">;
  metrics: Pick<Metrics, "http">;
  /** A page that tells of trouble. */
  tell(visit: Visit | undefined, trouble: Trouble): Response;
}

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Not no-referrer, which would take the Origin from our own forms.
  "Referrer-Policy": "same-origin",
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export function respond(page: Html, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(String(page), { status, headers: { ...HEADERS, ...headers } });
}

/** After a POST, so that reloading sends nothing twice. */
export function redirect(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { Location: path, "Cache-Control": "no-store", ...headers } });
}

export function originOf({ env }: Call): Origin {
  const address = env.incoming.socket.remoteAddress;
  return address === undefined ? { surface: "web" } : { surface: "web", address };
}

/** Browsers take `__Host-` over https only; without it the port tells the cookies of two bots on one machine apart. */
export function cookieName(baseUrl: string): string {
  const { protocol, port } = new URL(baseUrl);
  return protocol === "https:" ? "__Host-hitl" : `hitl_${port || 80}`;
}

export function setCookie(baseUrl: string, value: string | null): Record<string, string> {
  const secure = baseUrl.startsWith("https:") ? "; Secure" : "";
  const age = value === null ? 0 : LIFE_MS / 1_000;
  // Lax: a link in a chat must find the session.
  return {
    "Set-Cookie": `${cookieName(baseUrl)}=${value ?? ""}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`,
  };
}

/** A path of our own, or the start. */
export function localPath(path: string | undefined | null): string {
  return path !== undefined && path !== null && /^\/(?![/\\])[\x21-\x7e]{0,500}$/.test(path) ? path : "/";
}

export function makeTransport({ sessions, person, baseUrl, log, metrics, tell }: TransportParts) {
  const name = cookieName(baseUrl);

  async function visitOf(call: Call): Promise<Visit | undefined> {
    const cookies = call.env.incoming.headers.cookie ?? "";
    const cookie = cookies.split(/;\s*/).find((each) => each.startsWith(`${name}=`));
    const use = call.env.incoming.headers["hitl-live"] === undefined;
    const session = await sessions.find(cookie?.slice(name.length + 1), use);
    const caller = session === undefined ? undefined : person(session.person);
    return session === undefined || caller === undefined
      ? undefined
      : { call, caller, session, token: sessions.token(session) };
  }

  function isOwn({ env }: Call): boolean {
    const { host, origin, "sec-fetch-site": site } = env.incoming.headers;
    return isOwnForm({ host, origin, site: typeof site === "string" ? site : undefined }, baseUrl);
  }

  /** For everybody. */
  const open =
    (route: string, handle: (call: Call) => Promise<Response> | Response, sent?: Sent) => async (call: Call) => {
      const started = performance.now();
      let response: Response;
      try {
        response = await handle(call);
      } catch (error) {
        response = fault(error, call, route, sent?.get(call));
      }
      metrics.http.observe({ route: `web ${route}`, status: response.status }, (performance.now() - started) / 1_000);
      return response;
    };

  /** For whoever is signed in; others are shown the way. */
  const look = (route: string, handle: (visit: Visit) => Promise<Response>) =>
    open(route, async (call) => {
      const visit = await visitOf(call);
      if (visit !== undefined) return handle(visit);
      const { pathname, search } = new URL(call.req.url);
      const to = localPath(pathname + search);
      return redirect(to === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`);
    });

  /** What was posted, until it is answered: a fault of the store must not lose what somebody typed. */
  type Sent = WeakMap<Call, Fields>;

  /** A form from one of our own pages. */
  const form = (route: string, handle: (call: Call, fields: Fields) => Promise<Response>) => {
    const sent: Sent = new WeakMap();
    return open(
      route,
      async (call) => {
        if (!isOwn(call)) return tell(undefined, FOREIGN);
        const posted = await readForm(call.env.incoming);
        if (posted.type === "unreadable")
          return tell(undefined, { status: posted.status, title: "Not taken", words: posted.why });
        sent.set(call, posted.fields);
        return handle(call, posted.fields);
      },
      sent,
    );
  };

  /**
   * A form of a signed-in person. Without a session, or with a page that another session made, `otherwise` answers:
   * nothing has happened then, and what was typed must not be lost.
   */
  const post = (
    route: string,
    handle: (visit: Visit, fields: Fields) => Promise<Response>,
    otherwise: (call: Call, fields: Fields, visit: Visit | undefined) => Promise<Response>,
  ) =>
    form(route, async (call, fields) => {
      const visit = await visitOf(call);
      if (visit === undefined || !isSame(fields.get("csrf"), visit.token)) return otherwise(call, fields, visit);
      return handle(visit, fields);
    });

  function fault(error: unknown, call: Call, route: string, fields: Fields | undefined): Response {
    log.error({ err: error, route: `web ${route}` }, "a page failed");
    // By name, so that an adapter's own copy of the class counts too.
    const isStore = error instanceof Error && error.name === "StoreUnavailable";
    const again = fields === undefined ? {} : { again: { path: call.req.path, fields } };
    return tell(undefined, { ...(isStore ? UNAVAILABLE : BROKEN), ...(isStore ? again : {}) });
  }

  return { open, look, form, post, visitOf };
}
