"""Files of an export are written by columns, to the byte as records would be."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.errors import BadRecordError
from sesinsights.exports import MessageInsightsRecord, read_message_insights
from sesinsights.exports.files.conversion import times_of
from sesinsights.exports.files.records import (
    FIELDS,
    MESSAGE_INSIGHTS_COLUMNS,
    TIME_COLUMNS,
    SpooledFile,
    written_name,
)
from sesinsights.exports.tables.iso_times import iso_times_of
from sesinsights.exports.tables.writing import write_messages_csv, write_messages_jsonl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, str]

HEADER = '"messageid","sendtimestamp","destination",'
FORMULAS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


# Record by record, as plainly as can be


def plain_values(record: MessageInsightsRecord) -> dict[str, Any]:
    """Return the fields of a record as JSON has them, and its other columns behind them."""
    values = {name: getattr(record, name) for name in FIELDS}
    for name in TIME_COLUMNS:
        field = MESSAGE_INSIGHTS_COLUMNS[name]
        values[field] = values[field] and values[field].isoformat()
    return values | {written_name(name): text for name, text in record.extra.items()}


def plain_csv(records: Sequence[MessageInsightsRecord], *, guard: bool = False) -> bytes:
    """Return what `csv.writer` makes of records, with flags in capitals."""
    rows = [plain_values(record) for record in records]
    columns = [*FIELDS, *dict.fromkeys(name for row in rows for name in row if name not in FIELDS)]

    def cell(value: object) -> object:
        value = str(value).upper() if isinstance(value, bool) else value
        runs = isinstance(value, str) and value.lstrip(" ").startswith(FORMULAS)
        return f"'{value}" if guard and runs else value

    table: list[list[object]] = [[*columns], *([row.get(name) for name in columns] for row in rows)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in table)
    return text.getvalue().encode()


def plain_jsonl(records: Sequence[MessageInsightsRecord]) -> bytes:
    """Return what `json.dumps` makes of records."""
    lines = [json.dumps(plain_values(record), ensure_ascii=False) for record in records]
    return "".join(f"{line}\n" for line in lines).encode()


def written(files: Sequence[SpooledFile], out: Path) -> tuple[bytes, bytes, bytes]:
    """Return what is written of files: CSV, CSV for spreadsheets, and JSON Lines."""
    write_messages_csv(files, out / "csv")
    write_messages_csv(files, out / "sheet", for_spreadsheets=True)
    write_messages_jsonl(files, out / "jsonl")
    return (out / "csv").read_bytes(), (out / "sheet").read_bytes(), (out / "jsonl").read_bytes()


# The files


TEXTS = st.text(
    st.sampled_from("a=+-@'\",;\n\r\t\\{}[]\x00\x7f \x85\u2028ü€😀\uff1d\ud83d") | st.characters(),
    max_size=12,
)
TIMES = st.sampled_from(
    [
        "",
        "2026-01-15 01:02:03.123 UTC",
        "2024-02-29 23:59:59.000 UTC",
        "2026-01-15T01:02:03Z",
        "2026-01-15 01:02:03.123456+05:30",
        "2026-W03-4 01:02:03.123 UTC",
        "2026-01-15 01:02:03,120 UTC",
    ]
)
FLAGS = st.sampled_from(["", "TRUE", "FALSE", "true"])
UNKNOWN = ["weather", "message_id", "message_id_", "day", "isp_", 'odd ",name"', "extra", " ", "=1"]
ROWS = st.fixed_dictionaries(
    {"messageid": TEXTS, "sendtimestamp": TIMES, "destination": TEXTS},
    optional={
        **dict.fromkeys(["subject", "isp", "diagnostic_code", *UNKNOWN], TEXTS),
        **dict.fromkeys(["last_delivery_event_timestamp"], TIMES),
        **dict.fromkeys(["opened", "bounced"], FLAGS),
        "last_delivery_event": st.sampled_from(["", "DELIVERY", "NEW, AT THE SERVICE"]),
    },
)


def csv_file(rows: Sequence[Row], end: str = "\n") -> bytes:
    """Return a file with these rows, as the service writes it."""
    names = list(
        dict.fromkeys([*HEADER.replace('"', "").split(",")[:3], *(n for r in rows for n in r)])
    )
    lines = [dict(zip(names, names, strict=True)), *rows]
    return "".join(
        "".join('"' + line.get(name, "").replace('"', '""') + '",' for name in names) + end
        for line in lines
    ).encode(errors="replace")


def json_file(rows: Sequence[Row], *_: str) -> bytes:
    """Return a file with these objects, as the service writes it."""
    return ("[\n" + "\n,".join(map(json.dumps, rows)) + "\n]\n").encode()


FORMATS: dict[str, Callable[..., bytes]] = {"CSV": csv_file, "JSON": json_file}


@given(
    rows=st.lists(st.lists(ROWS, max_size=5), max_size=3),
    data_format=st.sampled_from([*FORMATS]),
    end=st.sampled_from(["\n", "\r\n"]),
    excluded=st.frozensets(st.integers(0, 4)),
)
def test_what_is_written_is_what_the_records_give(
    rows: list[list[Row]],
    data_format: str,
    end: str,
    excluded: frozenset[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Texts, times and columns of any kind, without the rows that another file has too."""
    folder = tmp_path_factory.mktemp("files")
    files = []
    records: list[MessageInsightsRecord] = []
    for number, some in enumerate(rows):
        path = folder / f"{number}"
        path.write_bytes(FORMATS[data_format](some, end))
        files.append(SpooledFile(path, data_format, excluded))
        read = enumerate(read_message_insights(path, data_format=data_format))
        records += [record for place, record in read if place not in excluded]
    assert written(files, folder) == (
        plain_csv(records),
        plain_csv(records, guard=True),
        plain_jsonl(records),
    )
    for name in ("csv", "jsonl"):
        assert list(read_message_insights(folder / name)) == records


PIECES = st.sampled_from(
    [*"0123456789", *" -:.,TZW+\u0661\n", "2026", "-01", "-15", " 01", ":02", ".123", " UTC", "24"]
)


@given(st.lists(PIECES, max_size=14).map("".join) | TIMES)
def test_times_are_spelled_as_isoformat_does(text: str) -> None:
    """Whatever a text is taken for by who reads it is what is written; what is not a time fails."""
    for some in (text, f"2026-01-15 01:02:03{text}", f"{text}:02:03.123 UTC", f"2026{text} UTC"):
        try:
            expected = [time and time.isoformat() for time in times_of("sendtimestamp", [some])]
        except ValueError as error:
            with pytest.raises(ValueError, match=str(error)):
                iso_times_of("sendtimestamp", [some])
        else:
            assert iso_times_of("sendtimestamp", [some]) == expected


SERVICE_TIMES = st.sampled_from(
    [
        "2026-01-15 01:02:03.123 UTC",
        "2024-02-29 23:59:59.000 UTC",
        "2026-02-29 00:00:00.000 UTC",
        "2026-01-15 24:00:00.000 UTC",
        "2026-01-15 01:02:60.000 UTC",
        "2026-01-15 01:02:0\u0663.123 UTC",
    ]
)


@given(st.lists(TIMES, max_size=4), SERVICE_TIMES, SERVICE_TIMES, st.just(27) | st.integers(0, 54))
def test_a_column_of_times_is_spelled_as_its_times(
    texts: list[str], first: str, second: str, cut: int
) -> None:
    """Also if two are cut elsewhere than between them, so that they only look right in a row."""
    together = first + second
    texts = [*texts, together[:cut], together[cut:]]
    try:
        expected = [time and time.isoformat() for time in times_of("sendtimestamp", texts)]
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)):
            iso_times_of("sendtimestamp", texts)
    else:
        assert iso_times_of("sendtimestamp", texts) == expected


BAD: dict[str, tuple[str, bytes]] = {
    "a cut row": ("CSV", f'{HEADER}\n"1","","a",\n"2","","'.encode()),
    "too few fields": ("CSV", f'{HEADER}\n"1","","a",\n"2",\n'.encode()),
    "no time": ("CSV", f'{HEADER}\n"1","","a",\n"2","soon","b",\n'.encode()),
    "no UTF-8": ("CSV", HEADER.encode() + b'\n"1","","a",\n"2","","\xff",\n'),
    "a column too few": ("CSV", b'"messageid","destination",\n"1","a",\n'),
    "another file": ("CSV", b"<html>\n"),
    "a cut array": ("JSON", b'[\n{"messageid":"1"}\n,{"messageid":"2"'),
    "an array without an end": ("JSON", b'[\n{"messageid":"1"}\n'),
    "a bad object": ("JSON", b'[\n{"messageid":"1"}\n,{"messageid":2x}\n]'),
    "a bad flag": ("JSON", b'[\n{"messageid":"1"}\n,{"opened":"perhaps"}\n]'),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_bad_is_the_same_error(case: str, tmp_path: Path) -> None:
    """It has the place and the problem that the records would have, and leaves no file."""
    data_format, data = BAD[case]
    path = tmp_path / "export"
    path.write_bytes(data)
    with pytest.raises(BadRecordError) as expected:
        list(read_message_insights(path, data_format=data_format))
    for write in (write_messages_csv, write_messages_jsonl):
        with pytest.raises(BadRecordError) as caught:
            write([SpooledFile(path, data_format)], tmp_path / "own")
        assert (caught.value.line_number, caught.value.problem, caught.value.raw) == (
            expected.value.line_number,
            expected.value.problem,
            expected.value.raw,
        )
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(
    "case", [case for case in BAD if case not in {"a column too few", "another file"}]
)
def test_what_is_bad_is_left_out_on_request(case: str, tmp_path: Path) -> None:
    """The other rows are written, and counted as records are."""
    data_format, data = BAD[case]
    path = tmp_path / "export"
    path.write_bytes(data)
    records = list(read_message_insights(path, data_format=data_format, on_bad_record="collect"))
    assert [record.message_id for record in records] == ["1"]
    lenient = SpooledFile(path, data_format, skip_bad_records=True)
    assert written([lenient, lenient], tmp_path) == (
        plain_csv(records * 2),
        plain_csv(records * 2),
        plain_jsonl(records * 2),
    )
    excluding = SpooledFile(path, data_format, frozenset({0}), skip_bad_records=True)
    assert written([excluding], tmp_path) == (plain_csv([]), plain_csv([]), b"")


@pytest.mark.parametrize("data_format", FORMATS)
@pytest.mark.parametrize("unknown_at", [None, 0, 150, 599])
def test_many_rows_are_written_alike(
    data_format: str, unknown_at: int | None, tmp_path: Path
) -> None:
    """More than are read or written at once, and a column that one row in the midst has."""
    rows: list[Row] = [
        {
            "messageid": f"m-{number}",
            "sendtimestamp": f"2026-01-15 01:02:03.{number:03} UTC",
            "destination": "a@b.c",
            "subject": ("=1", 'say "hi"', "two\nlines", "", "plain")[number % 5],
        }
        | ({"weather": "rain"} if number == unknown_at else {})
        for number in range(600)
    ]
    path = tmp_path / "export"
    path.write_bytes(FORMATS[data_format](rows))
    records = list(read_message_insights(path))
    assert len(records) == 600
    assert written([SpooledFile(path, data_format)], tmp_path) == (
        plain_csv(records),
        plain_csv(records, guard=True),
        plain_jsonl(records),
    )


def test_no_record_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record objects are made."""

    def refuse(*_: Any) -> list[Any]:
        raise AssertionError("a record is made")

    for module in ("conversion", "reading"):
        monkeypatch.setattr(f"sesinsights.exports.files.{module}.records_of_texts", refuse)
    for data_format, file in FORMATS.items():
        path = tmp_path / data_format
        path.write_bytes(file([{"messageid": "1", "sendtimestamp": "", "destination": "a"}]))
        assert all(written([SpooledFile(path, data_format)], tmp_path))
