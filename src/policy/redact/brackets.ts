/**
 * Which bracket of a text closes which, in one pass. One inside of a quoted stretch closes only what was opened in
 * there; one that fits nothing counts for nothing.
 */

const [NEWLINE, DOUBLE, SINGLE, BACKSLASH] = [10, 34, 39, 92];
const [SQUARE, SQUARE_END, CURLY, CURLY_END] = [91, 93, 123, 125];

export type Brackets = (open: number) => number | undefined;

export function bracketsOf(text: string): Brackets {
  const closing = new Map<number, number>();
  let stack = new Stack();
  let outer = stack;
  let end = -1;
  // Up to there no quote of the kind finds its other end.
  const barren = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (at === end) {
      stack = outer;
      end = -1;
    } else if ((code === DOUBLE || code === SINGLE) && end < 0 && at >= (barren.get(code) ?? 0) && opens(text, at)) {
      const other = otherQuote(text, at);
      if (text.charCodeAt(other) !== code) barren.set(code, other);
      else {
        outer = stack;
        stack = new Stack();
        end = other;
      }
    } else if (code === SQUARE || code === CURLY) stack.push(at, code);
    else if (code === SQUARE_END || code === CURLY_END) {
      const open = stack.pop(code === SQUARE_END ? SQUARE : CURLY);
      if (open >= 0) closing.set(open, at);
    }
  }
  return (open) => closing.get(open);
}

/** Those that are open. */
class Stack {
  readonly #at: number[] = [];
  readonly #kinds: number[] = [];
  #squares = 0;

  push(at: number, kind: number): void {
    this.#at.push(at);
    this.#kinds.push(kind);
    if (kind === SQUARE) this.#squares += 1;
  }

  /** The last of its kind, or -1; what was opened since then and is open still stays so for good. */
  pop(kind: number): number {
    if ((kind === SQUARE ? this.#squares : this.#at.length - this.#squares) === 0) return -1;
    for (;;) {
      const at = this.#at.pop() ?? -1;
      const last = this.#kinds.pop();
      if (last === SQUARE) this.#squares -= 1;
      if (last === kind) return at;
    }
  }
}

/** An apostrophe opens nothing. */
function opens(text: string, at: number): boolean {
  if (text.charCodeAt(at - 1) === BACKSLASH) return false;
  return text.charCodeAt(at) === DOUBLE || at === 0 || /[\s[{(,:=]/.test(text.charAt(at - 1));
}

/** The quote that closes it, or the end of the line. */
function otherQuote(text: string, open: number): number {
  const quote = text.charCodeAt(open);
  let at = open + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || (code === quote && (quote === DOUBLE || /^[\s\]}),:;]?$/.test(text.charAt(at + 1))))) break;
    if (code === BACKSLASH) at += 1;
  }
  return at;
}
