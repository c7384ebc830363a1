/**
 * What the start prints, on a terminal or into a log: where it listens, the way into the inbox, and one checkpoint to
 * try. No secret in it but the link, which works once.
 */
import type { Ref } from "./checkpoint.ts";
import { makeDirectory } from "./policy/directory.ts";
import { matcherOf } from "./policy/match.ts";
import type { Settings } from "./settings.ts";

export interface Welcome {
  url: string;
  /** Signs the admin in, once. */
  link: string;
  /** Fresh, so that a second start's example is another checkpoint. */
  id: string;
  settings: Pick<Settings, "data" | "people" | "groups" | "admin" | "approvers" | "policies" | "generated">;
  /** How a shell gets at the tokens: `$(cat .hitl/agent-token)`, `$HITL_AGENT_TOKEN`. */
  agent: string;
  admin: string;
}

export function welcome({ url, link, id, settings, agent, admin }: Welcome): string {
  const { data, generated } = settings;
  const approvers = approversOf(settings);
  // As whom the token acts that the example decides with.
  const own = makeDirectory(settings).refsOf(settings.admin);
  const isAdmins = approvers.length === 0 || approvers.some((ref) => own.has(ref));
  const lines = [`hitl-bot listens on ${url}`, ""];
  if (generated.secret)
    lines.push(`This is the first start: a secret and two tokens were made and lie in ${data}.`, "");
  lines.push(
    "Open the inbox, signed in as the admin (works once, for 24 hours):",
    "",
    `  ${link}`,
    "",
    "Raise a checkpoint; the call waits until somebody has decided:",
    "",
    `  curl -s '${url}/v1/checkpoints?wait=240' -H "Authorization: Bearer ${agent}" \\`,
    "    -H 'Content-Type: application/json' \\",
    `    -d '{"id": "${id}", "kind": "confirm", "payload": ${JSON.stringify(PAYLOAD)}}'`,
    "",
  );
  if (!isAdmins) {
    lines.push(`Your settings let these decide it, where they are asked or in the inbox: ${approvers.join(", ")}`, "");
    return lines.join("\n");
  }
  lines.push(
    "Decide it in another terminal, by curl or with: npm run -s hitl review",
    "",
    `  curl -s ${url}/v1/checkpoints/${id}/act -H "Authorization: Bearer ${admin}" \\`,
    "    -H 'Content-Type: application/json' -d '{\"action\": \"proceed\"}'",
    "",
  );
  if (approvers.length === 0)
    lines.push("So far only the admin may decide. HITL_APPROVERS, or `approvers:` in a policy, lets others in.", "");
  return lines.join("\n");
}

const PAYLOAD = { summary: "Publish the async skill" };

/** Of the example. */
function approversOf({ approvers, policies }: Pick<Settings, "approvers" | "policies">): readonly Ref[] {
  const asked = { kind: "confirm", agent: "agent", priority: "normal", metadata: {} } as const;
  const policy = matcherOf(policies)({ ...asked, payload: PAYLOAD, source: { agent: asked.agent } });
  return "type" in policy ? approvers : (policy.approvers ?? approvers);
}
