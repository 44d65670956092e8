"""Text that is made to be hard to read costs neither an event nor much time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events
from sesinsights.events.views import moment

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("piece", ['}{"', "\n{", "x\n", '{"a":\n{', '""'])
def test_many_errors_look_at_nothing_twice(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The errors of json count the lines before them, which made reading quadratic."""
    counted = 0

    class Counts(json.JSONDecodeError):
        def __init__(self, msg: str, doc: str, pos: int) -> None:
            nonlocal counted
            # What the base class would look at, if it could.
            counted += type(doc).count is str.count
            super().__init__(msg, doc, pos)

    monkeypatch.setattr("json.decoder.JSONDecodeError", Counts)
    reader = events.parse(piece * 1000, on_bad_record="collect")
    assert list(reader) == []
    assert len(reader.bad_records) >= 499
    assert counted == 0


@pytest.mark.parametrize(
    "number", ["9" * 5000, "-" + "9" * 5000, "9" * 400, "1e999", "NaN", "-Infinity"]
)
def test_numbers_of_any_size_do_not_cost_an_event(
    number: str, record: Callable[..., dict[str, Any]]
) -> None:
    """Python refuses to read whole numbers of more than 4,300 digits."""
    text = json.dumps(record("delivery", processingTimeMillis=1))
    text = text.replace('"processingTimeMillis": 1', f'"processingTimeMillis": {number}')
    (event,) = events.parse(text)
    assert isinstance(event, events.Delivered)
    assert event.processing_time_millis is None
    assert events.to_arrow([event]).num_rows == 1


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-11-03T09:15:03Z",
        "2026-11-03T09:15:03.000Z",
        "2026-11-03T09:15:03.000000999Z",
        "2026-11-03T12:15:03.000000999+03:00",
        "2026-11-03T09:15:03+0000",
        "2026-11-03T09:15:03 +0000",
        "2026-11-03T09:15:03 Z",
        "2026-11-03T09:15:03 UTC",
        "2026-11-03t09:15:03z",
        " 2026-11-03 09:15:03Z\n",
        "2026-11-03T09:15:03",
    ],
)
def test_times_are_read_however_they_are_spelled(spelled: str) -> None:
    """A fraction beyond microseconds is cut off, and what names no zone is in UTC."""
    found = moment(spelled)
    assert found
    assert found.isoformat() == "2026-11-03T09:15:03+00:00"


@pytest.mark.parametrize("spelled", ["UTC", "Z", " UTC", "tomorrow", "2026-13-01T00:00:00Z", ""])
def test_what_is_no_time_is_none(spelled: str) -> None:
    """A text that is not a time is None, never a guess."""
    assert moment(spelled) is None


def test_an_event_of_another_service_that_speaks_of_mail_is_a_notice() -> None:
    """What your own programs put on the bus is not a broken record of Amazon SES."""
    foreign: dict[str, Any] = {
        "version": "0",
        "source": "my.shop",
        "detail-type": "Order",
        "detail": {"mail": {}},
    }
    (notice,) = events.parse(foreign)
    assert isinstance(notice, events.EventBridgeNotice)
    assert (notice.service, notice.detail_type) == ("my.shop", "Order")
    ours = foreign | {"source": "aws.ses"}
    with pytest.raises(events.EventParseError, match=re.escape("`mail.messageId`")):
        list(events.parse(ours))


def _sns(inside: object) -> dict[str, Any]:
    return {"Type": "Notification", "MessageId": "n", "TopicArn": "t", "Message": _text(inside)}


def _sqs(inside: object) -> dict[str, Any]:
    return {"MessageId": "q", "ReceiptHandle": "r", "Body": _text(inside)}


def _lambda_sqs(inside: object) -> dict[str, Any]:
    return {"messageId": "q", "body": _text(inside), "eventSource": "aws:sqs"}


def _lambda_sns(inside: object) -> dict[str, Any]:
    return {"Records": [{"EventSource": "aws:sns", "Sns": _sns(inside)}]}


def _event_bridge(inside: object) -> dict[str, Any]:
    return {"id": "e", "source": "aws.ses", "detail-type": "Email Bounced", "detail": inside}


def _text(inside: object) -> str:
    return json.dumps(inside)


WRAPPED: list[tuple[Callable[[dict[str, Any]], object], list[str]]] = [
    (lambda r: _sqs(_sns(_event_bridge(r))), ["sqs sns eventbridge"]),
    (lambda r: _sqs(_lambda_sns(r)), ["sqs sns"]),
    (
        lambda r: {"Records": [_lambda_sqs(_sns(r)), *_lambda_sns(r)["Records"]]},
        ["sqs sns", "sns"],
    ),
    (lambda r: [_lambda_sqs(r), _event_bridge(r)], ["sqs", "eventbridge"]),
    (lambda r: {"Messages": [_sqs(r), _sqs([r, r])]}, ["sqs", "sqs", "sqs"]),
    (lambda r: _event_bridge(_text(r)), ["eventbridge"]),
    (lambda r: _text(_text(_sns(_text(r)))), ["sns"]),
    (lambda r: "\ufeff" + _text(r), [""]),
    (lambda r: _sns("\ufeff" + _text(r)), ["sns"]),
    (lambda r: b"\xef\xbb\xbf" + _text(r).encode(), [""]),
]


@pytest.mark.parametrize(("wrap", "envelopes"), WRAPPED)
def test_envelopes_may_come_in_any_order(
    wrap: Callable[[dict[str, Any]], object],
    envelopes: list[str],
    record: Callable[..., dict[str, Any]],
) -> None:
    """`via.envelopes` names each envelope, outermost first."""
    bounce = record("bounce")
    found = list(events.parse(wrap(bounce)))
    assert [" ".join(event.via.envelopes) for event in found] == envelopes
    for event in found:
        assert isinstance(event, events.Bounced)
        assert event.raw == bounce


def test_halves_of_surrogate_pairs_do_not_cost_an_event(
    record: Callable[..., dict[str, Any]],
) -> None:
    """No encoding can write them, so they are replaced."""
    text = json.dumps(record("click", link="x")).replace('"x"', r'"a\ud800b"')
    (event,) = events.parse(text)
    assert isinstance(event, events.Clicked)
    assert event.link == "a\ufffdb"
    assert events.to_arrow([event])["link"].to_pylist() == [event.link]
