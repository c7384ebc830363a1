/**
 * A replica that does nothing but what is due: `relay.ts <url> <ms> <sound|wall>`. The wall clock of its machine is off
 * by `ms`; `wall` is a mutant that goes by it. Says `ready`, and ends when it is told to, with what it did.
 */
import { once } from "node:events";

const [url = "", shift = "0", kind = ""] = process.argv.slice(2);
const real = Date.now;
Date.now = () => real() + Number(shift);
const { openRedis } = await import("../../adapters/stores/redis/index.ts");
const { Relay } = await import("../../src/relay.ts");
const { office } = await import("../office.ts");

const opened = await openRedis(url, kind === "wall" ? { clock: Date.now } : {});
const { desk } = office(opened);
let looks = 0;
let faults = 0;
const relay = new Relay({
  store: opened.store,
  clock: opened.clock,
  errands: {
    async carry({ task }) {
      looks += 1;
      const at = await desk.look(task.id);
      return at === null ? { type: "finished" } : { type: "again", at };
    },
  },
  onFault: () => {
    faults += 1;
  },
  onDone: () => {},
});
relay.start();
process.send?.("ready");
await once(process, "message");
await relay.stop();
await opened.close();
process.send?.({ looks, faults }, () => process.disconnect());
