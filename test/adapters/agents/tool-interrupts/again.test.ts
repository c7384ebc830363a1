/** An approval names a thread and an interrupt, and both come again: it never reaches another question than was meant. */
import { expect, test } from "vitest";
import { doorOf, raiseOf } from "../../../../adapters/agents/tool-interrupts/mapping.ts";
import type { Caller } from "../../../../src/access.ts";
import type { KindName } from "../../../../src/checkpoint.ts";
import { entryOf } from "../../../../src/door.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { asBob } from "../doorstep.ts";
import { ops } from "./ops.ts";

const SAFE = { id: "int_1", tool_name: "list", tool_args: { path: "/safe" } };
const GRIM = { id: "int_1", tool_name: "rm", tool_args: { path: "/" } };
const yes = (thread: string) => ({ thread_id: thread, interrupt_id: "int_1", approved: true });
const mallory = { role: "agent", name: "mallory", agents: ["mallory"], person: null } as const satisfies Caller;

type Ops = Awaited<ReturnType<typeof ops>>;

/** By a token of its own, below nobody's connection. */
async function byMallory(here: Ops, thread: string): Promise<void> {
  const sent = { thread_id: thread, interrupt: { ...GRIM, created_at: "" } };
  const raised = await here.office.desk.raise(mallory, raiseOf(sent, null), {
    origin: { surface: "api" },
    entry: entryOf(doorOf(sent, null), null),
  });
  expect(raised.type).toBe("raised");
}

const ask = (here: Ops, kind: KindName, payload: JsonObject, session: string) =>
  here.office.desk.raise(mallory, { kind, payload, source: { session } }, { origin: { surface: "api" } });

test("sent again under its Idempotency-Key it is about what the first was about, whatever waits by then", async () => {
  const here = await ops();
  await here.raise("t1", SAFE);
  const key = { ...asBob, "idempotency-key": "k1" };
  const first = await here.approve(yes("t1"), key);
  await here.pass(10);
  await here.raise("t1", GRIM);
  const again = await here.approve(yes("t1"), key);
  expect([again.status, again.body]).toEqual([first.status, first.body]);
  expect((await here.newest("t1")).status).toBe("pending");
});

test("where several agents use an id it decides nothing, however much lies between what they asked", async () => {
  const here = await ops();
  await here.raise("t2", SAFE);
  await here.pass(10);
  await byMallory(here, "t2");
  expect((await here.approve(yes("t2"))).status).toBe(422);
  for (let number = 0; number < 210; number += 1) await ask(here, "confirm", { summary: `${number}` }, "t2");
  for (let number = 0; number < 210; number += 1)
    await ask(here, "tool", { tool_name: "t", tool_args: { number } }, "t2");
  const refused = await here.approve(yes("t2"));
  expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining("Several agents use this id")]);
}, 60_000);

test("sent again without a key it does not reach another agent that has taken the id since", async () => {
  const here = await ops();
  await here.raise("t3", SAFE);
  expect((await here.approve(yes("t3"))).status).toBe(200);
  await byMallory(here, "t3");
  expect((await here.approve(yes("t3"))).status).toBe(422);
});

test("it approves the arguments that the agent sent, and nobody's edit of them", async () => {
  const two = { name: "two", quorum: 2, approvers: ["group:sre"] };
  const here = await ops({ edits: true, policies: [two] });
  await here.raise("t4", { ...SAFE, tool_args: { amount: 10 } });
  const { id } = await here.newest("t4");
  expect(await here.office.act(id, "carol", { action: "edit", edited: { amount: 99_999 } })).toBe("recorded");
  expect((await here.approve(yes("t4"))).body.code).toBe("digest_mismatch");
  expect((await here.newest("t4")).status).toBe("pending");
});

test("an approved edit whose arguments were erased is no approval of the agent's own", async () => {
  const here = await ops({ edits: true });
  await here.raise("t5", { ...SAFE, tool_args: { path: "/etc" } });
  const { id } = await here.newest("t5");
  expect(await here.act(id, { action: "edit", edited: { path: "/tmp/x" } })).toBe("resolved");
  expect((await here.stands("t5", "int_1")).body).toMatchObject({ approved: true, tool_args: { path: "/tmp/x" } });
  const { ended_at } = await here.office.record(id);
  expect(await here.office.desk.erase(id, Number(ended_at))).toBe(true);
  expect((await here.stands("t5", "int_1")).body).toMatchObject({ approved: false, action: "Reject" });
});

test("an approved edit that left a hidden value in its place is not told, because the agent would run the mark", async () => {
  const here = await ops({ edits: true });
  await here.raise("t6", { ...SAFE, tool_args: { path: "/a", password: "hunter2-hunter2" } });
  const { id } = await here.newest("t6");
  const edited = { path: "/b", password: "[redacted 15 chars]" };
  expect(await here.act(id, { action: "edit", edited })).toBe("resolved");
  const { body } = await here.stands("t6", "int_1");
  expect([body.approved, body.action, body.tool_args]).toEqual([false, "Reject", undefined]);
  await here.pass(1_000);
  expect(here.agent.got.at(-1)?.body).toMatchObject({ interrupt_id: "int_1", approved: false });
});

test.each([
  ["looks like a token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", {}],
  ["stands under the name of a secret in the arguments", "user-12345", { session_token: "user-12345" }],
])("a thread whose name %s is found by it all the same", async (_, thread, tool_args) => {
  const here = await ops();
  await here.raise(thread, { ...SAFE, tool_args });
  expect((await here.stands(thread, "int_1")).body).toMatchObject({ status: "pending" });
  await here.pass(10);
  await here.raise(thread, GRIM);
  expect((await here.all(thread)).map(({ status }) => status)).toEqual(["pending", "withdrawn"]);
});
