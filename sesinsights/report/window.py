"""The window of a report: when the mail that it counts was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sesinsights.instants import plain_utc

if TYPE_CHECKING:
    from sesinsights.outcomes.untyped import Table


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Window:
    """A window of time, either end of which may be open.

    Tables have the time in their column `sent_at`, in milliseconds since 1970.

    Attributes:
        start: Start of the window, in UTC.
        end: End of the window, in UTC, not included.
    """

    def __init__(self, start: datetime | None, end: datetime | None) -> None:
        """Make a window from its ends.

        Raises:
            ValueError: One is not timezone-aware, or the window is empty.
        """
        self.start = _instant("start", start)
        self.end = _instant("end", end)
        if self.start and self.end and self.start >= self.end:
            raise ValueError("start must be before end")
        self._low = _milliseconds(self.start)
        self._high = _milliseconds(self.end)
        self._lowest = (
            None if self._low is None or self._high is None else 2 * self._low - self._high
        )

    def inside(self, rows: Table) -> Table:
        """Return the rows of mail that was sent in the window."""
        return _between(rows, self._low, self._high)

    def before(self, rows: Table) -> Table | None:
        """Return the rows of the preceding period of the same length; None if there is none."""
        return None if self._lowest is None else _between(rows, self._lowest, self._low)

    def with_the_one_before(self, rows: Table) -> Table:
        """Return the rows of the window and of the preceding period."""
        return _between(rows, self._low if self._lowest is None else self._lowest, self._high)


def _instant(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.utcoffset() is None:
        raise ValueError(f"{name} must be timezone-aware")
    return plain_utc(value)


def _milliseconds(at: datetime | None) -> int | None:
    """Return the first whole millisecond that is not before an instant."""
    return None if at is None else -((EPOCH - at) // timedelta(milliseconds=1))


def _between(rows: Table, low: int | None, high: int | None) -> Table:
    if low is not None:
        rows = rows.filter(rows.sent_at >= low)
    return rows if high is None else rows.filter(rows.sent_at < high)
