/** `review`: the verb for people. */
import type { Verb } from "./verb.ts";

export const review: Verb = {
  name: "review",
  usage: "review [--plain]",
  summary: "go through what waits for you, one at a time",
  options: { plain: { type: "boolean", help: "no frames, colours or arrow keys: line by line, for screen readers" } },
  words: [0, 0],
  more: "Without a terminal it reads its answers line by line from stdin; the end of the input decides nothing.",
  run: (given, world) => world.review(world.bot(), given.flag("plain")),
};
