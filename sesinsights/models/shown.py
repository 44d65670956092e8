"""How responses are printed: without personal data, as in a repr.

Subjects, addresses, links and what other servers said stay in the members.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Protocol

    class EventDestination(Protocol):
        """An event destination of either API."""

        @property
        def name(self) -> str:
            """Its name."""
            ...

        @property
        def enabled(self) -> bool | None:
            """Whether events are sent now."""
            ...

        @property
        def matching_event_types(self) -> Sequence[str]:
            """Which events are sent."""
            ...


_MORE = "More follow on the next page: see next_token."


def instant(moment: datetime | None) -> str:
    """Return a time to the second, with its zone; nothing for None."""
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}" if moment else ""


def length(time: timedelta | None) -> str:
    """Return a duration to the second; nothing for None."""
    return str(timedelta(seconds=round(time.total_seconds()))) if time is not None else ""


def line(*parts: str) -> str:
    """Return the parts that are not empty, joined by commas."""
    return ", ".join(filter(None, parts))


def counted(number: int | None, what: str = "") -> str:
    """Return a number, and of what; nothing for None."""
    return f"{number:,} {what}".rstrip() if number is not None else ""


def indented(lines: Iterable[str]) -> str:
    """Return lines that belong below another."""
    return "\n".join(f"  {each}" for each in lines)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, none: str) -> str:
    """Return rows below their titles in columns of equal width, or `none` without any rows.

    Args:
        titles: The titles of the columns.
        rows: The texts of each row.
        none: What to show instead of an empty table.
    """
    lines = [titles, *rows]
    if len(lines) == 1:
        return none
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in lines
    )


def page(items: str, next_token: str | None) -> str:
    """Return a page: its items, and whether more follow."""
    return f"{items}\n{_MORE}" if next_token else items


_KINDS = {
    "kinesis_firehose_destination": "Firehose",
    "cloud_watch_destination": "CloudWatch",
    "sns_destination": "SNS",
    "event_bridge_destination": "EventBridge",
    "pinpoint_destination": "Pinpoint",
}


def destinations_table(destinations: Iterable[EventDestination]) -> str:
    """Return event destinations of either API as a table."""
    rows = (
        (
            each.name,
            "on" if each.enabled else "off",
            line(*(kind for member, kind in _KINDS.items() if getattr(each, member, None))),
            line(*each.matching_event_types),
        )
        for each in destinations
    )
    return table(
        ("Destination", "State", "Sends to", "Events"), rows, none="No event destinations."
    )
