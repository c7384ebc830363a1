import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { needless, noteScope } from "./scopes.ts";

test("names the permissions that no suite has used", () => {
  const folder = mkdtempSync(join(tmpdir(), "hitl-noted-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const granted = ["chat:write", "commands", "users:read"];
  expect(needless(granted, folder)).toEqual(granted);
  noteScope("users:read", folder);
  noteScope("chat:write", folder);
  expect(needless(granted, folder)).toEqual(["commands"]);
});
