/** `link`: lets a person into the web inbox. */
import { tell, type Verb } from "./verb.ts";

export const link: Verb = {
  name: "link",
  usage: "link PERSON",
  summary: "a link that signs a person in to the web inbox, once",
  options: {},
  words: [1, 1],
  more: "PERSON is an id under `people` of the settings, or admin. The link is worth ten minutes; it takes the admin's token.",
  async run(given, world) {
    const made = await world.bot().link(given.positionals[0] ?? "", { signal: world.signal });
    return tell(
      given,
      world,
      made,
      `For ${world.draw.text(made.person)}, once, within ten minutes:\n\n  ${made.url}\n`,
    );
  },
};
