/** What every program that a test starts has in its environment: it begins in half the time once one was compiled. */
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SPAWNED = {
  ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
  NODE_COMPILE_CACHE: join(tmpdir(), "hitl-bot-compiled"),
};
