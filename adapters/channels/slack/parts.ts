/** What the files of this adapter share: the desk, who is who, Slack, and the ways to say something to somebody. */
import type { Access } from "../../../src/access.ts";
import type { Card } from "../../../src/card.ts";
import type { Gate } from "../../../src/chat/gate.ts";
import type { Pulse } from "../../../src/chat/pulse.ts";
import type { ActionName, Checkpoint, Ref } from "../../../src/checkpoint.ts";
import type { Desk } from "../../../src/desk.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import { signHandle, verifyHandle } from "../../../src/handle.ts";
import type { Links } from "../../../src/links.ts";
import type { Directory } from "../../../src/policy/directory.ts";
import type { Shelf } from "../../../src/ports.ts";
import type { Sign } from "./marks.ts";
import type { People } from "./people.ts";
import type { Places } from "./places.ts";
import type { Report } from "./transport.ts";
import type { Wire } from "./wire.ts";

export interface Outside {
  desk: DeskPort & Pick<Desk, "placed" | "cardOf" | "rulesOf">;
  access: Access;
  directory: Directory;
  shelf: Shelf;
  /** Signs what buttons carry. */
  key: Uint8Array;
  clock: () => number;
  /** For reading only; who may see what comes of it is asked of the desk. */
  record(id: string): Promise<Checkpoint | undefined>;
  /** Slack's user groups that the settings name anywhere. */
  groups: readonly Ref[];
  /** Ways into the web inbox; null where none leads there from where people are. */
  links: Pick<Links, "issue"> | null;
  /** `thread_replies: direct` */
  direct: boolean;
  report: Report;
  /** Whether Slack reaches us, whenever that changes. */
  onState(up: boolean): void;
}

export interface Parts extends Outside {
  wire: Wire;
  people: People;
  places: Places;
  gate: Gate;
  pulse: Pulse;
  /** Work that nobody waits for; a failure is reported. */
  later(what: string, work: () => Promise<unknown>): void;
}

/** The card as Slack may show it: no link that leads nowhere. */
export async function cardFor(outside: Outside, checkpoint: Checkpoint): Promise<Card> {
  return linked(outside, await outside.desk.cardOf(checkpoint));
}

export function linked({ links }: Pick<Outside, "links">, card: Card): Card {
  return links === null ? { ...card, url: null } : card;
}

export function signFor({ key, wire }: Parts, { id, digest }: { id: string; digest: string }): Sign {
  return (action) => signHandle(key, { id, digest, action, surface: "slack", workspace: wire.home.team });
}

/** Whether a button's value was made for exactly this, as it is now. */
export function isCurrent(
  { key, wire }: Parts,
  value: string,
  { id, digest }: { id: string; digest: string },
  action: ActionName,
): boolean {
  return verifyHandle(key, value, { id, digest, action, surface: "slack", workspace: wire.home.team });
}

/** The user groups that could make a difference here. */
export function groupsFor({ directory, groups }: Outside, checkpoint?: Checkpoint): Ref[] {
  const named = checkpoint?.approvers.flatMap((ref) => directory.members(ref)) ?? [];
  return [...new Set([...groups, ...named])].filter((ref) => ref.startsWith("slack-group:"));
}
