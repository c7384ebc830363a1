/**
 * A stream of server-sent events as a pipeline writes them: what a blank line has not ended yet is no event, so a
 * stream that is cut anywhere leaves no half of one behind.
 */

export interface SentEvent {
  event: string;
  data: string;
}

/** Characters; a pipeline's outputs of many agents are long, but this is no stream of events any more. */
const LONGEST = 16 * 1_024 * 1_024;

export async function* sentEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<SentEvent, void> {
  // The beginning of a line, in the pieces that it came in: put together once, however many they are.
  let rest: string[] = [];
  let held = 0;
  let length = 0;
  let event = "message";
  let data: string[] = [];
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const isOver = /[\r\n]/.test(text) || rest.at(-1)?.endsWith("\r") === true;
    const lines = isOver ? (rest.join("") + text).split(/\r\n|\n|\r(?!$)/) : [text];
    if (isOver) [rest, held] = [[], 0];
    const last = lines.pop() ?? "";
    rest.push(last);
    held += last.length;
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { event, data: data.join("\n") };
        [event, data, length] = ["message", [], 0];
        continue;
      }
      const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") event = value;
      else if (field === "data") data.push(value);
      // A JSON text over several lines without their `data:`, as some print it, still belongs to what has begun.
      else if (data.length > 0 && !["", "id", "retry"].includes(field)) data.push(line);
      length += line.length;
    }
    if (length + held > LONGEST) throw new RangeError("an event of the pipeline is too long to be taken");
  }
}
