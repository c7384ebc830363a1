/** The first of many names, as many as there is room for. */

/** A platform may need two characters for whatever is no letter, digit or space. */
function weightOf(text: string): number {
  return text.length + (text.match(/[^\p{L}\p{N}\s]/gu)?.length ?? 0);
}

export interface Room {
  /** Of all together, in weight, what stands between them included. */
  room: number;
  most: number;
}

const BETWEEN = ", ".length + 1;

/** At least one, cut where it alone is too long. */
export function firstOf(names: readonly string[], { room, most }: Room): string[] {
  const taken: string[] = [];
  let left = room;
  for (const name of names.slice(0, most)) {
    const weight = weightOf(name) + BETWEEN;
    if (weight > left && taken.length > 0) break;
    taken.push(weight > left ? cut(name, left) : name);
    left -= weight;
  }
  return taken;
}

function cut(name: string, room: number): string {
  let [kept, left] = ["", room - BETWEEN];
  for (const character of name) {
    left -= weightOf(character);
    if (left <= 0) break;
    kept += character;
  }
  return `${kept}…`;
}
