/**
 * `/hitl`, and a mention of the bot, which does the same: a verb of commands.ts, answered to the asker alone. What is
 * listed is what that person may see, and whoever may see nothing gets the same answer as whoever has nothing waiting.
 */
import { type Actor, asCaller } from "../../../src/access.ts";
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { type Command, listing, parseCommand } from "../../../src/commands.ts";
import type { JsonObject } from "../../../src/json.ts";
import { moment } from "../../../src/state-line.ts";
import { actorOf, ORIGIN } from "./doing.ts";
import { heading, helpBlocks, PAGE, rowsOf, turning } from "./lists.ts";
import { type Part, section } from "./literal.ts";
import { type Press, type Presser, parseAsked, type Said } from "./parse.ts";
import { cardFor, type Parts, signFor } from "./parts.ts";
import { lately, mineOf } from "./queries.ts";
import { render } from "./render.ts";
import { tellAuthor, tellPresser, troubled } from "./say.ts";
import { PERIOD, wordsOf } from "./stats.ts";
import { Late, within } from "./within.ts";

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
    return await carryOut(parts, who.actor, parseCommand(text), text.trim(), from);
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

async function carryOut(parts: Parts, actor: Actor, asked: Command, text: string, from: number): Promise<Part[]> {
  const now = parts.clock();
  switch (asked.verb) {
    case "help":
      return helpBlocks(asked.note);
    case "pending": {
      const found = await mineOf(parts, actor, asked);
      return paged(
        `Waiting (${asked.scope})`,
        found,
        now,
        from,
        text === "" ? "pending" : text,
        "Nothing waits for you.",
      );
    }
    case "history": {
      const found = (await lately(parts, actor)).slice(0, asked.count);
      return paged("Decided lately", found, now, from, text, "Nothing was decided yet.");
    }
    case "show":
      return show(parts, actor, asked.id);
    case "stats":
      return stats(parts, actor);
    case "whoami":
      return [section(whoami(parts, actor))];
    case "withdraw": {
      const done = await parts.desk.withdraw(asCaller(actor), asked.id, asked.reason ?? "withdrawn in Slack", ORIGIN);
      return [section(done.type === "refused" ? done.detail : `Withdrawn: ${done.checkpoint.title}`)];
    }
  }
}

function paged(
  title: string,
  found: readonly Checkpoint[],
  now: number,
  from: number,
  command: string,
  otherwise: string,
): Part[] {
  if (found.length === 0) return [section(otherwise)];
  const rows = listing(found.slice(from, from + PAGE), now);
  const where = found.length > PAGE ? `, ${from + 1} to ${from + rows.length} of ${found.length}` : "";
  return [heading(`${title}${where}`), ...rowsOf(rows), ...turning(command, from, found.length)];
}

async function stats(parts: Parts, actor: Actor): Promise<Part[]> {
  const counted = await parts.desk.stats(asCaller(actor), PERIOD);
  const text = counted.type === "refused" ? counted.detail : wordsOf(counted.stats);
  return [heading("How decisions are made"), section(text)];
}

/** All that the card says and none of its buttons; those are behind Open. */
async function show(parts: Parts, actor: Actor, id: string): Promise<Part[]> {
  const checkpoint = await parts.desk.read(asCaller(actor), id);
  if ("type" in checkpoint) return [section(checkpoint.detail)];
  const card = await cardFor(parts, checkpoint);
  const { message } = render({ ...card, actions: [] }, signFor(parts, card));
  const open = rowsOf(listing([checkpoint], parts.clock()));
  return [...message.blocks.filter(({ type }) => type !== "actions"), ...open];
}

function whoami({ wire, directory }: Parts, actor: Actor): string {
  const { by, known, person, refs } = actor;
  const own = `slack: ${by.id}`;
  const lines = [
    known ? `You are ${directory.nameOf(person)} (person:${person}).` : "The settings do not know you.",
    `Your account is slack:${by.tenant ?? wire.home.team}/${by.id}.`,
    known ? "" : `To be known: under people, write your name with ${own}; or set HITL_APPROVERS=slack:${by.id}.`,
    `You meet: ${[...refs].join(", ")}`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** For the home tab's foot. */
export function stamp(now: number): string {
  return `As of ${moment(now)}`;
}
