/** A reader of server-sent events, as the HTML standard reads them: `id` alone moves the place, data makes an event. */
import type { StreamEventView } from "../src/answers.ts";

export interface Told {
  id: number;
  type: string;
  data: StreamEventView;
}

export interface Listening {
  response: Response;
  /** What a reader would send as Last-Event-ID, once it comes back. */
  last(): string | undefined;
  /** Every line that was read, comments too. */
  lines: string[];
  /** Ends with the stream; throws when the connection breaks. */
  events: AsyncGenerator<Told, void>;
}

export async function listen(
  url: string,
  { token, last, signal }: { token: string; last?: string | undefined; signal?: AbortSignal },
): Promise<Listening> {
  const headers = { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { "last-event-id": last }) };
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  const lines: string[] = [];
  let place = last;

  async function* events(): AsyncGenerator<Told, void> {
    let rest = "";
    let block: Partial<Record<string, string>> = {};
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const complete = (rest + text).split("\n");
      rest = complete.pop() ?? "";
      for (const line of complete) {
        lines.push(line);
        const [, field = "", value = ""] = /^(\w*):? ?(.*)$/.exec(line) ?? [];
        if (line !== "") {
          if (field !== "") block[field] = value;
          continue;
        }
        place = block.id ?? place;
        const { event = "message", id, data } = block;
        block = {};
        if (data !== undefined) yield { id: Number(id), type: event, data: JSON.parse(data) };
      }
    }
  }

  return { response, last: () => place, lines, events: events() };
}

/** The next `count` events. */
export async function take({ events }: Listening, count: number): Promise<Told[]> {
  const told: Told[] = [];
  while (told.length < count) {
    const next = await events.next();
    if (next.done) throw new Error(`the stream ended after ${told.length} of ${count} events`);
    told.push(next.value);
  }
  return told;
}
