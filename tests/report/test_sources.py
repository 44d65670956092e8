"""What the library itself returns can be summed up as it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, events, outcomes, report

if TYPE_CHECKING:
    from sesinsights import SESInsights
    from sesinsights.testing import FakeClock, SESEmulator

pytest.importorskip("ibis")

SAMPLES = Path(__file__).parents[1] / "events" / "samples"


def test_an_export_is_summed_up(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Records, timelines and numbers of one export agree."""
    now = fake_clock.now()
    for number, happened in enumerate((["DELIVERY"], ["PERMANENT_BOUNCE"], ["DELIVERY", "CLICK"])):
        ses_emulator.add_message(
            destination=f"reader{number}@example.net",
            isp="Gmail",
            sent_at=now - timedelta(hours=2),
            events=["SEND", *happened],
        )
    start = now - timedelta(days=1)
    with ses.export_message_insights(start_date=start, end_date=now) as export:
        summary = report.summarize(export)
        timelines = [*outcomes.timelines(export)]
    assert len(timelines) == summary.counts.sent == 3
    assert (summary.counts.delivered, summary.counts.bounced_permanent) == (2, 1)
    assert (summary.counts.opened, summary.counts.clicked) == (1, 1)
    assert summary.by_provider
    assert [group.name for group in summary.by_provider.groups] == ["Gmail"]


def test_events_that_are_read_are_summed_up() -> None:
    """Files of events need not be made a table first."""
    summary = report.summarize(events.read(SAMPLES / "firehose.ndjson"))
    assert summary.counts.complained == 1
    assert summary.by_campaign
    assert [group.name for group in summary.by_campaign.groups] == ["spring"]
    assert summary.by_configuration_set
    assert summary.latency
    assert summary.latency.count == 1


def test_of_mail_to_several_an_open_counts_once() -> None:
    """It belongs to the message: mail is counted by recipients, and no domain has the open."""
    both = ["a@example.net", "b@example.org"]
    mail = {"timestamp": "2026-11-03T09:15:02Z", "messageId": "m", "destination": both}
    opened = {"timestamp": "2026-11-03T09:16:02Z", "isBotEvent": "Likely"}
    found = [
        {"eventType": "Send", "mail": mail, "send": {}},
        {"eventType": "Open", "mail": mail, "open": opened},
        {"eventType": "Open", "mail": mail, "open": opened},
    ]
    summary = report.summarize(events.to_arrow(events.parse(found)))
    counts = summary.counts
    assert (counts.sent, counts.opened, counts.opened_by_people) == (2, 1, 0)
    assert summary.by_recipient_domain
    assert {group.name: group.counts.opened for group in summary.by_recipient_domain.groups} == {
        "example.net": 0,
        "example.org": 0,
        None: 1,
    }


def test_a_file_that_is_not_parquet_is_named(tmp_path: Path) -> None:
    """The error is this library's, whichever engine found it out."""
    path = tmp_path / "mail.csv"
    path.write_text("MessageId,Destination\n")
    with pytest.raises(ValueError, match=r"mail\.csv' cannot be read as Parquet"):
        report.summarize(path)


def test_a_list_of_events_is_refused_with_the_way_out() -> None:
    """What a queue has delivered becomes a table first."""
    received: Any = list(events.read(SAMPLES / "firehose.ndjson"))
    with pytest.raises(TypeError, match=r"events\.to_arrow"):
        report.summarize(received)
    assert report.summarize(events.to_arrow(received)).counts.complained == 1


def test_an_asynchronous_export_is_refused_with_the_way_out(fake_clock: FakeClock) -> None:
    """Reports and timelines are synchronous: they say what to make of it first."""
    now = fake_clock.now()
    export: Any = AsyncSESInsights(region_name="us-east-1").export_message_insights(
        start_date=now - timedelta(days=1), end_date=now
    )
    with pytest.raises(TypeError, match="write it to Parquet first"):
        report.summarize(export)
    with pytest.raises(TypeError, match="async for"):
        next(outcomes.timelines(export))
    path: Any = "events.json"
    with pytest.raises(TypeError, match=r"events\.read"):
        next(outcomes.timelines(path))
