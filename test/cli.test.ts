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

test.each([
  ["confirm", "approve", "proceed", []],
  ["confirm", "LGTM", "proceed", []],
  ["confirm", "change", "revise", ["--feedback", "Shorter"]],
  ["confirm", "deny", "cancel", []],
  ["tool", "deny", "reject", ["--reason", "Not on a Friday"]],
  ["phase", "approve", "proceed", []],
  ["phase", "modify", "refine", ["--feedback", "Shorter"]],
  ["phase", "redo", "revise", ["--feedback", "Again"]],
] as const)("in %s takes the word %s, as a reply to the card would, for %s", async (kind, word, action, more) => {
  const raised = await at.raise(kind);
  expect(await run(at, ["act", raised.id, word, ...more])).toMatchObject({ code: 0, err: "" });
  expect((await at.read(raised)).decision).toMatchObject({ action });
});

test("a word that is not offered, or may mean two things, decides nothing and says what is offered", async () => {
  const [question, phase] = await Promise.all([at.raise("clarify"), at.raise("phase")]);
  const ended = await at.raise("confirm");
  await at.bob.act(ended.id, { action: "proceed" });
  const [approved, changed, late] = await Promise.all([
    run(at, ["act", question.id, "approve"]),
    run(at, ["act", phase.id, "change", "--feedback", "Shorter"]),
    run(at, ["act", ended.id, "yes"]),
  ]);
  expect(approved).toMatchObject({ code: 2, err: '"approve" is not offered here; take one of: answer, cancel\n' });
  expect(changed.code).toBe(2);
  expect(changed.err).toContain('"change" may mean more than one thing here; take one of: proceed,');
  expect(late).toMatchObject({ code: 1, err: expect.stringContaining("Already resolved by Bob") });
  for (const each of [question, phase]) expect((await at.read(each)).status).toBe("pending");
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
  expect(out).toMatch(
    new RegExp(
      `^Publish it\n  ${raised.id} · confirm · agent · Withdrawn by Alice in the terminal, .* UTC: Not needed\n$`,
    ),
  );
});

test("what people write is shown without its secrets, in history as on the card, by the rules of the settings", async () => {
  const raised = await at.raise("tool", { title: "Deploy it" });
  await run(at, ["comment", raised.id, "It is at postgres://app:hunter22@db, pin=4711"]);
  const acted = await run(at, ["act", raised.id, "reject", "--reason", "password=hunter22 and pin=4711 are in here"]);
  expect(acted.out).toMatch(/: password=\[redacted 8 chars\] and pin=4711 are in here\n$/);
  const admin = { env: { HITL_URL: at.program.url, HITL_TOKEN: at.program.token("admin") } };
  const [history, card, events] = await Promise.all([
    run(at, ["history", "1"], admin),
    run(at, ["show", raised.id], admin),
    run(at, ["stats"], admin),
  ]);
  const sentence = "password=[redacted 8 chars] and pin=[redacted 4 chars] are in here";
  expect(history.out).toMatch(
    new RegExp(`^Deploy it\n  ${raised.id} · tool · agent · Rejected by Alice in the terminal, .* UTC: `),
  );
  expect(history.out).toContain(sentence);
  expect(card.out).toContain(sentence);
  for (const { out } of [history, card, events]) expect(out).not.toMatch(/hunter22|4711/);
  // The agent gets it as it was written.
  expect((await at.read(raised)).decision?.reason).toBe("password=hunter22 and pin=4711 are in here");
});

test("shows what was said about it below the card: who, when, and the words without secrets or steering", async () => {
  const raised = await at.raise("confirm");
  expect((await run(at, ["show", raised.id])).out).not.toContain("Comments:");
  await at.bob.comment(raised.id, "Is it at postgres://app:hunter22@db?\n\x1b[2JI ask.");
  await run(at, ["comment", raised.id, "No."]);
  const { out } = await run(at, ["show", raised.id]);
  const minute = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC";
  expect(out).toMatch(
    new RegExp(
      `\n\nComments:\n  Bob, ${minute}:\n    Is it at postgres://app:\\[redacted 8 chars\\]@db\\?\n    \\\\u\\{1B\\}\\[2JI ask\\.\n  Alice, ${minute}:\n    No\\.\n$`,
    ),
  );
  const reviewed = await run(at, ["review", "--plain"], { stdin: "quit\n" });
  expect(reviewed.out).toContain("Is it at postgres://app:[redacted 8 chars]@db?");
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
