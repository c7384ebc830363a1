/** The session on the shelf is the last holder's: one that was cut off and comes back leaves it alone. */
import { expect, test } from "vitest";
import { keepSession } from "../../../../adapters/channels/discord/session.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import type { Shelf } from "../../../../src/ports.ts";

const OLD = { id: "old", url: "wss://one", seq: 3 };
const NEW = { id: "new", url: "wss://two", seq: 1 };

function shelf() {
  const { shelf: kept } = openMemory();
  return {
    hold: () => keepSession(kept, "session", () => {}),
    seen: async () => (await keepSession(kept, "session", () => {})).session(),
  };
}

/** The same shelf, which takes nothing while it is away. */
function cut(kept: Shelf) {
  const away: { now: boolean } = { now: false };
  const shaky: Shelf = {
    ...kept,
    async set(key, value, ttl) {
      if (away.now) throw new Error("away");
      await kept.set(key, value, ttl);
    },
  };
  return { away, shaky };
}

test("a holder goes on with the session that the former one left, as far as all was done", async () => {
  const { hold, seen } = shelf();
  const first = await hold();
  first.opened(OLD);
  first.begun(4);
  first.begun(5);
  first.done(4);
  await first.save();
  const second = await hold();
  expect(second.session()).toEqual({ ...OLD, seq: 4 });
  second.begun(5);
  second.done(5);
  await second.save();
  expect(await seen()).toEqual({ ...OLD, seq: 5 });
});

test("a session that could not be kept when it was opened is kept by the next try", async () => {
  const { shelf: kept } = openMemory();
  const { away, shaky } = cut(kept);
  const former = await keepSession(kept, "session", () => {});
  former.opened(OLD);
  await former.save();
  const next = await keepSession(shaky, "session", () => {});
  // On its way out the former one notes once more how far it came.
  former.begun(4);
  former.done(4);
  await former.save();
  away.now = true;
  next.opened(NEW);
  await next.save();
  away.now = false;
  await next.save();
  expect((await keepSession(kept, "session", () => {})).session()).toEqual(NEW);
});

test("a session that could not be kept replaces none that was opened since", async () => {
  const { shelf: kept } = openMemory();
  const { away, shaky } = cut(kept);
  away.now = true;
  const first = await keepSession(shaky, "session", () => {});
  first.opened(OLD);
  await first.save();
  const second = await keepSession(kept, "session", () => {});
  second.opened(NEW);
  await second.save();
  away.now = false;
  first.begun(4);
  first.done(4);
  await first.save();
  expect((await keepSession(kept, "session", () => {})).session()).toEqual(NEW);
});

test("a holder that was cut off and comes back puts its old session over no new one, nor takes that away", async () => {
  const { hold, seen } = shelf();
  const cut = await hold();
  cut.opened(OLD);
  await cut.save();
  const next = await hold();
  next.forget();
  next.opened(NEW);
  await next.save();
  cut.begun(9);
  cut.done(9);
  await cut.save();
  expect(await seen()).toEqual(NEW);
  cut.forget();
  await cut.save();
  expect(await seen()).toEqual(NEW);
  next.begun(2);
  next.done(2);
  await next.save();
  expect(await seen()).toEqual({ ...NEW, seq: 2 });
});
