/**
 * Asking in a real terminal, with arrow keys and editing: the only file that knows @clack/prompts.
 * Needs a TTY (without one its prompts never settle). Ctrl-C, Escape, Ctrl-D and a closed terminal leave.
 */
import type { ReadStream, WriteStream } from "node:tty";
import { isCancel, multiline, select, text } from "@clack/prompts";
import type { Choice, Left, Prompter, Question } from "./prompter.ts";

/** Long enough for what the terminal still holds to arrive, too short for a person to notice. */
const SETTLE = 40;
const CTRL_C = "\x03";

export function ttyPrompter(input: ReadStream, output: WriteStream, signal: AbortSignal): Prompter {
  let interrupted = false;

  /** `tail`: what came after the Enter that ended the prompt, in the same breath: the rest of a paste. */
  async function asked<T>(prompt: (common: Common) => Promise<T | symbol>, tail: string[] = []): Promise<T | Left> {
    if (interrupted || signal.aborted || input.destroyed) return { left: "interrupted" };
    // One for every prompt: clack never takes its listener off again.
    const controller = new AbortController();
    let how: Left["left"] = "interrupted";
    const interrupt = () => controller.abort();
    const end = () => {
      how = "ended";
      controller.abort();
    };
    signal.addEventListener("abort", interrupt, { once: true });
    input.on("end", end).on("close", end);
    const answered = prompt({ input, output, signal: controller.signal });
    // Attached after clack's own listener, which is gone once the prompt has its answer.
    const open = input.listenerCount("keypress");
    let over = false;
    const onKey = (text: string | undefined, key: { ctrl?: boolean; name?: string } | undefined) => {
      if (over) tail.push(key?.name === "return" || key?.name === "enter" ? "\n" : (text ?? ""));
      else if (key?.ctrl === true && key.name === "d") end();
      else over = input.listenerCount("keypress") <= open;
    };
    input.on("keypress", onKey);
    try {
      const answer = await answered;
      return isCancel(answer) ? { left: how } : (answer as T);
    } finally {
      signal.removeEventListener("abort", interrupt);
      input.off("end", end).off("close", end).off("keypress", onKey);
    }
  }

  function page(question: Question): Promise<string | Left> {
    const { message, ...rest } = ask(question);
    const asPage = { ...rest, message: `${message} (Tab, then Enter sends it)`, showSubmit: true };
    return asked<string>((common) => multiline({ ...common, ...asPage }));
  }

  return {
    say(lines) {
      output.write(lines.map((line) => `${line}\n`).join(""));
    },
    async line(question) {
      const tail: string[] = [];
      const answer = await asked<string>((common) => text({ ...common, ...ask(question) }), tail);
      const pasted = tail.join("").trimEnd();
      if (typeof answer !== "string" || question.several !== true || pasted === "") return answer;
      return page({ ...question, message: "You pasted several lines", initial: `${answer}\n${pasted}` });
    },
    page,
    choose({ message, options, initial = 0 }: Choice) {
      const numbered = options.map((option, value) => ({ ...option, value }));
      return asked<number>((common) =>
        select<number>({ ...common, message, options: numbered, initialValue: initial }),
      );
    },
    async fresh() {
      if (!input.isTTY || signal.aborted) return;
      const drop = (typed: Buffer | string) => {
        if (String(typed).includes(CTRL_C)) interrupted = true;
      };
      input.setRawMode(true);
      input.on("data", drop).resume();
      await new Promise((resolve) => setTimeout(resolve, SETTLE));
      input.off("data", drop).pause();
      input.setRawMode(false);
    },
    close() {
      input.pause();
    },
  };
}

interface Common {
  input: ReadStream;
  output: WriteStream;
  signal: AbortSignal;
}

function ask({ message, hint, initial, check }: Question) {
  return {
    message,
    ...(hint === undefined ? {} : { placeholder: hint }),
    ...(initial === undefined ? {} : { initialValue: initial }),
    ...(check === undefined ? {} : { validate: (value: string | undefined) => check(value ?? "") }),
  };
}
