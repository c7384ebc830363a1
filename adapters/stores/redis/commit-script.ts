/** One change, all or nothing: operation → windows → revisions → types of what is there, and only then the writes. */
import { BUCKET } from "./keys.ts";
import { script } from "./script.ts";

export const COMMIT = script(`
local operation = p .. 'op:' .. ARGV[2]
local known = redis.call('GET', operation)
if known then return { now, 'replayed', known } end

local plan = cjson.decode(ARGV[4])
local writes, news = plan.writes, 0
local at = 4
for _, write in ipairs(writes) do
  at = at + 1
  write.record = ARGV[at]
  write.texts = {}
  for e = 1, write.entries do write.texts[e] = ARGV[at + e] end
  at = at + write.entries
  news = news + write.entries
end

for _, write in ipairs(writes) do
  if write.from and now < write.from then return { now, 'conflict', write.id, 'early' } end
  if write.till and now >= write.till then return { now, 'conflict', write.id, 'late' } end
end
for _, write in ipairs(writes) do
  local state = redis.call('HGET', p .. 'state', write.id)
  if state then write.former = cjson.decode(state) end
  if (write.former and write.former[1] or 0) ~= write.expect then
    return { now, 'conflict', write.id, write.expect == 0 and 'exists' or 'revision' }
  end
end

-- Every key that is written below is of its type, or missing: these throw where it is not.
local head = tonumber(redis.call('GET', p .. 'seq') or '0')
local function bucket(seq) return p .. 'log:' .. math.floor((seq - 1) / ${BUCKET}) end
if redis.call('LLEN', bucket(head + 1)) ~= head % ${BUCKET} then
  return redis.error_reply('WRONGTYPE the log does not end where its counter says')
end
for number = math.floor(head / ${BUCKET}) + 1, math.floor((head + news - 1) / ${BUCKET}) do
  if redis.call('EXISTS', p .. 'log:' .. number) == 1 then
    return redis.error_reply('WRONGTYPE the log goes on behind its counter')
  end
end
redis.call('ZCARD', p .. 'work')
redis.call('HLEN', p .. 'claims')
redis.call('ZCARD', p .. 'due')
redis.call('ZCARD', p .. 'ended')
local blank = {}
for _, write in ipairs(writes) do
  if write.erase and write.former then
    for number in string.gmatch(write.former[4], '%d+') do
      local entry = redis.call('LINDEX', bucket(number), (number - 1) % ${BUCKET})
      if entry then blank[number] = string.match(entry, '^[^\\n]*') .. '\\n{}' end
    end
  end
  write.add, write.remove = {}, {}
  local fresh = cjson.decode(write.facets)
  for _, facet in ipairs(fresh) do
    local list = p .. 'list:' .. write.status .. ':' .. facet
    redis.call('ZCARD', list)
    write.add[list] = true
  end
  for _, facet in ipairs(write.former and write.former[3] or {}) do
    local list = p .. 'list:' .. write.former[2] .. ':' .. facet
    if write.add[list] then
      write.add[list] = nil
    else
      redis.call('ZCARD', list)
      write.remove[#write.remove + 1] = list
    end
  end
end

local function score(set, value, id, was)
  if value then redis.call('ZADD', set, value, id) elseif was then redis.call('ZREM', set, id) end
end
local seq, told = head, {}
for _, write in ipairs(writes) do
  local id = write.id
  redis.call('SET', p .. 'record:' .. id, write.record)
  local story = write.former and write.former[4] or ''
  for _, entry in ipairs(write.texts) do
    seq = seq + 1
    redis.call('RPUSH', bucket(seq), entry)
    story = story .. ' ' .. seq
    told[#told + 1] = entry
  end
  redis.call('HSET', p .. 'state', id,
    '[' .. (write.expect + 1) .. ',"' .. write.status .. '",' .. write.facets .. ',"' .. story .. '"]')
  for list in pairs(write.add) do redis.call('ZADD', list, write.created, id) end
  for _, list in ipairs(write.remove) do redis.call('ZREM', list, id) end
  score(p .. 'due', write.due, id, write.former)
  score(p .. 'ended', write.ended, id, write.former)
  score(p .. 'work', write.look, 'look:' .. id, write.former)
  if write.former then redis.call('HDEL', p .. 'claims', 'look:' .. id) end
  for _, errand in ipairs(write.errands) do
    if not errand.keep or not redis.call('ZSCORE', p .. 'work', errand.key) then
      redis.call('ZADD', p .. 'work', now + errand.after, errand.key)
      redis.call('HSET', p .. 'claims', errand.key, '0 0 ' .. errand.task)
    end
  end
end
for number, entry in pairs(blank) do redis.call('LSET', bucket(number), (number - 1) % ${BUCKET}, entry) end
redis.call('SET', p .. 'seq', seq)
local text = ARGV[3] .. ',"seq":' .. seq .. '}'
if plan.life then redis.call('SET', operation, text, 'PX', plan.life) else redis.call('SET', operation, text) end
if #told > 0 then redis.call('PUBLISH', plan.news, (head + 1) .. '\\n' .. table.concat(told, '\\n')) end
return { now, 'committed', seq }
`);
