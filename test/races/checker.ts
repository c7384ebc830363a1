/**
 * What must hold after a race: every checkpoint ended once, by one of those who were told that they won, and every
 * other was told who that was. Knows nothing of stores; the test shows that it finds the faults of a broken one.
 */
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Logged } from "../../src/ports.ts";

/** One person's try at one checkpoint, and what they were told. */
export interface Act {
  id: string;
  who: string;
  /** Whether the store took this act for the decision. */
  won: boolean;
  /** Who decided, as this person was told; null: nothing. */
  told: string | null;
}

export interface Findings {
  single: number;
  /** Checkpoints of which several people were told that they decided them. */
  double: string[];
  /** Checkpoints that nobody decided, or whose winner is not the one in the record. */
  lost: string[];
  /** Acts that were told nothing, or another winner than the record's. */
  misled: Act[];
  /** Checkpoints whose log does not hold exactly the one decision of the record. */
  unlogged: string[];
}

export function check(acts: Act[], records: Checkpoint[], log: Logged[]): Findings {
  const byId = Map.groupBy(acts, ({ id }) => id);
  const ends = Map.groupBy(
    log.filter(({ entry }) => entry.type === "checkpoint.resolved"),
    ({ entry }) => entry.id,
  );
  const findings: Findings = { single: 0, double: [], lost: [], misled: [], unlogged: [] };
  for (const record of records) {
    const winner = winnerOf(record);
    const tried = byId.get(record.id) ?? [];
    const won = tried.filter((act) => act.won);
    if (won.length === 1) findings.single += 1;
    if (won.length > 1) findings.double.push(record.id);
    if (winner === null || !won.some(({ who }) => who === winner)) findings.lost.push(record.id);
    findings.misled.push(...tried.filter(({ told }) => told === null || told !== winner));
    const logged = ends.get(record.id) ?? [];
    const by = logged[0]?.entry.by;
    if (logged.length !== 1 || by?.kind !== "person" || by.person !== winner) findings.unlogged.push(record.id);
  }
  return findings;
}

export function winnerOf({ decision }: Checkpoint): string | null {
  return decision?.by.kind === "person" ? decision.by.person : null;
}
