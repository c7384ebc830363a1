/** Who may find a checkpoint: those who may decide it, and those who had a part in it. access.ts asks the same. */
import { type By, type Checkpoint, personOf, type Ref } from "../checkpoint.ts";
import type { Sight } from "../ports.ts";

export function sightOfRecord(checkpoint: Checkpoint): Sight {
  const { approvers, requesters, token, votes, comments, decision } = checkpoint;
  const took = [...votes, ...comments, ...(decision === null ? [] : [decision])].flatMap(({ by }) => refOf(by));
  return {
    decide: approvers.length === 0 ? ["admin"] : approvers,
    see: [...new Set([`token:${token}`, `token:${agentBehind(checkpoint)}`, ...requesters, ...took])],
  };
}

/** What it is found by as its session: a door knows its own by the thread, whatever of the session may be shown. */
export function sessionOf({ door, source }: Pick<Checkpoint, "door" | "source">): string | undefined {
  return door?.thread ?? source.session;
}

/** Who asks: elsewhere each token is an agent of its own, but a pipeline is watched whichever token it came by. */
export function agentBehind({ token, door }: Pick<Checkpoint, "token" | "door">): string {
  return door?.protocol === "pipeline" ? (door.connection ?? token) : token;
}

export function isAskedBy(checkpoint: Pick<Checkpoint, "token" | "door">, agent: string): boolean {
  return checkpoint.token === agent || agentBehind(checkpoint) === agent;
}

/** An account that the settings do not know is a person under its own reference. */
function refOf(by: By): Ref[] {
  if (by.kind !== "person") return [];
  const person = personOf(by);
  return [person.includes(":") ? person : `person:${person}`];
}
