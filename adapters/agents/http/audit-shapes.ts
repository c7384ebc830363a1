/** The record in the shape that another protocol's own agents keep: its decisions alone, each with what was decided on. */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import type { Denied } from "../../../src/desk-port.ts";
import type { DoorAdapter } from "../../../src/door.ts";
import type { JsonObject } from "../../../src/json.ts";
import type { Logged } from "../../../src/ports.ts";
import { row } from "./csv.ts";

const ENDS: readonly string[] = ["checkpoint.resolved", "checkpoint.expired", "checkpoint.withdrawn"];

export interface Ended {
  checkpoint: Checkpoint;
  logged: Logged;
}

export async function* decisionsOf(
  entries: AsyncIterable<Logged>,
  read: (id: string) => Promise<Checkpoint | Denied>,
): AsyncGenerator<Ended, void> {
  for await (const logged of entries) {
    if (!ENDS.includes(logged.entry.type)) continue;
    const checkpoint = await read(logged.entry.id);
    if (!("type" in checkpoint)) yield { checkpoint, logged };
  }
}

/** CSV has the columns of the first entry, which all of a protocol share. */
export async function* shapedLines(
  ends: AsyncIterable<Ended>,
  shape: NonNullable<DoorAdapter["auditEntry"]>,
  format: "jsonl" | "csv",
): AsyncGenerator<string, void> {
  let columns: string[] | undefined;
  for await (const { checkpoint, logged } of ends) {
    const entry = shape(checkpoint, logged);
    if (entry === null) continue;
    if (format === "jsonl") {
      yield `${JSON.stringify(entry)}\n`;
      continue;
    }
    if (columns === undefined) {
      columns = Object.keys(entry);
      yield row(columns);
    }
    yield row(columns.map((column) => cellOf(entry, column)));
  }
}

function cellOf(entry: JsonObject, column: string): string | undefined {
  const value = entry[column];
  return value === null || value === undefined || typeof value === "string"
    ? (value ?? undefined)
    : JSON.stringify(value);
}
