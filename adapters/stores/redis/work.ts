/**
 * What is to be done, and when: the outbox and the agenda in one sorted set by due time. A claim moves the due time
 * behind its lease and takes a fence that was never given before; 0 means nobody holds it. A look that nobody has
 * claimed yet is its entry in the set and nothing more.
 */
import { type Due, leaseOf, type Work, type WorkResult } from "../../../src/ports.ts";
import { type Reply, script } from "./script.ts";

export const CLAIM = script(`
local limit, lease, look = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local due, from = {}, 0
repeat
  local page = redis.call('ZRANGE', p .. 'work', '-inf', now, 'BYSCORE', 'LIMIT', from, limit, 'WITHSCORES')
  for i = 1, #page, 2 do
    if #due < 2 * limit and (ARGV[5] == '' or string.sub(page[i], 1, 5) == 'look:') then
      due[#due + 1] = page[i]
      due[#due + 1] = page[i + 1]
    end
  end
  from = from + limit
until #page < 2 * limit or #due == 2 * limit
local count = #due / 2
local claimed = {}
for i = 1, count do
  local attempt, task = string.match(redis.call('HGET', p .. 'claims', due[2 * i - 1]) or '0 0 ', '^(%d+) %d+ (.*)$')
  claimed[i] = { key = due[2 * i - 1], due = due[2 * i], attempt = attempt + 1, task = task }
end
local answer = { now, '' }
if count > 0 then
  local fence = redis.call('INCRBY', p .. 'fence', count) - count
  for _, each in ipairs(claimed) do
    fence = fence + 1
    redis.call('ZADD', p .. 'work', now + (each.task == '' and look or lease), each.key)
    redis.call('HSET', p .. 'claims', each.key, each.attempt .. ' ' .. fence .. ' ' .. each.task)
    for _, field in ipairs({ each.key, each.due, each.attempt, fence, each.task }) do answer[#answer + 1] = field end
  end
end
local first = redis.call('ZRANGE', p .. 'work', 0, 0, 'WITHSCORES')
if first[2] then answer[2] = first[2] end
return answer
`);

export function packClaim(limit: number, lease: number, only: "looks" | "" = ""): string[] {
  return [String(limit), String(lease), String(leaseOf({ do: "look", key: "", id: "" }, lease)), only];
}

export function claimOf([, next, ...fields]: Reply[]): Due {
  const work: Work[] = [];
  for (let at = 0; at < fields.length; at += 5) {
    const [key, due, attempt, fence, task] = fields.slice(at, at + 5).map(String);
    work.push({
      task: task === "" ? lookOf(String(key)) : JSON.parse(String(task)),
      due: Number(due),
      attempt: Number(attempt),
      fence: Number(fence),
    });
  }
  return { work, next: next === "" ? null : Number(next) };
}

function lookOf(key: string): Work["task"] {
  return { do: "look", key, id: key.slice("look:".length) };
}

export const FINISH = script(`
local held = redis.call('HGET', p .. 'claims', ARGV[2])
local attempt, fence, task = string.match(held or '', '^(%d+) (%d+) (.*)$')
if fence ~= ARGV[3] then return { now, 0 } end
if ARGV[4] == '' then
  redis.call('ZREM', p .. 'work', ARGV[2])
  redis.call('HDEL', p .. 'claims', ARGV[2])
else
  redis.call('ZADD', p .. 'work', ARGV[4], ARGV[2])
  redis.call('HSET', p .. 'claims', ARGV[2], attempt .. ' 0 ' .. task)
end
return { now, 1 }
`);

export function packFinish({ task, fence }: Pick<Work, "task" | "fence">, result: WorkResult): string[] {
  return [task.key, String(fence), result.type === "again" ? String(result.at) : ""];
}
