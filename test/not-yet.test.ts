import { expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { NotYet } from "../src/ports.ts";
import { Relay } from "../src/relay.ts";
import { office } from "./office.ts";

test("work that the platform wants later comes back at that time, and is no fault", async () => {
  const opened = openMemory();
  const { raise } = office(opened, {
    channels: [
      {
        name: "slack",
        start: async () => {},
        stop: async () => {},
        post: async () => ({ type: "shown", message: "m" }),
        update: async () => ({ type: "shown", message: "m" }),
        tell: async () => ({ type: "shown", message: "m" }),
      },
    ],
  });
  await raise({ kind: "confirm", payload: { summary: "Publish it" } });
  const put: number[] = [];
  let tried = 0;
  const faults: unknown[] = [];
  const finished = Promise.withResolvers<void>();
  const relay = new Relay({
    store: {
      ...opened.store,
      done(work, result) {
        if (result.type === "again") put.push(result.at - opened.clock());
        return opened.store.done(work, result);
      },
    },
    clock: opened.clock,
    errands: {
      async carry({ task }) {
        if (task.do !== "show") return { type: "finished" };
        tried += 1;
        if (tried === 1) throw new NotYet(200);
        return { type: "finished" };
      },
    },
    onFault: (error) => faults.push(error),
    onDone: (work, result) => {
      if (work.task.do === "show" && result === "finished") finished.resolve();
    },
  });
  relay.start();
  await finished.promise;
  await relay.stop();
  expect(put.length).toBe(1);
  // Any other fault would be put off by a second.
  expect(put[0]).toBeGreaterThan(150);
  expect(put[0]).toBeLessThanOrEqual(200);
  expect(faults).toEqual([]);
});
