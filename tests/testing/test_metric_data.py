"""The emulator's metrics agree with its messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import MessageEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

DAY = timedelta(days=1)


@pytest.fixture
def today(fake_clock: FakeClock) -> datetime:
    """The start of the day."""
    return fake_clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


def query(today: datetime, **members: Any) -> dict[str, Any]:
    """Return a query for what was sent in the last week."""
    return {
        "Id": "q",
        "Namespace": "VDM",
        "Metric": "SEND",
        "StartDate": today - 7 * DAY,
        "EndDate": today,
        **members,
    }


def test_each_query_gets_its_days_and_no_others(
    client: Any, emulator: SESEmulator, today: datetime
) -> None:
    """Days are whole, days without mail are absent, and the end is not included."""
    for sent_at in (today - 7 * DAY, today - 2 * DAY, today - DAY - timedelta(seconds=1), today):
        emulator.add_message(sent_at=sent_at, events=["SEND", "DELIVERY"])
    emulator.add_message(sent_at=today - DAY, events=["SEND", "PERMANENT_BOUNCE"])
    answer = client.batch_get_metric_data(
        Queries=[
            query(today),
            query(today, Id="bounces", Metric="PERMANENT_BOUNCE"),
            query(today, Id="complaints", Metric="COMPLAINT"),
        ]
    )
    assert answer["Errors"] == []
    found = {
        result["Id"]: dict(zip(result["Timestamps"], result["Values"], strict=True))
        for result in answer["Results"]
    }
    assert found == {
        "q": {today - 7 * DAY: 1, today - 2 * DAY: 2, today - DAY: 1},
        "bounces": {today - DAY: 1},
        "complaints": {},
    }
    assert [result["Id"] for result in answer["Results"]] != ["q", "bounces", "complaints"]


def test_dimensions_select_the_mail(client: Any, emulator: SESEmulator, today: datetime) -> None:
    """Mail counts if it has the value of every dimension; an identity is a domain or an address."""
    emulator.add_message(
        sent_at=today - DAY, isp="Gmail", from_email_address="a@example.com", configuration_set="c"
    )
    emulator.add_message(sent_at=today - DAY, isp="Gmail", from_email_address="b@example.com")
    emulator.add_message(sent_at=today - DAY, isp="Yahoo", from_email_address="b@example.com")
    counted = {
        ("ISP", "Gmail"): 2,
        ("EMAIL_IDENTITY", "b@example.com"): 2,
        ("EMAIL_IDENTITY", "example.com"): 3,
        ("CONFIGURATION_SET", "c"): 1,
    }
    answer = client.batch_get_metric_data(
        Queries=[
            query(today, Id=f"{name} {value}", Dimensions={name: value}) for name, value in counted
        ]
        + [query(today, Dimensions={"ISP": "Gmail", "EMAIL_IDENTITY": "b@example.com"})]
    )
    found = {result["Id"]: sum(result["Values"]) for result in answer["Results"]}
    assert found == {f"{name} {value}": n for (name, value), n in counted.items()} | {"q": 1}


def test_series_agree_with_exports_of_metrics(
    client: Any, emulator: SESEmulator, today: datetime, fake_clock: FakeClock
) -> None:
    """What an export job counts over a week is the sum of what the series tell of it."""
    for day in range(1, 6):
        emulator.add_message(
            sent_at=today - day * DAY, isp="Gmail", events=["SEND", "DELIVERY", "OPEN"][:day]
        )
    names = ["SEND", "DELIVERY", "OPEN"]
    job_id = client.create_export_job(
        ExportDataSource={
            "MetricsDataSource": {
                "Dimensions": {"ISP": ["Gmail"]},
                "Namespace": "VDM",
                "Metrics": [{"Name": name, "Aggregation": "VOLUME"} for name in names],
                "StartDate": today - 7 * DAY,
                "EndDate": today,
            }
        },
        ExportDestination={"DataFormat": "CSV"},
    )["JobId"]
    fake_clock.sleep(60)
    _, file = emulator._state.export_jobs.file(job_id, fake_clock.now())
    exported = [float(value) for value in file.decode().splitlines()[1].split(",")[1:]]
    answer = client.batch_get_metric_data(
        Queries=[query(today, Id=name, Metric=name, Dimensions={"ISP": "Gmail"}) for name in names]
    )
    series = {result["Id"]: sum(result["Values"]) for result in answer["Results"]}
    assert [series[name] for name in names] == exported == [5, 4, 3]


def test_mail_to_the_simulator_does_not_count(
    client: Any, emulator: SESEmulator, today: datetime
) -> None:
    """Mail to the mailbox simulator does not count."""
    emulator.add_message(sent_at=today - DAY, destination="Bo <bounce@simulator.amazonses.com>")
    emulator.add_message(sent_at=today - DAY)
    (result,) = client.batch_get_metric_data(Queries=[query(today)])["Results"]
    assert result["Values"] == [1]


def test_echoes_of_the_suppression_list_are_neither_bounces_nor_complaints(
    client: Any, emulator: SESEmulator, today: datetime
) -> None:
    """Mail that was held back counts as sent, and for nothing else."""
    for event in (
        MessageEvent("PERMANENT_BOUNCE", bounce_sub_type="ON_ACCOUNT_SUPPRESSION_LIST"),
        MessageEvent("COMPLAINT", complaint_sub_type="OnAccountSuppressionList"),
    ):
        emulator.add_message(sent_at=today - DAY, events=["SEND", event])
    answer = client.batch_get_metric_data(
        Queries=[
            query(today, Id=metric, Metric=metric)
            for metric in ("SEND", "PERMANENT_BOUNCE", "COMPLAINT")
        ]
    )
    found = {result["Id"]: sum(result["Values"]) for result in answer["Results"]}
    assert found == {"SEND": 2, "PERMANENT_BOUNCE": 0, "COMPLAINT": 0}


def test_messages_of_more_than_60_days_ago_are_not_counted(
    client: Any, emulator: SESEmulator, today: datetime
) -> None:
    """Messages of more than 60 days ago are not counted."""
    for days in (60, 61):
        emulator.add_message(sent_at=today - days * DAY)
    (result,) = client.batch_get_metric_data(
        Queries=[query(today, StartDate=today - 62 * DAY, EndDate=today - 58 * DAY)]
    )["Results"]
    assert (result["Timestamps"], result["Values"]) == ([today - 60 * DAY], [1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"StartDate": timedelta(0)}, "Expected start date to be before the end date."),
        ({"StartDate": timedelta(days=-61)}, "at most 60 days"),
        ({"Dimensions": {"ISP": "*"}}, "Invalid value of ISP"),
        ({"Metric": "HOPE"}, "queries.2.member.metric"),
    ],
)
def test_what_the_service_refuses_is_refused(
    client: Any, refused: Refused, today: datetime, changes: dict[str, Any], message: str
) -> None:
    """One bad query refuses the whole call."""
    members = {
        name: today + value if isinstance(value, timedelta) else value
        for name, value in changes.items()
    }
    queries = [query(today, Id="good"), query(today, **members)]
    status, code, said = refused(client.batch_get_metric_data, Queries=queries)
    assert (status, code) == (400, "BadRequestException")
    assert message in said


def test_an_id_is_taken_once(client: Any, refused: Refused, today: datetime) -> None:
    """Two queries with the same id are refused."""
    _, code, said = refused(client.batch_get_metric_data, Queries=[query(today), query(today)])
    assert (code, said) == ("BadRequestException", "All queries must have a unique identifier.")


def test_a_query_can_fail_alone(
    client: Any, emulator: SESEmulator, today: datetime, fake_clock: FakeClock
) -> None:
    """One query can fail, without numbers, while the others succeed."""
    emulator.add_message(sent_at=today - DAY)
    emulator.faults.fail_query("DELIVERY", "ACCESS_DENIED")
    queries = [query(today), query(today, Id="d", Metric="DELIVERY")]
    answer = client.batch_get_metric_data(Queries=queries)
    assert [result["Id"] for result in answer["Results"]] == ["q"]
    assert [(error["Id"], error["Code"]) for error in answer["Errors"]] == [("d", "ACCESS_DENIED")]
    fake_clock.sleep(1)
    assert len(client.batch_get_metric_data(Queries=queries)["Results"]) == 2
    with pytest.raises(ValueError, match="HOPE"):
        emulator.faults.fail_query("HOPE")


def test_it_needs_the_manager(
    client: Any, emulator: SESEmulator, refused: Refused, today: datetime
) -> None:
    """While it is off, the response is the one that lookups get."""
    emulator.vdm_enabled = False
    status, code, said = refused(client.batch_get_metric_data, Queries=[query(today)])
    assert (status, code) == (404, "NotFoundException")
    assert "Virtual Deliverability Manager" in said
