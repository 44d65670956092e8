"""Records that cannot be read: raised or collected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from sesinsights.errors import BadRecordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A part of a file that cannot be read as a record.

    Attributes:
        line_number: The line of the file on which it begins; the first is 1.
        raw: Its text, not shown in the repr because it may contain addresses. If it is not valid
            JSON, at most about the first million characters.
        problem: What is wrong with it.
    """

    line_number: int
    raw: str = field(repr=False)
    problem: str


def without_repeats(
    bad_records: Iterable[BadRecord], earlier: Iterable[BadRecord]
) -> Iterator[BadRecord]:
    """Yield bad records, except those that an earlier file has too.

    A bad record has neither an id nor a time, so it is recognized by its text. The file of a window
    can only repeat records of the instant that it shares with the window before.

    Args:
        bad_records: The bad records of a file.
        earlier: The bad records of the file of the window before.
    """
    left = Counter(record.raw for record in earlier)
    for record in bad_records:
        if left[record.raw] > 0:
            left[record.raw] -= 1
        else:
            yield record


class BadRecords:
    """Collects or raises bad records.

    Args:
        collect: Whether to collect them.
    """

    def __init__(self, *, collect: bool) -> None:
        self._collect = collect
        self.collected: list[BadRecord] = []

    def add(self, line_number: int, raw: str, problem: str) -> None:
        """Collect a bad record.

        Raises:
            BadRecordError: Bad records are not collected.
        """
        if not self._collect:
            self.refuse_file(line_number, raw, problem)
        self.collected.append(BadRecord(line_number, raw, problem))

    def refuse_file(self, line_number: int, raw: str, problem: str) -> NoReturn:
        """Refuse the whole file: it lacks something that every record needs.

        Raises:
            BadRecordError: Always.
        """
        # Without its cause: the error of the parser contains the text around the record.
        raise BadRecordError(line_number, raw, problem) from None
