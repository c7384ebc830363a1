/**
 * Where the tests keep their files: in memory, where there is room. A disk that others use, too, stalls for a second now
 * and then, and what would be measured then is the disk; a process that is killed loses in memory no more than there.
 */
import { accessSync, constants, statfsSync } from "node:fs";

const MEMORY = "/dev/shm";
/** Bytes; a whole run leaves some hundred million there at a time. */
const ROOM = 4e9;

/** For the environment of the tests and of all that they start; empty: where the machine keeps its temporary files. */
export function tempFolder(): { TMPDIR?: string } {
  if (process.env.TMPDIR !== undefined) return {};
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM ? { TMPDIR: MEMORY } : {};
  } catch {
    return {};
  }
}
