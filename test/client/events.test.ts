/** The client's side of an event stream, against a server that cuts, lies and refuses. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { HitlError, type HitlEvent, hitl } from "../../src/client.ts";
import { viewOf } from "../../src/view.ts";
import { serve } from "../cli/command.ts";
import { checkpoint } from "../make.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Serve = (response: ServerResponse, request: IncomingMessage) => void;

/** Serves the connections in turn, the last way for ever. */
async function fake(...ways: Serve[]) {
  const asked: { url: string | undefined; last: string | string[] | undefined; token: string | undefined }[] = [];
  const { url, close } = await serve((request, response) => {
    const { headers } = request;
    const way = ways[Math.min(asked.length, ways.length - 1)];
    asked.push({ url: request.url, last: headers["last-event-id"], token: headers.authorization });
    way?.(response, request);
  });
  closing.push(close);
  return { asked, bot: hitl({ url, token: "agent-token", patience: 5_000 }) };
}

const view = viewOf(checkpoint({ title: "Zürich ☃" }), "http://bot");

function frame(
  id: number,
  data: unknown = { type: "checkpoint.raised", at: view.created_at, checkpoint: view },
): string {
  return `event: checkpoint.raised\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

const stream = (...texts: (string | Buffer)[]): Serve =>
  async function told(response) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const text of texts) {
      response.write(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  };

const cut =
  (...texts: string[]): Serve =>
  (response, { socket }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(texts.join(""), () => socket.destroy());
  };

const refuse =
  (status: number, code: string): Serve =>
  (response) =>
    response
      .writeHead(status, { "content-type": "application/problem+json", "retry-after": "0" })
      .end(JSON.stringify({ code, detail: "No." }));

async function ids(events: AsyncIterable<HitlEvent>, count: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const { id } of events) if (seen.push(id) === count) break;
  return seen;
}

async function errorOf(promise: Promise<unknown>): Promise<HitlError> {
  const error: unknown = await promise.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HitlError)) throw error;
  return error;
}

test("hears each event once, over a clean end, a broken connection and a bot that is away", async () => {
  const { bot, asked } = await fake(
    stream(": hitl-bot\nretry: 3000\nid: 6\n\n", frame(7), frame(8)),
    cut(frame(9)),
    refuse(503, "unavailable"),
    (_, { socket }) => socket.destroy(),
    stream(frame(10)),
  );
  const [first, ...rest] = [await bot.events({ after: 6 }).next(), 0];
  expect(first.value).toEqual({ id: 7, type: "checkpoint.raised", at: view.created_at, checkpoint: view });
  expect(rest).toEqual([0]);
  asked.length = 0;
  expect(await ids(bot.events({ after: 6 }), 4)).toEqual([7, 8, 9, 10]);
  expect(asked.map(({ last }) => last)).toEqual(["6", "8", "9", "9", "9"]);
  expect(asked[0]?.token).toBe("Bearer agent-token");
});

test("goes on from where the bot said that it begins, even when nothing had happened yet", async () => {
  const { bot, asked } = await fake(stream(": hitl-bot\nid: 41\n\n", ": quiet\nid: 44\n\n"), stream(frame(45)));
  expect(await ids(bot.events({ agent: "ops", kind: "tool", session: "a b" }), 1)).toEqual([45]);
  expect(asked.map(({ last }) => last)).toEqual([undefined, "44"]);
  expect(asked[0]?.url).toBe("/v1/events?agent=ops&kind=tool&session=a+b");
});

test("reads an event that comes in pieces, in the middle of a letter, and with other line ends", async () => {
  const bytes = Buffer.from(frame(1) + frame(2).replaceAll("\n", "\r\n"));
  const middle = bytes.indexOf("☃") + 1;
  const { bot } = await fake(stream(bytes.subarray(0, 9), bytes.subarray(9, middle), bytes.subarray(middle)));
  const titles: string[] = [];
  for await (const { checkpoint } of bot.events()) if (titles.push(checkpoint.title) === 2) break;
  expect(titles).toEqual(["Zürich ☃", "Zürich ☃"]);
});

test.each([
  [401, "unauthorized"],
  [422, "invalid_request"],
])("does not come back after a %i", async (status, code) => {
  const { bot, asked } = await fake(refuse(status, code));
  expect(await errorOf(bot.events().next())).toMatchObject({ status, code });
  expect(asked).toHaveLength(1);
});

test("gives up when nobody answers for as long as it was told to try", async () => {
  const { url, close } = await serve(() => {});
  close();
  expect(await errorOf(hitl({ url, token: "t", patience: 600 }).events().next())).toMatchObject({
    code: "unreachable",
  });
});

test.each([
  ["no JSON", "event: checkpoint.raised\nid: 1\ndata: {\n\n"],
  ["no checkpoint", frame(1, { type: "checkpoint.raised", at: "x" })],
  ["a resolved one without a decision", frame(1, { at: "x", checkpoint: { ...view, status: "resolved" } })],
  ["no id", frame(1).replace("id: 1\n", "")],
])("takes %s for a fault, never for an event", async (_, text) => {
  const { bot } = await fake(stream(text));
  expect(await errorOf(bot.events().next())).toMatchObject({ code: "malformed_answer" });
});

test("does not take a page for a stream", async () => {
  const { bot } = await fake((response) => response.writeHead(200, { "content-type": "text/html" }).end("Hello"));
  expect(await errorOf(bot.events().next())).toMatchObject({ code: "malformed_answer" });
});

test("ends with the caller's signal, while it listens and while it waits to come back", async () => {
  for (const way of [cut(frame(1)), refuse(503, "unavailable")]) {
    const { bot } = await fake(way, refuse(503, "unavailable"));
    const going = new AbortController();
    const reading = ids(bot.events({}, { signal: going.signal }), 2);
    setTimeout(() => going.abort(new Error("enough")), 100);
    await expect(reading).rejects.toThrow("enough");
  }
});

test("lets the connection go when the loop is left", async () => {
  const closed = Promise.withResolvers<void>();
  const { bot } = await fake((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(frame(1));
    response.once("close", closed.resolve);
  });
  expect(await ids(bot.events(), 1)).toEqual([1]);
  await closed.promise;
});
