"""A record in any envelope is read as one typed event."""

from __future__ import annotations

import base64
import gzip
import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import errors, events
from sesinsights.models import EventType

if TYPE_CHECKING:
    from collections.abc import Callable

    Sample = Callable[[str], bytes]
    Record = Callable[..., dict[str, Any]]

SAMPLES = Path(__file__).parent / "samples"
KINDS = {
    "send": events.Sent,
    "delivery": events.Delivered,
    "bounce": events.Bounced,
    "complaint": events.Complained,
    "reject": events.Rejected,
    "open": events.Opened,
    "click": events.Clicked,
    "rendering_failure": events.RenderingFailed,
    "delivery_delay": events.Delayed,
    "subscription": events.SubscriptionChanged,
}
ENVELOPES = {
    "record": (),
    "sns": ("sns",),
    "sqs": ("sqs", "sns"),
    "sqs_raw": ("sqs",),
    "lambda_sns": ("sns",),
    "lambda_sqs": ("sqs", "sns"),
    "lambda_sqs_raw": ("sqs",),
    "lambda_firehose": ("firehose",),
    "eventbridge": ("eventbridge",),
    "feedback": (),
    "feedback_sns": ("sns",),
    "feedback_sqs": ("sqs", "sns"),
    "feedback_lambda_sns": ("sns",),
}
OF_KINDS = sorted(
    path.name
    for path in SAMPLES.glob("*.json")
    if path.name.split(".")[0] in ENVELOPES and path.name.split(".")[1] in KINDS
)
MESSAGE_ID = "0102019a4c0e7a11-5b6c7d8e-9f01-4a2b-8c3d-4e5f60718293-000000"


def one(anything: object) -> Any:
    """Return the only thing that arrives."""
    (arrival,) = events.parse(anything)
    return arrival


@pytest.mark.parametrize("name", OF_KINDS)
@pytest.mark.parametrize("spelled", [bytes, str, json.loads, bytearray, memoryview, gzip.compress])
def test_every_sample_is_an_event_of_its_kind(
    name: str, spelled: Callable[[Any], object], sample: Sample
) -> None:
    """As bytes, text, objects or gzip, a record in any envelope is the event that its name says."""
    envelope, kind, _ = name.split(".")
    data = sample(name)
    event = one(spelled(data) if spelled is not str else data.decode())
    assert type(event) is KINDS[kind]
    assert event.message_id == MESSAGE_ID
    assert event.via.envelopes == ENVELOPES[envelope]
    feedback = envelope.startswith("feedback")
    assert (event.origin is events.Origin.IDENTITY_FEEDBACK) is feedback


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_has_one_id_through_every_channel(kind: str, sample: Sample) -> None:
    """The key against duplicates does not depend on the envelope, nor on the family."""
    ids = {
        one(sample(f"{envelope}.{kind}.json")).event_id
        for envelope in ENVELOPES
        if (SAMPLES / f"{envelope}.{kind}.json").exists()
    }
    assert len(ids) == 1


def test_events_of_one_message_have_different_ids(record: Record) -> None:
    """The kind, the time, the recipients, the report and the link each make another event."""
    changes: list[tuple[str, dict[str, Any]]] = [
        *((kind, {}) for kind in KINDS),
        ("open", {"timestamp": "2026-11-03T09:25:42.669Z"}),
        ("click", {"link": "https://shop.example.com/"}),
        ("bounce", {"feedbackId": "another"}),
        ("bounce_two_of_three", {}),
        ("delivery", {"recipients": ["eve@example.net"]}),
    ]
    ids = {one(record(name, **changed)).event_id for name, changed in changes}
    assert len(ids) == len(changes)


def wrapped_deeply(text: str) -> dict[str, Any]:
    """Return a record in the deepest envelope that the service makes, for Lambda."""
    bridge = {
        "id": "b-1",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "detail": json.loads(text),
    }
    topic = {
        "Type": "Notification",
        "MessageId": "t-1",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:mail",
        "Message": json.dumps(bridge),
    }
    queue = {
        "messageId": "q-1",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:mail",
        "body": json.dumps(topic),
    }
    return {"Records": [queue]}


def test_the_path_names_the_envelopes(sample: Sample) -> None:
    """Each envelope adds what identifies it."""
    event = one(wrapped_deeply(sample("record.bounce.json").decode()))
    assert event.via == events.Via(
        envelopes=("sqs", "sns", "eventbridge"),
        topic_arn="arn:aws:sns:eu-west-1:111122223333:mail",
        topic_message_id="t-1",
        queue_arn="arn:aws:sqs:eu-west-1:111122223333:mail",
        queue_message_id="q-1",
        event_bridge_id="b-1",
    )
    assert "q-1" in repr(event.via)
    assert "file" not in repr(event.via)


@pytest.mark.parametrize("wrap", ["list", "Messages", "Records", "text in text", "bytes in list"])
def test_batches_keep_their_order(wrap: str, sample: Sample) -> None:
    """A list of messages, however it is held, gives the events in its order."""
    send, bounce = json.loads(sample("sqs.send.json")), json.loads(sample("sqs.bounce.json"))
    batch = {
        "list": [send, bounce],
        "Messages": {"Messages": [send, bounce]},
        "Records": {"Records": [send, bounce]},
        "text in text": json.dumps(json.dumps([send, bounce])),
        "bytes in list": [sample("record.send.json"), bytearray(sample("record.bounce.json"))],
    }[wrap]
    assert [type(event) for event in events.parse(batch)] == [events.Sent, events.Bounced]


def test_firehose_may_put_several_records_into_one(sample: Sample) -> None:
    """The data of one record may be several events, with or without line ends."""
    text = sample("firehose.ndjson")
    for data in (text, text.replace(b"\n", b"")):
        value = {"recordId": "1", "data": base64.b64encode(data).decode()}
        assert len([*events.parse({"records": [value]})]) == 10


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("Rendering Failure", events.RenderingFailed),
        ("RenderingFailure", events.RenderingFailed),
        ("RENDERING_FAILURE", events.RenderingFailed),
        ("DELIVERY_DELAY", events.Delayed),
        ("deliverydelay", events.Delayed),
        ("open", events.Opened),
    ],
)
def test_a_kind_is_known_in_any_spelling(
    kind: str, known: type[events.Event], record: Record
) -> None:
    """A kind is recognized without its blank and in capitals, too."""
    name = {
        events.RenderingFailed: "rendering_failure",
        events.Delayed: "delivery_delay",
        events.Opened: "open",
    }[known]
    assert type(one(record(name) | {"eventType": kind})) is known


def test_a_kind_of_next_year_is_an_unknown_event(record: Record) -> None:
    """A future kind is an `UnknownEvent` with its record."""
    known = record("bounce")
    new = {"eventType": "Teleported", "mail": known["mail"], "teleported": {"where": "Mars"}}
    event = one({"detail-type": "Email Teleported", "source": "aws.ses", "detail": new})
    assert type(event) is events.UnknownEvent
    assert (event.type, event.message_id, event.recipients) == ("Teleported", MESSAGE_ID, ())
    assert event.raw == new
    assert event.details == {"where": "Mars"}
    assert not event.has_own_time
    assert event.event_id == one(new).event_id
    assert event.event_id != one(new | {"teleported": {"where": "Venus"}}).event_id


def test_event_bridge_names_a_kind_that_the_record_does_not(record: Record) -> None:
    """Without `eventType`, the name at EventBridge decides the kind; a new name is unknown."""
    detail = record("click")
    del detail["eventType"]
    event = {"detail-type": "Email Clicked", "source": "aws.ses", "detail": detail}
    assert type(one(event)) is events.Clicked
    assert type(one(event | {"detail-type": "Email Teleported"})) is events.UnknownEvent


def test_a_detail_may_be_text(record: Record) -> None:
    """A detail may be text, as an input transformer of EventBridge writes it."""
    event = {"id": "b-1", "source": "aws.ses", "detail": json.dumps(record("click"))}
    clicked = one(event)
    assert type(clicked) is events.Clicked
    assert clicked.via.event_bridge_id == "b-1"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("other.topic_validated.json", events.TopicValidated),
        ("other.subscription_confirmation.json", events.SubscriptionConfirmation),
        ("other.unsubscribe_confirmation.json", events.UnsubscribeConfirmation),
        ("other.sqs_s3_test_event.json", events.BucketNotification),
        ("other.eventbridge_advisor_open.json", events.AdvisorRecommendation),
        ("other.eventbridge_advisor_resolved.json", events.AdvisorRecommendation),
        ("other.eventbridge_sending_status_enabled.json", events.SendingStatusChanged),
    ],
)
def test_what_is_no_event_is_a_notice(name: str, kind: type[events.Notice], sample: Sample) -> None:
    """It is neither an error nor an event, and compares and pickles as one would."""
    notice = one(sample(name))
    assert type(notice) is kind
    assert isinstance(notice, events.Notice)
    assert notice == one(sample(name)) == pickle.loads(pickle.dumps(notice))
    assert hash(notice) == hash(one(sample(name)))


TOPIC_VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
S3_OBJECT = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {}}


@pytest.mark.parametrize(
    ("arrived", "kind"),
    [
        (TOPIC_VALIDATED, events.TopicValidated),
        ({"MessageId": "1", "Body": TOPIC_VALIDATED}, events.TopicValidated),
        (
            {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "Added."},
            events.FeedbackTopicAdded,
        ),
        ({"Event": "s3:TestEvent", "Service": "Amazon S3"}, events.BucketNotification),
        ({"Body": json.dumps({"Records": [S3_OBJECT]})}, events.BucketNotification),
        ({"records": [{"recordId": "1", "data": ""}]}, events.EmptyRecord),
        ({"records": [{"recordId": "1", "data": None}]}, events.EmptyRecord),
        ({"records": [{"recordId": "1", "data": "Cg=="}]}, events.EmptyRecord),
        (
            {"detail-type": "Object Created", "source": "aws.s3", "detail": {}},
            events.EventBridgeNotice,
        ),
        (
            {"detail-type": "Sending Status Moved", "source": "aws.ses", "detail": {}},
            events.EventBridgeNotice,
        ),
    ],
)
def test_what_else_arrives_is_a_notice(arrived: object, kind: type[events.Notice]) -> None:
    """Messages of other services and new kinds of messages are notices."""
    assert type(one(arrived)) is kind


def test_notices_tell_what_they_say(sample: Sample) -> None:
    """Each notice has the attributes to act on."""
    advice = one(sample("other.eventbridge_advisor_open.json"))
    assert (advice.status, advice.impact, advice.category) == ("Open", "HIGH", "BOUNCE")
    assert "bounce rate" in advice.recommendation
    assert advice.resources == ("arn:aws:ses:eu-west-1:111122223333:identity/example.com",)
    changed = one(sample("other.eventbridge_sending_status_enabled.json"))
    assert (changed.status, changed.origin) == ("REINSTATED", "AWS_MANAGED")
    assert changed.last_updated_timestamp.isoformat() == "2026-11-03T09:16:32.418000+00:00"
    asked = one(sample("other.subscription_confirmation.json"))
    assert asked.token == "2336412f37fb687f5d51e6e2inventedtoken"
    assert asked.token not in repr(asked)


BAD = [
    (b"", None),
    (b"no JSON", "not JSON"),
    (b'{"eventType": "Bounce"', "not JSON"),
    (b"\xff\xfe", "not JSON"),
    (b'{"eventType": "Bounce", "x": "\xff"}', "not valid UTF-8"),
    (b"{}", "neither"),
    (b"7", "type int"),
    (b"null", "type NoneType"),
    (b"[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "too many envelopes"),
    ({"Body": ""}, "empty"),
    ({"Sns": 5}, "type int"),
    ({"records": [{"recordId": "1", "data": "§"}]}, "base64"),
    ({"records": [{"recordId": "1", "data": 5}]}, "not text"),
    ({"mail": {}}, "what kind"),
    ({"detail-type": "Email Sent", "source": "aws.ses", "detail": {}}, "not a record"),
    ({"eventType": "Send"}, "`mail`"),
    ({"eventType": "Send", "mail": {"messageId": ""}}, "`mail.messageId`"),
    ({"eventType": "Send", "mail": {"messageId": "m"}}, "no readable time"),
    ({"eventType": "Open", "mail": {"messageId": "m"}, "click": {}}, "`open`"),
    (object(), "type object"),
    (gzip.compress(b"{}" * 9999)[:-9], "gzip"),
]


@pytest.mark.parametrize(
    ("arrived", "problem"), BAD, ids=[f"{n} {problem}" for n, (_, problem) in enumerate(BAD)]
)
def test_what_cannot_be_read_says_why(arrived: object, problem: str | None) -> None:
    """An error names the problem; empty input is not an error."""
    reader = events.parse(arrived, on_bad_record="collect")
    assert [*reader] == []
    if problem is None:
        assert reader.bad_records == []
        return
    (bad,) = reader.bad_records
    assert problem in bad.problem
    assert problem in str(bad)
    with pytest.raises(errors.EventParseError, match=r"on_bad_record"):
        [*events.parse(arrived)]


def test_a_batch_goes_on_behind_what_cannot_be_read(sample: Sample) -> None:
    """A bad part is collected with its text and place, and the rest of the batch is read."""
    bad = {"messageId": "q-2", "eventSource": "aws:sqs", "body": '{"eventType": ada@example.net'}
    good = json.loads(sample("lambda_sqs.send.json"))["Records"]
    reader = events.parse({"Records": [*good, bad, *good]}, on_bad_record="collect")
    assert len([*reader]) == 2
    (error,) = reader.bad_records
    assert error.raw == bad["body"]
    assert error.via.queue_message_id == "q-2"
    assert "ada" not in f"{error} {error!r}"
    assert pickle.loads(pickle.dumps(error)).raw == error.raw
    with pytest.raises(ValueError, match="on_bad_record"):
        events.parse({}, on_bad_record="ignore")  # type: ignore[arg-type]


def test_an_event_does_not_change(record: Record) -> None:
    """An event changes neither by assignment nor with the object that it was read from."""
    given = record("bounce")
    event = one(given)
    before = repr(event), event.recipients
    given["bounce"]["bouncedRecipients"].clear()
    assert (repr(event), event.recipients) == before
    for name in ("message_id", "recipients", "bounce_sub_type", "raw", "new"):
        with pytest.raises(AttributeError):
            setattr(event, name, "x")
    assert event == pickle.loads(pickle.dumps(event))
    assert event != one(record("complaint"))
    assert len({event, one(record("bounce"))}) == 1


@pytest.mark.parametrize("name", OF_KINDS)
def test_a_repr_shows_nothing_of_persons(name: str, sample: Sample) -> None:
    """Neither addresses nor subjects, links, IP addresses and what servers said."""
    event = one(sample(name))
    shown = repr(event) + repr(event.mail) + repr(event.mail.headers)
    for private in ("@", "Ada", "order", "198.51", "http", "smtp", "Mozilla", "mailbox"):
        assert private not in shown.replace("order-confirmation", "")
    assert MESSAGE_ID in shown


def test_what_is_new_is_kept(record: Record) -> None:
    """A member that this version does not know is in `raw`, and in `details`."""
    event = one(record("open", mood="happy"))
    assert event.raw["open"]["mood"] == event.details["mood"] == "happy"


def test_half_a_character_does_not_break_an_event(record: Record) -> None:
    """A subject cut in the middle of an emoji can still be written in UTF-8."""
    cut = record("open")
    cut["mail"]["commonHeaders"]["subject"] = "Hi \ud83d"
    for spelled in (cut, json.dumps(cut), json.dumps(cut).encode()):
        assert one(spelled).subject == "Hi \ufffd"


def test_every_type_has_a_class() -> None:
    """Each type of SES API v2 has one class, and each class one type."""
    known = {
        one((SAMPLES / f"record.{kind}.json").read_bytes()).type: type_
        for kind, type_ in KINDS.items()
    }
    assert known.keys() == set(EventType)
    assert len(set(known.values())) == len(known)
