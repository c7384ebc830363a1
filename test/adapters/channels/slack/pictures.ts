/**
 * Takes the pictures of docs/slack.md: the real blocks, drawn by a browser much as Slack draws them.
 *
 *   node test/adapters/channels/slack/pictures.ts
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium as launcher } from "playwright-core";
import { render } from "../../../../adapters/channels/slack/render.ts";
import { formView, fullView } from "../../../../adapters/channels/slack/views.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { chromium, QUIET } from "../../../peers/chromium.ts";
import { SEEDS } from "../../../seeds.ts";
import { messageHtml, viewHtml } from "./html.ts";
import { sign } from "./slack.ts";

const folder = join(import.meta.dirname, "../../../../docs/pictures");
const NOW = RAISED + 60_000;
const source = { agent: "deploy-bot", workflow: "release", session: "run 41" };
const card = (over: Partial<Checkpoint>) => cardOf(checkpoint({ source, ...over }), NOW);

const tool = card({
  kind: "tool",
  payload: {
    tool_name: "make_payment",
    policy_note: "Over 10,000",
    tool_args: { amount: 12_490, to: "ACME Ltd", reference: "order 20251" },
  },
  quorum: 2,
  votes: [{ action: "proceed", by: person("bob"), digest: DIGEST, at: NOW }],
});
const decided = card({
  kind: "preview",
  payload: SEEDS.preview[0].payload,
  status: "resolved",
  decision: {
    action: "refine",
    outcome: "changes",
    by: person("bob"),
    at: NOW,
    digest: DIGEST,
    feedback: "Say in the first line what it is for",
  },
});
const clarify = card({
  kind: "clarify",
  payload: {
    questions: [{ question: "Who is it for?", options: ["Beginners", "Experts"] }, { question: "Which tone?" }],
    rationale: "Two things the brief leaves open",
  },
});
const answer = clarify.actions.find(({ action }) => action === "answer")?.form;
const edit = tool.actions.find(({ action }) => action === "edit")?.form;
const long = card({
  kind: "tool",
  payload: { tool_name: "run", tool_args: { script: "echo one more line\n".repeat(520) } },
});

const PICTURES: Record<string, string> = {
  "slack-tool": messageHtml(render(tool, sign).message.blocks),
  "slack-confirm": messageHtml(render(card({ payload: SEEDS.confirm[0].payload }), sign).message.blocks),
  "slack-clarify": messageHtml(render(clarify, sign).message.blocks),
  "slack-decided": messageHtml(render(decided, sign).message.blocks),
  ...(answer ? { "slack-answer": viewHtml(formView(clarify, answer, "h")) } : {}),
  ...(edit ? { "slack-edit": viewHtml(formView(tool, edit, "h")) } : {}),
  "slack-full": viewHtml(fullView(long, 9, sign)),
};

mkdirSync(folder, { recursive: true });
const browser = await launcher.launch({ executablePath: chromium(), args: QUIET });
try {
  const page = await browser.newPage({ viewport: { width: 720, height: 400 }, deviceScaleFactor: 1.5 });
  for (const [name, html] of Object.entries(PICTURES)) {
    await page.setContent(html);
    await page.locator("main").screenshot({ path: join(folder, `${name}.png`) });
  }
} finally {
  await browser.close();
}
