/**
 * The OpenAPI 3.1 document of this API, generated from the schemas that check requests and describe answers. What is
 * written here by hand is only which route takes and gives which of them; a test holds it against the app's routes.
 */
import { z } from "zod";
import type { DoorOperation } from "../../../src/door.ts";
import { waitQuery } from "../../../src/http/query.ts";
import { ID } from "../../../src/request.ts";
import { EXAMPLES } from "./examples.ts";
import { auditQuery, deliveriesQuery, eventsQuery, listQuery, statsQuery } from "./query.ts";
import { REFERENCE, schemas } from "./schemas.ts";

interface Operation {
  summary: string;
  /** What the answer's body is: a component, or a media type of its own. */
  gives: Record<number, string>;
  takes?: keyof typeof EXAMPLES;
  query?: z.ZodObject;
  key?: true;
  open?: true;
  /** The answer is a stream of events, each with such a component as its data. */
  streams?: true;
  /** The answer has such a component on each line, or is CSV. */
  lines?: true;
}

const CHECKPOINT = "/v1/checkpoints/{id}";

const OPERATIONS: Record<string, Operation> = {
  "GET /healthz": { summary: "The process lives", gives: { 200: "application/json" }, open: true },
  "GET /readyz": { summary: "It can serve: the store answers", gives: { 200: "application/json" }, open: true },
  "GET /metrics": {
    summary: "Figures for Prometheus (a token is needed beyond loopback)",
    gives: { 200: "text/plain" },
  },
  "GET /openapi.json": { summary: "This document", gives: { 200: "application/json" }, open: true },
  "GET /v1/whoami": { summary: "Who the token is", gives: { 200: "Whoami" } },
  "POST /v1/checkpoints": {
    summary: "Raise a checkpoint; the same id or Idempotency-Key with the same body answers 200 with the first one",
    takes: "Raise",
    gives: { 201: "Checkpoint", 200: "Checkpoint" },
    query: waitQuery,
    key: true,
  },
  "GET /v1/checkpoints": { summary: "List, newest first", gives: { 200: "Page" }, query: listQuery },
  [`GET ${CHECKPOINT}`]: { summary: "Read, or wait for the end", gives: { 200: "Checkpoint" }, query: waitQuery },
  [`GET ${CHECKPOINT}/timeline`]: { summary: "All that happened to it, oldest first", gives: { 200: "Timeline" } },
  [`GET ${CHECKPOINT}/card`]: { summary: "Its picture, as every surface draws it", gives: { 200: "CardAnswer" } },
  [`POST ${CHECKPOINT}/act`]: {
    summary: "Decide, as the person of the token",
    takes: "Act",
    gives: { 200: "Acted" },
    key: true,
  },
  [`POST ${CHECKPOINT}/comments`]: { summary: "Comment", takes: "CommentRequest", gives: { 201: "Comment" } },
  [`POST ${CHECKPOINT}/withdraw`]: { summary: "Take it back", takes: "Withdraw", gives: { 200: "Checkpoint" } },
  "POST /v1/links": {
    summary: "A link that signs a person in to the web inbox, once, within ten minutes (admin)",
    takes: "LinkRequest",
    gives: { 201: "Link" },
  },
  "GET /v1/connections": {
    summary: "The agents' systems that the settings name (admin)",
    gives: { 200: "Connections" },
  },
  "POST /v1/connections/{name}/url": {
    summary: "A new address for an agent that cannot send a token; the one before is void (admin)",
    gives: { 201: "Connection" },
  },
  "GET /v1/deliveries": {
    summary: "Calls to agents that were given up, or that wait (admin)",
    gives: { 200: "Deliveries" },
    query: deliveriesQuery,
  },
  "GET /v1/audit": {
    summary: "The record: who did what, when, from where, on what was shown (admin); `to` itself is left out",
    gives: { 200: "AuditEntry" },
    query: auditQuery,
    lines: true,
  },
  "GET /v1/events": {
    summary: "What happens to all that the token may see, as server-sent events; resumed by Last-Event-ID",
    gives: { 200: "StreamEvent" },
    query: eventsQuery,
    streams: true,
  },
  "GET /v1/stats": {
    summary: "How long deciding takes, what comes out, who waits for whom: of all that the token may see",
    gives: { 200: "Stats" },
    query: statsQuery,
  },
  "POST /v1/deliveries/{id}/retry": {
    summary: "Try again now, with all attempts (admin); the id is the checkpoint's",
    gives: { 202: "Retried" },
  },
};

export function openApi(version: string, baseUrl: string, doors: readonly DoorOperation[] = []) {
  const paths: Record<string, Record<string, unknown>> = {};
  const put = (route: string, described: object) => {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: described };
  };
  for (const [route, operation] of Object.entries(OPERATIONS)) put(route, operationOf(route, operation));
  for (const operation of doors) put(operation.route, doorOperation(operation));
  return {
    openapi: "3.1.0",
    info: { title: "hitl-bot", version, description: "Checkpoints that agents may not pass without a person." },
    servers: [{ url: baseUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: schemas(),
    },
  };
}

function operationOf(route: string, { summary, gives, takes, query, key, open, streams, lines }: Operation) {
  const parameters = [
    ...parametersOf(route, { type: "string", pattern: ID.source }, query, key),
    ...(streams === undefined ? [] : [resumeParameter()]),
  ];
  return {
    summary,
    ...(open ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: { $ref: REFERENCE + takes }, examples: EXAMPLES[takes] } },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(gives).map(([status, what]) => [
          status,
          { description: summary, content: lines ? linesOf(what) : contentOf(what, streams) },
        ]),
      ),
      default: REFUSAL,
    },
  };
}

const REFUSAL = {
  description: "A refusal, with a code for programs and a sentence for people",
  content: { "application/problem+json": { schema: { $ref: `${REFERENCE}Problem` } } },
};

const OWN_ADDRESS =
  "Also below an agent's own address, `/in/{capability}`, without a token. `connection` says for which of several the token speaks.";

/** What other protocols' agents send is their own, and described where it is taken. */
function doorOperation({ route, summary, asks, takes, query, key, gives }: DoorOperation) {
  const parameters = parametersOf(route, { type: "string", minLength: 1, maxLength: 200 }, query, key);
  const schema = takes && z.toJSONSchema(takes, { io: "input", unrepresentable: "any" });
  return {
    summary,
    ...(asks ? { description: OWN_ADDRESS } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: { ...schema, $schema: undefined } } },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(gives).map(([status, type]) => [status, { description: summary, content: { [type]: {} } }]),
      ),
      default: REFUSAL,
    },
  };
}

function parametersOf(route: string, schema: object, query: z.ZodObject | undefined, key: true | undefined) {
  return [
    ...[...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema })),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(key === undefined ? [] : [keyParameter()]),
  ];
}

function contentOf(what: string, streams?: true) {
  if (streams) {
    const description = "Each event: `event:` its type, `id:` its place, `data:` one line of JSON as described here.";
    const data = { contentMediaType: "application/json", contentSchema: { $ref: REFERENCE + what } };
    return { "text/event-stream": { schema: { type: "string", description, ...data } } };
  }
  return what.includes("/") ? { [what]: {} } : { "application/json": { schema: { $ref: REFERENCE + what } } };
}

function linesOf(what: string) {
  const data = { contentMediaType: "application/json", contentSchema: { $ref: REFERENCE + what } };
  return {
    "application/jsonl": { schema: { type: "string", description: "On each line:", ...data } },
    "text/csv": { schema: { type: "string", description: "With a header; for reading, not for checking." } },
  };
}

function queryParameters(query: z.ZodObject) {
  const { properties = {} } = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}

function keyParameter() {
  const description = "The same request again, under the same key, happens once and gets the first answer.";
  return {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description,
    schema: { type: "string", pattern: "^[\\x20-\\x7e]{1,200}$" },
  };
}

function resumeParameter() {
  const description = "The `id:` of the last event seen: the stream goes on behind it, without a gap, at any replica.";
  return {
    name: "Last-Event-ID",
    in: "header",
    required: false,
    description,
    schema: { type: "string", pattern: "^\\d{1,15}$" },
  };
}
