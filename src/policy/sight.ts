/** Who may find a checkpoint: those who may decide it, and those who had a part in it. access.ts asks the same. */
import { type By, type Checkpoint, personOf, type Ref } from "../checkpoint.ts";
import type { Sight } from "../ports.ts";

export function sightOfRecord(checkpoint: Checkpoint): Sight {
  const { approvers, requesters, token, votes, comments, decision } = checkpoint;
  const took = [...votes, ...comments, ...(decision === null ? [] : [decision])].flatMap(({ by }) => refOf(by));
  return {
    decide: approvers.length === 0 ? ["admin"] : approvers,
    see: [...new Set([`token:${token}`, ...requesters, ...took])],
  };
}

/** An account that the settings do not know is a person under its own reference. */
function refOf(by: By): Ref[] {
  if (by.kind !== "person") return [];
  const person = personOf(by);
  return [person.includes(":") ? person : `person:${person}`];
}
