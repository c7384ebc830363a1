/** What SQLite's error codes mean to the core: the store is out of reach, or the program made a mistake. */
import { outOfReach } from "../../../src/out-of-reach.ts";
import { StoreUnavailable } from "../../../src/ports.ts";

/** Primary result codes, https://www.sqlite.org/rescode.html; the higher bytes only say where it happened. */
const BUSY = 5;
const OUT_OF_REACH: ReadonlyMap<number, string> = new Map([
  [BUSY, "another process holds its lock"],
  [6, "it is locked"],
  [8, "it may only be read"],
  [10, "reading or writing the disk failed"],
  [11, "the file is damaged"],
  [13, "the disk is full"],
  [14, "the file cannot be opened"],
  [26, "the file is not a database"],
]);

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** An error as the port promises it; mistakes of the program are handed on as they are. */
export function faultOf(error: unknown): unknown {
  if (isClosed(error)) return new StoreUnavailable("The store is closed: nothing was recorded.", { cause: error });
  const reason = OUT_OF_REACH.get(primaryCode(error) ?? 0);
  if (reason === undefined) return error;
  return outOfReach(reason, error);
}

export function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw faultOf(error);
  }
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_INVALID_STATE";
}
