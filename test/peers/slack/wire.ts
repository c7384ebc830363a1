/** How Slack writes its requests to an app, and reads what comes back with an acknowledgement. */
import { type Agent, request } from "node:http";
import { isObject, type Json, type JsonObject } from "../../../src/json.ts";

export type DeliveryKind = "events_api" | "interactive" | "slash_commands";

/** The event's or interaction's type, or the command. */
export function aboutOf(kind: DeliveryKind, payload: JsonObject): string {
  if (kind === "slash_commands") return String(payload.command);
  return String(kind === "events_api" && isObject(payload.event) ? payload.event.type : payload.type);
}

export function encoded(kind: DeliveryKind, payload: JsonObject): { type: string; body: string } {
  if (kind === "events_api") return { type: "application/json", body: JSON.stringify(payload) };
  const fields =
    kind === "interactive"
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
  return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() };
}

export function retryHeaders(retry: number): Record<string, string> {
  return { "x-slack-retry-num": String(retry), "x-slack-retry-reason": "http_timeout" };
}

export function parsed(text: string): Json {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function withoutEmpty(body: Json): Json {
  return isObject(body) && Object.keys(body).length === 0 ? null : body;
}

export interface Posted {
  status: number;
  text: string;
  /** Since the request had a connection: waiting for one is not the app's fault. */
  ms: number;
}

/** One POST; fails with "late" when the whole answer is not there so many ms after it was sent. */
export function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  agent: Agent,
  patience: number,
): Promise<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(url, { method: "POST", headers: { ...headers, ...length }, agent });
  let from = 0;
  sent.once("socket", () => {
    from = performance.now();
    const timer = setTimeout(() => sent.destroy(new Error("late")), patience);
    sent.once("close", () => clearTimeout(timer));
  });
  sent.once("error", reject);
  sent.once("response", (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.once("error", reject);
    response.once("end", () => resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - from }));
  });
  sent.end(body);
  return promise;
}
