/**
 * `/hitl` as Discord's own command, and a mention of the bot, which does the same: carried out by src/chat/answers.ts,
 * drawn for the asker alone.
 */
import { type Answer, answerTo } from "../../../src/chat/answers.ts";
import { Late, within } from "../../../src/chat/within.ts";
import { KINDS } from "../../../src/checkpoint.ts";
import { SCOPES, VERBS } from "../../../src/commands.ts";
import type { JsonObject } from "../../../src/json.ts";
import { actorOf } from "./doing.ts";
import { helpView, listView, PAGE, wordsView } from "./lists.ts";
import { type Asked, interactionIn, type Press, parseAsked } from "./parse.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import type { Said } from "./said.ts";
import { inPlace, tellAlone, tellPresser, troubled, whisper } from "./say.ts";
import { cardView, notice } from "./views.ts";
import type { MessageBody, Presser, Wire } from "./wire.ts";

/** Discord waits 3 s; what takes longer is sent after it. */
const ANSWER_WITHIN = 2_000;

export async function command(parts: Parts, body: unknown): Promise<void> {
  const asked = parseAsked(body);
  if (asked === undefined) return unknown(parts, body);
  const made = answerFor(parts, asked.by, asked.text, 0);
  try {
    await whisper(parts, asked.to, await within(ANSWER_WITHIN, made));
  } catch (error) {
    if (!(error instanceof Late)) throw error;
    await tellPresser(parts, asked, "One moment: this takes a little longer.");
    parts.later("a late answer to a command", async () => sendLate(parts, asked, await made));
  }
}

async function sendLate({ wire }: Parts, { to }: Asked, body: MessageBody): Promise<void> {
  await wire.followUp(to, body, { ephemeral: true });
}

async function unknown(parts: Parts, body: unknown): Promise<void> {
  const to = interactionIn(body);
  if (to !== undefined) await whisper(parts, to, helpView("There is no such command."));
}

/** The same by a mention; lists are their reader's own, so they come as a direct message. */
export async function commandIn(parts: Parts, said: Said, text: string): Promise<void> {
  tellAlone(parts, said, await answerFor(parts, said.by, text, 0));
}

/** Back and Next replace the list that they stand under. */
export async function turnList(
  parts: Parts,
  pressed: Press,
  { from, command: text }: { from: number; command: string },
): Promise<void> {
  // Whoever may read a list in a direct message has it to themselves as well.
  const alone = pressed.alone || pressed.at.direct;
  await inPlace(parts, { to: pressed.to, alone }, await answerFor(parts, pressed.by, text, from));
}

async function answerFor(parts: Parts, by: Presser, text: string, from: number): Promise<MessageBody> {
  try {
    const who = await actorOf(parts, by);
    if (who.type === "nobody") return notice(who.why);
    return await draw(parts, await answerTo(parts, who.actor, text, { from, size: PAGE }));
  } catch (error) {
    parts.report("a command failed", error);
    const words = troubled(error)
      .replace(/Press/g, "Ask")
      .replace(/so nothing was recorded/, "so nothing is shown");
    return notice(words);
  }
}

async function draw(parts: Parts, answer: Answer): Promise<MessageBody> {
  switch (answer.type) {
    case "help":
      return helpView(answer.note);
    case "text":
      return wordsView(answer.title ?? null, answer.text);
    case "list":
      return listView(answer.list);
    case "card": {
      const card = await cardFor(parts, answer.checkpoint);
      return cardView(card, signFor(parts, card));
    }
  }
}

const TEXT = 3;
const NUMBER = 4;
const SUBCOMMAND = 1;

const choices = (words: readonly string[]) => words.map((name) => ({ name, value: name }));
const ID = { type: TEXT, name: "id", description: "as /hitl pending lists it", required: true, max_length: 64 };

const OPTIONS: Record<string, readonly JsonObject[]> = {
  pending: [
    { type: TEXT, name: "scope", description: "mine, if left out", choices: choices(SCOPES) },
    { type: TEXT, name: "kind", description: "of one kind only", choices: choices(KINDS) },
    // Turning the pages takes it along in a button.
    { type: TEXT, name: "agent", description: "of one agent only", max_length: 60 },
  ],
  show: [ID],
  history: [{ type: NUMBER, name: "count", description: "how many; 10, if left out", min_value: 1, max_value: 50 }],
  withdraw: [ID, { type: TEXT, name: "reason", description: "why", max_length: 300 }],
};

/** As Discord registers it: one sub-command a verb, in the order in which help lists them. */
export const COMMAND: JsonObject = {
  type: 1,
  name: "hitl",
  description: "What waits for a decision, and who you are here",
  options: VERBS.map(({ usage, what }) => {
    const [name = ""] = usage.split(" ");
    return { type: SUBCOMMAND, name, description: what, options: [...(OPTIONS[name] ?? [])] };
  }),
};

/** For all servers at once: there, and in direct messages with the bot. */
const GLOBAL: JsonObject = { ...COMMAND, contexts: [0, 1], integration_types: [0] };

/** In one server it is there at once; for several it is global. What an earlier start left elsewhere would stand there twice. */
export async function register({ setCommands, home }: Pick<Wire, "setCommands" | "home">): Promise<void> {
  const { guilds } = home;
  const [only] = guilds;
  if (guilds.length === 1 && only !== undefined) {
    await setCommands(only, [COMMAND]);
    await setCommands(null, []);
    return;
  }
  await setCommands(null, [GLOBAL]);
  for (const guild of guilds) await setCommands(guild, []);
}
