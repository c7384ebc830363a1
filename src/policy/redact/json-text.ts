/** JSON inside a text: a tree that remembers where everything stood, so that its texts can be covered in place. */

export interface Node {
  type: "text" | "number" | "word" | "list" | "object";
  /** Of a text without its quotes. */
  from: number;
  to: number;
  /** Of an object, by name and in order; of a list the names are its indexes. */
  members: [string, Node][];
}

/** Deeper ones are taken for text. */
const DEPTH = 64;
const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];

/** Undefined where the text is no JSON object or list, from its first character to its last. */
export function jsonIn(text: string): Node | undefined {
  const trimmed = text.trim();
  const [first, last] = [trimmed.at(0), trimmed.at(-1)];
  if (!(first === "{" && last === "}") && !(first === "[" && last === "]")) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new Reader(text).read();
}

/** Reads only what JSON.parse has taken. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(depth = 0): Node | undefined {
    this.#skip();
    const from = this.#at;
    const first = this.#text[from];
    if (first === '"') return this.#string();
    if (first === "{" || first === "[") return depth < DEPTH ? this.#members(first === "{", depth) : undefined;
    while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    return { type: /[-\d]/.test(first ?? "") ? "number" : "word", from, to: this.#at, members: [] };
  }

  #members(isObject: boolean, depth: number): Node | undefined {
    const node: Node = { type: isObject ? "object" : "list", from: this.#at, to: 0, members: [] };
    this.#at += 1;
    for (;;) {
      this.#skip();
      if ("]}".includes(this.#text[this.#at] ?? "")) break;
      let name = String(node.members.length);
      if (isObject) {
        const key = this.#string();
        name = JSON.parse(this.#text.slice(key.from - 1, key.to + 1));
        this.#skip();
      }
      const member = this.read(depth + 1);
      if (member === undefined) return undefined;
      node.members.push([name, member]);
      this.#skip();
    }
    this.#at += 1;
    node.to = this.#at;
    return node;
  }

  #string(): Node {
    const from = this.#at + 1;
    for (this.#at = from; this.#text.charCodeAt(this.#at) !== QUOTE; this.#at += 1)
      if (this.#text.charCodeAt(this.#at) === BACKSLASH) this.#at += 1;
    this.#at += 1;
    return { type: "text", from, to: this.#at - 1, members: [] };
  }

  /** White space, commas and colons: where they may stand was checked before. */
  #skip(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== COMMA && code !== COLON) return;
      this.#at += 1;
    }
  }
}
