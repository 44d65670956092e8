"""A summary counts each message and recipient once, under how it ended."""

from __future__ import annotations

import re
import signal
import sys
from _thread import interrupt_main
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import outcomes, report
from sesinsights.report import BOUNCE_LINES, COMPLAINT_LINES, Counts, Level
from sesinsights.report.latency import BINS_OF_TEN, latency_of

if TYPE_CHECKING:
    from pathlib import Path

pa = pytest.importorskip("pyarrow")
ibis = pytest.importorskip("ibis")
duckdb = pytest.importorskip("duckdb")
parquet = pytest.importorskip("pyarrow.parquet")

SENT = datetime(2026, 11, 2, 23, 59, 59, 999_000, tzinfo=UTC)
TIME = pa.timestamp("ms", "UTC")
TEXTS = (
    "message_id",
    "isp",
    "from_address",
    "destination",
    "subject",
    "last_delivery_event",
    "last_engagement_event",
    "bounce_sub_type",
    "diagnostic_code",
)
TIMES = (
    "send_timestamp",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
)
SCHEMA = pa.schema([(name, pa.string()) for name in TEXTS] + [(name, TIME) for name in TIMES])


def table_of(*rows: dict[str, Any]) -> Any:
    """Return an export's table of rows, each of a message of its own unless it says otherwise."""
    filled = [
        {
            "message_id": f"message-{number}",
            "destination": f"reader{number}@example.net",
            "from_address": "Shop <news@Example.com>",
            "send_timestamp": SENT,
            "last_delivery_event": "DELIVERY",
        }
        | row
        for number, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled, SCHEMA)


def bounce(type_: str, sub_type: str, said: str | None = None) -> dict[str, Any]:
    """Return what a row says of a bounce."""
    return {
        "last_delivery_event": f"{type_}_BOUNCE",
        "bounce_sub_type": sub_type,
        "diagnostic_code": said,
    }


MONDAY = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
MAIL = table_of(
    {"isp": "Some ISP", "destination": "a@gmail.com"},
    {"last_delivery_event": "COMPLAINT", "destination": "b@googlemail.com"},
    {"last_delivery_event": "SEND", "send_timestamp": SENT + timedelta(milliseconds=1)},
    {"last_engagement_event": "OPEN", "last_engagement_event_timestamp": MONDAY},
    {
        "last_engagement_event": "CLICK",
        "last_engagement_event_timestamp": MONDAY + timedelta(days=6, hours=16),
    },
    {"last_engagement_event": "OPEN", "send_timestamp": None},
    bounce("PERMANENT", "General"),
    bounce("TRANSIENT", "MailboxFull"),
    bounce("UNDETERMINED", "Undetermined"),
    bounce("PERMANENT", "OnAccountSuppressionList"),
)
"""An export of a little of everything."""


@pytest.fixture(scope="module")
def summary() -> report.Summary:
    """Return the summary of that export."""
    return report.summarize(MAIL)


def test_how_mail_ended_is_counted_once(summary: report.Summary) -> None:
    """What was sent is delivered, bounced or pending; suppressed mail was not sent."""
    counts = summary.counts
    assert counts == Counts(
        sent=9,
        delivered=5,
        bounced_permanent=1,
        bounced_transient=1,
        bounced_undetermined=1,
        pending=1,
        complained=1,
        suppressed=1,
        opened=3,
        clicked=1,
    )
    assert counts.sent == counts.delivered + counts.bounced + counts.pending
    assert counts.bounce_rate == counts.complaint_rate == 1 / 9
    assert report.summarize(pa.concat_tables([MAIL, MAIL])) == summary


def test_nothing_is_not_a_rate_of_nothing() -> None:
    """Without mail there are numbers of 0, and rates that are not known."""
    summary = report.summarize(table_of())
    assert (summary.start, summary.end, summary.by_day) == (None, None, ())
    assert (summary.latency, summary.by_provider, summary.engagement) == (None, None, ())
    assert summary.counts.sent == 0
    assert summary.counts.bounce_rate is None
    assert summary.counts.open_rate is None
    assert BOUNCE_LINES.level(summary.counts.bounce_rate) is None


@pytest.mark.parametrize(
    ("lines", "rate", "level"),
    [
        (BOUNCE_LINES, 0.0499, Level.GOOD),
        (BOUNCE_LINES, 0.05, Level.REVIEW),
        (BOUNCE_LINES, 0.10, Level.PAUSE),
        (COMPLAINT_LINES, 0.0009, Level.GOOD),
        (COMPLAINT_LINES, 0.001, Level.REVIEW),
        (COMPLAINT_LINES, 0.005, Level.PAUSE),
    ],
)
def test_a_rate_that_reaches_a_line_is_beyond_it(lines: Any, rate: float, level: Level) -> None:
    """The lines are those of Amazon SES."""
    assert lines.level(rate) is level


def test_days_are_those_of_utc(summary: report.Summary) -> None:
    """A millisecond before midnight is another day, and what has no time is last."""
    assert [(day.day, day.counts.sent) for day in summary.by_day] == [
        (date(2026, 11, 2), 7),
        (date(2026, 11, 3), 1),
        (None, 1),
    ]


def test_groups_are_the_largest_and_the_rest() -> None:
    """Of many domains the largest are named, and the others counted together."""
    domains = [f"{number:02}.example" for number in range(30)]
    rows = [
        {"destination": f"{copy}@{domain.upper()}"}
        | ({} if copy else bounce("PERMANENT", "General"))
        for number, domain in enumerate(domains)
        for copy in range(2 + (number == 29))
    ]
    groups = report.summarize(table_of(*rows, {"destination": None})).by_recipient_domain
    assert groups
    names = [group.name for group in groups.groups]
    assert names == ["29.example", *domains[:19]]
    assert (groups.others, groups.rest and groups.rest.sent) == (11, 21)
    assert sum(group.counts.bounced_permanent for group in groups.groups) == 20


def test_a_provider_is_named_by_the_source_or_the_domain(summary: report.Summary) -> None:
    """A provider that nobody knows is None, and not left out."""
    assert summary.by_provider
    assert {group.name: group.counts.sent for group in summary.by_provider.groups} == {
        "Some ISP": 1,
        "Gmail": 1,
        None: 7,
    }


def test_what_the_source_has_not_is_no_breakdown(summary: report.Summary) -> None:
    """An export has no configuration sets, campaigns, rejections or bots."""
    assert summary.by_configuration_set is summary.by_campaign is None
    assert summary.counts.rejected is summary.counts.opened_by_people is None
    assert summary.by_sending_domain
    assert [group.name for group in summary.by_sending_domain.groups] == ["example.com"]


def test_reasons_and_diagnostics_are_put_together() -> None:
    """Words that differ in addresses, ids and numbers are the same, whatever the spelling."""
    said = "smtp; 550 5.1.1 <{}@example.net> unknown, id {}"
    rows = [
        bounce("PERMANENT", "General", said.format(f"reader{number}", f"a1b2c3d4e5-{number}"))
        for number in range(5)
    ]
    rows += [
        bounce("TRANSIENT", "MailboxFull", "452 4.2.2 full"),
        bounce("TRANSIENT", "MAILBOX_FULL"),
        bounce("PERMANENT", "ON_ACCOUNT_SUPPRESSION_LIST"),
    ]
    summary = report.summarize(table_of(*rows))
    assert [(each.bounce_type, each.reason, each.count) for each in summary.bounces] == [
        ("PERMANENT", "GENERAL", 5),
        ("TRANSIENT", "MAILBOX_FULL", 2),
    ]
    assert all(each.explanation for each in summary.bounces)
    assert [(each.reason, each.count) for each in summary.suppression] == [
        ("ON_ACCOUNT_SUPPRESSION_LIST", 1)
    ]
    found = {each.status: each for each in summary.statuses}
    assert {status: each.count for status, each in found.items()} == {
        "5.1.1": 5,
        "4.2.2": 1,
        None: 1,
    }
    (diagnostic,) = found["5.1.1"].diagnostics
    assert (diagnostic.text, diagnostic.count) == ("smtp; 550 5.1.1 <…> unknown, id …", 5)
    assert "the mailbox does not exist" in (found["5.1.1"].meaning or "")
    assert found[None].others == 1


def test_many_diagnostics_are_the_top_and_the_rest() -> None:
    """However many different words servers find, a few are shown, and all are counted."""
    words = [
        f"550 5.{number // 40}.{number % 40} {chr(97 + number % 26) * 3}" for number in range(90)
    ]
    summary = report.summarize(
        table_of(*(bounce("PERMANENT", "General", said) for said in words + words[:3]))
    )
    assert len(summary.statuses) == 20
    assert sum(each.count for each in summary.statuses) + summary.other_statuses == 93
    assert [each.count for each in summary.statuses[:4]] == [2, 2, 2, 1]


@pytest.mark.parametrize("seconds", [(0.02, 1.0, 59.9), (1.0, 59.9, 86_400.0)])
def test_latency_is_known_within_a_bin(seconds: tuple[float, ...]) -> None:
    """A quantile is at most 3 % off, on either side of the bounds of bins."""
    shares = dict(zip(seconds, (12, 6, 2), strict=True))
    rows = [
        {"last_delivery_event_timestamp": SENT + timedelta(seconds=each)}
        for each, share in shares.items()
        for _ in range(share)
    ]
    latency = report.summarize(table_of(*rows)).latency
    assert latency
    assert latency.count == 20
    assert (latency.p50, latency.p90, latency.p99) == pytest.approx(seconds, rel=0.03)
    for each, share in shares.items():
        (shown,) = [bin_ for bin_ in latency.bins if bin_.low <= each < bin_.high]
        assert shown.count == share


def test_a_histogram_has_no_gaps() -> None:
    """Bins without mail are there, and quantiles are in the right ones."""
    latency = latency_of({3 * BINS_OF_TEN: 90, 5 * BINS_OF_TEN: 10})
    assert latency
    assert [each.count for each in latency.bins] == [90, *[0] * 7, 10]
    assert latency.p50 == pytest.approx(1, rel=0.03)
    assert latency.p99 == pytest.approx(100, rel=0.03)


def test_engagement_is_by_the_hour_of_the_week(summary: report.Summary) -> None:
    """The hour is that of the open, in UTC, and a week has 168 of them."""
    hours = summary.engagement
    assert [(each.weekday, each.hour) for each in hours] == [
        (day, hour) for day in range(7) for hour in range(24)
    ]
    busy = [(each.weekday, each.hour, each.opened, each.clicked) for each in hours if each.opened]
    assert busy == [(0, 7, 1, 0), (6, 23, 1, 1)]


def test_a_window_is_beside_the_one_before() -> None:
    """The start counts and the end does not; the period before is as long, if there is mail."""
    start, day = datetime(2026, 11, 2, tzinfo=UTC), timedelta(days=1)
    table = table_of(
        *(
            {"send_timestamp": start + offset}
            for offset in (-2 * day, -day, -day, 0 * day, day / 2)
        ),
        {"send_timestamp": start + day},
        {"send_timestamp": None},
    )
    summary = report.summarize(table, start=start, end=start + day)
    assert (summary.start, summary.end) == (start, start + day)
    assert (summary.counts.sent, summary.previous and summary.previous.sent) == (2, 2)
    assert sum(day.counts.sent for day in summary.by_day) == 2
    later = report.summarize(table, start=start + 9 * day, end=start + 10 * day)
    assert (later.counts.sent, later.previous) == (0, None)
    assert report.summarize(table, start=start).counts.sent == 3
    assert report.summarize(table, end=start).counts.sent == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": datetime(2026, 11, 2)}, "start must be timezone-aware"),  # noqa: DTZ001
        ({"start": SENT, "end": SENT}, "start must be before end"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], message: str) -> None:
    """What cannot be summed up is refused with its reason."""
    table = pa.table(
        {
            "message_id": ["m"],
            "recipient": ["r@example.net"],
            "type": ["SEND"],
            "timestamp": pa.array([SENT], TIME),
            "sent_timestamp": pa.array([SENT], TIME),
        }
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        report.summarize(table, **arguments)


def test_every_source_of_a_table_is_summed_up_alike(
    summary: report.Summary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, and a table of Ibis in a zone of its own, whose engine answers a few queries."""
    parquet.write_table(MAIL, tmp_path / "mail.parquet")
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'America/New_York'")
    connection.con.register("mail", MAIL)
    assert report.summarize(tmp_path) == summary
    queries: list[str] = []
    monkeypatch.setattr(ibis.options, "verbose", True)
    monkeypatch.setattr(ibis.options, "verbose_log", queries.append)
    assert report.summarize(connection.table("mail")) == summary
    assert len(queries) == 7
    assert sum('"mail"' in query for query in queries) == 2


@pytest.mark.parametrize("tag", ['x"', "", "a b", None])
@pytest.mark.parametrize("source", [MAIL, []], ids=["export", "metrics"])
def test_a_campaign_tag_that_cannot_be_one_is_refused(source: Any, tag: Any) -> None:
    """It is refused by name, whether or not the source has tags."""
    with pytest.raises(ValueError, match="campaign_tag must be the name of a tag"):
        report.summarize(source, campaign_tag=tag)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database of DuckDB that has mail."""
    path = tmp_path / "mail.db"
    connection = ibis.duckdb.connect(path)
    connection.con.from_arrow(MAIL).create("mail")
    connection.disconnect()
    return path


def relations_of(connection: Any) -> list[str]:
    """Return the names of all tables and views, also temporary ones."""
    query = (
        "SELECT table_name FROM duckdb_tables() UNION ALL "
        "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    )
    return [name for (name,) in connection.raw_sql(query).fetchall()]


@pytest.mark.parametrize("opened", ["read-only", "attached", "READ ONLY", "READ WRITE"])
def test_a_database_of_duckdb_is_only_read(
    opened: str, database: Path, summary: report.Summary
) -> None:
    """Not even a transaction that is open is disturbed, and what it has not committed counts."""
    sent = summary.counts.sent
    if opened == "attached":
        connection = ibis.duckdb.connect()
        connection.attach(database, "theirs", read_only=True)
        connection.raw_sql("USE theirs")
    else:
        connection = ibis.duckdb.connect(database, read_only=opened == "read-only")
    if opened.startswith("READ"):
        connection.raw_sql(f"BEGIN TRANSACTION {opened}")
    if opened == "READ WRITE":
        connection.raw_sql("INSERT INTO mail SELECT * REPLACE ('new' AS message_id) FROM mail")
        sent *= 2
    assert report.summarize(connection.table("mail")).counts.sent == sent
    assert relations_of(connection) == ["mail"]
    if opened.startswith("READ"):
        connection.raw_sql("COMMIT")
    connection.disconnect()


@pytest.mark.parametrize("read", [report.summarize, outcomes.from_arrow])
@pytest.mark.parametrize(
    "end", [duckdb.Error, KeyboardInterrupt, SystemExit, TimeoutError], ids=lambda end: end.__name__
)
def test_a_read_that_ends_early_leaves_nothing(
    read: Any, end: type[BaseException], database: Path
) -> None:
    """The connection can be used at once, and what the handler of a signal raises is raised."""
    connection = ibis.duckdb.connect(database)

    def handle(*_: object) -> None:
        raise end

    def fail(text: str) -> str:
        if end is duckdb.Error:
            raise ValueError
        interrupt_main()
        return text

    connection.con.create_function("fail", fail, ["VARCHAR"], "VARCHAR")
    view = "CREATE TEMP VIEW failing AS SELECT * REPLACE (fail(isp) AS isp) FROM mail"
    connection.raw_sql(view)
    before = signal.signal(signal.SIGINT, handle)
    try:
        with pytest.raises(end):
            read(connection.table("failing"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert relations_of(connection) == ["mail", "failing"]
    connection.con.cursor().execute("CHECKPOINT")
    connection.disconnect()


def test_an_engine_without_temporary_tables_is_asked_anew(
    summary: report.Summary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Athena and Trino have none; Ibis refuses to cache there."""
    connection: Any = ibis.duckdb.connect()
    connection.con.register("mail", MAIL)
    refused: list[Any] = []

    def refuse(table: Any) -> None:
        refused.append(table)
        raise NotImplementedError

    monkeypatch.setattr(ibis.Table, "cache", refuse)
    monkeypatch.setattr(connection, "name", "athena")
    assert report.summarize(connection.table("mail")) == summary
    assert len(refused) == 1


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Ibis, the error says what to install."""
    for module in ("outcomes.expressions", "outcomes.untyped", "report.questions"):
        monkeypatch.delitem(sys.modules, f"sesinsights.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(ImportError, match=re.escape("sesinsights[report]")):
        report.summarize(table_of())
