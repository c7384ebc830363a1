/**
 * Paths of the settings: `payload.customer.iban`, `payload.items.*.card`, `payload.**.phone`. `*` is one step, `**` any
 * number of them, also none. All patterns are followed down a value at once: what each step costs does not grow with
 * what lies below.
 */

export type Pattern = readonly string[];

/** How far each pattern has come; empty: none can match below. */
export type Progress = readonly Pattern[];

export function patternOf(path: string): Pattern {
  return path.split(".");
}

/** The patterns as they stand one step further down. */
export function step(progress: Progress, name: string): Progress {
  if (progress.length === 0) return progress;
  const next: Pattern[] = [];
  const add = (pattern: Pattern) => {
    if (!next.some((each) => each.length === pattern.length && each.every((part, at) => part === pattern[at])))
      next.push(pattern);
  };
  for (const pattern of opened(progress)) {
    const [first, ...rest] = pattern;
    if (first === "**") add(pattern);
    else if (first === "*" || first === name) add(rest);
  }
  return next;
}

/** Whether what stands here is meant by one of them. */
export function isMeant(progress: Progress): boolean {
  return opened(progress).some((pattern) => pattern.length === 0);
}

/** `**` may stand for nothing. */
function opened(progress: Progress): Pattern[] {
  return progress.flatMap((pattern) => {
    const forms: Pattern[] = [pattern];
    for (let rest = pattern; rest[0] === "**"; ) {
      rest = rest.slice(1);
      forms.push(rest);
    }
    return forms;
  });
}

/**
 * Whether one of them means this path or something above it; or, written out step by step, something below it: the text
 * that stands here may hold that.
 */
export function touches(progress: Progress, path: readonly string[]): boolean {
  let at = progress;
  let exact: Progress = progress.filter((pattern) => !pattern.some((part) => part === "*" || part === "**"));
  for (const name of path) {
    if (isMeant(at)) return true;
    at = step(at, name);
    exact = step(exact, name);
  }
  return isMeant(at) || exact.length > 0;
}
