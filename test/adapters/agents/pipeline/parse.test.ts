/** What a pipeline's stream and lists may look like. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sentOf } from "../../../../adapters/agents/pipeline/mapping.ts";
import { sentEvents } from "../../../../adapters/agents/pipeline/sse.ts";
import { SAMPLE } from "./place.ts";

async function eventsOf(bytes: Uint8Array, cuts: number[] = []): Promise<[string, string][]> {
  const edges = [0, ...cuts.filter((each) => each < bytes.length).sort((a, b) => a - b), bytes.length];
  const chunks = edges.slice(1).map((end, index) => new Uint8Array(bytes.subarray(edges[index], end)));
  const found: [string, string][] = [];
  for await (const { event, data } of sentEvents(ReadableStream.from(chunks))) found.push([event, data]);
  return found;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("a stream of events", () => {
  test("is read as the document prints it, over several lines", async () => {
    const printed = `event: checkpoint\ndata: ${JSON.stringify(SAMPLE, null, 2)}\n\n`;
    const [[event, data] = []] = await eventsOf(bytesOf(printed));
    expect([event, JSON.parse(String(data))]).toEqual(["checkpoint", SAMPLE]);
  });

  test.each([
    ["comments and signs of life", ": hello\n\nevent: checkpoint\n: again\ndata: 1\n\n", [["checkpoint", "1"]]],
    ["lines that end as on Windows", "event: checkpoint\r\ndata: 1\r\n\r\n", [["checkpoint", "1"]]],
    ["data over several lines", "data: 1\ndata:2\n\n", [["message", "1\n2"]]],
    ["a mark of byte order", "\uFEFFevent: a\ndata: 1\n\n", [["a", "1"]]],
    ["ids and retries", "id: 7\nretry: 3\nevent: a\ndata: 1\n\n", [["a", "1"]]],
    ["an event without data", "event: a\n\ndata: 1\n\n", [["message", "1"]]],
    ["an end in the middle", "event: a\ndata: 1\n\nevent: b\ndata: 2\n", [["a", "1"]]],
    ["nothing", "", []],
  ])("may hold %s", async (_, text, events) => {
    expect(await eventsOf(bytesOf(text))).toEqual(events);
  });

  test("that never ends a line is given up in time, and costs no more for coming in small pieces", async () => {
    const piece = bytesOf("x".repeat(1_000));
    async function* endless() {
      yield bytesOf("data: ");
      for (let sent = 0; sent < 40_000; sent += 1) yield piece;
    }
    const began = performance.now();
    const reading = (async () => {
      for await (const _ of sentEvents(ReadableStream.from(endless()))) expect.unreachable();
    })();
    await expect(reading).rejects.toThrow("an event of the pipeline is too long to be taken");
    // 0.2 s here; with each piece searched from the beginning of the line it was a minute and a half.
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("reads the same however its bytes are cut into pieces", async () => {
    const bytes = bytesOf("event: checkpoint\r\ndata: Grüße 🚦\r\n\r\nevent: b\ndata: é\n\n");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        expect(await eventsOf(bytes, cuts)).toEqual([
          ["checkpoint", "Grüße 🚦"],
          ["b", "é"],
        ]);
      }),
    );
  });
});

describe("what is found at a pipeline", () => {
  test("is asked about whatever its shape, and cut where it is more than anybody could read", () => {
    const bare = { session_id: null, phase: "unnamed phase", summary: "", outputs: {} };
    expect(sentOf({ checkpoint_id: 7 })).toEqual({ ...bare, checkpoint_id: "7" });
    expect(sentOf({ id: "a", status: "pending", outputs: "done", risk: "low" })).toEqual({
      ...{ ...bare, checkpoint_id: "a", outputs: { output: "done" }, risk: "low" },
    });
    const long = sentOf({ id: "a", outputs: { A: "x".repeat(300_000), B: "short" } });
    expect(String(long?.outputs.A).slice(-60)).toMatch(/… 100000 of 300000 characters; the pipeline has all of it$/);
    expect(long?.outputs.B).toBe("short");
  });

  test("is cut also where it has very many members, so that no record is larger than a request may make it", () => {
    const many = (name: string) =>
      Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`${name} ${index}`, "x".repeat(200)]));
    const made = sentOf({ id: "a", phase: "planning", ...many("member"), outputs: many("Agent") });
    expect(made).toMatchObject({ checkpoint_id: "a", phase: "planning" });
    expect(JSON.stringify(made).length).toBeLessThan(256 * 1_024);
    expect(made?.more).toMatch(/^\{"member 0":"x+".*characters; the pipeline has all of it$/s);
    expect(made?.outputs.outputs).toMatch(/^\{"Agent 0":"x+".*characters; the pipeline has all of it$/s);
  });

  test("cannot be asked about without an id that it could be resolved by", () => {
    for (const found of [{}, { checkpoint_id: null }, { checkpoint_id: ".." }, { id: "" }, { id: "x".repeat(201) }])
      expect(sentOf(found)).toBeUndefined();
  });
});
