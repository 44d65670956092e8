"""Combines facts into timelines; the result depends only on the set of facts.

Neither their order nor duplicates matter, so events may arrive late, twice and from several
sources.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sesinsights.models.enums import EventType
from sesinsights.models.reasons import bounce_reason, delay_reason
from sesinsights.outcomes.states import REASONED, Status, most_severe
from sesinsights.outcomes.timeline import Engagement, Timeline, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sesinsights.outcomes.facts import Fact


_ONCE = frozenset(
    {EventType.SEND, EventType.DELIVERY, EventType.REJECT, EventType.RENDERING_FAILURE}
)
"""Events that happen once to a message and recipient, even if sources differ in their time."""

_LATEST = float("inf")


def fold(facts: Iterable[Fact]) -> Timeline:
    """Return the timeline of one message and recipient.

    Args:
        facts: The known facts, at least one.
    """
    facts = list(facts)
    events = _merged(facts)
    shown = [
        (status, fact.event)
        for fact in facts
        for status in (fact.status, fact.event.status if fact.event else Status.UNKNOWN)
    ]
    status = most_severe(status for status, _ in shown)
    decisive = [event for shows, event in shown if event and shows is status]
    has_reason = status in REASONED
    sent = [fact.sent_at for fact in facts] + _times(events, EventType.SEND)
    complaints = [event for event in decisive if status is Status.COMPLAINED]
    return Timeline(
        message_id=facts[0].message_id or None,
        recipient=facts[0].recipient,
        status=status,
        events=tuple(events),
        engagement=_engagement(facts, events),
        reason=_greatest(map(_reason_of, decisive)) if has_reason else None,
        diagnostic_code=_greatest(event.diagnostic_code for event in decisive)
        if has_reason
        else None,
        is_suspicion=bool(complaints) and all(event.is_suspicion for event in complaints),
        sent_at=min(filter(None, sent), default=None),
        delivered_at=min(_times(events, EventType.DELIVERY), default=None),
        isp=_greatest(fact.isp for fact in facts),
        source=_greatest(fact.source for fact in facts),
        subject=_greatest(fact.subject for fact in facts),
        configuration_set=_greatest(fact.configuration_set for fact in facts),
    )


def _greatest(values: Iterable[str | None]) -> str | None:
    """Return one of the values, independent of their order."""
    return max(filter(None, values), default=None)


def _times(events: Iterable[TimelineEvent], type_: EventType) -> list[datetime]:
    return [event.timestamp for event in events if event.type == type_ and event.timestamp]


def _reason_of(event: TimelineEvent) -> str | None:
    match event.type:
        case EventType.BOUNCE:
            return bounce_reason(event.sub_type)
        case EventType.COMPLAINT:
            return bounce_reason(event.sub_type) or (event.feedback_type or "").lower() or None
        case EventType.DELIVERY_DELAY:
            return delay_reason(event.delay_type)
        case _:
            return event.reason


def _engagement(facts: Iterable[Fact], events: Iterable[TimelineEvent]) -> Engagement:
    clicks = [event for event in events if event.type == EventType.CLICK]
    opens = [event for event in events if event.type == EventType.OPEN] + clicks
    opened = _known([fact.opened for fact in facts], opens)
    clicked = _known([fact.clicked for fact in facts], clicks)
    return Engagement(
        opened=opened,
        opened_by_people=_by_people(opens) if opened else opened,
        clicked=clicked,
        clicked_by_people=_by_people(clicks) if clicked else clicked,
    )


def _known(said: Sequence[bool | None], events: Sequence[TimelineEvent]) -> bool | None:
    """Return whether it happened; False if a source that would show it does not."""
    if events or True in said:
        return True
    return False if False in said else None


def _by_people(events: Sequence[TimelineEvent]) -> bool | None:
    who = {event.is_bot for event in events}
    if False in who:
        return True
    return False if who == {True} else None


def _merged(facts: Iterable[Fact]) -> list[TimelineEvent]:
    """Return what happened, each event once, in order of time."""
    of_types: defaultdict[str, set[Fact]] = defaultdict(set)
    for fact in facts:
        if fact.event:
            of_types[fact.event.type].add(fact)
    events = [
        event
        for type_, found in of_types.items()
        for event in ([_merge(found)] if type_ in _ONCE else map(_merge, _occurrences(found)))
    ]
    return sorted(events, key=_order)


def _occurrences(facts: Iterable[Fact]) -> list[list[Fact]]:
    """Group the facts about events of one type by their times and marks."""
    by_time: defaultdict[float, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_time[_milliseconds(fact)].append(fact)
    # An event without a time is the last one that has a time: an export record has the last event.
    untimed = by_time.pop(_LATEST, [])
    by_time[max(by_time, default=_LATEST)] += untimed
    occurrences: list[list[Fact]] = []
    for together in by_time.values():
        by_mark: defaultdict[str | None, list[Fact]] = defaultdict(list)
        for fact in together:
            by_mark[fact.mark].append(fact)
        # An event without a mark is the one that another source marks.
        unmarked = by_mark.pop(None, [])
        by_mark[min(filter(None, by_mark), default=None)] += unmarked
        occurrences += by_mark.values()
    return occurrences


def _milliseconds(fact: Fact) -> float:
    """Return when it happened, as exactly as the sources allow."""
    at = fact.event.timestamp if fact.event else None
    return round(at.timestamp() * 1000) if at else _LATEST


def _merge(facts: Iterable[Fact]) -> TimelineEvent:
    timed = [(fact.has_own_time, fact.event) for fact in facts if fact.event]
    events = [event for _, event in timed]
    own = [event.timestamp for is_own, event in timed if is_own and event.timestamp]
    times = own or [event.timestamp for event in events if event.timestamp]
    bots = {event.is_bot for event in events} - {None}
    suspicions = {event.is_suspicion for event in events} - {None}
    return TimelineEvent(
        events[0].type,
        min(times, default=None),
        bounce_type=_greatest(event.bounce_type for event in events),
        sub_type=_greatest(event.sub_type for event in events),
        feedback_type=_greatest(event.feedback_type for event in events),
        delay_type=_greatest(event.delay_type for event in events),
        reason=_greatest(event.reason for event in events),
        diagnostic_code=_greatest(event.diagnostic_code for event in events),
        link=_greatest(event.link for event in events),
        is_bot=True in bots if bots else None,
        is_suspicion=False not in suspicions if suspicions else None,
    )


def _order(event: TimelineEvent) -> tuple[float, int, str]:
    at = event.timestamp.timestamp() if event.timestamp else _LATEST
    order = _ORDER.get(event.type, len(_ORDER))
    return at, order, repr((str(event.type), event.link, event.sub_type, event.diagnostic_code))


_ORDER: Mapping[str, int] = {
    type_: number
    for number, type_ in enumerate(
        (
            EventType.SEND,
            EventType.REJECT,
            EventType.RENDERING_FAILURE,
            EventType.DELIVERY_DELAY,
            EventType.BOUNCE,
            EventType.DELIVERY,
            EventType.OPEN,
            EventType.CLICK,
            EventType.COMPLAINT,
            EventType.SUBSCRIPTION,
        )
    )
}
"""The order of events that happened at the same time."""
