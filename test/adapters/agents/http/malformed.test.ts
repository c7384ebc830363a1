import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import type { DeskPort } from "../../../../src/desk-port.ts";
import { type Answer, door, simpleDesk } from "./door.ts";
import { type Malformed, makeMalformed } from "./malformed.ts";

const COUNT = 2_000;
const AT_ONCE = 20;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`answers each of ${COUNT} malformed requests with its own code and place, and does nothing (seed ${seed})`, async () => {
  const reached: string[] = [];
  const names = Object.keys(simpleDesk) as (keyof DeskPort)[];
  const desk = Object.fromEntries(names.map((name) => [name, () => reached.push(name)]));
  const api = await door(desk as Partial<DeskPort>);
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const make = makeMalformed(seed);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const counts: Record<string, number> = {};
  const wrong: unknown[] = [];

  delay.enable();
  for (let sent = 0; sent < COUNT; sent += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, make);
    const answers = await Promise.all(batch.map(([, { route, asked }]) => api.call(route, asked)));
    for (const [index, answer] of answers.entries()) {
      const [name, expected] = batch[index] ?? ["", {} as Malformed];
      const key = `${answer.status} ${answer.body.code}`;
      counts[key] = (counts[key] ?? 0) + 1;
      const fault = faultOf(expected, answer);
      if (fault !== undefined) wrong.push({ name, fault, expected, answer: answer.text.slice(0, 500) });
    }
  }
  delay.disable();

  console.log(`seed ${seed}; longest stall ${(delay.max / 1e6).toFixed(0)} ms, client included`, counts);
  expect(wrong).toEqual([]);
  expect(reached).toEqual([]);
  expect(api.faults).toEqual([]);
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before);
  expect((await api.call("GET /healthz")).status).toBe(200);
});

function faultOf({ status, code, at }: Malformed, { status: got, body, headers }: Answer): string | undefined {
  if (got !== status || body.code !== code) return `${got} ${body.code}`;
  if (headers.get("content-type") !== "application/problem+json") return "not problem+json";
  if (typeof body.detail !== "string" || !body.detail.endsWith(".")) return "no sentence";
  if (body.type !== `urn:hitl-bot:${code}` || typeof body.title !== "string" || body.status !== status)
    return "not whole";
  if (at === undefined) return undefined;
  const first = Array.isArray(body.errors) ? body.errors[0] : undefined;
  const pointer = typeof first === "object" && first !== null && "pointer" in first ? first.pointer : undefined;
  return typeof pointer === "string" && pointer.startsWith(at) ? undefined : `pointer ${JSON.stringify(pointer)}`;
}
