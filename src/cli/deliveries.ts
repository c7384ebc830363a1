/** `deliveries`: the calls to agents that wait or were given up, and another try for one of them. */
import type { DeliveryView } from "../client/checks.ts";
import type { Given } from "./args.ts";
import { UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

export const deliveries: Verb = {
  name: "deliveries",
  usage: "deliveries [--dead] | deliveries retry ID",
  summary: "calls to agents that wait or were given up",
  options: { dead: { type: "boolean", help: "only those that were given up" } },
  words: [0, 2],
  more: "retry ID has the agent of that checkpoint called now, and gives a dead letter all its attempts again.",
  async run(given, world) {
    const [word, id] = given.positionals;
    if (word === undefined) return list(given, world);
    if (word === "retry" && id !== undefined) return retry(id, given, world);
    throw new UsageError(`Usage: hitl ${deliveries.usage}`);
  },
};

async function list(given: Given, world: World): Promise<number> {
  const dead = await collect("dead", world);
  const waiting = given.flag("dead") ? [] : await collect("waiting", world);
  const items = [...dead, ...waiting];
  const lines = items.map((item) => lineOf(item, world));
  return tell(given, world, { items, next: null }, lines.join("\n") || "No agent waits to be called.");
}

async function collect(state: "dead" | "waiting", world: World): Promise<DeliveryView[]> {
  const bot = world.bot();
  const items: DeliveryView[] = [];
  let cursor: string | undefined;
  do {
    const page = await bot.deliveries(state, { signal: world.signal, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

async function retry(id: string, given: Given, world: World): Promise<number> {
  const delivery = await world.bot().redeliver(id, { signal: world.signal });
  return tell(given, world, delivery, world.draw.text(`${delivery.url} is being called about ${delivery.id}.`));
}

function lineOf({ id, url, state, attempts, error, at, checkpoint }: DeliveryView, world: World): string {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  const last = [error, at].filter((each) => each !== undefined).join(", ");
  const lines = [checkpoint.title, `  ${id} · ${checkpoint.status} · ${state} after ${tries}`, `  ${url}`];
  if (last !== "") lines.push(`  last: ${last}`);
  return world.draw.text(lines.join("\n"));
}
