/**
 * The OpenAPI 3.1 document of this API, generated from the schemas that check requests and describe answers. What is
 * written here by hand is only which route takes and gives which of them; a test holds it against the app's routes.
 */
import { z } from "zod";
import {
  actAnswer,
  by,
  cardAnswer,
  checkpointAnswer,
  commentAnswer,
  decisionAnswer,
  logAnswer,
  pageAnswer,
  placementAnswer,
  problemAnswer,
  timelineAnswer,
  whoamiAnswer,
} from "../../../src/answers.ts";
import { KIND_LIST } from "../../../src/kinds/index.ts";
import { actRequest, commentRequest, ID, raiseRequest, withdrawRequest } from "../../../src/request.ts";
import { EXAMPLES } from "./examples.ts";
import { listQuery, waitQuery } from "./query.ts";

const REFERENCE = "#/components/schemas/";

interface Operation {
  summary: string;
  /** What the answer's body is: a component, or a media type of its own. */
  gives: Record<number, string>;
  takes?: keyof typeof EXAMPLES;
  query?: z.ZodObject;
  key?: true;
  open?: true;
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
};

export function openApi(version: string, baseUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(path, operation) };
  }
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

function operationOf(path: string, { summary, gives, takes, query, key, open }: Operation) {
  const parameters = [
    ...(path.includes("{id}")
      ? [{ name: "id", in: "path", required: true, schema: { type: "string", pattern: ID.source } }]
      : []),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(key === undefined ? [] : [keyParameter()]),
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
        Object.entries(gives).map(([status, what]) => [status, { description: summary, content: contentOf(what) }]),
      ),
      default: {
        description: "A refusal, with a code for programs and a sentence for people",
        content: { "application/problem+json": { schema: { $ref: `${REFERENCE}Problem` } } },
      },
    },
  };
}

function contentOf(what: string) {
  return what.includes("/") ? { [what]: {} } : { "application/json": { schema: { $ref: REFERENCE + what } } };
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

const COMPONENTS = [
  raiseRequest,
  actRequest,
  commentRequest,
  withdrawRequest,
  by,
  commentAnswer,
  decisionAnswer,
  placementAnswer,
  checkpointAnswer,
  actAnswer,
  pageAnswer,
  logAnswer,
  timelineAnswer,
  cardAnswer,
  whoamiAnswer,
  problemAnswer,
  ...KIND_LIST.map((kind) => kind.payload),
];

/** Each under the name that it bears itself. */
function schemas(): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const schema of COMPONENTS) {
    const id = schema.meta()?.id;
    if (id === undefined) throw new Error("A schema of the API lacks the id in its meta().");
    registry.add(schema, { id });
  }
  const made = z.toJSONSchema(registry, { io: "input", unrepresentable: "any", uri: (id) => REFERENCE + id });
  // In OpenAPI a component is known by its place, and the dialect is the document's.
  const named = Object.fromEntries(
    Object.entries(made.schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema]),
  );
  return { ...named, Raise: { ...named.Raise, allOf: KIND_LIST.map(payloadRule) } };
}

/** What a kind's payload must look like is said where the kind is chosen. */
function payloadRule({ name, payload }: (typeof KIND_LIST)[number]) {
  return {
    if: { properties: { kind: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word, in a value that nobody awaits.
    then: { properties: { payload: { $ref: REFERENCE + payload.meta()?.id } } },
  };
}
