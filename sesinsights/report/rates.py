"""The rates that charts and tables show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sesinsights.report.summary import BOUNCE_LINES, COMPLAINT_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sesinsights.report.summary import Counts, Lines


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of mail.

    Attributes:
        title: What happened to it.
        part: Returns the number of messages in the share; None if unknown.
        whole: Returns the number of all messages.
        lines: The rates at which Amazon SES may act.
    """

    title: str
    part: Callable[[Counts], int | None]
    whole: Callable[[Counts], int]
    lines: Lines | None = None

    def of(self, counts: Counts) -> float | None:
        """Return the share, from 0 to 1; None if it is unknown or there is no mail."""
        part, whole = self.part(counts), self.whole(counts)
        return None if part is None or whole <= 0 else part / whole


def _sent(counts: Counts) -> int:
    return counts.sent


def _delivered(counts: Counts) -> int:
    return counts.delivered


BOUNCED = Rate("Bounced permanently", lambda counts: counts.bounced_permanent, _sent, BOUNCE_LINES)
COMPLAINED = Rate("Complained", lambda counts: counts.complained, _sent, COMPLAINT_LINES)
BOUNCED_TEMPORARILY = Rate("Bounced temporarily", lambda counts: counts.bounced_transient, _sent)
DELIVERED = Rate("Delivered", _delivered, _sent)
OPENED = Rate("Opened", lambda counts: counts.opened, _delivered)
OPENED_BY_PEOPLE = Rate("Opened by people", lambda counts: counts.opened_by_people, _delivered)
CLICKED = Rate("Clicked", lambda counts: counts.clicked, _delivered)
CLICKED_BY_PEOPLE = Rate("Clicked by people", lambda counts: counts.clicked_by_people, _delivered)


def rates_of(groups: Sequence[Counts]) -> list[Rate]:
    """Return the rates that these numbers allow, with opens and clicks by people if known."""
    known = [BOUNCED, COMPLAINED, BOUNCED_TEMPORARILY]
    for by_people, by_all in ((OPENED_BY_PEOPLE, OPENED), (CLICKED_BY_PEOPLE, CLICKED)):
        for rate in (by_people, by_all):
            if any(rate.of(counts) is not None for counts in groups):
                known.append(rate)
                break
    return known
