"""The union of all events, and the class of those of unknown kinds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from sesinsights.events.delivery import (
    Bounced,
    Delayed,
    Delivered,
    Rejected,
    RenderingFailed,
    Sent,
)
from sesinsights.events.event import Event, event_id_of
from sesinsights.events.reactions import Clicked, Complained, Opened, SubscriptionChanged
from sesinsights.events.views import members
from sesinsights.models.enums import NewValue

if TYPE_CHECKING:
    from sesinsights.events.event import Origin
    from sesinsights.events.path import Via


class UnknownEvent(Event):
    """An event of a kind that this version does not know; `raw` has its content."""

    __slots__ = ("_kind",)
    _shown = ("type", "message_id", "timestamp")
    _blocks = ()
    _needs_block = False

    def __init__(self, record: dict[str, Any], via: Via, origin: Origin, kind: str) -> None:
        """Take a record as an event.

        Raises:
            UnreadableError: It lacks what every event has.
        """
        self._kind = kind
        super().__init__(record, via, origin)

    @override
    def _details_of(self, record: dict[str, Any]) -> dict[str, Any]:
        name = self._kind[:1].lower() + self._kind[1:]
        return members(record.get(name.replace(" ", "").replace("_", ""))) or {}

    @property
    @override
    def type(self) -> NewValue:
        """The kind, as the service spells it."""
        return NewValue(self._kind)

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """Always empty: the recipients of an unknown event are not known."""
        return ()

    @property
    @override
    def event_id(self) -> str:
        """A key that is the same through every channel and in every delivery of the event."""
        known = {name: value for name, value in self._record.items() if name != "mail"}
        details = json.dumps(known, sort_keys=True, default=repr)
        return event_id_of(self.message_id, self._kind, details, "", ())


AnyEvent: TypeAlias = (
    Sent
    | Delivered
    | Bounced
    | Complained
    | Rejected
    | Opened
    | Clicked
    | RenderingFailed
    | Delayed
    | SubscriptionChanged
    | UnknownEvent
)
"""Any event, including an `UnknownEvent` for future kinds, so a `match` needs a case for it."""
