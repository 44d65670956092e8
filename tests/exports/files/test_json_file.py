"""JSON is read however it is laid out, and what is wrong with it costs one object."""

from __future__ import annotations

import io
import json
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.errors import BadRecordError
from sesinsights.exports import (
    read_message_insights,
    read_metrics,
)
from sesinsights.exports.files import json_file
from sesinsights.testing.export_files import insights_json
from tests.exports.files.small_files import a_message, collect, ids, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_any_array_of_objects_is_read(indent: int | None) -> None:
    """An array of objects is read on one line or on many, with or without blanks."""
    rows = [{"messageid": f"m-{number}", "subject": "s" * 100} for number in range(2000)]
    text = json.dumps(rows, indent=indent)
    assert ids(iter(read(f"\ufeff \n{text} \n"))) == [f"m-{number}" for number in range(2000)]


def test_a_value_that_is_no_text_becomes_text() -> None:
    """A value that is not text is kept as JSON writes it."""
    (record,) = read('[{"messageid":7,"diagnostic_code":{"a":[1]},"subject":null,"new":true}]')
    assert (record.message_id, record.subject) == ("7", None)
    assert (record.diagnostic_code, record.extra) == ('{"a": [1]}', {"new": "true"})


def test_half_a_character_is_replaced() -> None:
    """Half a character, which JSON can escape and no file can hold, is replaced."""
    file = '[{"messageid":"\\ud83d\\ude00","subject":"a\\ud83db"},{"messageid":"\\uDC00"}]'
    records = read(file)
    assert [record.message_id for record in records] == ["😀", "\ufffd"]
    assert records[0].subject == "a\ufffdb"


BAD_OBJECTS: dict[str, tuple[bytes, str]] = {
    "no JSON": (b'{"messageid":"m-bad","subject":x@example.com}', "Expecting value"),
    "an open text": (b'{"messageid":"m-bad","subject":"x@example.com}', "Invalid control"),
    "a bad escape": (b'{"messageid":"m-bad","subject":"\\x@example.com"}', "escape"),
    "no object": (b'["x@example.com"]', "it is not an object"),
    "no time": (b'{"sendtimestamp":"x@example.com"}', "its sendtimestamp is not a time"),
    "a number for a time": (b'{"sendtimestamp":17}', "its sendtimestamp is not a time"),
    "no known column": (b'{"x@example.com":"x"}', "it has no column of message insights"),
    "no UTF-8": (b'{"messageid":"x@example.com\xff"}', "it is not valid UTF-8"),
    "nested too deeply": (b'{"messageid":' + b"[" * 100_000 + b"}", "not valid JSON"),
    "a huge number": (b'{"messageid":' + b"1" * 5000 + b"}", "not valid JSON"),
}


@pytest.mark.parametrize("case", BAD_OBJECTS)
def test_a_bad_object_is_an_error_with_its_place(case: str) -> None:
    """The error of a bad object names its line and the problem, and has its text in .raw alone."""
    data, problem = BAD_OBJECTS[case]
    objects = [b'{"messageid":"m-1",\n"subject":"s"}', b'{"messageid":"m-2"}', data]
    reader = read_message_insights(io.BytesIO(b"[\n" + b"\n,".join([*objects, b"{}"]) + b"\n]\n"))
    assert [next(reader).message_id, next(reader).message_id] == ["m-1", "m-2"]
    with pytest.raises(BadRecordError) as caught:
        next(reader)
    error = caught.value
    assert error.line_number == 5
    assert error.raw == data.decode(errors="backslashreplace")
    assert problem in str(error)
    assert "example.com" not in str(error) + repr(error)
    assert error.__suppress_context__
    assert list(reader) == []


@pytest.mark.parametrize("case", BAD_OBJECTS)
def test_bad_objects_are_collected_on_request(case: str) -> None:
    """Every other object is read, and each bad one is kept with its line and its problem."""
    data, problem = BAD_OBJECTS[case]
    good = [b'{"messageid":"m-%d","subject":"%s"}' % (n, "ü".encode() * n) for n in range(1, 1001)]
    records, bad = collect(b"[\n" + b"\n,".join([data, *good, data]) + b"\n]\n")
    assert records == [f"m-{number}" for number in range(1, 1001)]
    assert [record.line_number for record in bad] == [2, 1003]
    assert all(problem in record.problem for record in bad)
    assert all(record.raw == data.decode(errors="backslashreplace") for record in bad)
    assert "example.com" not in repr(bad)


@pytest.mark.parametrize("padding", ["", "x"])
def test_bytes_that_are_no_utf8_cost_one_object(padding: str) -> None:
    """Bytes that are not UTF-8 cost their object, and no character before it."""
    subject = padding + "ü" * 50_000
    good = f'[\n{{"subject":"{subject}"}}\n,'.encode()
    reader = read_message_insights(
        io.BytesIO(good + b'{"subject":"\xff"}\n]'), on_bad_record="collect"
    )
    assert [record.subject for record in reader] == [subject]
    assert [record.line_number for record in reader.bad_records] == [3]


@pytest.mark.parametrize("cut", range(1, 120))
def test_a_json_file_that_is_cut_off_is_noticed(cut: int) -> None:
    """An array that does not end is bad, even if its last object does."""
    data = insights_json([a_message(1), a_message(2)]).rstrip()
    records, bad = collect(data[:-cut])
    assert records == (["m-1", "m-2"] if cut <= 2 else ["m-1"])
    assert len(bad) == 1
    assert "the file ends" in bad[0].problem
    with pytest.raises(BadRecordError, match="the file ends"):
        read(data[:-cut])


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ('[{"messageid":"m-1"} {"messageid":"m-2"}]', "there is no comma before it"),
        ('[{"messageid":"m-1"},]', "it is not valid JSON"),
        ('[{"messageid":"m-1"}]\n{"messageid":"m-2"}', "after the end of the array"),
        ('[{"messageid":"m-1"}', "the file ends before its array does"),
        ('[{"messageid":"m-1"},\n', "the file ends with it"),
        ('[{"messageid":"m-1"},{"messageid":nul', "the file ends with it"),
    ],
)
def test_what_is_around_the_objects_is_checked_too(file: str, problem: str) -> None:
    """A comma too many or too few, and text behind the array, are bad."""
    records, bad = collect(file)
    assert records == ["m-1"]
    assert problem in bad[0].problem
    assert len(bad) == 1


@pytest.mark.parametrize("on_bad_record", ["raise", "collect"])
def test_json_that_is_no_array_is_an_error(on_bad_record: str) -> None:
    """JSON that is not an array is an error, also where bad records are collected."""
    with pytest.raises(BadRecordError, match="the file is not a JSON array"):
        read('{"messageid":"m-1"}', data_format="JSON", on_bad_record=on_bad_record)


def test_of_a_long_bad_line_a_part_is_kept(tmp_path: Path) -> None:
    """Of a long bad line, the first million characters are kept."""
    path = tmp_path / "export"
    path.write_bytes(b'[{"messageid":x},' + b'{"messageid":"m-1"},' * 500_000 + b"{}]")
    tracemalloc.start()
    reader = read_message_insights(path, on_bad_record="collect")
    assert list(reader) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (bad,) = reader.bad_records
    assert len(bad.raw) == 1_000_000
    assert peak < 5_000_000


BROKEN = {
    "objects that do not end": b'{"a":\n',
    "lists that do not end": b'{"a":[1,\n',
    "deep lists": b'{"a":' + b"[" * 900 + b"\n",
    "no value": b'{"messageid":x}\n,',
    "short lines": b"{\n",
    "quotation marks": b'"\n',
    "texts that do not end": b'{"messageid":"a,\n',
}


@pytest.mark.parametrize("case", BROKEN)
def test_bad_json_is_read_in_linear_time(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The JSON parser is given some thousand characters a line, however long the file is."""
    given = 0
    decode = json_file._decoder.raw_decode

    def counting(text: str) -> Any:
        nonlocal given
        given += len(text)
        return decode(text)

    monkeypatch.setattr(json_file._decoder, "raw_decode", counting)
    line = BROKEN[case]
    lines = 45_000 // len(line)
    data = b'[\n{"messageid":"m-1"},\n' + line * lines
    records, bad = collect(data)
    assert records == ["m-1"]
    assert sum(len(record.raw) for record in bad) > len(data) / 4
    assert given <= 4200 * (lines + 100)


@pytest.mark.parametrize("value", ["[", '{"a":'], ids=["lists", "objects"])
def test_no_depth_breaks_the_reading(value: str) -> None:
    """A value of any depth is read, or is a bad record."""
    close = {"[": "]", '{"a":': "}"}[value]
    for depth in [*range(1, 40, 13), *range(100, 3000, 97), 100_000]:
        nested = value * depth + ("" if value == "[" else "1") + close * depth
        for text in ('"\\ud800"', "1"):
            row = f'{{"messageid": "m", "half": {text}, "x": {nested}}}'
            for data in (f"[\n{row}\n]\n", row):
                for reader in (read_message_insights, read_metrics):
                    with suppress(BadRecordError):
                        list(reader(io.BytesIO(data.encode())))
