import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { SEEDS } from "../../seeds.ts";
import { type Clicks, clickThrough, focused, openWorld } from "./world.ts";

interface Case extends Clicks {
  kind: keyof typeof SEEDS;
  action: string;
  /** That leads to its button. */
  key: string;
  says: object;
}

const words = "Make it more advanced";

const CASES: Case[] = [
  {
    kind: "clarify",
    action: "answer",
    button: "Answer",
    key: "a",
    choose: "intermediate",
    send: "Send answer",
    says: { action: "answer", outcome: "answered", answers: { response: "intermediate" } },
  },
  {
    kind: "clarify",
    action: "cancel",
    button: "Cancel",
    key: "x",
    fill: { "Why cancel?": words },
    send: "Cancel it",
    says: { action: "cancel", outcome: "rejected", reason: words },
  },
  { kind: "confirm", action: "proceed", button: "Proceed", key: "a", says: { action: "proceed", outcome: "approved" } },
  {
    kind: "confirm",
    action: "revise",
    button: "Revise",
    key: "r",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "revise", outcome: "changes", feedback: words },
  },
  {
    kind: "confirm",
    action: "cancel",
    button: "Cancel",
    key: "x",
    send: "Cancel it",
    says: { action: "cancel", outcome: "rejected" },
  },
  { kind: "preview", action: "proceed", button: "Proceed", key: "a", says: { action: "proceed", outcome: "approved" } },
  {
    kind: "preview",
    action: "refine",
    button: "Refine",
    key: "f",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "refine", outcome: "changes", feedback: words },
  },
  {
    kind: "preview",
    action: "cancel",
    button: "Cancel",
    key: "x",
    send: "Cancel it",
    says: { action: "cancel", outcome: "rejected" },
  },
  {
    kind: "validate",
    action: "proceed",
    button: "Proceed",
    key: "a",
    says: { action: "proceed", outcome: "approved" },
  },
  {
    kind: "validate",
    action: "refine",
    button: "Refine",
    key: "f",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "refine", outcome: "changes", feedback: words },
  },
  {
    kind: "validate",
    action: "cancel",
    button: "Cancel",
    key: "x",
    send: "Cancel it",
    says: { action: "cancel", outcome: "rejected" },
  },
  { kind: "tool", action: "proceed", button: "Approve", key: "a", says: { action: "proceed", outcome: "approved" } },
  {
    kind: "tool",
    action: "edit",
    button: "Edit",
    key: "e",
    fill: { path: "/tmp/other.txt" },
    send: "Review the change",
    says: { action: "edit", outcome: "approved", edited: { path: "/tmp/other.txt" } },
  },
  {
    kind: "tool",
    action: "reject",
    button: "Reject",
    key: "x",
    fill: { "Why not?": words },
    send: "Reject",
    says: { action: "reject", outcome: "rejected", reason: words },
  },
  { kind: "task", action: "proceed", button: "Approve", key: "a", says: { action: "proceed", outcome: "approved" } },
  {
    kind: "task",
    action: "edit",
    button: "Edit",
    key: "e",
    fill: { "Edited value (JSON)": '{"subject": "Hello"}' },
    send: "Review the change",
    says: { action: "edit", outcome: "approved", edited: { subject: "Hello" } },
  },
  {
    kind: "task",
    action: "revise",
    button: "Revise",
    key: "r",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "revise", outcome: "changes", feedback: words },
  },
  {
    kind: "task",
    action: "reject",
    button: "Reject",
    key: "x",
    fill: { "Why not?": words },
    send: "Reject",
    says: { action: "reject", outcome: "rejected", reason: words },
  },
  { kind: "phase", action: "proceed", button: "Approve", key: "a", says: { action: "proceed", outcome: "approved" } },
  {
    kind: "phase",
    action: "refine",
    button: "Modify",
    key: "f",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "refine", outcome: "changes", feedback: words },
  },
  {
    kind: "phase",
    action: "revise",
    button: "Redo",
    key: "r",
    fill: { "What should change?": words },
    send: "Send",
    says: { action: "revise", outcome: "changes", feedback: words },
  },
];

/** Every sample of a kind has its turn. */
function samples(kind: keyof typeof SEEDS, index: number) {
  const all = SEEDS[kind];
  return all[index % all.length]?.payload ?? {};
}

describe("deciding in a browser", () => {
  const world = openWorld();

  async function byMouse(page: Page, each: Case): Promise<void> {
    await clickThrough(page, each);
    if (each.send === "Review the change") await page.getByRole("button", { name: "Approve edited" }).click();
  }

  async function byKeyboard(page: Page, { key, fill = {}, choose, send }: Case): Promise<void> {
    const { keyboard } = page;
    await keyboard.press(key);
    if (send === undefined) return keyboard.press("Enter");
    // The form's first field has the focus.
    for (const text of Object.values(fill)) {
      await keyboard.press("Control+A");
      await keyboard.insertText(text);
    }
    if (choose !== undefined) {
      await keyboard.press("Space");
      while (!(await page.getByLabel(choose).isChecked())) await keyboard.press("ArrowDown");
    }
    const isThere = async () => (await focused(page, "textContent")) === send;
    for (let tabs = 0; tabs < 6 && !(await isThere()); tabs += 1) await keyboard.press("Tab");
    await keyboard.press("Enter");
    if (send !== "Review the change") return;
    await page.getByRole("heading", { name: "Review the change" }).waitFor();
    await keyboard.press("a");
    await keyboard.press("Enter");
  }

  for (const [how, decide] of [
    ["mouse", byMouse],
    ["keyboard", byKeyboard],
  ] as const)
    test(`every action of every kind is taken by ${how}, and the agent that waits is told`, async () => {
      const page = await world().page("bob");
      for (const [index, each] of CASES.entries()) {
        const { id } = await world().raise({ kind: each.kind, payload: samples(each.kind, index) });
        const told = world().told(id);
        await page.goto(`${world().program.url}/checkpoints/${id}`);
        await decide(page, each);
        await page.getByRole("status").filter({ hasText: "by Bob on the web" }).waitFor();
        const { decision } = await told;
        expect(decision, `${each.kind} ${each.action}`).toMatchObject({
          ...each.says,
          by: { kind: "person", person: "bob", surface: "web" },
        });
      }
      expect(world().strays).toEqual([]);
    }, 60_000);

  test("every sample of the seeds is shown to its last word", async () => {
    const page = await world().page("alice");
    for (const [kind, seeds] of Object.entries(SEEDS))
      for (const { payload, source } of seeds) {
        const { id } = await world().raise({ kind, payload });
        await page.goto(`${world().program.url}/checkpoints/${id}`);
        const text = (await page.locator(".sheet").innerText()).replaceAll(/\s+/g, " ");
        for (const word of wordsOf(payload)) expect(text, source).toContain(word);
      }
  });
});

/** Every value as a reader would look for it, without the marks of Markdown. */
function wordsOf(value: unknown): string[] {
  if (typeof value === "string")
    return value
      .split("\n")
      .map((line) =>
        line
          .replace(/^\s*(?:#{1,6}|[-•*])\s+/, "")
          .replaceAll(/\s+/g, " ")
          .trim(),
      )
      .filter((line) => line !== "");
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(wordsOf);
  return value === null || typeof value === "boolean" ? [] : [String(value)];
}
