/**
 * The web inbox: where people decide in a browser. Pages are read with GET and change nothing; what a person does is a
 * POST from one of those pages, in their own session. Everything works without the script, which only keeps pages up
 * to date and brings the keys.
 */
import { Hono } from "hono";
import type { Access } from "../../../src/access.ts";
import type { Links } from "../../../src/links.ts";
import type { MailLink } from "../../../src/mail-links.ts";
import type { Directory } from "../../../src/policy/directory.ts";
import type { Clock, Shelf } from "../../../src/ports.ts";
import { loadAssets } from "./assets.ts";
import { makeDecide } from "./decide.ts";
import { makeLive } from "./live.ts";
import { helpPage } from "./pages/help.ts";
import { layout, type Page, type Viewer } from "./pages/layout.ts";
import { NO_PAGE, type Trouble, troublePage } from "./pages/trouble.ts";
import { mountCheckpoint } from "./routes/checkpoint.ts";
import { mountDeliveries } from "./routes/deliveries.ts";
import { mountFigures } from "./routes/figures.ts";
import { mountLists } from "./routes/lists.ts";
import { mountSessions } from "./routes/sessions.ts";
import { mountSignIn } from "./routes/sign-in.ts";
import { look, type Site } from "./routes/site.ts";
import { makeSessions } from "./sessions.ts";
import { makeShow, type WebDesk } from "./show.ts";
import type { Person } from "./standing.ts";
import { type Env, makeTransport, respond, type TransportParts, type Visit } from "./transport.ts";

export interface InboxParts {
  desk: WebDesk;
  access: Pick<Access, "person">;
  directory: Pick<Directory, "people" | "admin" | "nameOf">;
  links: Pick<Links, "look" | "take">;
  /** Sends a sign-in link to an address that is somebody's here; absent: no mail leaves. */
  mailLink?: MailLink;
  shelf: Shelf;
  clock: Clock;
  /** Signs what forms carry. */
  key: Buffer;
  baseUrl: string;
  log: TransportParts["log"];
  metrics: TransportParts["metrics"];
}

export function inbox(parts: InboxParts): Hono<Env> {
  const { desk, access, directory, links, shelf, clock, key, baseUrl } = parts;
  const app = new Hono<Env>();
  const assets = loadAssets();
  const sessions = makeSessions({ shelf, clock, key });
  const show = makeShow({ desk, clock, nameOf: directory.nameOf });

  function person(id: string): Person | undefined {
    const caller = access.person(id, "web");
    return caller === undefined || caller.role === "agent" ? undefined : caller;
  }

  function viewerOf({ session, caller, token }: Visit): Viewer {
    return { person: session.person, name: directory.nameOf(session.person), isAdmin: caller.role === "admin", token };
  }

  function page(visit: Visit | undefined, rest: Omit<Page, "viewer" | "assets">, status = 200): Response {
    const viewer = visit === undefined ? null : viewerOf(visit);
    return respond(layout({ ...rest, assets, viewer }), status);
  }

  function tell(visit: Visit | undefined, trouble: Trouble): Response {
    const response = page(visit, { title: trouble.title, body: troublePage(trouble) }, trouble.status);
    if (trouble.status === 503) response.headers.set("Retry-After", "1");
    return response;
  }

  const transport = makeTransport({ ...parts, sessions, person, tell });
  const decide = makeDecide({ desk, show, page, tell });
  const site: Site = {
    app,
    desk,
    directory,
    clock,
    key,
    baseUrl,
    sessions,
    transport,
    show,
    decide,
    person,
    page,
    tell,
  };

  mountLists(site);
  mountCheckpoint(site);
  mountSignIn(site, links, parts.mailLink);
  mountSessions(site);
  mountDeliveries(site);
  mountFigures(site);

  look(site, "/events", makeLive({ desk, holds: ({ session }) => sessions.stands(session) }));

  app.get(
    "/assets/:file",
    transport.open(
      "GET /assets/:file",
      (call) => assets.serve(call.req.param("file") ?? "") ?? tell(undefined, NO_PAGE),
    ),
  );

  app.get(
    "/help",
    transport.open("GET /help", async (call) => {
      const visit = await transport.visitOf(call);
      return page(visit, { title: "Help", here: "help", body: helpPage(visit !== undefined) });
    }),
  );

  // For people who follow an old link; programs get the API's own answer.
  app.get("*", async (call, next) => {
    const wanted = call.env.incoming.headers.accept ?? "";
    if (!wanted.includes("text/html") || call.req.path.startsWith("/v1/")) return next();
    return tell(await transport.visitOf(call).catch(() => undefined), NO_PAGE);
  });

  return app;
}
