/** How a wrong setting is told: every fault at once, each a sentence that names the place and the cure. */

export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "SettingsError";
    this.faults = faults;
  }
}

/** Takes one fault and goes on, so that one start tells them all. */
export type Complain = (sentence: string) => void;

/** `; did you mean approvers?`, or what there is to choose from when nothing comes near. */
export function suggest(word: string, known: readonly string[], otherwise = ""): string {
  const near = nearest(word, known);
  return near === undefined ? otherwise : `; did you mean ${near}?`;
}

export function nearest(word: string, known: readonly string[]): string | undefined {
  const reach = word.length <= 4 ? 1 : 2;
  const [best] = known
    .map((each) => ({ each, far: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ far }) => far <= reach)
    .sort((a, b) => a.far - b.far);
  return best?.each;
}

/** How many letters have to be added, dropped, changed or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const steps = [
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      ];
      next.push(Math.min(...steps));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
