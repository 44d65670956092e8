"""CSV is read in all its variants, and what is wrong with it costs one row."""

from __future__ import annotations

import csv
import io
import pickle

import pytest

from sesinsights.errors import BadRecordError, SESInsightsError
from sesinsights.exports import (
    read_message_insights,
)
from sesinsights.testing.export_files import insights_csv
from tests.exports.files.small_files import HEADER, a_message, a_record, collect, in_full, read, row


@pytest.mark.parametrize("name", ["messageid", "sendtimestamp", "destination"])
def test_a_file_without_what_every_record_has_is_refused(name: str) -> None:
    """A header without what every record has is an error, also where bad records are collected."""
    file = in_full("messageid,subject\nm-1,s\n").replace(name, "other")
    with pytest.raises(BadRecordError, match=f"it does not name {name}") as caught:
        next(read_message_insights(io.BytesIO(file.encode()), on_bad_record="collect"))
    assert caught.value.line_number == 1


@pytest.mark.parametrize(
    "file",
    [
        "messageid,subject\nm-1,s\n",
        "messageid,subject\nm-1,s,\n",
        '\ufeff"messageid","subject",\n"m-1","s",\n',
        '"messageid","subject",\r\n"m-1","s",\r\n',
        '"messageid","subject",\n"m-1","s",',
        '"messageid","subject"\n"m-1","s"',
        'messageid,"subject"\nm-1,"s"\n',
        '\n\n"messageid","subject",\n\n"m-1","s",\n\n',
        "messageid,subject\n" + '"m-1",s\n',
    ],
)
def test_variants_of_csv_are_read_alike(file: str) -> None:
    """Quotes, the last comma, a byte order mark, line ends and blank lines make no difference."""
    file, expected = in_full(file), [a_record(subject="s")]
    assert read(file) == expected
    assert list(read_message_insights(io.StringIO(file, newline=""))) == expected


def test_the_name_of_a_column_may_have_quotation_marks() -> None:
    """The name of a column may have quotation marks, as any field may."""
    (record,) = read(in_full('"x""y","messageid",\n"1""2","m-1",\n'))
    assert (record.message_id, record.extra) == ("m-1", {'x"y': '1"2'})


@pytest.mark.parametrize("end", [b'x"y"', b'",\xff"', b"\n\xff"])
def test_a_long_row_may_be_bad_too(end: bytes) -> None:
    """The length of a row does not hide what is wrong with it, and costs no other row."""
    long_row = row(1, subject='""' + "x" * csv.field_size_limit() + "?").encode()
    bad_row = long_row.replace(b"?", end)
    records, bad = collect(HEADER.encode() + bad_row + row(2).encode())
    assert records == ["m-2"]
    assert bad[0].line_number == 2
    assert bad[0].raw.encode()[:1000] == bad_row[:1000]


BAD_ROWS: dict[str, tuple[bytes, str]] = {
    "too few fields": (b'"m-bad","x@example.com",\n', "it has 3 fields, but the header has 17"),
    "too many fields": (
        row(0).replace("\n", '"x@example.com",\n').encode(),
        "it has 19 fields, but the header has 17",
    ),
    "no comma at the end": (
        row(0, isp="x@example.com").replace(",\n", "\n").encode(),
        "it does not end with a comma, but the header does",
    ),
    "no time": (
        row(0, last_delivery_event_timestamp="x@example.com").encode(),
        "its last_delivery_event_timestamp is not a time",
    ),
    "no date in UTC": (
        row(0, sendtimestamp="0001-01-01T00:00:00+01:00").encode(),
        "its sendtimestamp is not a time",
    ),
    "a quotation mark in a field": (
        row(0, subject='x@example.com" y').encode(),
        "',' expected after '\"'",
    ),
    "no UTF-8": (
        row(0, subject="x@example.com ?").encode().replace(b"?", b"\xff"),
        "not valid UTF-8",
    ),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_an_error_with_its_place(case: str) -> None:
    """The error of a bad row names its line and the problem, and has its text in .raw alone."""
    data, problem = BAD_ROWS[case]
    good = row(1, subject="one\ntwo\nthree") + row(2)
    reader = read_message_insights(io.BytesIO((HEADER + good).encode() + data + row(3).encode()))
    assert [next(reader).message_id, next(reader).message_id] == ["m-1", "m-2"]
    with pytest.raises(BadRecordError) as caught:
        next(reader)
    error = caught.value
    assert isinstance(error, SESInsightsError)
    assert error.line_number == 6
    assert error.raw == data.decode(errors="backslashreplace")
    assert "Line 6 " in str(error)
    assert problem in str(error)
    assert problem in error.problem
    assert "example.com" not in str(error) + repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert pickle.loads(pickle.dumps(error)).raw == error.raw
    assert list(reader) == []


@pytest.mark.parametrize("case", BAD_ROWS)
def test_bad_rows_are_collected_on_request(case: str) -> None:
    """Every other row is read, and each bad one is kept with its line and its problem."""
    data, problem = BAD_ROWS[case]
    good = [row(number, subject=f"{number}\n") for number in range(1, 1001)]
    lines = [HEADER.encode(), data, *(line.encode() for line in good), data]
    records, bad = collect(b"".join(lines))
    assert records == [f"m-{number}" for number in range(1, 1001)]
    assert [record.line_number for record in bad] == [2, 2003]
    assert all(problem in record.problem for record in bad)
    assert all(record.raw == data.decode(errors="backslashreplace") for record in bad)
    assert "example.com" not in repr(bad)


@pytest.mark.parametrize("cut", range(2, 120))
def test_a_csv_file_that_is_cut_off_is_noticed(cut: int) -> None:
    """A row that is not there as a whole is bad, wherever it ends."""
    data = insights_csv([a_message(1), a_message(2)])
    assert len(data) - data.rindex(b'"m-2"') > 120
    records, bad = collect(data[:-cut])
    assert records == ["m-1"]
    assert [record.line_number for record in bad] == [3]
    with pytest.raises(BadRecordError, match="Line 3 "):
        read(data[:-cut])


def test_a_row_is_whole_without_the_end_of_its_line() -> None:
    """A row is whole without the line feed at its end."""
    data = insights_csv([a_message(1), a_message(2)])
    assert read(data[:-1]) == read(data)


def test_an_open_quotation_mark_costs_one_line() -> None:
    """An open quotation mark costs the line that it stands on, and none behind it."""
    lines = [row(number) for number in range(1000)]
    lines[500] = '"m-500","2026-01-15 01:0\n'
    records, bad = collect(HEADER + "".join(lines))
    assert len(records) == 999
    assert [(record.line_number, record.raw) for record in bad] == [(502, lines[500])]


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("<html>Sorry</html>\n<p>,</p>\n", "it names no column of message insights"),
        ("ISP,SEND_VOLUME\nGmail,1.0000\n", "it names no column of message insights"),
        ('"messageid","subject","messageid",\n', "it names a column twice"),
        ('"messageid\n', "unexpected end of data"),
    ],
)
@pytest.mark.parametrize("on_bad_record", ["raise", "collect"])
def test_a_bad_header_is_an_error(file: str, problem: str, on_bad_record: str) -> None:
    """A bad header is an error, also where bad records are collected."""
    with pytest.raises(BadRecordError, match="Line 1 ") as caught:
        read(file, on_bad_record=on_bad_record)
    assert caught.value.problem == problem
