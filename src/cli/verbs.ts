/** The verbs in the order of the help, and the help itself. */
import { nearest } from "../config/fault.ts";
import { act } from "./act.ts";
import { COMMON, type Option } from "./args.ts";
import { audit } from "./audit.ts";
import { connections } from "./connections.ts";
import { deliveries } from "./deliveries.ts";
import { doctor } from "./doctor.ts";
import { events } from "./events.ts";
import { UsageError } from "./exit.ts";
import { link } from "./link.ts";
import { history, pending } from "./lists.ts";
import { comment, show, whoami, withdraw } from "./one.ts";
import { policy } from "./policy.ts";
import { review } from "./review.ts";
import { stats } from "./stats.ts";
import type { Verb } from "./verb.ts";
import { webhookSecret } from "./webhook-secret.ts";

const VERBS: readonly Verb[] = [
  review,
  pending,
  show,
  act,
  comment,
  withdraw,
  history,
  events,
  stats,
  whoami,
  link,
  connections,
  deliveries,
  webhookSecret,
  policy,
  audit,
  doctor,
];
const NAMES = [...VERBS.map((verb) => verb.name), "help"];

export function verbOf(word: string): Verb {
  const verb = VERBS.find((each) => each.name === word);
  if (verb !== undefined) return verb;
  if (word.startsWith("-"))
    throw new UsageError(`The verb comes first: hitl VERB ${word.split("=")[0]}. See: hitl help`);
  const near = nearest(word, NAMES);
  throw new UsageError(`"${word}" is not a verb of hitl${near ? `; did you mean ${near}?` : ". See: hitl help"}`);
}

export function help(word?: string): string {
  return word === undefined ? overview() : helpOf(verbOf(word));
}

function overview(): string {
  const rows = VERBS.map((verb): [string, string] => [verb.name, verb.summary]);
  return `Usage: hitl VERB [options]

${table([...rows, ["help [VERB]", "this, or all about one verb"]])}

Every verb takes, behind it or in front
${optionTable(COMMON)}

Exit codes
  0    done
  1    refused: a rule says no, or it was decided already
  2    wrong usage
  3    the bot does not answer, or not as it should
  4    unknown token, or not allowed
  5    no such checkpoint (or not yours to see)
  130  interrupted: nothing was decided`;
}

function helpOf(verb: Verb): string {
  const options = { ...verb.options, ...COMMON };
  const more = verb.more === undefined ? "" : `\n\n${verb.more}`;
  return `Usage: hitl ${verb.usage}\n\n${verb.summary}${more}\n\n${optionTable(options)}`;
}

function optionTable(options: Record<string, Option>): string {
  return table(
    Object.entries(options).map(([name, option]) => [
      `--${name}${option.type === "string" ? ` ${option.value ?? "VALUE"}` : ""}`,
      option.help,
    ]),
  );
}

function table(rows: [string, string][]): string {
  const width = Math.max(11, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
