/** The page of one checkpoint: what is asked, in full; what can be done about it; all that is known beside it. */
import type { Card } from "../../../../src/card.ts";
import type { Checkpoint, Outcome } from "../../../../src/checkpoint.ts";
import type { Rules } from "../../../../src/policy/redact/rules.ts";
import type { Logged } from "../../../../src/ports.ts";
import { nameOf } from "../../../../src/state-line.ts";
import { oneLine } from "../../../../src/text.ts";
import { type Content, type Html, html, nothing } from "../markup.ts";
import { render } from "../render.ts";
import type { Standing } from "../standing.ts";
import { type Attempt, actionBar, type Sealed } from "./actions.ts";
import { beside } from "./beside.ts";
import { type IconName, icon } from "./icons.ts";
import { comments, rounds, withdrawal } from "./talk.ts";
import { left } from "./time.ts";

export interface Shown {
  checkpoint: Checkpoint;
  card: Card;
  /** By which what people wrote about it is shown. */
  rules: Rules;
  standing: Standing;
  sealed: Sealed;
  log: readonly Logged[];
  before: readonly Checkpoint[];
  after: Checkpoint | undefined;
  now: number;
  /** What has just been done, or why it was not. */
  notice: Notice | undefined;
  attempt: Attempt | undefined;
  /** What waits next for this person, after a decision. */
  next: Checkpoint | undefined;
}

export interface Notice {
  tone: "done" | "conflict";
  words: string;
  /** What was typed for an attempt that can no longer be made. */
  unsent?: string;
}

export function checkpointPage(shown: Shown): Html {
  const { checkpoint, card, rules, standing, sealed, attempt, now } = shown;
  return html`<article class="checkpoint" data-key="${checkpoint.id}" data-revision="${checkpoint.revision}"${checkpoint.status === "pending" ? nothing : html` data-ended="${endOf(checkpoint)}"`}>
${noticeBox(shown)}
<header class="head">
<div class="kind">${icon(checkpoint.kind)} <span>${checkpoint.kind}</span>${priority(checkpoint)}${pill(checkpoint)}${checkpoint.status === "pending" ? html`<span class="time">${left(checkpoint.due_at, now)}</span>` : nothing}</div>
<h1><bdi>${card.title}</bdi></h1>
<p class="source"><bdi>${card.source}</bdi></p>
<p class="state"><bdi>${card.state}</bdi></p>
${card.notes.map((note) => html`<p class="note-line"><bdi>${note}</bdi></p>`)}
</header>
<div class="columns">
<div class="main">
${render(card, checkpoint.source.agent)}
${actionBar(standing, sealed, attempt)}
${rounds(checkpoint, shown.before, shown.after, now, rules)}
${comments(checkpoint, sealed, attempt, rules)}
${standing.mayWithdraw ? withdrawal(sealed, attempt) : nothing}
</div>
${beside(checkpoint, shown.log, now)}
</div>
</article>`;
}

function noticeBox({ notice, next }: Shown): Html {
  if (notice === undefined) return nothing;
  const role = notice.tone === "done" ? "status" : "alert";
  return html`<div class="notice ${notice.tone}" role="${role}" tabindex="-1">
<p><bdi>${notice.words}</bdi></p>
${notice.unsent === undefined ? nothing : html`<p>What you had written, to take along:</p><pre class="text">\n${notice.unsent}</pre>`}
${notice.tone === "done" ? html`<p class="onward">${next === undefined ? nothing : html`<a class="button quiet" href="${`/checkpoints/${next.id}`}" data-shortcut="n"><span>Next:</span> <bdi>${oneLine(next.title, 200)}</bdi></a> `}<a href="/">Back to what waits</a></p>` : nothing}
</div>`;
}

const LABELS: Record<Outcome, { label: string; icon: IconName; tone: string }> = {
  approved: { label: "Approved", icon: "approve", tone: "approve" },
  answered: { label: "Answered", icon: "approve", tone: "approve" },
  changes: { label: "Changes asked for", icon: "change", tone: "change" },
  rejected: { label: "Rejected", icon: "reject", tone: "reject" },
  timed_out: { label: "Timed out", icon: "waiting", tone: "off" },
};

const ENDED: Record<Exclude<Outcome, "timed_out">, string> = {
  approved: "approved this",
  answered: "answered this",
  changes: "asked for changes",
  rejected: "rejected this",
};

/** For whoever has a form open while somebody else decides: who was faster, and with what. */
export function endOf({ decision, withdrawn }: Checkpoint): string {
  if (withdrawn !== null) return `${nameOf(withdrawn.by)} withdrew this meanwhile.`;
  if (decision === null) return "This has ended meanwhile.";
  const { by, outcome } = decision;
  if (outcome === "timed_out") return "This timed out meanwhile.";
  return `${by.kind === "policy" ? `The ${nameOf(by)}` : nameOf(by)} ${ENDED[outcome]} meanwhile.`;
}

/** How it ended, in a word. */
export function pill({ status, decision }: Checkpoint): Content {
  if (status === "pending") return nothing;
  const of =
    decision === null ? ({ label: "Withdrawn", icon: "reject", tone: "off" } as const) : LABELS[decision.outcome];
  return html`<span class="pill ${of.tone}">${icon(of.icon)} ${of.label}</span>`;
}

export function priority({ priority }: Checkpoint): Content {
  return priority === "normal" ? nothing : html`<span class="pill priority ${priority}">${priority}</span>`;
}
