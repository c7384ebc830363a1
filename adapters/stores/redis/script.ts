/**
 * Scripts: one atomic step each, on keys of one slot. The first answer of each is the server's time in ms, which is
 * TIME, or what a test passes in. A script looks before it writes and its first write is one that a full server
 * refuses, because Redis takes nothing back of a script that fails half-way.
 */
import { createHash } from "node:crypto";
import { isReply } from "./faults.ts";
import { PREFIX } from "./keys.ts";
import type { Client } from "./link.ts";

export interface Script {
  text: string;
  sha: string;
}

export type Reply = string | number | Reply[];

/** `p`: what every key begins with; `now`: ms. ARGV[1] is the time of a test, or empty. */
const PRELUDE = `
local p = KEYS[1]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

export function script(body: string): Script {
  const text = PRELUDE + body;
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** A server that was restarted has forgotten its scripts: it is sent the whole text then. */
export function run(client: Client, { sha, text }: Script, args: string[]): Promise<Reply[]> {
  return client.sendCommand<Reply[]>(["EVALSHA", sha, "1", PREFIX, ...args]).catch((error: unknown) => {
    if (!isReply(error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return client.sendCommand<Reply[]>(["EVAL", text, "1", PREFIX, ...args]);
  });
}
