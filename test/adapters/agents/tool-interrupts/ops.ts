/** What the tests of the tool interrupts' door share: an agent's server to tell, and how it is connected. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { toolInterrupts } from "../../../../adapters/agents/tool-interrupts/index.ts";
import type { ToolInterruptsConnection } from "../../../../src/connections.ts";
import { asDoor } from "../../../../src/doors.ts";
import type { JsonObject } from "../../../../src/json.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import { type Agent, agentServer } from "../../../peers/agents/tool-interrupts.ts";
import { type Answered, asAgent, asBob, type Doorstep, doorstep } from "../doorstep.ts";

export const HOUR = 3_600_000;
const FIXTURES = join(import.meta.dirname, "../../../fixtures/tool-interrupts");

/** Word for word from the document. */
export function sample(name: string): JsonObject {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), "utf8")) as JsonObject;
}

export interface Ops extends Doorstep {
  agent: Agent;
  /** The agent's side: raises and, with `wait`, waits; or asks how it stands. */
  raise(thread_id: string, interrupt: JsonObject, wait?: number, headers?: Record<string, string>): Promise<Answered>;
  stands(thread: string, id: string, wait?: number): Promise<Answered>;
  /** `POST /api/approvals`, as Bob unless others are named. */
  approve(body: unknown, headers?: Record<string, string>): Promise<Answered>;
}

interface Setting extends Partial<ToolInterruptsConnection> {
  policies?: Policy[];
}

export async function ops({ policies = [], ...over }: Setting = {}): Promise<Ops> {
  const agent = await agentServer();
  afterAll(agent.close);
  const connection: ToolInterruptsConnection = {
    ...{ name: "ops", protocol: "tool-interrupts", edits: false, tools: {} },
    approvals: `${agent.url}/api/approvals`,
    ...over,
  };
  const step = await doorstep(asDoor(toolInterrupts), [connection], { policies });
  const query = (wait?: number) => (wait === undefined ? "" : `?wait=${wait}`);
  return {
    ...step,
    agent,
    raise: (thread_id, interrupt, wait, headers = asAgent) =>
      step.call("POST", `/interrupts${query(wait)}`, { thread_id, interrupt }, headers),
    stands: (thread, id, wait) => {
      const path = [thread, id].map(encodeURIComponent).join("/");
      return step.call("GET", `/interrupts/${path}${query(wait)}`, undefined, asAgent);
    },
    async approve(body, headers = asBob) {
      const answered = await step.call("POST", "/api/approvals", body, headers);
      await step.pass(0);
      return answered;
    },
  };
}
