/** The webhooks as the program makes them, over a shelf of their own, and checkpoints that have ended. */

import { makeWebhooks, type WebhookParts } from "../../../../adapters/agents/webhook/index.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { SECRET } from "./receiver.ts";

export const BASE = "https://hitl.example.com";

export function webhooks(over: Partial<WebhookParts> = {}) {
  const shelf = over.shelf ?? openMemory().shelf;
  return makeWebhooks({ secret: SECRET, allow: ["127.0.0.1"], baseUrl: BASE, version: "1.2.3", ...over, shelf });
}

/** Proceeded by Bob; its agent is to be called at `url`. */
export function approved(url: string, over: Partial<Checkpoint> = {}): Checkpoint {
  const at = RAISED + 60_000;
  return checkpoint({
    status: "resolved",
    ended_at: at,
    decision: { action: "proceed", outcome: "approved", by: person("bob"), at, digest: DIGEST },
    callback: {
      url,
      endpoint: URL.canParse(url) ? new URL(url).origin : "nowhere",
      state: "waiting",
      attempts: 0,
    },
    ...over,
  });
}
