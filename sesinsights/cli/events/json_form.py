"""Events and notices as JSON for programs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sesinsights.events import Event

if TYPE_CHECKING:
    from sesinsights.events import AnyEvent, Notice


def json_form(arrival: AnyEvent | Notice) -> dict[str, Any]:
    """Return an event or notice by the names of its attributes, with the original record."""
    via = arrival.via
    shown = [field.name for field in fields(via) if field.compare]
    known = {name: value for name in shown if (value := getattr(via, name))}
    if not isinstance(arrival, Event):
        return {"notice": type(arrival).__name__, "via": known, "record": arrival.raw}
    return {
        "event_id": arrival.event_id,
        "type": str(arrival.type),
        "timestamp": arrival.timestamp.isoformat(),
        "has_own_time": arrival.has_own_time,
        "message_id": arrival.message_id,
        "recipients": arrival.recipients,
        "source": arrival.source,
        "subject": arrival.subject,
        "tags": {name: list(values) for name, values in arrival.tags.items()},
        "origin": str(arrival.origin),
        "is_suppression_echo": arrival.is_suppression_echo,
        "is_auto_reply": arrival.is_auto_reply,
        "explanation": arrival.explanation,
        "via": known,
        "record": arrival.raw,
    }
