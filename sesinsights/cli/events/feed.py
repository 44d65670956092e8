"""Events and notices as text for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from sesinsights.cli.event_words import EVENT_WORDS
from sesinsights.cli.terminal import console, print_lines, printable
from sesinsights.cli.times import second, zoned
from sesinsights.events import (
    Bounced,
    Clicked,
    Complained,
    Delayed,
    Event,
    Opened,
    Rejected,
    RenderingFailed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.cli.settings import Settings
    from sesinsights.events import AnyEvent, Notice


_INDENT = "  "


class Feed:
    """Prints events and notices: time and kind on one line, message and reason below it.

    Args:
        settings: Whether there are colours.
        local: Whether times are in the zone of this machine.
    """

    def __init__(self, settings: Settings, *, local: bool) -> None:
        self._out = console(settings)
        self._local = local

    def show(self, arrival: AnyEvent | Notice) -> None:
        """Print an event or notice."""
        lines = [*(self._of_event(arrival) if isinstance(arrival, Event) else _of_notice(arrival))]
        print_lines(self._out, Text("\n").join(lines))

    def _of_event(self, event: AnyEvent) -> Iterator[Text]:
        name, style = EVENT_WORDS.get(event.type, (event.type, "bold"))
        kinds = ", ".join(filter(None, _kinds(event)))
        at = second(zoned(event.timestamp, local=self._local))
        what = printable(f"{name} ({kinds})" if kinds else name)
        whom = printable(", ".join(event.recipients))
        yield Text.assemble(f"{at}  ", (what, style), f"  {whom}" if whom else "")
        about = filter(None, (printable(event.message_id), printable(event.subject or "")))
        yield Text(_INDENT + _INDENT.join(about), "dim")
        for line in (*event.explanation, *_said(event)):
            yield Text(_INDENT + printable(line))


def _of_notice(notice: Notice) -> Iterator[Text]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(notice).__name__).capitalize()
    source = notice.via.topic_arn or notice.via.event_bridge_id or notice.via.file
    yield Text(printable(f"Notice: {words}" + (f"  {source}" if source else "")), "italic")


def _kinds(event: AnyEvent) -> Iterator[str | None]:
    """Yield the service's names for its kind."""
    match event:
        case Bounced():
            yield event.bounce_type
            yield event.bounce_sub_type
        case Complained():
            yield event.complaint_sub_type
            yield event.complaint_feedback_type
        case Delayed():
            yield event.delay_type
        case Rejected():
            yield event.reason
        case Opened() | Clicked():
            yield "probably a bot" if event.is_bot else None
        case _:
            return


def _said(event: AnyEvent) -> Iterator[str]:
    """Yield the texts in it that others wrote."""
    match event:
        case Bounced() if event.diagnostic_code:
            yield f"Server: {event.diagnostic_code}"
        case Delayed():
            for each in event.delayed_recipients[:1]:
                if each.diagnostic_code:
                    yield f"Server: {each.diagnostic_code}"
        case Clicked() if event.link:
            yield event.link
        case RenderingFailed() if event.error_message:
            yield event.error_message
        case _:
            return
