/** Both ways of asking, on streams in the place of a terminal: what counts as an answer, and what never does. */
import { PassThrough } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { linePrompter } from "../../../../adapters/channels/terminal/lines.ts";
import { ttyPrompter } from "../../../../adapters/channels/terminal/transport.ts";

const ENTER = "\r";
const options = [{ label: "one" }, { label: "two" }];

/** A keyboard and a screen; `typed` waits until the question stands there. */
function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input }) as unknown as ReadStream &
    PassThrough;
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), { columns: 80, rows: 24, isTTY: true });
  const stop = new AbortController();
  let screen = "";
  let heard = () => {};
  output.on("data", (text: string) => {
    screen += text;
    heard();
  });
  async function typed(question: string, keys: string): Promise<void> {
    while (!screen.includes(question)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      heard = resolve;
      await promise;
    }
    screen = "";
    input.write(keys);
  }
  return { input, output: output as unknown as WriteStream, stop, typed };
}

function asking() {
  const { input, output, stop, typed } = terminal();
  return { prompter: ttyPrompter(input, output, stop.signal), input, stop, typed };
}

test("keys that were pressed before a question are forgotten, on a terminal with arrow keys", async () => {
  const { prompter, input, typed } = asking();
  input.write(`proceed${ENTER}`);
  await prompter.fresh();
  const answer = prompter.line({ message: "Proceed?" });
  await typed("Proceed?", `skip${ENTER}`);
  expect(await answer).toBe("skip");
});

test("lines that were typed before a question are forgotten, line by line", async () => {
  const { input, output, stop, typed } = terminal();
  const prompter = linePrompter(input, output, stop.signal);
  input.write("proceed\n");
  await prompter.fresh();
  const answer = prompter.line({ message: "Proceed?" });
  await typed("Proceed?", "skip\n");
  expect(await answer).toBe("skip");
});

test("Ctrl-C while keys are being forgotten is still heard", async () => {
  const { prompter, input } = asking();
  input.write("\x03");
  await prompter.fresh();
  expect(await prompter.line({ message: "Proceed?" })).toEqual({ left: "interrupted" });
});

test.each([
  ["Ctrl-C", "\x03", "interrupted"],
  ["Ctrl-D", "\x04", "ended"],
])("%s leaves every kind of question without an answer", async (_, key, left) => {
  for (const ask of ["line", "page"] as const) {
    const { prompter, typed } = asking();
    const answer = prompter[ask]({ message: "What?", initial: "something" });
    await typed("What?", `more${key}`);
    expect(await answer).toEqual({ left });
  }
  const { prompter, typed } = asking();
  const picked = prompter.choose({ message: "Which?", options });
  await typed("Which?", key);
  expect(await picked).toEqual({ left });
});

test("a terminal that goes away leaves, and so does a signal", async () => {
  const gone = asking();
  const first = gone.prompter.line({ message: "Proceed?" });
  await gone.typed("Proceed?", "proc");
  gone.input.destroy();
  expect(await first).toEqual({ left: "ended" });

  const stopped = asking();
  const second = stopped.prompter.choose({ message: "Which?", options });
  await stopped.typed("Which?", "");
  stopped.stop.abort();
  expect(await second).toEqual({ left: "interrupted" });
  expect(await stopped.prompter.line({ message: "Proceed?" })).toEqual({ left: "interrupted" });
});

test("an option is picked by its place, whatever else it carries", async () => {
  const { prompter, typed } = asking();
  const rows = options.map((option) => ({ ...option, value: "not a place" }));
  const picked = prompter.choose({ message: "Which?", options: rows, initial: 1 });
  await typed("Which?", ENTER);
  expect(await picked).toBe(1);
});

test("one line takes one line of a paste, and several lines all of it", async () => {
  const one = asking();
  const word = one.prompter.line({ message: "Proceed?" });
  await one.typed("Proceed?", `skip${ENTER}proceed${ENTER}`);
  expect(await word).toBe("skip");

  const all = asking();
  const words = all.prompter.line({ message: "What should change?", several: true });
  await all.typed("What should change?", `first${ENTER}${ENTER}third${ENTER}`);
  await all.typed("You pasted several lines", `\t${ENTER}`);
  expect(await words).toBe("first\n\nthird");
});

function reading(text: string) {
  const input = new PassThrough();
  input.end(text);
  const output = new PassThrough({ encoding: "utf8" });
  return { prompter: linePrompter(input, output, new AbortController().signal), output };
}

test("line by line, a number or the whole text picks an option", async () => {
  const { prompter } = reading("0\n3\n\nO\nTWO\n1\n");
  expect(await prompter.choose({ message: "Which?", options })).toBe(1);
  expect(await prompter.choose({ message: "Which?", options })).toBe(0);
  expect(await prompter.choose({ message: "Which?", options })).toEqual({ left: "ended" });
});

test("line by line, several lines end with a dot alone", async () => {
  const { prompter } = reading('{\n\n"a": 1}\n.\n.\nunfinished\n');
  const question = { message: "JSON?", initial: "{}" };
  expect(await prompter.page(question)).toBe('{\n\n"a": 1}');
  expect(await prompter.page(question)).toBe("{}");
  expect(await prompter.page(question)).toEqual({ left: "ended" });
});

test("line by line, a last line without its end is no answer", async () => {
  const { prompter } = reading("first\r\nsecond");
  expect(await prompter.line({ message: "?" })).toBe("first");
  expect(await prompter.line({ message: "?" })).toEqual({ left: "ended" });
});
