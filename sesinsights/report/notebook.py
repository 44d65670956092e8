"""A summary as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.notebook import notebook_table
from sesinsights.report.numbers import percent, period
from sesinsights.report.rates import DELIVERED, rates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.notebook import Value
    from sesinsights.report.summary import Counts, Summary


def summary_table(summary: Summary) -> str:
    """Return the numbers of all mail as a compact table."""
    when = period(summary.start, summary.end)
    return notebook_table(
        f"Mail sent with Amazon SES{when and f', {when}'}",
        ("Outcome", "Messages", "Share", "Limit of Amazon SES", "Share before"),
        _rows(summary.counts, summary.previous),
    )


def _rows(now: Counts, before: Counts | None) -> Iterator[tuple[Value, ...]]:
    yield "Sent", now.sent, None, None, None
    for rate in (DELIVERED, *rates_of([now])):
        share = rate.of(now)
        level = rate.lines.level(share) if rate.lines else None
        earlier = rate.of(before) if before else None
        yield (
            rate.title,
            rate.part(now),
            None if share is None else percent(share),
            level and level.lower(),
            None if earlier is None else percent(earlier),
        )
    if now.suppressed is not None:
        yield "Held back", now.suppressed, None, None, None
