/**
 * Discord as the rest of this folder knows it: requests go out by one client, what happens there comes in by the
 * gateway. Who the bot is and whom it serves is asked before anything is begun.
 */
import type { Shelf } from "../../../src/ports.ts";
import { makeAnswers } from "./answers.ts";
import { makeApi } from "./api.ts";
import { Refused, UNCLEAR } from "./faults.ts";
import { keepGateway } from "./gateway.ts";
import { type Access, makeSend, type Send } from "./send.ts";
import type { Handlers, Home, Wire } from "./wire.ts";

export interface WireSettings extends Access {
  /** The servers that are served; empty: the only one that the bot is in. */
  guilds: readonly string[];
  /** Whether the privileged intent for what people write is asked for. */
  content: boolean;
}

export interface WireParts {
  shelf: Shelf;
  clock: () => number;
  /** Told in one line each, without what people wrote. */
  report: (what: string, error?: unknown) => void;
  onState(up: boolean): void;
  /** Ms that the gateway's lease lasts. */
  lease?: number;
}

const GUILDS = 1 << 0;
const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;
const MESSAGE_CONTENT = 1 << 15;
/** Of an application: the privileged intent is switched on, for a verified bot and for others. */
const CONTENT_GRANTED = (1 << 18) | (1 << 19);

export async function connect(settings: WireSettings, parts: WireParts): Promise<Wire> {
  const { report } = parts;
  const send = makeSend(settings, parts.clock);
  const { home, warnings } = await homeOf(send, settings);
  for (const warning of warnings) report(warning);
  const api = makeApi(send, home.application);
  const answers = makeAnswers(send, home.application, report);
  let handlers: Handlers | undefined;
  const gateway = keepGateway({
    ...parts,
    token: settings.token,
    application: home.application,
    intents: GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES | (home.content ? MESSAGE_CONTENT : 0),
    address: () => addressOf(send),
    async dispatch({ type, data, replayed }) {
      if (type === "INTERACTION_CREATE") await answers.take(data, replayed, handlers);
      else if (type === "MESSAGE_CREATE") await handlers?.said(data);
    },
  });
  return {
    ...api,
    ...answers.verbs,
    home,
    isUp: gateway.isUp,
    async start(given) {
      handlers = given;
      await gateway.start();
    },
    stop: gateway.stop,
  };
}

/** Who we are, and whom we serve. */
export async function homeOf(
  send: Send,
  { guilds, content }: Pick<WireSettings, "guilds" | "content">,
): Promise<{ home: Home; warnings: string[] }> {
  const [me, application, joined] = await Promise.all([
    send({ method: "GET", path: "/users/@me" }),
    send({ method: "GET", path: "/applications/@me" }),
    send({ method: "GET", path: "/users/@me/guilds", query: { limit: "200" } }),
  ]);
  const ids = (joined as { id: string }[]).map(({ id }) => id);
  const served = guilds.length === 0 ? ids : guilds.filter((id) => ids.includes(id));
  if (served.length === 0) throw new Refused("the server", 404, guilds.length === 0 ? UNCLEAR.none : 10_004);
  if (guilds.length === 0 && served.length > 1) throw new Refused("the server", 403, UNCLEAR.several);
  const { id, flags = 0 } = application as { id: string; flags?: number };
  const granted = (flags & CONTENT_GRANTED) !== 0;
  const missing = guilds.filter((guild) => !ids.includes(guild));
  return {
    home: { application: id, bot: (me as { id: string }).id, guilds: served, content: content && granted },
    warnings: [
      ...missing.map((guild) => `the bot is not in the server ${guild}, which DISCORD_GUILD names: invite it there`),
      ...(content && !granted
        ? [
            "DISCORD_MESSAGE_CONTENT is set, but the Message Content Intent is not switched on for the application: replies count only where they mention the bot or reply to it",
          ]
        : []),
    ],
  };
}

async function addressOf(send: Send): Promise<{ url: string; remaining: number; resetAfter: number }> {
  const { url, session_start_limit } = (await send({ method: "GET", path: "/gateway/bot" })) as {
    url: string;
    session_start_limit: { remaining: number; reset_after: number };
  };
  return { url, remaining: session_start_limit.remaining, resetAfter: session_start_limit.reset_after };
}
