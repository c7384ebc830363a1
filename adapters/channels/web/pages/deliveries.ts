/** For the admin: what did not get through. Calls to agents that were given up or still wait, cards that found no place. */
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { count } from "../../../../src/text.ts";
import { type Content, type Html, html, nothing } from "../markup.ts";
import { of } from "./stack.ts";
import { ago } from "./time.ts";

export interface Deliveries {
  dead: readonly Checkpoint[];
  waiting: readonly Checkpoint[];
  /** Pending ones with a card that could not be shown somewhere, among the newest `looked`. */
  unplaced: readonly Checkpoint[];
  looked: number;
  token: string;
  now: number;
  retried: boolean;
}

export function deliveriesPage({ dead, waiting, unplaced, looked, token, now, retried }: Deliveries): Html {
  return html`<div class="listing">
${retried ? html`<div class="notice done" role="status"><p>It is being tried again.</p></div>` : nothing}
<h1>Deliveries</h1>
<section class="block"><h2>Agents that could not be told</h2>
${dead.length === 0 ? html`<p class="calm">None: every agent that asked to be called back was told, or is still being tried.</p>` : calls(dead, token, now)}</section>
<section class="block"><h2>Being tried</h2>
${waiting.length === 0 ? html`<p class="calm">None.</p>` : calls(waiting, token, now)}</section>
<section class="block"><h2>Cards that could not be shown</h2>
<p class="calm">Among the newest ${count(looked)} that wait for a decision.</p>
${unplaced.length === 0 ? html`<p class="calm">None.</p>` : html`<ul class="plain">${unplaced.map((each) => html`<li>${link(each)}${each.placements.filter(({ state }) => state === "undeliverable").map(({ channel, conversation, error }) => html`<p><bdi>${channel} ${conversation}</bdi>: <bdi>${error ?? "no reason was given"}</bdi></p>`)}</li>`)}</ul>`}</section>
</div>`;
}

function calls(checkpoints: readonly Checkpoint[], token: string, now: number): Html {
  return html`<div class="wide"><table class="stack"><thead><tr><th scope="col">Checkpoint</th><th scope="col">Agent's address</th><th scope="col">Attempts</th><th scope="col">Last failure</th><th scope="col"><span class="unseen">Try again</span></th></tr></thead>
<tbody>${checkpoints.map((each) => callRow(each, token, now))}</tbody></table></div>`;
}

function callRow(checkpoint: Checkpoint, token: string, now: number): Content {
  const { callback, id, title } = checkpoint;
  if (callback === null) return nothing;
  const { endpoint, attempts, error, at } = callback;
  return html`<tr><th scope="row">${link(checkpoint)}</th><td>${of("Agent's address")}<bdi>${endpoint}</bdi></td><td>${of("Attempts")}${attempts}</td><td>${of("Last failure")}<bdi>${error ?? "none yet"}</bdi>${at === undefined ? nothing : html` <span class="when">${ago(at, now)}</span>`}</td>
<td><form method="post" action="${`/deliveries/${id}/retry`}"><input type="hidden" name="csrf" value="${token}"><button class="button quiet">Try again<span class="unseen">: ${title}</span></button></form></td></tr>`;
}

function link({ id, title }: Checkpoint): Html {
  return html`<a href="${`/checkpoints/${id}`}"><bdi>${title}</bdi></a>`;
}

/** On the admin's list, while something lies here. `waiting`: what the list shows. */
export function alarm(dead: readonly Checkpoint[], more: boolean, waiting: readonly Checkpoint[]): Content {
  const unplaced = waiting.filter(isUnplaced).length;
  const sentences = [
    ...(dead.length === 0 ? [] : [`${many(dead.length, more, "agent")} could not be told how it ended.`]),
    ...(unplaced === 0 ? [] : [`${many(unplaced, false, "card")} could not be shown where people were to see it.`]),
  ];
  if (sentences.length === 0) return nothing;
  return html`<div class="notice conflict" role="status"><p>${sentences.join(" ")} <a href="/deliveries">See deliveries</a></p></div>`;
}

export function isUnplaced({ placements }: Checkpoint): boolean {
  return placements.some(({ state }) => state === "undeliverable");
}

function many(count: number, more: boolean, what: string): string {
  if (more) return `More than ${count} ${what}s`;
  return count === 1 ? `One ${what}` : `${count} ${what}s`;
}
