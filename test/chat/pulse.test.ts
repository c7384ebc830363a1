import { describe, expect, it } from "vitest";
import { makePulse } from "../../src/chat/pulse.ts";
import { NotYet, StoreUnavailable } from "../../src/ports.ts";

class Silence extends Error {}

function pulse() {
  const time = { now: 1_000_000 };
  const made = makePulse(
    () => time.now,
    () => 0.5,
  );
  /** `put off 4000` or what it was. */
  async function deliver(about: string, answer: Promise<unknown> | Error | "ok", asked = () => {}): Promise<string> {
    const work = async () => {
      asked();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    try {
      await made.through(about, work, (error) => error instanceof Silence);
      return "done";
    } catch (error) {
      return error instanceof NotYet ? `put off ${error.after}` : String((error as Error).message);
    }
  }
  return { time, deliver };
}

describe("a platform that does not answer", () => {
  it("is asked by one delivery at a time, and by all again once it has answered", async () => {
    const { deliver } = pulse();
    expect(await deliver("a", new Silence("503"))).toBe("put off 4000");
    const hanging = Promise.withResolvers<unknown>();
    const probe = deliver("b", hanging.promise);
    expect(await deliver("c", "ok")).toBe("put off 4000");
    hanging.reject(new Silence("hung up"));
    expect(await probe).toBe("put off 4000");
    expect(await deliver("c", "ok")).toBe("done");
    const slow = Promise.withResolvers<unknown>();
    const first = deliver("a", slow.promise);
    expect(await deliver("b", "ok")).toBe("done");
    slow.resolve("late");
    expect(await first).toBe("done");
  });

  it("is asked less often the longer that lasts, and never gives anything up", async () => {
    const { time, deliver } = pulse();
    const waits: string[] = [];
    for (const minute of [0, 1, 10, 1_000]) {
      time.now = 1_000_000 + minute * 60_000;
      waits.push(await deliver("a", new Silence("503")));
    }
    expect(waits).toEqual(["put off 4000", "put off 15000", "put off 20000", "put off 20000"]);
  });

  it("is let alone for a moment after three failures in a row, longer each time, though not for long", async () => {
    const { time, deliver } = pulse();
    const began = time.now;
    const asked: number[] = [];
    for (; time.now < began + 30_000; time.now += 100)
      await deliver(`card ${time.now}`, new Silence("503"), () => void asked.push(time.now - began));
    expect(asked).toEqual([0, 100, 200, 700, 1_700, 3_700, 7_700, 12_700, 17_700, 22_700, 27_700]);
    time.now += 5_000;
    expect(await deliver("a", "ok")).toBe("done");
  });

  it("has answered, too, when it refuses", async () => {
    const { deliver } = pulse();
    await deliver("a", new Silence("503"));
    expect(await deliver("b", new Error("channel_not_found"))).toBe("channel_not_found");
    const slow = Promise.withResolvers<unknown>();
    const one = deliver("c", slow.promise);
    expect(await deliver("d", "ok")).toBe("done");
    slow.resolve("late");
    expect(await one).toBe("done");
  });
});

describe("a delivery that fails while others get through", () => {
  it("is told its own failure, which counts, from the second one on", async () => {
    const { time, deliver } = pulse();
    expect(await deliver("a", new Silence("500"))).toBe("put off 4000");
    time.now += 1;
    expect(await deliver("b", "ok")).toBe("done");
    time.now += 1;
    expect(await deliver("a", new Silence("500"))).toBe("500");
    expect(await deliver("b", "ok")).toBe("done");
    expect(await deliver("a", "ok")).toBe("done");
    time.now += 1;
    expect(await deliver("a", new Silence("500"))).toBe("put off 4000");
  });

  it("tells nothing of the platform when it was put off before it was sent, or our own store failed it", async () => {
    const { deliver } = pulse();
    await deliver("a", new Silence("503"));
    expect(await deliver("b", new NotYet(7))).toBe("put off 7");
    expect(await deliver("b", new StoreUnavailable("locked"))).toBe("locked");
    const hanging = Promise.withResolvers<unknown>();
    const probe = deliver("c", hanging.promise);
    expect(await deliver("d", "ok")).toBe("put off 4000");
    hanging.resolve("back");
    expect(await probe).toBe("done");
  });
});
