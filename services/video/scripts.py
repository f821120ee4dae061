"""The Lua scripts that change a job: each runs as one transaction and appends its event to the job's log.

Every script takes one JSON argument; the names of keys follow from its `prefix`. Jobs are kept thus:

    {prefix}job:{id}        hash    the record
    {prefix}events:{id}     stream  the event log, the newest `max_events`
    {prefix}jobs            zset    all ids; every score is 0, an id sorts by its time
    {prefix}jobs:{state}    zset    the same for each state
    {prefix}ended           zset    ids of ended jobs, by the time (ms) at which they expire
    {prefix}webhooks        zset    ids of ended jobs whose webhook is not delivered yet, by the time of the end (ms)
    {prefix}request:{id}    string  the job id that a request id led to
    {prefix}changes         channel the id of each job that gets an event
"""

_COMMON = """
local a = cjson.decode(ARGV[1])
local p, job, log = a.prefix, a.prefix .. 'job:' .. a.id, a.prefix .. 'events:' .. a.id
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local stamp = string.format('%.0f', now)
local function get(name) return redis.call('HGET', job, name) or '' end
local function append(message)
  redis.call('XADD', log, 'MAXLEN', a.max_events, '*', 'state', get('state'), 'stage', get('stage'),
    'progress', get('progress'), 'message', message)
  redis.call('PUBLISH', p .. 'changes', a.id)
end
"""

# Answers {'ok', hash}, {'exists', id of the first job of this request} or {'full'}.
CREATE = (
    _COMMON
    + """
if a.request ~= '' then
  local first = redis.call('GET', p .. 'request:' .. a.request)
  if first and redis.call('EXISTS', p .. 'job:' .. first) == 1 then return {'exists', first} end
end
if redis.call('EXISTS', job) == 1 then return {'exists', a.id} end
if redis.call('ZCARD', p .. 'jobs:queued') >= a.capacity then return {'full'} end
for name, value in pairs(a.set) do redis.call('HSET', job, name, value) end
redis.call('HSET', job, 'state', 'queued', 'created', stamp, 'updated', stamp)
redis.call('ZADD', p .. 'jobs', 0, a.id)
redis.call('ZADD', p .. 'jobs:queued', 0, a.id)
if a.request ~= '' then redis.call('SET', p .. 'request:' .. a.request, a.id, 'EX', a.request_seconds) end
append(a.message)
return {'ok', redis.call('HGETALL', job)}
"""
)

# Changes an open job. `states`: those in which the change is allowed. `fence`: the attempt that the writer belongs to,
# '' for anyone. `to`: the new state, '' for the same. Progress never falls.
# Answers {'ok', hash}, {'missing'}, {'refused', hash} or {'superseded', hash}.
CHANGE = (
    _COMMON
    + """
local from = get('state')
if from == '' then return {'missing'} end
local allowed = false
for _, state in ipairs(a.states) do allowed = allowed or state == from end
if not allowed then return {'refused', redis.call('HGETALL', job)} end
if a.fence ~= '' and a.fence ~= get('attempt') then return {'superseded', redis.call('HGETALL', job)} end
if a.set.progress and tonumber(a.set.progress) < tonumber(get('progress')) then a.set.progress = get('progress') end
for name, value in pairs(a.set) do redis.call('HSET', job, name, value) end
redis.call('HSET', job, 'updated', stamp)
if a.take then
  redis.call('HINCRBY', job, 'attempt', 1)
  if get('started') == '0' then redis.call('HSET', job, 'started', stamp) end
end
if a.to ~= '' and a.to ~= from then
  redis.call('HSET', job, 'state', a.to)
  redis.call('ZREM', p .. 'jobs:' .. from, a.id)
  redis.call('ZADD', p .. 'jobs:' .. a.to, 0, a.id)
end
append(a.message)
if a.ttl > 0 then
  redis.call('HSET', job, 'ended', stamp)
  redis.call('EXPIRE', job, a.ttl)
  redis.call('EXPIRE', log, a.ttl)
  redis.call('ZADD', p .. 'ended', now + a.ttl * 1000, a.id)
  if get('webhook_url') ~= '' then redis.call('ZADD', p .. 'webhooks', now, a.id) end
end
return {'ok', redis.call('HGETALL', job)}
"""
)

# Adds a line to the log of a job in any state; answers {'ok'} or {'missing'}.
NOTE = (
    _COMMON
    + """
if get('state') == '' then return {'missing'} end
append(a.message)
return {'ok'}
"""
)

# Takes a job away with all that points to it; answers {'ok'}. Without `force` only a job that still waits.
FORGET = (
    _COMMON
    + """
local state = get('state')
if not a.force and state ~= 'queued' and state ~= '' then return {'refused'} end
for _, state in ipairs(a.states) do redis.call('ZREM', p .. 'jobs:' .. state, a.id) end
redis.call('ZREM', p .. 'jobs', a.id)
redis.call('ZREM', p .. 'ended', a.id)
redis.call('ZREM', p .. 'webhooks', a.id)
if a.request ~= '' and redis.call('GET', p .. 'request:' .. a.request) == a.id then
  redis.call('DEL', p .. 'request:' .. a.request)
end
redis.call('DEL', job, log)
return {'ok'}
"""
)
