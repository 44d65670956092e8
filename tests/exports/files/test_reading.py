"""Export files as typed records: complete, quick to fail, and never in memory as a whole."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.errors import BadRecordError, SESInsightsError
from sesinsights.exports import (
    BadRecord,
    MessageInsightsRecord,
    MetricsRecord,
    read_message_insights,
    read_metrics,
)
from sesinsights.exports.files import json_file
from sesinsights.exports.files.records import MESSAGE_INSIGHTS_COLUMNS, TIME_COLUMNS
from sesinsights.exports.tables.writing import write_csv, write_jsonl
from sesinsights.models import DeliveryEventType, EngagementEventType
from sesinsights.testing.export_files import insights_csv, insights_json, metrics_csv, metrics_json
from sesinsights.testing.messages import Message, MessageEvent, TimedEvent
from sesinsights.testing.metrics import MetricsTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SENT = datetime(2026, 1, 15, 1, 2, 3, 123_000, tzinfo=UTC)
WRITERS = {"CSV": insights_csv, "JSON": insights_json}
HEADER = "".join(f'"{name}",' for name in MESSAGE_INSIGHTS_COLUMNS) + "\n"


def a_message(number: int = 0, subject: str | None = "Your order", **changes: Any) -> Message:
    """Return a message that was delivered two seconds after it was sent."""
    sent_at = SENT + timedelta(milliseconds=number)
    members: dict[str, Any] = {
        "message_id": f"m-{number}",
        "from_email_address": "shop@example.com",
        "destination": f"reader{number}@example.net",
        "subject": subject,
        "isp": "Gmail",
        "sent_at": sent_at,
        "email_tags": {},
        "configuration_set": None,
        "tenant_name": None,
        "events": [TimedEvent(sent_at + timedelta(seconds=2), MessageEvent("DELIVERY"))],
    }
    return Message(**members | changes)


def row(number: int, **changes: str) -> str:
    """Return a line of a CSV file."""
    values = dict.fromkeys(MESSAGE_INSIGHTS_COLUMNS, "") | {"messageid": f"m-{number}"} | changes
    return "".join(f'"{value}",' for value in values.values()) + "\n"


def ids(records: Iterator[MessageInsightsRecord]) -> list[str | None]:
    """Return the message ids of records."""
    return [record.message_id for record in records]


def read(text: str | bytes, **options: Any) -> list[MessageInsightsRecord]:
    """Return the records of a file with this content."""
    data = text.encode() if isinstance(text, str) else text
    return list(read_message_insights(io.BytesIO(data), **options))


def collect(text: str | bytes) -> tuple[list[str | None], list[BadRecord]]:
    """Return the ids of a file's good records, and its bad ones."""
    data = text.encode() if isinstance(text, str) else text
    reader = read_message_insights(io.BytesIO(data), on_bad_record="collect")
    return ids(reader), reader.bad_records


# Records


@pytest.mark.parametrize("data_format", WRITERS)
def test_every_column_becomes_a_field(data_format: str) -> None:
    """Texts are texts, times are in UTC, known events are members of their enumeration."""
    clicked = TimedEvent(SENT + timedelta(hours=1), MessageEvent("CLICK"))
    bounced = TimedEvent(
        SENT + timedelta(seconds=1),
        MessageEvent(
            "BOUNCE",
            bounce_type="PERMANENT",
            bounce_sub_type="General",
            diagnostic_code="smtp; 550 5.1.1 unknown",
        ),
    )
    message = a_message(subject='Say "hi", twice', events=[bounced, clicked])
    (record,) = read(WRITERS[data_format]([message]))
    assert record == MessageInsightsRecord(
        message_id="m-0",
        send_timestamp=SENT,
        isp="Gmail",
        from_address="shop@example.com",
        destination="reader0@example.net",
        subject='Say "hi", twice',
        last_delivery_event=DeliveryEventType.PERMANENT_BOUNCE,
        last_engagement_event=EngagementEventType.CLICK,
        last_delivery_event_timestamp=SENT + timedelta(seconds=1),
        last_engagement_event_timestamp=SENT + timedelta(hours=1),
        bounce_sub_type="General",
        diagnostic_code="smtp; 550 5.1.1 unknown",
        extra={},
    )
    assert record.last_delivery_event is DeliveryEventType.PERMANENT_BOUNCE
    assert record.last_engagement_event is EngagementEventType.CLICK
    assert record.send_timestamp.tzinfo is UTC


@pytest.mark.parametrize("data_format", WRITERS)
def test_what_is_empty_is_none(data_format: str) -> None:
    """Nothing is told from text: no field is an empty string."""
    (record,) = read(WRITERS[data_format]([a_message(subject=None, isp=None, events=[])]))
    assert record == MessageInsightsRecord(
        message_id="m-0",
        send_timestamp=SENT,
        from_address="shop@example.com",
        destination="reader0@example.net",
    )


def test_the_fields_are_the_columns() -> None:
    """The one list of columns names every field, in the record's order."""
    names = [field.name for field in fields(MessageInsightsRecord)]
    assert names == [*MESSAGE_INSIGHTS_COLUMNS.values(), "extra"]
    assert set(TIME_COLUMNS) < set(MESSAGE_INSIGHTS_COLUMNS)


def test_a_record_is_frozen_and_shows_nothing_of_a_person() -> None:
    """It cannot be changed, can be pickled and put into sets, and its repr has no mail data."""
    file = HEADER.replace("\n", '"secret",\n') + row(
        1,
        fromaddress="shop@example.com",
        destination="ada@example.net",
        subject="Your diagnosis",
        diagnostic_code="no mailbox of ada",
    ).replace("\n", '"lovelace",\n')
    (record,) = read(file)
    assert record.extra == {"secret": "lovelace"}
    for text in ("example", "ada", "diagnosis", "lovelace"):
        assert text not in repr(record)
    assert "m-1" in repr(record)
    with pytest.raises(FrozenInstanceError):
        record.subject = "another"  # type: ignore[misc] # it is frozen
    assert pickle.loads(pickle.dumps(record)) == record
    assert len({record, *read(file)}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15 01:02:03.123 UTC",
        "2026-01-15T01:02:03.123Z",
        "2026-01-15 02:02:03.123+01:00",
        "2026-01-15 01:02:03.123",
    ],
)
def test_a_time_is_read_however_it_is_written(text: str) -> None:
    """The service writes no ISO 8601 today; if it does one day, the same instant is read."""
    (record,) = read(HEADER + row(1, sendtimestamp=text))
    assert record.send_timestamp == SENT
    assert record.send_timestamp.tzinfo is UTC


def test_an_event_that_is_new_at_the_service_is_a_string() -> None:
    """A new event is kept as it is."""
    (record,) = read(HEADER + row(1, last_delivery_event="TELEPORTED"))
    assert record.last_delivery_event == "TELEPORTED"


# Columns


def a_record(**fields: Any) -> MessageInsightsRecord:
    """Return a record with what every record has, and more."""
    least = {"message_id": "m-1", "send_timestamp": SENT, "destination": "a@b.c"}
    return MessageInsightsRecord(**{**least, **fields})


def in_full(file: str) -> str:
    """Return a small file of CSV with all the columns that every file has."""
    more = {"messageid": ("sendtimestamp", "destination"), "m-1": (SENT.isoformat(), "a@b.c")}
    for text, others in more.items():
        for quote in ('"', ""):
            whole = ",".join(f"{quote}{each}{quote}" for each in (text, *others))
            file = re.sub(rf'(?<![\w"]){quote}{text}{quote}(?![\w"])', whole, file)
    return file


def test_columns_are_found_by_their_name() -> None:
    """Their order does not matter, missing ones are None, unknown ones are kept by name."""
    file = '"campaign","subject","messageid","weather",\n"c-1","s","m-1","",\n'
    expected = a_record(subject="s", extra={"campaign": "c-1"})
    assert read(in_full(file)) == [expected]
    row = {"campaign": "c-1", "weather": None, "subject": "s", "messageid": "m-1"}
    row |= {"sendtimestamp": SENT.isoformat(), "destination": "a@b.c"}
    assert read(json.dumps([row])) == [expected]


@pytest.mark.parametrize("name", ["messageid", "sendtimestamp", "destination"])
def test_a_file_without_what_every_record_has_is_refused(name: str) -> None:
    """Its header shows it, before any record, also where bad records are collected."""
    file = in_full("messageid,subject\nm-1,s\n").replace(name, "other")
    with pytest.raises(BadRecordError, match=f"it does not name {name}") as caught:
        next(read_message_insights(io.BytesIO(file.encode()), on_bad_record="collect"))
    assert caught.value.line_number == 1


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_row_that_leaves_it_empty_is_read(data_format: str) -> None:
    """The types say what the service writes; what it does not write one day can still be read."""
    file = HEADER + row(1, messageid="", sendtimestamp="", destination="")
    if data_format == "JSON":
        file = '[{"subject":"s"}]'
    (record,) = read(file)
    assert not any((record.message_id, record.send_timestamp, record.destination))


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


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_any_array_of_objects_is_read(indent: int | None) -> None:
    """On one line, on many, with or without blanks: JSON is JSON."""
    rows = [{"messageid": f"m-{number}", "subject": "s" * 100} for number in range(2000)]
    text = json.dumps(rows, indent=indent)
    assert ids(iter(read(f"\ufeff \n{text} \n"))) == [f"m-{number}" for number in range(2000)]


def test_the_name_of_a_column_may_have_quotation_marks() -> None:
    """It is read as any other field is."""
    (record,) = read(in_full('"x""y","messageid",\n"1""2","m-1",\n'))
    assert (record.message_id, record.extra) == ("m-1", {'x"y': '1"2'})


def test_a_value_that_is_no_text_becomes_text() -> None:
    """A number is kept as JSON writes it."""
    (record,) = read('[{"messageid":7,"diagnostic_code":{"a":[1]},"subject":null,"new":true}]')
    assert (record.message_id, record.subject) == ("7", None)
    assert (record.diagnostic_code, record.extra) == ('{"a": [1]}', {"new": "true"})


def test_half_a_character_is_replaced() -> None:
    """JSON can escape what no file can hold: it costs one character, not the record."""
    file = '[{"messageid":"\\ud83d\\ude00","subject":"a\\ud83db"},{"messageid":"\\uDC00"}]'
    records = read(file)
    assert [record.message_id for record in records] == ["😀", "\ufffd"]
    assert records[0].subject == "a\ufffdb"


@pytest.mark.parametrize("data_format", [None, "CSV", "JSON"])
@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_has_no_records(data: bytes, data_format: str | None) -> None:
    """Nothing in, nothing out."""
    assert read(data, data_format=data_format) == []
    assert list(read_metrics(io.BytesIO(data), data_format=data_format)) == []


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_of_no_messages_has_no_records(data_format: str) -> None:
    """A header alone, or an empty array, is what an export of nothing gives."""
    assert read(WRITERS[data_format]([])) == []


TEXTS = st.text(
    st.one_of(
        st.sampled_from('",\n\r\t\\{}[]\x00 \x85\u2028ü😀'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@given(subjects=st.lists(TEXTS, max_size=8), codes=st.lists(TEXTS, max_size=8))
def test_any_text_comes_back_as_it_was(subjects: list[str], codes: list[str]) -> None:
    """Quotes, commas, line ends and any character survive, and both formats give the same."""
    messages = [
        a_message(
            number,
            subject=subject,
            events=[TimedEvent(SENT, MessageEvent("BOUNCE", diagnostic_code=code))],
        )
        for number, (subject, code) in enumerate(zip(subjects, codes, strict=False))
    ]
    expected = [
        (message.subject or None, message.events[0].what.diagnostic_code or None)
        for message in messages
    ]
    for writer in WRITERS.values():
        records = read(writer(messages))
        assert [(record.subject, record.diagnostic_code) for record in records] == expected


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_field_may_be_of_any_length(data_format: str) -> None:
    """More than the csv module allows is read, and its limit stays as it was."""
    limit = csv.field_size_limit()
    lengths = [1, limit + 1, 3, 3 * limit, 2]
    texts = ['x,"\n' * (length // 4) + "x" * (length % 4) for length in lengths]
    texts += [f"x{text}" for text in texts]
    messages = [a_message(number, subject=text) for number, text in enumerate(texts)]
    data = WRITERS[data_format](messages)
    assert [record.subject for record in read(data)] == texts
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("end", [b'x"y"', b'",\xff"', b"\n\xff"])
def test_a_long_row_may_be_bad_too(end: bytes) -> None:
    """The length of a row does not hide what is wrong with it, and costs no other row."""
    long_row = row(1, subject='""' + "x" * csv.field_size_limit() + "?").encode()
    bad_row = long_row.replace(b"?", end)
    records, bad = collect(HEADER.encode() + bad_row + row(2).encode())
    assert records == ["m-2"]
    assert bad[0].line_number == 2
    assert bad[0].raw.encode()[:1000] == bad_row[:1000]


# Sources


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_is_given_by_path_or_open(data_format: str, tmp_path: Path) -> None:
    """A path as text or object, a binary file, a text file: all give the same records."""
    messages = [a_message(number, subject=f"ü{number}\r\n") for number in range(1000)]
    path = tmp_path / "export"
    path.write_bytes(WRITERS[data_format](messages))
    expected = read(path.read_bytes())
    assert [record.subject for record in expected] == [message.subject for message in messages]
    assert list(read_message_insights(path)) == expected
    assert list(read_message_insights(str(path), data_format=data_format)) == expected
    with path.open("rb") as binary:
        assert list(read_message_insights(binary)) == expected
        assert not binary.closed
    with path.open(newline="", encoding="utf-8") as text:
        assert list(read_message_insights(text)) == expected
        assert not text.closed


@pytest.mark.parametrize("data_format", WRITERS)
@pytest.mark.parametrize("content", ["good", "bad"])
@pytest.mark.parametrize("end", ["close", "drop", "with", "read to the end"])
def test_a_file_that_was_opened_is_closed(  # noqa: PLR0917 - fixtures
    data_format: str,
    content: str,
    end: str,
    tmp_path: Path,
    opened: list[io.BufferedReader],
    thousand: dict[str, bytes],
) -> None:
    """At the end, on an error, when the reader is closed and when it is forgotten."""
    path = tmp_path / "export"
    data = thousand[data_format]
    path.write_bytes(data if content == "good" else data[:-30])
    reader = read_message_insights(path)
    assert next(reader).message_id == "m-0"
    (file,) = opened
    assert not file.closed
    match end:
        case "close":
            reader.close()
            assert list(reader) == []
        case "with":
            with reader:
                next(reader)
        case "read to the end" if content == "bad":
            with pytest.raises(BadRecordError):
                list(reader)
        case "read to the end":
            list(reader)
        case _:
            del reader
    assert file.closed


@pytest.fixture(scope="module")
def thousand() -> dict[str, bytes]:
    """A file of each format with a thousand messages."""
    messages = [a_message(number) for number in range(1000)]
    return {data_format: write(messages) for data_format, write in WRITERS.items()}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The files that reading opens."""
    files: list[Any] = []

    def open_and_remember(*arguments: Any) -> Any:
        files.append(open(*arguments))  # noqa: PTH123, SIM115 - stands in for open
        return files[-1]

    monkeypatch.setattr("sesinsights.exports.files.reading.open", open_and_remember, raising=False)
    return files


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_is_never_in_memory_as_a_whole(data_format: str, tmp_path: Path) -> None:
    """Reading 3 MB takes less than 2 MB, on one line too."""
    path = tmp_path / "export"
    messages = [a_message(number, subject="s" * 2_000) for number in range(1_500)]
    data = WRITERS[data_format](messages)
    del messages
    for lines in ("as it is", "on one line"):
        if lines == "on one line":
            if data_format == "CSV":
                continue
            data = data.replace(b"\n", b" ")
        path.write_bytes(data)
        tracemalloc.start()
        assert sum(1 for _ in read_message_insights(path)) == 1_500
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2_000_000


def test_other_formats_and_rules_are_refused() -> None:
    """A misspelt option is an error at once, not at the first record."""
    with pytest.raises(ValueError, match="'CSV', 'JSON' or None"):
        read_message_insights(io.BytesIO(), data_format="XML")
    with pytest.raises(ValueError, match="'CSV', 'JSON' or None"):
        read_metrics(io.BytesIO(), data_format="csv")
    misspelt: Any = "ignore"
    with pytest.raises(ValueError, match="'raise' or 'collect'"):
        read_message_insights(io.BytesIO(), on_bad_record=misspelt)


# Bad records

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
    """It names the line and the problem; the text of the row is in .raw alone."""
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
    """The last line feed carries nothing."""
    data = insights_csv([a_message(1), a_message(2)])
    assert read(data[:-1]) == read(data)


def test_an_open_quotation_mark_costs_one_line() -> None:
    """The rows behind it are read: the line it stands on is all that is lost."""
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
    """Without its header a file cannot be read, so it is never only collected."""
    with pytest.raises(BadRecordError, match="Line 1 ") as caught:
        read(file, on_bad_record=on_bad_record)
    assert caught.value.problem == problem


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
    """It names the line and the problem; the text of the object is in .raw alone."""
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
    """A character before them that is read in two halves is still whole."""
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
    """A comma too many or too few, and text behind the array, are no JSON."""
    records, bad = collect(file)
    assert records == ["m-1"]
    assert problem in bad[0].problem
    assert len(bad) == 1


@pytest.mark.parametrize("on_bad_record", ["raise", "collect"])
def test_json_that_is_no_array_is_an_error(on_bad_record: str) -> None:
    """A single object is not an export."""
    with pytest.raises(BadRecordError, match="the file is not a JSON array"):
        read('{"messageid":"m-1"}', data_format="JSON", on_bad_record=on_bad_record)


def test_of_a_long_bad_line_a_part_is_kept(tmp_path: Path) -> None:
    """A file on one line that is bad at its beginning is not collected as a whole."""
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


# Metrics

TABLE = MetricsTable(
    dimensions=["ISP", "EMAIL_IDENTITY"],
    metrics=["SEND_VOLUME", "OPEN_RATE"],
    rows=[(["Gmail", "ada@example.com"], [3, 0.5]), (["Web, Mail", "example.com"], [1, 0])],
)


@pytest.mark.parametrize("writer", [metrics_csv, metrics_json])
def test_metrics_become_dimensions_and_figures(writer: Callable[[MetricsTable], bytes]) -> None:
    """Names are the API's, figures are numbers, and the dates are those of the export."""
    start, end = SENT, SENT + timedelta(days=1)
    file = io.BytesIO(writer(TABLE))
    records = list(read_metrics(file, start_date=start, end_date=end))
    assert records == [
        MetricsRecord(
            {"ISP": "Gmail", "EMAIL_IDENTITY": "ada@example.com"},
            {"SEND_VOLUME": 3.0, "OPEN_RATE": 0.5},
            start,
            end,
        ),
        MetricsRecord(
            {"ISP": "Web, Mail", "EMAIL_IDENTITY": "example.com"},
            {"SEND_VOLUME": 1.0, "OPEN_RATE": 0.0},
            start,
            end,
        ),
    ]
    assert "ada" not in repr(records)
    assert "SEND_VOLUME" in repr(records)


ODD_METRICS: dict[str, Any] = {
    "SEND_VOLUME": 2,
    "OPEN_RATE": "n/a",
    "CLICK_RATE": None,
    "BOUNCE_RATE": "NaN",
}


@pytest.mark.parametrize(
    "file",
    [
        "IDENTITY,SEND_VOLUME,OPEN_RATE,CLICK_RATE,BOUNCE_RATE\nexample.com,2,n/a,,NaN\n",
        json.dumps([{"identity": "example.com", "metrics": ODD_METRICS}]),
    ],
)
def test_the_odd_metrics_file_is_read(file: str) -> None:
    """IDENTITY is EMAIL_IDENTITY, a figure that is text stays text, an empty one is left out."""
    (record,) = read_metrics(io.StringIO(file))
    assert record.dimensions == {"EMAIL_IDENTITY": "example.com"}
    assert record.metrics == {"SEND_VOLUME": 2.0}
    assert record.text_metrics == {"OPEN_RATE": "n/a", "BOUNCE_RATE": "NaN"}
    assert (record.start_date, record.end_date) == (None, None)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ('"messageid","subject",\n"m","s",\n', "it names no metric"),
        ('[{"isp":"Gmail"}]', "it has no metrics"),
        ("ISP,SEND_VOLUME\nGmail\n", "it has 1 fields, but the header has 2"),
    ],
)
def test_what_is_no_metrics_file_is_an_error(file: str, problem: str) -> None:
    """A file of message insights, or a broken one, is not read as metrics."""
    with pytest.raises(BadRecordError, match=problem):
        list(read_metrics(io.StringIO(file)))


def test_reading_is_light_to_import() -> None:
    """Reading a CSV file loads neither pydantic nor boto3 nor any table library."""
    script = (
        "import sys, io, sesinsights.exports as e;"
        "list(e.read_message_insights(io.StringIO('messageid,sendtimestamp,destination\\nm,,\\n')));"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=30
    )
    heavy = {"boto3", "numpy", "pandas", "polars", "pyarrow", "pydantic", "pydantic_core"}
    assert not heavy & set(done.stdout.split())


def test_any_zone_is_turned_into_utc() -> None:
    """A record's times are all comparable and print alike."""
    moment = SENT.astimezone(timezone(timedelta(hours=-5)))
    (record,) = read(HEADER + row(1, sendtimestamp=moment.isoformat()))
    assert record.send_timestamp.isoformat() == SENT.isoformat()


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
    """The parser is given some thousand characters a line, however long the file is."""
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
    """Whatever Python's parser, and what writes a value as text, bear: too much is a bad record."""
    close = {"[": "]", '{"a":': "}"}[value]
    for depth in [*range(1, 40, 13), *range(100, 3000, 97), 100_000]:
        nested = value * depth + ("" if value == "[" else "1") + close * depth
        for text in ('"\\ud800"', "1"):
            row = f'{{"messageid": "m", "half": {text}, "x": {nested}}}'
            for data in (f"[\n{row}\n]\n", row):
                for read in (read_message_insights, read_metrics):
                    with suppress(BadRecordError):
                        list(read(io.BytesIO(data.encode())))


def test_half_characters_are_replaced_wherever_they_stand(tmp_path: Path) -> None:
    """In names and inside of values too; what is read can be written."""
    data = (
        b'[{"messageid": "\\ud800", "x\\udfff": {"\\ud800": ["\\udc00"]}, "y": "\\ud83d\\ude00"}]'
    )
    (record,) = read_message_insights(io.BytesIO(data))
    assert record.extra == {"x\ufffd": '{"\ufffd": ["\ufffd"]}', "y": "😀"}
    for write in (write_csv, write_jsonl):
        write([record], tmp_path / "file")
        assert list(read_message_insights(tmp_path / "file")) == [record]
    (figures,) = read_metrics(
        io.BytesIO(b'[{"isp": "\\ud800", "metrics": {"\\udc00": "\\ud800"}}]')
    )
    assert (figures.dimensions, figures.text_metrics) == (
        {"ISP": "\ufffd"},
        {"\ufffd": "\ufffd"},
    )
