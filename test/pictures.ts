/**
 * Takes the pictures of docs/inbox.md: a fresh program, a small town of checkpoints, a headless browser.
 *
 *   npm run pictures [-- NAME...]
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium as launcher, type Page } from "playwright-core";
import { openSqlite } from "../adapters/stores/sqlite/index.ts";
import { raiseRequest } from "../src/request.ts";
import { office } from "./office.ts";
import { chromium, QUIET } from "./peers/chromium.ts";
import { makeFolder, type Program, startProgram } from "./program.ts";

const folder = join(import.meta.dirname, "../docs/pictures");
const wanted = process.argv.slice(2);

const CONFIG = `
people:
  alice: { name: Alice Arnold }
  bob: { name: Bob Baker }
  carol: { name: Carol Chen }
groups:
  sre: [alice, bob, carol]
tokens:
  - { name: bob, role: approver, person: bob, token: "\${BOB_TOKEN}" }
  - { name: carol, role: approver, person: carol, token: "\${CAROL_TOKEN}" }
`;

const REPORT = `Status: PASSED

## Checks
- YAML frontmatter valid
- Documentation complete
- **12 of 12** examples run

## Worth knowing
The example on \`asyncio.TaskGroup\` needs Python 3.11 or later.`;

const DRAFT = `# Async Python, in practice

A coroutine runs until it **awaits**; the event loop then runs another one.

## Key concepts
1. Coroutines: \`async def\` and \`await\`
2. The event loop
3. Tasks, and how they are cancelled

\`\`\`python
async with asyncio.TaskGroup() as group:
    group.create_task(fetch("a"))
    group.create_task(fetch("b"))
\`\`\`
Both are awaited when the block ends, also when one of them fails.`;

const EMAIL = `Dear Ms Novak,

your order 20251 was refunded today.
The amount is back on your account within three working days.

Kind regards
The shop`;

const RAISED = {
  clarify: {
    payload: {
      rationale: "The outline depends on who reads it.",
      questions: [
        {
          question: "What level of detail should this skill cover?",
          options: ["beginner", "intermediate", "advanced"],
          key: "level",
          rationale: "It decides how much theory goes in.",
        },
        { question: "Which topics matter most to you?", key: "topics" },
      ],
    },
    source: { agent: "skill-fleet", workflow: "create-skill", session: "job_20251" },
  },
  confirm: {
    payload: {
      summary:
        "• Skill: Python async programming\n• Target: Intermediate developers\n• Topics: Coroutines, event loops, async/await syntax\n• Prerequisites: Basic Python knowledge",
      path: "technical_skills/python/async",
      key_assumptions: [
        "Users know basic Python syntax",
        "Focus on async/await, not on the asyncio library",
        "Practical examples over theory",
      ],
      confidence: 0.85,
    },
    source: { agent: "skill-fleet", workflow: "create-skill", session: "job_20251" },
  },
  preview: {
    title: "Draft of the async skill",
    payload: {
      content: DRAFT,
      highlights: ["Clear explanations of async/await", "Practical examples throughout"],
      potential_issues: ["Could add more error handling examples"],
    },
    source: { agent: "skill-fleet", workflow: "create-skill", session: "job_20251" },
  },
  validate: {
    title: "The async skill, ready to publish",
    payload: {
      report: REPORT,
      passed: true,
      validation_score: 0.95,
      saved_path: "skills/technical_skills/python/async",
    },
    source: { agent: "skill-fleet", workflow: "create-skill", session: "job_20251" },
    priority: "low",
  },
  tool: {
    title: "Refund order 20251",
    payload: {
      tool_name: "make_payment",
      tool_args: {
        to: "CZ65 0800 0000 1920 0014 5399",
        amount: 1249.5,
        currency: "EUR",
        reference: "order 20251",
        notify: true,
      },
      policy_note: "Payments above 1,000 EUR need two people",
    },
    source: { agent: "billing-agent", workflow: "refunds", session: "case_8817" },
    priority: "high",
    quorum: 2,
    timeout: "2h",
  },
  task: {
    payload: {
      agent: "Marketing Copywriter",
      output: { subject: "Your refund is on its way", body: EMAIL },
      context: { product: "Web shop", audience: "Customers with a refund", campaign: "Service mails" },
    },
    source: { agent: "crew", workflow: "service-mails", session: "run_12" },
  },
  phase: {
    title: "Planning is complete",
    payload: {
      phase: "planning",
      summary: "IdeationAgent and ArchitectureAgent have completed. Review before implementation.",
      outputs: {
        IdeationAgent: "A small web shop with **three pages**: list, cart, checkout.",
        ArchitectureAgent: "- FastAPI behind nginx\n- PostgreSQL\n- Redis for sessions",
      },
    },
    source: { agent: "build", workflow: "web-shop", session: "session_77", step: "planning" },
  },
} as const;

/** A week of a busy team, so that the figures have something to say. */
async function fillWeek(folder: string): Promise<void> {
  let now = Date.now() - 7 * DAY;
  const opened = openSqlite(join(folder, "hitl.db"), { clock: () => now });
  const { desk, caller } = office(opened);
  const [agent, origin] = [caller("agent ci"), { surface: "web" }] as const;
  // The same week every time.
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const kinds = ["tool", "tool", "tool", "task", "task", "confirm", "preview", "validate", "clarify", "phase"] as const;
  const agents = {
    tool: "billing-agent",
    task: "crew",
    confirm: "skill-fleet",
    preview: "skill-fleet",
    validate: "skill-fleet",
    clarify: "skill-fleet",
    phase: "build",
  };
  for (let number = 0; now < Date.now() - DAY / 4; number += 1) {
    now += (random() * DAY) / 14;
    const kind = pick(kinds);
    const raise = (previous?: string) =>
      desk.raise(
        agent,
        raiseRequest.parse({
          kind,
          payload: RAISED[kind].payload,
          source: { agent: agents[kind], session: `s${number}` },
          approvers: ["group:sre"],
          timeout: "4h",
          ...(previous ? { previous } : {}),
        }),
        { origin },
      );
    let raised = await raise();
    for (let round = 1; raised.type === "raised" && round < 5; round += 1) {
      const { id, actions } = raised.checkpoint;
      const patience = kind === "tool" ? 4 : kind === "task" ? 25 : 12;
      now += Math.min(3.9 * 3_600_000, -Math.log(random()) * patience * 60_000);
      const words = random() < 0.72 ? ["proceed", "answer"] : ["revise", "refine", "reject", "cancel"];
      const action = actions.find((each) => words.includes(each.action))?.action ?? "reject";
      if (random() < 0.03) {
        now += 4 * 3_600_000;
        await desk.look(id);
        break;
      }
      await desk.act(
        caller(pick(["bob", "bob", "carol", "dave"])),
        id,
        { action, feedback: "Shorter", answers: { response: "intermediate" } },
        { origin },
      );
      if (action !== "revise" && action !== "refine") break;
      now += 120_000;
      raised = await raise(id);
    }
  }
  await opened.close();
}

const DAY = 86_400_000;

async function main(browser: Browser, program: Program): Promise<void> {
  const ids: Record<string, string> = {};
  const raise = async (name: string, request: object) => {
    const { status, body } = await program.call("agent", "POST", "/v1/checkpoints", {
      approvers: ["group:sre"],
      ...request,
    });
    if (status >= 300) throw new Error(JSON.stringify(body));
    ids[name] = body.id;
  };
  const act = (name: string, body: object, who = "bob") =>
    fetch(`${program.url}/v1/checkpoints/${ids[name]}/act`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokenOf(who)}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  await raise("first", {
    ...RAISED.confirm,
    kind: "confirm",
    payload: {
      ...RAISED.confirm.payload,
      path: "technical_skills/python/threads",
      summary: "• Skill: Python threads\n• Target: Beginners",
    },
  });
  await act("first", { action: "revise", feedback: "Make it about async, for intermediate developers" });
  for (const [kind, request] of Object.entries(RAISED))
    await raise(kind, { kind, ...request, ...(kind === "confirm" ? { previous: ids.first } : {}) });
  await act("tool", { action: "proceed" }, "carol");
  for (const [index, verb] of [
    "Delete the logs of 2023",
    "Restart the billing service",
    "Rotate the key of the mailer",
    "Scale the shop to 6 replicas",
  ].entries()) {
    await raise(`old${index}`, {
      kind: "tool",
      title: verb,
      payload: { tool_name: "run", tool_args: { command: verb } },
      source: { agent: "ops", session: `thread_${index}` },
    });
    await act(
      `old${index}`,
      [
        { action: "proceed" },
        { action: "reject", reason: "Not during the freeze" },
        { action: "proceed" },
        { action: "edit", edited: { command: "Scale the shop to 4 replicas" } },
      ][index] ?? {},
      index % 2 ? "bob" : "carol",
    );
  }

  const context = await browser.newContext({ viewport: { width: 1120, height: 820 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await signIn(program, page, "bob");
  const shot = async (name: string, from: Page = page) => {
    if (wanted.length > 0 && !wanted.includes(name)) return;
    const png = await from.screenshot({ animations: "disabled", caret: "initial" });
    writeFileSync(join(folder, `${name}.png`), png);
    process.stdout.write(`${name}.png ${Math.round(png.length / 1024)} KB\n`);
  };

  await page.goto(program.url);
  await shot("list");
  for (const kind of Object.keys(RAISED)) {
    await page.goto(`${program.url}/checkpoints/${ids[kind]}`);
    await shot(kind, page);
  }
  await page.goto(`${program.url}/checkpoints/${ids.tool}`);
  await page.keyboard.press("e");
  await page.getByLabel("amount").fill("1249.05");
  await page.getByLabel("reference").fill("order 20251, corrected");
  await shot("edit", page);
  await page.getByRole("button", { name: "Review the change" }).click();
  await shot("review");
  await page.goto(`${program.url}/history`);
  await shot("history");
  await page.goto(`${program.url}/figures`);
  await page.setViewportSize({ width: 1120, height: 900 });
  await shot("figures");

  const dark = await browser.newContext({ viewport: { width: 1120, height: 820 }, colorScheme: "dark" });
  const night = await dark.newPage();
  await signIn(program, night, "bob");
  await night.goto(`${program.url}/checkpoints/${ids.preview}`);
  await shot("dark", night);

  const small = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 1.5,
  });
  const phone = await small.newPage();
  await signIn(program, phone, "alice");
  await phone.goto(program.url);
  await shot("phone-list", phone);
  await phone.goto(`${program.url}/checkpoints/${ids.tool}`);
  await shot("phone", phone);
  await phone.getByText("Reject").first().click();
  await shot("phone-form", phone);
}

async function signIn(program: Program, page: Page, person: string): Promise<void> {
  const { body } = await program.call("admin", "POST", "/v1/links", { person });
  await page.goto((body as unknown as { url: string }).url);
  await page.getByRole("button", { name: /Sign in as/ }).click();
}

function tokenOf(who: string): string {
  return `${who}-token-for-pictures`;
}

mkdirSync(folder, { recursive: true });
const home = makeFolder();
const config = join(home, "hitl.config.yml");
writeFileSync(config, CONFIG);
await fillWeek(home);
const browser = await launcher.launch({ executablePath: chromium(), args: QUIET });
const env = { HITL_CONFIG: config, BOB_TOKEN: tokenOf("bob"), CAROL_TOKEN: tokenOf("carol") };
const program = await startProgram(home, env);
try {
  await main(browser, program);
} finally {
  await browser.close();
  await program.end("SIGTERM");
  rmSync(home, { recursive: true });
}
