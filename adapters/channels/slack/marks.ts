/**
 * What buttons and views carry, written here and read back here: which button it is (`action_id`, `callback_id`) and
 * about what (`value`, `private_metadata`). Only an action's value can decide anything, and that is a signed handle.
 */
import type { ActionName } from "../../../src/checkpoint.ts";

export const MARKS = {
  /** `act:proceed`, on a card or in a modal; its value is a handle. */
  act: "act",
  /** Opens all of a card in a modal; value: the id. */
  see: "see",
  /** Another page of that modal. */
  page: "page",
  /** From a list: one checkpoint in a modal; value: the id. */
  open: "open",
  /** Another page of a list; value: the command and how many to leave out. */
  list: "list",
  /** "Send this as revise feedback"; value: where the words are kept. */
  offer: "offer",
  /** Asks for a way into the web inbox; value: the id. */
  browse: "browse",
  /** A link: nothing comes of pressing it but an event to acknowledge. */
  link: "link",
} as const;
export type Mark = keyof typeof MARKS;

/** Slack wants the ids of one message's buttons to differ. */
export function markId(mark: Mark, more: string = ""): string {
  return more === "" ? mark : `${mark}:${more}`;
}

export function readMark(actionId: string): { mark: Mark; more: string } | undefined {
  const [mark = "", ...more] = actionId.split(":");
  return Object.hasOwn(MARKS, mark) ? { mark: mark as Mark, more: more.join(":") } : undefined;
}

/** `formOfAll`: a form that was opened on the pages of the whole. */
export const VIEWS = { form: "form", formOfAll: "form-all", full: "full", notice: "notice" } as const;

/** Which page of what, as it was when the page before was drawn. */
export interface PageMark {
  id: string;
  page: number;
  /** The end of the digest: pages of two versions must not be read as one. */
  version: string;
}

export function writePage({ id, page, version }: PageMark): string {
  return `${id}.${page}.${version}`;
}

export function readPage(value: string): PageMark | undefined {
  const [, id = "", page = "", version = ""] = /^([A-Za-z0-9_-]{8,64})\.(\d{1,4})\.([0-9a-f]{12})$/.exec(value) ?? [];
  return id === "" ? undefined : { id, page: Number(page), version };
}

export function versionOf(digest: string): string {
  return digest.slice(-12);
}

export type Sign = (action: ActionName) => string;
