/**
 * What buttons and modals carry in their `custom_id`, written here and read back here. Only an action's can decide
 * anything, and that is a signed handle. At most 100 characters: an id has 64, a handle 86.
 */
import type { ActionName } from "../../../src/checkpoint.ts";

export type Mark =
  /** A handle, on a card or on the last page of it. */
  | { mark: "act"; handle: string }
  /** Opens all of a card, for the presser alone. */
  | { mark: "see"; id: string }
  /** Another page of that. */
  | { mark: "page"; page: PageMark }
  /** From a list or a note: all of one checkpoint. */
  | { mark: "open"; id: string }
  /** Asks for a way into the web inbox. */
  | { mark: "browse"; id: string }
  /** Another page of a list: the command, and how many to leave out. */
  | { mark: "list"; from: number; command: string }
  /** "Send this as revise feedback": where the words are kept. */
  | { mark: "offer"; token: string }
  /** One step of a form: as a button it opens the step, as a modal it is the step. Steps count from 0. `ofAll`: asked for on the pages of the whole. */
  | { mark: "form"; step: number; handle: string; ofAll: boolean };

/** Which page of what, as it was when the page before was drawn. */
export interface PageMark {
  id: string;
  page: number;
  /** The end of the digest: pages of two versions must not be read as one. */
  version: string;
}

export function writeMark(mark: Mark): string {
  switch (mark.mark) {
    case "act":
      return `act:${mark.handle}`;
    case "see":
    case "open":
    case "browse":
      return `${mark.mark}:${mark.id}`;
    case "page":
      return `page:${mark.page.id}.${mark.page.page}.${mark.page.version}`;
    case "list":
      return `list:${mark.from} ${mark.command}`;
    case "offer":
      return `offer:${mark.token}`;
    case "form":
      return `form:${mark.step}${mark.ofAll ? "+" : ""}:${mark.handle}`;
  }
}

/** Undefined: not one of ours. Nothing in it is to be trusted before its handle is verified. */
export function readMark(customId: string): Mark | undefined {
  const [, mark = "", rest = ""] = /^([a-z]+):(.+)$/s.exec(customId) ?? [];
  switch (mark) {
    case "act":
      return { mark, handle: rest };
    case "see":
    case "open":
    case "browse":
      return ID.test(rest) ? { mark, id: rest } : undefined;
    case "page": {
      const page = readPage(rest);
      return page === undefined ? undefined : { mark, page };
    }
    case "list": {
      const [, from, command = ""] = /^(\d{1,6}) (.*)$/s.exec(rest) ?? [];
      return from === undefined ? undefined : { mark, from: Number(from), command };
    }
    case "offer":
      return { mark, token: rest };
    case "form": {
      const [, step, plus, handle = ""] = /^(\d{1,3})(\+?):(.+)$/s.exec(rest) ?? [];
      return step === undefined ? undefined : { mark, step: Number(step), handle, ofAll: plus === "+" };
    }
    default:
      return undefined;
  }
}

const ID = /^[A-Za-z0-9_-]{8,64}$/;

function readPage(value: string): PageMark | undefined {
  const [, id = "", page = "", version = ""] = /^([A-Za-z0-9_-]{8,64})\.(\d{1,4})\.([0-9a-f]{12})$/.exec(value) ?? [];
  return id === "" ? undefined : { id, page: Number(page), version };
}

export function versionOf(digest: string): string {
  return digest.slice(-12);
}

export type Sign = (action: ActionName) => string;
