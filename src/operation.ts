/** How long a store remembers an operation's first answer. */

/** The longest that anybody repeats what nobody can name again: a retry follows within seconds, a day is generous. */
const ONE_TIME_MS = 86_400_000;

/** Ms; null: as long as the record. `once:` and `look:` are ids that the program makes up for one attempt. */
export function lifeOf(operation: string): number | null {
  return operation.startsWith("once:") || operation.startsWith("look:") ? ONE_TIME_MS : null;
}
