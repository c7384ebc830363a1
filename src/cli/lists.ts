/** `pending` and `history`: what waits, what has ended. */
import { KINDS, type KindName } from "../checkpoint.ts";
import type { CheckpointView } from "../client/checks.ts";
import { mine } from "../client/mine.ts";
import type { Hitl, ListQuery } from "../client.ts";
import { nearest } from "../config/fault.ts";
import type { Given } from "./args.ts";
import { UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

export const pending: Verb = {
  name: "pending",
  usage: "pending [--mine | --overdue] [--kind KIND] [--agent NAME]",
  summary: "what waits for a decision, oldest first",
  options: {
    mine: { type: "boolean", help: "only what you may decide" },
    overdue: { type: "boolean", help: "only what is past its time" },
    kind: { type: "string", value: "KIND", help: KINDS.join(", ") },
    agent: { type: "string", value: "NAME", help: "only what this agent asked" },
  },
  words: [0, 0],
  async run(given, world) {
    const query: ListQuery = { status: "pending", limit: 200, ...filters(given) };
    const bot = world.bot();
    const me = given.flag("mine") ? await bot.whoami({ signal: world.signal }) : undefined;
    const found = await collect(bot, query, world.signal, (item) => me === undefined || mine(me, item));
    const items = found.toReversed();
    const sentence = items.length === 0 ? "Nothing waits." : world.draw.list(items);
    return tell(given, world, { items, next: null }, sentence);
  },
};

export const history: Verb = {
  name: "history",
  usage: "history [N]",
  summary: "the last N (20) that have ended, newest first",
  options: {},
  words: [0, 1],
  async run(given, world) {
    const count = Number(given.positionals[0] ?? "20");
    if (!Number.isInteger(count) || count < 1 || count > 1_000)
      throw new UsageError("Usage: hitl history [N], N from 1 to 1000");
    const ended = (item: CheckpointView) => item.status !== "pending";
    const items = await collect(world.bot(), { limit: 200 }, world.signal, ended, count);
    if (given.flag("json")) return tell(given, world, { items, next: null }, "");
    if (items.length === 0) return tell(given, world, items, "Nothing has ended yet.");
    return tell(given, world, items, world.draw.list(items, await statesOf(items, world)));
  },
};

/** Asked at once. */
const CARDS = 10;

/** The record holds people's words as they were written; what is shown of them to others stands on the cards. */
async function statesOf(items: readonly CheckpointView[], world: World): Promise<Map<string, string>> {
  const bot = world.bot();
  const states = new Map<string, string>();
  for (let from = 0; from < items.length; from += CARDS) {
    const cards = items.slice(from, from + CARDS).map(({ id }) => bot.card(id, { signal: world.signal }));
    for (const { id, state } of await Promise.all(cards)) states.set(id, state);
  }
  return states;
}

/** Page by page, newest first, until there are enough. */
async function collect(
  bot: Hitl,
  query: ListQuery,
  signal: AbortSignal,
  wanted: (item: CheckpointView) => boolean,
  enough = Number.POSITIVE_INFINITY,
): Promise<CheckpointView[]> {
  const items: CheckpointView[] = [];
  let cursor: string | undefined;
  do {
    const page = await bot.list(cursor === undefined ? query : { ...query, cursor }, { signal });
    items.push(...page.items.filter(wanted));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < enough);
  return items.slice(0, enough);
}

function filters(given: Given): ListQuery {
  const kind = given.text("kind");
  const agent = given.text("agent");
  return {
    ...(kind === undefined ? {} : { kind: kindOf(kind) }),
    ...(agent === undefined ? {} : { agent }),
    ...(given.flag("overdue") ? { overdue: true } : {}),
  };
}

export function kindOf(word: string): KindName {
  const kind = KINDS.find((each) => each === word);
  if (kind !== undefined) return kind;
  const near = nearest(word, KINDS);
  throw new UsageError(`"${word}" is not a kind${near ? `; did you mean ${near}?` : `: ${KINDS.join(", ")}`}`);
}
