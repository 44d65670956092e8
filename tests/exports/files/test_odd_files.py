"""A file is read alike by every way there is, however odd it is."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.errors import BadRecordError
from sesinsights.exports import read_message_insights
from sesinsights.exports.files import conversion, reading
from sesinsights.exports.files.records import (
    MESSAGE_INSIGHTS_COLUMNS,
    SpooledFile,
    written_name,
)
from sesinsights.exports.tables import arrow, file_pieces

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("msgspec")

STRINGS = st.lists(
    st.sampled_from(
        [
            *("a", " ", ",", "[", "{", "}", "]", "é", "€", "😀", "\x7f", "\u2028", "},\\n{"),
            *("\\n", "\\\\", '\\"', "\\/", "\\u0041", "\\u0000", "\\ud83d\\ude00"),
        ]
    ),
    max_size=6,
).map(lambda parts: f'"{"".join(parts)}"')
BAD_STRINGS = st.sampled_from(
    [
        *('"\\ud800"', '"\\udc00"', '"\\ud83d\\u0041"', '"\\uDC00\\uD800"', '"\\x"', '"\\u00g0"'),
        *('"a\nb"', '"a\n,b"', '"\x00"', '"\t"', '"a', "'a'"),
    ]
)
TIMES = st.sampled_from(
    ['"2026-01-15 01:02:03.123 UTC"', '"2024-02-29 23:59:59.000 UTC"', '""', "null"]
)
ODD_TIMES = st.sampled_from(['"2026-01-15T01:02:03+01:00"', '"2026-02-30 00:00:00.000 UTC"', "7"])
FLAGS = st.sampled_from(['"TRUE"', '"false"', '""', "null"])
OTHERS = st.sampled_from(["null", "7", "1e5", "-0", "NaN", "true", "[]", '{"a": ["b"]}', "x", ""])
VALUES = {
    **dict.fromkeys(["messageid", "destination", "subject", "isp", "diagnostic_code"], STRINGS),
    **dict.fromkeys(["sendtimestamp", "last_delivery_event_timestamp"], TIMES),
    **dict.fromkeys(["opened", "bounced"], FLAGS),
    "last_delivery_event": st.sampled_from(['"DELIVERY"', '"NEW"', '""']),
}
ODD_NAMES = ["weather", "isp_", "subject", "messageid", "\\u0069sp", "", "é"]


@st.composite
def objects(draw: st.DrawFn, *, odd: bool) -> str:
    """Return the text of an object, with a member in about ten that no file should have."""
    names = draw(st.lists(st.sampled_from([*VALUES]), unique=True, max_size=6))
    members = [(name, draw(VALUES[name])) for name in names]
    if odd and draw(st.booleans()):
        name = draw(st.sampled_from([*ODD_NAMES, *VALUES]))
        members.append((name, draw(STRINGS | BAD_STRINGS | OTHERS | ODD_TIMES)))
    colon = draw(st.sampled_from([":", ":", ": "]))
    return "{" + ",".join(f'"{name}"{colon}{value}' for name, value in members) + "}"


@st.composite
def arrays(draw: st.DrawFn, *, odd: bool) -> bytes:
    """Return a file, put together as the service does or otherwise, and maybe cut off."""
    texts = draw(st.lists(objects(odd=odd), max_size=8))
    between = draw(st.sampled_from(["\n,", "\n,", "\n,", ",\n", ",", "\r\n,", "\n\n, ", "\n"]))
    begin, end = draw(st.sampled_from([("[\n", "\n]\n")] * 3 + [("[", "]"), ("\ufeff[ ", " \n] ")]))
    data = (begin + between.join(texts) + end).encode()
    if odd and draw(st.integers(0, 3)) == 0:
        data = data[: draw(st.integers(0, len(data)))]
    if odd and draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(0, len(data)))
        data = (
            data[:at] + draw(st.sampled_from([b"\xff", b"\xc3", b"\x00", b"\n", b","])) + data[at:]
        )
    return data


TEXTS = st.text(st.sampled_from('ab ,"\n\r\t;\x00\x7fé€😀\u2028\ufeff'), max_size=6)
CELLS = {
    **dict.fromkeys(["messageid", "destination", "subject", "diagnostic_code"], TEXTS),
    **dict.fromkeys(["sendtimestamp", "last_delivery_event_timestamp"], TIMES.map(json.loads)),
    **dict.fromkeys(["opened", "bounced"], FLAGS.map(json.loads)),
    **dict.fromkeys(["weather", "isp_", "a b"], TEXTS),
}


@st.composite
def csv_files(draw: st.DrawFn, *, odd: bool) -> bytes:
    """Return a file, as the service writes it or otherwise, and maybe cut off."""
    required = ["messageid", "sendtimestamp", "destination"]
    others = [name for name in CELLS if name not in required]
    names = draw(st.permutations(required + draw(st.lists(st.sampled_from(others), unique=True))))
    rows = draw(st.lists(st.fixed_dictionaries({name: CELLS[name] for name in names}), max_size=6))
    end = draw(st.sampled_from([",\n", ",\n", ",\r\n", "\n"])) if odd else ",\n"
    lines = [dict(zip(names, names, strict=True)), *rows]
    text = "".join(
        ",".join('"' + (line[name] or "").replace('"', '""') + '"' for name in names) + end
        for line in lines
    )
    data = text.encode()
    if odd and draw(st.integers(0, 3)) == 0:
        data = data[: draw(st.integers(0, len(data)))]
    if odd and draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(data)))
        pieces = [b"\xff", b"\n", b",", b"\r", b"\n\n", b"x", b"\x00", b" ", b'"', b'x"', b'"x"']
        data = data[:at] + draw(st.sampled_from(pieces)) + data[at:]
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + data


def read(data: bytes) -> list[Any]:
    """Return all that reading a JSON file gives: its records, and the bad ones."""
    source = io.BytesIO(data)
    reader = read_message_insights(source, data_format="JSON", on_bad_record="collect")
    try:
        records = [[getattr(each, name) for name in each.__slots__] for each in reader]
    except BadRecordError as error:
        return ["refused", error.line_number, error.problem, error.raw]
    return [*records, *((bad.line_number, bad.problem, bad.raw) for bad in reader.bad_records)]


@given(arrays(odd=False) | arrays(odd=True))
def test_json_is_read_alike_without_msgspec(data: bytes) -> None:
    """Only slower: the records are equal, and so is what is said of bad ones."""
    fast = read(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "find_spec", lambda _: None)
        assert read(data) == fast


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file as its records have them, without what is empty."""
    return [
        {
            field: value
            for field in MESSAGE_INSIGHTS_COLUMNS.values()
            if (value := getattr(record, field)) is not None
        }
        | {written_name(name): text for name, text in record.extra.items()}
        for record in read_message_insights(path, data_format=path.suffix[1:].upper())
    ]


def rows_of_table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file as a table has them, without what is empty."""
    rows = arrow.to_arrow([SpooledFile(path, path.suffix[1:].upper())]).to_pylist()
    return [
        {name: value for name, value in row.items() if value is not None and value != ""}
        for row in rows
    ]


def outcome(rows: Callable[[Path], list[dict[str, Any]]], path: Path) -> object:
    """Return the rows of a file, or the error of reading it."""
    try:
        return rows(path)
    except BadRecordError as error:
        return error.line_number, error.problem, error.raw


@given(data=arrays(odd=False) | arrays(odd=True))
def test_a_table_has_what_the_records_have(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A table has what the records have, for pieces of any size and reused buffers."""
    path = tmp_path_factory.mktemp("files") / "export.json"
    path.write_bytes(data)
    assert_alike_in_pieces(path, 64, 400, 1 << 20)


@given(data=csv_files(odd=False) | csv_files(odd=True))
def test_a_table_of_csv_has_what_the_records_have(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Quotes, line ends, NUL, cut files and columns of any name, in pieces of any size."""
    path = tmp_path_factory.mktemp("files") / "export.csv"
    path.write_bytes(data)
    assert_alike_in_pieces(path, 100, 1 << 20)


def assert_alike_in_pieces(path: Path, *sizes: int) -> None:
    """Check that a table has what the records of a file have, however large its pieces are."""
    wanted = outcome(rows_of, path)
    for size in sizes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(file_pieces, "_SIZE", size)
            assert outcome(rows_of_table, path) == wanted, size


@pytest.mark.parametrize("msgspec", ["with", "without"])
def test_a_gzip_stream_of_json_is_read(msgspec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many objects at once from anything that has `read`."""
    if msgspec == "without":
        monkeypatch.setattr(reading, "find_spec", lambda _: None)
    rows = [{"messageid": f"m-{number}", "subject": "ü" * 100} for number in range(3000)]
    data = ("[\n" + "\n,".join(map(json.dumps, rows)) + "\n]\n").encode()
    with gzip.open(io.BytesIO(gzip.compress(data))) as file:
        records = list(read_message_insights(file))
    assert [record.message_id for record in records] == [row["messageid"] for row in rows]


def test_msgspec_reads_what_the_service_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dictionary is made of an object, but for the last of a piece."""
    rows = [{"messageid": f"m-{number}"} for number in range(1000)]
    made = 0
    make = conversion.message_insights_of_objects

    def counting(*arguments: Any) -> Any:
        nonlocal made
        made += 1
        return make(*arguments)

    monkeypatch.setattr(reading, "message_insights_of_objects", counting)
    data = ("[\n" + "\n,".join(map(json.dumps, rows)) + "\n]\n").encode()
    assert len(list(read_message_insights(io.BytesIO(data)))) == 1000
    assert made <= 2
