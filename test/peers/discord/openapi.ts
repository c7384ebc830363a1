/** Discord's own OpenAPI document, where there is one: what is sent and what is answered are held against it. */
import { readFileSync } from "node:fs";
import { misfits, type Schema } from "./schema.ts";
import type { Answer } from "./wire.ts";

interface Content {
  content?: Record<string, { schema: Schema }>;
}

type Operation = { requestBody?: Content & { required?: boolean }; responses: Record<string, Content> };

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Specification {
  /** What is wrong with a request's JSON; undefined: the document has no such operation. */
  request(method: string, path: string, body: unknown): string[] | undefined;
  answer(method: string, path: string, answer: Answer): string[];
}

export function specification(file: string): Specification {
  const document = JSON.parse(readFileSync(file, "utf8")) as Document;
  // Literal segments win over parameters: `/users/@me` before `/users/{user_id}`.
  const patterns = Object.keys(document.paths)
    .map((template) => ({ template, parts: template.split("/") }))
    .sort((a, b) => literals(b.parts) - literals(a.parts));
  const lookUp = (ref: string): Schema => {
    const found = document.components.schemas[ref.slice("#/components/schemas/".length)];
    if (found === undefined) throw new Error(`Discord's specification refers to ${ref} and lacks it`);
    return found;
  };

  function operation(method: string, path: string): Operation | undefined {
    const parts = path.split("/");
    const fits = (pattern: string[]) =>
      pattern.length === parts.length && pattern.every((each, index) => each.startsWith("{") || each === parts[index]);
    const found = patterns.find((each) => fits(each.parts));
    return found === undefined ? undefined : document.paths[found.template]?.[method.toLowerCase()];
  }

  return {
    request(method, path, body) {
      const known = operation(method, path);
      if (known === undefined) return undefined;
      const schema = known.requestBody?.content?.["application/json"]?.schema;
      return schema === undefined || (body === null && !known.requestBody?.required)
        ? []
        : misfits(schema, body, lookUp);
    },
    answer(method, path, { status, body }) {
      const known = operation(method, path)?.responses[String(status)];
      if (known === undefined) return [`answers ${status}, which the specification does not have`];
      const schema = known.content?.["application/json"]?.schema;
      if (schema === undefined) return body === undefined ? [] : ["answers a body where none belongs"];
      // What is undefined here is absent on the wire.
      return misfits(schema, JSON.parse(JSON.stringify(body ?? null)), lookUp);
    },
  };
}

function literals(parts: string[]): number {
  return parts.filter((each) => !each.startsWith("{")).length;
}
