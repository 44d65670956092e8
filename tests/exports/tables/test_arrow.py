"""Export files as tables and Parquet: the same as the records, however the files are written."""

from __future__ import annotations

import json
import socket
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.errors import BadRecordError
from sesinsights.exports import read_message_insights
from sesinsights.exports.files.records import (
    MESSAGE_INSIGHTS_COLUMNS,
    REQUIRED_COLUMNS,
    SpooledFile,
)
from sesinsights.exports.tables import arrow, arrow_batches, file_pieces, parquet
from sesinsights.exports.tables.arrow_batches import message_insights_batches
from sesinsights.testing.export_files import insights_csv, insights_json
from sesinsights.testing.messages import Message, MessageEvent, TimedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Spool = Callable[..., SpooledFile]

SENT = datetime(2026, 1, 15, 1, 2, 3, 123_000, tzinfo=UTC)
WRITERS = {"CSV": insights_csv, "JSON": insights_json}
FORMATS = pytest.mark.parametrize("data_format", WRITERS)
FIELDS = [*MESSAGE_INSIGHTS_COLUMNS.values()]


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    """Puts bytes, or the messages of an export, into a file."""

    def put(data_format: str, content: bytes | list[Message], **options: Any) -> SpooledFile:
        path = tmp_path_factory.mktemp("spool") / f"export.{data_format.lower()}"
        data = content if isinstance(content, bytes) else WRITERS[data_format](content)
        path.write_bytes(data)
        return SpooledFile(path, data_format, **options)

    return put


def a_message(number: int, subject: str | None = "Your order", code: str = "") -> Message:
    """Return a message that bounced a second after it was sent."""
    sent_at = SENT + timedelta(milliseconds=number)
    bounce = MessageEvent("BOUNCE", bounce_type="PERMANENT", diagnostic_code=code)
    return Message(
        message_id=f"m-{number}",
        from_email_address="shop@example.com",
        destination="ada@example.net",
        subject=subject,
        isp=None,
        sent_at=sent_at,
        email_tags={},
        configuration_set=None,
        tenant_name=None,
        events=(TimedEvent(sent_at + timedelta(seconds=1), bounce),),
    )


def csv_file(*rows: dict[str, str]) -> bytes:
    """Return a file with these columns and those of every file, as the service would write it."""
    names = dict.fromkeys([*REQUIRED_COLUMNS, *rows[0]])
    lines = [{name: name for name in names}, *(dict.fromkeys(names, "") | row for row in rows)]
    return "".join(
        "".join(f'"{value}",' for value in line.values()) + "\n" for line in lines
    ).encode()


def json_file(*rows: dict[str, Any]) -> bytes:
    """Return a file with these objects, as the service would write it."""
    return ("[\n" + "\n,".join(map(json.dumps, rows)) + "\n]\n").encode()


def rows_of(records: Iterable[Any]) -> list[dict[str, Any]]:
    """Return records as the rows of a table."""
    return [{name: getattr(record, name) for name in FIELDS} | record.extra for record in records]


def rows_by_arrow(*files: SpooledFile) -> list[dict[str, Any]]:
    """Return the rows of files, as a table has them."""
    return arrow.to_arrow(files).to_pylist()


@pytest.fixture
def read_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbid to read row by row."""

    def refuse(*_: Any) -> Iterator[Any]:
        raise AssertionError("read row by row")

    monkeypatch.setattr(arrow_batches, "_slow_batches", refuse)


# The same as the records


@FORMATS
@pytest.mark.usefixtures("read_quickly")
def test_a_file_becomes_a_table_without_records(
    data_format: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service writes is read by pyarrow alone, and is what the records are."""
    monkeypatch.setattr(file_pieces, "_SIZE", 1 << 15)  # more pieces than threads
    messages = [a_message(n, "é\n,\",'" * (n % 7), "x" * (n % 3)) for n in range(2_000)]
    file = spool(data_format, messages)
    table = arrow.to_arrow([file])
    assert table.to_pylist() == rows_of(read_message_insights(file.path))
    assert table.num_rows == 2_000


@FORMATS
def test_the_schema_is_always_the_same(data_format: str, spool: Spool) -> None:
    """Times are milliseconds in UTC, flags are flags and the rest is text, also without rows."""
    time = pa.timestamp("ms", "UTC")
    expected: list[pa.DataType] = [time if "timestamp" in name else pa.string() for name in FIELDS]
    expected[-5:] = [pa.bool_()] * 5
    nothing = spool(data_format, b"")
    for file in (spool(data_format, [a_message(1)]), spool(data_format, []), nothing):
        schema = arrow.to_arrow([file]).schema
        assert schema.names == FIELDS
        assert schema.types == expected
    assert arrow.to_arrow([]).schema.types == expected


TEXTS = st.text(
    st.one_of(
        st.sampled_from('",\n\r\t\\{}[]\x00 \x85\u2028ü😀'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
) | st.sampled_from(["NULL", "null", "NaN", "N/A", "-", "true", "1", "2026-01-01", "#N/A"])


@given(subjects=st.lists(TEXTS, min_size=1, max_size=8), code=TEXTS)
def test_any_text_comes_back_as_it_was(subjects: list[str], code: str, spool: Spool) -> None:
    """No text is taken for anything else: not for a null, a number or the end of a line."""
    messages = [a_message(number, subject, code) for number, subject in enumerate(subjects)]
    for data_format in WRITERS:
        rows = rows_by_arrow(spool(data_format, messages))
        assert [row["subject"] for row in rows] == [subject or None for subject in subjects]
        assert {row["diagnostic_code"] for row in rows} == {code or None}


def test_files_of_both_formats_make_one_table(spool: Spool) -> None:
    """The records are in the order of the files."""
    files = [spool("CSV", [a_message(1)]), spool("JSON", []), spool("JSON", [a_message(2)])]
    assert [row["message_id"] for row in rows_by_arrow(*files)] == ["m-1", "m-2"]


@FORMATS
@pytest.mark.parametrize("at_once", [1 << 22, 4096])
def test_rows_can_be_left_out(
    data_format: str, at_once: int, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that another file has too is left out by its place in the file."""
    monkeypatch.setattr(file_pieces, "_SIZE", at_once)
    excluded = frozenset({0, 5, 250, 299})
    messages = [a_message(number, "a\nb") for number in range(300)]
    file = spool(data_format, messages, excluded_rows=excluded)
    expected = [f"m-{number}" for number in range(300) if number not in excluded]
    assert [row["message_id"] for row in rows_by_arrow(file, file)] == expected * 2


# Columns


@pytest.mark.usefixtures("read_quickly")
def test_unknown_columns_are_kept_behind_the_known_ones(spool: Spool) -> None:
    """The table has the columns of all files, and null where a file does not have one."""
    files = [
        spool("CSV", csv_file({"weather": "rain", "messageid": "1", "b": ""})),
        spool("JSON", json_file({"messageid": "2"}, {"a": "7", "messageid": "3"})),
    ]
    table = arrow.to_arrow(files)
    assert table.schema.names == [*FIELDS, "weather", "b", "a"]
    assert {table.schema.field(name).type for name in ("weather", "b", "a")} == {pa.string()}
    assert table.select(["message_id", "weather", "b", "a"]).to_pylist() == [
        {"message_id": "1", "weather": "rain", "b": None, "a": None},
        {"message_id": "2", "weather": None, "b": None, "a": None},
        {"message_id": "3", "weather": None, "b": None, "a": "7"},
    ]
    assert {batch.schema for batch in message_insights_batches(files)} == {table.schema}


def test_an_unknown_column_may_have_the_name_of_a_field(spool: Spool) -> None:
    """Both are kept, under different names."""
    (row,) = rows_by_arrow(spool("CSV", csv_file({"message_id": "new", "messageid": "old"})))
    assert (row["message_id"], row["message_id_"]) == ("old", "new")


@pytest.fixture
def late_column(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> SpooledFile:
    """A file in which an unknown column appears far below, some pieces after the first."""
    monkeypatch.setattr(file_pieces, "_SIZE", 8192)
    rows = [{"messageid": str(number)} for number in range(2_000)]
    return spool("JSON", json_file(*rows, {"messageid": "last", "weather": "rain"}))


def test_a_column_may_appear_far_down_in_a_file(late_column: SpooledFile) -> None:
    """The table has it: it is null above, and nothing is lost."""
    rows = rows_by_arrow(late_column)
    assert len(rows) == 2_001
    assert [row["weather"] for row in rows] == [None] * 2_000 + ["rain"]


def test_parquet_has_a_column_that_appears_late(late_column: SpooledFile, tmp_path: Path) -> None:
    """A file with a late column is written again with that column."""
    for partition_by, name in ((None, "file"), ("day", "directory")):
        arrow.write_parquet([late_column], tmp_path / name, partition_by=partition_by)  # type: ignore[arg-type] # mypy does not see the literals
        table = pyarrow.dataset.dataset(tmp_path / name).to_table()
        assert table.num_rows == 2_001
        assert table["weather"].null_count == 2_000
    assert {path.name for path in tmp_path.iterdir()} == {"file", "directory"}


# Files that are not as the service writes them

HEADER = b'"messageid","sendtimestamp","destination"'
"""The columns that every file has."""

UNUSUAL: dict[str, tuple[str, bytes]] = {
    "no comma at the end": ("CSV", HEADER.replace(b'"', b"") + b"\nm-1,,s\n"),
    "carriage returns": ("CSV", HEADER + b',\r\n"m-1","","s",\r\n'),
    "a byte order mark": ("CSV", b"\xef\xbb\xbf" + HEADER + b',\n"m-1","","s",\n'),
    "blank lines": ("CSV", HEADER + b',\n\n"m-1","","s",\n\n'),
    "a column without a name": ("CSV", b'"",' + HEADER + b',\n"x","m-1","","s",\n'),
    "another time": ("CSV", HEADER + b',\n"m","2026-01-15T02:02:03+01:00","s",\n'),
    "microseconds": ("CSV", HEADER + b',\n"m","2026-01-15 01:02:03.123456","s",\n'),
    "one line": ("JSON", b'[{"messageid":"m-1"},{"messageid":"m-2","isp":""}]'),
    "many lines": ("JSON", b'\xef\xbb\xbf [\n{\n"messageid": "m-1",\n"isp":null\n},\n{"isp":""}]'),
    "comma at the end": ("JSON", b'[{"messageid":"m-1"},\n{"messageid":"m-2"}\n]'),
    "no text": ("JSON", b'[\n{"messageid":7}\n,{"messageid":"m-2","isp":null}\n]\n'),
    "a lone surrogate": ("JSON", b'[\n{"messageid":"\\ud83d","isp":"\\ud83d\\ude00"}\n]\n'),
    "a name twice": ("JSON", b'[\n{"messageid":"m-1","messageid":"m-2"}\n]\n'),
    "no objects": ("JSON", b" [ ] "),
    "an empty object": ("JSON", b"[\n{}\n,{}\n]\n"),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_whatever_the_records_can_be_read_from_makes_a_table(case: str, spool: Spool) -> None:
    """Where pyarrow gives up, the table is made of the records."""
    file = spool(*UNUSUAL[case])
    expected = rows_of(read_message_insights(file.path))
    for row in expected:
        if row["send_timestamp"]:
            time = row["send_timestamp"]
            row["send_timestamp"] = time.replace(microsecond=time.microsecond // 1000 * 1000)
    assert rows_by_arrow(file) == expected


@FORMATS
@pytest.mark.parametrize("place", [0, 150, 299])
def test_a_record_may_be_longer_than_what_is_read_at_once(
    data_format: str, place: int, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long text in one field is read, with all that is before and behind it."""
    monkeypatch.setattr(file_pieces, "_SIZE", 8192)
    subjects = ["x\ny"] * 300
    subjects[place] = "long\n" * 40_000
    file = spool(data_format, [a_message(n, subject) for n, subject in enumerate(subjects)])
    rows = rows_by_arrow(file)
    assert [row["message_id"] for row in rows] == [f"m-{number}" for number in range(300)]
    assert [row["subject"] for row in rows] == subjects


BAD: dict[str, tuple[str, bytes, int]] = {
    "too few fields": ("CSV", b'"x@example.com",\n', 302),
    "no comma": ("CSV", b'"m","",""\n', 302),
    "text behind the last comma": ("CSV", b'"m","","",x@example.com\n', 302),
    "text behind a closing mark": ("CSV", b'"a"b,"","x@example.com",\n', 302),
    "a mark in a text": ("CSV", b'"he said "hi" there","","x@example.com",\n', 302),
    "no time": ("CSV", b'"m","x@example.com","",\n', 302),
    "a year that no time has": ("CSV", b'"m","0000-01-15 01:02:03.123 UTC","",\n', 302),
    "not UTF-8": ("CSV", b'"\xff","","",\n', 302),
    "not JSON": ("JSON", b',{"messageid":x}\n', 302),
    "an object that is not a time": ("JSON", b',{"sendtimestamp":"x"}\n', 302),
    "a year": ("JSON", b',{"messageid":"m","sendtimestamp":"0000-01-15 01:02:03 UTC"}\n', 302),
    "an object that is not UTF-8": ("JSON", b',{"messageid":"\xff"}\n', 302),
    "not an object": ("JSON", b',"x"\n', 302),
    "null": ("JSON", b",null\n", 302),
    "an array behind the end": ("JSON", b']}{"rows":[{"messageid":"m"}\n', 302),
    "no comma before it": ("JSON", b'{"messageid":"m"}\n', 302),
}
GOOD = {
    "CSV": [HEADER + b",\n"] + [b'"m","2026-01-15 01:02:03.123 UTC","",\n'] * 300,
    "JSON": [b'[\n{"messageid":"m"}\n'] + [b',{"messageid":"m"}\n'] * 299,
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("at_once", [1 << 22, 512])
def test_a_bad_record_is_the_same_error(
    case: str, at_once: int, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the line of the file, and no data; on request it is left out."""
    monkeypatch.setattr(file_pieces, "_SIZE", at_once)
    data_format, bad, line = BAD[case]
    end = b"]\n" if data_format == "JSON" else b""
    data = b"".join([*GOOD[data_format], bad, end])
    with pytest.raises(BadRecordError, match=f"Line {line} ") as caught:
        arrow.to_arrow([spool(data_format, data)])
    assert "example.com" not in str(caught.value)
    # What is left out is found row by row, in more than two batches.
    monkeypatch.setattr(arrow_batches, "_SLOW_BATCH", 120)
    lenient = spool(data_format, data, skip_bad_records=True, excluded_rows=frozenset({7}))
    assert len(rows_by_arrow(lenient)) == 299


FIELD = st.sampled_from(
    ['"a"', '""', "", "a", '"a"b', '"a"b""', '"a""b"', '"a"""', '",a"', '"\n"', '"\r"']
)
ROW_END = st.sampled_from([",\n", ',""\n', ",\r\n", ",\r", "\n"])


@given(rows=st.lists(st.tuples(FIELD, FIELD, ROW_END), min_size=1, max_size=4))
def test_nothing_in_a_row_gets_lost(rows: list[tuple[str, ...]], spool: Spool) -> None:
    """A table has what the records have, and text outside of the marks is an error of both."""
    lines = (f'{first},"",{second}{end}' for first, second, end in rows)
    file = spool("CSV", HEADER + b",\n" + "".join(lines).encode())
    try:
        expected = rows_of(read_message_insights(file.path))
    except BadRecordError:
        with pytest.raises(BadRecordError):
            arrow.to_arrow([file])
    else:
        assert rows_by_arrow(file) == expected


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (b'"a"b"","","s",""', 2),
        (b'"a","","s",""\n"a"b"","","s",', 3),
        (b'",a","","s"b,', 2),
        (b'\xef\xbb\xbf"x""ab","","d"",\n",\r\n"a"b"""","","s",', 4),
    ],
)
def test_faults_of_rows_do_not_make_up_for_each_other(rows: bytes, line: int, spool: Spool) -> None:
    """Text behind one field is noticed also where another is as much shorter than it was read."""
    with pytest.raises(BadRecordError, match=f"Line {line} "):
        arrow.to_arrow([spool("CSV", HEADER + b",\n" + rows + b'\n"m","","s",\n')])


@FORMATS
@pytest.mark.parametrize("cut", [2, *range(3, 120, 9)])
def test_a_file_that_is_cut_off_is_noticed(data_format: str, cut: int, spool: Spool) -> None:
    """No table is made of a file whose end is missing."""
    data = WRITERS[data_format]([a_message(number) for number in range(10)])
    with pytest.raises(BadRecordError):
        arrow.to_arrow([spool(data_format, data[:-cut])])


def test_a_file_without_commas_at_the_end_is_cut_off_too(spool: Spool) -> None:
    """A file without commas at the end is recognized as truncated, too."""
    with pytest.raises(BadRecordError, match="Line 2 "):
        arrow.to_arrow([spool("CSV", HEADER + b'\n"m-1","","Your or')])


def test_what_is_no_export_is_an_error(spool: Spool) -> None:
    """A table of another file would have nothing but nulls."""
    with pytest.raises(BadRecordError, match="names no column"):
        arrow.to_arrow([spool("CSV", b"<html>,\n<p>,\n")])
    with pytest.raises(BadRecordError, match="does not name sendtimestamp or destination"):
        arrow.to_arrow([spool("CSV", b'"messageid",\n"m-1",\n')])


# Tables of other libraries


@FORMATS
def test_pandas_and_polars_get_their_own_types(data_format: str, spool: Spool) -> None:
    """Times are times and texts are texts in a data frame too."""
    file = spool(data_format, [a_message(1), a_message(2, subject=None)])
    frame = arrow.to_pandas([file])
    assert isinstance(frame, pd.DataFrame)
    assert str(frame["send_timestamp"].dtype) == "datetime64[ms, UTC]"
    assert frame["subject"].isna().tolist() == [False, True]
    polars_frame = arrow.to_polars([file])
    assert polars_frame.schema["send_timestamp"] == pl.Datetime("ms", "UTC")
    assert polars_frame["message_id"].to_list() == ["m-1", "m-2"]
    assert arrow.to_polars([]).columns == FIELDS


def _first_batch(files: list[SpooledFile]) -> pa.RecordBatch:
    return next(message_insights_batches(files))


def _write(files: list[SpooledFile]) -> None:
    arrow.write_parquet(files, "x")


@pytest.mark.parametrize(
    ("missing", "extra", "function"),
    [
        ("pyarrow", "arrow", arrow.to_arrow),
        ("pyarrow", "pandas", arrow.to_pandas),
        ("pandas", "pandas", arrow.to_pandas),
        ("polars", "polars", arrow.to_polars),
        ("pyarrow", "polars", arrow.to_polars),
        ("pyarrow", "arrow", _write),
        ("pyarrow", "arrow", _first_batch),
    ],
)
def test_a_missing_library_is_named_with_its_extra(
    missing: str,
    extra: str,
    function: Callable[[list[SpooledFile]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, parquet.__name__)
    with pytest.raises(ImportError) as caught:
        function([])
    assert str(caught.value) == f"This needs an extra: pip install 'sesinsights[{extra}]'"


# Parquet


@FORMATS
def test_parquet_has_what_the_table_has(data_format: str, spool: Spool, tmp_path: Path) -> None:
    """A file that is there is replaced, and nothing is left beside it."""
    path = tmp_path / "messages.parquet"
    path.write_text("old")
    files = [
        spool(data_format, [a_message(n) for n in range(start, start + 9)]) for start in (0, 9)
    ]
    arrow.write_parquet(files, str(path))
    assert pyarrow.parquet.read_table(path) == arrow.to_arrow(files)
    assert [*tmp_path.iterdir()] == [path]


def test_parquet_of_nothing_has_the_columns(tmp_path: Path) -> None:
    """A Parquet file without rows has the columns."""
    arrow.write_parquet([], tmp_path / "messages.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "messages.parquet") == arrow.to_arrow([])
    arrow.write_parquet([], tmp_path / "dataset", partition_by="day")
    assert [*(tmp_path / "dataset").iterdir()] == []


def test_parquet_has_few_groups_of_rows(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of small files are put together, so that a reader can skip many at once."""
    monkeypatch.setattr(parquet, "_ROW_GROUP", 25)
    files = [spool("CSV", [a_message(number) for number in range(10)])] * 10
    arrow.write_parquet(files, tmp_path / "messages.parquet")
    metadata = pyarrow.parquet.ParquetFile(tmp_path / "messages.parquet").metadata
    groups = [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)]
    assert groups == [30, 30, 30, 10]


@pytest.mark.parametrize("partition_by", [None, "day"])
def test_nothing_half_written_is_in_its_place(
    partition_by: Any, spool: Spool, tmp_path: Path
) -> None:
    """If reading fails, what was there before is there still, and nothing else."""
    good = spool("CSV", [a_message(number) for number in range(10)])
    bad = spool("CSV", insights_csv([a_message(1)])[:-30])
    arrow.write_parquet([good], tmp_path / "messages", partition_by=partition_by)
    with pytest.raises(BadRecordError, match="Line 2 "):
        arrow.write_parquet([good, good, bad], tmp_path / "messages", partition_by=partition_by)
    assert [path.name for path in tmp_path.iterdir()] == ["messages"]
    assert pyarrow.dataset.dataset(tmp_path / "messages").count_rows() == 10


def test_a_dataset_has_a_directory_a_day(spool: Spool, tmp_path: Path) -> None:
    """The day is that of sending, in UTC; writing again replaces what the same export wrote."""

    def write(*messages: dict[str, str]) -> list[tuple[date | None, str]]:
        file = spool("CSV", csv_file(*messages))
        arrow.write_parquet([file], tmp_path / "messages", partition_by="day")
        day = pyarrow.dataset.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
        table = pyarrow.dataset.dataset(tmp_path / "messages", partitioning=day).to_table()
        assert table.schema.names == [*FIELDS, "day"]
        return sorted(
            ((row["day"], row["message_id"]) for row in table.to_pylist()), key=lambda row: row[1]
        )

    first = write(
        {"messageid": "1", "sendtimestamp": "2026-01-14 23:59:59.999 UTC"},
        {"messageid": "2", "sendtimestamp": "2026-01-15 00:00:00.000 UTC"},
        {"messageid": "3", "sendtimestamp": ""},
        {"messageid": "4", "sendtimestamp": "2026-01-15 23:00:00.000 UTC"},
    )
    day_14, day_15, day_16 = (date(2026, 1, day) for day in (14, 15, 16))
    assert first == [(day_14, "1"), (day_15, "2"), (None, "3"), (day_15, "4")]
    days = {path.name: path for path in (tmp_path / "messages").iterdir()}
    assert {"day=2026-01-14", "day=2026-01-15"} < days.keys()
    again = write(
        {"messageid": "5", "sendtimestamp": "2026-01-15 12:00:00.000 UTC"},
        {"messageid": "6", "sendtimestamp": "2026-01-16 12:00:00.000 UTC"},
    )
    assert again == [(day_15, "5"), (day_16, "6")]
    assert [path.name for path in tmp_path.iterdir()] == ["messages"]


def test_other_partitions_are_refused(tmp_path: Path) -> None:
    """A misspelt option is an error."""
    with pytest.raises(ValueError, match="'day' or None"):
        arrow.write_parquet([], tmp_path / "x", partition_by="month")  # type: ignore[arg-type] # a misuse


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Return the URI of a place in a bucket of moto's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    s3 = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys
    )  # type: ignore[call-overload] # keys are texts
    s3.create_bucket(Bucket="mails")
    options = f"scheme=http&endpoint_override=127.0.0.1:{port}&region=us-east-1"
    yield lambda place: f"s3://key:secret@mails/{place}?{options}"
    s3.close()
    server.stop()


def keys_in(bucket: str) -> set[str]:
    """Return the keys of all objects, including those that pyarrow takes for directories."""
    (endpoint,) = parse_qs(urlsplit(bucket).query)["endpoint_override"]
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://{endpoint}",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    return {each["Key"] for each in s3.list_objects_v2(Bucket="mails")["Contents"]}


def test_parquet_goes_to_a_bucket_too(spool: Spool, bucket: Callable[[str], str]) -> None:
    """A file, and a dataset that is written twice, are where they were wanted and nowhere else."""
    files = [spool("CSV", [a_message(number) for number in range(10)])]
    arrow.write_parquet(files, bucket("exports/messages.parquet"))
    for _ in range(2):
        arrow.write_parquet(files, bucket("exports/messages"), partition_by="day")
    filesystem, path = pa.fs.FileSystem.from_uri(bucket("exports"))
    # pyarrow puts an empty object where a dataset is, so that it can be read even without a file.
    assert keys_in(bucket("")) == {
        "exports/",
        "exports/messages.parquet",
        "exports/messages/",
        "exports/messages/day=2026-01-15/part-0.parquet",
    }
    found = filesystem.get_file_info(pa.fs.FileSelector(path, recursive=True))
    assert {info.path for info in found if info.type == pa.fs.FileType.File} == {
        "mails/exports/messages.parquet",
        "mails/exports/messages/day=2026-01-15/part-0.parquet",
    }
    for info in found:
        if info.type == pa.fs.FileType.File:
            with filesystem.open_input_file(info.path) as file:
                assert pyarrow.parquet.read_table(file) == arrow.to_arrow(files)
