/** What stands beside the card: who decides and who has, where it came from, where it is shown, what happened. */
import { approvalsGiven, type Checkpoint, type Placement } from "../../../../src/checkpoint.ts";
import type { Logged } from "../../../../src/ports.ts";
import { nameOf } from "../../../../src/state-line.ts";
import { formatDuration } from "../../../../src/time.ts";
import { type Content, type Html, html, nothing } from "../markup.ts";
import { plainly } from "../names.ts";
import { ago, at, left } from "./time.ts";
import { timeline } from "./timeline.ts";

export function beside(checkpoint: Checkpoint, log: readonly Logged[], now: number): Html {
  return html`<aside class="beside" aria-label="About it">
${decidersOf(checkpoint, now)}
${sourceOf(checkpoint)}
${checkpoint.placements.length === 0 ? nothing : html`<section><h2>Shown in</h2><ul class="plain">${checkpoint.placements.map(place)}</ul></section>`}
<section><h2>What happened</h2>${timeline(log)}</section>
</aside>`;
}

function decidersOf(checkpoint: Checkpoint, now: number): Html {
  const { approvers, quorum, votes, status, due_at, policy, created_at } = checkpoint;
  const pending = status === "pending";
  return html`<section><h2>Who decides</h2>
<dl class="pairs">
${pair("May decide", html`<bdi>${approvers.length === 0 ? "the admin" : approvers.map(plainly).join(", ")}</bdi>`)}
${quorum > 1 ? pair("Approvals", html`${progress(approvalsGiven(checkpoint), quorum)}`) : nothing}
${pair("Raised", ago(created_at, now))}
${pending ? pair("Time", left(due_at, now)) : nothing}
${pending && due_at !== null ? pair("Then", thenOf(checkpoint)) : nothing}
${pair("Policy", html`<bdi>${policy.name}</bdi>${policy.timeout === null ? "" : `, ${formatDuration(policy.timeout)}`}`)}
</dl>
${
  votes.length === 0
    ? nothing
    : html`<ul class="plain votes">${votes.map(
        ({ by, at: time, digest, action, feedback }) =>
          html`<li><bdi>${nameOf(by)}</bdi> approved${action === "edit" ? " with edits" : ""} <span class="when">${at(time)}</span>${digest === checkpoint.digest ? nothing : html` <span class="calm">(what stood there before an edit: does not count)</span>`}${feedback === undefined ? nothing : html`<p class="quote"><bdi>${feedback}</bdi></p>`}</li>`,
      )}</ul>`
}
</section>`;
}

/** `1 of 2`, with a picture of it. */
export function progress(given: number, needed: number): Html {
  const dots = Array.from({ length: Math.min(needed, 12) }, (_, index) => (index < given ? "●" : "○")).join("");
  return html`<span class="dots" aria-hidden="true">${dots}</span> ${given} of ${needed}`;
}

const THEN = {
  cancel: "cancelled, as timed out",
  reject: "rejected, as timed out",
  escalate: "escalated to others",
  proceed: "approved by the policy",
} as const;

function thenOf({ policy }: Checkpoint): string {
  return THEN[policy.on_timeout];
}

function sourceOf({ id, source, requested_by, token, round, digest, kind }: Checkpoint): Html {
  const rows: [string, string | null | undefined][] = [
    ["Kind", kind],
    ["Agent", source.agent],
    ["Workflow", source.workflow],
    ["Session", source.session],
    ["Step", source.step],
    ["Link", source.url],
    ["Requested by", requested_by],
    ["Token", token],
    ["Round", round > 1 ? String(round) : null],
    ["Id", id],
    ["Digest", digest],
  ];
  return html`<section><h2>Where it comes from</h2><dl class="pairs">${rows.map(([label, value]) =>
    value === null || value === undefined ? nothing : pair(label, html`<bdi>${value}</bdi>`),
  )}</dl></section>`;
}

function pair(label: string, value: Content): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function place({ channel, conversation, state, url, error }: Placement): Html {
  const name = html`<bdi>${channel} ${conversation}</bdi>`;
  // The channel's own address of what it posted, never an agent's.
  const shown = url?.startsWith("https://") ? html`<a href="${url}" rel="noreferrer">${name}</a>` : name;
  return html`<li>${shown}: ${state}${error === undefined ? nothing : html` (<bdi>${error}</bdi>)`}</li>`;
}
