/** The agent's side and the answering side over HTTP: one interrupt never answers for another, and silence is a no. */
import { describe, expect, test } from "vitest";
import { cardOf } from "../../../../src/picture.ts";
import { NOON } from "../../../town.ts";
import { asAdmin, asAgent, asBob } from "../doorstep.ts";
import { HOUR, ops, sample } from "./ops.ts";

const place = await ops();
const { act, agent, all, approve, call, newest, pass, raise, stands } = place;
const INT = sample("sent/interrupt");
const SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
const other = (more: object) => ({ ...INT, ...more });

describe("an agent", () => {
  test("is answered at once, or as soon as somebody decided", async () => {
    const asked = await raise("waits", INT);
    const { id } = await newest("waits");
    expect(asked).toEqual({
      status: 201,
      body: {
        ...{ thread_id: "waits", interrupt_id: "int_1", checkpoint_id: id },
        ...{ status: "pending", action: null, approved: false, timed_out: false },
      },
    });
    const waiting = [raise("waits", INT, 20), stands("waits", "int_1", 20)];
    await act(id, { action: "proceed" });
    for (const heard of await Promise.all(waiting))
      expect(heard).toMatchObject({ status: 200, body: { checkpoint_id: id, action: "Accept", approved: true } });
  });

  test("is told that it still waits when its wait is over", async () => {
    expect(await raise("still", INT, 0.05)).toMatchObject({ status: 201, body: { status: "pending", action: null } });
    expect(await stands("still", "int_1", 0.05)).toMatchObject({ status: 200, body: { status: "pending" } });
  });

  test("is told of silence as a time-out, and so is its own server, once", async () => {
    agent.interrupt("late", INT as never);
    const waiting = raise("late", INT, 20);
    while ((await all("late")).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await pass(HOUR);
    expect((await waiting).body).toMatchObject({
      status: "expired",
      action: "Reject",
      approved: false,
      timed_out: true,
    });
    expect(agent.got.filter(({ body }) => body.thread_id === "late").map(({ body }) => body)).toEqual([
      { thread_id: "late", interrupt_id: "int_1", approved: false, timed_out: true },
    ]);
    expect(agent.ran).toEqual([]);
  });

  test("is told of a withdrawal with its reason, and nothing runs", async () => {
    agent.interrupt("withdrawn", INT as never);
    await raise("withdrawn", INT);
    await place.office.withdraw((await newest("withdrawn")).id, "admin");
    await pass(0);
    expect((await stands("withdrawn", "int_1")).body).toMatchObject({
      ...{ status: "withdrawn", action: "Reject", approved: false, reason: "changed my mind" },
    });
    expect(agent.got.at(-1)?.body).toMatchObject({ thread_id: "withdrawn", approved: false });
  });

  test("may use any id: with slashes, blanks and letters of every script", async () => {
    const odd = "a/b ? ünïcödé%2F #1";
    expect((await raise(odd, other({ id: odd }))).status).toBe(201);
    expect((await stands(odd, odd)).body).toMatchObject({ thread_id: odd, interrupt_id: odd });
    expect((await approve({ thread_id: odd, interrupt_id: odd, approved: true })).body).toMatchObject({
      approved: true,
    });
  });

  test("that raises twice asks once, also at the same time; another question under its id takes its place", async () => {
    const twice = await Promise.all([raise("twice", INT), raise("twice", INT)]);
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 201]);
    await pass(1_000);
    await raise("twice", other({ tool_args: { path: "/" } }));
    await pass(1_000);
    // The first one again is a question again, and is no answer to anything.
    expect(await raise("twice", INT)).toMatchObject({ status: 201, body: { status: "pending" } });
    expect(await all("twice")).toMatchObject([
      { status: "pending", round: 3, payload: { tool_args: { path: "/tmp/test.txt" } } },
      { status: "withdrawn", round: 2, payload: { tool_args: { path: "/" } } },
      { status: "withdrawn", round: 1 },
    ]);
    expect(agent.got.filter(({ body }) => body.thread_id === "twice")).toEqual([]);
  });

  test("that asks several things under one id at once waits for the last of them, and is told of no other", async () => {
    for (const path of ["/a", "/b", "/c"]) agent.interrupt("parallel", other({ tool_args: { path } }) as never);
    const paths = ["/a", "/b", "/c", "/a"];
    await Promise.all(paths.map((path) => raise("parallel", other({ tool_args: { path } }))));
    const open = (await all("parallel")).filter(({ status }) => status === "pending");
    expect(open).toHaveLength(1);
    for (const { id } of await all("parallel")) await act(id, { action: "proceed" });
    const told = agent.got.filter(({ body }) => body.thread_id === "parallel");
    expect(told.map(({ headers }) => headers["webhook-id"])).toEqual([`evt_${open[0]?.id}`]);
  });

  test("whose token and address ask two things under one id in one moment is told of one of them", async () => {
    agent.interrupt("moment", INT as never);
    await raise("moment", INT);
    const path = `/in/${await place.capabilities.issue("ops")}/interrupts`;
    await call("POST", path, { thread_id: "moment", interrupt: other({ tool_args: { path: "/" } }) });
    expect(await all("moment")).toHaveLength(2);
    for (const { id } of await all("moment")) expect(await act(id, { action: "proceed" })).toBe("resolved");
    expect(agent.got.filter(({ body }) => body.thread_id === "moment")).toHaveLength(1);
  });

  test.each([
    ["a thread of any name", "overtaken"],
    ["a thread whose name is hidden", SECRET],
  ])(
    "whose server was away is not told what was decided about another question of the same id in %s",
    async (_, thread) => {
      agent.fails(503);
      await raise(thread, INT);
      await act((await newest(thread)).id, { action: "proceed" });
      await pass(1_000);
      const danger = other({ tool_args: { path: "/" } });
      await raise(thread, danger);
      agent.interrupt(thread, danger as never);
      agent.fails(null);
      await pass(HOUR / 2);
      expect(agent.ran.filter(({ tool_args }) => JSON.stringify(tool_args) === '{"path":"/"}')).toEqual([]);
      expect((await all(thread))[1]?.callback).toMatchObject({
        state: "delivered",
        remark: "The agent's system no longer waits for this answer; it was not sent",
      });
    },
  );

  test("whose thread has a secret for a name, or one that a policy hides, does not show it on a card", async () => {
    const discreet = { name: "discreet", redact: { paths: ["source.session"] } };
    const strict = await ops({ policies: [discreet] });
    const cardIn = async ({ raise, newest }: typeof place, thread: string) => {
      await raise(thread, INT);
      return cardOf(await newest(thread), NOON).source;
    };
    expect(await cardIn(place, SECRET)).not.toContain("ghp_");
    expect(await cardIn(strict, "customer-4711")).not.toContain("4711");
    expect(await cardIn(place, "customer-4711")).toContain("customer-4711");
  });

  test("whose own token of the admin asks anew has the former question answered to nobody", async () => {
    agent.interrupt("admins", INT as never);
    await raise("admins", INT, undefined, asAdmin);
    await pass(1_000);
    await raise("admins", other({ tool_args: { path: "/" } }), undefined, asAdmin);
    await pass(1_000);
    expect(agent.got.filter(({ body }) => body.thread_id === "admins")).toEqual([]);
  });
});

describe("POST /api/approvals", () => {
  test("decides the one interrupt that it names, and no other of its thread", async () => {
    await raise("two", other({ id: "int_a" }));
    await raise("two", other({ id: "int_b" }));
    await approve({ thread_id: "two", interrupt_id: "int_b", approved: false });
    expect((await stands("two", "int_a")).body.status).toBe("pending");
    expect((await stands("two", "int_b")).body).toMatchObject({ action: "Reject" });
    const again = await approve({ thread_id: "two", interrupt_id: "int_b", approved: true });
    expect(again).toMatchObject({ status: 409, body: { code: "already_resolved" } });
    expect(again.body.checkpoint).toMatchObject({ decision: { action: "reject", by: { person: "bob" } } });
  });

  test("finds what waits in a thread of many hundred that have ended", async () => {
    await raise("long", other({ id: "int_first" }));
    const { desk, caller, act } = place.office;
    for (let index = 0; index < 205; index += 1) {
      const more = { kind: "confirm", payload: { summary: "More?" }, source: { session: "long" } } as const;
      const raised = await desk.raise(caller("agent ci"), more, { origin: { surface: "api" } });
      if (raised.type === "raised") await act(raised.checkpoint.id, "bob", { action: "cancel" });
    }
    const answered = await approve({ thread_id: "long", interrupt_id: "int_first", approved: true });
    expect(answered).toMatchObject({ status: 200, body: { approved: true } });
  });

  test("decides neither of two that wait under one id, and says where to decide them", async () => {
    await raise("same", INT);
    const path = `/in/${await place.capabilities.issue("ops")}/interrupts`;
    expect((await call("POST", path, { thread_id: "same", interrupt: INT })).status).toBe(201);
    const ids = (await all("same")).map(({ id }) => id);
    const { status, body } = await approve({ thread_id: "same", interrupt_id: "int_1", approved: true });
    expect({ status, code: body.code }).toEqual({ status: 422, code: "invalid_request" });
    for (const id of ids) expect(body.detail).toContain(id);
    expect((await all("same")).map((each) => each.status)).toEqual(["pending", "pending"]);
  });

  test("gives the same call its first answer, and a second act a no", async () => {
    await raise("key", INT);
    const body = { thread_id: "key", interrupt_id: "int_1", approved: true };
    const keyed = { ...asBob, "idempotency-key": "once" };
    const first = await approve(body, keyed);
    expect(await approve(body, keyed)).toEqual(first);
    expect((await approve(body)).status).toBe(409);
  });

  const good = { thread_id: "refused", interrupt_id: "int_1", approved: true };
  test.each<[string, unknown, Record<string, string>, number, string]>([
    ["no token", good, {}, 401, "unauthorized"],
    ["an agent's token", good, asAgent, 403, "forbidden"],
    ["an unknown interrupt", { ...good, interrupt_id: "int_2" }, asBob, 404, "not_found"],
    ["an unknown thread", { ...good, thread_id: "x" }, asBob, 404, "not_found"],
    ["words for yes", { ...good, approved: "true" }, asBob, 422, "invalid_request"],
    ["nothing said", { ...good, approved: undefined }, asBob, 422, "invalid_request"],
    ["an identity", { ...good, approver: "alice" }, asBob, 400, "identity_in_body"],
    ["an unknown member", { ...good, force: true }, asBob, 422, "unknown_field"],
    ["no JSON", "approved", asBob, 400, "not_json"],
  ])("refuses %s, and nothing is decided", async (_, body, headers, status, code) => {
    await raise("refused", INT);
    expect(await approve(body, headers)).toMatchObject({ status, body: { code } });
    expect((await newest("refused")).status).toBe("pending");
  });
});

describe("what an agent may not send", () => {
  const good = { thread_id: "t", interrupt: INT };
  test.each<[string, string, unknown, Record<string, string>, number, string]>([
    ["without a token", "/interrupts", good, {}, 401, "unauthorized"],
    ["with an approver's token", "/interrupts", good, asBob, 403, "forbidden"],
    ["for another's connection", "/interrupts?connection=other", good, asAgent, 403, "forbidden"],
    ["without a thread", "/interrupts", { interrupt: INT }, asAgent, 422, "invalid_request"],
    ["a thread that climbs", "/interrupts", { ...good, thread_id: ".." }, asAgent, 422, "invalid_request"],
    ["without an id", "/interrupts", { ...good, interrupt: other({ id: "" }) }, asAgent, 422, "invalid_request"],
    [
      "without a tool",
      "/interrupts",
      { ...good, interrupt: other({ tool_name: " " }) },
      asAgent,
      422,
      "invalid_request",
    ],
    [
      "without arguments",
      "/interrupts",
      { ...good, interrupt: other({ tool_args: undefined }) },
      asAgent,
      422,
      "invalid_request",
    ],
    ["an unknown member", "/interrupts", { ...good, approvers: ["anyone"] }, asAgent, 422, "unknown_field"],
    ["an identity", "/interrupts", { ...good, by: "bob" }, asAgent, 400, "identity_in_body"],
    ["an odd wait", "/interrupts?wait=x", good, asAgent, 422, "invalid_request"],
  ])("%s", async (_, path, body, headers, status, code) => {
    expect(await call("POST", path, body, headers)).toMatchObject({ status, body: { code } });
    expect(await all("t")).toEqual([]);
  });

  test("a look at what is not there, or not its own", async () => {
    await raise("mine", INT, undefined, asAdmin);
    for (const [thread, id] of [
      ["mine", "int_1"],
      ["mine", "int_2"],
      ["x", "int_1"],
      ["x".repeat(201), "int_1"],
    ] as const)
      expect(await stands(thread, id)).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});

test("what a policy approves alone is named, and everything else waits", async () => {
  const policies = [
    { name: "ops allow_auto", when: { "payload.tool_name": { in: ["list_files"] } }, auto: "proceed" as const },
  ];
  const auto = await ops({ policies });
  expect((await auto.raise("auto", other({ tool_name: "list_files" }))).body).toMatchObject({ approved: true });
  expect((await auto.newest("auto")).decision?.by).toEqual({ kind: "policy", name: "ops allow_auto" });
  for (const tool_name of ["list_files ", "LIST_FILES", "delete_file"])
    expect((await auto.raise(tool_name, other({ tool_name }))).body, tool_name).toMatchObject({ status: "pending" });
});
