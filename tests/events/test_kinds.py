"""What an event says, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events
from sesinsights.exports import MessageInsightsRecord
from sesinsights.models import (
    Bounce,
    BounceReason,
    BounceType,
    Complaint,
    DelayReason,
    DeliveryEventType,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = Callable[..., dict[str, Any]]

ADA, BOB = "ada@example.net", "bob@example.net"
ALL = (ADA, BOB, "eve@example.net")


def one(record: dict[str, Any]) -> Any:
    """Return the only event of a record."""
    (event,) = events.parse(record)
    return event


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-11-03T09:15:02.418Z",
        "2026-11-03T09:15:02.418+00:00",
        "2026-11-03T12:15:02.418000000+03:00",
        "2026-11-03T09:15:02.418 +0000",
        "2026-11-03T09:15:02.418",
    ],
)
def test_a_time_is_read_in_any_spelling(spelled: str, record: Record) -> None:
    """Every spelling of a time is the same instant in UTC and the same event."""
    event = one(record("open", timestamp=spelled))
    assert event.timestamp == datetime(2026, 11, 3, 9, 15, 2, 418_000, tzinfo=UTC)
    assert event.timestamp.tzinfo is UTC
    assert event.has_own_time
    usual = one(record("open", timestamp="2026-11-03T09:15:02.418Z"))
    assert event.event_id == usual.event_id


@pytest.mark.parametrize("name", ["send", "reject", "rendering_failure"])
def test_a_kind_without_a_time_takes_that_of_the_mail(name: str, record: Record) -> None:
    """A kind without a time takes the time of the mail, and says so."""
    event = one(record(name))
    assert event.timestamp == event.mail.timestamp
    assert not event.has_own_time
    assert one(record("open", timestamp=None)).timestamp == event.mail.timestamp


@pytest.mark.parametrize(
    ("name", "changes", "recipients"),
    [
        ("send", {}, ALL),
        ("reject", {}, ALL),
        ("rendering_failure", {}, ALL),
        ("subscription", {}, ALL),
        ("open", {}, ()),
        ("click", {}, ()),
        ("delivery", {}, (ADA,)),
        ("delivery", {"recipients": None}, ()),
        ("bounce_two_of_three", {}, (ADA, BOB)),
        (
            "bounce",
            {"bouncedRecipients": [{"emailAddress": None}, {}, "x", {"emailAddress": ADA}]},
            (ADA,),
        ),
        ("complaint_two_suspects", {}, (ADA, BOB)),
        ("delivery_delay", {}, (ADA,)),
    ],
)
def test_recipients_are_whom_the_event_is_about(
    name: str, changes: dict[str, Any], recipients: tuple[str, ...], record: Record
) -> None:
    """An event names its recipients among three; who opened a message is not guessed."""
    about_three = record(name, **changes)
    about_three["mail"]["destination"] = list(ALL)
    assert one(about_three).recipients == recipients


def test_who_opened_a_message_to_one_recipient_is_known(record: Record) -> None:
    """If a message has only one recipient, it was that one who opened it."""
    assert one(record("open")).recipients == one(record("click")).recipients == (ADA,)


def test_the_mail_is_typed(record: Record) -> None:
    """What all events of a message share, with the tags of both."""
    event = one(record("delivery"))
    mail = event.mail
    assert mail.destination == (ADA,)
    assert mail.headers[2].name == "Subject"
    assert mail.headers[2].value == mail.common_headers.subject == event.subject
    assert mail.common_headers.to == (ADA,)
    assert mail.source == event.source == '"Example Shop" <news@example.com>'
    assert mail.sending_account_id == "111122223333"
    assert mail.headers_truncated is False
    assert event.tags["campaign"] == ("spring",)
    assert (event.configuration_set, event.tenant_name) == ("shop-mail", None)
    assert one(record("rendering_failure")).subject is None
    assert one(record("rendering_failure")).mail.common_headers is None
    with pytest.raises(TypeError):
        event.tags["campaign"] = ()


def test_feedback_has_what_only_feedback_has(samples: Any) -> None:
    """The client that sent the mail, instead of tags."""
    (event,) = events.parse((samples / "feedback.bounce.json").read_bytes())
    assert isinstance(event, events.Bounced)
    assert (event.mail.source_ip, event.mail.caller_identity) == ("192.0.2.44", "shop-mailer")
    assert event.tags == {}
    assert event.remote_mta_ip == "198.51.100.25"


def test_details_are_typed(record: Record) -> None:
    """Each kind of event has typed details."""
    delivered = one(record("delivery"))
    assert delivered.processing_time_millis == 786
    assert delivered.remote_mta_ip == "198.51.100.25"
    clicked = one(record("click"))
    assert clicked.link == "https://shop.example.com/orders/1042?utm=mail"
    assert clicked.link_tags == {"place": ("footer",), "variant": ("b", "c")}
    assert one(record("click", linkTags=None)).link_tags == {}
    failed = one(record("rendering_failure"))
    assert failed.template_name == "order-confirmation"
    assert "orderNumber" in failed.error_message
    changed = one(record("subscription"))
    assert changed.contact_list == "readers"
    assert changed.subscription_source == "UnsubscribeHeader"
    assert changed.new_topic_preferences.unsubscribe_all is True
    (topic,) = changed.old_topic_preferences.topic_subscription_status
    assert (topic.topic_name, topic.subscription_status) == ("offers", "OptIn")
    assert one(record("reject")).reason == "Bad content"


@pytest.mark.parametrize("name", ["open", "click"])
@pytest.mark.parametrize(
    ("said", "is_bot"),
    [
        ("Likely", True),
        ("Unlikely", False),
        ("UNLIKELY", False),
        (True, True),
        (False, False),
        ("Perhaps", None),
        (None, None),
        (5, None),
    ],
)
def test_whether_it_was_a_bot_is_a_word(
    name: str, said: object, is_bot: object, record: Record
) -> None:
    """`Unlikely` is False, and what is not said is None."""
    assert one(record(name, isBotEvent=said)).is_bot is is_bot


@pytest.mark.parametrize(
    ("name", "type_", "reason", "permanent", "echo"),
    [
        ("bounce", BounceType.PERMANENT, BounceReason.GENERAL, True, False),
        (
            "bounce_account_suppression",
            BounceType.PERMANENT,
            BounceReason.ON_ACCOUNT_SUPPRESSION_LIST,
            True,
            True,
        ),
        (
            "bounce_delivery_deadline",
            BounceType.TRANSIENT,
            BounceReason.CUSTOM_TIMEOUT_EXCEEDED,
            False,
            False,
        ),
        ("bounce_global_suppression", BounceType.PERMANENT, BounceReason.SUPPRESSED, True, False),
        ("bounce_mailbox_full", BounceType.TRANSIENT, BounceReason.MAILBOX_FULL, False, False),
        (
            "bounce_undetermined",
            BounceType.UNDETERMINED,
            BounceReason.UNDETERMINED,
            None,
            False,
        ),
    ],
)
def test_a_bounce_means_the_same_everywhere(  # noqa: PLR0917 - parameters of the test
    name: str,
    type_: BounceType,
    reason: BounceReason,
    permanent: object,
    echo: object,
    record: Record,
) -> None:
    """An event, a lookup and an export record of one bounce agree on reason and advice."""
    event = one(record(name))
    looked_up = Bounce(
        bounce_type=type_, bounce_sub_type=reason, diagnostic_code=event.diagnostic_code
    )
    row = MessageInsightsRecord(
        message_id=event.message_id,
        send_timestamp=event.timestamp,
        destination="reader@example.com",
        last_delivery_event=DeliveryEventType(f"{type_}_BOUNCE"),
        bounce_sub_type=event.bounce_sub_type,
        diagnostic_code=event.diagnostic_code,
    )
    assert event.bounce_type is type_
    for told in (event, looked_up, row):
        assert told.reason is reason
        assert told.is_permanent is permanent
        assert told.is_suppression_echo is echo
        assert told.advice == event.advice
        assert told.explanation == event.explanation
        assert event.advice in told.explanation


def test_what_is_new_of_a_bounce_stays_text(record: Record) -> None:
    """An unknown kind of bounce stays text, and nothing is made up about it."""
    event = one(record("bounce", bounceType="Sideways", bounceSubType="Vanished"))
    assert (event.bounce_type, event.reason) == ("Sideways", "Vanished")
    assert (event.is_permanent, event.advice) == (None, None)


@pytest.mark.parametrize(
    ("changes", "is_auto_reply"),
    [
        ({"bounceType": "Permanent"}, False),
        ({"bounceType": "Transient", "bounceSubType": "MailboxFull"}, False),
        ({"bounceType": "Transient"}, False),
        ({"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": ADA}]}, None),
        ({"bounceType": "Undetermined", "bouncedRecipients": [{"emailAddress": ADA}]}, False),
        (
            {
                "bounceType": "Transient",
                "bouncedRecipients": [
                    {"emailAddress": ADA, "diagnosticCode": "I am out of the office"}
                ],
            },
            True,
        ),
    ],
)
def test_an_automatic_reply_is_told_as_far_as_one_event_can(
    changes: dict[str, Any], is_auto_reply: object, record: Record
) -> None:
    """A transient bounce without details may be an automatic reply; a delivery decides."""
    assert one(record("bounce", **changes)).is_auto_reply is is_auto_reply


@pytest.mark.parametrize("name", ["send", "delivery", "open", "complaint", "delivery_delay"])
def test_every_event_answers(name: str, record: Record) -> None:
    """What only bounces can be, others are not."""
    event = one(record(name))
    assert event.is_auto_reply is False
    assert event.is_suppression_echo is False
    assert isinstance(event.explanation, tuple)


@pytest.mark.parametrize(
    ("sub_type", "feedback", "echo", "from_reader"),
    [
        (None, "abuse", False, True),
        (None, None, False, True),
        ("OnAccountSuppressionList", None, True, False),
        ("OnTenantSuppressionList", None, True, False),
        (None, "not-spam", False, False),
        (None, "auth-failure", False, False),
    ],
)
def test_not_every_complaint_is_a_readers(
    sub_type: str | None, feedback: str | None, echo: object, from_reader: object, record: Record
) -> None:
    """Echoes of a suppression list, praise and failed authentication are not."""
    event = one(record("complaint", complaintSubType=sub_type, complaintFeedbackType=feedback))
    assert event.is_suppression_echo is echo
    assert event.is_from_reader is from_reader
    looked_up = Complaint(complaint_sub_type=sub_type, complaint_feedback_type=feedback)
    assert looked_up.is_suppression_echo is echo
    assert looked_up.explanation == event.explanation


def test_a_delay_has_a_reason(record: Record) -> None:
    """A delay has a reason, also in words."""
    event = one(record("delivery_delay"))
    assert event.reason is DelayReason.TRANSIENT_COMMUNICATION_FAILURE
    assert event.expiration_time > event.timestamp
    assert event.delayed_recipients[0].status == "4.4.1"
    assert len(event.explanation) == 2
