/**
 * Where everything lies. All keys carry one hash tag, so that every script stays in one slot, and are written as Keyv
 * writes them (`namespace::key`), so that Keyv reads what the scripts wrote.
 *
 *   record:<id>  op:<operation>  shelf:<key>      Keyv's envelopes
 *   state                                         hash, id → [revision, status, facets, seqs]
 *   list:<status>:<facet>                         zset by (created_at, id): what lists are made of
 *   due  ended                                    zsets by due_at of what is pending, and by ended_at
 *   work  claims  fence                           zset by due time; hash, key → "attempt fence task"; counter
 *   log:<n>  seq                                  lists of BUCKET entries each; the newest number
 *   news:<database>                               channel on which each commit's entries are told
 */

export const NAMESPACE = "hitl:{s0}";
/** What the scripts put before every key; also the one key that they are routed by. */
export const PREFIX = `${NAMESPACE}::`;

/** Channels are not parted by database, as keys are. */
export const newsOf = (database: number) => `${PREFIX}news:${database}`;

/** Entries to a list of the log: so few that reaching into one costs nothing, so many that the lists do not. */
export const BUCKET = 256;

export const recordKey = (id: string) => `record:${id}`;
export const operationKey = (id: string) => `op:${id}`;
export const shelfKey = (key: string) => `shelf:${key}`;
