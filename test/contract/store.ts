/** What every store must do, whatever it is made of. An implementation's test file is a few lines that call this. */
import { describe } from "vitest";
import { commits } from "./commits.ts";
import { lists } from "./lists.ts";
import { logs } from "./logs.ts";
import { type Open, type Options, opener } from "./open.ts";
import { works } from "./works.ts";

export function storeContract(name: string, open: Open, options: Options): void {
  describe(`${name} store`, () => {
    const stores = opener(open, options);
    commits(stores);
    lists(stores);
    logs(stores);
    works(stores, options.advance);
  });
}
