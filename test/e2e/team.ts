/**
 * The whole bot with a team that is in Slack, in Discord, in the inbox and at a terminal at once: Bob decides wherever
 * he is told to, as a person there would. For the stories of the doors, which nobody should notice.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { CheckpointView } from "../../src/answers.ts";
import type { Card } from "../../src/card.ts";
import { loadSettings } from "../../src/config.ts";
import { makeLog } from "../../src/log.ts";
import { type Running, start } from "../../src/main.ts";
import { formOf as modalOf } from "../adapters/channels/discord/bot.ts";
import { formOf as inputsOf } from "../adapters/channels/web/inbox.ts";
import { fakeDiscord } from "../peers/discord/index.ts";
import { fakeSlack } from "../peers/slack/index.ts";
import { SPAWNED } from "../spawned.ts";

export const SURFACES = ["slack", "discord", "web", "terminal"] as const;
export type Surface = (typeof SURFACES)[number];

export const AGENT_TOKEN = "agent-token-of-the-team-with-doors";
export const BOB_TOKEN = "approver-token-of-bob-in-the-team";
export const ADMIN_TOKEN = "admin-token-of-the-team-with-doors";

export interface Team {
  url: string;
  log(): string;
  /** Anything over HTTP; without a token as the admin. */
  call(
    method: string,
    path: string,
    body?: unknown,
    token?: string | null,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, never> & CheckpointView }>;
  /** The pending checkpoint of a thread (a job, a task), once it is there. */
  raised(thread: string): Promise<CheckpointView>;
  read(id: string): Promise<CheckpointView>;
  /** Bob decides; `words` go where the action asks for them. */
  decide(surface: Surface, id: string, action: string, words?: string): Promise<void>;
  /** The page of it in Bob's inbox. */
  inbox(id: string): Promise<string>;
  /** Until the card in Slack says that. */
  says(id: string, words: string): Promise<void>;
  restart(): Promise<void>;
}

interface Setting {
  yaml: string;
  env?: Record<string, string>;
}

export async function withTeam(setting: Setting, work: (team: Team) => Promise<void>): Promise<void> {
  const [slack, discord] = await Promise.all([fakeSlack(), fakeDiscord()]);
  slack.channel("C1", { name: "deploys", members: ["U0BOB"] });
  const deploys = discord.channel("deploys");
  const bob = discord.user("Bob");
  const folder = mkdtempSync(join(tmpdir(), "hitl-team-"));
  writeFileSync(
    join(folder, "hitl.config.yml"),
    `people:
  bob: { name: Bob, slack: U0BOB, discord: "${bob.id}" }
tokens:
  - { name: bob-cli, role: approver, person: bob, token: "\${BOB_TOKEN}" }
${setting.yaml}`,
  );
  const env = {
    ...{ HITL_PORT: "0", HITL_AGENT_TOKEN: AGENT_TOKEN, HITL_ADMIN_TOKEN: ADMIN_TOKEN, BOB_TOKEN },
    HITL_APPROVERS: "person:bob",
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
    SLACK_CHANNEL: "#deploys",
    ...{ DISCORD_TOKEN: discord.token, DISCORD_GUILD: discord.home.id, DISCORD_API_URL: discord.api },
    DISCORD_CHANNEL: "#deploys",
    ...setting.env,
  };
  let lines = "";
  const log = makeLog("info", [], {
    write(line: string) {
      lines += line;
    },
  });
  let running: Running = await start(loadSettings(env, folder), log);

  const call: Team["call"] = async (method, path, body, token = ADMIN_TOKEN, headers = {}) => {
    const response = await fetch(running.url + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as never };
  };

  async function bySlack(id: string, label: string, words: string | undefined, asks: boolean): Promise<void> {
    const card = await slack.appears("C1", (message) => JSON.stringify(message.metadata ?? {}).includes(id));
    await slack.click("U0BOB", card, label);
    if (!asks) return;
    const { errors, view } = await slack.submit("U0BOB", await slack.openedView("U0BOB"), fill("f0", words));
    if (Object.keys(errors).length > 0) throw new Error(JSON.stringify(errors));
    if (view !== null) await slack.dismiss("U0BOB", view);
  }

  async function byDiscord(id: string, label: string, words: string | undefined, asks: boolean): Promise<void> {
    const card = await discord.until(
      () => discord.messages(deploys).find(({ components }) => JSON.stringify(components).includes(id)),
      `the card of ${id} in Discord`,
    );
    const press = await discord.click(bob, card, label);
    if (asks) await discord.submit(bob, modalOf(press), fill("f0", words));
  }

  async function send(path: string, fields: Record<string, string>, cookie = ""): Promise<globalThis.Response> {
    const origin = running.url;
    return fetch(new URL(path, origin), {
      ...{ method: "POST", redirect: "manual", body: new URLSearchParams(fields) },
      headers: { origin, cookie },
    });
  }

  /** Signs Bob in, and answers his cookie. */
  async function enter(): Promise<string> {
    const { body } = await call("POST", "/v1/links", { person: "bob" });
    const entered = await send(String(body.url), {});
    return entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  }

  async function byWeb(id: string, { action, form }: Card["actions"][number], words: string | undefined) {
    const origin = running.url;
    const cookie = await enter();
    const path = `/checkpoints/${id}?action=${action}`;
    const page = await (await fetch(origin + path, { headers: { cookie } })).text();
    const named = form?.fields[0]?.name;
    const said =
      words === undefined ? {} : { [named === undefined ? "note" : `f.${encodeURIComponent(named)}`]: words };
    const done = await send(
      `/checkpoints/${id}/act`,
      { ...inputsOf(page, `/checkpoints/${id}/act`), action, ...said },
      cookie,
    );
    if (done.status !== 303) throw new Error(`the inbox answered ${done.status}: ${await done.text()}`);
  }

  async function byTerminal(id: string, action: string, words: string | undefined): Promise<void> {
    const option = { reject: "--reason", cancel: "--reason", answer: "--response" }[action] ?? "--feedback";
    const args = ["src/cli.ts", "act", id, action, ...(words === undefined ? [] : [option, words])];
    const cwd = join(import.meta.dirname, "../..");
    const given = { ...SPAWNED, HITL_URL: running.url, HITL_TOKEN: BOB_TOKEN };
    await promisify(execFile)(process.execPath, args, { cwd, env: given });
  }

  const team: Team = {
    get url() {
      return running.url;
    },
    log: () => lines,
    call,
    async raised(thread) {
      const until = performance.now() + 15_000;
      while (performance.now() < until) {
        const { body } = await call("GET", `/v1/checkpoints?session=${encodeURIComponent(thread)}&status=pending`);
        const [first] = (body as unknown as { items: CheckpointView[] }).items;
        if (first !== undefined) return first;
        await pause(25);
      }
      throw new Error(`nothing is raised for ${thread}; log: ${lines}`);
    },
    read: async (id) => (await call("GET", `/v1/checkpoints/${id}`)).body,
    async decide(surface, id, action, words) {
      const { body } = await call("GET", `/v1/checkpoints/${id}/card`);
      const { card } = body as unknown as { card: Card };
      const offered = card.actions.find((each) => each.action === action);
      if (offered === undefined)
        throw new Error(`${action} is not offered: ${card.actions.map((each) => each.action)}`);
      if (surface === "slack") return bySlack(id, offered.label, words, offered.form !== null);
      if (surface === "discord") return byDiscord(id, offered.label, words, offered.form !== null);
      return surface === "web" ? byWeb(id, offered, words) : byTerminal(id, action, words);
    },
    async inbox(id) {
      const page = await fetch(`${running.url}/checkpoints/${id}`, { headers: { cookie: await enter() } });
      return page.text();
    },
    async says(id, words) {
      await slack.until(
        () =>
          slack
            .messages("C1")
            .find((each) => JSON.stringify(each).includes(id) && JSON.stringify(each.blocks).includes(words)),
        `"${words}" on the card of ${id}`,
        15_000,
      );
    },
    async restart() {
      await running.stop();
      running = await start(loadSettings(env, folder), log);
    },
  };
  try {
    await work(team);
  } finally {
    await running.stop();
    await Promise.all([slack.close(), discord.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(name: string, words: string | undefined): Record<string, string> {
  return words === undefined ? {} : { [name]: words };
}
