/** The record of the whole program: sealed when it stops, defended when it starts, emptied after its time. */
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { readSqlite } from "../../adapters/stores/sqlite/reader.ts";
import { deriveKeys } from "../../src/keys.ts";
import { evidenceOf, type Report, verify } from "../../src/verify.ts";
import { makeFolder, type Program, startProgram } from "../program.ts";

async function examine(folder: string): Promise<Report> {
  const text = (name: string) => readFileSync(join(folder, name), "utf8").trim();
  const key = deriveKeys(Buffer.from(text("secret"), "base64url")).audit;
  const reader = readSqlite(join(folder, "hitl.db"));
  const report = await verify(await evidenceOf(reader, [{ name: "audit.head", line: text("audit.head") }]), key);
  await reader.close();
  return report;
}

async function live(program: Program, id: string): Promise<void> {
  const raised = { id, kind: "confirm", payload: { summary: "a secret plan" } };
  expect((await program.call("agent", "POST", "/v1/checkpoints", raised)).status).toBe(201);
  const act = { action: "revise", feedback: "less secret" };
  expect((await program.call("admin", "POST", `/v1/checkpoints/${id}/act`, act)).status).toBe(200);
}

test("a stop seals everything, and a store that was put back is not sealed but still decides", async () => {
  const folder = makeFolder();
  const db = join(folder, "hitl.db");
  let program = await startProgram(folder);
  await live(program, "chk_record_1");
  expect(await program.end("SIGTERM")).toBe(0);
  expect(await examine(folder)).toMatchObject({ entries: 2, sealed: 2, found: 0, notes: [] });
  copyFileSync(db, join(folder, "backup.db"));

  program = await startProgram(folder);
  await live(program, "chk_record_2");
  expect(await program.end("SIGTERM")).toBe(0);
  expect(await examine(folder)).toMatchObject({ entries: 4, sealed: 4, found: 0, notes: [] });
  const head = readFileSync(join(folder, "audit.head"), "utf8");

  copyFileSync(join(folder, "backup.db"), db);
  expect((await examine(folder)).findings).toMatchObject([{ what: "rolled_back", seq: 3 }]);
  program = await startProgram(folder);
  await live(program, "chk_record_3");
  await expect.poll(program.output).toContain("tells of 4 entries that this store does not hold");
  expect(await program.end("SIGTERM")).toBe(0);
  expect(readFileSync(join(folder, "audit.head"), "utf8")).toBe(head);
  expect((await examine(folder)).findings.map(({ what }) => what)).toEqual(["anchor"]);

  rmSync(join(folder, "audit.head"));
  program = await startProgram(folder);
  expect((await program.call("agent", "GET", "/v1/checkpoints")).status).toBe(200);
  expect(await program.end("SIGTERM")).toBe(0);
  expect(await examine(folder)).toMatchObject({ entries: 4, sealed: 4, found: 0, notes: [] });
  rmSync(folder, { recursive: true });
});

test("what has had its time is emptied when the program starts, shown as that, and the record stays whole", async () => {
  const folder = makeFolder();
  let program = await startProgram(folder, { HITL_RETENTION: "never" });
  await live(program, "chk_record_1");
  await program.end("SIGTERM");
  program = await startProgram(folder, { HITL_RETENTION: "0.001s" });
  const read = () => program.call("agent", "GET", "/v1/checkpoints/chk_record_1");
  await expect.poll(async () => (await read()).body.erased_at).toMatch(/^20\d\d-.*Z$/);
  expect((await read()).body).toMatchObject({
    ...{ status: "resolved", title: "(erased)", payload: {}, source: { agent: "agent" } },
    decision: { action: "revise", outcome: "changes", by: { person: "admin" } },
  });
  // The line is written behind the last of them.
  await expect.poll(program.output).toContain('"erased":1');
  await program.end("SIGTERM");
  expect(await examine(folder)).toMatchObject({ entries: 3, sealed: 3, erased: 2, found: 0, notes: [] });
  const bytes = readFileSync(join(folder, "hitl.db"), "latin1");
  expect([bytes.includes("secret plan"), bytes.includes("less secret")]).toEqual([false, false]);
  const db = new DatabaseSync(join(folder, "hitl.db"));
  expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  db.close();
  rmSync(folder, { recursive: true });
});
