"""Export files, byte for byte, and which messages are in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import FakeClock, MessageEvent, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import urllib3

    Export = Callable[..., str]
    Connect = Callable[[SESEmulator], Any]

SENT = datetime(2026, 1, 14, 1, 2, 3, 123_456, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)

HEADER = (
    '"messageid","sendtimestamp","isp","fromaddress","destination","subject",'
    '"last_delivery_event","last_engagement_event",'
    '"last_delivery_event_timestamp","last_engagement_event_timestamp",'
    '"bounce_sub_type","diagnostic_code",\n'
)


@pytest.fixture
def export(client: Any, http: urllib3.PoolManager, fake_clock: FakeClock) -> Export:
    """Export message insights of the last 30 days and return the file."""

    def run(data_format: str = "CSV", **source: Any) -> str:
        source = {"StartDate": MIDNIGHT - 30 * DAY, "EndDate": MIDNIGHT, **source}
        return _download(client, http, fake_clock, data_format, MessageInsightsDataSource=source)

    return run


@pytest.fixture
def export_metrics(client: Any, http: urllib3.PoolManager, fake_clock: FakeClock) -> Export:
    """Export metrics of 14 January and return the file."""

    def run(dimensions: dict[str, Sequence[str]], *metrics: str, data_format: str = "CSV") -> str:
        names = [metric.rsplit("_", 1) for metric in metrics]
        source = {
            "Namespace": "VDM",
            "Dimensions": dimensions,
            "Metrics": [{"Name": name, "Aggregation": how} for name, how in names],
            "StartDate": MIDNIGHT - DAY,
            "EndDate": MIDNIGHT,
        }
        return _download(client, http, fake_clock, data_format, MetricsDataSource=source)

    return run


def _download(
    client: Any, http: urllib3.PoolManager, clock: FakeClock, data_format: str, **source: Any
) -> str:
    job_id = client.create_export_job(
        ExportDataSource=source, ExportDestination={"DataFormat": data_format}
    )["JobId"]
    clock.advance(4)
    link = client.get_export_job(JobId=job_id)["ExportDestination"]["S3Url"]
    return http.request("GET", link).data.decode()


def _ids(file: str) -> list[str]:
    """Return the message ids of a CSV file."""
    return [line.split('"')[1] for line in file.splitlines()[1:]]


def _add_bounced(emulator: SESEmulator) -> None:
    emulator.add_message(
        message_id="m-1",
        from_email_address="sender@example.com",
        destination="user@example.com",
        subject='say "hi", then\\leave',
        sent_at=SENT,
        events=[
            "SEND",
            MessageEvent(
                "PERMANENT_BOUNCE",
                bounce_sub_type="General",
                diagnostic_code="smtp; 550 user unknown",
            ),
        ],
    )


def _add_clicked(emulator: SESEmulator) -> None:
    emulator.add_message(
        message_id="m-2",
        subject=None,
        isp="Gmail",
        destination="zoë@example.com",
        sent_at=SENT,
        events=["SEND", "TRANSIENT_BOUNCE", "DELIVERY", "CLICK", "OPEN"],
    )


@pytest.mark.parametrize("data_format", ["CSV", "JSON"])
def test_half_of_a_character_does_not_break_a_file(
    data_format: str, emulator: SESEmulator, export: Export
) -> None:
    """A file is UTF-8, whatever a client has sent."""
    emulator.add_message(subject="half \ud83d", sent_at=SENT)
    assert '"half ?"' in export(data_format)


def test_message_insights_as_csv(emulator: SESEmulator, export: Export) -> None:
    """Every field is quoted, every line ends with a comma, and nothing is an empty field."""
    _add_bounced(emulator)
    _add_clicked(emulator)
    assert export() == (
        HEADER + '"m-1","2026-01-14 01:02:03.123 UTC","UNKNOWN_ISP","sender@example.com",'
        '"user@example.com","say ""hi"", then\\leave","PERMANENT_BOUNCE","",'
        '"2026-01-14 01:02:04.123 UTC","","General","smtp; 550 user unknown",\n'
        '"m-2","2026-01-14 01:02:03.123 UTC","Gmail","sender@example.com",'
        '"zoë@example.com","","DELIVERY","CLICK",'
        '"2026-01-14 01:02:05.123 UTC","2026-01-14 01:02:06.123 UTC","","",\n'
    )


def test_message_insights_as_json(emulator: SESEmulator, export: Export) -> None:
    """One array, an object a line with a leading comma, and nothing is left out."""
    _add_bounced(emulator)
    _add_clicked(emulator)
    assert export("JSON") == (
        "[\n"
        '{"messageid":"m-1","sendtimestamp":"2026-01-14 01:02:03.123 UTC","isp":"UNKNOWN_ISP",'
        '"fromaddress":"sender@example.com","destination":"user@example.com",'
        '"subject":"say \\"hi\\", then\\\\leave","last_delivery_event":"PERMANENT_BOUNCE",'
        '"last_delivery_event_timestamp":"2026-01-14 01:02:04.123 UTC",'
        '"bounce_sub_type":"General","diagnostic_code":"smtp; 550 user unknown"}\n'
        ',{"messageid":"m-2","sendtimestamp":"2026-01-14 01:02:03.123 UTC","isp":"Gmail",'
        '"fromaddress":"sender@example.com","destination":"zoë@example.com",'
        '"last_delivery_event":"DELIVERY","last_engagement_event":"CLICK",'
        '"last_delivery_event_timestamp":"2026-01-14 01:02:05.123 UTC",'
        '"last_engagement_event_timestamp":"2026-01-14 01:02:06.123 UTC"}\n'
        "]\n"
    )


def test_an_export_of_nothing_is_a_file_all_the_same(export: Export) -> None:
    """An export without matches still has a file."""
    assert export() == HEADER
    assert export("JSON") == "[\n]\n"


def test_a_message_without_events_has_empty_columns(emulator: SESEmulator, export: Export) -> None:
    """A message without events has empty columns."""
    emulator.add_message(message_id="m", isp=None, subject="s", sent_at=SENT, events=[])
    line = '"m","2026-01-14 01:02:03.123 UTC","","sender@example.com","recipient@example.com",'
    assert export() == HEADER + line + '"s","","","","","","",\n'


def test_both_ends_of_the_interval_are_in_it(emulator: SESEmulator, export: Export) -> None:
    """Start and end are inclusive, to the instant."""
    start, end = SENT, SENT + timedelta(minutes=1)
    instant = timedelta(milliseconds=1)
    for name, sent_at in {
        "early": start - instant,
        "first": start,
        "last": end,
        "late": end + instant,
    }.items():
        emulator.add_message(message_id=name, sent_at=sent_at)
    assert _ids(export(StartDate=start, EndDate=end)) == ["first", "last"]


def test_what_is_older_than_30_days_is_gone(emulator: SESEmulator, export: Export) -> None:
    """Retention holds for exports too."""
    emulator.add_message(sent_at=MIDNIGHT - 31 * DAY)
    assert _ids(export(StartDate=MIDNIGHT - 40 * DAY)) == []


def test_a_whole_month_can_be_exported(
    emulator: SESEmulator, export: Export, fake_clock: FakeClock
) -> None:
    """A whole month can be exported, even if the first day expires while the job runs."""
    month_ago = fake_clock.now() - 30 * DAY
    emulator.add_message(message_id="oldest", sent_at=month_ago)
    emulator.add_message(message_id="newest", sent_at=fake_clock.now())
    assert _ids(export(StartDate=month_ago, EndDate=fake_clock.now())) == ["oldest", "newest"]


FILTERS: list[tuple[dict[str, list[str]], list[str]]] = [
    ({"FromEmailAddress": ["a@one.com"]}, ["1"]),
    ({"FromEmailAddress": ["A@one.com"]}, []),
    ({"FromEmailAddress": ["*@one.com"]}, ["1", "2"]),
    ({"Destination": ["x@*"]}, ["1", "3"]),
    ({"Destination": ["x@mail.org", "y@mail.org"]}, ["1", "2"]),
    ({"Subject": ["*ale*"]}, ["1", "2"]),
    ({"Subject": ["Sale"]}, ["1"]),
    ({"Subject": [r"100\* \\ off*"]}, ["3"]),
    ({"Subject": ["100. *"]}, []),
    ({"Isp": ["Gmail", "Yahoo"]}, ["1", "2"]),
    ({"Isp": ["*"]}, []),
    ({"TenantName": ["t-1"]}, ["1"]),
    ({"LastDeliveryEvent": ["DELIVERY"]}, ["1"]),
    ({"LastDeliveryEvent": ["PERMANENT_BOUNCE", "TRANSIENT_BOUNCE"]}, ["2"]),
    ({"LastDeliveryEvent": ["COMPLAINT"]}, ["3"]),
    ({"LastEngagementEvent": ["OPEN"]}, ["1"]),
    ({"Subject": ["*ale*"], "Isp": ["Yahoo"]}, ["2"]),
    ({"Subject": []}, ["1", "2", "3"]),
]
"""A filter, and the messages that match it."""


@pytest.fixture
def three_messages(emulator: SESEmulator) -> None:
    """Messages 1, 2 and 3, which differ in everything that a filter looks at."""
    emulator.add_message(
        message_id="1",
        from_email_address="a@one.com",
        destination="x@mail.org",
        subject="Sale",
        isp="Gmail",
        sent_at=SENT,
        tenant_name="t-1",
        events=["SEND", "DELIVERY", "OPEN"],
    )
    emulator.add_message(
        message_id="2",
        from_email_address="b@one.com",
        destination="y@mail.org",
        subject="Wholesale today",
        isp="Yahoo",
        sent_at=SENT,
        tenant_name="t-2",
        events=["SEND", "PERMANENT_BOUNCE"],
    )
    emulator.add_message(
        message_id="3",
        from_email_address="b@two.com",
        destination="x@mail.com",
        subject="100* \\ off\nand more",
        isp=None,
        sent_at=SENT,
        events=["SEND", "COMPLAINT", "DELIVERY", "CLICK"],
    )


@pytest.mark.usefixtures("three_messages")
@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters_include(
    filters: dict[str, list[str]], expected: list[str], export: Export
) -> None:
    """OR between values, AND between members, wildcards at the ends, case matters."""
    assert _json_ids(export("JSON", Include=filters)) == expected


@pytest.mark.usefixtures("three_messages")
@pytest.mark.parametrize(("filters", "expected"), FILTERS[:-1])
def test_filters_exclude(
    filters: dict[str, list[str]], expected: list[str], export: Export
) -> None:
    """What would be included is left out."""
    left = [name for name in ("1", "2", "3") if name not in expected]
    assert _json_ids(export("JSON", Exclude=filters)) == left


@pytest.mark.usefixtures("three_messages")
def test_filters_work_together(export: Export) -> None:
    """A message must be included and not excluded; an empty exclusion excludes nothing."""
    include = {"FromEmailAddress": ["b@*"]}
    assert _json_ids(export("JSON", Include=include, Exclude={"Isp": ["Yahoo"]})) == ["3"]
    assert _json_ids(export("JSON", Include=include, Exclude={"Isp": []})) == ["2", "3"]


def _json_ids(file: str) -> list[str]:
    """Return the message ids of a JSON file."""
    return [line.split('"')[3] for line in file.splitlines()[1:-1]]


def test_a_thousand_rows_unless_more_are_asked_for(emulator: SESEmulator, export: Export) -> None:
    """The limit is 1,000 when the call does not say."""
    for _ in range(1001):
        emulator.add_message(sent_at=SENT)
    assert len(_ids(export())) == 1000
    assert len(_ids(export(MaxResults=10_000))) == 1001


def test_above_the_limit_the_rows_are_a_random_sample(connect: Connect, http: Any) -> None:
    """Different messages for different seeds, the same ones for the same seed."""
    samples: list[list[str]] = []
    for seed in (1, 1, 2):
        clock = FakeClock()
        with SESEmulator(clock=clock, seed=seed) as emulator:
            for number in range(100):
                emulator.add_message(message_id=str(number), sent_at=SENT)
            source = {"StartDate": SENT, "EndDate": SENT + DAY, "MaxResults": 10}
            client = connect(emulator)
            file = _download(client, http, clock, "CSV", MessageInsightsDataSource=source)
            samples.append(_ids(file))
    first, again, other = samples
    assert first == again != other
    assert len(set(first)) == 10
    assert first != [str(number) for number in range(10)]


def test_the_file_of_a_job_never_changes(
    client: Any, emulator: SESEmulator, http: urllib3.PoolManager
) -> None:
    """Every download of a job's file has the same bytes."""
    emulator.add_message()
    job_id = emulator.add_export_job()
    files: list[bytes] = []
    for _ in range(2):
        link = client.get_export_job(JobId=job_id)["ExportDestination"]["S3Url"]
        files.append(http.request("GET", link).data)
        emulator.add_message()
    assert files[0] == files[1]
    assert files[0].count(b"\n") == 2


def test_a_file_holds_what_there_was_when_its_job_was_complete(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock, http: urllib3.PoolManager
) -> None:
    """Messages that are added after a job is complete are not in its file."""
    source = {"StartDate": SENT, "EndDate": SENT + DAY}
    emulator.add_message(message_id="before", sent_at=SENT, events=["SEND"])
    job_id = client.create_export_job(
        ExportDataSource={"MessageInsightsDataSource": source},
        ExportDestination={"DataFormat": "JSON"},
    )["JobId"]
    fake_clock.advance(3.999)
    emulator.add_message(message_id="just in time", sent_at=SENT)
    fake_clock.advance(0.001)
    emulator.add_message(message_id="too late", sent_at=SENT)
    emulator.add_event("before", "COMPLAINT")
    emulator.add_event("just in time", "CLICK")
    answer = client.get_export_job(JobId=job_id)
    file = http.request("GET", answer["ExportDestination"]["S3Url"]).data.decode()
    assert _json_ids(file) == ["before", "just in time"]
    assert "COMPLAINT" not in file
    assert "CLICK" not in file
    assert answer["Statistics"] == {"ProcessedRecordsCount": 2}


def test_a_finished_job_that_is_added_holds_what_there_is(
    client: Any, emulator: SESEmulator, http: urllib3.PoolManager
) -> None:
    """The file of a job that is added as finished has only the messages added before it."""
    emulator.add_message(message_id="before")
    job_id = emulator.add_export_job()
    emulator.add_message(message_id="after")
    link = client.get_export_job(JobId=job_id)["ExportDestination"]["S3Url"]
    assert _ids(http.request("GET", link).data.decode()) == ["before"]


@pytest.fixture
def measured_messages(emulator: SESEmulator) -> None:
    """Five messages of 14 January, and one at the end of the interval, which is not in it."""
    for isp, events in (
        ("Gmail", ["SEND", "DELIVERY", "OPEN", "OPEN", "CLICK"]),
        ("Gmail", ["SEND", "DELIVERY"]),
        ("Gmail", ["SEND", "PERMANENT_BOUNCE"]),
        (None, ["SEND", "TRANSIENT_BOUNCE"]),
        ("Web, Mail", ["SEND", "DELIVERY", "COMPLAINT"]),
    ):
        emulator.add_message(isp=isp, events=events, sent_at=SENT)
    emulator.add_message(isp="Gmail", sent_at=MIDNIGHT)


@pytest.mark.usefixtures("measured_messages")
def test_metrics_as_csv(export_metrics: Export) -> None:
    """A wildcard lists all providers, four decimals, quotes only where needed."""
    file = export_metrics(
        {"ISP": ["*"]}, "SEND_VOLUME", "DELIVERY_RATE", "OPEN_VOLUME", "COMPLAINT_RATE"
    )
    assert file == (
        "ISP,SEND_VOLUME,DELIVERY_RATE,OPEN_VOLUME,COMPLAINT_RATE\n"
        "Gmail,3.0000,0.6667,1.0000,0.0000\n"
        "Hotmail,0.0000,0.0000,0.0000,0.0000\n"
        "UNKNOWN_ISP,1.0000,0.0000,0.0000,0.0000\n"
        '"Web, Mail",1.0000,1.0000,0.0000,1.0000\n'
        "Yahoo,0.0000,0.0000,0.0000,0.0000\n"
        "iCloud,0.0000,0.0000,0.0000,0.0000\n"
    )


@pytest.mark.usefixtures("measured_messages")
def test_metrics_as_json(export_metrics: Export) -> None:
    """One line, the dimension in lower case, figures with four decimals."""
    file = export_metrics(
        {"ISP": ["Gmail"]}, "PERMANENT_BOUNCE_VOLUME", "DELIVERY_OPEN_VOLUME", data_format="JSON"
    )
    assert file == (
        '[{"isp":"Gmail","metrics":'
        '{"PERMANENT_BOUNCE_VOLUME":1.0000,"DELIVERY_OPEN_VOLUME":1.0000}}]\n'
    )


def test_metrics_of_nothing(export_metrics: Export) -> None:
    """Without messages there are no rows, but for the providers that a wildcard lists."""
    for dimension, values in (("EMAIL_IDENTITY", ["*"]), ("ISP", ["Gmail"])):
        assert export_metrics({dimension: values}, "SEND_VOLUME") == f"{dimension},SEND_VOLUME\n"
        file = export_metrics({dimension: values}, "SEND_VOLUME", data_format="JSON")
        assert file == "[]\n"
    both: dict[str, Sequence[str]] = {"TENANT_NAME": ["t"], "ISP": ["*"]}
    assert export_metrics(both, "SEND_VOLUME") == (
        "TENANT_NAME,ISP,SEND_VOLUME\nt,Gmail,0.0000\nt,Hotmail,0.0000\n"
        "t,UNKNOWN_ISP,0.0000\nt,Yahoo,0.0000\nt,iCloud,0.0000\n"
    )


def test_a_metric_without_an_aggregation_is_a_volume(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock, http: urllib3.PoolManager
) -> None:
    """Without a name there is nothing to count, so it has no column."""
    emulator.add_message(sent_at=SENT)
    source = {
        "Namespace": "VDM",
        "Dimensions": {"ISP": ["UNKNOWN_ISP"]},
        "Metrics": [
            {"Name": "OPEN"},
            {"Name": "SEND", "Aggregation": "RATE"},
            {"Aggregation": "RATE"},
        ],
        "StartDate": MIDNIGHT - DAY,
        "EndDate": MIDNIGHT,
    }
    file = _download(client, http, fake_clock, "CSV", MetricsDataSource=source)
    assert file == "ISP,OPEN_VOLUME,SEND_RATE\nUNKNOWN_ISP,0.0000,1.0000\n"


def test_metrics_by_other_dimensions(emulator: SESEmulator, export_metrics: Export) -> None:
    """An identity is a domain or an address; what has no set or tenant is in no row of them."""
    emulator.add_message(
        sent_at=SENT, from_email_address="a@one.com", configuration_set="set", tenant_name="t"
    )
    emulator.add_message(sent_at=SENT, from_email_address="b@one.com", configuration_set="set")
    emulator.add_message(sent_at=SENT, from_email_address="b@two.com")
    assert export_metrics({"EMAIL_IDENTITY": ["*"]}, "SEND_VOLUME") == (
        "EMAIL_IDENTITY,SEND_VOLUME\none.com,2.0000\ntwo.com,1.0000\n"
    )
    assert export_metrics({"EMAIL_IDENTITY": ["one.com", "b@two.com", "c"]}, "SEND_VOLUME") == (
        "EMAIL_IDENTITY,SEND_VOLUME\nb@two.com,1.0000\none.com,2.0000\n"
    )
    both: dict[str, Sequence[str]] = {"CONFIGURATION_SET": ["set"], "TENANT_NAME": ["*"]}
    assert export_metrics(both, "SEND_VOLUME") == (
        "CONFIGURATION_SET,TENANT_NAME,SEND_VOLUME\nset,t,1.0000\n"
    )


def test_a_rate_of_nothing_sent_is_zero(emulator: SESEmulator, export_metrics: Export) -> None:
    """A rate without sends is 0."""
    emulator.add_message(sent_at=SENT, events=["DELIVERY"])
    file = export_metrics({"ISP": ["UNKNOWN_ISP"]}, "DELIVERY_RATE")
    assert file == "ISP,DELIVERY_RATE\nUNKNOWN_ISP,0.0000\n"
