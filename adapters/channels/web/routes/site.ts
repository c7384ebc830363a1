/** What every route of the inbox shares: who looks, and the frame that a page is put into. */
import type { Hono } from "hono";
import type { Directory } from "../../../../src/policy/directory.ts";
import type { Clock } from "../../../../src/ports.ts";
import type { makeDecide } from "../decide.ts";
import type { Page } from "../pages/layout.ts";
import type { Trouble } from "../pages/trouble.ts";
import type { Sessions } from "../sessions.ts";
import type { makeShow, WebDesk } from "../show.ts";
import type { Person } from "../standing.ts";
import type { Env, makeTransport, Visit } from "../transport.ts";

export interface Site {
  app: Hono<Env>;
  desk: WebDesk;
  directory: Pick<Directory, "people" | "admin" | "nameOf">;
  clock: Clock;
  /** Seals what forms carry. */
  key: Buffer;
  baseUrl: string;
  sessions: Sessions;
  transport: ReturnType<typeof makeTransport>;
  show: ReturnType<typeof makeShow>;
  decide: ReturnType<typeof makeDecide>;
  /** A person as the settings know them now. */
  person(id: string): Person | undefined;
  page(visit: Visit | undefined, page: Omit<Page, "viewer" | "assets">, status?: number): Response;
  tell(visit: Visit | undefined, trouble: Trouble): Response;
}

/** A page for whoever is signed in. */
export function look({ app, transport }: Site, path: string, handle: (visit: Visit) => Promise<Response>): void {
  app.get(path, transport.look(`GET ${path}`, handle));
}
