/**
 * `audit.head`: how far the record was sealed, in one line, outside of the store. Whoever cuts the store's tail or puts
 * an old copy of it back does not change this file, nor the copies of it that are kept elsewhere.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Anchor {
  /** Undefined while there is none. */
  read(): Promise<string | undefined>;
  /** The whole line or, after a crash, the whole former one. */
  write(line: string): Promise<void>;
}

export function anchorPath(data: string): string {
  return join(data, "audit.head");
}

export function anchorAt(path: string): Anchor {
  return {
    async read() {
      try {
        return (await readFile(path, "utf8")).trim();
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },

    async write(line) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.audit.head.${randomBytes(6).toString("hex")}`);
      try {
        const file = await open(draft, "wx", 0o600);
        try {
          await file.writeFile(`${line}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await flush(folder);
    },
  };
}

/** Without it a power cut may take the rename back. */
async function flush(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
