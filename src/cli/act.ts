/** `act`: one decision from a script, in the API's words. */
import type { Act } from "../card.ts";
import { ACTIONS, type ActionName, type Answers } from "../checkpoint.ts";
import { nearest } from "../config/fault.ts";
import { type Json, parseStrict } from "../json.ts";
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
  more: `ACTION is one of ${ACTIONS.join(", ")}.`,
  async run(given, world) {
    const [id = "", word = ""] = given.positionals;
    const acted = await world.bot().act(id, await actOf(actionOf(word), given, world), { signal: world.signal });
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

function actionOf(word: string): ActionName {
  const action = ACTIONS.find((each) => each === word);
  if (action !== undefined) return action;
  const near = nearest(word, ACTIONS);
  throw new UsageError(`"${word}" is not an action${near ? `; did you mean ${near}?` : `: ${ACTIONS.join(", ")}`}`);
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
