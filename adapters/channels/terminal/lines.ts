/**
 * Asking line by line: for screen readers, pipes and files. No cursor movement, no colours.
 * The end of the input answers nothing, neither does a last line without its end: it may be half of another word.
 */
import type { Readable, Writable } from "node:stream";
import type { Choice, Left, Prompter, Question } from "./prompter.ts";
import { hasLeft } from "./prompter.ts";

export function linePrompter(input: Readable, output: Writable, signal: AbortSignal): Prompter {
  const typed: string[] = [];
  let part = "";
  let ended: Left | undefined;
  let wake: () => void = () => {};
  const leave = (left: Left["left"]) => {
    ended ??= { left };
    wake();
  };
  const take = (chunk: string) => {
    const lines = (part + chunk).split(/\r?\n/);
    part = lines.pop() ?? "";
    typed.push(...lines);
    wake();
  };
  const end = () => leave("ended");
  input.setEncoding("utf8").on("data", take).on("end", end).on("close", end).on("error", end);
  const interrupt = () => leave("interrupted");
  signal.addEventListener("abort", interrupt, { once: true });
  if (signal.aborted) interrupt();

  async function next(): Promise<string | Left> {
    for (;;) {
      if (ended?.left === "interrupted") return ended;
      const line = typed.shift();
      if (line !== undefined) return line;
      if (ended !== undefined) return ended;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const write = (text: string) => output.write(text);
  // A terminal has echoed the Enter; a pipe has not.
  const tty = "isTTY" in input && input.isTTY === true;
  const say = (lines: readonly string[]) => write(lines.map((each) => `${each}\n`).join(""));

  async function line({ message, hint, initial, check }: Question): Promise<string | Left> {
    for (;;) {
      if (hint !== undefined) say([`(${hint})`]);
      if (initial !== undefined && initial !== "") say(["Now:", ...initial.split("\n").map((each) => `  ${each}`)]);
      write(`${message} `);
      const answer = await next();
      if (!tty || hasLeft(answer)) write("\n");
      if (hasLeft(answer)) return answer;
      const text = answer === "" && initial !== undefined ? initial : answer;
      const fault = check?.(text);
      if (fault === undefined) return text;
      say([fault]);
    }
  }

  async function page(question: Question): Promise<string | Left> {
    for (;;) {
      const keep = question.initial ? " (a dot alone keeps what stands there)" : "";
      say([`${question.message} End with a line that holds only a dot${keep}.`]);
      if (question.initial) say(question.initial.split("\n").map((each) => `  ${each}`));
      const lines: string[] = [];
      for (;;) {
        const answer = await next();
        if (hasLeft(answer)) return answer;
        if (answer === ".") break;
        lines.push(answer);
      }
      const text = lines.length === 0 && question.initial !== undefined ? question.initial : lines.join("\n");
      const fault = question.check?.(text);
      if (fault === undefined) return text;
      say([fault]);
    }
  }

  async function choose({ message, options }: Choice): Promise<number | Left> {
    const list = options.map(({ label, hint }, index) => `  ${index + 1}. ${label}${hint ? ` (${hint})` : ""}`);
    say([message, ...list]);
    const pick = (text: string) => picked(text, options);
    const answer = await line({
      message: `Number (1-${options.length}):`,
      check: (text) => (pick(text) === undefined ? `Type a number from 1 to ${options.length}.` : undefined),
    });
    return hasLeft(answer) ? answer : (pick(answer) ?? { left: "ended" });
  }

  return {
    say,
    line,
    page,
    choose,
    async fresh() {
      // What a pipe holds was written on purpose; what a person typed ahead was meant for another question.
      if (tty) typed.length = 0;
    },
    close() {
      signal.removeEventListener("abort", interrupt);
      input.off("data", take).pause();
    },
  };
}

/** By its number, or by its whole text. */
function picked(text: string, options: Choice["options"]): number | undefined {
  const wanted = text.trim().toLowerCase();
  const number = /^\d{1,3}$/.test(wanted) ? Number(wanted) - 1 : -1;
  if (number >= 0 && number < options.length) return number;
  const index = options.findIndex(({ label }) => label.toLowerCase() === wanted);
  return wanted === "" || index < 0 ? undefined : index;
}
