/** The inbox's stream: a session that has ended is told nothing more, however much happens. */
import { EventEmitter } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { makeLive } from "../../../../adapters/channels/web/live.ts";
import type { Visit } from "../../../../adapters/channels/web/transport.ts";
import type { Happening } from "../../../../src/recent.ts";
import type { Followed } from "../../../../src/stream.ts";
import { checkpoint } from "../../../make.ts";

afterEach(() => void vi.useRealTimers());

test("also where it is never quiet, the session is looked at every 15 seconds", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  async function* events(): AsyncGenerator<Happening> {
    for (let seq = 1; seq < 20; seq += 1) {
      yield { seq, type: "checkpoint.raised", at: 0, checkpoint: checkpoint({ title: `Number ${seq}` }) };
      vi.advanceTimersByTime(4_000);
    }
  }
  const stopping = new AbortController().signal;
  const follow = async (): Promise<Followed> => ({ type: "followed", seq: 0, events: events(), stopping });
  const live = makeLive({ desk: { follow }, holds: async () => false });
  const outgoing = Object.assign(new EventEmitter(), { destroyed: false, destroy() {} });
  const call = { req: { method: "GET" }, env: { outgoing, incoming: { headers: {} } } };
  const visit = { call, session: { person: "bob" }, caller: {} } as unknown as Visit;
  const told = await (await live(visit)).text();
  expect(told.match(/Number \d+/g)).toEqual(["Number 1", "Number 2", "Number 3", "Number 4"]);
});
