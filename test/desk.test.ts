import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { office } from "./office.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish it" } };
const tool = { kind: "tool", payload: { tool_name: "delete_file", tool_args: { path: "/tmp/x" } }, quorum: 2 };
const NOW = Date.parse("2026-11-20T10:00:00Z");

function open() {
  const opened = openMemory({ clock: () => NOW });
  return { opened, ...office(opened) };
}

describe("raising", () => {
  test("the same id with the same body is the same checkpoint", async () => {
    const { raise } = open();
    const first = await raise({ id: "chk_mine_1", ...confirm });
    expect(first).toMatchObject({ type: "raised", created: true });
    expect(await raise({ id: "chk_mine_1", ...confirm })).toEqual({ ...first, created: false });
    expect(await raise({ id: "chk_mine_1", kind: "confirm", payload: { summary: "Something else" } })).toMatchObject({
      code: "idempotency_mismatch",
    });
  });

  test("the same Idempotency-Key is the same checkpoint, however often and however at once", async () => {
    const { raise } = open();
    const all = await Promise.all(Array.from({ length: 20 }, () => raise(confirm, "key-1")));
    expect(all.filter((each) => each.type === "raised" && each.created)).toHaveLength(1);
    expect(new Set(all.map((each) => each.type === "raised" && each.checkpoint.id)).size).toBe(1);
    expect(await raise({ ...confirm, title: "Other" }, "key-1")).toMatchObject({ code: "idempotency_mismatch" });
  });

  test("keys belong to the agent: another agent's key is another checkpoint, another agent's id is taken", async () => {
    const { desk, caller, raise } = open();
    const ours = await raise({ id: "chk_mine_1", ...confirm }, "key-1");
    const request = { kind: "confirm", payload: confirm.payload } as const;
    const other = await desk.raise(caller("agent other"), request, { key: "key-1", origin: { surface: "api" } });
    expect(other).toMatchObject({ type: "raised", created: true });
    expect(other.type === "raised" && ours.type === "raised" && other.checkpoint.id !== ours.checkpoint.id).toBe(true);
    expect(
      await desk.raise(caller("agent other"), { id: "chk_mine_1", ...request }, { origin: { surface: "api" } }),
    ).toMatchObject({
      code: "id_taken",
    });
  });

  test("a new round withdraws the one that still waits, in the same commit", async () => {
    const { raise, record, log } = open();
    await raise({ id: "chk_round_1", ...confirm });
    expect(await raise({ id: "chk_round_2", ...confirm, previous: "chk_round_1" })).toMatchObject({ created: true });
    expect(await record("chk_round_1")).toMatchObject({ status: "withdrawn", decision: null });
    expect((await log("chk_round_1")).map(({ entry }) => entry.data.reason)).toEqual([
      undefined,
      "superseded by round 2, chk_round_2",
    ]);
    expect(await raise({ ...confirm, previous: "chk_nobody_1" })).toMatchObject({ code: "not_found" });
  });

  test("an approver's token raises nothing, an agent's decides nothing", async () => {
    const { desk, caller, raise } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    const origin = { surface: "api" } as const;
    expect(await desk.raise(caller("bob"), { kind: "confirm", payload: confirm.payload }, { origin })).toMatchObject({
      code: "forbidden",
    });
    expect(await desk.act(caller("agent ci"), "chk_mine_1", { action: "proceed" }, { origin })).toMatchObject({
      code: "forbidden",
    });
  });
});

describe("acting", () => {
  test("of two approvals at once one ends it, and the other is told by whom", async () => {
    const { raise, desk, caller } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    const origin = { surface: "api" } as const;
    const [first, second] = await Promise.all([
      desk.act(caller("bob"), "chk_mine_1", { action: "proceed" }, { origin }),
      desk.act(caller("carol"), "chk_mine_1", { action: "cancel" }, { origin }),
    ]);
    expect(first).toMatchObject({ type: "settled", result: "resolved" });
    expect(second).toMatchObject({
      code: "already_resolved",
      detail: "Already resolved by Bob at 2026-11-20 10:00 UTC: proceed.",
      checkpoint: { decision: { by: { person: "bob" } } },
    });
  });

  test("the same act with the same key gets its first answer, also after the end", async () => {
    const { raise, act } = open();
    await raise({ id: "chk_mine_1", ...tool });
    expect(await act("chk_mine_1", "bob", { action: "proceed" }, "k")).toBe("recorded");
    expect(await act("chk_mine_1", "bob", { action: "proceed" }, "k")).toBe("recorded");
    expect(await act("chk_mine_1", "bob", { action: "proceed" })).toBe("already_voted");
    expect(await act("chk_mine_1", "carol", { action: "proceed" }, "k")).toBe("resolved");
    expect(await act("chk_mine_1", "bob", { action: "proceed" }, "k")).toBe("recorded");
    expect(await act("chk_mine_1", "bob", { action: "reject" }, "k")).toBe("idempotency_mismatch");
  });

  test("fifty comments at once are all kept", async () => {
    const { raise, comment, record } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    await Promise.all(Array.from({ length: 50 }, () => comment("chk_mine_1", "bob")));
    expect((await record("chk_mine_1")).comments).toHaveLength(50);
  });

  test("what somebody may not see answers like what is not there", async () => {
    const { raise, act } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    expect(await act("chk_mine_1", "mallory", { action: "proceed" })).toBe("not_found");
    expect(await act("chk_none_1", "bob", { action: "proceed" })).toBe("not_found");
  });

  test("a store that fails is an error, never an answer", async () => {
    const { opened, raise, act } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    await opened.close();
    const unsure = { name: "StoreUnavailable", mayStand: true };
    await expect(act("chk_mine_1", "bob", { action: "proceed" })).rejects.toMatchObject(unsure);
  });
});

describe("waiting", () => {
  test("answers as soon as it has ended", async () => {
    const { raise, act, desk, caller, feed } = open();
    feed.start();
    await raise({ id: "chk_mine_1", ...confirm });
    const waits = Array.from({ length: 3 }, () => desk.wait(caller("agent ci"), "chk_mine_1", 60_000));
    await act("chk_mine_1", "bob", { action: "proceed" });
    for (const ended of await Promise.all(waits)) expect(ended).toMatchObject({ status: "resolved" });
    expect(feed.waiting).toBe(0);
    await feed.stop();
  });

  test("answers with what is there when the time is up, the caller goes, or the bot stops", async () => {
    const { raise, desk, caller, feed } = open();
    feed.start();
    await raise({ id: "chk_mine_1", ...confirm });
    const agent = caller("agent ci");
    expect(await desk.wait(agent, "chk_mine_1", 5)).toMatchObject({ status: "pending" });
    expect(await desk.wait(agent, "chk_mine_1", 60_000, AbortSignal.timeout(5))).toMatchObject({ status: "pending" });
    const waiting = desk.wait(agent, "chk_mine_1", 60_000);
    await feed.stop();
    expect(await waiting).toMatchObject({ status: "pending" });
  });

  test("does not wait for what has ended or is not there", async () => {
    const { raise, act, desk, caller } = open();
    await raise({ id: "chk_mine_1", ...confirm });
    await act("chk_mine_1", "bob", { action: "cancel" });
    expect(await desk.wait(caller("agent ci"), "chk_mine_1", 60_000)).toMatchObject({ status: "resolved" });
    expect(await desk.wait(caller("agent ci"), "chk_none_1", 60_000)).toMatchObject({ code: "not_found" });
  });
});

describe("listing", () => {
  test("everybody finds what concerns them, and nothing else", async () => {
    const { raise, act, desk, caller } = open();
    await raise({ id: "chk_sre_01", ...confirm });
    await raise({ id: "chk_bob_01", ...confirm, approvers: ["person:bob"], requested_by: "person:alice" });
    await raise({ id: "chk_done_1", ...confirm });
    await act("chk_done_1", "carol", { action: "proceed" });
    const seen = async (who: string, query = {}) => {
      const page = await desk.list(caller(who), { limit: 10, ...query });
      return page.items.map(({ id }) => id).sort();
    };
    expect(await seen("agent ci")).toEqual(["chk_bob_01", "chk_done_1", "chk_sre_01"]);
    expect(await seen("agent other")).toEqual([]);
    expect(await seen("admin")).toEqual(["chk_bob_01", "chk_done_1", "chk_sre_01"]);
    expect(await seen("bob")).toEqual(["chk_bob_01", "chk_done_1", "chk_sre_01"]);
    expect(await seen("carol")).toEqual(["chk_done_1", "chk_sre_01"]);
    expect(await seen("alice")).toEqual(["chk_bob_01"]);
    expect(await seen("mallory")).toEqual([]);
    expect(await seen("admin", { approver: "person:bob", status: "pending" })).toEqual(["chk_bob_01", "chk_sre_01"]);
    expect(await seen("admin", { approver: "person:mallory" })).toEqual([]);
  });
});
