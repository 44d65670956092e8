"""Metrics are summed up as a report shows mail, and never more than they tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import SESInsights, report
from sesinsights.exports import MetricsRecord, read_metrics
from sesinsights.metrics import MetricPoint, MetricSeries, MetricSeriesList
from sesinsights.report import Counts, Summary

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator
    from tests.report.conftest import Page

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def record(
    sent: int, bounced: int = 0, *, day: int = 0, days: int = 1, **dimensions: str
) -> MetricsRecord:
    """Return the metrics of some mail, sent on one day or over several."""
    return MetricsRecord(
        dimensions=dimensions,
        metrics={
            "SEND_VOLUME": float(sent),
            "DELIVERY_VOLUME": float(sent - bounced),
            "PERMANENT_BOUNCE_VOLUME": float(bounced),
            "TRANSIENT_BOUNCE_VOLUME": 0.0,
            "COMPLAINT_VOLUME": 0.0,
        },
        start_date=FIRST + day * DAY,
        end_date=FIRST + (day + days) * DAY,
    )


@pytest.fixture
def today(fake_clock: FakeClock) -> datetime:
    """The start of the day."""
    return fake_clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def mail(ses_emulator: SESEmulator, today: datetime) -> None:
    """Mail of two weeks, of which more bounces in the second."""
    for number in range(40):
        happened = ["PERMANENT_BOUNCE"] if number % (8 if number < 28 else 3) == 0 else ["DELIVERY"]
        ses_emulator.add_message(
            isp=("Gmail", "Yahoo")[number % 2],
            from_email_address=f"news@{('a', 'b')[number % 2]}.example",
            sent_at=today - (14 - number / 3) * DAY,
            events=["SEND", *happened, *(["OPEN"] if number % 5 == 1 else [])],
        )


@pytest.mark.usefixtures("mail")
def test_metrics_and_messages_agree(ses: SESInsights, today: datetime) -> None:
    """Metrics and messages of the same mail give the same numbers, days and providers."""
    pytest.importorskip("ibis")
    week = {"start_date": today - 7 * DAY, "end_date": today}
    series = ses.metric_series(report.METRICS, {"ISP": ["Gmail", "Yahoo"]}, **week)
    with ses.export_message_insights(
        start_date=week["start_date"], end_date=today - timedelta(milliseconds=1)
    ) as export:
        by_messages = report.summarize(export)
    by_metrics = report.summarize(series)
    assert _without_suppressed(by_messages.counts) == by_metrics.counts
    assert [(day.day, _without_suppressed(day.counts)) for day in by_messages.by_day] == [
        (day.day, day.counts) for day in by_metrics.by_day
    ]
    assert by_messages.by_provider
    assert by_metrics.by_provider
    assert [
        replace(group, counts=_without_suppressed(group.counts))
        for group in by_messages.by_provider.groups
    ] == [*by_metrics.by_provider.groups]


def _without_suppressed(counts: Counts) -> Counts:
    """Return numbers without the one that metrics do not tell."""
    assert counts.suppressed == 0
    return replace(counts, suppressed=None)


@pytest.mark.usefixtures("mail")
def test_every_form_of_metrics_gives_the_same_numbers(
    ses: SESInsights, today: datetime, tmp_path: Path
) -> None:
    """Series, records, an export by day, Arrow, Parquet and a file that is read."""
    pytest.importorskip("ibis")
    window: dict[str, Any] = {"start": today - 7 * DAY, "end": today}
    dates: dict[str, Any] = {"start_date": today - 14 * DAY, "end_date": today}
    isps: dict[Any, list[str]] = {"ISP": ["Gmail", "Yahoo"]}
    series = ses.metric_series(report.METRICS, isps, **dates)
    summary = report.summarize(series, **window)
    assert summary.previous
    assert summary.previous.bounce_rate is not None
    assert summary.counts.bounce_rate is not None
    assert 0 < summary.previous.bounce_rate < summary.counts.bounce_rate
    exported = ses.export_metrics(
        dimensions=isps, metrics=[{"name": name} for name in report.METRICS], by_day=True, **dates
    )
    table = series.to_arrow()
    import pyarrow.parquet as pq

    pq.write_table(table, tmp_path / "metrics.parquet")
    for source in (
        series.to_records(),
        exported,
        table,
        tmp_path / "metrics.parquet",
        read_metrics(tmp_path / "metrics.parquet"),
    ):
        assert report.summarize(source, **window) == summary


def test_a_page_is_drawn_from_metrics(page: Page) -> None:
    """A page of metrics has days and providers, and no section without data."""
    root = page(report.summarize([record(100, 6, day=day, ISP="Gmail") for day in range(3)]))
    titles = [title.text for title in root.iter("h2")]
    assert "Day by day" in titles
    assert "Mailbox providers" in titles
    assert not {"Why mail bounced", "How long delivery took", "Held back"} & set(titles)


def test_what_was_held_back_may_be_among_what_is_not_known(page: Page) -> None:
    """Suppressed mail counts as sent in metrics, and may be among the pending mail."""
    held_back = replace(record(5), metrics={**record(5).metrics, "DELIVERY_VOLUME": 3.0})
    summary = report.summarize([held_back])
    assert (summary.counts.pending, summary.counts.suppressed) == (2, None)
    assert "sent, with no further events, or held back" in "".join(page(summary).itertext())


def test_all_mail_is_counted_by_the_records_with_the_fewest_dimensions() -> None:
    """Totals come from the records with the fewest dimensions, so mail counts once."""
    summary = report.summarize(
        [
            record(10, 1),
            record(20, day=1),
            record(18, days=2, ISP="Gmail"),
            record(12, days=2, ISP="Yahoo"),
            record(0, days=2, ISP="iCloud"),
            record(25, days=2, CONFIGURATION_SET="news"),
            record(7, days=2, CONFIGURATION_SET="news", ISP="Gmail"),
        ]
    )
    assert (summary.counts.sent, summary.counts.bounced_permanent) == (30, 1)
    assert [day.counts.sent for day in summary.by_day] == [10, 20]
    assert summary.by_provider
    assert [(group.name, group.counts.sent) for group in summary.by_provider.groups] == [
        ("Gmail", 18),
        ("Yahoo", 12),
    ]
    assert summary.by_configuration_set
    assert summary.by_configuration_set.groups[0].counts.sent == 25
    assert summary.by_sending_domain is None


def test_an_address_is_part_of_its_domain() -> None:
    """Mail of both does not count twice, and the domain has the name."""
    summary = report.summarize(
        [
            record(10, EMAIL_IDENTITY="a.example"),
            record(4, EMAIL_IDENTITY="ada@a.example"),
            record(3, EMAIL_IDENTITY="bob@B.example"),
        ]
    )
    assert summary.counts.sent == 13
    assert summary.by_sending_domain
    assert [(group.name, group.counts.sent) for group in summary.by_sending_domain.groups] == [
        ("a.example", 10),
        ("b.example", 3),
    ]


def test_many_groups_are_the_largest_and_the_rest() -> None:
    """A breakdown does not grow with what there is."""
    summary = report.summarize([record(number, ISP=f"isp{number}") for number in range(1, 31)])
    assert summary.by_provider
    assert len(summary.by_provider.groups) == 20
    assert summary.by_provider.others == 10
    assert summary.by_provider.rest
    assert summary.by_provider.rest.sent == sum(range(1, 11))


def test_what_is_not_asked_for_is_unknown() -> None:
    """Opens that no metric counts are not 0, and neither are those that only some records have."""
    assert report.summarize([record(5)]).counts.opened is None
    opened = record(5)
    opened = replace(opened, metrics={**opened.metrics, "OPEN_VOLUME": 2.0})
    summary = report.summarize([opened, record(3, ISP="Gmail")])
    assert summary.counts.opened == 2
    assert summary.by_provider
    assert summary.by_provider.groups[0].counts.opened is None
    assert report.summarize([opened, record(3, day=1)]).counts.opened is None


def test_numbers_of_several_days_have_no_days() -> None:
    """They are not spread over them."""
    summary = report.summarize([record(30, days=3)])
    assert (summary.counts.sent, summary.by_day) == (30, ())
    assert (summary.start, summary.end) == (FIRST, FIRST + 3 * DAY)


def test_metrics_without_a_time_count_without_a_window_only() -> None:
    """The service's own files have no dates, and no day is made up for them."""
    timeless = replace(record(5, 1), start_date=None, end_date=None)
    summary = report.summarize([timeless])
    assert (summary.counts.sent, summary.start, summary.end) == (5, None, None)
    assert [(day.day, day.counts.sent) for day in summary.by_day] == [(None, 5)]
    assert report.summarize([timeless], start=FIRST, end=FIRST + DAY).counts.sent == 0


def test_a_record_of_more_than_the_period_before_is_not_compared() -> None:
    """Its share of the period is not known."""
    long_ago = record(50, day=-9, days=9)
    summary = report.summarize([long_ago, record(5)], start=FIRST, end=FIRST + DAY)
    assert (summary.counts.sent, summary.previous) == (5, None)


def test_more_may_end_on_a_day_than_was_sent() -> None:
    """Bounces of yesterday's mail leave nothing pending, and never less than nothing."""
    late = record(0)
    late = replace(late, metrics={**late.metrics, "PERMANENT_BOUNCE_VOLUME": 2.0})
    counts = report.summarize([late]).counts
    assert (counts.sent, counts.pending, counts.bounce_rate) == (0, 0, None)


def test_without_mail_there_are_no_rates() -> None:
    """An empty list is an empty period."""
    summary = report.summarize([], start=FIRST, end=FIRST + DAY)
    assert (summary.counts.sent, summary.counts.bounce_rate, summary.by_day) == (0, None, ())


def series_of(values: dict[int, int], first: int, days: int) -> MetricSeriesList:
    """Return all necessary series, with the same values."""
    points = tuple(MetricPoint(FIRST + day * DAY, value) for day, value in values.items())
    start = FIRST + first * DAY
    return MetricSeriesList(
        MetricSeries(metric, {}, start, start + days * DAY, points) for metric in report.METRICS
    )


def test_the_period_before_is_only_that_which_was_asked_for() -> None:
    """Part of it is not compared, and a whole one without mail is."""
    window: dict[str, Any] = {"start": FIRST + 7 * DAY, "end": FIRST + 14 * DAY}
    whole = report.summarize(series_of({8: 5}, 0, 14), **window)
    part = report.summarize(series_of({6: 2, 8: 5}, 5, 9), **window)
    assert whole.previous
    assert (whole.previous.sent, part.previous) == (0, None)
    assert (whole.start, whole.end) == (FIRST + 7 * DAY, FIRST + 14 * DAY)
    alone = report.summarize(series_of({8: 5}, 0, 14))
    assert (alone.start, alone.end) == (FIRST, FIRST + 14 * DAY)


@pytest.mark.parametrize(
    ("source", "window", "problem"),
    [
        ([record(1), record(2)], {}, "two records of the same mail contain 2026-11-02"),
        ([record(1), record(2, days=3)], {}, "count twice"),
        ([record(1, days=3)], {"start": FIRST + DAY}, "only partly between"),
        ([record(1)], {"start": FIRST + DAY / 2}, "start must be 00:00 UTC"),
        ([record(1)], {"end": FIRST + DAY / 2}, "end must be 00:00 UTC"),
        (MetricSeriesList(series_of({}, 0, 3)[:1]), {}, "lack DELIVERY"),
        (series_of({1: 5}, 0, 3), {"start": FIRST - DAY}, "cover 2026-11-02 to 2026-11-05"),
        (series_of({1: 5}, 0, 3), {"end": FIRST + 4 * DAY}, "cover 2026-11-02 to 2026-11-05"),
        (
            [MetricsRecord({}, {"SEND_VOLUME": 1.0, "DELIVERY_RATE": 1.0})],
            {},
            "lack DELIVERY, PERMANENT_BOUNCE, TRANSIENT_BOUNCE, COMPLAINT",
        ),
        (
            [
                record(1),
                replace(
                    record(1, day=1),
                    metrics={
                        name: value
                        for name, value in record(1).metrics.items()
                        if name != "COMPLAINT_VOLUME"
                    },
                    text_metrics={"COMPLAINT_VOLUME": "n/a"},
                ),
            ],
            {},
            "lack COMPLAINT",
        ),
    ],
)
def test_what_would_mislead_is_refused(
    source: list[MetricsRecord], window: dict[str, Any], problem: str
) -> None:
    """Mail that counts twice or in part, and numbers or days that are missing, are named."""
    with pytest.raises(ValueError, match=problem):
        report.summarize(source, **window)


def test_other_lists_are_not_metrics() -> None:
    """What is neither mail nor metrics is told as before."""
    pytest.importorskip("ibis")
    source: Any = ["mail", 7]
    with pytest.raises(TypeError, match="not 'list'"):
        report.summarize(source)


def test_changes_are_of_what_is_compared(page: Page) -> None:
    """Where another source tells of both periods, the change is between its own numbers."""
    shown = Summary(
        FIRST,
        FIRST + 7.5 * DAY,
        Counts(sent=1_000, delivered=990, bounced_permanent=10),
        previous=Counts(sent=400, delivered=392, bounced_permanent=8),
        compared=Counts(sent=800, delivered=792, bounced_permanent=8),
    )
    text = "".join(page(shown).itertext())
    assert "up 100% from 400" in text
    assert "down 1 points from 2%" in text
    assert "2 to 8 November 2026 and the 7 days before" in text
