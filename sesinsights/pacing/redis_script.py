"""The rule of `lane.py` as a script that Redis runs in one step.

Its arguments are the action and the time, or no time to use the server's; numbers are passed as
text, in full precision. The gaps of a key are a sorted set of their own, so that giving slots back
stays fast however many gaps there are.
"""

from __future__ import annotations

from sesinsights.pacing.lane import (
    FADING,
    FORGOTTEN_AFTER,
    MARGIN,
    NO_ERA,
    ROUNDING,
    WIDENED,
    WIDENING,
    WIDEST,
)

_CONSTANTS = f"""
local MARGIN, WIDENED, WIDENING, WIDEST = {MARGIN}, {WIDENED}, {WIDENING}, {WIDEST}
local FADING, FORGOTTEN_AFTER, NO_ERA = {FADING}, {FORGOTTEN_AFTER}, {NO_ERA}
local ROUNDING = {ROUNDING}
"""

_RULE = """
local LANE, GAPS = KEYS[1], KEYS[2]
local FIELDS = {'next_free', 'rests_until', 'widened', 'settled_at', 'seen', 'behind', 'era',
                'has_gaps'}
local kept = redis.call('HMGET', LANE, unpack(FIELDS))
local lane = {era = NO_ERA}
for n, field in ipairs(FIELDS) do
    lane[field] = tonumber(kept[n] or lane[field] or 0)
end

local action, now = ARGV[1], tonumber(ARGV[2])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local function text(number)
    return string.format('%.17g', number)
end

local function bounds(gap)
    local begin, finish = string.match(gap, '(%S+) (%S+)')
    return tonumber(begin), tonumber(finish)
end

local function add_gap(begin, finish)
    lane.has_gaps = 1
    redis.call('ZADD', GAPS, text(begin), text(begin) .. ' ' .. text(finish))
end

local function gap_before(time)
    return redis.call('ZREVRANGEBYSCORE', GAPS, '(' .. text(time), '-inf', 'LIMIT', 0, 1)[1]
end

local function drop_gaps_before(time)
    -- Most keys have none, and then no command is spent on them.
    if lane.has_gaps == 0 then return end
    local last = gap_before(time)
    if last then
        redis.call('ZREMRANGEBYSCORE', GAPS, '-inf', '(' .. text(time))
        local _, finish = bounds(last)
        if finish > time then add_gap(time, finish) end
    end
end

local function first_gap_of(length)
    if lane.has_gaps == 0 then return nil end
    local from, step = 0, 20
    while true do
        local gaps = redis.call('ZRANGE', GAPS, from, from + step - 1)
        for _, gap in ipairs(gaps) do
            local begin, finish = bounds(gap)
            if finish - begin >= length then return gap, begin, finish end
        end
        if #gaps < step then
            if from + #gaps == 0 then lane.has_gaps = 0 end
            return nil
        end
        from = from + step
    end
end

local function follow()
    local time = now + lane.behind
    if time < lane.seen then
        lane.behind = lane.seen - now
        time = lane.seen
    end
    if lane.era == NO_ERA then
        lane.era = time
        -- A server that is short of memory may drop one key and keep the other.
        redis.call('DEL', GAPS)
    end
    if time >= math.max(lane.next_free, lane.rests_until) + FORGOTTEN_AFTER then
        lane.next_free, lane.rests_until, lane.widened, lane.settled_at = 0, 0, 0, 0
        redis.call('DEL', GAPS)
        lane.has_gaps = 0
    end
    lane.seen = time
    return time
end

local function keep()
    local values = {}
    for _, field in ipairs(FIELDS) do
        values[#values + 1] = field
        values[#values + 1] = text(lane[field])
    end
    redis.call('HSET', LANE, unpack(values))
    local matters_for = math.max(lane.next_free, lane.rests_until) - lane.seen + FORGOTTEN_AFTER
    local milliseconds = text(math.ceil(math.max(matters_for, 1) * 1000))
    redis.call('PEXPIRE', LANE, milliseconds)
    if lane.has_gaps == 1 then redis.call('PEXPIRE', GAPS, milliseconds) end
end

if action == 'reserve' then
    local rate, cost, max_wait = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    local time = follow()
    drop_gaps_before(time)
    local least = cost * (1 + MARGIN) / rate - ROUNDING * cost
    local span = cost * (1 + MARGIN + lane.widened) / rate
    local gap, begin, finish = first_gap_of(least)
    local slot = begin or math.max(time, lane.next_free)
    local wait = slot - time
    if max_wait and wait > max_wait then
        keep()
        return {'refused', text(slot), text(wait)}
    end
    local slot_end = slot + span
    if gap then
        redis.call('ZREM', GAPS, gap)
        if slot_end < finish then add_gap(slot_end, finish) end
        slot_end = math.min(slot_end, finish)
    else
        lane.next_free = slot_end
        lane.widened = lane.widened * FADING
    end
    keep()
    return {'granted', text(slot), text(wait), text(slot_end), text(lane.era)}
elseif action == 'release' then
    local slot, finish, era = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    local begin = math.max(slot, lane.rests_until)
    if era ~= lane.era or begin >= finish or finish > lane.next_free then return {} end
    local earlier = gap_before(begin)
    local later = redis.call('ZRANGEBYSCORE', GAPS, text(begin), '+inf', 'LIMIT', 0, 1)[1]
    local earlier_begin, earlier_end, later_begin, later_end
    if earlier then
        earlier_begin, earlier_end = bounds(earlier)
        if earlier_end > begin then return {} end
    end
    if later then
        later_begin, later_end = bounds(later)
        if later_begin < finish then return {} end
    end
    if earlier and earlier_end == begin then
        redis.call('ZREM', GAPS, earlier)
        begin = earlier_begin
    end
    if later and later_begin == finish then
        redis.call('ZREM', GAPS, later)
        finish = later_end
    end
    if finish == lane.next_free then
        lane.next_free = begin
    else
        add_gap(begin, finish)
    end
    keep()
elseif action == 'penalize' then
    local seconds = tonumber(ARGV[3])
    local time = follow()
    if time >= lane.settled_at then
        lane.widened = math.min(math.max(lane.widened + WIDENING, WIDENED), WIDEST)
        lane.settled_at = lane.next_free
    end
    lane.rests_until = math.max(lane.rests_until, time + seconds)
    lane.next_free = math.max(lane.next_free, lane.rests_until)
    drop_gaps_before(lane.rests_until)
    keep()
elseif action == 'seconds_since' then
    local slot, era = tonumber(ARGV[3]), tonumber(ARGV[4])
    if era == lane.era then return {text(now + lane.behind - slot)} end
end
return {}
"""

SCRIPT = _CONSTANTS + _RULE
