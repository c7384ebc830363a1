/**
 * A small agent that writes a skill and asks its team on the way: a question, its understanding, a draft, the result.
 *
 *   npm run demo              you decide, in another terminal
 *   npm run demo -- --auto    a script decides, to see what happens
 *
 * All that it needs of hitl-bot is src/client.ts.
 */
import { parseArgs } from "node:util";
import { type Act, type CheckpointView, type Hitl, HitlError, hitl, isApproved, type Raise } from "../src/client.ts";
import { type Bot, findBot } from "./bot.ts";

const { values: given } = parseArgs({
  options: {
    auto: { type: "boolean", default: false },
    url: { type: "string" },
    token: { type: "string" },
    "admin-token": { type: "string" },
  },
});

/** The team changed its mind for good, or nobody answered. */
class Stopped extends Error {}

interface Team {
  agent: Hitl;
  /** Decides by itself in --auto; otherwise people do. */
  script: Hitl | undefined;
}

/** Ends the waiting when the work ends, or by Ctrl-C. */
const over = new AbortController();
process.once("SIGINT", () => over.abort(new Stopped("Interrupted; nothing is published.")));

const SESSION = `demo_${Date.now().toString(36)}`;
const say = (line = "") => console.log(line);

async function main(bot: Bot): Promise<void> {
  const { url, agentToken, adminToken } = bot;
  if (given.auto && adminToken === undefined) throw new Stopped("--auto needs --admin-token to decide with.");
  const team: Team = {
    agent: hitl({ url, token: agentToken }),
    script: given.auto && adminToken ? hitl({ url, token: adminToken }) : undefined,
  };
  say(`An agent writes a skill, and asks its team at ${url}.`);
  if (!given.auto) say(`Decide in another terminal:\n\n  ${bot.review}\n`);

  const level = await clarify(team);
  const understood = await settle(team, "confirm", (feedback) => understanding(level, feedback), [
    { action: "revise", feedback: "Aim at experts" },
    { action: "proceed" },
  ]);
  const draft = await settle(team, "preview", (feedback) => drafted(level, feedback), [
    { action: "refine", feedback: "Add an example of error handling" },
    { action: "proceed" },
  ]);
  await settle(team, "validate", () => validated(draft), [{ action: "proceed" }]);
  say(`\nThe skill is published at ${String(understood.payload.path)}, as the team wanted it.`);
}

async function clarify(team: Team): Promise<string> {
  const payload = {
    questions: [
      {
        question: "What level of detail should this skill cover?",
        options: ["beginner", "intermediate", "advanced"],
        rationale: "The examples depend on it",
        key: "level",
      },
    ],
  };
  const answered = await ask(
    team,
    { kind: "clarify", payload },
    { action: "answer", answers: { level: "intermediate" } },
  );
  const { answers = {} } = answered.decision ?? {};
  return answers.level ?? answers.response ?? "beginner";
}

const TITLE: Partial<Record<Raise["kind"], string>> = {
  confirm: "A skill on Python async",
  preview: "Draft of the async skill",
  validate: "The async skill, ready to publish",
};

/** Asks in rounds until the team takes it, each with the feedback of the one before. */
async function settle(
  team: Team,
  kind: Raise["kind"],
  payload: (feedback?: string) => Raise["payload"],
  script: Act[],
): Promise<CheckpointView> {
  let previous: CheckpointView | undefined;
  for (const act of [...script, ...Array<Act>(7).fill({ action: "proceed" })]) {
    const request = { kind, title: TITLE[kind] ?? kind, payload: payload(previous?.decision?.feedback) };
    const decided = await ask(team, previous ? { ...request, previous: previous.id } : request, act);
    if (isApproved(decided)) return decided;
    previous = decided;
  }
  throw new Stopped("The team cannot be satisfied.");
}

/** One checkpoint: raised, and waited for. Answered, approved or to be changed; everything else ends the work. */
async function ask({ agent, script }: Team, request: Raise, act: Act): Promise<CheckpointView> {
  const source = { agent: "skill-writer", workflow: "create", session: SESSION };
  const { id, round, title } = await agent.raise({ ...request, source }, { signal: over.signal });
  say(`\n${request.kind}${round > 1 ? `, round ${round}` : ""}: ${title}  (${id})`);
  const [decided] = await Promise.all([agent.wait(id, { signal: over.signal }), script?.act(id, act)]);
  const { decision, status } = decided;
  if (decision === null) throw new Stopped(`It was ${status}.`);
  const by = decision.by.kind === "person" ? (decision.by.name ?? decision.by.person) : `policy ${decision.by.name}`;
  const words = decision.feedback ?? decision.reason ?? Object.values(decision.answers ?? {}).join(", ");
  say(`  → ${decision.action} by ${by}${words ? `: ${words}` : ""}`);
  if (decision.outcome === "rejected" || decision.outcome === "timed_out")
    throw new Stopped(`So nothing is published.`);
  return decided;
}

function understanding(level: string, feedback?: string): Raise["payload"] {
  return {
    summary: [
      "• Skill: Python async programming",
      `• Target: ${level} developers`,
      ...(feedback ? [`• As you asked: ${feedback}`] : []),
      "• Topics: Coroutines, event loops, async/await syntax",
    ].join("\n"),
    path: "technical_skills/python/async",
    key_assumptions: ["Users know basic Python syntax", "Practical examples over theory"],
    confidence: feedback ? 0.95 : 0.85,
  };
}

function drafted(level: string, feedback?: string): Raise["payload"] {
  const content = [
    "## Overview",
    `Python async/await, for ${level} developers.`,
    "",
    "## Key Concepts",
    "- Coroutines",
    "- Event loops",
  ];
  return {
    content: [
      ...content,
      ...(feedback ? ["", `## ${feedback}`, "try: await fetch()", "except TimeoutError: retry()"] : []),
    ].join("\n"),
    highlights: ["Clear explanations of async/await", "Practical examples throughout"],
    ...(feedback ? {} : { potential_issues: ["Could add more error handling examples"] }),
  };
}

function validated(draft: CheckpointView): Raise["payload"] {
  return {
    report:
      "Status: PASSED\n\nAll checks passed:\n✓ YAML frontmatter valid\n✓ Documentation complete\n✓ Examples present",
    passed: true,
    skill_content: String(draft.payload.content),
    validation_score: 0.95,
  };
}

const bot = await findBot({
  ...(given.url === undefined ? {} : { url: given.url }),
  ...(given.token === undefined ? {} : { token: given.token }),
  ...(given["admin-token"] === undefined ? {} : { admin: given["admin-token"] }),
});
try {
  await main(bot);
} catch (error) {
  if (!(error instanceof Stopped || error instanceof HitlError)) throw error;
  console.error(error instanceof HitlError ? error.detail : error.message);
  process.exitCode = 1;
} finally {
  over.abort();
  await bot.stop();
}
