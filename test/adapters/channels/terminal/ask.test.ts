import { expect, test } from "vitest";
import { ask } from "../../../../adapters/channels/terminal/ask.ts";
import type { Left, Prompter, Question } from "../../../../adapters/channels/terminal/prompter.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { cardOf } from "../../../../src/picture.ts";
import { viewOf } from "../../../../src/view.ts";
import { checkpoint, RAISED } from "../../../make.ts";

/** Somebody who types these in turn (a number picks a row, "=" keeps what stands there), and what they were shown. */
function person(...typed: (string | number)[]) {
  const shown: string[] = [];
  const next = (): string | number | Left => typed.shift() ?? { left: "ended" };
  async function write({ message, initial, check }: Question): Promise<string | Left> {
    for (;;) {
      shown.push(initial === undefined ? message : `${message} [${initial}]`);
      const answer = next();
      if (typeof answer === "object") return answer;
      const text = answer === "=" ? (initial ?? "") : String(answer);
      const fault = check?.(text);
      if (fault === undefined) return text;
      shown.push(fault);
    }
  }
  const prompter: Prompter = {
    say: (lines) => void shown.push(...lines),
    line: write,
    page: write,
    async choose({ message, options }) {
      shown.push(message, ...options.map(({ label }) => `- ${label}`));
      const answer = next();
      return typeof answer === "string" ? expect.fail(`typed ${answer} at ${message}`) : answer;
    },
    fresh: async () => {},
    close: () => {},
  };
  return { prompter, shown };
}

function asked(who: ReturnType<typeof person>, over: Partial<Checkpoint>) {
  const record = checkpoint(over);
  const look = { width: 60, plain: true, colour: false };
  const asking = {
    card: cardOf(record, RAISED),
    checkpoint: viewOf(record, ""),
    prompter: who.prompter,
    look,
    enter: true,
  };
  return ask(asking);
}

const tool = (tool_args: JsonObject): Partial<Checkpoint> => ({
  kind: "tool",
  payload: { tool_name: "move", tool_args },
});
const question = (question: string, key: string, options?: string[]) => ({
  question,
  key,
  ...(options ? { options } : {}),
});

test("asks for feedback until there is some", async () => {
  const who = person("revise", "", "   ", "Target experts");
  expect(await asked(who, {})).toMatchObject({ type: "act", act: { action: "revise", feedback: "Target experts" } });
  expect(who.shown.filter((line) => line === "This is still blank; say something.")).toHaveLength(2);
});

test("takes the feedback that came with the word", async () => {
  expect(await asked(person("revise: Target experts"), {})).toMatchObject({
    act: { action: "revise", feedback: "Target experts" },
  });
  expect(await asked(person("proceed: well done"), {})).toMatchObject({
    act: { action: "proceed", feedback: "well done" },
  });
});

test("lets a reason be left out where it may be", async () => {
  const answer = await asked(person("cancel", ""), {});
  expect(answer).toMatchObject({ type: "act", act: { action: "cancel" } });
  expect(answer).not.toMatchObject({ act: { reason: expect.anything() } });
});

test("asks the questions of a clarification one after the other and answers by their keys", async () => {
  const payload = { questions: [question("Which level?", "level", ["beginner", "expert"]), question("Why?", "focus")] };
  const who = person(1, "practical");
  expect(await asked(who, { kind: "clarify", payload })).toMatchObject({
    type: "act",
    act: { action: "answer", answers: { level: "expert", focus: "practical" } },
  });
  expect(who.shown).toEqual([
    ...["", "Question 1/2:", "  Which level?", "Select one option:"],
    ...["- beginner", "- expert", "- Other (type my own)", "- Leave it for later", "- Cancel it"],
    ...["", "Question 2/2:", "  Why?", "Your answer:"],
  ]);
});

test("takes an own answer instead of the options, but not a blank one", async () => {
  const payload = { questions: [question("Which level?", "level", ["beginner"])] };
  const who = person(1, " ", "somewhere between");
  expect(await asked(who, { kind: "clarify", payload })).toMatchObject({
    act: { answers: { level: "somewhere between" } },
  });
});

test.each(["/cancel", "Leave it for later"])(
  'an option of the agent that reads "%s" is only an answer',
  async (option) => {
    const payload = { questions: [question("Which?", "which", ["one", option])] };
    expect(await asked(person(1), { kind: "clarify", payload })).toMatchObject({
      act: { action: "answer", answers: { which: option } },
    });
  },
);

test("leaves a question for later, or cancels it, instead of answering", async () => {
  const payload = { questions: [question("Why?", "focus")] };
  expect(await asked(person("/skip"), { kind: "clarify", payload })).toEqual({ type: "skip" });
  expect(await asked(person("/quit"), { kind: "clarify", payload })).toEqual({ type: "stop" });
  expect(await asked(person("/cancel", "not needed"), { kind: "clarify", payload })).toMatchObject({
    act: { action: "cancel", reason: "not needed" },
  });
});

test("edits arguments one by one, keeps their types, and shows what was changed before it is approved", async () => {
  const who = person("edit", "/tmp/b", "2", 1, 0);
  expect(await asked(who, tool({ path: "/tmp/a", depth: 1, force: true }))).toMatchObject({
    act: { action: "edit", edited: { path: "/tmp/b", depth: 2, force: false } },
  });
  expect(who.shown.slice(-7)).toEqual([
    "Changed:",
    "  path: /tmp/a → /tmp/b",
    "  depth: 1 → 2",
    "  force: true → false",
    "The edit is what will be approved.",
    "- Approve it like this",
    "- Go back without it",
  ]);
});

test("an edit that changes nothing approves nothing", async () => {
  const who = person("edit", "=", "skip");
  expect(await asked(who, tool({ path: "/tmp/a" }))).toEqual({ type: "skip" });
  expect(who.shown).toContain("Nothing was changed. To take it as it is, approve it.");
});

test("JSON that is only written differently is no edit", async () => {
  const who = person("edit", '{"where":{"days":365}}', "skip");
  expect(await asked(who, tool({ where: { days: 365 } }))).toEqual({ type: "skip" });
});

test("shows the changed lines of what is too long for one", async () => {
  const where = { days: 365, table: "users", columns: ["id", "name"] };
  const who = person("edit", JSON.stringify({ where: { ...where, days: 30 } }, null, 2), 0);
  await asked(who, tool({ where }));
  expect(who.shown.filter((line) => /^ {4}[-+]/.test(line))).toEqual([
    '    -     "days": 365,',
    '    +     "days": 30,',
  ]);
});

test("an edit that is not confirmed approves nothing", async () => {
  expect(await asked(person("edit", "/tmp/b", 1), tool({ path: "/tmp/a" }))).toEqual({ left: "ended" });
});

test("asks again for JSON that cannot be read, with what was typed", async () => {
  const who = person("edit", '{"where": {"days": 30}', '{"where": {"days": 30}}', 0);
  expect(await asked(who, tool({ where: { days: 365 } }))).toMatchObject({
    act: { action: "edit", edited: { where: { days: 30 } } },
  });
  const faults = who.shown.filter((line) => line.includes("cannot be read"));
  expect(faults).toHaveLength(1);
  expect(who.shown).toContain('Edited value (JSON) [{"where": {"days": 30}]');
});

test("shows hidden characters of an argument as escapes and hands them back as they were", async () => {
  const path = "/tmp/a\u202e\x1b[2Jb";
  const who = person("edit", "=", "other", 0);
  expect(await asked(who, tool({ path, name: "one" }))).toMatchObject({ act: { edited: { path, name: "other" } } });
  expect(who.shown).toContain('path (as JSON: it holds hidden characters) ["/tmp/a\\u202e\\u001b[2Jb"]');
});

test.each([
  ["at the first question", []],
  ["before the feedback", ["revise"]],
  ["before an edit is confirmed", ["edit", "/tmp/b"]],
])("decides nothing when the input ends %s", async (_, typed) => {
  const over = typed[0] === "edit" ? tool({ path: "/tmp/a" }) : {};
  expect(await asked(person(...typed), over)).toEqual({ left: "ended" });
});
