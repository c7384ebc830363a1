/**
 * A replica that carries out what is due and tells people, and counts whom it told what: `timekeeper.ts <url>`. Says
 * `ready`, and ends when it is told to, with what it did.
 */
import { once } from "node:events";
import { openRedis } from "../../adapters/stores/redis/index.ts";
import type { Channel } from "../../src/ports.ts";
import { Relay } from "../../src/relay.ts";
import { office } from "../office.ts";

const told: string[] = [];
const slack: Channel = {
  name: "slack",
  start: async () => {},
  stop: async () => {},
  post: async () => ({ type: "shown", message: "m" }),
  update: async () => ({ type: "shown", message: "m" }),
  tell: async (to, { type, checkpoint }) => {
    told.push(`${checkpoint} ${type} ${to}`);
    return { type: "shown", message: "dm" };
  },
};

const opened = await openRedis(process.argv[2] ?? "");
const { carry, feed } = office(opened, { channels: [slack] });
let looks = 0;
let faults = 0;
const relay = new Relay({
  store: opened.store,
  clock: opened.clock,
  errands: {
    carry(work) {
      if (work.task.do === "look") looks += 1;
      return carry(work);
    },
  },
  onFault: () => {
    faults += 1;
  },
  onDone: () => {},
});
const began = process.cpuUsage();
feed.start();
await feed.ready();
relay.start();
process.send?.("ready");
await once(process, "message");
await relay.stop();
await feed.stop();
await opened.close();
const { user, system } = process.cpuUsage(began);
const cpu = (user + system) / 1_000;
process.send?.({ looks, faults, told, cpu }, () => process.disconnect());
