/**
 * How a person is asked at a terminal, in five verbs. Two things carry it out: transport.ts (arrow keys and editing in
 * a real terminal) and lines.ts (one line at a time: screen readers, pipes, `--plain`).
 * Whoever leaves (Ctrl-C, end of input) has answered nothing.
 */

export interface Left {
  left: "interrupted" | "ended";
}

export function hasLeft(answer: unknown): answer is Left {
  return typeof answer === "object" && answer !== null && "left" in answer;
}

export interface Question {
  message: string;
  /** What Enter does, what else can be typed. */
  hint?: string;
  /** What stands there to be changed. */
  initial?: string;
  /** A pasted text may have more than one line. */
  several?: boolean;
  /** Why this cannot be taken; it is then asked again, with what was typed. */
  check?: (text: string) => string | undefined;
}

export interface Choice {
  message: string;
  options: { label: string; hint?: string }[];
  /** Where the cursor stands at first. */
  initial?: number;
}

export interface Prompter {
  say(lines: readonly string[]): void;
  line(question: Question): Promise<string | Left>;
  /** Several lines. */
  page(question: Question): Promise<string | Left>;
  choose(choice: Choice): Promise<number | Left>;
  /** Forgets keys pressed before now: an Enter meant for the last question must not answer the next. */
  fresh(): Promise<void>;
  close(): void;
}
