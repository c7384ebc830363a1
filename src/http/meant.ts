/**
 * What an act means that names it by the agents' own ids: these come again, for another question or another agent's.
 * The same act under its Idempotency-Key is about what the first was about, whatever waits under those ids by then.
 */
import { createHash } from "node:crypto";
import type { Caller } from "../access.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { Denied, DeskPort } from "../desk-port.ts";
import { agentBehind } from "../policy/sight.ts";
import type { Shelf } from "../ports.ts";
import { type Trouble, trouble } from "./problem.ts";

interface Parts {
  desk: Pick<DeskPort, "read">;
  shelf: Pick<Shelf, "add" | "get">;
}

/** As long as the answer that the key brings back. */
const KEPT_MS = 90 * 86_400_000;

/** `ids`: the protocol's name, and what the act names. */
export async function meantBy(
  { desk, shelf }: Parts,
  caller: Caller,
  ids: readonly string[],
  key: string | undefined,
  find: () => Promise<Checkpoint | Trouble | Denied>,
): Promise<Checkpoint | Trouble | Denied> {
  if (key === undefined) return find();
  const said = JSON.stringify([caller.role, caller.name, ...ids, key]);
  const name = `meant:${createHash("sha256").update(said).digest("base64url")}`;
  const before = await shelf.get(name);
  if (before !== undefined) return desk.read(caller, before);
  const found = await find();
  if ("type" in found || (await shelf.add(name, found.id, KEPT_MS))) return found;
  return desk.read(caller, (await shelf.get(name)) ?? found.id);
}

/** Ms after its end in which somebody may still mean to answer what another agent asked under the same id. */
const MEANT_MS = 86_400_000;

/**
 * Of all that these ids ever named, newest first: what waits, else what ended last. Where they name several that wait,
 * or what another agent asked lately, neither is decided: an approval of the one must not reach the other.
 */
export function theOneOf(found: readonly Checkpoint[]): Checkpoint | Trouble | undefined {
  const open = found.filter(({ status }) => status === "pending");
  const since = Math.min(...open.map(({ created_at }) => created_at)) - MEANT_MS;
  const agents = new Set(found.filter(({ ended_at }) => ended_at === null || ended_at > since).map(agentBehind));
  if (open.length === 0 || (open.length === 1 && agents.size === 1)) return open[0] ?? found[0];
  const ids = open.map(({ id }) => id).join(", ");
  return trouble(
    "invalid_request",
    `Several agents use this id: decide what waits (${ids}) at /v1/checkpoints/ID/act.`,
  );
}
