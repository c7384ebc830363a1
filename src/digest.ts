/** The digest that binds what was shown to what is decided, computed so that an agent can compute it too. */
import type { ActionName, Hidden, KindName, Source } from "./checkpoint.ts";
import { digestOf, type JsonObject } from "./json.ts";

export interface Digested {
  kind: KindName;
  /** As the agent sent it, before any redaction; after an edit the edited payload. */
  payload: JsonObject;
  source: Source;
  actions: readonly { action: ActionName }[];
  policy: { version: string };
}

/** `"sha256:" + hex(SHA-256(JCS({v: 1, kind, payload, source: {agent, workflow}, actions, policy})))`; `workflow` is left out where there is none. */
export function digest({ kind, payload, source, actions, policy }: Digested): string {
  const { agent, workflow } = source;
  const names = actions.map((each) => each.action).sort();
  return digestOf({ v: 1, kind, payload, source: { agent, workflow }, actions: names, policy: policy.version });
}

/** Of what the agent asked, whatever was edited since. */
export function firstDigest(checkpoint: Digested & { hidden?: Pick<Hidden, "digest"> | null }): string {
  return checkpoint.hidden?.digest ?? digest(checkpoint);
}
