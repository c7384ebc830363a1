/** `act`: one decision from a script, in the API's words. */
import type { Act } from "../card.ts";
import { ACTIONS, type ActionName, type Answers, type OfferedAction } from "../checkpoint.ts";
import { nearest } from "../config/fault.ts";
import { type Json, parseStrict } from "../json.ts";
import { type Reading, readReply } from "../words.ts";
import type { Given } from "./args.ts";
import { UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

export const act: Verb = {
  name: "act",
  usage:
    "act ID ACTION [--feedback TEXT] [--reason TEXT] [--answer KEY=VALUE ... | --response TEXT] [--edited JSON|@FILE|-] [--digest DIGEST]",
  summary: "decide one from a script",
  options: {
    feedback: { type: "string", value: "TEXT", help: "what the agent should do with it" },
    reason: { type: "string", value: "TEXT", help: "why not (reject, cancel)" },
    answer: {
      type: "string",
      value: "KEY=VALUE",
      multiple: true,
      help: "one answer by its key; may be given several times",
    },
    response: { type: "string", value: "TEXT", help: "the answer, where the questions have no keys" },
    edited: { type: "string", value: "JSON", help: "what should stand there instead: JSON, @FILE, or - for stdin" },
    digest: { type: "string", value: "DIGEST", help: "refuse when this is not what stands there now" },
  },
  words: [2, 2],
  more: `ACTION is one of ${ACTIONS.join(", ")}, or a word that a reply to a card may be (approve, yes, change, deny, …).`,
  async run(given, world) {
    const [id = "", word = ""] = given.positionals;
    const action = await actionOf(word, id, world);
    const acted = await world.bot().act(id, await actOf(action, given, world), { signal: world.signal });
    return tell(given, world, acted, world.draw.acted(acted));
  },
};

async function actOf(action: ActionName, given: Given, world: World): Promise<Act> {
  const edited = given.text("edited");
  if ((action === "edit") !== (edited !== undefined))
    throw new UsageError(
      action === "edit" ? "edit needs --edited JSON, @FILE or -." : "--edited goes with the action edit only.",
    );
  return {
    action,
    feedback: given.text("feedback"),
    reason: given.text("reason"),
    answers: answersOf(given),
    digest: given.text("digest"),
    ...(edited === undefined ? {} : { edited: await jsonOf(edited, world) }),
  };
}

/** By its name, whatever is offered; else by what the word means for what this checkpoint offers. */
async function actionOf(word: string, id: string, world: World): Promise<ActionName> {
  const action = ACTIONS.find((each) => each === word.toLowerCase());
  if (action !== undefined) return action;
  if (meaning(word, ACTIONS).type === "comment") {
    const near = nearest(word, [...ACTIONS, "approve"]);
    throw new UsageError(`"${word}" is not an action${near ? `; did you mean ${near}?` : `: ${ACTIONS.join(", ")}`}`);
  }
  const { status, actions } = await world.bot().read(id, { signal: world.signal });
  // What has ended offers nothing, and who decided it is the bot's to say.
  const offered = status === "pending" ? actions.map((each) => each.action) : ACTIONS;
  const meant = meaning(word, offered);
  if (meant.type === "act") return meant.act.action;
  const why = meant.type === "ask" ? "may mean more than one thing here" : "is not offered here";
  throw new UsageError(`"${word}" ${why}; take one of: ${offered.join(", ")}`);
}

/** As in a reply to a card, where some words are only heard with what goes with them; here that has its options. */
function meaning(word: string, offered: readonly ActionName[]): Reading {
  if (!/^[a-z]+[.!]*$/i.test(word)) return { type: "comment", offer: null };
  const context = { mentioned: false, mayReplyFeedback: null, complete: true, direct: false };
  const actions = offered.map((action): OfferedAction => ({ action, label: action, comment: "optional", reasons: [] }));
  const alone = readReply(word, actions, context);
  return alone.type === "ask" ? readReply(`${word}: it`, actions, context) : alone;
}

function answersOf(given: Given): Answers | undefined {
  const pairs = given.texts("answer");
  const response = given.text("response");
  if (pairs.length > 0 && response !== undefined) throw new UsageError("Give --answer or --response, not both.");
  if (response !== undefined) return { response };
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError(`--answer is written KEY=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

async function jsonOf(given: string, world: World): Promise<Json> {
  const from = given === "-" ? "stdin" : given.startsWith("@") ? given.slice(1) : "--edited";
  const text = given === "-" ? await world.stdin() : given.startsWith("@") ? await world.file(given.slice(1)) : given;
  const parsed = parseStrict(text);
  if (parsed.ok) return parsed.value;
  throw new UsageError(`${from} does not hold the JSON to put there: ${parsed.problem.message}.`);
}
