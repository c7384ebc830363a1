/**
 * The whole bot, as main.ts puts it together, beside a fake Slack: agents come in over HTTP, people through Slack.
 * U0ALICE, U0BOB, U0CAROL and U0DAVE are in #deploys; Bob, Carol and Dave may decide; Eve is there and may not.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { CheckpointView } from "../../../../src/answers.ts";
import { loadSettings } from "../../../../src/config.ts";
import { makeLog } from "../../../../src/log.ts";
import { type Running, start } from "../../../../src/main.ts";
import { fakeSlack, type Options } from "../../../peers/slack/index.ts";
import type { Message } from "../../../peers/slack/world.ts";
import { wordsIn } from "./slack.ts";

export type Slack = Awaited<ReturnType<typeof fakeSlack>>;

export interface Bot {
  slack: Slack;
  url: string;
  folder: string;
  /** What it has logged so far. */
  log(): string;
  raise(request: Record<string, unknown>): Promise<CheckpointView>;
  /** Raises and waits for the card. */
  card(request: Record<string, unknown>, channel?: string): Promise<{ id: string; card: Message }>;
  read(id: string): Promise<CheckpointView>;
  /** Once it has ended, as the agent learns of it. */
  ended(id: string): Promise<CheckpointView>;
  call(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: CheckpointView }>;
  /** What Bob does in another place than Slack. */
  act(id: string, act: Record<string, unknown>): Promise<void>;
  /** Once no card of it is on its way any more. */
  placed(id: string): Promise<CheckpointView["placements"]>;
  /** Waits until a message says that. */
  says(message: Pick<Message, "channel" | "ts">, words: string): Promise<Message>;
  /** Waits until this person alone is told something with these words. */
  told(user: string, words: string): Promise<Message>;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

export const PEOPLE = `
people:
  alice: { name: Alice, slack: U0ALICE }
  bob: { name: Bob, slack: U0BOB }
  carol: { name: Carol, slack: U0CAROL }
  dave: { name: Dave, slack: U0DAVE }
  eve: { name: Eve, slack: U0EVE }
groups:
  sre: [bob, carol, dave]
tokens:
  - { name: bob-cli, role: approver, person: bob, token: "\${BOB_TOKEN}" }
  - { name: carol-cli, role: approver, person: carol, token: "\${CAROL_TOKEN}" }
  - { name: eve-cli, role: approver, person: eve, token: "\${EVE_TOKEN}" }
`;

/** Whatever is true of one way in is to be true of the other. */
export const TRANSPORTS: [string, { http?: boolean }][] = [
  ["Socket Mode", {}],
  ["HTTP", { http: true }],
];

interface Setting {
  http?: boolean;
  yaml?: string;
  env?: Record<string, string>;
  peer?: Options;
}

export const TOKEN = "agent-token-of-the-slack-tests";
const ADMIN = "admin-token-of-the-slack-tests";
export const TOKENS = {
  BOB_TOKEN: "approver-token-of-bob-in-the-slack-tests",
  CAROL_TOKEN: "approver-token-of-carol-in-the-slack-tests",
  EVE_TOKEN: "approver-token-of-eve-in-the-slack-tests",
} as const;
const MEMBERS = ["U0ALICE", "U0BOB", "U0CAROL", "U0DAVE", "U0EVE"];

export async function withBot(work: (bot: Bot) => Promise<void>, setting: Setting = {}): Promise<void> {
  const slack = await fakeSlack(setting.peer);
  slack.channel("C1", { name: "deploys", members: MEMBERS });
  const folder = mkdtempSync(join(tmpdir(), "hitl-slack-"));
  writeFileSync(join(folder, "hitl.config.yml"), `${PEOPLE}${setting.yaml ?? ""}`);
  const env = {
    HITL_PORT: "0",
    HITL_AGENT_TOKEN: TOKEN,
    HITL_ADMIN_TOKEN: ADMIN,
    HITL_APPROVERS: "group:sre",
    ...TOKENS,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_CHANNEL: "#deploys",
    SLACK_API_URL: slack.apiUrl,
    ...(setting.http ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
    ...setting.env,
  };
  let lines = "";
  const log = makeLog("info", [], {
    write(line: string) {
      lines += line;
    },
  });
  let running: Running;

  async function begin(): Promise<void> {
    running = await start(loadSettings(env, folder), log);
    if (setting.http) slack.to(`${running.url}/slack/events`);
  }

  async function call(method: string, path: string, body?: unknown, token = ADMIN) {
    const response = await fetch(running.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as CheckpointView };
  }

  const bot: Bot = {
    slack,
    get url() {
      return running.url;
    },
    folder,
    log: () => lines,
    call,
    async raise(request) {
      const { status, body } = await call("POST", "/v1/checkpoints", request, TOKEN);
      if (status > 201) throw new Error(JSON.stringify(body));
      return body;
    },
    async card(request, channel = "C1") {
      const { id } = await bot.raise(request);
      const card = await slack.appears(channel, (message) => JSON.stringify(message.metadata ?? {}).includes(id));
      return { id, card };
    },
    async act(id, act) {
      const { status, body } = await call("POST", `/v1/checkpoints/${id}/act`, act, TOKENS.BOB_TOKEN);
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
    async placed(id) {
      for (;;) {
        const { placements } = await bot.read(id);
        if (placements.every(({ state }) => state !== "queued")) return placements;
        await pause(25);
      }
    },
    read: async (id) => (await call("GET", `/v1/checkpoints/${id}`)).body,
    ended: async (id) => (await call("GET", `/v1/checkpoints/${id}?wait=10`, undefined, TOKEN)).body,
    says: (message, words) =>
      slack.until(
        () => {
          const now = slack.message(message);
          return now !== undefined && wordsIn(now.blocks).includes(words) ? now : undefined;
        },
        `"${words}" on the card, which says: ${wordsIn(slack.message(message)?.blocks)}`,
        15_000,
      ),
    told: (user, words) => slack.whispered(user, (message) => wordsIn(message.blocks).includes(words)),
    stop: () => running.stop(),
    async restart() {
      await running.stop();
      await begin();
    },
  };
  await begin();
  try {
    await work(bot);
  } finally {
    await Promise.race([bot.stop(), pause(9_000)]);
    await slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Presses, and again where Slack was too slow to say who that is; answers what the presser was told. */
export async function press(slack: Slack, user: string, card: Message, label: string): Promise<string> {
  for (;;) {
    const before = slack.ephemerals(user).length;
    await slack.click(user, card, label);
    const told = await slack.until(() => slack.ephemerals(user)[before], `an answer to ${user}`, 10_000);
    const words = wordsIn(told.blocks);
    if (!words.includes("Slack could not be asked")) return words;
  }
}

export const CONFIRM = { kind: "confirm", payload: { summary: "Publish the skill", path: "skills/async" } };
