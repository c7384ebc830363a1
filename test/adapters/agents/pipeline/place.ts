/** What the tests of the pipelines' door share: the document's own samples, and a pipeline to talk to. */
import { afterAll } from "vitest";
import { pipeline as door } from "../../../../adapters/agents/pipeline/index.ts";
import type { PipelineConnection } from "../../../../src/connections.ts";
import { asDoor } from "../../../../src/doors.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import type { Token } from "../../../../src/settings.ts";
import sample from "../../../fixtures/pipeline/checkpoint-event.json" with { type: "json" };
import resolutions from "../../../fixtures/pipeline/resolutions.json" with { type: "json" };
import { type Boundary, type Pipeline, pipeline } from "../../../peers/agents/pipeline.ts";
import { type Doorstep, doorstep } from "../doorstep.ts";

export const SAMPLE: Boundary = sample;
export const RESOLUTIONS: { action: string; feedback?: string }[] = resolutions;
export const TOKEN = "the-token-of-the-pipeline";

export interface Place extends Doorstep {
  pipeline: Pipeline;
  connection: PipelineConnection;
}

/** `watched`: the pipeline has a server of its own, where it is resolved. */
export async function place(watched = true, policies: Policy[] = [], tokens?: Token[]): Promise<Place> {
  const peer = await pipeline(TOKEN);
  afterAll(peer.close);
  const urls = {
    events: `${peer.url}/pipeline/v2/events`,
    pending: `${peer.url}/api/checkpoints?status=pending`,
    resolve: `${peer.url}/pipeline/v2/checkpoint/{checkpoint_id}/resolve`,
  };
  const connection = { name: "build", protocol: "pipeline", token: TOKEN, ...(watched ? urls : {}) } as const;
  const setting = { policies, ...(tokens === undefined ? {} : { tokens }) };
  return { ...(await doorstep(asDoor(door), [connection], setting)), pipeline: peer, connection };
}
