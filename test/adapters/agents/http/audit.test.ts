/** `GET /v1/audit`: what every kind of entry holds when it came about over the real API, and how it is handed out. */
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { auditAnswer } from "../../../../src/answers.ts";
import { isGenuine } from "../../../../src/audit.ts";
import { type Callback, type Channel, ENTRY_TYPES, type Entry, type Logged } from "../../../../src/ports.ts";
import { evidenceOf, verify } from "../../../../src/verify.ts";
import { collect } from "../../../contract/open.ts";
import { RAISED } from "../../../make.ts";
import { office } from "../../../office.ts";
import { door, TOKENS } from "./door.ts";

const { agent, bob, carol, admin } = TOKENS;
const MINUTE = 60_000;

let now = RAISED;
const opened = openMemory({ clock: () => now });
/** #deploys can be reached, #gone cannot. */
const channel: Channel = {
  name: "slack",
  start: async () => {},
  post: async ({ id }) =>
    id === "#gone" ? { type: "undeliverable", reason: "no such channel" } : { type: "shown", message: "1" },
  update: async () => ({ type: "shown", message: "1" }),
  tell: async () => ({ type: "shown", message: "2" }),
  stop: async () => {},
};
const callback: Callback = { fault: () => null, call: async () => ({ type: "delivered" }) };
const people = office(opened, {
  channels: [channel],
  callback,
  policies: [
    {
      name: "ladder",
      when: { "metadata.ladder": true },
      remind: [5 * MINUTE],
      escalate: [{ after: 10 * MINUTE, to: ["person:dave"] }],
    },
    { name: "reads", when: { agent: "reader" }, auto: "proceed" },
    { name: "rest" },
  ],
});
afterAll(() => opened.close());
const api = await door(people.desk);

async function raise(id: string, over: object = {}): Promise<void> {
  const body = { id, kind: "confirm", payload: { summary: `Publish ${id}` }, ...over };
  const answer = await api.call("POST /v1/checkpoints", { body });
  expect(answer.status, answer.text).toBe(201);
}

async function act(id: string, token: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  return (await api.call(`POST /v1/checkpoints/${id}/act`, { token, body, headers })).status;
}

const lines = (text: string) =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => auditAnswer.parse(JSON.parse(line)));

test("every kind of entry tells who, where, on what and when, by both clocks", async () => {
  await raise("chk_audit_ladder", { metadata: { ladder: true }, quorum: 2 });
  await people.timers();
  await api.call("POST /v1/checkpoints/chk_audit_ladder/comments", { token: carol, body: { text: "Why?" } });
  now += 5 * MINUTE;
  await people.timers();
  now += 5 * MINUTE;
  await people.timers();
  expect(await act("chk_audit_ladder", bob, { action: "proceed" })).toBe(200);
  expect(await act("chk_audit_ladder", carol, { action: "proceed" }, { "hitl-surface": "terminal" })).toBe(200);

  await raise("chk_audit_gone", { route: ["slack:#gone"], callback: { url: "https://agent.example.com/x" } });
  await people.timers();
  const withdrawn = { token: agent, body: { reason: "Not needed" } };
  await api.call("POST /v1/checkpoints/chk_audit_gone/withdraw", withdrawn);
  await people.timers();

  await raise("chk_audit_late", { timeout: "1m" });
  await raise("chk_audit_next", { previous: "chk_audit_late" });
  await raise("chk_audit_auto", { source: { agent: "reader" } });
  now += 60 * MINUTE;
  // Whoever comes too late brings the timeout about; it is not theirs.
  expect(await act("chk_audit_next", bob, { action: "proceed" })).toBe(409);
  await people.desk.erase("chk_audit_gone", now);

  const answer = await api.call("GET /v1/audit", { token: admin });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/jsonl");
  const entries = lines(answer.text);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  expect(new Set(entries.map(({ type }) => type.slice("checkpoint.".length)))).toEqual(new Set(ENTRY_TYPES));
  const who = (of: string) =>
    entries
      .filter(({ id }) => id === of)
      .map(({ type, by, address }) => {
        const name = by.kind === "person" ? `${by.person} ${by.surface} ${by.id}` : `${by.kind} ${by.name}`;
        return [type.slice("checkpoint.".length), name, address ?? "-"];
      });
  expect(who("chk_audit_ladder")).toEqual([
    ["raised", "agent ci", "127.0.0.1"],
    ["delivered", "system relay", "-"],
    ["commented", "carol api carol-cli", "127.0.0.1"],
    ["reminded", "policy ladder", "-"],
    ["escalated", "policy ladder", "-"],
    ["voted", "bob api bob-cli", "127.0.0.1"],
    ["resolved", "carol terminal carol-cli", "127.0.0.1"],
  ]);
  expect(who("chk_audit_gone")).toEqual([
    ["raised", "agent ci", "127.0.0.1"],
    ["undeliverable", "system relay", "-"],
    ["withdrawn", "agent ci", "127.0.0.1"],
    ["delivered", "system relay", "-"],
    ["erased", "system retention", "-"],
  ]);
  // Superseded by the agent's next raise; that one expired although it was Bob who came.
  expect(who("chk_audit_late")).toEqual([
    ["raised", "agent ci", "127.0.0.1"],
    ["withdrawn", "agent ci", "127.0.0.1"],
  ]);
  expect(who("chk_audit_next")).toEqual([
    ["raised", "agent ci", "127.0.0.1"],
    ["expired", "policy rest", "-"],
  ]);
  expect(who("chk_audit_auto")).toEqual([
    ["raised", "agent ci", "127.0.0.1"],
    ["resolved", "policy reads", "-"],
  ]);
  for (const { at, host, digest, content, mac, revision } of entries) {
    expect([digest, content]).toEqual([
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^sha256:/),
    ]);
    expect(mac).toMatch(/^[\w-]{43}$/);
    expect(revision).toBeGreaterThan(0);
    expect([at, host].map((time) => new Date(time).toISOString())).toEqual([at, host]);
  }
});

test("an edit that another one overtakes is still to be read", async () => {
  const payload = { tool_name: "delete_file", tool_args: { path: "a" } };
  await raise("chk_audit_edit", { kind: "tool", payload, quorum: 2 });
  const edit = (path: string) => ({ action: "edit", edited: { path }, feedback: `rather ${path}` });
  expect(await act("chk_audit_edit", bob, edit("b"))).toBe(200);
  expect(await act("chk_audit_edit", carol, edit("c"))).toBe(200);
  const entries = lines((await api.call("GET /v1/audit", { token: admin })).text);
  expect(entries.filter(({ type }) => type === "checkpoint.voted").slice(-2)).toMatchObject([
    {
      by: { person: "bob" },
      data: { action: "edit", edited: { path: "b" }, feedback: "rather b", given: 1, needed: 2 },
    },
    { by: { person: "carol" }, data: { action: "edit", edited: { path: "c" }, feedback: "rather c", given: 1 } },
  ]);
});

test("nothing of it is taken for tampering", async () => {
  const reader = { log: () => opened.store.log({ after: 0 }), kept: opened.shelf.get };
  const report = await verify(await evidenceOf(reader, []), people.keys.audit);
  expect(report).toMatchObject({ found: 0, findings: [] });
  expect(report.entries).toBeGreaterThan(20);
});

test("what is handed out is all of it: each line can be checked with the key", async () => {
  const entries = lines((await api.call("GET /v1/audit", { token: admin })).text);
  const stored = await collect(opened.store.log({ after: 0 }));
  const again = entries.map(({ seq, at, host, ...entry }): Logged => {
    const times = { at: Date.parse(at), host: Date.parse(host) };
    return { seq, entry: { ...entry, ...times } as Entry };
  });
  expect(again).toEqual(stored);
  for (const { entry } of again) expect(isGenuine(entry, people.keys.audit)).toBe(true);
});

test("is the admin's alone", async () => {
  for (const token of [agent, bob])
    expect((await api.call("GET /v1/audit", { token })).body).toMatchObject({ status: 403, code: "forbidden" });
  expect((await api.call("GET /v1/audit", { token: null })).status).toBe(401);
});

describe("a stretch of time", () => {
  const count = async (query: string) => {
    const { status, text } = await api.call(`GET /v1/audit?${query}`, { token: admin });
    expect(status, text).toBe(200);
    return lines(text).map(({ at }) => at);
  };

  test("begins with `from` and ends before `to`, in any zone", async () => {
    const five = "2026-11-20T10:05:00.000Z";
    const all = await count("");
    const reminded = all.filter((at) => at === five);
    expect(reminded).toHaveLength(1);
    expect(await count("from=2026-11-20T10:05:00Z&to=2026-11-20T10:05:00.001Z")).toEqual(reminded);
    expect(await count("from=2026-11-20T11:05:00%2B01:00&to=2026-11-20T10:06:00Z")).toEqual(reminded);
    expect(await count("to=2026-11-20T10:05:00Z")).toEqual(all.filter((at) => at < five));
    expect(await count("from=2026-11-20T10:05:00.001Z")).toEqual(all.filter((at) => at > five));
    expect(await count("from=2030-01-01T00:00:00Z")).toEqual([]);
  });

  test.each([
    ["from=yesterday", "/query/from"],
    ["from=2026-11-20", "/query/from"],
    ["from=2026-11-20T10:00:00", "/query/from"],
    ["from=2026-11-20T10:00:00+01:00", "/query/from"],
    ["to=2026-02-30T10:00:00Z", "/query/to"],
    ["to=1763632800000", "/query/to"],
    ["from=2026-11-20T10:00:00Z&to=2026-11-20T10:00:00Z", "/query/from"],
    ["from=2026-11-20T10:00:01Z&to=2026-11-20T10:00:00Z", "/query/from"],
    ["format=xml", "/query/format"],
  ])("%s is refused with what is wrong", async (query, pointer) => {
    const { body } = await api.call(`GET /v1/audit?${query}`, { token: admin });
    expect(body).toMatchObject({ status: 422, code: "invalid_request", errors: [{ pointer }] });
  });

  test("an unknown word of the query is refused", async () => {
    const { body } = await api.call("GET /v1/audit?form=2026-11-20T10:00:00Z", { token: admin });
    expect(body).toMatchObject({ status: 422, code: "unknown_field" });
    expect((await api.call("HEAD /v1/audit?format=csv", { token: admin })).text).toBe("");
  });
});

describe("as CSV", () => {
  /** RFC 4180, by its grammar. */
  function read(text: string): string[][] {
    const rows: string[][] = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
      if (end === "" && quoted === undefined && plain === "") break;
      rows.at(-1)?.push(quoted === undefined ? String(plain) : quoted.replaceAll('""', '"'));
      if (end === "\r\n") rows.push([]);
    }
    return rows.filter((row) => row.length > 0);
  }

  const DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n@x",
    "＝1",
    '=HYPERLINK("http://x","y")',
    'a "quoted", text\r\nover lines',
    "plain",
  ];

  test("has a header and a row for every entry, with what people wrote as text and never as a formula", async () => {
    for (const [index, feedback] of DANGEROUS.entries()) {
      const id = `chk_csv_${String(index).padStart(4, "0")}`;
      await raise(id);
      expect(await act(id, bob, { action: "revise", feedback })).toBe(200);
    }
    const answer = await api.call("GET /v1/audit?format=csv", { token: admin });
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="audit.csv"');
    const [head, ...rows] = read(answer.text);
    expect(head?.join(" ")).toBe(
      "seq at host checkpoint revision event by name surface account workspace address digest action outcome comment data",
    );
    expect(rows).toHaveLength(lines((await api.call("GET /v1/audit", { token: admin })).text).length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([17]));
    const columns = rows.map((row) => Object.fromEntries(row.map((cell, index) => [head?.[index], cell])));
    const decided = columns.filter(
      ({ checkpoint, event }) => checkpoint?.startsWith("chk_csv_") && event === "checkpoint.resolved",
    );
    expect(decided[0]).toMatchObject({
      ...{ event: "checkpoint.resolved", by: "bob", name: "Bob", surface: "api", account: "bob-cli", workspace: "" },
      ...{ address: "127.0.0.1", action: "revise", outcome: "changes", revision: "2" },
    });
    expect(decided.map(({ comment }) => comment)).toEqual(
      DANGEROUS.map((text) => (["plain", DANGEROUS.at(-2)].includes(text) ? text : `'${text}`)),
    );
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@＝]/);
    const agents = columns.filter(({ event }) => event === "checkpoint.raised");
    expect(new Set(agents.map(({ by }) => by))).toEqual(new Set(["agent:ci"]));
  });
});

describe("a long record", () => {
  const entry = (seq: number): Logged => ({
    seq,
    entry: {
      ...{ id: "chk_long_0001", type: "checkpoint.commented", revision: seq, at: RAISED, host: RAISED },
      by: { kind: "person", person: "bob", surface: "api", id: "bob-cli" },
      ...{ digest: "sha256:00", data: { text: "x".repeat(1_000) }, content: "sha256:11", mac: "m" },
    },
  });

  test("is made at its reader's pace, and no further once the reader is gone", async () => {
    let made = 0;
    let ended = false;
    async function* entries() {
      try {
        for (;;) {
          made += 1;
          yield entry(made);
        }
      } finally {
        ended = true;
      }
    }
    const slow = await door({ audit: () => ({ type: "record", entries: entries() }) });
    const request = get(`${slow.url}/v1/audit`, { headers: { authorization: `Bearer ${admin}` } });
    const response = await new Promise<import("node:http").IncomingMessage>((resolve) =>
      request.on("response", resolve),
    );
    // What lies in sockets and buffers between the two; after that nothing is made.
    await expect
      .poll(
        async () => {
          const before = made;
          await pause(100);
          return made - before;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
    const held = made;
    // Measured about 3,000 of these 1.2 KB entries, nearly all in the sockets of both sides.
    console.log(`a reader that stopped holds ${held} entries of 1.2 KB, sockets included`);
    expect(held).toBeLessThan(25_000);
    response.resume();
    await expect.poll(() => made).toBeGreaterThan(held * 2);
    response.destroy();
    await expect.poll(() => ended).toBe(true);
    const last = made;
    await pause(50);
    expect(made).toBe(last);
  });

  test("that cannot be read to its end breaks off, so that nobody takes it for all of it", async () => {
    async function* entries() {
      for (let seq = 1; seq <= 500; seq += 1) yield entry(seq);
      throw new Error("the disk is gone");
    }
    const broken = await door({ audit: () => ({ type: "record", entries: entries() }) });
    await expect(broken.call("GET /v1/audit", { token: admin })).rejects.toThrow();
    expect(JSON.stringify(broken.faults)).toContain("an export was cut");
  });
});
