/**
 * A raise without its secrets. What was hidden is told by path and length, never by value; what is kept of the whole is
 * the digest of the payload as the agent sent it.
 */
import type { Hidden, OfferedAction, Source } from "../../checkpoint.ts";
import { type Json, type JsonObject, pointer } from "../../json.ts";
import { echoOf } from "./echo.ts";
import { touches } from "./path.ts";
import type { Rules } from "./rules.ts";
import { coverName, coverText } from "./text.ts";
import { type Finding, redacted, type Walk } from "./walk.ts";

export interface Raised {
  title: string | undefined;
  payload: JsonObject;
  metadata: JsonObject;
  source: Source;
  actions: OfferedAction[];
}

const MOST_VALUES = 100;
const LONGEST_POINTER = 300;
const MOST_BLOCKING = 10;

export function hideIn(raised: Raised, rules: Rules): { shown: Raised; hidden: Omit<Hidden, "digest"> | null } {
  const secrets = new Set<string>();
  const first: Walk = { rules, findings: [], secrets };
  let shown = once(raised, first);
  let { findings } = first;
  const echo = echoOf(secrets);
  if (echo !== undefined) {
    const second: Walk = { rules, echo, findings: [], secrets };
    shown = once(raised, second);
    findings = second.findings;
  }
  return { shown, hidden: findings.length === 0 ? null : told(findings, rules) };
}

function once(raised: Raised, walk: Walk): Raised {
  const { title, payload, metadata, source, actions } = raised;
  return {
    payload: redacted(payload, ["payload"], walk) as JsonObject,
    metadata: redacted(metadata, ["metadata"], walk) as JsonObject,
    title: title === undefined ? undefined : (redacted(title, ["title"], walk) as string),
    source: sourceShown(source, walk),
    actions: actions.map((action, index) => ({
      ...action,
      label: redacted(action.label, ["actions", String(index), "label"], walk) as string,
      reasons: redacted(action.reasons, ["actions", String(index), "reasons"], walk) as string[],
    })),
  };
}

/** Sessions and the like are names that other things are found by: only what is a secret beyond doubt is hidden. */
function sourceShown(source: Source, walk: Walk): Source {
  const { agent, url, ...names } = source;
  const shown: Source = { agent };
  for (const [name, value] of Object.entries(names)) {
    const path = ["source", name];
    const byPath = redacted(value, path, onlyPaths(walk)) as string;
    const { text, spans } = byPath === value ? coverName(value, walk.rules, walk.echo) : { text: byPath, spans: [] };
    for (const { from, to } of spans) walk.findings.push({ path, chars: to - from, from });
    shown[name as keyof typeof names] = text;
  }
  return url === undefined ? shown : { ...shown, url: redacted(url, ["source", "url"], walk) as string };
}

function onlyPaths(walk: Walk): Walk {
  return {
    ...walk,
    rules: { ...walk.rules, isSecret: () => false, shapes: [], certain: [], hasCards: false, hasNames: false },
  };
}

function told(findings: readonly Finding[], { forbid }: Rules): Omit<Hidden, "digest"> {
  const blocking = findings.filter(({ path }) => touches(forbid, path)).map(({ path }) => pointerOf(path));
  return {
    count: findings.length,
    values: findings.slice(0, MOST_VALUES).map(({ path, ...rest }) => ({ pointer: pointerOf(path), ...rest })),
    blocking: [...new Set(blocking)].slice(0, MOST_BLOCKING),
  };
}

function pointerOf(path: readonly string[]): string {
  return pointer(path).slice(0, LONGEST_POINTER);
}

/** `payload.customer.iban`, for people. */
export function pathOf(pointer: string): string {
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

/** Of one text of a raise that names something: whether it holds a secret, which must then not become a name. */
export function isTelling(name: string, rules: Rules): boolean {
  return coverName(name, rules).spans.length > 0;
}

/** A value of the record as it is shown: what people typed into it may be a secret, too. */
export function hiddenIn(value: Json, path: readonly string[], rules: Rules): Json {
  return redacted(value, path, { rules, findings: [], secrets: new Set() });
}

export function hiddenText(text: string, rules: Rules): string {
  return coverText(text, rules).text;
}
