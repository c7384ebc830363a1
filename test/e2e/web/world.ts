/**
 * A running program with the town's people, a headless browser, and pages of people who are signed in: one of each for
 * a test file. Whatever a page asks for beyond the program, and whatever it throws, is kept to be looked at.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium as launcher, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { CheckpointView } from "../../../src/answers.ts";
import { chromium, QUIET } from "../../peers/chromium.ts";
import { makeFolder, type Program, startProgram } from "../../program.ts";

export interface World {
  program: Program;
  browser: Browser;
  /** Requests to anywhere else, and errors of scripts and of the content policy. */
  strays: string[];
  link(person: string): Promise<string>;
  /** A page of a fresh browser context, signed in as a person; null: not signed in. */
  page(person: string | null, options?: BrowserContextOptions): Promise<Page>;
  raise(request: object): Promise<CheckpointView>;
  /** What the agent is told, as soon as it has ended. */
  told(id: string): Promise<CheckpointView>;
  /** An act over the API, as one of the people. */
  act(person: "alice" | "bob" | "carol", id: string, act: object): Promise<number>;
}

const CONFIG = `
people:
  alice: { name: Alice }
  bob: { name: Bob }
  carol: { name: Carol }
  dave: { name: Dave }
groups:
  sre: [alice, bob, carol]
tokens:
  - { name: alice, role: approver, person: alice, token: "\${ALICE_TOKEN}" }
  - { name: bob, role: approver, person: bob, token: "\${BOB_TOKEN}" }
  - { name: carol, role: approver, person: carol, token: "\${CAROL_TOKEN}" }
policies:
  - { name: large, when: { payload.tool_args.amount: 1000000 }, approvers: ["person:carol"] }
  - { name: carols, when: { payload.path: carols }, approvers: ["person:carol"] }
  - { name: default, approvers: ["group:sre"] }
`;
const tokenOf = (person: string) => `${person}-token-of-the-web-tests`;

interface Given {
  env?: Record<string, string>;
  /** Before the program starts, in its folder. */
  before?(folder: string): Promise<void>;
}

export function openWorld({ env = {}, before }: Given = {}): () => World {
  let world: World | undefined;
  const folder = makeFolder();

  beforeAll(async () => {
    const config = join(folder, "hitl.config.yml");
    writeFileSync(config, CONFIG);
    await before?.(folder);
    const tokens = { ALICE_TOKEN: tokenOf("alice"), BOB_TOKEN: tokenOf("bob"), CAROL_TOKEN: tokenOf("carol") };
    const [program, browser] = await Promise.all([
      startProgram(folder, { HITL_CONFIG: config, ...tokens, ...env }),
      launcher.launch({ executablePath: chromium(), args: QUIET }),
    ]);
    world = worldOf(program, browser);
    // The first browser of a machine takes its time, and others begin beside it.
  }, 120_000);

  afterAll(async () => {
    await world?.browser.close();
    await world?.program.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  return () => {
    if (world === undefined) throw new Error("the program has not been started");
    return world;
  };
}

function worldOf(program: Program, browser: Browser): World {
  const strays: string[] = [];

  async function link(person: string): Promise<string> {
    const { status, body } = await program.call("admin", "POST", "/v1/links", { person });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return (body as unknown as { url: string }).url;
  }

  return {
    program,
    browser,
    strays,
    link,
    async page(person, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(8_000);
      page.on("request", (request) => {
        if (!request.url().startsWith(program.url)) strays.push(`request to ${request.url()}`);
      });
      page.on("pageerror", (error) => strays.push(`error ${error}`));
      page.on("console", (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) strays.push(message.text());
      });
      if (person === null) return page;
      await page.goto(await link(person));
      await page.getByRole("button", { name: /^Sign in as/ }).click();
      return page;
    },
    async raise(request) {
      const { status, body } = await program.call("agent", "POST", "/v1/checkpoints", request);
      if (status !== 201) throw new Error(JSON.stringify(body));
      return body;
    },
    told: async (id) => (await program.call("agent", "GET", `/v1/checkpoints/${id}?wait=30`)).body,
    async act(person, id, act) {
      const response = await fetch(`${program.url}/v1/checkpoints/${id}/act`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokenOf(person)}`, "content-type": "application/json" },
        body: JSON.stringify(act),
      });
      return response.status;
    },
  };
}

/** Opens a checkpoint and waits until the page keeps itself up to date. */
export async function open(page: Page, url: string, id = ""): Promise<void> {
  await page.goto(id === "" ? url : `${url}/checkpoints/${id}`);
  await page.locator("html[data-live=on]").waitFor({ state: "attached" });
}

/** What has the focus, by an expression on it. In words, because the types of tests know no document. */
export function focused(page: Page, of: "id" | "textContent"): Promise<string | undefined> {
  return page.evaluate(`document.activeElement?.${of}`);
}

/** The lines of a difference that were put in. */
export async function added(page: Page): Promise<string[]> {
  return (await page.locator(".diff ins").allInnerTexts()).map((line) => line.trimEnd());
}

/** How somebody decides by mouse. */
export interface Clicks {
  /** That opens a form, or decides. */
  button: string;
  /** What is typed where; the label of a field → the text. */
  fill?: Record<string, string>;
  /** The label of a choice. */
  choose?: string;
  /** The button that sends the form. */
  send?: string;
}

export async function clickThrough(page: Page, { button, fill = {}, choose, send }: Clicks): Promise<void> {
  const bar = page.getByRole("region", { name: "Decide" });
  if (send === undefined) return bar.getByRole("button", { name: button }).click();
  await bar.locator("summary", { hasText: button }).click();
  const form = bar.locator("details[open] form").first();
  for (const [label, text] of Object.entries(fill)) await form.getByLabel(label).fill(text);
  if (choose !== undefined) await form.getByLabel(choose).check();
  await form.getByRole("button", { name: send, exact: true }).click();
}
