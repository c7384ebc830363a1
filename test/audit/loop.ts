/**
 * A replica to be killed: `loop.ts <file> <audit.head> <run>`. Lets checkpoints live without end, and seals when it has
 * the lease. Prints the number of entries that it knows to be sealed whenever there are more.
 */
import { writeSync } from "node:fs";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { anchorAt } from "../../src/anchor.ts";
import { Feed } from "../../src/feed.ts";
import { readHead } from "../../src/seal.ts";
import { Sealer } from "../../src/sealer.ts";
import { office } from "../office.ts";
import { KEY } from "./ledger.ts";

const [path = "", head = "", run = ""] = process.argv.slice(2);
const opened = openSqlite(path);
const people = office(opened);
const anchor = anchorAt(head);

const fault = (error: unknown) => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
};
const feed = new Feed(opened.store, fault);
feed.start();
const announced = {
  read: anchor.read,
  async write(line: string) {
    await anchor.write(line);
    // Straight to the pipe: what is printed outlives this process.
    writeSync(1, `${readHead(line, KEY)?.seq}\n`);
  },
};
new Sealer({ ...opened, feed, key: KEY, anchor: announced, onFault: fault, lag: 3, lease: 100 }).start();

async function live(id: string): Promise<void> {
  await people.raise({ id, kind: "confirm", payload: { summary: id } });
  await people.act(id, "bob", { action: "proceed" });
}

for (let round = 1; ; round += 1) await Promise.all(["a", "b", "c"].map((name) => live(`chk_${run}_${name}_${round}`)));
