/** Following what happens through two processes on one file, while readers come and go and a process is killed. */
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { random } from "../adapters/agents/http/malformed.ts";
import { makeFolder, type Program, startProgram } from "../program.ts";
import { listen, type Told, take } from "../sse.ts";

const LONG = process.env.HITL_TEST_LONG === "1";
const CHECKPOINTS = LONG ? 5_000 : 1_000;
const RECONNECTS = LONG ? 1_000 : 200;
const LANES = 16;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const confirm = { kind: "confirm", payload: { summary: "x" } };

/** Two of them over the same folder: the same file, the same tokens. */
async function withPrograms(work: (one: Program, two: Program) => Promise<void>): Promise<void> {
  const folder = makeFolder();
  const programs: Program[] = [];
  try {
    const one = await startProgram(folder);
    programs.push(one);
    const two = await startProgram(folder);
    programs.push(two);
    await work(one, two);
  } finally {
    await Promise.all(programs.map((program) => program.end("SIGKILL")));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Raises some, and lets each end as it may: decided, withdrawn, or by its time. */
async function liveAndDie(programs: Program[], count: number, at: (number: number) => void = () => {}): Promise<void> {
  const any = () => programs[Math.floor(Math.random() * programs.length)] as Program;
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      const id = `chk_live_${String(number).padStart(6, "0")}`;
      const timeout = number % 10 === 0 ? { timeout: 0.05 } : {};
      expect((await any().call("agent", "POST", "/v1/checkpoints", { id, ...confirm, ...timeout })).status).toBe(201);
      if (number % 10 === 1) await any().call("agent", "POST", `/v1/checkpoints/${id}/withdraw`, { reason: "enough" });
      else if (number % 10 > 1) await any().call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" });
      at(number);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** One reader that is cut off over and over, at either process, and comes back with the place it had reached. */
class Restless {
  readonly told: Told[] = [];
  readonly #programs: [Program, Program];
  readonly #next = random(seed);
  #last: string | undefined = "0";
  cuts = 0;

  constructor(programs: [Program, Program]) {
    this.#programs = programs;
  }

  async read(until: () => boolean): Promise<void> {
    while (!until()) {
      const going = new AbortController();
      // In the middle of whatever happens then; the first one may be before the answer has begun.
      const timer = setTimeout(() => going.abort(), this.cuts < RECONNECTS ? this.#next() * 60 : 2_000);
      try {
        await this.#once(going.signal, until);
      } catch (error) {
        if (!going.signal.aborted) throw error;
      }
      clearTimeout(timer);
      going.abort();
      this.cuts += 1;
    }
  }

  async #once(signal: AbortSignal, until: () => boolean): Promise<void> {
    const program = this.#programs[this.#next() < 0.5 ? 0 : 1];
    const token = program.token("admin");
    const stream = await listen(`${program.url}/v1/events`, { token, last: this.#last, signal });
    expect(stream.response.status).toBe(200);
    try {
      for await (const event of stream.events) {
        this.told.push(event);
        // Also between two events that came together.
        if (until() || (this.cuts < RECONNECTS && this.#next() < 0.1)) return;
      }
    } finally {
      this.#last = stream.last();
    }
  }
}

test(`a reader cut off ${RECONNECTS} times while ${CHECKPOINTS} checkpoints live and die misses and doubles nothing (seed ${seed})`, {
  timeout: 240_000,
}, async () => {
  await withPrograms(async (one, two) => {
    const reader = new Restless([one, two]);
    const began = performance.now();
    const reading = reader.read(() => reader.told.length >= 2 * CHECKPOINTS && reader.cuts >= RECONNECTS);
    await Promise.all([liveAndDie([one, two], CHECKPOINTS), reading]);
    // Whatever would come too much comes now.
    const rest = await listen(`${one.url}/v1/events`, { token: one.token("admin"), last: String(2 * CHECKPOINTS) });
    const { body } = await two.call("agent", "POST", "/v1/checkpoints", { id: "chk_the_last", ...confirm });
    expect(body.id).toBe("chk_the_last");
    reader.told.push(...(await take(rest, 1)));

    const ids = reader.told.map(({ id }) => id);
    console.log(`${ids.length} events over ${reader.cuts} connections, ${Math.round(performance.now() - began)} ms`);
    expect(reader.cuts).toBeGreaterThanOrEqual(RECONNECTS);
    expect(ids).toEqual(Array.from({ length: 2 * CHECKPOINTS + 1 }, (_, index) => index + 1));
    expect(reader.told.at(-1)?.data.checkpoint.id).toBe("chk_the_last");
    for (const { type, data } of reader.told) {
      expect(data.type).toBe(type);
      expect(data.checkpoint.status !== "pending" || type === "checkpoint.raised").toBe(true);
    }
  });
});

describe("when a process goes", () => {
  test("its readers go on at the other one, without a gap", async () => {
    await withPrograms(async (one, two) => {
      const token = two.token("admin");
      const stream = await listen(`${one.url}/v1/events`, { token });
      const seen: Told[] = [];
      const reading = (async () => {
        for await (const event of stream.events) seen.push(event);
      })().catch(() => "cut");
      const living = liveAndDie([two], 100, (number) => {
        if (number === 50) one.child.kill("SIGKILL");
      });
      expect(await reading).toBe("cut");
      expect(seen.length).toBeGreaterThan(0);
      const again = await listen(`${two.url}/v1/events`, { token, last: stream.last() });
      const rest = await take(again, 200 - seen.length);
      await living;
      console.log(`${seen.length} events before the kill, ${rest.length} after it`);
      expect([...seen, ...rest].map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    });
  });

  test("SIGTERM ends its streams cleanly and at once", async () => {
    await withPrograms(async (one) => {
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => listen(`${one.url}/v1/events`, { token: one.token("agent") })),
      );
      const ends = streams.map((stream) => stream.events.next());
      await pause(50);
      const began = performance.now();
      expect(await one.end("SIGTERM")).toBe(0);
      const took = Math.round(performance.now() - began);
      expect(await Promise.all(ends)).toEqual(streams.map(() => ({ done: true, value: undefined })));
      console.log(`ended with 20 streams open in ${took} ms`);
      expect(took).toBeLessThan(4_000);
    });
  });
});
