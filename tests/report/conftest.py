"""What tests of the report share: numbers to draw, and the page that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree as ET

import pytest

from sesinsights.report import write_html
from sesinsights.report.summary import (
    BounceGroup,
    Breakdown,
    Counts,
    Day,
    Diagnostic,
    EngagementHour,
    Group,
    Latency,
    LatencyBin,
    StatusGroup,
    Summary,
)

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2026, 11, 2)
DAYS = 20

Page: TypeAlias = Callable[..., ET.Element]


def counts(sent: int, *, bounced: int = 0, complained: int = 0) -> Counts:
    """Return the numbers of some mail, of which a third was opened and a tenth clicked."""
    delivered = sent - 2 * bounced
    return Counts(
        sent=sent,
        delivered=delivered,
        bounced_permanent=bounced,
        bounced_transient=bounced,
        complained=complained,
        suppressed=3,
        rejected=0,
        rendering_failed=0,
        opened=delivered // 2,
        opened_by_people=delivered // 3,
        clicked=delivered // 5,
        clicked_by_people=delivered // 10,
    )


@pytest.fixture
def summary() -> Summary:
    """Return numbers in which every part of the report has something to show."""
    days = [
        Day(FIRST + timedelta(days=n), counts(200 + 37 * n, bounced=n % 5, complained=n % 2))
        for n in range(DAYS)
        if n != 6
    ]
    total = counts(11_000, bounced=38, complained=9)
    group = Breakdown(
        [Group("Gmail", counts(700, bounced=21)), Group("UNKNOWN_ISP", counts(90, complained=2))],
        others=2,
        rest=counts(10),
    )
    return Summary(
        start=datetime(2026, 11, 2, tzinfo=UTC),
        end=datetime(2026, 11, 22, tzinfo=UTC),
        counts=total,
        previous=counts(9_000, bounced=12, complained=9),
        by_day=days,
        by_provider=group,
        by_recipient_domain=group,
        by_sending_domain=group,
        by_configuration_set=Breakdown([Group(None, counts(400))]),
        by_campaign=group,
        bounces=[
            BounceGroup("PERMANENT", "GENERAL", 30, ("Stop sending to it.",)),
            BounceGroup("TRANSIENT", "MAILBOX_FULL", 12, ("The mailbox is full.",)),
            BounceGroup(None, None, 1),
        ],
        suppression=[BounceGroup("PERMANENT", "ON_ACCOUNT_SUPPRESSION_LIST", 3)],
        statuses=[
            StatusGroup("5.1.1", 30, "no mailbox", [Diagnostic("550 5.1.1 unknown", 28)], others=2),
            StatusGroup(None, 12, None),
        ],
        other_statuses=4,
        latency=Latency(
            95,
            1.3,
            8.9,
            40.0,
            [LatencyBin(10 ** (n / 4), 10 ** ((n + 1) / 4), n * 9) for n in range(8)],
        ),
        engagement=[
            EngagementHour(day, hour, day * hour, (day + hour) % 3)
            for day in range(7)
            for hour in range(24)
        ],
    )


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """Return the page of a summary, parsed."""

    def parsed(summary: Summary, **options: Any) -> ET.Element:
        path = tmp_path / "report.html"
        write_html(summary, path, **options)
        return ET.fromstring(path.read_text(encoding="utf-8"))

    return parsed
