/**
 * A page of records in one atomic step: along the narrowest set that the query names, newest first, checked against
 * the others. A step that has looked at much and found little stops, and is asked to go on, so that no list holds up
 * the commits of others.
 */
import type { Checkpoint } from "../../../src/checkpoint.ts";
import { type Cursor, decodeCursor, encodeCursor } from "../../../src/cursor.ts";
import type { Page, Query } from "../../../src/ports.ts";
import { unseal } from "./envelope.ts";
import { wantedBy } from "./facets.ts";
import { type Reply, script } from "./script.ts";

/** Commands per step: about 5 ms of the server's time. */
const STEPS = 5_000;
/** Characters of records per page, 200 of the largest would be 50 MB; the rest comes with the next page. */
const PAGE_CHARACTERS = 4_000_000;
/** A checkpoint cannot end before it was raised, but two replicas may differ about the millisecond of both. */
const CLOCK_SLACK_MS = 60_000;

export async function list(ask: (args: string[]) => Promise<Reply[]>, query: Query): Promise<Page> {
  let after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const wanted = wantedBy(query);
  if (wanted === undefined) return { items: [], next: null };
  const items: Checkpoint[] = [];
  for (;;) {
    const [, state, created, id, ...texts] = await ask([
      JSON.stringify({
        ...wanted,
        limit: query.limit - items.length,
        due: query.dueBefore,
        ended: query.endedBefore,
        newest: query.endedBefore === undefined ? undefined : query.endedBefore + CLOCK_SLACK_MS,
        after: after && [after.created, after.id],
      }),
    ]);
    items.push(...texts.map((text) => unseal(String(text)).value as Checkpoint));
    if (state === "end") return { items, next: null };
    after = { created: Number(created), id: String(id) } satisfies Cursor;
    if (state === "page") return { items, next: encodeCursor(after) };
  }
}

/**
 * Answers `end`, or where to go on: `page` when it is full, `more` when it looked at enough for one step. Within one
 * set, ids of the same moment come in descending order as well.
 */
export const LIST = script(`
local query = cjson.decode(ARGV[2])
local steps = 0
local function call(...)
  steps = steps + 1
  return redis.call(...)
end
local function keyOf(status, facet) return p .. 'list:' .. status .. ':' .. facet end

-- The narrowest set, and those that the records found along it must be in as well.
local along, others, least = nil, {}, nil
for index, set in ipairs(query.sets) do
  local size = 0
  for _, status in ipairs(query.statuses) do
    for _, facet in ipairs(set) do size = size + call('ZCARD', keyOf(status, facet)) end
  end
  if not least or size < least then along, least = index, size end
end
for index, set in ipairs(query.sets) do
  if index ~= along then others[#others + 1] = set end
end
-- A few that are overdue, or ended long ago, are narrower still.
local range, limit = nil, nil
for _, each in ipairs({ 'due', 'ended' }) do
  if query[each] then
    local size = call('ZCOUNT', p .. each, '-inf', query[each])
    if size < least and size <= 1000 then range, least = each, size end
  end
end
if range then others = query.sets end

local function isLater(a, b) return a.created > b.created or (a.created == b.created and a.id > b.id) end

local function isWanted(each)
  for _, name in ipairs({ 'due', 'ended' }) do
    if query[name] then
      local at = call('ZSCORE', p .. name, each.id)
      if not at or tonumber(at) > query[name] then return false end
    end
  end
  for _, set in ipairs(others) do
    local found = false
    for _, facet in ipairs(set) do
      if call('ZSCORE', keyOf(each.status, facet), each.id) then
        found = true
        break
      end
    end
    if not found then return false end
  end
  return true
end

-- How many of a list come no later than the end of the page before.
local function rankBehind(key)
  if not query.after then return query.newest and call('ZCOUNT', key, '(' .. query.newest, '+inf') or 0 end
  local created, id = query.after[1], query.after[2]
  local score = string.format('%.17g', created)
  local low = call('ZCOUNT', key, '(' .. score, '+inf')
  local high = low + call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if call('ZREVRANGE', key, middle, middle)[1] >= id then low = middle + 1 else high = middle end
  end
  return low
end

local sources = {}
if not range then
  for _, status in ipairs(query.statuses) do
    for _, facet in ipairs(query.sets[along]) do
      local key = keyOf(status, facet)
      local size = call('ZCARD', key)
      if size > 0 then sources[#sources + 1] = { key = key, status = status, at = rankBehind(key), size = size } end
    end
  end
end

-- The next ones in order, of which all that come before the last one are there.
local function nextOnes(count)
  local found = {}
  for _, source in ipairs(sources) do
    local part = call('ZREVRANGE', source.key, source.at, source.at + count - 1, 'WITHSCORES')
    for i = 1, #part, 2 do
      found[#found + 1] = { id = part[i], created = tonumber(part[i + 1]), status = source.status, source = source }
    end
  end
  table.sort(found, isLater)
  return found
end

local function ofRange()
  local found = {}
  for _, id in ipairs(call('ZRANGE', p .. range, '-inf', query[range], 'BYSCORE')) do
    for _, status in ipairs(query.statuses) do
      local created = call('ZSCORE', keyOf(status, 'all'), id)
      if created then
        local each = { id = id, created = tonumber(created), status = status }
        if not query.after or isLater({ created = query.after[1], id = query.after[2] }, each) then
          found[#found + 1] = each
        end
      end
    end
  end
  table.sort(found, isLater)
  return found
end

local answer = { now, 'end', '', '' }
local function stop(state, each)
  answer[2] = state
  answer[3] = string.format('%.17g', each.created)
  answer[4] = each.id
  return answer
end

local count, size, last, checked = 0, 0, nil, nil
while true do
  local ones = range and ofRange() or nextOnes(query.limit + 1)
  if #ones == 0 then return answer end
  for index = 1, range and #ones or math.min(#ones, query.limit + 1) do
    local each = ones[index]
    if each.source then each.source.at = each.source.at + 1 end
    if not checked or checked.id ~= each.id then
      if steps > ${STEPS} and checked then return stop('more', checked) end
      checked = each
      if isWanted(each) then
        if count == query.limit or (count > 0 and size > ${PAGE_CHARACTERS}) then return stop('page', last) end
        local record = call('GET', p .. 'record:' .. each.id)
        count, size, last = count + 1, size + #record, each
        answer[#answer + 1] = record
      end
    end
  end
  if range then return answer end
end
`);
