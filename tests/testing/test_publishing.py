"""Events of messages are published as the service publishes them."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events
from sesinsights.testing import EventList, FirehoseFiles, MessageEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

SENT = datetime(2026, 1, 15, 11, 0, 0, 5_000, tzinfo=UTC)

ALWAYS = "timestamp source sendingAccountId messageId destination headersTruncated tags"
HEADERS = "headers commonHeaders"
KINDS: dict[str, tuple[str, str, str, str]] = {
    "SEND": ("Send", f"sourceArn {HEADERS}", "send", ""),
    "REJECT": ("Reject", f"sourceArn {HEADERS}", "reject", "reason"),
    "DELIVERY": (
        "Delivery",
        f"sourceArn {HEADERS}",
        "delivery",
        "timestamp processingTimeMillis recipients smtpResponse remoteMtaIp reportingMTA",
    ),
    "BOUNCE": (
        "Bounce",
        f"sourceArn {HEADERS}",
        "bounce",
        "feedbackId bounceType bounceSubType bouncedRecipients timestamp",
    ),
    "COMPLAINT": (
        "Complaint",
        f"sourceArn {HEADERS}",
        "complaint",
        "feedbackId complaintSubType complainedRecipients timestamp userAgent arrivalDate",
    ),
    "OPEN": ("Open", HEADERS, "open", "timestamp ipAddress userAgent isBotEvent"),
    "CLICK": (
        "Click",
        HEADERS,
        "click",
        "timestamp ipAddress userAgent isBotEvent link linkTags",
    ),
    "RENDERING_FAILURE": (
        "Rendering Failure",
        "sourceArn",
        "failure",
        "templateName errorMessage",
    ),
    "DELIVERY_DELAY": (
        "DeliveryDelay",
        "sourceArn",
        "deliveryDelay",
        "timestamp delayType delayedRecipients expirationTime reportingMTA",
    ),
    "SUBSCRIPTION": (
        "Subscription",
        f"sourceArn {HEADERS}",
        "subscription",
        "contactList timestamp source newTopicPreferences oldTopicPreferences",
    ),
}
"""By event type: the record's kind, what its mail has beside what it always has, its block."""


@pytest.fixture
def published(emulator: SESEmulator) -> EventList:
    """Everything that is published, in memory."""
    events = EventList()
    emulator.publish_to(events)
    return events


def _only(published: EventList) -> Mapping[str, Any]:
    (record,) = published.records
    return record


@pytest.mark.parametrize("event_type", KINDS)
def test_each_kind_has_its_own_members(
    event_type: str, emulator: SESEmulator, published: EventList
) -> None:
    """Neither more nor fewer than the service gives."""
    emulator.add_message(events=[event_type])
    record = _only(published)
    kind, mail, block, members = KINDS[event_type]
    assert record["eventType"] == kind
    assert set(record) == {"eventType", "mail", block}
    assert set(record["mail"]) == {*ALWAYS.split(), *mail.split()}
    assert set(record[block]) == set(members.split())
    assert json.loads(json.dumps(record)) == record


def test_the_mail_is_the_message(emulator: SESEmulator, published: EventList) -> None:
    """The id joins an event to its lookup, and tags are lists, the service's own beside yours."""
    message_id = emulator.add_message(
        from_email_address="News <news@example.com>",
        destination="ada@example.net",
        subject="Hello",
        sent_at=SENT,
        email_tags={"campaign": "spring"},
        configuration_set="news",
        tenant_name="t-1",
        events=["SEND"],
    )
    mail = _only(published)["mail"]
    assert (mail["messageId"], mail["timestamp"]) == (message_id, "2026-01-15T11:00:00.005Z")
    assert (mail["source"], mail["destination"]) == ("News <news@example.com>", ["ada@example.net"])
    assert mail["sourceArn"].endswith(":identity/example.com")
    assert mail["commonHeaders"] == {
        "from": ["News <news@example.com>"],
        "to": ["ada@example.net"],
        "messageId": message_id,
        "subject": "Hello",
    }
    assert mail["tags"] == {
        "ses:operation": ["SendEmail"],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": ["example.com"],
        "ses:caller-identity": ["emulator"],
        "ses:configuration-set": ["news"],
        "ses:source-tls-version": ["TLSv1.3"],
        "campaign": ["spring"],
    }


def test_a_tenant_is_told_with_bad_news(emulator: SESEmulator, published: EventList) -> None:
    """Bounces and complaints of tenants have their tag, deliveries the way out."""
    emulator.add_message(tenant_name="t-1", events=["DELIVERY", "PERMANENT_BOUNCE", "COMPLAINT"])
    delivery, *others = (record["mail"]["tags"] for record in published.records)
    assert [tags["ses:tenant-name"] for tags in others] == [["t-1"], ["t-1"]]
    assert "ses:tenant-name" not in delivery
    assert {"ses:outgoing-ip", "ses:outgoing-tls-version"} <= set(delivery)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("PERMANENT_BOUNCE", ("Permanent", "General")),
        ("TRANSIENT_BOUNCE", ("Transient", "General")),
        ("BOUNCE", ("Undetermined", "Undetermined")),
        (
            MessageEvent("PERMANENT_BOUNCE", bounce_sub_type="ON_ACCOUNT_SUPPRESSION_LIST"),
            ("Permanent", "OnAccountSuppressionList"),
        ),
        (
            MessageEvent("TRANSIENT_BOUNCE", bounce_sub_type="MailboxFull"),
            ("Transient", "MailboxFull"),
        ),
    ],
)
def test_bounces_are_spelled_as_in_events(
    event: MessageEvent | str,
    expected: tuple[str, str],
    emulator: SESEmulator,
    published: EventList,
) -> None:
    """Message insights have capitals and underscores, events have not."""
    emulator.add_message(destination="ada@example.net", events=[event])
    bounce = _only(published)["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == expected
    assert bounce["bouncedRecipients"] == [{"emailAddress": "ada@example.net"}]


def test_a_diagnosis_comes_with_its_status(emulator: SESEmulator, published: EventList) -> None:
    """A diagnosis is in the recipient's entry, with its status."""
    said = "smtp; 550 5.1.1 user unknown"
    emulator.add_message(
        destination="ada@example.net",
        sent_at=SENT,
        events=[MessageEvent("PERMANENT_BOUNCE", diagnostic_code=said)],
    )
    bounce = _only(published)["bounce"]
    assert bounce["bouncedRecipients"] == [
        {
            "emailAddress": "ada@example.net",
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": said,
        }
    ]
    assert bounce["timestamp"] == "2026-01-15T11:00:00.005Z"


def test_a_complaint_of_the_service_itself_has_no_feedback_loop(
    emulator: SESEmulator, published: EventList
) -> None:
    """A suppressed message was not delivered, so nobody complained."""
    emulator.add_message(
        events=[
            MessageEvent("COMPLAINT", complaint_feedback_type="abuse"),
            MessageEvent("COMPLAINT", complaint_sub_type="ON_ACCOUNT_SUPPRESSION_LIST"),
        ]
    )
    real, echo = (record["complaint"] for record in published.records)
    assert (real["complaintSubType"], real["complaintFeedbackType"]) == (None, "abuse")
    assert echo["complaintSubType"] == "OnAccountSuppressionList"
    assert not {"userAgent", "arrivalDate", "complaintFeedbackType"} & set(echo)


def test_made_up_members_can_be_replaced(emulator: SESEmulator, published: EventList) -> None:
    """A test can replace members that the emulator makes up."""
    emulator.add_message(
        events=[
            MessageEvent("CLICK", published={"link": "https://a.example", "isBotEvent": "Likely"})
        ]
    )
    click = _only(published)["click"]
    assert (click["link"], click["isBotEvent"]) == ("https://a.example", "Likely")


def test_what_happens_later_is_published_then(emulator: SESEmulator, published: EventList) -> None:
    """Each event comes once, in the order in which it was added."""
    message_id = emulator.add_message(sent_at=SENT)
    emulator.add_event(message_id, MessageEvent("OPEN", at=SENT + timedelta(minutes=1)))
    kinds = [record["eventType"] for record in published.records]
    assert kinds == ["Send", "Delivery", "Open"]
    assert published.records[1]["delivery"]["processingTimeMillis"] == 1000


def test_a_destination_hears_what_it_asked_for(emulator: SESEmulator) -> None:
    """Of one configuration set, of some types, and the same feedback id at every destination."""
    everything, bounces, nothing = EventList(), EventList(), EventList()
    emulator.publish_to(everything)
    emulator.publish_to(bounces, configuration_set="news", event_types=["BOUNCE"])
    emulator.publish_to(nothing, configuration_set="other")
    for configuration_set in ("news", None):
        emulator.add_message(
            configuration_set=configuration_set, events=["SEND", "PERMANENT_BOUNCE"]
        )
    assert len(everything.records) == 4
    assert bounces.records == [everything.records[1]]
    assert nothing.records == []
    with pytest.raises(ValueError, match="event_types can contain only BOUNCE"):
        emulator.publish_to(nothing, event_types=["PERMANENT_BOUNCE"])


@pytest.mark.parametrize("compress", [False, True])
def test_files_are_those_of_firehose(
    *, compress: bool, tmp_path: Path, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A JSON object per line, in a file for each hour of the clock."""
    published = EventList()
    emulator.publish_to(published)
    emulator.publish_to(FirehoseFiles(tmp_path / "events", compress=compress))
    emulator.add_message(subject="Grüße\nZeile")
    fake_clock.advance(3600)
    emulator.add_message()
    files = sorted(path for path in (tmp_path / "events").rglob("*") if path.is_file())
    assert [path.parent.relative_to(tmp_path).as_posix() for path in files] == [
        "events/2026/01/15/12",
        "events/2026/01/15/13",
    ]
    assert all((path.suffix == ".gz") is compress for path in files)
    contents = [path.read_bytes() for path in files]
    texts = [gzip.decompress(content) if compress else content for content in contents]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    assert lines == published.records
    assert [text.count(b"\n") for text in texts] == [2, 2]


def test_a_destination_may_call_the_emulator(client: Any, emulator: SESEmulator) -> None:
    """What hears of an event looks the message up at once, as a webhook does."""
    found: list[str] = []

    class LooksUp:
        def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
            assert at == emulator.now()
            answer = client.get_message_insights(MessageId=record["mail"]["messageId"])
            found.append(answer["MessageId"])

    emulator.publish_to(LooksUp())
    message_id = emulator.add_message(events=["SEND"])
    assert found == [message_id]


def test_the_library_reads_what_is_published(
    tmp_path: Path, emulator: SESEmulator, published: EventList
) -> None:
    """Each kind becomes its event, and files give the same events as the list."""
    emulator.publish_to(FirehoseFiles(tmp_path, compress=True))
    message_id = emulator.add_message(sent_at=SENT, events=list(KINDS))
    parsed: list[Any] = list(events.parse(published.records))
    assert [str(event.type) for event in parsed] == list(KINDS)
    assert not [event for event in parsed if isinstance(event, events.UnknownEvent)]
    assert {event.message_id for event in parsed} == {message_id}
    read: list[Any] = list(events.read(tmp_path))
    assert [event.event_id for event in read] == [event.event_id for event in parsed]
