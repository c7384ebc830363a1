/** What the files of this adapter share: the desk, who is who, Discord, and the ways to say something to somebody. */
import type { Access } from "../../../src/access.ts";
import type { Card } from "../../../src/card.ts";
import type { Gate } from "../../../src/chat/gate.ts";
import type { Pulse } from "../../../src/chat/pulse.ts";
import type { ActionName, Checkpoint } from "../../../src/checkpoint.ts";
import type { Desk } from "../../../src/desk.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import { signHandle, verifyHandle } from "../../../src/handle.ts";
import type { Links } from "../../../src/links.ts";
import type { Directory } from "../../../src/policy/directory.ts";
import type { Shelf } from "../../../src/ports.ts";
import type { Chain } from "./chain.ts";
import type { Sign } from "./marks.ts";
import type { People } from "./people.ts";
import type { Places } from "./places.ts";
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
  /** Ways into the web inbox; null where none leads there from where people are. */
  links: Pick<Links, "issue"> | null;
  /** `thread_replies: direct` */
  direct: boolean;
  /** Told in one line each, without what people wrote. */
  report(what: string, error?: unknown): void;
  /** Whether Discord reaches us, whenever that changes. */
  onState(up: boolean): void;
}

export interface Parts extends Outside {
  wire: Wire;
  people: People;
  places: Places;
  gate: Gate;
  pulse: Pulse;
  chain: Chain;
  /** Work that nobody waits for; a failure is reported. */
  later(what: string, work: () => Promise<unknown>): void;
}

/** The card as Discord may show it: no link that leads nowhere. */
export async function cardFor(outside: Outside, checkpoint: Checkpoint): Promise<Card> {
  return linked(outside, await outside.desk.cardOf(checkpoint));
}

export function linked({ links }: Pick<Outside, "links">, card: Card): Card {
  return links === null ? { ...card, url: null } : card;
}

type Signing = Pick<Parts, "key"> & { wire: Pick<Wire, "home"> };

export function signFor(parts: Signing, { id, digest }: { id: string; digest: string }): Sign {
  return (action) => signHandle(parts.key, handleOf(parts, id, digest, action));
}

/** Whether a button's handle was made for exactly this, as it is now. */
export function isCurrent(
  parts: Signing,
  value: string,
  { id, digest }: { id: string; digest: string },
  action: ActionName,
): boolean {
  return verifyHandle(parts.key, value, handleOf(parts, id, digest, action));
}

/** Of this bot: a card may stand in any connected server or in a direct message, and where it was pressed is held against the record. */
function handleOf({ wire }: Signing, id: string, digest: string, action: ActionName) {
  return { id, digest, action, surface: "discord", workspace: wire.home.application } as const;
}
