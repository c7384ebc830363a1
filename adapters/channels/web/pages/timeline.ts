/** What happened to a checkpoint, a sentence each, oldest first. */
import type { By } from "../../../../src/checkpoint.ts";
import type { Json } from "../../../../src/json.ts";
import type { Logged } from "../../../../src/ports.ts";
import { nameOf } from "../../../../src/state-line.ts";
import { type Content, type Html, html } from "../markup.ts";
import { plainly } from "../names.ts";
import { at } from "./time.ts";

export function timeline(items: readonly Logged[]): Html {
  return html`<ol class="timeline">${items.map(
    ({ entry }) => html`<li>${sentence(entry)} <span class="when">${at(entry.at)}</span></li>`,
  )}</ol>`;
}

function sentence({ type, by, data }: Logged["entry"]): Content {
  const who = html`<bdi>${whoOf(by)}</bdi>`;
  switch (type) {
    case "checkpoint.raised":
      return html`${who} raised it under the policy <bdi>${words(data.policy)}</bdi>`;
    case "checkpoint.commented":
      return html`${who} commented`;
    case "checkpoint.voted":
      return html`${who} approved${data.action === "edit" ? ", edited" : ""}: ${words(data.given)} of ${words(data.needed)}`;
    case "checkpoint.reminded":
      return html`Reminded <bdi>${refs(data.to)}</bdi>`;
    case "checkpoint.escalated":
      return html`Escalated to <bdi>${refs(data.to)}</bdi>`;
    case "checkpoint.resolved":
      return html`${who} ended it: ${words(data.action)}`;
    case "checkpoint.expired":
      return html`Timed out: nobody decided in time`;
    case "checkpoint.withdrawn":
      return html`${who} withdrew it: <bdi>${words(data.reason)}</bdi>`;
    case "checkpoint.delivered":
      return data.to === undefined
        ? html`Shown in <bdi>${placeOf(data)}</bdi>`
        : html`Told the agent at <bdi>${words(data.to)}</bdi>`;
    case "checkpoint.undeliverable":
      if (data.note !== undefined)
        return html`Could not tell <bdi>${words(data.conversation)}</bdi> by <bdi>${words(data.channel)}</bdi>: <bdi>${words(data.reason)}</bdi>`;
      return data.to === undefined
        ? html`Could not be shown in <bdi>${placeOf(data)}</bdi>: <bdi>${words(data.reason)}</bdi>`
        : html`Gave up telling the agent at <bdi>${words(data.to)}</bdi>: <bdi>${words(data.reason)}</bdi>`;
    case "checkpoint.erased":
      return html`Its content was erased, after its time`;
  }
}

function whoOf(by: By): string {
  return by.kind === "policy" ? `Policy ${by.name}` : nameOf(by);
}

function placeOf(data: { [key: string]: Json }): string {
  return [data.channel, data.conversation].filter((part) => typeof part === "string" && part !== "").join(" ");
}

function refs(to: Json | undefined): string {
  return Array.isArray(to) ? to.map((each) => plainly(words(each))).join(", ") : words(to);
}

/** What retention erased is gone, and said to be. */
function words(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(words).join(", ");
  return value === undefined || value === null ? "(erased)" : String(value);
}
