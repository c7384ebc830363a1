/** Paths for new store files, removed when the tests of the calling file are over. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export function temporaryFiles(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "hitl-store-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return () => {
    count += 1;
    return join(folder, `store-${count}.db`);
  };
}
