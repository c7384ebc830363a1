/**
 * An agent whose protected tools wait for a person, with its server's `POST /api/approvals`, as its document describes
 * them. Accept executes the tool, Reject skips it; the agent goes on either way. Knows nothing of this project.
 */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface HitlInterrupt {
  id: string;
  tool_name: string;
  tool_args: unknown;
  policy_note?: string;
  created_at: string;
}

export interface Agent {
  url: string;
  /** The tools that it ran, and those that it skipped. */
  ran: { tool_name: string; tool_args: unknown }[];
  skipped: string[];
  got: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[];
  /** The agent decides to call a protected tool: its state is saved with the pending interrupt. */
  interrupt(thread: string, interrupt: HitlInterrupt): void;
  fails(status: number | null): void;
  arrived(count: number): Promise<Agent["got"]>;
  close(): Promise<void>;
}

export async function agentServer(): Promise<Agent> {
  const threads = new Map<string, Map<string, HitlInterrupt>>();
  const waiting = new Set<() => void>();
  let broken: number | null = null;
  const server = createServer(async (request, response) => {
    const say = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const body = JSON.parse((await text(request)) || "{}");
    self.got.push({ headers: request.headers, body });
    for (const each of waiting) each();
    if (broken !== null) return say(broken, {});
    if (request.url !== "/api/approvals" || request.method !== "POST") return say(404, {});
    const { thread_id, interrupt_id, approved } = body;
    const interrupts = threads.get(thread_id);
    const current = interrupts?.get(interrupt_id);
    if (interrupts === undefined || current === undefined) return say(409, { error: "no such interrupt" });
    interrupts.delete(interrupt_id);
    if (approved === true)
      self.ran.push({ tool_name: current.tool_name, tool_args: body.tool_args ?? current.tool_args });
    else self.skipped.push(current.tool_name);
    say(200, { content: "going on" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const self: Agent = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ran: [],
    skipped: [],
    got: [],
    interrupt(thread, interrupt) {
      const known = threads.get(thread) ?? new Map<string, HitlInterrupt>();
      threads.set(thread, known.set(interrupt.id, interrupt));
    },
    fails: (status) => {
      broken = status;
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
