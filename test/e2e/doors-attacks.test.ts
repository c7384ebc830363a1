/**
 * Whoever stands before the doors with less than they need: an agent's address that would decide, a token that would
 * speak for others, ids that would lead elsewhere, bodies that are meant to hurt. The whole program, over HTTP.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { jobServer } from "../peers/agents/callbacks.ts";
import { agentServer } from "../peers/agents/tool-interrupts.ts";
import { makeFolder, startProgram } from "../program.ts";

const [agent, jobs] = await Promise.all([agentServer(), jobServer("token-of-the-job-server")]);
const folder = makeFolder();
const tokens = Object.fromEntries(
  ["BOB", "CAROL", "BOBS_AGENT", "NARROW"].map((name) => [`${name}_TOKEN`, `token-of-${name}-for-the-attacks`]),
);
writeFileSync(
  join(folder, "hitl.config.yml"),
  `people:
  bob: { name: Bob }
  carol: { name: Carol }
tokens:
  - { name: bob, role: approver, person: bob, token: "\${BOB_TOKEN}" }
  - { name: carol, role: approver, person: carol, token: "\${CAROL_TOKEN}" }
  - { name: bobs, role: agent, person: bob, agents: any, token: "\${BOBS_AGENT_TOKEN}" }
  - { name: narrow, role: agent, agents: [fleet], token: "\${NARROW_TOKEN}" }
agents:
  fleet: { protocol: callbacks, base: "${jobs.url}", token: "\${FLEET_TOKEN}" }
  ops: { protocol: tool-interrupts, approvals: "${agent.url}/api/approvals", tools: { ls: { allow_auto: true } } }
  crew: { protocol: crewai }
  build: { protocol: pipeline }
`,
);
const program = await startProgram(folder, {
  ...{ HITL_CONFIG: join(folder, "hitl.config.yml"), HITL_APPROVERS: "person:bob", ...tokens },
  FLEET_TOKEN: "token-of-the-job-server",
});
afterAll(async () => {
  await program.end("SIGTERM");
  await Promise.all([agent.close(), jobs.close()]);
  rmSync(folder, { recursive: true, force: true });
});

type Who = "agent" | "admin" | "BOB" | "CAROL" | "BOBS_AGENT" | "NARROW" | null;

async function call(who: Who, method: string, path: string, body?: unknown) {
  const token = who === "agent" || who === "admin" ? program.token(who) : tokens[`${who}_TOKEN`];
  const response = await fetch(program.url + path, {
    method,
    headers: {
      "content-type": "application/json",
      ...(who === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function capability(connection: string): Promise<string> {
  const { body } = await call("admin", "POST", `/v1/connections/${connection}/url`);
  return new URL(String(body.url)).pathname;
}

const INTERRUPT = { id: "int_1", tool_name: "delete_file", tool_args: { path: "/tmp/x" } };
const PHASE = { phase: "planning", summary: "Done.", outputs: {} };

/** One request of each protocol, about the thread of that name. */
const RAISES: [connection: string, path: string, body: (thread: string) => object][] = [
  ["fleet", "/callbacks/confirm", (job_id) => ({ payload: { summary: "Publish?" }, job_id })],
  ["ops", "/interrupts", (thread_id) => ({ thread_id, interrupt: INTERRUPT })],
  ["crew", "/approve", (task_id) => ({ task_id, agent: "Writer", output: "A text" })],
  ["build", "/pipeline/v2/checkpoint", (checkpoint_id) => ({ ...PHASE, checkpoint_id })],
];

async function stands(thread: string) {
  const { body } = await call("admin", "GET", `/v1/checkpoints?session=${encodeURIComponent(thread)}`);
  return body.items as { id: string; status: string; decision: unknown; url: string }[];
}

describe("an agent's own address", () => {
  test("decides nothing, lists nothing and leads to no other door", async () => {
    const own = await capability("ops");
    await call(null, "POST", `${own}/interrupts`, { thread_id: "own", interrupt: INTERRUPT });
    const approve = { thread_id: "own", interrupt_id: "int_1", approved: true };
    const [{ id } = { id: "" }] = await stands("own");
    for (const [method, path, body] of [
      ["POST", `${own}/api/approvals`, approve],
      ["POST", `${own}/../../api/approvals`, approve],
      ["POST", `${own}/%2e%2e/%2e%2e/api/approvals`, approve],
      ["POST", `${own}/interrupts/../api/approvals`, approve],
      ["POST", `${own}/pipeline/v2/checkpoint/own/resolve`, { action: "approve" }],
      ["POST", `${own}/v1/checkpoints/${id}/act`, { action: "proceed" }],
      ["GET", `${own}/api/checkpoints`, undefined],
      ["GET", `${own}/pipeline/v2/events`, undefined],
      ["GET", `${own}/v1/checkpoints`, undefined],
      ...RAISES.filter(([name]) => name !== "ops").map(([, where, of]) => ["POST", own + where, of("own")] as const),
      ["POST", `${own}/callbacks/jobs`, { job_id: "own" }],
    ] as const)
      expect([path, (await call(null, method, path, body)).status]).toEqual([path, expect.toBeOneOf([401, 404])]);
    expect(await stands("own")).toMatchObject([{ status: "pending", decision: null }]);
  });

  test("stands in no log, no figure, no answer and no record, whatever goes wrong", async () => {
    const own = await capability("ops");
    const secret = own.split("/").at(-1) ?? "";
    const answers = [
      await call(null, "POST", `${own}/interrupts`, { thread_id: "leak", interrupt: INTERRUPT }),
      await call(null, "GET", `${own}/interrupts/leak/int_1`),
      await call(null, "POST", `${own}/interrupts`, "{"),
      await call(null, "POST", `${own}/interrupts?connection=fleet`, { thread_id: "leak" }),
      await call(null, "POST", `${own}/nothing`, {}),
      await call(null, "DELETE", `${own}/interrupts`),
      await call("admin", "GET", "/v1/connections"),
      await call("admin", "GET", "/v1/checkpoints?session=leak"),
    ];
    const figures = await (await fetch(`${program.url}/metrics`)).text();
    expect(figures).toContain("/in/:capability/interrupts");
    const record = await fetch(`${program.url}/v1/audit`, {
      headers: { authorization: `Bearer ${program.token("admin")}` },
    });
    const all = [JSON.stringify(answers), figures, await record.text(), program.output()].join("\n");
    expect(all.length).toBeGreaterThan(1_000);
    expect(all).not.toContain(secret);
  });

  test("is void once there is a new one, and one character off is nothing", async () => {
    const first = await capability("crew");
    const second = await capability("crew");
    const ask = async (at: string) => (await call(null, "POST", `${at}/approve`, RAISES[2]?.[2]("void"))).status;
    const near = second.slice(0, -1) + (second.endsWith("A") ? "Q" : "A");
    expect([await ask(first), await ask(near), await ask(`${second}%00`), await ask(second)]).toEqual([
      ...[404, 404, 404, 200],
    ]);
  });
});

describe("a token", () => {
  test("speaks for no connection that is not its own, wherever it says so", async () => {
    const ask = (who: Who, path: string, body: object) => call(who, "POST", path, body);
    const interrupt = { thread_id: "spoof", interrupt: { ...INTERRUPT, tool_name: "ls" } };
    expect(await ask("NARROW", "/interrupts?connection=ops", interrupt)).toMatchObject({ status: 403 });
    // Without the connection it is an agent of its own, which nothing is allowed without a person.
    expect((await ask("NARROW", "/interrupts", interrupt)).body).toMatchObject({ status: "pending", approved: false });
    const raised = { kind: "tool", payload: { tool_name: "ls", tool_args: {} } };
    expect(await ask("NARROW", "/v1/checkpoints", { ...raised, source: { agent: "ops" } })).toMatchObject({
      status: 403,
    });
    const own = await capability("fleet");
    expect((await ask(null, `${own}/callbacks?connection=ops`, RAISES[0]?.[2]("x") ?? {})).status).not.toBe(200);
    for (const [name, path, body] of RAISES)
      for (const who of ["BOB", "CAROL"] as const)
        expect([who, path, (await ask(who, `${path}?connection=${name}`, body("spoof"))).status]).toEqual([
          ...[who, path, 403],
        ]);
  });

  test("raises at the API no checkpoint that passes for one of a door", async () => {
    const raised = { kind: "tool", payload: { tool_name: "rm", tool_args: {} }, source: { session: "forged" } };
    const door = { protocol: "tool-interrupts", connection: "ops", thread: "forged", id: "int_1" };
    for (const more of [{ door }, { entry: { door } }, { carry: {} }, { answer: agent.url }])
      expect(await call("agent", "POST", "/v1/checkpoints", { ...raised, ...more })).toMatchObject({
        status: 422,
        body: { code: "unknown_field" },
      });
    expect((await call("agent", "POST", "/v1/checkpoints", { ...raised, metadata: { door } })).status).toBe(201);
    const approve = { thread_id: "forged", interrupt_id: "int_1", approved: true };
    expect((await call("BOB", "POST", "/api/approvals", approve)).status).toBe(404);
    expect(await stands("forged")).toMatchObject([{ status: "pending" }]);
  });

  test("takes no id beforehand that a door would give", async () => {
    const asked = await call("agent", "POST", "/interrupts?connection=ops", {
      thread_id: "first",
      interrupt: INTERRUPT,
    });
    const id = String(asked.body.checkpoint_id);
    const squat = {
      id: `${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}`,
      kind: "confirm",
      payload: { summary: "?" },
    };
    expect(await call("NARROW", "POST", "/v1/checkpoints", squat)).toMatchObject({
      status: 422,
      body: { code: "invalid_request", errors: [{ pointer: "/id" }] },
    });
  });

  test("of an agent decides at no answering address, and the person behind it not what it asked", async () => {
    await call("BOBS_AGENT", "POST", "/interrupts?connection=ops", { thread_id: "self", interrupt: INTERRUPT });
    await call("BOBS_AGENT", "POST", "/pipeline/v2/checkpoint?connection=build", { ...PHASE, checkpoint_id: "self" });
    const approvals = ["/api/approvals", { thread_id: "self", interrupt_id: "int_1", approved: true }] as const;
    const resolve = ["/pipeline/v2/checkpoint/self/resolve", { action: "approve" }] as const;
    for (const [path, body] of [approvals, resolve]) {
      for (const who of ["agent", "BOBS_AGENT", "NARROW"] as const) {
        const { status } = await call(who, "POST", path, body);
        expect([who, path, status]).toEqual([who, path, expect.toBeOneOf([403, 404])]);
      }
      expect((await call("BOB", "POST", path, body)).body).toMatchObject({ code: "self_approval" });
      expect((await call(null, "POST", path, body)).status).toBe(401);
    }
    expect((await stands("self")).map(({ status }) => status)).toEqual(["pending", "pending"]);
  });

  test("of somebody who is not asked sees nothing at the doors, as if there were nothing", async () => {
    await call("agent", "POST", "/pipeline/v2/checkpoint?connection=build", { ...PHASE, checkpoint_id: "seen" });
    await call("agent", "POST", "/interrupts?connection=ops", { thread_id: "seen", interrupt: INTERRUPT });
    for (const who of ["CAROL", "NARROW"] as const) {
      expect((await call(who, "GET", "/api/checkpoints")).body).toEqual({ checkpoints: [] });
      expect((await call(who, "GET", "/api/checkpoints/resumable-tasks")).body).toEqual({ tasks: [] });
      for (const id of ["seen", "nothing"])
        expect((await call(who, "GET", `/api/checkpoints/${id}`)).body.detail).toBe(
          "There is no such checkpoint of a pipeline, or it is not yours to see.",
        );
    }
    for (const thread_id of ["seen", "nothing"]) {
      const approve = { thread_id, interrupt_id: "int_1", approved: true };
      expect((await call("CAROL", "POST", "/api/approvals", approve)).status).toBe(404);
      expect((await call("NARROW", "GET", `/interrupts/${thread_id}/int_1`)).status).toBe(404);
    }
    expect((await stands("seen")).map(({ status }) => status)).toEqual(["pending", "pending"]);
  });
});

describe("what an agent calls its things", () => {
  const ODD = [
    ...["a/b", "../..", "..%2f..%2fapi%2fapprovals", "%2e%2e", "a?b=c#d", "{job_id}", "user:pass@evil.example.com"],
    ...[
      "http://169.254.169.254/latest",
      "a\r\nX-Evil: 1",
      "\u0000",
      "a\u0000b",
      "\u202Eevil",
      "🚦".repeat(100),
      "__proto__",
    ],
    ...["constructor", " ", "é", "e\u0301", "chk_0123456789", "*", "[a-z]", "'; drop table checkpoints; --"],
  ];

  test("may be anything, is kept apart, and leads nowhere else", async () => {
    for (const [name, path, body] of RAISES) {
      const asked = await Promise.all(ODD.map((odd) => call("agent", "POST", `${path}?connection=${name}`, body(odd))));
      expect(asked.filter(({ status }) => status >= 300)).toEqual([]);
    }
    for (const odd of ODD) {
      const found = (await stands(odd)).map((each) => (each as unknown as { door: { thread: string } }).door.thread);
      expect([odd, found]).toEqual([odd, [odd, odd, odd, odd]]);
      const at = `/interrupts/${encodeURIComponent(odd)}/int_1?connection=ops`;
      if (odd !== "../..") expect((await call("agent", "GET", at)).body.thread_id).toBe(odd);
    }
  });

  test("is one piece of the path that its server is called at", async () => {
    const odd = "../../admin?x=1#y{job_id}http://evil.example.com/";
    jobs.ask(odd, "confirm", { summary: "Publish?" });
    const { body } = await call("agent", "POST", "/callbacks?connection=fleet", {
      ...{ checkpoint: "confirm", payload: { summary: "Publish?" }, job_id: odd },
    });
    await call("BOB", "POST", `/v1/checkpoints/${body.checkpoint_id}/act`, { action: "proceed" });
    await jobs.arrived(1);
    expect(jobs.got[0]).toMatchObject({ job: odd, body: { action: "proceed" } });
    expect(new Set(jobs.asked.map((each) => each.split("/").length))).toEqual(new Set([6]));
  });

  test.each([
    ["empty", ""],
    [".", "."],
    ["..", ".."],
    ["201 characters", "x".repeat(201)],
    ["a number", 7],
    ["nothing", null],
    ["a list", ["a"]],
  ])("is refused when it is %s", async (_, odd) => {
    for (const [name, path, body] of RAISES) {
      const { status } = await call("agent", "POST", `${path}?connection=${name}`, body(odd as string));
      expect([path, status]).toEqual([path, 422]);
    }
  });
});

describe("a body that is meant to hurt", () => {
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const HOSTILE: [what: string, member: string, status: number][] = [
    ["nested a hundred thousand times", `"more": ${deep(100_000)}`, 400],
    ["nested 33 times", `"more": ${deep(33)}`, 400],
    ["of many keys", `"more": {${Array.from({ length: 2_001 }, (_, index) => `"k${index}":1`)}}`, 400],
    ["with a key twice", '"more": 1, "more": 2', 400],
    ["with __proto__", '"__proto__": {"approved": true}', 400],
    ["with half a character", '"more": "\\ud800"', 400],
    ["with a number that no program can hold", '"more": 12345678901234567890', 400],
    ["of more than 256 KB", `"more": "${"x".repeat(262_144)}"`, 413],
    ["with an approver in it", '"approver": "bob"', 400],
    ["with who decided it", '"decided_by": {"person": "bob"}', 400],
  ];

  test.each(HOSTILE)("%s is refused at every door, and nothing is asked", async (_, member, status) => {
    for (const [name, path, body] of RAISES) {
      const text = `${JSON.stringify(body("hurt")).slice(0, -1)}, ${member}}`;
      const refused = await call("agent", "POST", `${path}?connection=${name}`, text);
      expect([path, refused.status]).toEqual([path, status]);
    }
    for (const [path, body] of [
      ["/api/approvals", { thread_id: "hurt", interrupt_id: "int_1", approved: true }],
      ["/pipeline/v2/checkpoint/hurt/resolve", { action: "approve" }],
    ] as const) {
      const refused = await call("BOB", "POST", path, `${JSON.stringify(body).slice(0, -1)}, ${member}}`);
      expect([path, refused.status]).toEqual([path, status]);
    }
    expect(await stands("hurt")).toEqual([]);
  });
});
