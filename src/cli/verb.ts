/** What a verb of the `hitl` command is; one file or a part of one each, listed in verbs.ts. */
import { spelledJson } from "../spelled.ts";
import type { Given, Option } from "./args.ts";
import type { World } from "./world.ts";

export interface Verb {
  name: string;
  /** Without `hitl`: `act ID ACTION [--feedback TEXT]`. */
  usage: string;
  /** One line, without a full stop. */
  summary: string;
  options: Record<string, Option>;
  /** How many words it takes. */
  words: [min: number, max: number];
  /** Further sentences of its help. */
  more?: string;
  /** Answers the exit code. */
  run(given: Given, world: World): Promise<number>;
}

/** A machine gets the document, a person the sentence. */
export function tell(given: Given, world: World, value: unknown, sentence: string): number {
  world.out(given.flag("json") ? document(value) : sentence);
  return 0;
}

/** For machines, and still harmless where a person looks at it. */
export function document(value: unknown): string {
  return spelledJson(JSON.stringify(value, null, 2));
}
