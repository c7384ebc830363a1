/** The lists: what waits, and what has ended. A row is a link to the whole; it decides nothing. */
import { approvalsGiven, type Checkpoint, KINDS, PRIORITIES } from "../../../../src/checkpoint.ts";
import { missedSla } from "../../../../src/overdue.ts";
import type { Rules } from "../../../../src/policy/redact/rules.ts";
import { stateLine } from "../../../../src/state-line.ts";
import { count, oneLine } from "../../../../src/text.ts";
import type { Found } from "../browse.ts";
import { ENDINGS, type Filters, isFiltered, pathWith } from "../filters.ts";
import { asSent, type Content, type Html, html, nothing, when } from "../markup.ts";
import { hasVoted } from "../standing.ts";
import { progress } from "./beside.ts";
import { pill, priority } from "./checkpoint.ts";
import { icon } from "./icons.ts";
import { ago, left } from "./time.ts";

export interface Listing {
  which: "waiting" | "history";
  found: Found;
  /** By which what people wrote about it is shown. */
  rulesOf: (item: Checkpoint) => Rules;
  filters: Filters;
  /** Not the first page. */
  paged: boolean;
  person: string;
  now: number;
  /** For the admin: what could not be delivered. */
  alarm: Content;
}

const PATHS = { waiting: "/", history: "/history" } as const;

export function listPage(listing: Listing): Html {
  const { which, found, filters, paged, alarm } = listing;
  const path = PATHS[which];
  const { items } = found;
  return html`<div class="listing">
<div class="title-row"><h1>${which === "waiting" ? "Waiting for a decision" : "History"}</h1>
<p class="calm">Newest first${paged ? html`, <a href="${pathWith(path, filters, "")}">from the beginning</a>` : nothing}</p></div>
${alarm}
${filterForm(path, filters, items, which)}
<div id="list" data-part>
${items.length === 0 ? empty(listing) : html`<ol class="rows" aria-label="${which === "waiting" ? "What waits" : "What has ended"}">${items.map((item) => row(item, listing))}</ol>`}
${more(listing, path)}
</div>
</div>`;
}

function row(item: Checkpoint, { which, rulesOf, now, person }: Listing): Html {
  const { id, kind, source, round, title } = item;
  const from = [source.agent, source.workflow, source.session].filter((part) => part !== undefined);
  return html`<li class="row" data-key="${id}" data-revision="${item.revision}">
<span class="kind-mark">${icon(kind)}</span>
<div class="what"><a class="open" href="${`/checkpoints/${id}`}"><bdi>${oneLine(title, 200)}</bdi></a>
<p class="source">${kind} · <bdi>${oneLine(from.join(" · "), 200)}</bdi>${round > 1 ? html` · round ${round}` : nothing}</p>
${which === "history" ? html`<p class="outcome"><bdi>${stateLine(item, now, rulesOf(item))}</bdi></p>` : nothing}</div>
<div class="marks">${priority(item)}${which === "waiting" && missedSla(item, now) ? html`<span class="pill critical">overdue</span>` : nothing}${which === "history" ? pill(item) : votes(item, person)}</div>
<div class="times">${which === "waiting" ? left(item.due_at, now) : nothing}<span class="calm">${ago(item.ended_at ?? item.created_at, now)}</span></div>
</li>`;
}

function votes(item: Checkpoint, person: string): Content {
  const own = hasVoted(item, person) ? html`<span class="pill off">you approved</span>` : nothing;
  const dots =
    item.quorum > 1
      ? html`<span class="votes">${progress(approvalsGiven(item), item.quorum)} <span class="unseen">approvals</span></span>`
      : nothing;
  return html`${own}${dots}`;
}

function empty({ which, filters, found, paged }: Listing): Html {
  if (found.next !== null) return html`<p class="empty">Nothing like that so far.</p>`;
  if (isFiltered(filters))
    return html`<div class="empty"><p>Nothing here fits the filter.</p><p><a class="button quiet" href="${PATHS[which]}">Show all of it</a></p></div>`;
  if (paged) return html`<p class="empty">That was all.</p>`;
  if (which === "history")
    return html`<div class="empty"><p>Nothing has ended yet.</p><p class="calm">What was decided, timed out or withdrawn is kept here: who, what, when and why.</p></div>`;
  return html`<div class="empty">${icon("approve")}<p>Nothing waits for a decision.</p><p class="calm">When an agent asks, it appears here by itself. You see what you may decide, what you asked for and what you had a part in.</p></div>`;
}

function more({ found, filters }: Listing, path: string): Html {
  const { items, next, looked } = found;
  const far =
    looked === null || next === null
      ? nothing
      : html`<p class="calm">${count(items.length)} found in ${count(looked)} that were looked at.</p>`;
  if (next === null) return far;
  return html`${far}<p class="more"><a class="button quiet" href="${pathWith(path, filters, next)}" rel="next">${looked === null ? "Older ones" : "Look further"}</a></p>`;
}

function filterForm(path: string, filters: Filters, items: readonly Checkpoint[], which: Listing["which"]): Html {
  const agents = [...new Set(items.map(({ source }) => source.agent))].slice(0, 50);
  const waiting = which === "waiting";
  return html`<details class="filters"${when(isFiltered(filters), "open")}>
<summary>Filter</summary>
<form method="get" action="${path}" role="search" aria-label="${waiting ? "Filter what waits" : "Filter what has ended"}">
<div class="grow"><label for="q">Text</label><input type="search" id="q" name="q" value="${asSent(filters.text)}" autocomplete="off" data-shortcut="/"></div>
<div><label for="kind">Kind</label>${select("kind", KINDS, filters.kind)}</div>
<div><label for="priority">Priority</label>${select("priority", PRIORITIES, filters.priority)}</div>
<div><label for="agent">Agent</label><input type="text" id="agent" name="agent" value="${asSent(filters.agent)}" list="agents" autocomplete="off"><datalist id="agents">${agents.map((agent) => html`<option value="${asSent(agent)}"></option>`)}</datalist></div>
<div><label for="session">Session</label><input type="text" id="session" name="session" value="${asSent(filters.session)}" autocomplete="off"></div>
${waiting ? nothing : html`<div><label for="outcome">Outcome</label>${select("outcome", ENDINGS, filters.outcome)}</div>`}
<div class="checks">${check("mine", waiting ? "I may decide" : "I could decide", filters.mine)}${waiting ? check("overdue", "Overdue", filters.overdue) : nothing}</div>
<div class="go"><button class="button quiet">Apply</button>${isFiltered(filters) ? html` <a href="${path}">Clear</a>` : nothing}</div>
</form>
</details>`;
}

function select(name: string, words: readonly string[], chosen: string | undefined): Html {
  return html`<select id="${name}" name="${name}"><option value="">any</option>${words.map(
    (word) => html`<option value="${word}"${when(word === chosen, "selected")}>${word.replace("_", " ")}</option>`,
  )}</select>`;
}

function check(name: string, label: string, on: boolean): Html {
  return html`<label class="option"><input type="checkbox" name="${name}" value="1"${when(on, "checked")}> <span>${label}</span></label>`;
}
