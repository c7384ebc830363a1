import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Ran, run } from "./cli/command.ts";
import { sit } from "./e2e/sitting.ts";

const at = sit();

test("shows what waits, oldest first, and what of it is mine", async () => {
  const theirs = await at.raise("tool", {
    title: "For Bob alone",
    approvers: ["person:bob"],
    source: { agent: "ops" },
  });
  const ours = await at.raise("confirm", { title: "For the team", priority: "critical", quorum: 2 });
  await at.raise("confirm", { title: "For the team, too" });
  const [all, mine, confirms, ops, json] = await Promise.all([
    run(at, ["pending"], { env: { HITL_URL: at.program.url, HITL_TOKEN: at.program.token("admin") } }),
    run(at, ["pending", "--mine"]),
    run(at, ["pending", "--kind", "confirm"]),
    run(at, ["pending", "--agent", "ops"], {
      env: { HITL_URL: at.program.url, HITL_TOKEN: at.program.token("admin") },
    }),
    run(at, ["pending", "--mine", "--json"]),
  ]);
  const titles = ({ out }: Ran) => out.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  expect(titles(all)).toEqual(["For Bob alone", "For the team", "For the team, too"]);
  expect(all.out).toMatch(new RegExp(`  ${theirs.id} · tool · ops · \\d+s old · \\S+( \\d+s)? left\n`));
  expect(all.out).toMatch(new RegExp(`  ${ours.id} · critical · confirm · agent · .* left · 0 of 2\n`));
  expect(titles(mine)).toEqual(["For the team", "For the team, too"]);
  expect(titles(confirms)).toEqual(["For the team", "For the team, too"]);
  expect(titles(ops)).toEqual(["For Bob alone"]);
  expect(JSON.parse(json.out).items.map(({ title }: { title: string }) => title)).toEqual([
    "For the team",
    "For the team, too",
  ]);
  expect(await run(at, ["pending", "--overdue"])).toMatchObject({ code: 0, out: "Nothing waits.\n" });
});

test("shows one, for people and for machines", async () => {
  const raised = await at.raise("confirm");
  const [card, json, missing] = await Promise.all([
    run(at, ["show", raised.id]),
    run(at, ["show", raised.id, "--json"]),
    run(at, ["show", "chk_not_there_at_all"]),
  ]);
  expect(card.out).toContain("Understanding Summary:\n  • Skill: Python async programming\n");
  expect(JSON.parse(json.out)).toEqual(await at.read(raised));
  expect(missing).toMatchObject({ code: 5, out: "", err: "There is no such checkpoint, or it is not yours to see.\n" });
});

test("decides from a script, as the token's person at a terminal", async () => {
  const raised = await at.raise("confirm");
  const revised = await run(at, [
    "act",
    raised.id,
    "revise",
    "--feedback",
    "Target experts",
    "--digest",
    raised.digest,
  ]);
  expect(revised).toMatchObject({ code: 0, err: "" });
  expect(revised.out).toMatch(/^Done: revise by Alice at \d{4}-\d\d-\d\d \d\d:\d\d UTC: Target experts\n$/);
  expect((await at.read(raised)).decision).toMatchObject({
    feedback: "Target experts",
    by: { person: "alice", surface: "terminal" },
  });

  const late = await run(at, ["act", raised.id, "proceed", "--json"]);
  expect(late).toMatchObject({ code: 1, out: "" });
  expect(JSON.parse(late.err)).toMatchObject({
    type: "urn:hitl-bot:already_resolved",
    status: 409,
    code: "already_resolved",
    checkpoint: { decision: { action: "revise" } },
  });
});

test("answers by key or in one text, and edits from a file, stdin or the command line", async () => {
  const payload = {
    questions: [
      { question: "Which level?", key: "level" },
      { question: "Focus?", key: "focus" },
    ],
  };
  const keyed = await at.raise("clarify", { payload });
  const free = await at.raise("clarify");
  const tools = await Promise.all(["a", "b", "c"].map((title) => at.raise("tool", { title })));
  const edited = { path: "/tmp/other.txt" };
  writeFileSync(join(at.program.folder, "edited.json"), JSON.stringify(edited));
  const ran = await Promise.all([
    run(at, ["act", keyed.id, "answer", "--answer", "level=expert", "--answer", "focus=a=b"]),
    run(at, ["act", free.id, "answer", "--response", "Intermediate"]),
    run(at, ["act", tools[0]?.id ?? "", "edit", "--edited", "@edited.json"]),
    run(at, ["act", tools[1]?.id ?? "", "edit", "--edited", "-"], { stdin: JSON.stringify(edited) }),
    run(at, ["act", tools[2]?.id ?? "", "edit", "--edited", JSON.stringify(edited)]),
  ]);
  expect(ran.map(({ code, err }) => ({ code, err }))).toEqual(Array(5).fill({ code: 0, err: "" }));
  expect((await at.read(keyed)).decision).toMatchObject({ answers: { level: "expert", focus: "a=b" } });
  expect((await at.read(free)).decision).toMatchObject({ answers: { response: "Intermediate" } });
  for (const tool of tools) expect((await at.read(tool)).decision).toMatchObject({ action: "edit", edited });
});

test("a refused act says what to do and ends with 1", async () => {
  const raised = await at.raise("confirm");
  const [blank, stale, unknown] = await Promise.all([
    run(at, ["act", raised.id, "revise"]),
    run(at, ["act", raised.id, "proceed", "--digest", "sha256:other"]),
    run(at, ["act", raised.id, "edit", "--edited", "{}"]),
  ]);
  expect(blank).toMatchObject({
    code: 1,
    err: "Revise needs feedback: what should change?\n  /feedback: is required\n",
  });
  expect(stale).toMatchObject({ code: 1, err: expect.stringContaining("It has changed since it was shown to you") });
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('"edit" is not offered here') });
  expect((await at.read(raised)).status).toBe("pending");
});

test("who may not decide is told so, with 4; whom the bot does not know as well", async () => {
  const raised = await at.raise("confirm", { approvers: ["person:bob"], requested_by: "person:alice" });
  const [notMine, unknown] = await Promise.all([
    run(at, ["act", raised.id, "proceed"]),
    run(at, ["pending", "--json"], { env: { HITL_URL: at.program.url, HITL_TOKEN: "a-token-of-another-bot" } }),
  ]);
  expect(notMine).toMatchObject({ code: 4, err: "You are alice; person:bob may decide this.\n" });
  expect(unknown.code).toBe(4);
  expect(JSON.parse(unknown.err)).toMatchObject({ status: 401, code: "unauthorized" });
});

test("comments, withdraws, and shows what has ended", async () => {
  const raised = await at.raise("confirm", { title: "Publish it", requested_by: "person:alice" });
  expect(await run(at, ["comment", raised.id, "Is the path right?"])).toMatchObject({ code: 0, out: "Commented.\n" });
  expect((await at.read(raised)).comments).toMatchObject([{ text: "Is the path right?", by: { person: "alice" } }]);
  expect(await run(at, ["withdraw", raised.id, "--reason", "Not needed"])).toMatchObject({
    code: 0,
    out: "Withdrawn: Publish it\n",
  });
  const { out } = await run(at, ["history", "1"]);
  expect(out).toMatch(new RegExp(`^Publish it\n  ${raised.id} · confirm · agent · withdrawn by Alice at .* UTC\n$`));
});

test("an agent's words reach the terminal without their escape sequences, in errors and in JSON, too", async () => {
  const title = "\x1b]0;pwned\x07Nice \u202etitle";
  const raised = await at.raise("confirm", { title, payload: { summary: title } });
  await at.agent.withdraw(raised.id, `${title}\x9b2J`);
  const ran = [
    ["show", raised.id],
    ["history", "3"],
    ["act", raised.id, "proceed"],
    ["show", raised.id, "--json"],
  ].map((args) => run(at, args));
  for (const { out, err } of await Promise.all(ran)) {
    expect(out + err).toContain("pwned");
    expect((out + err).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
