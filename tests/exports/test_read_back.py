"""What is written can be read back by the function that reads the service's files, and is equal."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.response import StreamingBody
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import SESInsights, errors
from sesinsights.exports import (
    MessageInsightsRecord,
    MetricsRecord,
    read_message_insights,
    read_metrics,
)
from sesinsights.exports.files.records import SpooledFile
from sesinsights.exports.tables import arrow
from sesinsights.exports.tables.writing import write_csv, write_jsonl, write_metrics_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SENT = datetime(2026, 1, 15, 1, 2, 3, 123_000, tzinfo=UTC)
COLUMNS = [
    *("messageid", "sendtimestamp", "isp", "fromaddress", "destination", "subject"),
    *("last_delivery_event", "last_engagement_event"),
    *("last_delivery_event_timestamp", "last_engagement_event_timestamp"),
    *("bounce_sub_type", "diagnostic_code"),
    *("opened", "clicked", "delivered", "bounced", "complained"),
]


def service_file(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write a file as the service does, with unknown columns after the others."""
    rows = list(rows)
    names = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))

    def line(cells: Iterable[str]) -> str:
        return "".join('"' + cell.replace('"', '""') + '",' for cell in cells) + "\n"

    lines = [line(names), *(line(row.get(name, "") for name in names) for row in rows)]
    path.write_bytes("".join(lines).encode())
    return path


TEXT = st.text(
    st.sampled_from("ab,\"\n\r'={[ü€😀\u2028\t ") | st.characters(exclude_categories=["Cs"]),
    max_size=8,
)
TIME = st.sampled_from(["", "2026-01-15 01:02:03.123 UTC", "2026-02-28 00:00:00.000 UTC"])
FLAG = st.sampled_from(["", "TRUE", "FALSE"])
NAMES = ["weather", "message_id", "message_id_", "day", "isp_", 'odd "name",\r\n', "extra", " "]
ROW = st.fixed_dictionaries(
    {"messageid": TEXT, "sendtimestamp": TIME},
    optional={
        **dict.fromkeys(["subject", "destination", "diagnostic_code", *NAMES], TEXT),
        **dict.fromkeys(["opened", "bounced"], FLAG),
        "last_delivery_event": st.sampled_from(["", "DELIVERY", "NEW_AT_THE_SERVICE"]),
    },
)


def parquet(path: Path, records: Path) -> None:
    """Write what a file of the service's has to Parquet."""
    arrow.write_parquet([SpooledFile(records, "CSV")], path)


def dataset(path: Path, records: Path) -> None:
    """Write what a file of the service's has to a directory for each day."""
    arrow.write_parquet([SpooledFile(records, "CSV")], path, partition_by="day")


WRITERS: dict[str, Callable[[Path, Path], None]] = {
    "csv": lambda path, records: write_csv(read_message_insights(records), path),
    "jsonl": lambda path, records: write_jsonl(read_message_insights(records), path),
    "parquet": parquet,
    "dataset": dataset,
}


@given(rows=st.lists(ROW, max_size=5))
def test_messages_come_back_equal(
    rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the service wrote, known columns and others, texts of any kind, and nothing."""
    folder = tmp_path_factory.mktemp("files")
    records = service_file(folder / "service.csv", rows)
    wanted = list(read_message_insights(records))
    for writer, write in WRITERS.items():
        write(folder / writer, records)
        found = list(read_message_insights(folder / writer))
        if writer == "dataset":  # a directory a day has an order of its own
            assert sorted(found, key=repr_of_all) == sorted(wanted, key=repr_of_all)
        else:
            assert found == wanted


def repr_of_all(record: MessageInsightsRecord) -> str:
    """Return all that a record has, also what its own repr hides."""
    return repr([getattr(record, name) for name in MessageInsightsRecord.__slots__])


def test_an_export_comes_back_equal_in_every_format(
    ses: SESInsights, ses_emulator: Any, month: dict[str, Any], tmp_path: Path
) -> None:
    """An export can be read back in every format from its path alone."""
    for number in range(3):
        ses_emulator.add_message(subject=f'Größe {number}, "x"', events=["SEND", "BOUNCE"])
    with ses.export_message_insights(**month) as export:
        wanted = list(export)
        export.to_csv(tmp_path / "mail.csv")
        export.to_jsonl(tmp_path / "mail.jsonl")
        export.to_parquet(tmp_path / "mail.parquet")
        export.to_parquet(tmp_path / "days", partition_by="day")
    assert len(wanted) == 3
    for path in tmp_path.iterdir():
        assert list(read_message_insights(path)) == wanted


@pytest.mark.parametrize("data_format", ["CSV", "JSON"])
def test_flags_are_typed(data_format: str) -> None:
    """TRUE and FALSE are what they say, nothing is None, and anything else is a bad record."""
    flags = {"opened": "TRUE", "clicked": "FALSE", "delivered": "true", "bounced": ""}

    def read(row: dict[str, str]) -> list[MessageInsightsRecord]:
        if data_format == "JSON":
            data = json.dumps([row]).encode()
        else:
            lines = [list(row), list(row.values())]
            data = "".join("".join(f'"{cell}",' for cell in line) + "\n" for line in lines).encode()
        return list(read_message_insights(io.BytesIO(data)))

    least = {"messageid": "m", "sendtimestamp": "", "destination": ""}
    (record,) = read({**least, **flags})
    assert (record.opened, record.clicked, record.delivered) == (True, False, True)
    assert record.bounced is record.complained is None
    with pytest.raises(errors.BadRecordError, match="its opened is neither TRUE nor FALSE"):
        read({**least, "opened": "perhaps"})


def test_flags_are_typed_in_tables(tmp_path: Path) -> None:
    """Those that pyarrow reads and those of records are the same."""
    rows = [{"messageid": "1", "opened": "TRUE", "clicked": "false"}, {"messageid": "2"}]
    file = SpooledFile(service_file(tmp_path / "file", rows), "CSV")
    table = arrow.to_arrow([file]).select(["opened", "clicked", "complained"])
    assert {str(kind) for kind in table.schema.types} == {"bool"}
    assert table.to_pylist() == [
        {"opened": True, "clicked": False, "complained": None},
        {"opened": None, "clicked": None, "complained": None},
    ]
    odd = SpooledFile(service_file(tmp_path / "odd", [{"opened": "perhaps"}]), "CSV")
    with pytest.raises(errors.BadRecordError, match="neither TRUE nor FALSE"):
        arrow.to_arrow([odd])


METRICS = [
    MetricsRecord({"ISP": "Gmail"}, {"SEND_VOLUME": 3.0, "OPEN_RATE": 1 / 3}, SENT, None),
    MetricsRecord(
        {"ISP": '=1, "x"', "EMAIL_IDENTITY": "a@example.com"},
        {"SEND_VOLUME": 1e20},
        SENT - timedelta(days=1),
        SENT,
        {"OPEN_RATE": "n/a"},
    ),
    MetricsRecord({}, {"SEND_VOLUME": 0.0}),
]


def test_files_of_a_dataset_may_differ(tmp_path: Path) -> None:
    """Each is read with columns and units of times of its own, as files of other versions have."""
    pa = pytest.importorskip("pyarrow")
    files = pytest.importorskip("pyarrow.parquet")

    def row(name: str, **more: Any) -> dict[str, Any]:
        return {"message_id": name, "destination": "ada@example.net", "send_timestamp": SENT} | more

    exact = SENT + timedelta(microseconds=1)
    for unit, sent in (
        ("ms", row("first")),
        ("us", row("second", send_timestamp=exact, opened=True)),
        ("ns", row("third", weather="rain")),
    ):
        table = pa.Table.from_pylist([sent])
        times = table["send_timestamp"].cast(pa.timestamp(unit, "UTC"))
        position = table.schema.get_field_index("send_timestamp")
        table = table.set_column(position, "send_timestamp", times)
        folder = tmp_path / "day=2026-01-15"
        folder.mkdir(exist_ok=True)
        files.write_table(table, folder / f"{sent['message_id']}.parquet")
    found = [
        (record.message_id, record.send_timestamp, record.opened, record.extra)
        for record in read_message_insights(tmp_path)
    ]
    assert found == [
        ("first", SENT, None, {}),
        ("second", exact, True, {}),
        ("third", SENT, None, {"weather": "rain"}),
    ]


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_metrics_parquet])
def test_metrics_come_back_equal(write: Callable[..., None], tmp_path: Path) -> None:
    """Metrics are read back with dates, numbers, and figures that are text."""
    write(METRICS, tmp_path / "metrics")
    assert list(read_metrics(tmp_path / "metrics")) == METRICS
    dated = read_metrics(tmp_path / "metrics", start_date=SENT, end_date=SENT)
    assert {(record.start_date, record.end_date) for record in dated} == {(SENT, SENT)}
    with pytest.raises(errors.BadRecordError, match="no column of message insights"):
        list(read_message_insights(tmp_path / "metrics"))


@pytest.mark.parametrize("writer", ["csv", "jsonl", "parquet"])
def test_messages_are_not_metrics(writer: str, tmp_path: Path) -> None:
    """A file of messages is refused as metrics, with what it lacks."""
    records = service_file(tmp_path / "service.csv", [{"messageid": "m"}])
    WRITERS[writer](tmp_path / "own", records)
    with pytest.raises(errors.BadRecordError, match="no metric"):
        list(read_metrics(tmp_path / "own"))


def test_bad_lines_are_collected_on_request() -> None:
    """A file of lines that was changed has the other lines still, and the place of each bad one."""
    lines = [
        b'{"message_id": "1"}',
        b"",
        b'{"message_id": "2"',
        b'{"message_id": "\xff"}',
        b"[1]",
        b'{"message_id": "3", "send_timestamp": "soon"}',
        b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"message_id": "\\ud800", "x": {"\\udc00": ["\\ud800"]}}',
    ]
    reader = read_message_insights(io.BytesIO(b"\n".join(lines)), on_bad_record="collect")
    assert [record.message_id for record in reader] == ["1", "\ufffd"]
    assert [bad.line_number for bad in reader.bad_records] == [3, 4, 5, 6, 7]
    with pytest.raises(errors.BadRecordError, match="Line 3 "):
        list(read_message_insights(io.BytesIO(b"\n".join(lines))))


# Anything that can be read


class Pieces:
    """Has nothing but `read`, which gives fewer or more bytes than wanted; iterates over pieces."""

    def __init__(self, data: bytes, size: int) -> None:
        self._file = io.BytesIO(data)
        self._size = size

    def read(self, _: int = -1, /) -> bytes:
        """Return a piece."""
        return self._file.read(self._size)

    def __iter__(self) -> Any:
        return iter(lambda: self._file.read(7), b"")


@pytest.mark.parametrize("writer", ["service", "csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    "opened",
    [
        lambda data: StreamingBody(io.BytesIO(data), len(data)),
        lambda data: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(data))),
        lambda data: Pieces(data, 1),
        lambda data: Pieces(data, 1 << 20),
    ],
    ids=["S3", "gzip", "single bytes", "more than wanted"],
)
def test_any_binary_object_with_read_is_a_file(
    opened: Callable[[bytes], Any], writer: str, tmp_path: Path
) -> None:
    """Any binary object with `read` is a file, whatever its iterator yields."""
    rows = [{"messageid": f"m-{n}", "subject": 'a,\n"b"'} for n in range(50)]
    path = records = service_file(tmp_path / "service.csv", rows)
    if writer != "service":
        path = tmp_path / "own"
        WRITERS[writer](path, records)
    wanted = list(read_message_insights(records))
    assert list(read_message_insights(opened(path.read_bytes()))) == wanted


# Spreadsheets

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1"]
HARMLESS = ["a=1", "1-1", "'=1", "", "mail@example.com", "Größe"]


@pytest.mark.parametrize("text", FORMULAS + HARMLESS)
def test_formulas_of_strangers_are_guarded_on_request(text: str, tmp_path: Path) -> None:
    """Formulas are guarded on request, in messages and metrics; nothing else changes."""
    import csv

    def cells(records: list[Any], name: str) -> set[str]:
        found = []
        for guard in (True, False):
            write_csv(records, tmp_path / "file", for_spreadsheets=guard)
            with (tmp_path / "file").open(newline="", encoding="utf-8") as file:
                (row,) = csv.DictReader(file)
            found.append(row[name])
        guarded, plain = found
        assert plain == text
        return {guarded}

    wanted = {"'" + text if text in FORMULAS else text}
    message = MessageInsightsRecord(
        message_id="m-1", send_timestamp=SENT, destination="a@b.c", subject=text, extra={"x": text}
    )
    assert cells([message], "subject") == cells([message], "x") == wanted
    assert cells([MetricsRecord({"ISP": text}, {"X_VOLUME": -1.0})], "ISP") == wanted
    (number,) = read_metrics(tmp_path / "file")
    assert number.metrics == {"X_VOLUME": -1.0}
