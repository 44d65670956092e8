"""What a record has of its row: texts, times in UTC, known events, unknown columns."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.exports import (
    MessageInsightsRecord,
    read_message_insights,
    read_metrics,
)
from sesinsights.exports.files.records import MESSAGE_INSIGHTS_COLUMNS, TIME_COLUMNS
from sesinsights.exports.tables.writing import write_csv, write_jsonl
from sesinsights.models import DeliveryEventType, EngagementEventType
from sesinsights.testing.messages import MessageEvent, TimedEvent
from tests.exports.files.small_files import (
    HEADER,
    SENT,
    WRITERS,
    a_message,
    a_record,
    in_full,
    read,
    row,
)

if TYPE_CHECKING:
    from pathlib import Path


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
    """A field that is empty in the file is None, and never an empty string."""
    (record,) = read(WRITERS[data_format]([a_message(subject=None, isp=None, events=[])]))
    assert record == MessageInsightsRecord(
        message_id="m-0",
        send_timestamp=SENT,
        from_address="shop@example.com",
        destination="reader0@example.net",
    )


def test_the_fields_are_the_columns() -> None:
    """The fields of a record are the columns, in their order, and `extra`."""
    names = [field.name for field in fields(MessageInsightsRecord)]
    assert names == [*MESSAGE_INSIGHTS_COLUMNS.values(), "extra"]
    assert set(TIME_COLUMNS) < set(MESSAGE_INSIGHTS_COLUMNS)


def test_a_record_is_frozen_and_shows_nothing_of_a_person() -> None:
    """A record is frozen, can be pickled and hashed, and has no mail data in its repr."""
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
    """A time is the same instant as the service writes it and in ISO 8601."""
    (record,) = read(HEADER + row(1, sendtimestamp=text))
    assert record.send_timestamp == SENT
    assert record.send_timestamp.tzinfo is UTC


def test_an_event_that_is_new_at_the_service_is_a_string() -> None:
    """An event that is new at the service is kept as its text."""
    (record,) = read(HEADER + row(1, last_delivery_event="TELEPORTED"))
    assert record.last_delivery_event == "TELEPORTED"


def test_columns_are_found_by_their_name() -> None:
    """Columns are found by name in any order, and unknown ones are kept by theirs."""
    file = '"campaign","subject","messageid","weather",\n"c-1","s","m-1","",\n'
    expected = a_record(subject="s", extra={"campaign": "c-1"})
    assert read(in_full(file)) == [expected]
    row = {"campaign": "c-1", "weather": None, "subject": "s", "messageid": "m-1"}
    row |= {"sendtimestamp": SENT.isoformat(), "destination": "a@b.c"}
    assert read(json.dumps([row])) == [expected]


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_row_that_leaves_it_empty_is_read(data_format: str) -> None:
    """A row that leaves empty what every record has is read."""
    file = HEADER + row(1, messageid="", sendtimestamp="", destination="")
    if data_format == "JSON":
        file = '[{"subject":"s"}]'
    (record,) = read(file)
    assert not any((record.message_id, record.send_timestamp, record.destination))


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


def test_any_zone_is_turned_into_utc() -> None:
    """A time of any zone is turned into UTC."""
    moment = SENT.astimezone(timezone(timedelta(hours=-5)))
    (record,) = read(HEADER + row(1, sendtimestamp=moment.isoformat()))
    assert record.send_timestamp.isoformat() == SENT.isoformat()


def test_half_characters_are_replaced_wherever_they_stand(tmp_path: Path) -> None:
    """Half characters are replaced in names and inside of values too, so it can be written."""
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
