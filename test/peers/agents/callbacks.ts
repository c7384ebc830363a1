/**
 * A job server with HITL callbacks, as its documents describe it: `GET …/prompt`, `POST …/response`, one prompt at a
 * time. Knows nothing of this project.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Response {
  job: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

export interface JobServer {
  url: string;
  /** What it was told, in order of arrival. */
  got: Response[];
  /** Puts the job to a question; the fields of other types are empty, as in its own answers. */
  ask(job: string, type: string, fields: Record<string, unknown>): void;
  /** The job goes on, or ends. */
  go(job: string, status: "running" | "completed" | "failed" | "cancelled"): void;
  /** Answers nothing but that status from now on; null: it is well again. */
  fails(status: number | null, body?: unknown): void;
  /** From now on takes responses, and is cut off before it can say so. */
  cuts(on: boolean): void;
  /** Takes no response for well formed. */
  refuses(on: boolean): void;
  /** `GET /api/v1/hitl/…/prompt` and the like, in order of arrival. */
  asked: string[];
  arrived(count: number): Promise<Response[]>;
  close(): Promise<void>;
}

const EMPTY = { questions: null, rationale: null, summary: null, path: null, key_assumptions: null, content: null };

export async function jobServer(token: string): Promise<JobServer> {
  const jobs = new Map<string, Record<string, unknown>>();
  const waiting = new Set<() => void>();
  const asked: string[] = [];
  let broken: { status: number; body: unknown } | null = null;
  let [cut, refused] = [false, false];

  const server = createServer(async (request, response) => {
    const [, job = "", verb] = /^\/api\/v1\/hitl\/([^/]+)\/(prompt|response)$/.exec(request.url ?? "") ?? [];
    const say = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    asked.push(`${request.method} ${request.url}`);
    const sent = await text(request);
    if (broken !== null) return say(broken.status, broken.body);
    if (request.headers.authorization !== `Bearer ${token}`) return say(401, { detail: "who are you?" });
    const state = jobs.get(decodeURIComponent(job));
    if (state === undefined) return say(404, { detail: "no such job" });
    if (verb === "prompt" && request.method === "GET") return say(200, state);
    if (verb !== "response" || request.method !== "POST") return say(405, {});
    self.got.push({ job: decodeURIComponent(job), headers: request.headers, body: JSON.parse(sent) });
    for (const each of waiting) each();
    if (refused) return say(422, { detail: "not a response" });
    if (state.status !== "pending_hitl") return say(200, { status: "ignored", detail: "the job does not wait" });
    jobs.set(decodeURIComponent(job), { status: "running", current_phase: "2", progress_message: "going on" });
    if (cut) return void request.socket.destroy();
    say(200, { status: "accepted", detail: "" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const self: JobServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got: [],
    asked,
    ask: (job, type, fields) =>
      void jobs.set(job, {
        status: "pending_hitl",
        type,
        current_phase: "1",
        progress_message: "",
        ...EMPTY,
        ...fields,
      }),
    go: (job, status) => void jobs.set(job, { status, current_phase: "2", progress_message: "" }),
    fails: (status, body = { detail: "broken" }) => {
      broken = status === null ? null : { status, body };
    },
    cuts: (on) => {
      cut = on;
    },
    refuses: (on) => {
      refused = on;
    },
    async arrived(count) {
      while (self.got.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return self.got;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
