/** The REST side: authorisation, body, faults, limits, the routes, and Discord's specification held against both ways. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import { type Gate, limited } from "./buckets.ts";
import { type Effect, restFault } from "./faults.ts";
import { acknowledge } from "./interactions.ts";
import { fail, formInvalid } from "./limits/problems.ts";
import type { Specification } from "./openapi.ts";
import { type Call, fieldsOf, readBody } from "./request.ts";
import { channelRoutes } from "./routes/channels.ts";
import { commandRoutes } from "./routes/commands.ts";
import { guildRoutes } from "./routes/guilds.ts";
import type { Handle } from "./routes/reach.ts";
import { threadRoutes } from "./routes/threads.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { Answer } from "./wire.ts";
import type { World } from "./world.ts";

export interface Rest {
  world: World;
  gate: Gate;
  specification: Specification | undefined;
  /** `GET /gateway/bot`. */
  gateway: () => unknown;
  down: () => boolean;
}

interface Route {
  name: string;
  method: string;
  parts: string[];
  handle: Handle;
}

/** What only the holder of an interaction's token may do needs no bot token. */
const OPEN = /^(\/interactions\/|\/webhooks\/|\/gateway$)/;

export function restServer(rest: Rest): Server {
  const routes = table(rest);
  return createServer((request, response) => {
    response.on("error", () => {});
    serve(rest, routes, request, response).catch((error: unknown) => {
      rest.world.breaches.push(`the fake itself failed at ${request.method} ${request.url}: ${error}`);
      response.writeHead(500).end();
    });
  });
}

async function serve(rest: Rest, routes: Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://discord");
  const method = request.method ?? "GET";
  const path = decodeURIComponent(url.pathname.replace(/^\/api(\/v\d+)?(?=\/)/, ""));
  const read = await readBody(request).catch(() => undefined);
  // Undefined: the caller went away in the middle of its request.
  if (read === undefined) return;
  if (path.startsWith("/attachments/")) return file(rest.world, path, response);
  const route = routes.find((each) => each.method === method && params(each.parts, path) !== undefined);
  const name = route?.name ?? `${method} unknown`;
  const { body, uploads } = read ?? { body: null, uploads: [] };
  const call: Call = {
    method,
    path,
    query: url.searchParams,
    params: (route && params(route.parts, path)) ?? {},
    body,
    fields: fieldsOf(body),
    uploads,
  };
  const effect = rest.down()
    ? { type: "status" as const, status: 503 }
    : restFault(rest.world.faults, method, name.slice(method.length + 1));
  const answer = read === null ? fail(50109) : answered(rest, route, call, request.headers.authorization, effect);
  const code = (answer.body as { code?: unknown } | undefined)?.code;
  rest.gate.count(answer.status, answer.headers?.["x-ratelimit-scope"]);
  rest.world.requests.push({
    method,
    path,
    route: name,
    body,
    status: answer.status,
    code: answer.status >= 400 && typeof code === "number" ? code : null,
    at: rest.world.now(),
  });
  rest.world.changed();
  if (effect?.type === "cut") return void response.destroy();
  if (effect?.type === "slow") {
    if (!Number.isFinite(effect.ms)) return;
    await after(effect.ms, undefined, { ref: false });
  }
  send(
    response,
    effect?.type === "lost"
      ? { status: effect.status, body: { message: `${effect.status}: Upstream`, code: 0 } }
      : answer,
  );
}

function answered(
  rest: Rest,
  route: Route | undefined,
  call: Call,
  authorization: string | undefined,
  effect?: Effect,
): Answer {
  const { world, gate } = rest;
  if (gate.banned()) return { status: 429, body: "error code: 1015", headers: { "content-type": "text/plain" } };
  if (effect?.type === "status")
    return {
      status: effect.status,
      body: effect.body ?? { message: `${effect.status}: fault`, code: 0 },
      headers: effect.headers ?? {},
    };
  if (effect?.type === "limited") return limited(effect.seconds, effect.scope);
  if (effect?.type === "cut" && !effect.after) return { status: 0 };
  if (!OPEN.test(call.path) && authorization !== `Bot ${world.token}`)
    return { status: 401, body: { message: "401: Unauthorized", code: 0 } };
  if (route === undefined) return fail(0);
  const { channel, guild, token } = call.params;
  const passed = gate.pass(route.name, channel ?? guild ?? token ?? "");
  if (isAnswer(passed)) return passed;
  const answer = checked(rest, route, call);
  return { ...answer, headers: { ...passed, ...answer.headers } };
}

/** Own refusals come first, as their codes are the ones that count; what the specification alone refuses is a breach. */
function checked({ world, specification }: Rest, route: Route, call: Call): Answer {
  const wrong = specification?.request(call.method, call.path, call.body);
  const answer = route.handle(world, call);
  if (specification === undefined || answer.status >= 400) return answer;
  const where = `${call.method} ${call.path}`;
  if (wrong !== undefined && wrong.length > 0) {
    world.breaches.push(`${where} was sent ${wrong.join("; ")}`);
    return formInvalid(wrong.map((message) => ({ path: [], code: "SPECIFICATION", message })));
  }
  const amiss = wrong === undefined ? [] : specification.answer(call.method, call.path, answer);
  if (amiss.length > 0) world.breaches.push(`${where} was answered ${amiss.join("; ")}`);
  return answer;
}

function table({ gateway }: Rest): Route[] {
  const own: [string, Handle][] = [
    ["GET /gateway", () => ({ status: 200, body: { url: (gateway() as { url: string }).url } })],
    ["GET /gateway/bot", () => ({ status: 200, body: gateway() })],
    ["POST /interactions/:interaction/:token/callback", acknowledge],
  ];
  const all = [...own, ...channelRoutes, ...threadRoutes, ...webhookRoutes, ...commandRoutes, ...guildRoutes];
  return all
    .map(([name, handle]) => {
      const [method = "", path = ""] = name.split(" ");
      return { name, method, parts: path.split("/"), handle };
    })
    .sort((a, b) => variables(a.parts) - variables(b.parts));
}

function variables(parts: string[]): number {
  return parts.filter((each) => each.startsWith(":")).length;
}

function params(parts: string[], path: string): Record<string, string> | undefined {
  const given = path.split("/");
  if (given.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return found;
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  // A 204 with a content type makes the library parse nothing as JSON.
  if (status === 204 || body === undefined) response.writeHead(status, headers).end();
  else if (typeof body === "string") response.writeHead(status, headers).end(body);
  else response.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
}

function file(world: World, path: string, response: ServerResponse): void {
  const found = world.files.get(path.split("/")[3] ?? "");
  if (found === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": found.attachment.content_type }).end(found.bytes);
}

function isAnswer(value: Answer | Record<string, string>): value is Answer {
  return typeof value.status === "number";
}
