/** The verbs about one checkpoint: `show`, `comment`, `withdraw`; and `whoami`. */

import { UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";

export const show: Verb = {
  name: "show",
  usage: "show ID [--plain]",
  summary: "one checkpoint, all of it",
  options: { plain: { type: "boolean", help: "no frames or colours, as in a pipe" } },
  words: [1, 1],
  async run(given, world) {
    const [id = ""] = given.positionals;
    const bot = world.bot();
    if (given.flag("json")) return tell(given, world, await bot.read(id, { signal: world.signal }), "");
    const at = { signal: world.signal };
    const [card, timeline] = await Promise.all([bot.card(id, at), bot.timeline(id, at)]);
    world.out(world.draw.card(card, timeline, given.flag("plain")));
    return 0;
  },
};

export const comment: Verb = {
  name: "comment",
  usage: "comment ID TEXT",
  summary: "say something about it; decides nothing",
  options: {},
  words: [2, 2],
  async run(given, world) {
    const [id = "", text = ""] = given.positionals;
    if (text.trim() === "") throw new UsageError("A comment needs words. Usage: hitl comment ID TEXT");
    const commented = await world.bot().comment(id, text, { signal: world.signal });
    return tell(given, world, commented, "Commented.");
  },
};

export const withdraw: Verb = {
  name: "withdraw",
  usage: "withdraw ID --reason TEXT",
  summary: "take a question back that nobody needs to answer any more",
  options: { reason: { type: "string", value: "TEXT", help: "why; people and the agent are told" } },
  words: [1, 1],
  async run(given, world) {
    const reason = given.text("reason")?.trim();
    if (!reason) throw new UsageError("Say why: hitl withdraw ID --reason TEXT");
    const withdrawn = await world.bot().withdraw(given.positionals[0] ?? "", reason, { signal: world.signal });
    return tell(given, world, withdrawn, `Withdrawn: ${world.draw.text(withdrawn.title)}`);
  },
};

export const whoami: Verb = {
  name: "whoami",
  usage: "whoami",
  summary: "who the token says you are, and the ids to name you by",
  options: {},
  words: [0, 0],
  async run(given, world) {
    const me = await world.bot().whoami({ signal: world.signal });
    const who = me.person === null ? `the agent token "${me.name}"` : `${me.person} (${me.role}, token "${me.name}")`;
    const refs = me.refs.length === 0 ? "" : `\nIn \`approvers\` you are: ${me.refs.join(", ")}`;
    return tell(given, world, me, world.draw.text(`You are ${who} at ${world.address().url}`) + world.draw.text(refs));
  },
};
