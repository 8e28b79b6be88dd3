-- The one way into a producer's stream. KEYS[1] is the stream; its last-generated-id, which survives trimming and
-- restart, is all the state there is. Answers { what happened, the stream's last id afterwards }.
--
--   append  EPOCH FROM TO CHANNEL JSON   an event (FROM = TO) or a gap that stands for FROM..TO
--   open    EPOCH SEQ                    starts an attempt and fences all older ones
--   open_next                            the same for whoever has no orchestrator to number attempts
--   seal    EPOCH                        nothing follows but the next opening
--   last                                 only the last id
--
-- Ids go through as the strings that they came as: Lua's numbers lose digits. They are numbers only to be compared.
local SEAL = '4294967295'
local operation, epoch = ARGV[1], ARGV[2]

local last, last_epoch, last_seq = '0-0', '0', '0'
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if info.err and not string.find(info.err, 'no such key') then
  return redis.error_reply(info.err)
end
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    last = info[i + 1]
    last_epoch, last_seq = string.match(last, '^(%d+)-(%d+)$')
  end
end

local function add(seq, field, value)
  return redis.call('XADD', KEYS[1], epoch .. '-' .. seq, field, value)
end

if operation == 'last' then
  return { 'last', last }
end

if operation == 'open_next' then
  epoch = string.format('%.0f', tonumber(last_epoch) + 1)
  return { 'added', add('0', 'opened', epoch) }
end

if tonumber(epoch) < tonumber(last_epoch) then
  if operation == 'append' then
    -- What it says is nobody's business any more; that it was said is a gateway's, which counts.
    redis.pcall('PUBLISH', ARGV[5], '{"type":"append_fenced","epoch":' .. epoch .. '}')
  end
  return { 'fenced', last }
end

if operation == 'open' then
  if epoch == last_epoch then
    return { last_seq == SEAL and 'sealed' or 'acknowledged', last }
  end
  return { 'added', add(ARGV[3], 'opened', epoch) }
end

if epoch ~= last_epoch then
  return { 'not_open', last }
end
if last_seq == SEAL then
  return { 'sealed', last }
end

if operation == 'seal' then
  return { 'added', add(SEAL, 'sealed', last_seq) }
end

local from, to, channel, json = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if tonumber(to) <= tonumber(last_seq) then
  return { 'acknowledged', last }
end
if tonumber(from) ~= tonumber(last_seq) + 1 then
  return { 'hole', last }
end
last = add(to, 'event', json)
-- A hint only: viewers read the stream when they miss it, so a refused PUBLISH loses nothing.
redis.pcall('PUBLISH', channel, json)
return { 'added', last }
