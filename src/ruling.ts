/** What can happen to a checkpoint, and what is ruled about it: the vocabulary of decide.ts. */
import type { Actor, Caller } from "./access.ts";
import type { Act, Form, Note, Refusal } from "./card.ts";
import type { By, Checkpoint, Ref } from "./checkpoint.ts";
import type { JsonObject } from "./json.ts";
import type { Called, EntryType, Errand, Posted, Undeliverable } from "./ports.ts";

export type Event =
  | { type: "act"; actor: Actor; act: Act; shown?: { shown: number; of: number } | undefined }
  | { type: "comment"; by: By; text: string }
  | { type: "withdraw"; caller: Caller; by: By; reason: string }
  /** The agenda's time has come. */
  | { type: "look" }
  /** The relay has posted or updated a card, or cannot. */
  | {
      type: "placed";
      channel: string;
      conversation: string;
      revision: number;
      /** What the card shows, where that is known, and when it did. */
      digest?: string;
      at?: number;
      result: Posted | Undeliverable;
    }
  /** The relay could not tell somebody, and gives it up. */
  | { type: "untold"; to: Ref; channel: string; note: Note["type"]; reason: string }
  /** One attempt to call the agent back. */
  | { type: "called"; result: Exclude<Called, { type: "busy" }> }
  /** The agent is to be called again now: its endpoint is back, or somebody asked for it. */
  | { type: "recall" }
  /** Retention: it is emptied if it ended at or before this time. */
  | { type: "erase"; endedBefore: number };

export interface News {
  type: EntryType;
  by: By;
  data: JsonObject;
}

/** The next record and everything that goes with it into one commit. */
export interface Amendment {
  type: "change";
  next: Checkpoint;
  news: News[];
  errands: Errand[];
  /** The commit stands only while from ≤ the store's time < until. */
  from: number | null;
  until: number | null;
  /** The event itself is still to be ruled on, after this change: time had to be dealt with first. */
  again?: true;
  /** What the log holds of it so far is emptied as well. */
  erase?: true;
}

export type Ruling =
  | Amendment
  | Refusal
  /** Something is missing that a form can ask for; a program is told the refusal. */
  | { type: "form"; form: Form; refusal: Refusal }
  /** Nothing to do, now or ever. */
  | { type: "wait" };
