/** `doctor`: what is wrong between here and a working bot, each line with its cure. */
import { HitlError, type Whoami } from "../client.ts";
import { isObject, type Json } from "../json.ts";
import { formatDuration } from "../time.ts";
import { type Check, good, hint, wrong } from "./check.ts";
import { discordChecks } from "./doctor-discord.ts";
import { emailChecks } from "./doctor-email.ts";
import { slackChecks, slackPlaces } from "./doctor-slack.ts";
import { EXIT, UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

/** Beyond this, times on cards and in logs stop making sense side by side; the Date header itself counts whole seconds. */
const SKEW = 5_000;
const OLDEST_NODE: [number, number] = [22, 18];
const ANSWER_WITHIN = 5_000;

export const doctor: Verb = {
  name: "doctor",
  usage: "doctor [slack | discord | email]",
  summary: "check the way from here to a working bot",
  options: {},
  words: [0, 1],
  more: "With email: whether the mail server lets us in; no mail is sent.\nWith slack or discord: the token, its permissions, the channel and the connection, asked of Slack or Discord itself\nwith the settings of this folder. Ends with 1 when something is wrong.",
  async run(given, world) {
    const checks = await checksOf(given.positionals[0], world);
    const lines = checks.map(({ ok, name, text }) => `${ok === null ? "·" : ok ? "✓" : "✗"} ${name}: ${text}`);
    const wrong = checks.some(({ ok }) => ok === false);
    tell(given, world, { ok: !wrong, checks }, lines.map((line) => world.draw.text(line)).join("\n"));
    return wrong ? EXIT.refused : EXIT.done;
  },
};

async function checksOf(what: string | undefined, world: World): Promise<Check[]> {
  if (what === "slack") return slackChecks(world.slack(), world.signal, slackPlaces(world.rules()));
  if (what === "discord") return discordChecks(world.discord(), world.signal);
  if (what === "email") return emailChecks(world.email(), world.mailTrouble);
  if (what !== undefined)
    throw new UsageError(
      `doctor knows nothing of "${what}"; there are: hitl doctor slack, hitl doctor discord, hitl doctor email`,
    );
  return [nodeCheck(world.node), ...(await botChecks(world))];
}

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return {
    name: "node",
    ok,
    text: ok ? version : `${version} is too old; install Node ${OLDEST_NODE.join(".")} or newer`,
  };
}

async function botChecks(world: World): Promise<Check[]> {
  const { url } = world.address();
  const asked = world.now();
  let ready: Response;
  let body: Json;
  try {
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(ANSWER_WITHIN)]);
    ready = await fetch(`${url.replace(/\/+$/, "")}/readyz`, { signal, redirect: "manual" });
    body = (await ready.json().catch(() => null)) as Json;
  } catch {
    world.signal.throwIfAborted();
    return [wrong("bot", `nothing answers at ${url}; start it (npm start) or pass its address with --url`)];
  }
  const bot = good("bot", `answers at ${url}`);
  return [
    bot,
    ...readyChecks(ready.status, body),
    clockCheck(ready.headers.get("date"), asked, world.now()),
    ...(await tokenChecks(world)),
  ];
}

/** `{status, store, channels: {slack: …}}`: what it says about each, as it says it. */
function readyChecks(status: number, body: Json): Check[] {
  if (!isObject(body)) return [wrong("ready", `${status}, without saying why; is this address that of a hitl-bot?`)];
  const ready =
    status === 200 ? good("ready", "yes") : wrong("ready", "not yet; wait a moment, then look at the bot's log");
  const store = isUp(body.store)
    ? good("store", said(body.store))
    : wrong("store", `${said(body.store)}: ${said(body.detail ?? "")} Look at HITL_STORE and the bot's log`);
  const channels = isObject(body.channels) ? Object.entries(body.channels) : [];
  return [
    ready,
    store,
    ...(channels.length === 0
      ? [hint("channels", "web and terminal only; set SLACK_… or DISCORD_… to ask people in chat")]
      : []),
    ...channels.map(([name, state]) =>
      isUp(state)
        ? good(name, said(state))
        : wrong(name, `${said(state)}; check its token and settings, then the bot's log`),
    ),
  ];
}

function clockCheck(date: string | null, asked: number, answered: number): Check {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return hint("clock", "the bot sent no Date, so the clocks cannot be compared");
  // The header is cut to whole seconds: half a second is its expected error.
  const skew = Math.abs(server + 500 - (asked + answered) / 2);
  return skew <= SKEW
    ? good("clock", "agrees with the bot's")
    : wrong("clock", `${formatDuration(skew)} apart from the bot's; set both by NTP`);
}

async function tokenChecks(world: World): Promise<Check[]> {
  try {
    const me = await world.bot().whoami({ signal: world.signal });
    return [roleCheck(me), ...(me.role === "agent" ? [] : [await approverCheck(world)])];
  } catch (error) {
    if (!(error instanceof HitlError)) throw error;
    const cure =
      error.status === 401 ? "the bot does not know this token; pass another with --token or HITL_TOKEN" : error.detail;
    return [wrong("token", cure)];
  }
}

function roleCheck(me: Whoami): Check {
  if (me.role === "agent") return hint("token", `"${me.name}" is an agent's: it may ask, but not decide`);
  return good("token", `you are ${me.person} (${me.role})`);
}

/** Questions that name nobody reach nobody but the admin. */
async function approverCheck(world: World): Promise<Check> {
  const { items } = await world.bot().list({ status: "pending", limit: 200 }, { signal: world.signal });
  const unnamed = items.filter((item) => item.approvers.length === 0).length;
  if (unnamed === 0)
    return good("approvers", items.length === 0 ? "nothing waits" : "everything that waits names who may decide");
  return hint(
    "approvers",
    `${unnamed} of ${items.length} waiting name nobody, so only the admin may decide; set HITL_APPROVERS or \`approvers:\``,
  );
}

function isUp(state: Json | undefined): boolean {
  const word = isObject(state) ? (state.up ?? state.ok ?? state.status ?? state.state) : state;
  return word === true || (typeof word === "string" && /^(ok|up|ready|connected|started|shown)$/i.test(word));
}

function said(state: Json | undefined): string {
  if (state === undefined) return "not mentioned";
  if (typeof state === "boolean") return state ? "up" : "down";
  return typeof state === "string" ? state : JSON.stringify(state);
}
