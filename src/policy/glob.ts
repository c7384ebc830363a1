/**
 * Finding a text in a text, and patterns with `*`, in time linear in both whatever they hold (Knuth, Morris, Pratt): a
 * payload is somebody else's, and the engine's own search takes as long as the two multiplied on crafted ones.
 */

/** Where it stands at or after `from`; -1: nowhere. */
export type Find = (text: string, from: number) => number;

export type Glob = (text: string) => boolean;

export function finder(sought: string): Find {
  const { length } = sought;
  // How much of the beginning has been met again where the letter after it does not fit.
  const back = new Int32Array(length);
  for (let at = 1, met = 0; at < length; at += 1) {
    while (met > 0 && sought.charCodeAt(at) !== sought.charCodeAt(met)) met = back[met - 1] ?? 0;
    if (sought.charCodeAt(at) === sought.charCodeAt(met)) met += 1;
    back[at] = met;
  }
  return (text, from) => {
    if (length === 0) return from;
    for (let at = from, met = 0; at < text.length; at += 1) {
      const letter = text.charCodeAt(at);
      while (met > 0 && letter !== sought.charCodeAt(met)) met = back[met - 1] ?? 0;
      if (letter === sought.charCodeAt(met)) met += 1;
      if (met === length) return at + 1 - length;
    }
    return -1;
  };
}

/** The pieces between the stars, each taken where it first fits: a later place could only leave less for the rest. */
export function globOf(pattern: string): Glob {
  const pieces = pattern.split("*");
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  const middle = rest.map((piece) => ({ length: piece.length, find: finder(piece) }));
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const { length, find } of middle) {
      const at = find(text, from);
      if (at < 0) return false;
      from = at + length;
    }
    return from + last.length <= text.length;
  };
}
