/**
 * The HTTP API that agents, scripts and operators hold on to, as one Hono app. Nothing is decided here: every route
 * reads a request, asks the desk, and shows its answer. Other doors are mounted on the same app, which answers 404 and
 * 405 for all of them.
 */
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Access } from "../../../src/access.ts";
import type { Capabilities } from "../../../src/capability.ts";
import type { Connection } from "../../../src/connections.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import type { DoorOperation } from "../../../src/door.ts";
import { BODY_DEADLINE_MS } from "../../../src/http/body.ts";
import { type Env, type FrameParts, type Handler, makeFrame, type Open } from "../../../src/http/frame.ts";
import { plain, problem, trouble } from "../../../src/http/problem.ts";
import type { Links } from "../../../src/links.ts";
import { auditHandler, type Shapes } from "./audit.ts";
import { checkpointHandlers } from "./checkpoints.ts";
import { connectionHandlers } from "./connections.ts";
import { deliveryHandlers } from "./deliveries.ts";
import { type EventParts, eventHandler, type StreamLimits } from "./events.ts";
import { type HealthParts, healthHandlers } from "./health.ts";
import { linkHandler } from "./links.ts";
import { methodsAt } from "./methods.ts";
import { openApi } from "./openapi.ts";
import { statsHandler } from "./stats.ts";
import { whoami } from "./whoami.ts";

export interface HttpOptions {
  /** Of links, without a slash at the end. */
  baseUrl: string;
  version: string;
  /** Whether `/metrics` needs no token: only where nobody from outside can call. */
  openMetrics: boolean;
  ready: HealthParts["ready"];
  metrics: FrameParts["metrics"] & HealthParts["metrics"] & EventParts["metrics"];
  log: FrameParts["log"];
  /** Ms within which a body must be complete. */
  bodyDeadline?: number;
  streams?: Partial<StreamLimits>;
  /** Absent: there is no inbox to sign in to. */
  links?: Pick<Links, "issue">;
  /** The records of other protocols; `doors.ts`. */
  shapes?: Shapes;
  /** Of the doors that are mounted beside this API, for its document. */
  operations?: readonly DoorOperation[];
  /** Absent: no connections are set up. */
  doors?: { connections: readonly Connection[]; capabilities: Pick<Capabilities, "issue"> };
}

export function routes(desk: DeskPort, access: Pick<Access, "caller">, options: HttpOptions): Hono<Env> {
  const { baseUrl, bodyDeadline = BODY_DEADLINE_MS } = options;
  const frame = makeFrame({ access, ...options });
  const health = healthHandlers({ access, ...options });
  const checkpoints = checkpointHandlers({ desk, baseUrl, bodyDeadline });
  const deliveries = deliveryHandlers(desk);
  const events = eventHandler({ desk, ...options, ...(options.streams && { limits: options.streams }) });
  const document = JSON.stringify(openApi(options.version, baseUrl, options.operations));
  const connections = connectionHandlers(options.doors, baseUrl);
  const app = new Hono<Env>();

  const open = (path: string, handle: Open) => app.get(path, frame.open(`GET ${path}`, handle));
  const get = (path: string, handle: Handler) => app.get(path, frame.guarded(`GET ${path}`, handle));
  const post = (path: string, handle: Handler) => app.post(path, frame.guarded(`POST ${path}`, handle));

  open("/healthz", health.healthz);
  open("/readyz", health.readyz);
  open("/metrics", health.figures);
  open("/openapi.json", () => plain(document, "application/json"));
  get("/v1/whoami", whoami);
  post("/v1/checkpoints", checkpoints.raise);
  get("/v1/checkpoints", checkpoints.list);
  get("/v1/checkpoints/:id", checkpoints.read);
  get("/v1/checkpoints/:id/timeline", checkpoints.timeline);
  get("/v1/checkpoints/:id/card", checkpoints.card);
  post("/v1/checkpoints/:id/act", checkpoints.act);
  post("/v1/checkpoints/:id/comments", checkpoints.comment);
  post("/v1/checkpoints/:id/withdraw", checkpoints.withdraw);
  get("/v1/events", events);
  get("/v1/stats", statsHandler(desk));
  get("/v1/audit", auditHandler(desk, options.log, options.shapes ?? new Map()));
  post("/v1/links", linkHandler(options.links, bodyDeadline));
  get("/v1/connections", connections.list);
  post("/v1/connections/:name/url", connections.url);
  get("/v1/deliveries", deliveries.list);
  post("/v1/deliveries/:id/retry", deliveries.retry);

  app.notFound(
    frame.open("unmatched", (call) => {
      const allowed = methodsAt(app.routes, call.req.path);
      if (allowed.length === 0)
        return trouble("not_found", "There is nothing at this path; /openapi.json lists what there is.");
      const allow = allowed.join(", ");
      return { ...trouble("method_not_allowed", `This path takes ${allow}.`), headers: { Allow: allow } };
    }),
  );
  app.onError((error) => frame.fault(error, "mounted"));
  return app;
}

/** The app as a listener of node:http; what is not even a request to the framework is refused in the same words. */
export function nodeListener(app: Hono<Env>): RequestListener {
  return getRequestListener(app.fetch, {
    // HTTP/1.0 knows no Host header, and the framework no URL without one.
    hostname: "localhost",
    errorHandler: () => problem(trouble("bad_request", "The request's path or Host header is not valid."), ""),
  });
}
