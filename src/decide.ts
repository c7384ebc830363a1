/**
 * The life of a checkpoint as a pure function: what is, what happens, when, where → what follows.
 * Nothing runs in here; a change lists what the store has to keep and what the relay has to carry out.
 */
import type { Checkpoint } from "./checkpoint.ts";
import { act } from "./decide/act.ts";
import { called, recall } from "./decide/called.ts";
import { erase } from "./decide/erase.ts";
import { look } from "./decide/look.ts";
import { comment, placed, untold, withdraw } from "./decide/small.ts";
import type { House } from "./house.ts";
import type { Event, Ruling } from "./ruling.ts";

export function decide(checkpoint: Checkpoint, event: Event, now: number, house: House): Ruling {
  // Nothing late ever beats the timer: what is due happens first, then the event is looked at again.
  if ((event.type === "act" || event.type === "withdraw") && isOverdue(checkpoint, now)) {
    const due = look(checkpoint, now, house);
    return due.type === "change" ? { ...due, again: true } : due;
  }
  switch (event.type) {
    case "act":
      return act(checkpoint, event, now, house);
    case "comment":
      return comment(checkpoint, event, now, house);
    case "withdraw":
      return withdraw(checkpoint, event, now, house);
    case "look":
      return look(checkpoint, now, house);
    case "placed":
      return placed(checkpoint, event);
    case "untold":
      return untold(checkpoint, event);
    case "called":
      return called(checkpoint, event, now);
    case "recall":
      return recall(checkpoint);
    case "erase":
      return erase(checkpoint, event, now);
  }
}

export function isOverdue({ status, due_at }: Checkpoint, now: number): boolean {
  return status === "pending" && due_at !== null && now >= due_at;
}
