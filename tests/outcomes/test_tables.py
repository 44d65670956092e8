"""The fold of tables gives what the fold in Python gives."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from sesinsights import events, outcomes, report
from sesinsights.exports.files.records import FIELDS, MessageInsightsRecord
from sesinsights.models.enums import DeliveryEventType, EventType
from sesinsights.models.reasons import FEEDBACK_TYPES, BounceReason, bounce_reason
from sesinsights.outcomes import states

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.outcomes import Timeline

pa = pytest.importorskip("pyarrow")
ibis = pytest.importorskip("ibis")
parquet = pytest.importorskip("pyarrow.parquet")

SENT = datetime(2026, 11, 3, 9, 15, 2, 123_000, tzinfo=UTC)


def as_row(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as a row of outcomes."""
    engagement = timeline.engagement
    return {
        "message_id": timeline.message_id,
        "recipient": timeline.recipient,
        "status": timeline.status,
        "reason": timeline.reason,
        "bounce_type": timeline.bounce_type,
        "diagnostic_code": timeline.diagnostic_code,
        "advice": timeline.advice,
        "is_suspicion": timeline.is_suspicion,
        "sent_at": timeline.sent_at,
        "delivered_at": timeline.delivered_at,
        "opened": engagement.opened,
        "opened_by_people": engagement.opened_by_people,
        "clicked": engagement.clicked,
        "clicked_by_people": engagement.clicked_by_people,
        "isp": timeline.isp,
        "source": timeline.source,
        "configuration_set": timeline.configuration_set,
    }


def rows_of_every_kind() -> list[MessageInsightsRecord]:
    """Return a row for each combination of what a row can say."""
    flags: list[dict[str, Any]] = [
        {},
        {"opened": True, "clicked": False},
        {"opened": False, "clicked": False, "complained": True},
        {"delivered": True, "bounced": True, "clicked": True},
    ]
    combinations = itertools.product(
        [*DeliveryEventType, None, "NOVEL", "NOVEL_BOUNCE"],
        [None, "OPEN", "CLICK", "NOVEL"],
        [None, "General", "ON_ACCOUNT_SUPPRESSION_LIST", "Mailbox Full", "Novel"],
        [None, "smtp; 550 5.1.1 unknown", "auto-reply: out of office"],
        flags,
    )
    return [
        MessageInsightsRecord(
            message_id=f"message-{number:05}",
            send_timestamp=cast("datetime", SENT if number % 7 else None),
            destination=f"Reader <R{number}@Example.net>",
            isp="Gmail",
            from_address="news@example.com",
            last_delivery_event=delivery,
            last_engagement_event=engagement,
            last_delivery_event_timestamp=SENT + timedelta(milliseconds=number),
            bounce_sub_type=sub_type,
            diagnostic_code=said,
            **flag,
        )
        for number, (delivery, engagement, sub_type, said, flag) in enumerate(combinations)
    ]


def table_of(records: list[MessageInsightsRecord]) -> Any:
    """Return rows as an export's table."""
    table = pa.table({name: [getattr(row, name) for row in records] for name in FIELDS})
    return table.cast(
        pa.schema(
            field.with_type(
                pa.timestamp("ms", "UTC")
                if field.name.endswith("timestamp")
                else pa.string()
                if pa.types.is_null(field.type)
                else field.type
            )
            for field in table.schema
        )
    )


@pytest.fixture(scope="module")
def table(many_events: list[events.AnyEvent]) -> Any:
    """Return a table of many events."""
    return events.to_arrow(many_events)


@pytest.fixture(scope="module")
def expected(table: Any) -> Any:
    """Return the outcomes of that table."""
    return outcomes.from_arrow(table)


def test_events_end_alike_in_both_folds(many_events: list[events.AnyEvent]) -> None:
    """Each message and recipient has the same outcome from events and from their table."""
    expected = [as_row(timeline) for timeline in outcomes.timelines(many_events)]
    shuffled = random.Random(3).sample(many_events, len(many_events))
    table = events.to_arrow(shuffled + many_events[::2])
    assert outcomes.from_arrow(table).to_pylist() == expected
    assert {row["status"] for row in expected} == {*states.Status} - {states.Status.UNKNOWN}


@pytest.mark.parametrize("named", [[], [""], ["", "ada@example.net"], [None, "ada@example.net"]])
@pytest.mark.parametrize("said", [{}, {"feedbackId": ""}, {"feedbackId": "1"}])
def test_complaints_that_name_nobody_end_alike(
    named: list[str | None], said: dict[str, str], event: Callable[..., events.AnyEvent]
) -> None:
    """A report that names at most one recipient makes nobody a suspect."""
    record = {**event("Complaint", **said).raw}
    record["complaint"] = {
        **record["complaint"],
        "complainedRecipients": [{"emailAddress": each} for each in named],
    }
    found = [*events.parse(record)]
    expected = [as_row(timeline) for timeline in outcomes.timelines(found)]
    assert outcomes.from_arrow(events.to_arrow(cast("Any", found))).to_pylist() == expected
    assert not any(row["is_suspicion"] for row in expected)


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("Click", {"link": ""}),
        ("Bounce", {"bounceType": "Permanent", "feedbackId": ""}),
        ("Complaint", {"feedbackId": ""}),
    ],
)
def test_an_empty_mark_is_none(
    kind: str, details: dict[str, Any], event: Callable[..., events.AnyEvent]
) -> None:
    """An event whose link or report id is empty happened, once, like one that has none."""
    mark = [*details][-1]
    found = [event(kind, **details), event(kind, **{**details, mark: None})]
    (timeline,) = outcomes.timelines(found)
    assert [each.type for each in timeline.events] == [found[0].type]


def test_rows_end_alike_in_both_folds() -> None:
    """So has each combination of what a row of an export can say."""
    records = rows_of_every_kind()
    expected = [as_row(timeline) for timeline in outcomes.timelines(records)]
    found = outcomes.from_arrow(table_of(records + records[::3])).to_pylist()
    for row, wanted in zip(found, expected, strict=True):
        assert row == wanted, records[int(wanted["message_id"][-5:])]


def test_events_and_rows_of_exports_are_mixed(
    many_events: list[events.AnyEvent], tmp_path: Path
) -> None:
    """Files of both are one source, as events and records are for timelines."""
    records = [
        dataclasses.replace(record, message_id=message_id, destination=f"reader{number % 3}@a.net")
        for number, record in enumerate(rows_of_every_kind()[::20])
        for message_id in (f"message-{number % 90:04}", f"exported-{number % 90}")
    ]
    parquet.write_table(events.to_arrow(many_events), tmp_path / "events.parquet")
    parquet.write_table(table_of(records), tmp_path / "export.parquet")
    expected = [as_row(timeline) for timeline in outcomes.timelines(many_events, records)]
    assert outcomes.from_arrow(tmp_path).to_pylist() == expected
    counts = report.summarize([*tmp_path.iterdir()]).counts
    bounced = [row for row in expected if row["status"] == states.Status.PERMANENT_BOUNCE]
    assert counts.bounced_permanent == len(bounced)
    assert counts.rejected


def test_unknown_messages_and_recipients_are_alike_in_both_folds() -> None:
    """An empty text is an absent one, and a complaint about nobody is not about several."""
    records = [
        dataclasses.replace(
            rows_of_every_kind()[0],
            message_id=cast("str", message_id),
            destination=cast("str", destination),
            last_delivery_event=event,
        )
        for message_id in (None, "", "first")
        for destination in (None, "", "reader@example.net")
        for event in (DeliveryEventType.COMPLAINT, DeliveryEventType.DELIVERY)
    ]
    expected = [as_row(timeline) for timeline in outcomes.timelines(records)]
    assert outcomes.from_arrow(table_of(records)).to_pylist() == expected
    assert len(expected) == 4
    assert not any(row["is_suspicion"] for row in expected)


def test_every_name_has_a_place_in_the_table_of_states() -> None:
    """No type of event, bounce or delivery event is left to chance, and severities differ."""
    alone = {*EventType} - {EventType.BOUNCE, EventType.COMPLAINT, EventType.SUBSCRIPTION}
    assert set(states.EVENT_STATUS) == alone
    assert set(states.DELIVERY_EVENT_STATUS) == {*DeliveryEventType}
    assert set(states.BOUNCE_STATUS) == set(states.BOUNCE_TYPE.values())
    assert set(states.FEEDBACK_STATUS) < set(FEEDBACK_TYPES)
    assert sorted(states.SEVERITY.values()) == [*range(len(states.Status))]
    assert set(states.HELD_BACK) < {*BounceReason}
    # Marks of two digits order what belongs to statuses.
    assert len(states.Status) < 90


@pytest.mark.parametrize("reason", BounceReason)
@pytest.mark.parametrize("spelling", [str, str.title, lambda name: name.replace("_", " ")])
def test_reasons_are_read_in_any_spelling(reason: BounceReason, spelling: Any) -> None:
    """Expressions take the spellings that Python takes."""
    from sesinsights.outcomes.values import reason_of

    name = spelling(reason)
    read = reason_of(ibis.literal(name))
    sql = ibis.to_sql(read, dialect="duckdb")
    (found,) = pytest.importorskip("duckdb").connect().execute(sql).fetchone()
    assert found == bounce_reason(name) == reason


def test_outcomes_of_parquet_are_written_as_parquet(
    many_events: list[events.AnyEvent], expected: Any, tmp_path: Path
) -> None:
    """What is too large for the memory goes from one file to another."""
    events.write_parquet(many_events, tmp_path / "events", partition_by="day")
    outcomes.write_parquet(tmp_path / "events", tmp_path / "outcomes.parquet")
    assert parquet.read_table(tmp_path / "outcomes.parquet").equals(expected)


def test_a_reader_and_a_dataset_are_tables_too(table: Any, expected: Any, tmp_path: Path) -> None:
    """A reader can be read once only, and is."""
    assert outcomes.from_arrow(table.to_reader()).equals(expected)
    parquet.write_table(table, tmp_path / "mail.parquet")
    dataset = pytest.importorskip("pyarrow.dataset").dataset(tmp_path)
    assert outcomes.from_arrow(dataset).equals(expected)


@pytest.mark.parametrize("kind", ["events", "rows of an export"])
def test_columns_of_nulls_alone_need_no_type(kind: str, table: Any) -> None:
    """A table made from Python often has none for them."""
    from sesinsights.outcomes import event_tables, export_tables

    source = table.slice(0, 50) if kind == "events" else table_of(rows_of_every_kind()[:50])
    columns = event_tables.COLUMNS if kind == "events" else export_tables.COLUMNS
    typed, untyped = {}, {}
    for field in source.schema:
        values = source[field.name] if field.name in columns else pa.nulls(50, field.type)
        typed[field.name] = values
        untyped[field.name] = values if field.name in columns else pa.nulls(50)
    found, expected = pa.table(untyped), pa.table(typed)
    assert outcomes.from_arrow(found) == outcomes.from_arrow(expected)
    assert report.summarize(found) == report.summarize(expected)


def test_times_may_be_in_nanoseconds(table: Any, expected: Any) -> None:
    """Times may be in nanoseconds, as in tables of pandas."""
    nanoseconds = pa.timestamp("ns", "UTC")
    schema = pa.schema(
        field.with_type(nanoseconds) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    )
    assert outcomes.from_arrow(table.cast(schema)) == expected


def test_a_table_that_ibis_holds_in_memory_is_read(table: Any, expected: Any) -> None:
    """Tables that Ibis holds in memory are read like its other tables."""
    assert outcomes.from_arrow(ibis.memtable(table)) == expected


def test_an_empty_table_has_no_outcomes() -> None:
    """An empty table gives no outcomes, but has the columns."""
    found = outcomes.from_arrow(events.to_arrow([]))
    assert found.num_rows == 0
    assert "status" in found.column_names
    assert outcomes.from_arrow(events.to_arrow([]).to_reader()) == found


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (pa.table({"x": [1]}), ValueError, "neither a table of events nor of an export.*it has x"),
        ("nowhere/*.parquet", FileNotFoundError, "no Parquet file at 'nowhere"),
        (7, TypeError, "not 'int'"),
        (
            pa.table(
                {
                    name: ["x"]
                    for name in (
                        "message_id",
                        "destination",
                        "send_timestamp",
                        "last_delivery_event",
                    )
                }
            ),
            ValueError,
            "send_timestamp should hold times",
        ),
    ],
)
def test_other_tables_are_refused(source: Any, error: type[Exception], message: str) -> None:
    """Other tables are refused with what is missing."""
    with pytest.raises(error, match=message):
        outcomes.from_arrow(source)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Ibis, the error says what to install."""
    for module in ("outcome_columns", "relations", "expressions", "untyped"):
        monkeypatch.delitem(sys.modules, f"sesinsights.outcomes.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(ImportError, match=re.escape("sesinsights[report]")):
        outcomes.from_arrow(pa.table({}))
