/** A small real Bolt app to try the peer with: Revise opens a form, its submission settles the card. */
import { App, HTTPReceiver, type Logger, LogLevel, type Receiver, SocketModeReceiver } from "@slack/bolt";
import type { JsonObject } from "../../../src/json.ts";
import { type FakeSlack, fakeSlack, type Options } from "./index.ts";

export const MANIFEST: JsonObject = {
  features: {
    bot_user: { display_name: "hitl" },
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    slash_commands: [{ command: "/hitl", description: "What waits" }],
    shortcuts: [{ name: "Ask", type: "message", callback_id: "ask", description: "Ask about it" }],
  },
  oauth_config: {
    scopes: {
      bot: [
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
      ],
    },
  },
  settings: {
    interactivity: { is_enabled: true },
    event_subscriptions: {
      bot_events: ["app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"],
    },
  },
};

export const plain = (text: string) => ({ type: "plain_text" as const, text, emoji: false });
export const section = (text: string) => ({ type: "section" as const, text: plain(text) });
const button = (text: string, action_id: string, value: string) => ({
  type: "button" as const,
  text: plain(text),
  action_id,
  value,
});
export const CARD = [
  section("Publish the skill?"),
  {
    type: "actions" as const,
    block_id: "acts",
    elements: [button("Revise", "revise", "r1"), button("Slow", "slow", "s1")],
  },
];
export const FORM = {
  type: "modal" as const,
  callback_id: "revise",
  title: plain("Revise"),
  submit: plain("Send"),
  blocks: [
    {
      type: "input" as const,
      block_id: "feedback",
      label: plain("What to change"),
      element: { type: "plain_text_input" as const, action_id: "text", multiline: true },
    },
    {
      type: "input" as const,
      block_id: "tone",
      optional: true,
      label: plain("Tone"),
      element: {
        type: "radio_buttons" as const,
        action_id: "pick",
        options: ["Warm", "Dry"].map((text) => ({ text: plain(text), value: text.toLowerCase() })),
      },
    },
  ],
};

export interface Heard {
  slack: FakeSlack;
  app: App;
  /** What the app heard, in order: `message hello`, `view {"text":…}`. */
  heard: string[];
}

export type Transport = "Socket Mode" | "HTTP";

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};

/** Runs the app beside a peer that has U1 and U2 in #deploys (C1), and ends both. */
export async function withApp(
  transport: Transport,
  work: (on: Heard) => Promise<void>,
  { pingMs, ...options }: Options & { pingMs?: number } = {},
): Promise<void> {
  const slack = await fakeSlack({ manifest: MANIFEST, ...options });
  slack.channel("C1", { name: "deploys", members: ["U1", "U2"] });
  const heard: string[] = [];
  const http = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silent });
  const app = makeApp(slack, heard, transport === "HTTP" ? http : socket(slack, pingMs));
  if (transport === "HTTP") {
    const server = await app.start(0);
    const address = "address" in server ? server.address() : null;
    if (typeof address !== "object" || address === null) throw new Error("Bolt does not listen");
    slack.to(`http://127.0.0.1:${address.port}/slack/events`);
  } else {
    await app.start();
    await slack.sockets.connected();
  }
  // Bolt asks once, on its own; an answer that never comes would be nobody's to catch.
  await slack.until(() => slack.calls("auth.test").some(({ answer }) => answer !== null));
  try {
    await work({ slack, app, heard });
  } finally {
    await app.stop();
    await slack.close();
  }
}

/** The library waits as long before it connects again as it waits for a pong. */
function socket(slack: FakeSlack, pingMs = 5_000): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: slack.appToken,
    logger: silent,
    clientPingTimeout: pingMs,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
}

function makeApp(slack: FakeSlack, heard: string[], receiver: Receiver): App {
  const app = new App({
    token: slack.botToken,
    receiver,
    convoStore: false,
    logger: silent,
    clientOptions: {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  });
  app.action("revise", async ({ ack, body, client }) => {
    heard.push(`revise by ${body.user.id} of ${body.user.team_id ?? ""}`);
    await ack();
    if (!("trigger_id" in body)) return;
    await client.views.open({ trigger_id: String(body.trigger_id), view: FORM }).catch((error: unknown) => {
      heard.push(`no form: ${String(error)}`);
    });
  });
  app.action("slow", async () => {});
  app.view("revise", async ({ ack, view, client, body }) => {
    const text = view.state.values.feedback?.text?.value ?? "";
    heard.push(`feedback ${text}, ${view.state.values.tone?.pick?.selected_option?.value ?? "no tone"}`);
    if (text === "no") return ack({ response_action: "errors", errors: { feedback: "Say more." } });
    if (text === "nowhere") return ack({ response_action: "errors", errors: { elsewhere: "Say more." } });
    if (text === "more") return ack({ response_action: "update", view: { ...FORM, title: plain("And more") } });
    if (text === "deeper") return ack({ response_action: "push", view: { ...FORM, title: plain("Deeper") } });
    await ack();
    const [card] = slack.messages("C1");
    if (card !== undefined)
      await client.chat.update({
        channel: "C1",
        ts: card.ts,
        text: "done",
        blocks: [section(`Revised by ${body.user.id}`)],
      });
  });
  app.event("message", async ({ event }) => {
    const text = "text" in event ? event.text : "";
    heard.push(`message ${event.subtype ?? ""}${text ?? ""}`);
  });
  app.event("app_mention", async ({ event }) => void heard.push(`mention ${event.text}`));
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section("Nothing waits.")] } });
  });
  app.command("/hitl", async ({ ack, command, respond }) => {
    heard.push(`command ${command.text}`);
    await ack(command.text === "later" ? undefined : `You asked for ${command.text}`);
    if (command.text === "later") await respond({ text: "Here it is", response_type: "ephemeral" });
  });
  return app;
}
