/**
 * Reads JSON text once, left to right, and finds the first fault: what is not JSON (RFC 8259), and what JSON.parse
 * would let through although it changes or hides something. What passes here, JSON.parse takes.
 *
 * Time is linear in the text: nothing is read twice but a string with escapes. Messages never quote the text.
 */
export interface Limits {
  depth: number;
  keys: number;
}

export interface Fault {
  /** Where: keys and indexes from the root. */
  path: (string | number)[];
  message: string;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX = /[0-9a-fA-F]{4}/y;
const LITERALS = ["true", "false", "null"];

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS] = [34, 92, 44, 58, 45];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [123, 125, 91, 93];

export function scan(text: string, limits: Limits): Fault | undefined {
  const path: (string | number)[] = [];
  let index = 0;
  let keys = 0;

  const message = one(0) ?? (next() === undefined ? undefined : expected("the end"));
  return message === undefined ? undefined : { path, message };

  /** One value; a fault's path stays as it is where the fault is met. */
  function one(depth: number): string | undefined {
    const code = next();
    if (code === QUOTE) return string();
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      // Recursion is bounded by this limit, not by the stack.
      if (depth >= limits.depth) return `nested deeper than ${limits.depth} levels`;
      index += 1;
      return code === OPEN_OBJECT ? members(depth + 1) : items(depth + 1);
    }
    if (code === MINUS || (code !== undefined && code >= 48 && code <= 57)) return number();
    const literal = LITERALS.find((word) => text.startsWith(word, index));
    if (literal === undefined) return expected("a value");
    index += literal.length;
    return undefined;
  }

  function members(depth: number): string | undefined {
    const met = new Set<string>();
    if (next() === CLOSE_OBJECT) {
      index += 1;
      return undefined;
    }
    for (;;) {
      if (next() !== QUOTE) return expected("a key in double quotes");
      const start = index;
      const fault = string();
      if (fault !== undefined) return fault;
      const raw = text.slice(start + 1, index - 1);
      const key: string = raw.includes("\\") ? JSON.parse(`"${raw}"`) : raw;
      path.push(key);
      keys += 1;
      if (keys > limits.keys) return `more than ${limits.keys} keys`;
      if (key === "__proto__") return "the key __proto__ is not allowed";
      if (met.has(key)) return "the key appears twice";
      met.add(key);
      if (next() !== COLON) return expected("a colon");
      index += 1;
      const inside = one(depth);
      if (inside !== undefined) return inside;
      path.pop();
      const code = next();
      if (code !== COMMA && code !== CLOSE_OBJECT) return expected("a comma or }");
      index += 1;
      if (code === CLOSE_OBJECT) return undefined;
    }
  }

  function items(depth: number): string | undefined {
    if (next() === CLOSE_ARRAY) {
      index += 1;
      return undefined;
    }
    for (let count = 0; ; count += 1) {
      path.push(count);
      const inside = one(depth);
      if (inside !== undefined) return inside;
      path.pop();
      const code = next();
      if (code !== COMMA && code !== CLOSE_ARRAY) return expected("a comma or ]");
      index += 1;
      if (code === CLOSE_ARRAY) return undefined;
    }
  }

  /** From quote to quote. */
  function string(): string | undefined {
    const start = index;
    let suspicious = false;
    for (index += 1; ; index += 1) {
      const code = text.charCodeAt(index);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        index += 1;
        const escaped = text[index] ?? "";
        if (escaped === "u") {
          HEX.lastIndex = index + 1;
          if (!HEX.test(text)) return expected("four hexadecimal digits");
          index += 4;
          suspicious = true;
        } else if (escaped === "" || !'"\\/bfnrt'.includes(escaped)) return expected("an escape that JSON knows");
      } else if (code >= 0xd800 && code <= 0xdfff) suspicious = true;
      else if (Number.isNaN(code)) return expected("a closing quote");
      else if (code < 32) return expected("no control character inside a string");
    }
    index += 1;
    if (suspicious && !(JSON.parse(text.slice(start, index)) as string).isWellFormed())
      return "half a character (a lone surrogate) inside a string";
    return undefined;
  }

  function number(): string | undefined {
    NUMBER.lastIndex = index;
    const token = NUMBER.exec(text)?.[0];
    if (token === undefined) return expected("a number");
    index += token.length;
    return isExact(token) ? undefined : "the number cannot be kept exactly; send it as a string";
  }

  /** The code of the next character that is not white space; undefined at the end. */
  function next(): number | undefined {
    for (;;) {
      const code = text.charCodeAt(index);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return Number.isNaN(code) ? undefined : code;
      index += 1;
    }
  }

  function expected(what: string): string {
    const before = text.slice(0, index);
    const line = before.split("\n").length;
    return `not JSON: expected ${what} at line ${line}, column ${index - before.lastIndexOf("\n")}`;
  }
}

/** Integers beyond 2^53 and numbers beyond a double would be handed on as other numbers. */
function isExact(token: string): boolean {
  const number = Number(token);
  if (!Number.isFinite(number)) return false;
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return true;
  // `1e30` is what RFC 8785 itself writes; `9007199254740993.0` is another number than the one that would be kept.
  return /[.eE]/.test(token) && digitsOf(token) === digitsOf(String(number));
}

/** The significant digits of a number as it is written. */
function digitsOf(token: string): string {
  return token
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "");
}
