"""Records as files of one's own: whole or not there, and readable by anything."""

from __future__ import annotations

import csv
import json
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.exports import MessageInsightsRecord, MetricsRecord
from sesinsights.exports.tables.writing import write_csv, write_jsonl, write_metrics_parquet
from sesinsights.models import DeliveryEventType, EngagementEventType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Write = Callable[[Iterable[MessageInsightsRecord], Path | str], None]

SENT = datetime(2026, 1, 15, 1, 2, 3, 123_000, tzinfo=UTC)
FULL = MessageInsightsRecord(
    message_id="m-1",
    send_timestamp=SENT,
    isp="Gmail",
    from_address="shop@example.com",
    destination="ada@example.net",
    subject='Say "hi",\r\ntwice: é',
    last_delivery_event=DeliveryEventType.PERMANENT_BOUNCE,
    last_engagement_event=EngagementEventType.CLICK,
    last_delivery_event_timestamp=SENT.replace(hour=2),
    last_engagement_event_timestamp=SENT.replace(hour=3, microsecond=0),
    bounce_sub_type="General",
    diagnostic_code="smtp; 550",
    opened=True,
    clicked=False,
    extra={"weather": "räin"},
)
LEAST = MessageInsightsRecord(message_id="m-2", send_timestamp=SENT, destination="ada@example.net")
WRITERS = pytest.mark.parametrize("write", [write_csv, write_jsonl])


def test_csv_is_as_the_standard_has_it(tmp_path: Path) -> None:
    """RFC 4180: a header, quotes only where needed, doubled inside, lines that end in CR LF."""
    path = tmp_path / "messages.csv"
    write_csv([FULL, LEAST], path)
    assert path.read_bytes().decode() == (
        "message_id,send_timestamp,isp,from_address,destination,subject,"
        "last_delivery_event,last_engagement_event,"
        "last_delivery_event_timestamp,last_engagement_event_timestamp,"
        "bounce_sub_type,diagnostic_code,opened,clicked,delivered,bounced,complained,weather\r\n"
        "m-1,2026-01-15T01:02:03.123000+00:00,Gmail,shop@example.com,ada@example.net,"
        '"Say ""hi"",\r\ntwice: é",PERMANENT_BOUNCE,CLICK,'
        "2026-01-15T02:02:03.123000+00:00,2026-01-15T03:02:03+00:00,"
        "General,smtp; 550,TRUE,FALSE,,,,räin\r\n"
        "m-2,2026-01-15T01:02:03.123000+00:00,,,ada@example.net,,,,,,,,,,,,,\r\n"
    )


def test_lines_of_json_have_every_field(tmp_path: Path) -> None:
    """An object a line, with the names of the fields, ISO times and null."""
    path = tmp_path / "messages.jsonl"
    write_jsonl([FULL, LEAST], str(path))
    full, least, end = path.read_bytes().decode().split("\n")
    assert json.loads(full) == {
        "message_id": "m-1",
        "send_timestamp": "2026-01-15T01:02:03.123000+00:00",
        "isp": "Gmail",
        "from_address": "shop@example.com",
        "destination": "ada@example.net",
        "subject": 'Say "hi",\r\ntwice: é',
        "last_delivery_event": "PERMANENT_BOUNCE",
        "last_engagement_event": "CLICK",
        "last_delivery_event_timestamp": "2026-01-15T02:02:03.123000+00:00",
        "last_engagement_event_timestamp": "2026-01-15T03:02:03+00:00",
        "bounce_sub_type": "General",
        "diagnostic_code": "smtp; 550",
        "opened": True,
        "clicked": False,
        "delivered": None,
        "bounced": None,
        "complained": None,
        "weather": "räin",
    }
    assert json.loads(least) == dict.fromkeys(json.loads(full).keys() - {"weather"}) | {
        "message_id": "m-2",
        "send_timestamp": "2026-01-15T01:02:03.123000+00:00",
        "destination": "ada@example.net",
    }
    assert "é" in full
    assert end == ""


@given(subject=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(subject: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A reader of the files gets the original text."""
    directory = tmp_path_factory.mktemp("files")
    record = replace(LEAST, subject=subject)
    write_csv([record], directory / "csv")
    with (directory / "csv").open(newline="", encoding="utf-8") as file:
        assert [row["subject"] for row in csv.DictReader(file)] == [subject]
    write_jsonl([record], directory / "jsonl")
    (line,) = (directory / "jsonl").read_bytes().removesuffix(b"\n").split(b"\n")
    assert json.loads(line)["subject"] == subject


@WRITERS
def test_nothing_half_written_is_in_its_place(write: Write, tmp_path: Path) -> None:
    """If reading fails, what was there before is there still, and nothing else."""

    def records() -> Iterator[MessageInsightsRecord]:
        yield FULL
        assert [path.name for path in tmp_path.iterdir()] != ["messages"]
        raise OSError("the disk is gone")

    path = tmp_path / "messages"
    path.write_text("old")
    with pytest.raises(OSError, match="the disk is gone"):
        write(records(), path)
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]
    write([], path)
    assert path.read_text() != "old"
    assert [*tmp_path.iterdir()] == [path]


@WRITERS
def test_records_are_never_all_in_memory(write: Write, tmp_path: Path) -> None:
    """They are written as they come."""

    def records() -> Iterator[Any]:
        for number in range(5_000):
            yield replace(LEAST, message_id=str(number), subject="s" * 400)

    tracemalloc.start()
    write(records(), tmp_path / "messages")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "messages").stat().st_size > 2_000_000
    assert peak < 500_000


# Metrics

DAY = datetime(2026, 1, 15, tzinfo=UTC)
NEXT_DAY = DAY + timedelta(days=1)
GMAIL = MetricsRecord(
    {"ISP": "Gmail", "EMAIL_IDENTITY": "shop@example.com"},
    {"SEND_VOLUME": 3.0, "OPEN_RATE": 0.5},
    DAY,
    NEXT_DAY,
)
ODD = MetricsRecord({"ISP": "Web, Mail"}, {"CLICK_RATE": 0.25}, text_metrics={"OPEN_RATE": "n/a"})


def test_metrics_have_a_column_for_each_dimension_and_metric(tmp_path: Path) -> None:
    """The first record's come first; what only a later one has is behind them, and not lost."""
    path = tmp_path / "metrics.csv"
    write_csv(iter([GMAIL, ODD]), path)
    assert path.read_bytes().decode() == (
        "start_date,end_date,ISP,EMAIL_IDENTITY,SEND_VOLUME,OPEN_RATE,CLICK_RATE\r\n"
        "2026-01-15T00:00:00+00:00,2026-01-16T00:00:00+00:00,Gmail,shop@example.com,3.0,0.5,\r\n"
        ',,"Web, Mail",,,n/a,0.25\r\n'
    )


def test_lines_of_metrics_all_have_the_same_names(tmp_path: Path) -> None:
    """An object is as flat as a row, and null where the record has nothing."""
    path = tmp_path / "metrics.jsonl"
    write_jsonl(iter([GMAIL, ODD]), path)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {
            "start_date": "2026-01-15T00:00:00+00:00",
            "end_date": "2026-01-16T00:00:00+00:00",
            "ISP": "Gmail",
            "EMAIL_IDENTITY": "shop@example.com",
            "SEND_VOLUME": 3.0,
            "OPEN_RATE": 0.5,
            "CLICK_RATE": None,
        },
        {
            "start_date": None,
            "end_date": None,
            "ISP": "Web, Mail",
            "EMAIL_IDENTITY": None,
            "SEND_VOLUME": None,
            "OPEN_RATE": "n/a",
            "CLICK_RATE": 0.25,
        },
    ]


def test_metrics_in_parquet_have_types(tmp_path: Path) -> None:
    """Times are times and figures numbers, except where the service wrote one as text."""
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "metrics.parquet"
    write_metrics_parquet(iter([GMAIL, ODD]), path)
    table = parquet.read_table(path)
    assert {field.name: str(field.type) for field in table.schema} == {
        "start_date": "timestamp[us, tz=UTC]",
        "end_date": "timestamp[us, tz=UTC]",
        "ISP": "string",
        "EMAIL_IDENTITY": "string",
        "SEND_VOLUME": "double",
        "OPEN_RATE": "string",
        "CLICK_RATE": "double",
    }
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (DAY, NEXT_DAY, "Gmail", "shop@example.com", 3.0, "0.5", None),
        (None, None, "Web, Mail", None, None, "n/a", 0.25),
    ]
    assert [*tmp_path.iterdir()] == [path]


def test_no_metrics_are_a_parquet_file_too(tmp_path: Path) -> None:
    """A reader finds no rows."""
    parquet = pytest.importorskip("pyarrow.parquet")
    write_metrics_parquet([], str(tmp_path / "metrics.parquet"))
    assert parquet.read_table(tmp_path / "metrics.parquet").num_rows == 0


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install, and nothing is written."""
    monkeypatch.delitem(sys.modules, "sesinsights.exports.tables.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError) as caught:
        write_metrics_parquet([GMAIL], tmp_path / "metrics.parquet")
    assert str(caught.value) == "Parquet needs an extra: pip install 'sesinsights[arrow]'"
    assert [*tmp_path.iterdir()] == []


METRICS_WRITERS = pytest.mark.parametrize("write", [write_csv, write_jsonl, write_metrics_parquet])


@METRICS_WRITERS
@pytest.mark.parametrize(
    ("records", "name"),
    [
        ([MetricsRecord({"X": "a"}, {"X": 1.0})], "X"),
        ([MetricsRecord({"X": "a"}, {}), MetricsRecord({}, {"X": 1.0})], "X"),
        ([MetricsRecord({"start_date": "a"}, {})], "start_date"),
    ],
    ids=["one record", "two records", "a date"],
)
def test_no_column_hides_another(
    write: Callable[[list[MetricsRecord], Path], None],
    records: list[MetricsRecord],
    name: str,
    tmp_path: Path,
) -> None:
    """Two columns with one name are refused, and nothing is written."""
    with pytest.raises(ValueError, match=f"^{name} would be two columns"):
        write(records, tmp_path / "metrics")
    assert [*tmp_path.iterdir()] == []
