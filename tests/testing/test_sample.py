"""The sample data, as a client of the service sees it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import FakeClock, SESEmulator
from sesinsights.testing.sample import (
    COMPLAINED,
    CONFIGURATION_SET,
    GONE,
    MAILBOX_FULL,
    READER,
    add_sample_data,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.testing.messages import Message

    Connect = Callable[[SESEmulator], Any]

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sampled() -> Iterator[SESEmulator]:
    """An emulator with the sample data, which tests only read."""
    paces = {"GetMessageInsights": None}
    with SESEmulator(clock=FakeClock(NOW), paces=paces) as emulator:
        add_sample_data(emulator)
        yield emulator


def test_the_constants_name_messages(connect: Connect, sampled: SESEmulator) -> None:
    """Each id leads to the message that its constant describes."""
    client = connect(sampled)
    mailbox_full = {"BounceType": "TRANSIENT", "BounceSubType": "MailboxFull"}
    gone = {
        "BounceType": "PERMANENT",
        "BounceSubType": "General",
        "DiagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    for message_id, last_event, details in (
        (READER, "CLICK", None),
        (MAILBOX_FULL, "BOUNCE", mailbox_full),
        (GONE, "BOUNCE", gone),
        (COMPLAINED, "COMPLAINT", {"ComplaintFeedbackType": "abuse"}),
    ):
        (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
        last = insights["Events"][-1]
        assert last["Type"] == last_event
        found = last.get("Details", {})
        assert found.get("Bounce", found.get("Complaint")) == details


def test_every_list_has_something(connect: Connect, sampled: SESEmulator) -> None:
    """There are export jobs for two pages, both ends of an import, and event destinations."""
    client = connect(sampled)
    exports = client.list_export_jobs()
    assert len(exports["ExportJobs"]) == 10
    assert len(client.list_export_jobs(NextToken=exports["NextToken"])["ExportJobs"]) == 2
    running, completed = client.list_import_jobs()["ImportJobs"]
    assert (running["JobStatus"], completed["JobStatus"]) == ("PROCESSING", "COMPLETED")
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName=CONFIGURATION_SET)
    assert [destination["Enabled"] for destination in answer["EventDestinations"]] == [True, False]


def test_it_is_a_day_by_the_clock_of_the_emulator(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """An export of the last day has every message: the four, and 300 newsletters."""
    add_sample_data(emulator)
    source = {
        "MessageInsightsDataSource": {
            "StartDate": fake_clock.now().timestamp() - 86_400,
            "EndDate": fake_clock.now(),
        }
    }
    job_id = client.create_export_job(
        ExportDataSource=source, ExportDestination={"DataFormat": "CSV"}
    )["JobId"]
    fake_clock.sleep(10)
    job = client.get_export_job(JobId=job_id)
    assert job["Statistics"]["ProcessedRecordsCount"] == 304


def test_it_is_added_once(sampled: SESEmulator) -> None:
    """Sample data can be added only once."""
    with pytest.raises(ValueError, match="there is already a message"):
        add_sample_data(sampled)


def month_in(emulator: SESEmulator) -> list[Message]:
    """Return the messages of campaigns; making 25,000 published records of them takes long."""
    return [message for message in emulator._state.mailbox.all() if message.email_tags]


def test_a_seed_makes_the_same_month_again(sampled: SESEmulator) -> None:
    """The month, ids and times included, is decided by the seed and the clock alone."""
    again, other = (SESEmulator(clock=FakeClock(NOW)) for _ in range(2))
    add_sample_data(again)
    add_sample_data(other, seed=2)
    assert month_in(again) == month_in(sampled)
    assert month_in(other) != month_in(sampled)


def test_the_month_has_what_a_report_is_made_to_show(sampled: SESEmulator) -> None:
    """There are weekdays and weekends, machines and readers, and a provider that turns away."""
    now = NOW
    events: Counter[tuple[str, str]] = Counter()
    at_weekends: Counter[bool] = Counter()
    refused: Counter[bool] = Counter()
    opened_by: Counter[str] = Counter()
    for message in month_in(sampled):
        assert now - timedelta(days=30) <= message.sent_at <= now
        at_weekends[message.sent_at.weekday() > 4] += 1
        for event in message.events:
            assert message.sent_at <= event.at <= now
            events[event.what.type, message.email_tags["campaign"]] += 1
            if event.what.type == "OPEN" and event.what.published:
                opened_by[event.what.published["isBotEvent"]] += 1
            if event.what.type == "DELIVERY_DELAY" and message.isp == "Yahoo":
                refused[now - message.sent_at < timedelta(days=9)] += 1
    assert at_weekends[False] > 10 * at_weekends[True]
    assert opened_by["Likely"] > 500
    assert opened_by["Unlikely"] > 2000
    assert refused[True] > 30
    assert refused[False] == 0
    assert events["BOUNCE", "win-back"] > 20
    assert events["COMPLAINT", "win-back"] > 0


def test_nobody_loads_it_by_the_way() -> None:
    """Neither the package nor its plugin costs more for it."""
    program = (
        "import sys; from sesinsights.testing import pytest_plugin, SESEmulator\n"
        "assert 'sesinsights.testing.sample' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
