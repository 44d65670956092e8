"""Parts of an export: windows with their downloaded records, each record in one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from sesinsights.exports.files.bad_records import without_repeats
from sesinsights.exports.windows import INSTANT, instant_of, window_to_ask_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sesinsights.exports.files.bad_records import BadRecord
    from sesinsights.exports.files.reading import MessageInsightsReader
    from sesinsights.exports.progress import SampledWindow
    from sesinsights.exports.windows import Window

Identity: TypeAlias = tuple[str | None, str | None]
"""The identity of a record: the message's id and the recipient."""


@dataclass(slots=True)
class Part:
    """A window whose records are downloaded.

    Attributes:
        window: The window.
        path: The path of its file.
        records: How many records the file has.
        sent_at: When its messages were sent.
        identities: The identities of its records, while they may be needed to check a count.
        at_start: The records of the first instant, by their position in the file.
        at_end: The records of the last instant.
        bad_records: The records of the file that cannot be read.
        excluded: The positions of records that belong to no part, or to an earlier one.
        others: The positions of records that were not requested.
        sampled: A description of missing records or a contradiction, where that is allowed.
    """

    window: Window
    path: Path
    records: int = 0
    sent_at: list[datetime] = field(default_factory=list["datetime"])
    identities: list[tuple[datetime | None, Identity]] = field(
        default_factory=list["tuple[datetime | None, Identity]"]
    )
    at_start: dict[int, Identity] = field(default_factory=dict[int, Identity])
    at_end: set[Identity] = field(default_factory=set[Identity])
    bad_records: Sequence[BadRecord] = ()
    excluded: set[int] = field(default_factory=set[int])
    others: set[int] = field(default_factory=set[int])
    sampled: SampledWindow | None = None

    @property
    def rows(self) -> int:
        """How many rows the file has, including those that cannot be read."""
        return self.records + len(self.bad_records)


def part_of(window: Window, path: Path, records: MessageInsightsReader) -> Part:
    """Read a file for everything that decides about its window and the neighbouring ones."""
    part = Part(window, path)
    asked = window_to_ask_for(window)
    for place, record in enumerate(records):
        # A row that leaves it empty is still read.
        at = cast("datetime | None", record.send_timestamp)
        identity = record.message_id, record.destination
        part.records += 1
        part.identities.append((at, identity))
        if at is not None:
            part.sent_at.append(at)
            if not asked.start - INSTANT < at < asked.end + INSTANT:
                part.others.add(place)
            elif asked != window and not instant_of(window.start) <= at <= window.end:
                part.excluded.add(place)  # asked for, since a window cannot be shorter
        if at is None or at <= window.start:
            part.at_start[place] = identity
        if at is None or at >= instant_of(window.end):
            part.at_end.add(identity)
    part.bad_records = records.bad_records
    return part


def remove_repetitions(parts: Iterable[Part]) -> int:
    """Exclude records that an earlier part has too, and return how many there are.

    Only the instant that a part shares with the part before it can contain any.

    Args:
        parts: All parts, in order.
    """
    repeated = 0
    end: datetime | None = None
    at_end: set[Identity] = set()
    bad: Sequence[BadRecord] = ()
    for part in parts:
        if end is None or part.window.start > end:
            at_end, bad = set(), ()
        places = {n for n, identity in part.at_start.items() if identity in at_end}
        repeated += len(places - part.excluded)
        part.excluded |= places
        is_instant = part.window.start == part.window.end
        at_end = at_end | part.at_end if is_instant else part.at_end
        bad, part.bad_records = part.bad_records, [*without_repeats(part.bad_records, bad)]
        end = part.window.end
    return repeated
