/**
 * The only file that knows Slack's own library. Everything that comes in is acknowledged, whatever it is; everything
 * that goes out is tried once, with a time-out of its own, since the relay is what tries again.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  App,
  HTTPReceiver,
  type Logger,
  LogLevel,
  type Receiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { isObject, type JsonObject } from "../../../src/json.ts";
import { isForUs } from "./belongs.ts";
import { type Connection, keepOpen } from "./socket.ts";
import { type Handlers, type Home, type Wire, WireFault } from "./wire.ts";

export interface WireSettings {
  botToken: string;
  /** With it Socket Mode; without it HTTP, which takes the signing secret. */
  appToken?: string;
  signingSecret?: string;
  apiUrl: string;
}

/** Told in one line each, without what people wrote. */
export type Report = (what: string, error?: unknown) => void;

const TIMEOUT = 10_000;
/** Slack waits 3 s; the commit has its own 2.0. */
const ACK_WITHIN = 2_500;
const RESPOND_WITHIN = 5_000;
/** Bolt refuses what is older; it takes what is from the future. */
const FRESH = 300;
const MOST_STRANGERS = 100;
const ELSEWHERE = "This bot works for another workspace. Nothing was recorded.";

/** Asks Slack who we are, and is then ready to be started. */
export async function connect(settings: WireSettings, report: Report, onState: (up: boolean) => void): Promise<Wire> {
  const options: ClientOptions = {
    slackApiUrl: settings.apiUrl,
    timeout: TIMEOUT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quietLogger(report),
  };
  const client = new WebClient(settings.botToken, options);

  async function call(method: string, args: JsonObject, timeout = TIMEOUT): Promise<JsonObject> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new WireFault(method, "no_answer")), timeout);
    try {
      return (await Promise.race([client.apiCall(method, args), late.promise])) as unknown as JsonObject;
    } catch (error) {
      throw faultOf(method, error);
    } finally {
      clearTimeout(timer);
    }
  }

  const home = await whoWeAre(call);
  const { appToken, signingSecret = "" } = settings;
  const app = new App({
    receiver: NO_RECEIVER,
    authorize: async () => ({ botToken: settings.botToken, botId: home.bot, botUserId: home.user, teamId: home.team }),
    convoStore: false,
    clientOptions: options,
    logger: options.logger,
  });
  app.error(async (error) => {
    report("a delivery failed", error);
    throw error;
  });
  const door = doorOf(app, home, respond, report);
  let listener: RequestListener | null = null;
  if (appToken === undefined) {
    const receiver = new HTTPReceiver({ signingSecret, endpoints: ["/slack/events"], logger: options.logger });
    receiver.init(door);
    listener = fresh(receiver.requestListener);
  }
  const socket =
    appToken === undefined
      ? undefined
      : keepOpen(() => openSocket({ appToken, clientOptions: options }, door), report, onState);

  return {
    call,
    home,
    listener,
    isUp: () => socket?.isUp() ?? true,
    respond,
    async start(handlers) {
      listen(app, handlers, report);
      if (socket === undefined) onState(true);
      else await socket.start();
    },
    async stop() {
      await socket?.stop();
    },
  };
}

async function respond(url: string, message: JsonObject): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(message),
    redirect: "error",
    signal: AbortSignal.timeout(RESPOND_WITHIN),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new WireFault("response_url", `http_${response.status}`);
}

const NO_RECEIVER: Receiver = { init: () => {}, start: async () => undefined, stop: async () => undefined };

/**
 * What receivers hand deliveries to. The library acknowledges an event before anything of ours has run; here it waits
 * until that is done, so that an event whose handling failed is sent again. What no handler is for, or is meant for
 * another workspace, is acknowledged all the same. An acknowledgement that gets lost with its socket harms nobody:
 * every delivery may come twice.
 */
function doorOf(app: App, home: Home, answer: Wire["respond"], report: Report): App {
  /** Of other workspaces, told once each. */
  const strangers = new Set<string>();

  async function refuse(body: JsonObject, ack: ReceiverEvent["ack"]): Promise<void> {
    const from = JSON.stringify([body.api_app_id ?? null, body.team ?? body.team_id ?? body.enterprise ?? null]);
    if (!strangers.has(from) && strangers.size < MOST_STRANGERS) {
      strangers.add(from);
      report(`what comes from another app or workspace is not taken: ${from.slice(0, 200)}`);
    }
    const said = { response_type: "ephemeral", replace_original: false, text: ELSEWHERE };
    await ack(typeof body.command === "string" ? said : undefined);
    if (body.type === "block_actions" && typeof body.response_url === "string")
      await answer(body.response_url, said).catch((error: unknown) => report("a refusal could not be told", error));
  }

  async function processEvent(event: ReceiverEvent): Promise<void> {
    let acked = false;
    const ack: ReceiverEvent["ack"] = async (answer) => {
      acked = true;
      await event.ack(answer).catch((error: unknown) => report("an acknowledgement got lost", error));
    };
    const body = event.body as JsonObject;
    if (isObject(body) && !isForUs(body, home)) return refuse(body, ack);
    await app.processEvent({ ...event, ack: body.type === "event_callback" ? async () => {} : ack });
    if (!acked) await ack();
  }
  return Object.create(app, { processEvent: { value: processEvent } }) as App;
}

/** Until `hello` has come. */
const HELLO_WITHIN = 10_000;

async function openSocket(
  { appToken, clientOptions }: { appToken: string; clientOptions: ClientOptions },
  door: App,
): Promise<Connection> {
  const receiver = new SocketModeReceiver({
    appToken,
    installerOptions: { clientOptions },
    logger: clientOptions.logger,
    autoReconnectEnabled: false,
    processEventErrorHandler: async () => false,
  });
  receiver.init(door);
  const { client } = receiver;
  const ended = Promise.withResolvers<void>();
  client.once("disconnected", () => ended.resolve());
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new WireFault("apps.connections.open", "no_answer")), HELLO_WITHIN);
  try {
    await Promise.race([client.start(), late.promise, ended.promise.then(() => late.promise)]);
  } catch (error) {
    void receiver.stop().catch(() => {});
    // A socket that closes before `hello` rejects with nothing.
    throw faultOf("apps.connections.open", error);
  } finally {
    clearTimeout(timer);
  }
  return { ended: ended.promise, close: () => receiver.stop() };
}

interface ClientOptions {
  slackApiUrl: string;
  timeout: number;
  retryConfig: { retries: number };
  rejectRateLimitedCalls: boolean;
  logger: Logger;
}

/** One listener for each sort of delivery: it answers within the time, or acknowledges and reports. */
function listen(app: App, handlers: Handlers, report: Report): void {
  app.action(/.*/s, async ({ body, ack }) => {
    await timely("a press", () => handlers.press(body), report);
    await ack();
  });
  app.view({ type: "view_submission", callback_id: /.*/s }, async ({ body, ack }) => {
    const answer = await timely("a submission", () => handlers.submission(body), report);
    // Bolt's types know the shapes of answers; ours are made in views.ts.
    await (ack as (answer?: JsonObject) => Promise<void>)(answer);
  });
  app.view({ type: "view_closed", callback_id: /.*/s }, ({ ack }) => ack());
  app.options(/.*/s, ({ ack }) => ack({ options: [] }));
  app.shortcut(/.*/s, ({ ack }) => ack());
  app.command(/.*/s, async ({ body, ack }) => {
    const answer = await timely("a command", () => handlers.command(body), report);
    await (ack as (answer?: JsonObject) => Promise<void>)(answer);
  });
  app.event("message", ({ body }) => handlers.said(body));
  app.event("app_mention", ({ body }) => handlers.said(body));
  app.event("app_home_opened", async ({ body }) => {
    await timely("a look at the home tab", () => handlers.opened(body), report);
  });
}

async function timely<T>(what: string, work: () => Promise<T>, report: Report): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    report(`${what} took too long`);
    late.resolve(undefined);
  }, ACK_WITHIN);
  try {
    return await Promise.race([work(), late.promise]);
  } catch (error) {
    report(`${what} failed`, error);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function fresh(listener: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const stamp = Number(request.headers["x-slack-request-timestamp"]);
    const ahead = stamp - Date.now() / 1_000;
    if (ahead > FRESH) response.writeHead(401).end();
    else if (request.url?.split("?")[0] !== "/slack/events" || request.method !== "POST") response.writeHead(404).end();
    else listener(request, response);
  };
}

async function whoWeAre(call: Wire["call"]): Promise<Home> {
  const told = await call("auth.test", {});
  // Who may not ask that goes without: it is one check of several.
  const { bot } = await call("bots.info", { bot: String(told.bot_id ?? "") }).catch((error: unknown) => {
    if (error instanceof WireFault && /^(missing_scope|bot_not_found|unknown_method)$/.test(error.code))
      return { bot: null };
    throw error;
  });
  return homeOf(told, isObject(bot) && typeof bot.app_id === "string" ? bot.app_id : null);
}

function homeOf(
  { team_id, enterprise_id, is_enterprise_install, url, user_id, bot_id }: JsonObject,
  app: string | null,
): Home {
  const enterprise = typeof enterprise_id === "string" ? enterprise_id : null;
  const org = is_enterprise_install === true && enterprise !== null;
  return {
    team: org ? enterprise : String(team_id ?? ""),
    ...{ enterprise, org, app },
    url: typeof url === "string" && /^https?:\/\//.test(url) ? url : "https://slack.com/",
    user: String(user_id ?? ""),
    bot: String(bot_id ?? ""),
  };
}

/** The library's errors hold whole requests; only its word for what went wrong goes on. */
function faultOf(method: string, error: unknown): WireFault {
  if (error instanceof WireFault) return error;
  const told = Object(error) as { data?: { error?: unknown }; statusCode?: unknown; retryAfter?: unknown };
  if (typeof told.retryAfter === "number") return new WireFault(method, "ratelimited", told.retryAfter * 1_000);
  if (typeof told.data?.error === "string") return new WireFault(method, told.data.error);
  if (typeof told.statusCode === "number") return new WireFault(method, `http_${told.statusCode}`);
  return new WireFault(method, "no_answer");
}

/** At its lower levels the library logs what people wrote. */
function quietLogger(report: Report): Logger {
  const say = (...words: unknown[]) =>
    report(words.map((word) => (word instanceof Error ? word.message : String(word))).join(" "));
  return {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: say,
    setLevel: () => {},
    getLevel: () => LogLevel.ERROR,
    setName: () => {},
  };
}
