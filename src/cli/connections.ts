/** `connections`: the agents' systems of the settings, and an address for one that cannot send a token. */
import { UsageError } from "./exit.ts";
import { tell, type Verb } from "./verb.ts";

export const connections: Verb = {
  name: "connections",
  usage: "connections | connections url NAME",
  summary: "the agents' systems of the settings, and their addresses",
  options: {},
  words: [0, 2],
  more: "url NAME makes an address for an agent that cannot send a token, and shows it once; the one before is void. It takes the admin's token.",
  async run(given, world) {
    const [word, name] = given.positionals;
    const bot = world.bot();
    if (word === undefined) {
      const { items } = await bot.connections({ signal: world.signal });
      const lines = items.map((each) => `${each.name} · ${each.protocol}`);
      return tell(
        given,
        world,
        { items },
        world.draw.text(lines.join("\n") || "None; `agents:` of the settings names them."),
      );
    }
    if (word !== "url" || name === undefined) throw new UsageError(`Usage: hitl ${connections.usage}`);
    const made = await bot.connectionUrl(name, { signal: world.signal });
    const sentence = `For ${made.name}, shown this once; whoever knows it is that agent. Its paths come after it:\n\n  ${made.url}\n`;
    return tell(given, world, made, world.draw.text(sentence));
  },
};
