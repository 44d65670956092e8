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
    """Yield bad records, but for those that an earlier file has too.

    What cannot be read has neither an id nor a time, so its text tells. The file of a window may
    repeat only what the window before it has of the instant that they share.

    Args:
        bad_records: Those of a file.
        earlier: Those of the file of the window before.
    """
    left = Counter(record.raw for record in earlier)
    for record in bad_records:
        if left[record.raw] > 0:
            left[record.raw] -= 1
        else:
            yield record


class BadRecords:
    """What is done about bad records.

    Args:
        collect: Whether they are collected instead of raised.
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
        """Refuse the whole file for something without which no record can be read.

        Raises:
            BadRecordError: Always.
        """
        # What the parser raised holds the text around it.
        raise BadRecordError(line_number, raw, problem) from None
