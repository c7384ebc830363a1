/**
 * A value without its secrets, deep: by path, by the name that something stands under, by shape. Lists and objects keep
 * their form, so that everybody sees what there was; texts, numbers and the names of members are what is hidden.
 */
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { isReference } from "./address.ts";
import type { Echo } from "./echo.ts";
import { isMark, markOf, marksIn } from "./mark.ts";
import { isCounted } from "./name.ts";
import { isCard } from "./numbers.ts";
import { isMeant, type Progress, step } from "./path.ts";
import type { Rules } from "./rules.ts";
import { coverName, coverText, PAIR_NAMES, PAIR_VALUES } from "./text.ts";

/** Something that was hidden, or had been before it came. */
export interface Finding {
  path: readonly string[];
  chars: number;
  /** Where it stood in the text; absent: it is all that stood there. */
  from?: number;
}

export interface Walk {
  rules: Rules;
  echo?: Echo | undefined;
  /** Filled on the way, in the order of the value. */
  findings: Finding[];
  /** What was found by its name or place alone, and might stand elsewhere, too. */
  secrets: Set<string>;
}

interface Here {
  path: readonly string[];
  hide: Progress;
  show: Progress;
  /** Under the name of a secret. */
  secret: boolean;
  /** Under a name that numbers stand under honestly. */
  counted: boolean;
}

/** `path` is where the value stands in the raise: `["payload"]`. */
export function redacted(value: Json, path: readonly string[], walk: Walk): Json {
  if (!walk.rules.enabled) return value;
  const follow = (patterns: Progress) => path.reduce(step, patterns);
  const { hide, show } = walk.rules;
  const secret = path.some((name) => walk.rules.isSecret(name));
  return one(value, { path, hide: follow(hide), show: follow(show), secret, counted: false }, walk);
}

function one(value: Json, here: Here, walk: Walk): Json {
  if (isMeant(here.hide)) return blanked(value, here, walk);
  if (Array.isArray(value)) return value.map((item, index) => one(item, itemOf(here, value, index, walk), walk));
  if (isObject(value)) return members(value, here, walk);
  if (isMeant(here.show)) return value;
  if (typeof value === "string") return here.secret ? secretText(value, here, walk) : plainText(value, here, walk);
  if (typeof value !== "number") return value;
  const digits = String(value);
  const isSecret = (here.secret && !here.counted) || (walk.rules.hasCards && isCard(digits));
  return isSecret ? whole(digits, here, walk) : value;
}

function members(value: JsonObject, here: Here, walk: Walk): JsonObject {
  const { isSecret } = walk.rules;
  const named = Object.entries(value).some(
    ([name, member]) => PAIR_NAMES.has(name) && typeof member === "string" && isSecret(member),
  );
  const taken = new Set<string>();
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const shown = nameShown(name, here, taken, walk);
      const own = isSecret(name) || (named && PAIR_VALUES.has(name));
      const below = {
        path: [...here.path, shown],
        hide: step(here.hide, name),
        show: isMeant(here.show) ? here.show : step(here.show, name),
        secret: here.secret || own,
        counted: own ? isCounted(name) : here.counted,
      };
      return [shown, one(member, below, walk)];
    }),
  );
}

/** A name may be a secret itself. Two that are hidden alike must not become one. */
function nameShown(name: string, here: Here, taken: Set<string>, walk: Walk): string {
  const { text, spans } = coverName(name, walk.rules, walk.echo);
  let shown = text;
  for (let count = 2; taken.has(shown); count += 1) shown = `${text} (${count})`;
  taken.add(shown);
  for (const { from, to } of spans) walk.findings.push({ path: [...here.path, shown], chars: to - from, from });
  return shown;
}

/** In a list: the word after a flag, and the second of a pair, are named by what stands before them. */
function itemOf(here: Here, list: readonly Json[], index: number, { rules }: Walk): Here {
  const before = list[index - 1];
  const item = list[index];
  const isNamed =
    typeof before === "string" &&
    typeof item === "string" &&
    !item.startsWith("-") &&
    ((/^--?[\w-]{2,60}$/.test(before) && rules.isSecret(before)) ||
      (list.length === 2 &&
        /^[A-Za-z][\w-]{2,60}$/.test(before) &&
        rules.isSecret(before) &&
        /^\d+$/.test(here.path.at(-1) ?? "")));
  return {
    ...here,
    path: [...here.path, String(index)],
    hide: step(here.hide, String(index)),
    show: isMeant(here.show) ? here.show : step(here.show, String(index)),
    secret: here.secret || isNamed,
  };
}

function secretText(value: string, here: Here, walk: Walk): Json {
  if (value === "" || isReference(value)) return value;
  if (!isMark(value)) walk.secrets.add(value);
  return whole(value, here, walk);
}

/** All of it, whatever it is. What is empty says nothing. */
function blanked(value: Json, here: Here, walk: Walk): Json {
  if (value === null || value === "") return value;
  if (Array.isArray(value))
    return value.map((item, index) => blanked(item, { ...here, path: [...here.path, String(index)] }, walk));
  if (isObject(value)) {
    const taken = new Set<string>();
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const shown = nameShown(name, here, taken, walk);
        return [shown, blanked(member, { ...here, path: [...here.path, shown] }, walk)];
      }),
    );
  }
  if (typeof value === "string" && !isMark(value)) walk.secrets.add(value);
  return whole(String(value), here, walk);
}

function whole(text: string, { path }: Here, walk: Walk): string {
  const [mark] = isMark(text) ? marksIn(text) : [];
  walk.findings.push({ path, chars: mark?.chars ?? text.length });
  return mark === undefined ? markOf(text.length) : text;
}

function plainText(value: string, { path }: Here, walk: Walk): string {
  const { text, spans } = coverText(value, walk.rules, walk.echo);
  const hidden = spans.map(({ from, to }) => ({ from, to, chars: to - from }));
  const before = marksIn(value).map(({ from, text: mark, chars }) => ({ from, to: from + mark.length, chars }));
  for (const { from, to, chars } of [...hidden, ...before].sort((a, b) => a.from - b.from))
    walk.findings.push(from === 0 && to === value.length ? { path, chars } : { path, chars, from });
  return text;
}
