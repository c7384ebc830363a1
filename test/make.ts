/** Checkpoints for tests: complete records with fixed times, of which a test states only what it is about. */
import type { By, Checkpoint, Surface } from "../src/checkpoint.ts";
import { kindOf } from "../src/kinds/index.ts";
import { SEEDS } from "./seeds.ts";

/** When checkpoint() was raised. */
export const RAISED = Date.parse("2026-11-20T10:00:00.000Z");
/** When it falls due: an hour later. */
export const DUE = Date.parse("2026-11-20T11:00:00.000Z");

export const DIGEST = `sha256:${"0".repeat(64)}`;

/**
 * A pending confirm of skill-fleet, or of another kind its first sample payload. Nested members are replaced whole.
 */
export function checkpoint(over: Partial<Checkpoint> = {}): Checkpoint {
  const kind = kindOf(over.kind ?? "confirm");
  const payload = over.payload ?? SEEDS[kind.name][0].payload;
  const approvers = over.approvers ?? ["group:sre"];
  return {
    v: 1,
    id: "chk_0123456789",
    kind: kind.name,
    status: "pending",
    revision: 1,
    round: 1,
    previous: null,
    title: kind.title(payload),
    payload,
    edited: null,
    source: { agent: "skill-fleet", workflow: "create", session: "job_1" },
    token: "ci",
    requested_by: null,
    requesters: [],
    priority: "normal",
    policy: {
      name: "default",
      version: `sha256:${"1".repeat(64)}`,
      approvers,
      timeout: kind.timeout,
      on_timeout: kind.on_timeout,
      remind: [],
      escalate: [],
      self_approval: false,
      see_all: kind.seeAll,
      max_rounds: null,
      fallback: null,
    },
    actions: kind.actions,
    approvers,
    quorum: 1,
    votes: [],
    comments: [],
    created_at: RAISED,
    due_at: kind.timeout === null ? null : RAISED + kind.timeout,
    ended_at: null,
    progress: { reminded: 0, rungs: 0 },
    digest: DIGEST,
    decision: null,
    withdrawn: null,
    route: ["web"],
    placements: [],
    callback: null,
    state: null,
    metadata: {},
    fingerprint: `sha256:${"2".repeat(64)}`,
    ...over,
  };
}

/** `person("bob")` is Bob of the settings, in Slack. */
export function person(id: string, surface: Surface = "slack"): Extract<By, { kind: "person" }> {
  return { kind: "person", person: id, surface, id: `U${id.toUpperCase()}`, name: id[0]?.toUpperCase() + id.slice(1) };
}
