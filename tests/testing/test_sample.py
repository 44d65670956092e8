"""The sample data, as a client of the service sees it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import EventList, SESEmulator
from sesinsights.testing.sample import (
    COMPLAINED,
    CONFIGURATION_SET,
    GONE,
    MAILBOX_FULL,
    READER,
    add_sample_data,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.testing import FakeClock


@pytest.fixture
def sampled(emulator: SESEmulator) -> SESEmulator:
    """An emulator with the sample data."""
    add_sample_data(emulator)
    return emulator


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize(
    ("message_id", "last_event", "details"),
    [
        (READER, "CLICK", None),
        (MAILBOX_FULL, "BOUNCE", {"BounceType": "TRANSIENT", "BounceSubType": "MailboxFull"}),
        (
            GONE,
            "BOUNCE",
            {
                "BounceType": "PERMANENT",
                "BounceSubType": "General",
                "DiagnosticCode": "smtp; 550 5.1.1 user unknown",
            },
        ),
        (COMPLAINED, "COMPLAINT", {"ComplaintFeedbackType": "abuse"}),
    ],
)
def test_the_constants_name_messages(
    client: Any, message_id: str, last_event: str, details: dict[str, str] | None
) -> None:
    """Each id leads to the message that its constant describes."""
    (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
    last = insights["Events"][-1]
    assert last["Type"] == last_event
    found = last.get("Details", {})
    assert found.get("Bounce", found.get("Complaint")) == details


@pytest.mark.usefixtures("sampled")
def test_every_list_has_something(client: Any) -> None:
    """There are export jobs for two pages, both ends of an import, and event destinations."""
    exports = client.list_export_jobs()
    assert len(exports["ExportJobs"]) == 10
    assert len(client.list_export_jobs(NextToken=exports["NextToken"])["ExportJobs"]) == 2
    running, completed = client.list_import_jobs()["ImportJobs"]
    assert (running["JobStatus"], completed["JobStatus"]) == ("PROCESSING", "COMPLETED")
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName=CONFIGURATION_SET)
    assert [destination["Enabled"] for destination in answer["EventDestinations"]] == [True, False]


def test_it_is_a_day_by_the_clock_of_the_emulator(
    client: Any, sampled: SESEmulator, fake_clock: FakeClock
) -> None:
    """An export of the last day has every message: the four, and 300 newsletters."""
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
    """Ids are unique, so a second time is a mistake, and told."""
    with pytest.raises(ValueError, match="there is already a message"):
        add_sample_data(sampled)


def records_of(fake_clock: FakeClock, **options: int) -> list[Mapping[str, Any]]:
    """Return what is published of the sample data."""
    emulator, published = SESEmulator(clock=fake_clock), EventList()
    emulator.publish_to(published)
    add_sample_data(emulator, **options)
    return published.records


def test_a_seed_makes_the_same_month_again(fake_clock: FakeClock) -> None:
    """The month, ids and times included, is decided by the seed and the clock alone."""

    def month(seed: int) -> list[tuple[str, str, str]]:
        return [
            (record["eventType"], record["mail"]["messageId"], record["mail"]["timestamp"])
            for record in records_of(fake_clock, seed=seed)
            if record["mail"]["tags"].get("campaign", ["shipping"]) != ["shipping"]
        ]

    assert month(1) == month(1)
    assert month(1) != month(2)


def test_the_month_has_what_a_report_is_made_to_show(fake_clock: FakeClock) -> None:
    """There are weekdays and weekends, machines and readers, and a provider that turns away."""
    records = records_of(fake_clock)
    now = fake_clock.now()
    events: Counter[tuple[str, str]] = Counter()
    weekdays: Counter[bool] = Counter()
    refused: Counter[tuple[str, bool]] = Counter()
    bots: Counter[str] = Counter()
    for record in records:
        mail = record["mail"]
        sent_at = datetime.fromisoformat(mail["timestamp"])
        assert now - timedelta(days=30) <= sent_at <= now
        kind = record["eventType"]
        events[kind, mail["tags"].get("campaign", [""])[0]] += 1
        if kind == "Send":
            weekdays[sent_at.weekday() < 5] += 1
        if kind == "Open":
            bots[record["open"]["isBotEvent"]] += 1
        if kind == "DeliveryDelay" and "yahoo.example" in mail["destination"][0]:
            refused[kind, now - sent_at < timedelta(days=8)] += 1
    assert weekdays[True] > 10 * weekdays[False]
    assert bots["Likely"] > 500
    assert bots["Unlikely"] > 2000
    assert refused["DeliveryDelay", True] > 30
    assert refused["DeliveryDelay", False] == 0
    assert events["Bounce", "win-back"] > 20
    assert events["Complaint", "win-back"] > 0


def test_nobody_loads_it_by_the_way() -> None:
    """Neither the package nor its plugin costs more for it."""
    program = (
        "import sys; from sesinsights.testing import pytest_plugin, SESEmulator\n"
        "assert 'sesinsights.testing.sample' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
