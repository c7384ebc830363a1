/** Places that are hidden always, and not to be approved while they are: what stands there can never be approved. */
import type { Policy } from "./policy.ts";
import { type Pattern, patternOf } from "./redact/path.ts";
import { DEFAULT_RULES, type Redaction, rulesOf } from "./redact/rules.ts";

export function hiddenForEver({ redact = {} }: Policy, everywhere: Redaction = {}): string[] {
  const rules = rulesOf(everywhere, redact);
  if (!rules.enabled) return [];
  return (redact.forbid_approving ?? []).flatMap((place) => {
    const path = patternOf(place);
    const by = rules.hide.find((each) => meets(each, path))?.join(".") ?? keyIn(path, rules);
    if (by === undefined) return [];
    return [
      `forbids approving while ${place} is hidden, and \`redact\` always hides it (${by}): what has it can never be approved`,
    ];
  });
}

/** Of the settings' own names: a call that holds a password may be what is never to be approved. */
function keyIn(path: Pattern, { isSecret, show }: ReturnType<typeof rulesOf>): string | undefined {
  if (show.some((each) => meets(each, path))) return undefined;
  return path.slice(1).find((name) => isSecret(name) && !DEFAULT_RULES.isSecret(name));
}

/** Whether one means what the other does, or all below it; a `**` is not taken to lead exactly there. */
function meets(a: Pattern, b: Pattern): boolean {
  const [[first, ...restA], [second, ...restB]] = [a, b];
  if (first === undefined || second === undefined) return ![...a, ...b].slice(0, -1).includes("**");
  if (first === "**") return meets(restA, b) || meets(a, restB);
  if (second === "**") return meets(a, restB) || meets(restA, b);
  return (first === "*" || second === "*" || first === second) && meets(restA, restB);
}
