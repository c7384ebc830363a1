/**
 * The fake Slack as a test sees it: what its people do, what they see, and what goes wrong.
 *
 *   const slack = await fakeSlack();                              // with the project's manifest.yml
 *   slack.channel("C1", { name: "deploys", members: ["U1"] });    // the bot is in it
 *   // start the app with slack.apiUrl, slack.botToken, slack.appToken (Socket Mode, the default) or
 *   slack.to("http://127.0.0.1:8787/slack/events");               // HTTP, signed with slack.signingSecret
 *   const card = await slack.appears("C1", (message) => message.text.includes("Deploy"));
 *   await slack.click("U1", card, "Revise");
 *   const form = await slack.openedView("U1");
 *   await slack.submit("U1", form, { feedback: "shorter" });      // field by block_id, action_id or label
 *   await slack.reply("U1", card, "lgtm");
 *   await slack.close();
 *
 *   slack.faults.next("chat.postMessage", "cut");                 // stored, but the answer never arrives
 *   slack.faults.always("*", { ratelimited: 30 });                // answers what undoes it
 *   slack.limits.on();                                            // Slack's documented rate limits, by the peer's clock
 *   slack.nextDeliveries({ copies: 3 });                          // or late: ms; holdDeliveries(), releaseDeliveries()
 *   await slack.again(await slack.click(…));                      // retried; over HTTP also replayed byte for byte
 *   slack.sockets.refresh();                                      // drop(), freeze(), refuse(n): too_many_websockets
 *   expect(live(card)).toEqual([]);                               // live.ts: what is not literal on the screen
 *   expect(slack.troubles).toEqual([]);                           // what people saw as "something went wrong"
 *   expect(slack.scopes.unused()).toEqual([]);                    // granted, and needed by nothing so far
 *
 * Acting resolves with the delivery once it is acknowledged or three seconds have passed. Reads are copies. What a
 * person could not do (press what is not there, write where they are not) throws.
 */
import type { JsonObject } from "../../../src/json.ts";
import { type Commands, commands } from "./acts/commands.ts";
import { type Forms, forms } from "./acts/forms.ts";
import { type Presses, presses } from "./acts/press.ts";
import { type Talk, talk } from "./acts/talk.ts";
import type { Api, Called } from "./api.ts";
import type { Courier, Delivery } from "./deliveries.ts";
import type { Faults } from "./faults.ts";
import { newHook } from "./hooks.ts";
import type { Limits } from "./limits.ts";
import { seen, stackOf } from "./modals.ts";
import type { People } from "./people.ts";
import type { Ledger } from "./scopes.ts";
import type { SocketDoor, Sockets } from "./sockets.ts";
import { placeOf, type Stage } from "./stage.ts";
import { copy, type Message, type View } from "./world.ts";

export interface FakeSlack extends People, Presses, Omit<Forms, "close">, Talk, Commands, Courier {
  /** As SLACK_API_URL wants it, with a slash at the end. */
  apiUrl: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  /** The installed workspace, its bot's user, its bot, its app. */
  team: string;
  bot: { user: string; id: string };
  appId: string;
  /** The token of another installed workspace. */
  tokenOf(team: string): string;

  /** Oldest first, with the replies of threads among them. */
  messages(channel: string): Message[];
  /** The replies to a message, oldest first, without it. */
  thread(message: Pick<Message, "channel" | "ts">): Message[];
  /** Between a person and the bot; empty where they have not spoken. */
  directMessages(user: string): Message[];
  /** As it is now; undefined when it is gone. */
  message(message: Pick<Message, "channel" | "ts">): Message | undefined;
  /** What only this person sees, oldest first. */
  ephemerals(user: string): Message[];
  /** The modal that this person is looking at, with what stands in its fields; waits for one (whose title fits). */
  openedView(user: string, title?: string | RegExp): Promise<View>;
  /** All modals of this person, bottom first. */
  modals(user: string): View[];
  homeView(user: string): View | undefined;
  /** Waits for a message in a conversation; the last one that is meant. */
  appears(channel: string, isMeant?: (message: Message) => boolean): Promise<Message>;
  /** Waits for a message that only this person sees. */
  whispered(user: string, isMeant?: (message: Message) => boolean): Promise<Message>;
  /** Waits until something of this world is so; asked again after every change of it. */
  until<T>(look: () => T | undefined | null | false, what?: string, ms?: number): Promise<T>;
  /** Closes the topmost modal with its close button. */
  dismiss(user: string, view: Pick<View, "id">): Promise<Delivery | null>;
  /** A response_url of that person in that conversation, as a click would bring it. */
  responseUrl(user: string, channel: string, message?: string): string;

  /** Every call of the Web API, or those of one method. */
  calls(method?: string): Called[];
  /** Latencies in ms of everything that was acknowledged, of one kind or all: people's doings, not the app's own echoes. */
  acks(about?: string): number[];
  /** What people would see as "something went wrong". */
  troubles: string[];
  faults: Faults;
  limits: Limits;
  sockets: Sockets;
  scopes: Ledger;
  /** Ends the server. */
  close(): Promise<void>;
}

interface Parts {
  stage: Stage;
  settle: People;
  api: Api;
  faults: Faults;
  limits: Limits;
  door: SocketDoor;
  signingSecret: string;
  close(): Promise<void>;
}

export function makeDriver({ stage, settle, api, faults, limits, door, signingSecret, close }: Parts): FakeSlack {
  const { world, courier } = stage;
  const [first] = world.bots.values();
  if (first === undefined) throw new Error("the app is installed nowhere");
  const { close: dismiss, ...filling } = forms(stage);

  const stored = (channel: string): Message[] => placeOf(stage, channel).messages;
  const whispers = (user: string): Message[] => world.ephemerals.filter((each) => each.ephemeral_to === user);

  const botUserFor = (user: string): string => {
    const team = world.users.get(user)?.team ?? "";
    return [...world.bots.values()].find((bot) => bot.team === team)?.user ?? first.user;
  };

  return {
    apiUrl: `${stage.origin()}/api/`,
    botToken: first.token,
    appToken: world.app.token,
    signingSecret,
    team: first.team,
    bot: { user: first.user, id: first.bot },
    appId: world.app.id,
    tokenOf(team) {
      const bot = [...world.bots.values()].find((each) => each.team === team);
      if (bot === undefined) throw new Error(`the app is not installed in ${team}`);
      return bot.token;
    },
    ...settle,
    ...presses(stage),
    ...filling,
    ...talk(stage),
    ...commands(stage),
    ...courier,
    dismiss,
    messages: (channel) => copy(stored(channel)),
    ephemerals: (user) => copy(whispers(user)),
    thread: ({ channel, ts }) => copy(stored(channel).filter((each) => each.thread_ts === ts && each.ts !== ts)),
    directMessages(user) {
      const both = [...world.channels.values()].find(
        ({ kind, members }) => kind === "im" && members.has(user) && members.has(botUserFor(user)),
      );
      return copy(both?.messages ?? []);
    },
    message: ({ channel, ts }) => copy(stored(channel).find((each) => each.ts === ts)),
    openedView(user, title) {
      return world.until(() => {
        const top = stackOf(world, user).at(-1);
        return top !== undefined && fits(top.view.title, title) ? seen(top) : undefined;
      }, `a modal of ${user}`);
    },
    modals: (user) => stackOf(world, user).map(seen),
    homeView(user) {
      const home = world.homes.get(`${world.users.get(user)?.team}/${user}`);
      return home === undefined ? undefined : seen(home);
    },
    appears: async (channel, isMeant = () => true) =>
      copy(await world.until(() => stored(channel).findLast(isMeant), `a message in ${channel}`)),
    whispered: async (user, isMeant = () => true) =>
      copy(await world.until(() => whispers(user).findLast(isMeant), `a message to ${user} alone`)),
    until: (look, what = "it", ms) => world.until(look, what, ms),
    responseUrl: (user, channel, message) =>
      newHook(world, stage.origin(), {
        user,
        channel: placeOf(stage, channel).id,
        message: message ?? null,
        thread: null,
      }),
    calls: (method) => api.calls.filter((call) => method === undefined || call.method === method),
    acks: (about) =>
      courier.deliveries.flatMap((each) => {
        const wanted = about === undefined || each.about === about;
        return wanted && each.ms !== null && !each.echo ? [each.ms] : [];
      }),
    troubles: world.troubles,
    faults,
    limits,
    sockets: door,
    scopes: stage.ledger,
    close,
  };
}

function fits(title: JsonObject | undefined, wanted: string | RegExp | undefined): boolean {
  const text = String(title?.text ?? "");
  return wanted === undefined || (typeof wanted === "string" ? text === wanted : wanted.test(text));
}
