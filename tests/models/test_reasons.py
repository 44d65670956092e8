"""Bounces, delays and complaints mean the same in lookups, export records and events."""

from __future__ import annotations

import pytest

from sesinsights import models
from sesinsights.exports import MessageInsightsRecord
from sesinsights.models import BounceReason, BounceType, DelayReason, DeliveryEventType, reasons
from sesinsights.models.status_codes import explain_status
from tests.models.responses import CREATED, EVENT


@pytest.mark.parametrize(
    ("diagnostic", "said"),
    [
        ("smtp; 550 5.1.1 user unknown", "5.1.1, permanent: the mailbox does not exist"),
        ("smtp; 552-5.2.2 over quota", "5.2.2, permanent: the mailbox is full"),
        ("452 4.2.2 The mailbox is full", "4.2.2, temporary: the mailbox is full"),
        ("421 4.7.1 try later [IPTS04]", "4.7.1, temporary: the receiving server refuses"),
        ("550-5.7.26 unauthenticated", "5.7.26, permanent: the message is not authenticated"),
        ("550 #5.1.10 Recipient", "5.1.10, permanent: the domain declares that it accepts no mail"),
    ],
)
def test_a_status_code_is_said_in_words(diagnostic: str, said: str) -> None:
    """A status code is explained wherever it stands, with whether it is permanent."""
    assert (explain_status(diagnostic) or "").startswith(said)


def test_a_detail_that_nobody_registered_has_the_meaning_of_its_subject() -> None:
    """RFC 3463 lets a reader fall back to the subject."""
    assert explain_status("550 5.7.999 no") == explain_status("550 5.7.999 yes")
    assert "security or policy" in (explain_status("550 5.7.999 no") or "")


@pytest.mark.parametrize(
    "diagnostic",
    ["", "550 no", "from 5.1.1.10", "at 10.5.1.1", "Exim 4.92.3", "2.0.0 OK", "v5.1.1"],
)
def test_what_is_no_status_code_is_not_explained(diagnostic: str) -> None:
    """IP addresses, versions and success codes are not explained."""
    assert explain_status(diagnostic) is None


@pytest.mark.parametrize("spelled", ["OnAccountSuppressionList", "ON_ACCOUNT_SUPPRESSION_LIST"])
def test_the_suppression_list_is_known_in_both_spellings(spelled: str) -> None:
    """The service documents one and has been seen to send the other."""
    bounce = models.Bounce(bounce_type=BounceType.PERMANENT, bounce_sub_type=spelled)
    assert any("your account's suppression list" in line for line in bounce.explanation)
    complaint = models.Complaint(complaint_sub_type=spelled)
    assert any("your account's suppression list" in line for line in complaint.explanation)


@pytest.mark.parametrize(
    ("kind", "sub_type", "words"),
    [
        ("PERMANENT", "General", "stop sending"),
        ("TRANSIENT", "General", "try again later"),
        ("UNDETERMINED", "Undetermined", "does not say why"),
        ("PERMANENT", "NoEmail", "no readable address"),
        ("PERMANENT", "Suppressed", "global suppression list"),
        ("TRANSIENT", "MailboxFull", "mailbox is full"),
        ("TRANSIENT", "MessageTooLarge", "too large"),
        ("TRANSIENT", "ContentRejected", "content was refused"),
        ("TRANSIENT", "AttachmentRejected", "attachment was refused"),
    ],
)
def test_a_bounce_is_said_in_words(kind: str, sub_type: str, words: str) -> None:
    """Its type says what to do, its sub type why."""
    bounce = models.Bounce(bounce_type=BounceType(kind), bounce_sub_type=sub_type)
    assert words in " ".join(bounce.explanation)


@pytest.mark.parametrize(
    ("feedback", "words"),
    [("abuse", "spam"), ("Fraud", "phishing"), ("auth-failure", "DKIM"), ("virus", "virus")],
)
def test_a_complaint_is_said_in_words(feedback: str, words: str) -> None:
    """A complaint is explained by the kind that the mailbox provider reported."""
    complaint = models.Complaint(complaint_feedback_type=feedback)
    assert words in " ".join(complaint.explanation)


def test_what_is_unknown_is_left_to_its_name() -> None:
    """A value that the service adds one day is not an error, and nothing is made up about it."""
    event = models.InsightsEvent.from_service(
        {
            **EVENT,
            "Type": "TELEPORTED",
            "Details": {
                "Bounce": {"BounceType": "SIDEWAYS", "BounceSubType": "New"},
                "Complaint": {"ComplaintFeedbackType": "boredom", "ComplaintSubType": "New"},
            },
        }
    )
    assert event.explanation == ()


def bounced_row(
    event: DeliveryEventType | None, sub_type: str | None = None
) -> MessageInsightsRecord:
    """Return a row of an export that says no more than how it bounced."""
    return MessageInsightsRecord(
        message_id="0100",
        send_timestamp=CREATED,
        destination="reader@example.com",
        last_delivery_event=event,
        bounce_sub_type=sub_type,
    )


SPELLINGS = [
    ("General", BounceReason.GENERAL),
    ("NoEmail", BounceReason.NO_EMAIL),
    ("Suppressed", BounceReason.SUPPRESSED),
    ("OnAccountSuppressionList", BounceReason.ON_ACCOUNT_SUPPRESSION_LIST),
    ("ON_TENANT_SUPPRESSION_LIST", BounceReason.ON_TENANT_SUPPRESSION_LIST),
    ("EmailValidationSuppressed", BounceReason.EMAIL_VALIDATION_SUPPRESSED),
    ("UnsubscribedRecipient", BounceReason.UNSUBSCRIBED_RECIPIENT),
    ("mailbox_full", BounceReason.MAILBOX_FULL),
    ("CustomTimeoutExceeded", BounceReason.CUSTOM_TIMEOUT_EXCEEDED),
    ("Undetermined", BounceReason.UNDETERMINED),
    ("Teleported", "Teleported"),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("spelled", "reason"), SPELLINGS)
def test_a_reason_is_the_same_in_a_lookup_and_in_an_export_row(
    spelled: str | None, reason: BounceReason | str | None
) -> None:
    """One normaliser reads every spelling; what is new at the service stays as it came."""
    bounce = models.Bounce(bounce_type=BounceType.PERMANENT, bounce_sub_type=spelled)
    row = bounced_row(DeliveryEventType.PERMANENT_BOUNCE, spelled)
    assert bounce.reason == row.reason == reason
    assert bounce.is_permanent is row.is_permanent is True
    assert bounce.advice == row.advice is not None
    assert bounce.explanation == row.explanation
    assert bounce.is_suppression_echo is row.is_suppression_echo
    assert bounce.is_suppression_echo is ("SUPPRESSION_LIST" in (reason or ""))


@pytest.mark.parametrize(
    ("event", "kind", "permanent"),
    [
        (DeliveryEventType.PERMANENT_BOUNCE, BounceType.PERMANENT, True),
        (DeliveryEventType.TRANSIENT_BOUNCE, BounceType.TRANSIENT, False),
        (DeliveryEventType.UNDETERMINED_BOUNCE, BounceType.UNDETERMINED, None),
        (DeliveryEventType.DELIVERY, None, None),
        (None, None, None),
    ],
)
def test_an_export_row_tells_whether_it_bounced_for_good(
    event: DeliveryEventType | None,
    kind: BounceType | None,
    permanent: bool | None,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The delivery event of a row holds the type of its bounce."""
    row = bounced_row(event)
    assert (row.bounce_type, row.is_permanent) == (kind, permanent)
    assert bool(row.explanation) is (row.advice is not None) is (kind is not None)


@pytest.mark.parametrize(
    ("spelled", "reason"),
    [
        ("IPFailure", DelayReason.IP_FAILURE),
        ("SPAM_DETECTED", DelayReason.SPAM_DETECTED),
        ("TransientCommunicationGeneral", DelayReason.TRANSIENT_COMMUNICATION_FAILURE),
        ("BYOIPHostNameLookupUnavailable", DelayReason.BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE),
        ("Snowfall", "Snowfall"),
        (None, None),
    ],
)
def test_a_delay_has_a_reason(spelled: str | None, reason: DelayReason | str | None) -> None:
    """A delay has a reason in any spelling that has been seen."""
    assert reasons.delay_reason(spelled) == reason
    words = [*reasons.explain_delay(spelled)]
    assert len(words) == (2 if isinstance(reason, DelayReason) else 1)


def test_who_unsubscribed_is_not_told_to_have_a_bad_mailbox() -> None:
    """The advice on a reason replaces that on its type where that would be wrong."""
    bounce = models.Bounce(
        bounce_type=BounceType.PERMANENT, bounce_sub_type="UnsubscribedRecipient"
    )
    assert "does not accept mail" not in " ".join(bounce.explanation)
