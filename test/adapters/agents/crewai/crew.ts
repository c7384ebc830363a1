/** What the tests of the crews' door share: the document's own sample, a crew to talk to, and how it is connected. */
import { afterAll } from "vitest";
import { crewai } from "../../../../adapters/agents/crewai/index.ts";
import type { CrewaiConnection } from "../../../../src/connections.ts";
import { asDoor } from "../../../../src/doors.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import payload from "../../../fixtures/crewai/webhook-payload.json" with { type: "json" };
import { type Crew, crew } from "../../../peers/agents/crewai.ts";
import { type Doorstep, doorstep } from "../doorstep.ts";

export const SAMPLE = payload;
export const TASK = "email_draft_20250115";
export const SECRET = "the-secret-of-the-crew";
export const TOKEN = "the-token-of-the-crew";

/** What a deployed crew adds, to be resumed by. */
export const EXECUTION = {
  execution_id: "abcd-1234",
  taskWebhookUrl: "https://example.com/task",
  stepWebhookUrl: "https://example.com/step?key=1",
  crewWebhookUrl: "https://example.com/crew",
};

export interface Place extends Doorstep {
  crew: Crew;
  ask(task: object, timestamp?: number): Promise<{ status: number; body: unknown }>;
  /** Lets it be decided, and answers what the crew has heard since. */
  told(act: Parameters<Doorstep["act"]>[1], task?: string): Promise<unknown>;
}

interface Setting extends Partial<Omit<CrewaiConnection, "secret">> {
  policies?: Policy[];
  /** Whether there is a secret to sign with. */
  signed?: boolean;
}

export async function place(how: "resume" | "callback" = "resume", setting: Setting = {}): Promise<Place> {
  const { policies = [], signed = true, ...over } = setting;
  const peer = await crew({ secret: SECRET, token: TOKEN });
  afterAll(peer.close);
  const connection: CrewaiConnection = {
    ...{ name: "crew", protocol: "crewai", token: TOKEN, [how]: `${peer.url}/${how}` },
    ...(signed ? { secret: SECRET } : {}),
    ...over,
  };
  const step = await doorstep(asDoor(crewai), [connection], { policies });
  return {
    ...step,
    crew: peer,
    ask: (task, timestamp) => peer.ask(`${step.url}/approve`, { ...task }, timestamp),
    async told(act, task = TASK) {
      const { id } = await step.newest(task);
      const result = await step.act(id, act);
      if (result !== "resolved") throw new Error(result);
      const { path, body } = peer.heard.at(-1) ?? {};
      return { path, body };
    },
  };
}
