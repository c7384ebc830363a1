/**
 * The whole program with everything around it that it tells things to: chats, a mail server, an agent that is called
 * back. Whatever leaves the program, or is kept by it, is a sink: one entry in a list.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Receiver, receiver } from "../adapters/agents/webhook/receiver.ts";
import { type Discord, fakeDiscord, type User } from "../peers/discord/index.ts";
import { type FakeSlack, fakeSlack } from "../peers/slack/index.ts";
import { type SmtpPeer, startSmtp } from "../peers/smtp.ts";
import { type Answer, makeFolder, type Program, startProgram } from "../program.ts";
import { listen } from "../sse.ts";
import { type Plant, plantsFound } from "./plants.ts";

export interface Stand {
  program: Program;
  slack: FakeSlack;
  discord: Discord;
  mail: SmtpPeer;
  agent: Receiver;
  /** Conversations in Slack and in Discord, and who decides in Discord. */
  places: string[];
  channels: string[];
  bob: User;
  ids: string[];
  /** What refused requests were answered with. */
  refusals: string[];
  call(role: "agent" | "admin", method: string, path: string, body?: unknown): Promise<Answer>;
  raise(request: object): Promise<string>;
  /** As a client would send it, whatever it is. */
  send(role: "agent" | "admin", path: string, init: RequestInit): Promise<string>;
}

export interface Sink {
  name: string;
  /** Everything that got there. */
  read(stand: Stand): Promise<string> | string;
}

const CONVERSATIONS = 12;

const config = (discordId: string, more: string) => `
people:
  bob: { name: Bob, slack: U0BOB, discord: "${discordId}", email: bob@example.com }
policies:
  - { name: all, approvers: ["person:bob", admin], remind: [1s] }
${more}`;

interface Setting {
  env?: Record<string, string>;
  yaml?: string;
  /** Without Slack, Discord and mail. */
  alone?: true;
}

export async function openStand({ env = {}, yaml = "", alone }: Setting = {}): Promise<Stand> {
  const [slack, discord, mail, agent] = [await fakeSlack(), await fakeDiscord(), await startSmtp(), await receiver()];
  // Chats take about one card a second in each conversation.
  const places = Array.from({ length: CONVERSATIONS }, (_, at) => `C${at}`);
  for (const place of places) slack.channel(place, { name: place.toLowerCase(), members: ["U0BOB"] });
  const channels = places.map((place) => discord.channel(place.toLowerCase()).id);
  const bob = discord.user("Bob");
  const folder = makeFolder();
  writeFileSync(join(folder, "hitl.config.yml"), config(bob.id, yaml));
  const chats = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_GUILD: discord.home.id,
    DISCORD_API_URL: discord.api,
    HITL_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    HITL_MAIL_FROM: "hitl@example.com",
  };
  const program = await startProgram(folder, {
    HITL_CONFIG: join(folder, "hitl.config.yml"),
    HITL_CALLBACK_ALLOW: agent.at,
    ...(alone ? {} : chats),
    ...env,
  });
  onTestFinished(async () => {
    await program.end("SIGKILL");
    await Promise.all([slack.close(), discord.close(), mail.end(), agent.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  const stand: Stand = {
    ...{ program, slack, discord, bob, mail, agent, places, channels, ids: [], refusals: [] },
    call: (role, method, path, body) => program.call(role, method, path, body),
    async raise(request) {
      const at = stand.ids.length % CONVERSATIONS;
      const { status, body } = await program.call("agent", "POST", "/v1/checkpoints", {
        callback: { url: agent.url },
        route: alone ? ["web"] : [`slack:${places[at]}`, `discord:${channels[at]}`, "email:bob@example.com"],
        ...request,
      });
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
      stand.ids.push(body.id);
      return body.id;
    },
    async send(role, path, init) {
      const response = await fetch(program.url + path, {
        ...init,
        headers: {
          authorization: `Bearer ${program.token(role)}`,
          "content-type": "application/json",
          ...init.headers,
        },
      });
      const answer = `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
      stand.refusals.push(answer);
      return answer;
    },
  };
  return stand;
}

const text = (value: unknown) => JSON.stringify(value);

async function page(stand: Stand, path: string, cookie: string): Promise<string> {
  const response = await fetch(stand.program.url + path, { headers: { cookie, accept: "text/html" } });
  if (response.status !== 200) throw new Error(`${path} is answered with ${response.status}`);
  return response.text();
}

/** Of the admin, who sees everything. */
async function signIn({ program }: Stand): Promise<string> {
  const { body } = await program.call("admin", "POST", "/v1/links", { person: "admin" });
  const response = await fetch((body as unknown as { url: string }).url, {
    method: "POST",
    redirect: "manual",
    headers: { origin: program.url, "content-type": "application/x-www-form-urlencoded" },
  });
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function events(stand: Stand): Promise<string> {
  const control = new AbortController();
  const token = stand.program.token("admin");
  const heard = await listen(`${stand.program.url}/v1/events?after=0`, { token, signal: control.signal });
  const raised = new Set<string>();
  try {
    for await (const { type, data } of heard.events) {
      if (type === "checkpoint.raised") raised.add(data.checkpoint.id);
      if (raised.size === stand.ids.length && type === "checkpoint.resolved") break;
    }
  } finally {
    control.abort();
  }
  return heard.lines.join("\n");
}

/** Everything beside the store itself. */
export const SINKS: readonly Sink[] = [
  { name: "Slack: every call, so every card, form, note and home", read: ({ slack }) => text(slack.calls()) },
  {
    name: "Discord: every request and file",
    read: ({ discord }) =>
      text(discord.requests) +
      discord.requests
        .flatMap(({ body }) => [...text(body ?? null).matchAll(/"(https?:[^"]*attachments[^"]*)"/g)])
        .map(([, url]) => discord.file(String(url))?.toString("latin1") ?? "")
        .join("\n"),
  },
  { name: "e-mail", read: ({ mail }) => mail.mails.map(({ raw, parsed }) => raw + text(parsed)).join("\n") },
  { name: "webhooks", read: ({ agent }) => agent.got.map(({ headers, body }) => text(headers) + body).join("\n") },
  {
    name: "API: what the admin and the agent read",
    async read(stand) {
      const paths = stand.ids.flatMap((id) => ["", "/card", "/timeline"].map((rest) => `/v1/checkpoints/${id}${rest}`));
      const all = [...paths, "/v1/checkpoints?limit=200", "/v1/stats?since=1d", "/v1/whoami"];
      const read = async (role: "agent" | "admin", path: string) => text((await stand.call(role, "GET", path)).body);
      const answers: string[] = [];
      for (const path of [...all, "/v1/deliveries?state=dead", "/v1/deliveries?state=waiting"])
        answers.push(await read("admin", path));
      for (const path of all) answers.push(await read("agent", path));
      return answers.join("\n");
    },
  },
  { name: "event streams", read: events },
  {
    name: "inbox: lists, pages, forms, figures",
    async read(stand) {
      const cookie = await signIn(stand);
      const paths = ["/", "/history", "/figures", "/deliveries", ...stand.ids.map((id) => `/checkpoints/${id}`)];
      const pages: string[] = [];
      for (const path of paths) pages.push(await page(stand, path, cookie));
      return pages.join("\n");
    },
  },
  { name: "refusals", read: ({ refusals }) => refusals.join("\n") },
  {
    name: "audit",
    async read({ program }) {
      const headers = { authorization: `Bearer ${program.token("admin")}` };
      const read = async (format: string) =>
        (await fetch(`${program.url}/v1/audit?format=${format}`, { headers })).text();
      return (await read("jsonl")) + (await read("csv"));
    },
  },
  {
    name: "metrics",
    read: async ({ program }) =>
      (
        await fetch(`${program.url}/metrics`, { headers: { authorization: `Bearer ${program.token("admin")}` } })
      ).text(),
  },
  { name: "logs", read: ({ program }) => program.output() },
];

/** The folder of the program, byte for byte: the database with its journals, and whatever else it wrote. */
export const FILES: Sink = {
  name: "files of the store",
  read: ({ program }) =>
    readdirSync(program.folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
      .join("\n"),
};

/** What the program says of its own work, and its figures: nothing of a checkpoint gets there at all. */
const OWN = ["metrics", "logs"];

/** `kept` is what an agent wants back: it is told to the agent, and to nobody else. */
export async function search(
  stand: Stand,
  sinks: readonly Sink[],
  plants: readonly Plant[],
  kept: readonly Plant[],
  marked = true,
): Promise<{ found: string[]; report: string[] }> {
  const found: string[] = [];
  const report: string[] = [];
  for (const { name, read } of sinks) {
    const content = await read(stand);
    report.push(`${name} (${Math.round(content.length / 1_024)} KB)`);
    // That it got there at all: otherwise nothing is shown by not finding it.
    if (marked && !OWN.includes(name) && !/\[redacted \d+ chars\]/.test(content)) found.push(`nothing got to ${name}`);
    const there = plantsFound(content, [...plants, ...kept]);
    for (const plant of plants)
      if (there.has(plant)) found.push(`${plant.kind}, put into ${plant.place}, is in ${name}: ${plant.core}`);
    const isAgents = name === "webhooks" || name.startsWith("API");
    for (const plant of kept)
      if (there.has(plant) !== isAgents)
        found.push(`${plant.kind}, kept for the agent, is ${isAgents ? "not " : ""}in ${name}`);
  }
  return { found, report };
}
