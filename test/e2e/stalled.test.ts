/** What readers that do not read cost the program, and the one beside them that does. */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Program, withProgram } from "../program.ts";
import { listen } from "../sse.ts";

const LONG = process.env.HITL_TEST_LONG === "1";
/** One less than may be open, for the reader that reads. */
const STALLED = LONG ? 999 : 250;
/** Loopback itself takes about 2.6 MB for each before it pushes back. */
const EVENTS = LONG ? 60 : 30;
const summary = "x".repeat(200_000);

function open({ url, token }: Program): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token("admin")}\r\n\r\n`);
  return new Promise((resolve) =>
    socket.once("data", () => {
      socket.pause();
      resolve(socket);
    }),
  );
}

async function figure({ url }: Program, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

test(`${STALLED} readers that stop reading cost no memory to speak of, and hold up nobody`, {
  timeout: 120_000,
}, async () => {
  await withProgram(
    async (program) => {
      const memory = async () => Math.round((await figure(program, "hitl_memory_bytes")) / 1024 / 1024);
      const stream = await listen(`${program.url}/v1/events`, { token: program.token("admin") });
      const sent = new Map<string, number>();
      const late: number[] = [];
      const heard: Promise<void> = (async () => {
        for await (const { data } of stream.events) {
          late.push(performance.now() - (sent.get(data.checkpoint.id) ?? 0));
          if (late.length === 2 * EVENTS) return;
        }
      })();
      let most = 0;
      const raise = async (name: string) => {
        for (let number = 0; number < EVENTS; number += 1) {
          const id = `chk_${name}_${number}`;
          sent.set(id, performance.now());
          const { status } = await program.call("agent", "POST", "/v1/checkpoints", {
            id,
            kind: "confirm",
            payload: { summary },
          });
          expect(status).toBe(201);
          if (number % 5 === 0) most = Math.max(most, await memory());
          await pause(20);
        }
      };

      await raise("before");
      const sockets = await Promise.all(Array.from({ length: STALLED }, () => open(program)));
      const before = await memory();
      most = before;
      await raise("beside");
      await heard;
      // The one that read is counted until its end was noticed.
      await expect.poll(() => figure(program, "hitl_streams"), { timeout: 10_000 }).toBe(STALLED);
      for (const socket of sockets) socket.destroy();

      const told = (times: number[]) => {
        const sorted = times.toSorted((a, b) => a - b);
        const at = (share: number) => `${Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0)} ms`;
        return `p50 ${at(0.5)}, p99 ${at(0.99)}`;
      };
      console.log(`${STALLED} streams stood still; memory ${before} MB before, at most ${most}: ${most - before} more`);
      console.log(
        `to the one that reads: ${told(late.slice(0, EVENTS))} alone, ${told(late.slice(EVENTS))} beside them`,
      );
      expect(most - before).toBeLessThan(100);
    },
    // V8 lets its nursery grow to 128 MB under any load; here it is about what is held.
    { NODE_OPTIONS: "--max-semi-space-size=16" },
  );
});
