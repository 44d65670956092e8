"""The rule of `lane.py` as a script that Redis runs in one step.

It is told what to do and the time, or none to take the server's; numbers travel as text, in full
precision.
"""

from __future__ import annotations

from sesinsights.pacing.lane import (
    FADING,
    FORGOTTEN_AFTER,
    MARGIN,
    NO_SLOT,
    WIDENED,
    WIDENING,
    WIDEST,
)

__all__ = ["SCRIPT"]

_CONSTANTS = f"""
local MARGIN, WIDENED, WIDENING, WIDEST = {MARGIN}, {WIDENED}, {WIDENING}, {WIDEST}
local FADING, FORGOTTEN_AFTER, NO_SLOT = {FADING}, {FORGOTTEN_AFTER}, {NO_SLOT}
"""

_RULE = """
local FIELDS = {'next_free', 'last', 'rests_until', 'widened', 'settled_at', 'seen'}
local kept = redis.call('HMGET', KEYS[1], 'released', unpack(FIELDS))
local lane = {last = NO_SLOT}
for n, field in ipairs(FIELDS) do
    lane[field] = tonumber(kept[n + 1] or lane[field] or 0)
end
local released = {}
for slot in string.gmatch(kept[1] or '', '%S+') do
    released[#released + 1] = tonumber(slot)
end

local action, now = ARGV[1], tonumber(ARGV[2])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local function text(number)
    return string.format('%.17g', number)
end

local function drop_released_before(earliest)
    local left = {}
    for _, slot in ipairs(released) do
        if slot >= earliest then left[#left + 1] = slot end
    end
    released = left
end

local function follow()
    if now >= math.max(lane.next_free, lane.rests_until) + FORGOTTEN_AFTER then
        lane = {next_free = 0, last = NO_SLOT, rests_until = 0, widened = 0, settled_at = 0,
                seen = lane.seen}
        released = {}
    end
    local back = lane.seen - now
    if back > 0 then
        lane.next_free = lane.next_free - back
        lane.rests_until = lane.rests_until - back
        lane.settled_at = lane.settled_at - back
        lane.last = NO_SLOT
        released = {}
    end
    lane.seen = now
end

local function keep()
    local values = {}
    for _, field in ipairs(FIELDS) do
        values[#values + 1] = field
        values[#values + 1] = text(lane[field])
    end
    local slots = {}
    for n, slot in ipairs(released) do slots[n] = text(slot) end
    redis.call('HSET', KEYS[1], 'released', table.concat(slots, ' '), unpack(values))
    local matters_for = math.max(lane.next_free, lane.rests_until) - lane.seen + FORGOTTEN_AFTER
    redis.call('PEXPIRE', KEYS[1], text(math.ceil(matters_for * 1000)))
end

if action == 'reserve' then
    local rate, cost, max_wait = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
    follow()
    drop_released_before(now)
    local first = nil
    if cost == 1 then
        for n, slot in ipairs(released) do
            if not first or slot < released[first] then first = n end
        end
    end
    local slot = first and released[first] or math.max(now, lane.next_free)
    if max_wait and slot - now > max_wait then
        keep()
        return {'refused', text(slot), text(slot - now)}
    end
    if first then
        table.remove(released, first)
    else
        lane.last = slot
        lane.next_free = slot + cost * (1 + MARGIN + lane.widened) / rate
        lane.widened = lane.widened * FADING
    end
    keep()
    return {'granted', text(slot), text(slot - now)}
elseif action == 'release' then
    local slot = tonumber(ARGV[3])
    if slot == lane.last then
        lane.next_free = math.max(slot, lane.rests_until)
        lane.last = NO_SLOT
        keep()
    elseif lane.rests_until <= slot and slot < lane.next_free then
        for _, known in ipairs(released) do
            if known == slot then return {} end
        end
        released[#released + 1] = slot
        keep()
    end
elseif action == 'penalize' then
    local seconds = tonumber(ARGV[3])
    follow()
    if now >= lane.settled_at then
        lane.widened = math.min(math.max(lane.widened + WIDENING, WIDENED), WIDEST)
        lane.settled_at = lane.next_free
    end
    lane.rests_until = math.max(lane.rests_until, now + seconds)
    lane.next_free = math.max(lane.next_free, lane.rests_until)
    drop_released_before(lane.rests_until)
    keep()
end
return {}
"""

SCRIPT = _CONSTANTS + _RULE
