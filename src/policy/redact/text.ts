/** One text without its secrets. */
import type { Echo } from "./echo.ts";
import { jsonIn, type Node } from "./json-text.ts";
import { isMark } from "./mark.ts";
import { isCounted } from "./name.ts";
import type { Rules } from "./rules.ts";
import { type Covered, cover, type Span } from "./span.ts";

/** Nothing shorter has a shape. */
const SHORTEST = 6;

export function coverText(text: string, rules: Rules, echo?: Echo): Covered {
  if (!rules.enabled || text.length < SHORTEST) return { text, spans: [] };
  const found = rules.shapes.flatMap((shape) => shape(text));
  const named = rules.hasNames ? namedIn(text, rules) : [];
  return cover(text, found.concat(named, echo?.(text) ?? []));
}

/** For what names something and has to go on doing so: only what is a secret beyond doubt. */
export function coverName(text: string, rules: Rules, echo?: Echo): Covered {
  if (!rules.enabled || text.length < SHORTEST) return { text, spans: [] };
  const found = rules.certain.flatMap((shape) => shape(text));
  return cover(text, echo === undefined ? found : [...found, ...echo(text)]);
}

/** In a text that is JSON as a whole, what stands under the name of a secret. */
function namedIn(text: string, { isSecret }: Rules): Span[] {
  const root = jsonIn(text);
  if (root === undefined) return [];
  const spans: Span[] = [];
  const walk = (node: Node, secret: boolean, counted: boolean): void => {
    if (secret && node.type === "text" && !isMark(text.slice(node.from, node.to))) spans.push(node);
    if (secret && node.type === "number" && !counted) spans.push(node);
    const named = node.type === "object" && isPairWith(node, text, isSecret);
    for (const [name, member] of node.members) {
      const own = node.type === "object" && (isSecret(name) || (named && PAIR_VALUES.has(name)));
      walk(member, secret || own, own ? isCounted(name) : counted);
    }
  };
  walk(root, false, false);
  return spans;
}

/** `{"name": "DB_PASSWORD", "value": "…"}`, as environments and headers are listed. */
export const PAIR_NAMES: ReadonlySet<string> = new Set(["name", "key", "header", "field", "variable", "label"]);
export const PAIR_VALUES: ReadonlySet<string> = new Set(["value", "val", "content", "data"]);

function isPairWith({ members }: Node, text: string, isSecret: Rules["isSecret"]): boolean {
  return members.some(
    ([name, { type, from, to }]) =>
      PAIR_NAMES.has(name) && type === "text" && isSecret(text.slice(from, Math.min(to, from + 100))),
  );
}
