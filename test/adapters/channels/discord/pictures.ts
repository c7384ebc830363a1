/**
 * Takes the pictures of docs/discord.md: the real components, drawn by a browser much as Discord draws them.
 *
 *   node test/adapters/channels/discord/pictures.ts
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium as launcher } from "playwright-core";
import { listView } from "../../../../adapters/channels/discord/lists.ts";
import { render } from "../../../../adapters/channels/discord/render.ts";
import { formView, fullView, nextView } from "../../../../adapters/channels/discord/views.ts";
import type { Card, Form } from "../../../../src/card.ts";
import type { ActionName, Checkpoint } from "../../../../src/checkpoint.ts";
import { listing } from "../../../../src/commands.ts";
import { cardOf, type PictureOptions } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { chromium, QUIET } from "../../../peers/chromium.ts";
import { SEEDS } from "../../../seeds.ts";
import { messageHtml, modalHtml } from "./html.ts";

const folder = join(import.meta.dirname, "../../../../docs/pictures");
const NOW = RAISED + 60_000;
const bob = person("bob", "discord");
const source = { agent: "deploy-bot", workflow: "release", session: "run 41" };
const card = (over: Partial<Checkpoint>, more: PictureOptions = {}) =>
  cardOf(checkpoint({ source, ...over }), NOW, more);
const sign = (action: ActionName) => `h1.${action}`;
const picture = (shown: Card) => messageHtml(render(shown, sign).message);

const payment: Partial<Checkpoint> = {
  kind: "tool",
  payload: {
    tool_name: "make_payment",
    policy_note: "Over 10,000",
    tool_args: { amount: 12_490, to: "ACME Ltd", reference: "order 20251" },
  },
  quorum: 2,
  votes: [{ action: "proceed", by: bob, digest: DIGEST, at: NOW }],
};
const decided: Partial<Checkpoint> = {
  kind: "preview",
  payload: SEEDS.preview[0].payload,
  status: "resolved",
  decision: {
    ...{ action: "refine", outcome: "changes", by: bob, at: NOW, digest: DIGEST },
    feedback: "Say in the first line what it is for",
  },
};
const first = checkpoint({
  ...{ source, status: "resolved", payload: SEEDS.confirm[1]?.payload ?? {} },
  decision: { action: "revise", outcome: "changes", by: bob, at: NOW, digest: DIGEST, feedback: "For experts, please" },
});
const second = card(
  {
    ...{ round: 2, previous: first.id },
    payload: { ...first.payload, summary: "• Skill: Python async programming\n• Target: Experts" },
  },
  { previous: first },
);
const clarify = card({
  kind: "clarify",
  payload: {
    questions: [{ question: "Who is it for?", options: ["Beginners", "Experts"] }, { question: "Which tone?" }],
    rationale: "Two things the brief leaves open",
  },
});
const many = card({
  kind: "clarify",
  payload: { questions: Array.from({ length: 12 }, (_, at) => ({ question: `Question ${at + 1}`, key: `k${at}` })) },
});
const long = card({
  kind: "tool",
  payload: { tool_name: "run", tool_args: { script: "echo one more line\n".repeat(520) } },
});

function formOf({ actions }: Card, action: ActionName): Form {
  const form = actions.find((each) => each.action === action)?.form;
  if (!form) throw new Error(`${action} has no form`);
  return form;
}

function modal(form: Form): string {
  const made = formView(form, 0, "h1");
  if (made === null) throw new Error("no room");
  return modalHtml(made);
}

const waiting = [payment, { kind: "confirm" }, { kind: "clarify" }, { kind: "phase" }] as Partial<Checkpoint>[];
const list = listView({
  ...{ title: "Waiting (mine)", from: 0, count: 4, command: "pending" },
  rows: listing(
    waiting.map((over, at) => checkpoint({ source, ...over, id: `chk_7f3a9c2${at}` })),
    NOW + 240_000,
  ),
});

const PICTURES: Record<string, string> = {
  "discord-tool": picture(card(payment)),
  "discord-confirm": picture(card({ payload: SEEDS.confirm[0].payload })),
  "discord-clarify": picture(clarify),
  "discord-phase": picture(card({ kind: "phase" })),
  "discord-task": picture(card({ kind: "task" })),
  "discord-decided": picture(card(decided)),
  "discord-round-2": picture(second),
  "discord-answer": modal(formOf(clarify, "answer")),
  "discord-edit": modal(formOf(card(payment), "edit")),
  "discord-next": messageHtml(nextView(formOf(many, "answer"), 1, "h1"), true),
  "discord-full": messageHtml(fullView(long, 9, sign), true),
  "discord-list": messageHtml(list, true),
};

mkdirSync(folder, { recursive: true });
const browser = await launcher.launch({ executablePath: chromium(), args: QUIET });
try {
  const page = await browser.newPage({ viewport: { width: 680, height: 400 }, deviceScaleFactor: 1.5 });
  for (const [name, html] of Object.entries(PICTURES)) {
    await page.setContent(html);
    await page.locator("main").screenshot({ path: join(folder, `${name}.png`) });
  }
} finally {
  await browser.close();
}
