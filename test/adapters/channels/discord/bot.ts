/**
 * The whole bot, as main.ts puts it together, beside a fake Discord: agents come in over HTTP, people through Discord.
 * Alice, Bob, Carol, Dave and Eve are in the server and see #deploys; Bob, Carol and Dave may decide; Eve may not.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { CheckpointView } from "../../../../src/answers.ts";
import { loadSettings } from "../../../../src/config.ts";
import { makeLog } from "../../../../src/log.ts";
import { type Running, start } from "../../../../src/main.ts";
import {
  type Channel,
  type Discord,
  fakeDiscord,
  type Opened,
  type Press,
  type Ref,
  type Settings,
  type Shown,
  type User,
} from "../../../peers/discord/index.ts";

export const NAMES = ["alice", "bob", "carol", "dave", "eve"] as const;
export type Name = (typeof NAMES)[number];

export interface Bot {
  discord: Discord;
  url: string;
  folder: string;
  people: Record<Name, User>;
  deploys: Channel;
  /** What it has logged so far. */
  log(): string;
  raise(request: Record<string, unknown>): Promise<CheckpointView>;
  /** Raises and waits for the card. */
  card(request: Record<string, unknown>, channel?: Ref): Promise<{ id: string; card: Shown }>;
  read(id: string): Promise<CheckpointView>;
  /** Once it has ended. */
  ended(id: string): Promise<CheckpointView>;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: CheckpointView }>;
  /** What somebody does over the API, whatever comes of it. */
  actAs(user: Ref, id: string, act: Record<string, unknown>): Promise<number>;
  /** What Bob does in another place than Discord. */
  act(id: string, act: Record<string, unknown>): Promise<void>;
  /** Once that is among its comments. */
  commented(id: string, text: string): Promise<CheckpointView>;
  /** Once no card of it is on its way any more. */
  placed(id: string): Promise<CheckpointView["placements"]>;
  /** Waits until a message says that. */
  says(message: Ref, words: string): Promise<Shown>;
  /** Waits until something in reply to this message says that. */
  answered(message: Shown, words: string): Promise<Shown>;
  stop(): Promise<void>;
  /** With other settings, where some are given. */
  restart(env?: Record<string, string>): Promise<void>;
}

interface Setting {
  yaml?: string | ((people: Record<Name, User>) => string);
  env?: Record<string, string>;
  peer?: Settings;
  /** With the message-content intent, here and there. */
  content?: boolean;
}

export const TOKEN = "agent-token-of-the-discord-tests";
const ADMIN = "admin-token-of-the-discord-tests";
const tokenOf = (name: string) => `approver-token-of-${name}-in-the-discord-tests`;

export async function withBot(work: (bot: Bot) => Promise<void>, setting: Setting = {}): Promise<void> {
  const { content = false } = setting;
  const discord = await fakeDiscord({ ...(content ? { privileged: ["messageContent"] } : {}), ...setting.peer });
  const deploys = discord.channel("deploys");
  const people = Object.fromEntries(NAMES.map((name) => [name, discord.user(capital(name))])) as Record<Name, User>;
  const folder = mkdtempSync(join(tmpdir(), "hitl-discord-"));
  const { yaml = "" } = setting;
  writeFileSync(join(folder, "hitl.config.yml"), configOf(people) + (typeof yaml === "string" ? yaml : yaml(people)));
  const env = {
    HITL_PORT: "0",
    HITL_AGENT_TOKEN: TOKEN,
    HITL_ADMIN_TOKEN: ADMIN,
    HITL_APPROVERS: "group:sre",
    ...Object.fromEntries(NAMES.map((name) => [`TOKEN_${name.toUpperCase()}`, tokenOf(name)])),
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD: discord.home.id,
    DISCORD_CHANNEL: "#deploys",
    DISCORD_API_URL: discord.api,
    ...(content ? { DISCORD_MESSAGE_CONTENT: "true" } : {}),
    ...setting.env,
  };
  let lines = "";
  const log = makeLog("info", [], {
    write(line: string) {
      lines += line;
    },
  });
  let running: Running;

  async function begin(more: Record<string, string> = {}): Promise<void> {
    running = await start(loadSettings({ ...env, ...more }, folder), log);
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
    discord,
    people,
    deploys,
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
    async card(request, channel = deploys) {
      const { id } = await bot.raise(request);
      const card = await discord.until(
        () => discord.messages(channel).find(({ components }) => JSON.stringify(components).includes(id)),
        `the card of ${id}; log: ${lines}`,
      );
      return { id, card };
    },
    async actAs(user, id, act) {
      const name = NAMES.find((each) => people[each].id === (typeof user === "string" ? user : user.id)) ?? "";
      return (await call("POST", `/v1/checkpoints/${id}/act`, act, tokenOf(name))).status;
    },
    async act(id, act) {
      const { status, body } = await call("POST", `/v1/checkpoints/${id}/act`, act, tokenOf("bob"));
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
    async commented(id, text) {
      for (;;) {
        const now = await bot.read(id);
        if (now.comments.some((each) => each.text === text)) return now;
        await pause(25);
      }
    },
    async placed(id) {
      for (;;) {
        const { placements } = await bot.read(id);
        if (placements.every(({ state }) => state !== "queued")) return placements;
        await pause(25);
      }
    },
    read: async (id) => (await call("GET", `/v1/checkpoints/${id}`)).body,
    ended: async (id) => (await call("GET", `/v1/checkpoints/${id}?wait=10`)).body,
    says: (message, words) =>
      discord.until(
        () => {
          const now = discord.message(message);
          return now !== undefined && wordsOf(now).includes(words) ? now : undefined;
        },
        `"${words}" on the card`,
        15_000,
      ),
    answered: (message, words) =>
      discord.until(
        () =>
          discord.messages(message.channel_id).find((each) => isAnswer(each, message) && wordsOf(each).includes(words)),
        `"${words}" in reply to "${message.content}"`,
        15_000,
      ),
    stop: () => running.stop(),
    async restart(more) {
      await running.stop();
      await begin(more);
    },
  };
  await begin();
  try {
    await work(bot);
  } finally {
    await Promise.race([bot.stop(), pause(9_000)]);
    await discord.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf(people: Record<Name, User>): string {
  const lines = NAMES.map((name) => `  ${name}: { name: ${capital(name)}, discord: "${people[name].id}" }`);
  const tokens = NAMES.map(
    (name) => `  - { name: ${name}-cli, role: approver, person: ${name}, token: "\${TOKEN_${name.toUpperCase()}}" }`,
  );
  return `
people:
${lines.join("\n")}
groups:
  sre: [bob, carol, dave]
tokens:
${tokens.join("\n")}
`;
}

function capital(name: string): string {
  return (name[0] ?? "").toUpperCase() + name.slice(1);
}

export function isAnswer(message: Shown, to: Shown): boolean {
  return message.message_reference?.message_id === to.id;
}

/** As a person reads it: without Discord's marks and escapes. */
export function wordsOf({ text }: Pick<Shown, "text">): string {
  return text.replace(/^(> |-# |### )/gm, "").replace(/\\([^0-9A-Za-z\s])|\*\*/g, "$1");
}

/** All that a press showed its presser. */
export function told(press: Press): string {
  return press.messages().map(wordsOf).join("\n");
}

export function formOf(press: Press): Opened {
  if (press.modal === null) throw new Error(`no form opened, but: ${press.answer} ${told(press)}`);
  return press.modal;
}

export const CONFIRM = { kind: "confirm", payload: { summary: "Publish the skill", path: "skills/async" } };

export const OPENING = "is this ready?";

/** The card's thread, begun by a comment from another place. */
export async function threadOf({ discord, call, placed }: Bot, id: string, card: Shown) {
  await placed(id);
  await call("POST", `/v1/checkpoints/${id}/comments`, { text: OPENING });
  return discord.until(
    () => discord.threads(card.channel_id).find((each) => each.id === card.id && discord.messages(each).length > 0),
    "a thread on the card",
  );
}
