/** `/hitl`, and a mention of the bot, which does the same: carried out by src/chat/answers.ts, drawn for the asker alone. */
import { type Answer, answerTo } from "../../../src/chat/answers.ts";
import { Late, within } from "../../../src/chat/within.ts";
import type { JsonObject } from "../../../src/json.ts";
import { moment } from "../../../src/state-line.ts";
import { actorOf } from "./doing.ts";
import { heading, helpBlocks, PAGE, rowsOf, turning } from "./lists.ts";
import { type Part, section } from "./literal.ts";
import { type Press, type Presser, parseAsked, type Said } from "./parse.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import { render } from "./render.ts";
import { tellAuthor, tellPresser, troubled } from "./say.ts";

export async function command(parts: Parts, body: unknown): Promise<JsonObject | undefined> {
  const asked = parseAsked(body);
  if (asked === undefined) return undefined;
  const made = answerFor(parts, asked.by, asked.text, 0);
  try {
    return answered(await within(ANSWER_WITHIN, made));
  } catch (error) {
    if (!(error instanceof Late)) throw error;
    parts.later("a late answer to a command", async () => parts.wire.respond(asked.respond, answered(await made)));
    return answered([section("One moment: this takes a little longer.")]);
  }
}

/** Slack waits 3 s; what takes longer is sent after it. */
const ANSWER_WITHIN = 2_000;

function answered(blocks: Part[]): JsonObject {
  return { response_type: "ephemeral", text: "hitl", blocks };
}

/** The same by a mention; what was asked in a thread is answered there. */
export async function commandIn(parts: Parts, said: Said, text: string): Promise<void> {
  const [first, ...rest] = await answerFor(parts, said.by, text, 0);
  tellAuthor(parts, said, "Here you are:", first === undefined ? rest : [first, ...rest]);
}

/** Back and Next replace the list that they stand under. */
export async function turnList(parts: Parts, pressed: Press): Promise<void> {
  const [from = "0", ...words] = pressed.value.split(" ");
  const blocks = await answerFor(parts, pressed.by, words.join(" "), Number(from) || 0);
  const { respond } = pressed;
  if (respond === null) return tellPresser(parts, pressed, "Ask again with /hitl pending.");
  const message = { response_type: "ephemeral", replace_original: true, text: "hitl", blocks };
  parts.later("turning a list", () => parts.wire.respond(respond, message));
}

async function answerFor(parts: Parts, by: Presser, text: string, from: number): Promise<Part[]> {
  try {
    const who = await actorOf(parts, by);
    if (who.type === "nobody") return [section(who.why)];
    return await draw(parts, await answerTo(parts, who.actor, text, { from, size: PAGE }));
  } catch (error) {
    parts.report("a command failed", error);
    return [
      section(
        troubled(error)
          .replace(/Press/g, "Ask")
          .replace(/so nothing was recorded/, "so nothing is shown"),
      ),
    ];
  }
}

async function draw(parts: Parts, answer: Answer): Promise<Part[]> {
  switch (answer.type) {
    case "help":
      return helpBlocks(answer.note);
    case "text":
      return [...(answer.title === undefined ? [] : [heading(answer.title)]), section(answer.text)];
    case "list": {
      const { title, rows, from, count, command } = answer.list;
      return [heading(title), ...rowsOf(rows), ...turning(command, from, count)];
    }
    case "card": {
      const card = await cardFor(parts, answer.checkpoint);
      const { message } = render({ ...card, actions: [] }, signFor(parts, card));
      return [...message.blocks.filter(({ type }) => type !== "actions"), ...rowsOf([answer.row])];
    }
  }
}

/** For the home tab's foot. */
export function stamp(now: number): string {
  return `As of ${moment(now)}`;
}
