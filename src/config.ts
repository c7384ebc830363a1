/**
 * The settings, from the environment and hitl.config.yml, checked once. The only reader of `process.env`; everything
 * else takes values. A wrong setting stops the start with sentences that say what to change: all about their form at
 * once, and where that is right, all about what they mean together.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chatsOf } from "./chats.ts";
import { autoPolicies, readConnections } from "./config/connections.ts";
import { readDiscord } from "./config/discord.ts";
import { checkMailIsSet, readEmail } from "./config/email.ts";
import {
  checkNames,
  type Env,
  type Environment,
  isLoopback,
  RANDOM,
  read,
  readAddress,
  readEnvironment,
  readPlaces,
  tokenOf,
  urlOf,
} from "./config/environment.ts";
import { type Complain, SettingsError } from "./config/fault.ts";
import { type ConfigFile, readFile } from "./config/file.ts";
import { readPeople, refFault } from "./config/people.ts";
import { readPolicies } from "./config/policies.ts";
import { keep, readKept } from "./config/secrets.ts";
import { readShape } from "./config/shape.ts";
import { readSlack } from "./config/slack.ts";
import { checkPair, readTokens } from "./config/tokens.ts";
import { deriveKeys, webhookSecretText } from "./keys.ts";
import type { Directory } from "./policy/directory.ts";
import type { DiscordSettings, EmailSettings, Settings, SlackSettings, Token } from "./settings.ts";

export { isLoopback } from "./config/environment.ts";
export { SettingsError } from "./config/fault.ts";

/** Throws a SettingsError. At the first start on loopback it also makes the secrets that are not set. */
export function loadSettings(env: Env = process.env, cwd: string = process.cwd()): Settings {
  const { environment, listed, ...checked } = readSettings(env, cwd);
  return { ...checked, ...keepSecrets(environment, listed) };
}

type Read = Omit<Settings, "secret" | "tokens" | "generated"> & { environment: Environment; listed: Token[] };

/** Nothing is made on the disk. */
function readSettings(env: Env, cwd: string): Read {
  const faults: string[] = [];
  const complain: Complain = (sentence) => faults.push(sentence);
  const environment = readEnvironment(env, cwd, complain);
  checkPair(environment, complain);
  const slack = readSlack(env, complain);
  const discord = readDiscord(env, complain);
  const email = readEmail(env, complain);
  const told = faults.length;
  const file = openFile(environment, env, complain);
  // What depends on a value that is wrong would only be told wrongly.
  const shape = faults.length > told ? undefined : readShape(file);
  checkNames(env, file.names, complain);
  if (shape === undefined) throw new SettingsError(faults);

  const directory = readPeople(shape, file);
  const connections = readConnections(shape, file);
  const tokens = readTokens(shape, environment, directory, file);
  const written = readPolicies(shape, directory, file);
  const policies = [...written.slice(0, -1), ...autoPolicies(connections), ...written.slice(-1)];
  checkMailIsSet(policies, email, complain);
  checkApprovers(environment, env, directory, complain);
  if (!isLoopback(environment.host)) checkOpenHost(environment, tokens, complain);
  if (faults.length > 0) throw new SettingsError(faults);

  const { host, port, baseUrl, data, store, approvers, callbackAllow, retention, raisesPerMinute, webhookSecret } =
    environment;
  const { people, groups, admin } = directory;
  return {
    ...{ host, port, baseUrl, data, store, approvers, callbackAllow, retention, raisesPerMinute, policies },
    connections,
    ...{ people: [...people], groups: [...groups], admin },
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
    ...(slack === undefined ? {} : { slack }),
    ...(discord === undefined ? {} : { discord }),
    ...(email === undefined ? {} : { email }),
    threadReplies: shape.thread_replies ?? "words",
    ...(shape.redact === undefined ? {} : { redact: shape.redact }),
    environment,
    listed: tokens,
  };
}

/** What this folder's settings say of who decides what, as the bot would take it. */
export interface LocalRules
  extends Pick<Settings, "policies" | "people" | "groups" | "admin" | "approvers" | "redact"> {
  chats: ReturnType<typeof chatsOf>;
  agents: Omit<Extract<Token, { role: "agent" }>, "token">[];
}

export function localRules(env: Env = process.env, cwd: string = process.cwd()): LocalRules {
  const { policies, people, groups, admin, approvers, listed, ...rest } = readSettings(env, cwd);
  const agents = listed.filter((token) => token.role === "agent").map(({ token: _, ...agent }) => agent);
  const redact = rest.redact === undefined ? {} : { redact: rest.redact };
  return { policies, people, groups, admin, approvers, agents, ...redact, chats: chatsOf(rest) };
}

/** The environment with what a command line says instead of it. */
export function environment(overlay: Env): Env {
  return { ...process.env, ...overlay };
}

/**
 * Where the `hitl` command finds the server of this machine and how it may come in; undefined: there is no token here.
 * A server that was named by HITL_URL is never sent a token that is this machine's own.
 */
export function localToken(
  env: Env = process.env,
  cwd: string = process.cwd(),
): { url: string; token: string } | undefined {
  const faults: string[] = [];
  const complain: Complain = (sentence) => faults.push(sentence);
  const named = urlOf("HITL_URL", env, complain);
  const url = named ?? readAddress(env, complain).baseUrl;
  const given = tokenOf("HITL_TOKEN", env, complain);
  const own = tokenOf("HITL_ADMIN_TOKEN", env, complain);
  if (faults.length > 0) throw new SettingsError(faults);
  if (named !== undefined && given === undefined) return undefined;
  if (url.endsWith(":0")) return undefined;
  const token = given ?? own ?? readKept(resolve(cwd, read(env, "HITL_DATA") ?? ".hitl"), "admin-token");
  return token === undefined ? undefined : { url, token };
}

/** Where this machine's record lies, and the secret that vouches for it; nothing is made that is not there. */
export function localRecord(
  env: Env = process.env,
  cwd: string = process.cwd(),
): Pick<Settings, "data" | "store" | "secret"> {
  const faults: string[] = [];
  const { data, store, secret } = readPlaces(env, cwd, (sentence) => faults.push(sentence));
  if (faults.length > 0) throw new SettingsError(faults);
  const kept = secret === undefined ? readKept(data, "secret") : undefined;
  if (secret !== undefined) return { data, store, secret };
  if (kept !== undefined) return { data, store, secret: Buffer.from(kept, "base64url") };
  throw new SettingsError([
    `There is no secret in ${data}: run this in the folder of the bot, or set HITL_DATA, and HITL_SECRET if the bot has it set.`,
  ]);
}

/** The settings of Discord alone; undefined: there are none. */
export function localDiscord(env: Env = process.env): DiscordSettings | undefined {
  const faults: string[] = [];
  const discord = readDiscord(env, (sentence) => faults.push(sentence));
  if (faults.length > 0) throw new SettingsError(faults);
  return discord;
}

/** The settings of Slack alone; undefined: there are none. */
export function localSlack(env: Env = process.env): SlackSettings | undefined {
  const faults: string[] = [];
  const slack = readSlack(env, (sentence) => faults.push(sentence));
  if (faults.length > 0) throw new SettingsError(faults);
  return slack;
}

/** E-mail as the bot of this folder has it, and whether its links lead beyond this machine; undefined: there is none. */
export function localEmail(env: Env = process.env): { settings: EmailSettings; linked: boolean } | undefined {
  const faults: string[] = [];
  const complain: Complain = (sentence) => faults.push(sentence);
  const settings = readEmail(env, complain);
  const { baseUrl } = readAddress(env, complain);
  if (faults.length > 0) throw new SettingsError(faults);
  return settings && { settings, linked: !isLoopback(new URL(baseUrl).hostname) };
}

/** What the bot of this folder signs its calls to agents with, as receivers take it; undefined: there is no secret here. */
export function localWebhookSecret(env: Env = process.env, cwd: string = process.cwd()): string | undefined {
  const faults: string[] = [];
  const { data, secret, webhookSecret } = readEnvironment(env, cwd, (sentence) => faults.push(sentence));
  if (faults.length > 0) throw new SettingsError(faults);
  if (webhookSecret !== undefined) return webhookSecretText(webhookSecret);
  const kept = secret === undefined ? readKept(data, "secret") : undefined;
  const own = kept === undefined ? secret : Buffer.from(kept, "base64url");
  return own === undefined ? undefined : webhookSecretText(deriveKeys(own).webhooks);
}

function openFile({ config }: Environment, env: Env, complain: Complain): ConfigFile {
  let text = "";
  try {
    text = readFileSync(config.path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    if (config.required)
      complain(
        `HITL_CONFIG names ${config.name}, which cannot be read (${code}); name a file that is there, or unset it.`,
      );
    else if (code !== "ENOENT")
      complain(
        `${config.name} is there but cannot be read (${code}); make it readable for the user that runs hitl-bot.`,
      );
  }
  return readFile(text, config.name, env, complain);
}

function checkApprovers({ approvers }: Environment, env: Env, directory: Directory, complain: Complain): void {
  if (approvers.length === 0 && read(env, "HITL_APPROVERS") !== undefined)
    complain(
      "HITL_APPROVERS names nobody: unset it to leave deciding to the admin, or write references like person:alice,group:sre.",
    );
  for (const ref of approvers) {
    const fault = refFault(ref, `"${ref}"`, directory);
    if (fault !== undefined) complain(`HITL_APPROVERS: ${fault}${fault.endsWith("?") ? "" : "."}`);
  }
}

/** Nobody could hand out what was generated on a server that others reach; and without a token nobody comes in. */
function checkOpenHost(
  { host, agentToken, adminToken }: Environment,
  tokens: readonly Token[],
  complain: Complain,
): void {
  const missing: string[] = [];
  if (agentToken === undefined && !tokens.some(({ role }) => role === "agent")) missing.push("HITL_AGENT_TOKEN");
  if (adminToken === undefined && tokens.every(({ role }) => role === "agent")) missing.push("HITL_ADMIN_TOKEN");
  if (missing.length === 0) return;
  complain(
    `HITL_HOST is ${host}, which other machines may reach, so no tokens are made up: set ${missing.join(" and ")} to the output of ${RANDOM}, list tokens in hitl.config.yml, or listen on 127.0.0.1.`,
  );
}

function keepSecrets(environment: Environment, listed: Token[]): Pick<Settings, "secret" | "tokens" | "generated"> {
  const { host, data } = environment;
  const generated: Settings["generated"] = {};
  let { secret, agentToken, adminToken } = environment;
  if (secret === undefined) {
    const kept = keep(data, "secret");
    secret = Buffer.from(kept.text, "base64url");
    if (kept.isNew) generated.secret = true;
  }
  if (agentToken === undefined && isLoopback(host)) {
    const kept = keep(data, "agent-token");
    agentToken = kept.text;
    if (kept.isNew) generated.agentToken = kept.text;
  }
  if (adminToken === undefined && isLoopback(host)) {
    const kept = keep(data, "admin-token");
    adminToken = kept.text;
    if (kept.isNew) generated.adminToken = kept.text;
  }
  const tokens: Token[] = [...listed];
  if (agentToken !== undefined) tokens.push({ name: "agent", role: "agent", token: agentToken, agents: "any" });
  if (adminToken !== undefined) tokens.push({ name: "admin", role: "admin", token: adminToken });
  return { secret, tokens, generated };
}
