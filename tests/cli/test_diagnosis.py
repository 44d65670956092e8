"""Bounces and complaints in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sesinsights import models
from sesinsights.cli.message.diagnosis import (
    explain,
    explain_bounce,
    explain_complaint,
    explain_status,
)
from sesinsights.cli.terminal import printable
from sesinsights.cli.times import length


@pytest.mark.parametrize(
    ("diagnostic", "said"),
    [
        ("smtp; 550 5.1.1 user unknown", "5.1.1, for good: there is no such mailbox"),
        ("smtp; 552-5.2.2 over quota", "5.2.2, for good: the mailbox is full"),
        ("452 4.2.2 The mailbox is full", "4.2.2, for now: the mailbox is full"),
        ("421 4.7.1 try later [IPTS04]", "4.7.1, for now: the receiving server refuses"),
        ("550-5.7.26 unauthenticated", "5.7.26, for good: the message is not authenticated"),
        ("550 #5.1.10 Recipient", "5.1.10, for good: the domain says that it takes no mail"),
    ],
)
def test_a_status_code_is_said_in_words(diagnostic: str, said: str) -> None:
    """Wherever the server puts it, with whether it holds for good."""
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
    """Addresses of hosts, versions and success look alike."""
    assert explain_status(diagnostic) is None


@pytest.mark.parametrize("spelled", ["OnAccountSuppressionList", "ON_ACCOUNT_SUPPRESSION_LIST"])
def test_the_suppression_list_is_known_in_both_spellings(spelled: str) -> None:
    """The service documents one and has been seen to send the other."""
    bounce = models.Bounce(bounce_type="PERMANENT", bounce_sub_type=spelled)
    assert any("your account's suppression list" in line for line in explain_bounce(bounce))
    complaint = models.Complaint(complaint_sub_type=spelled)
    assert any("your account's suppression list" in line for line in explain_complaint(complaint))


@pytest.mark.parametrize(
    ("kind", "sub_type", "words"),
    [
        ("PERMANENT", "General", "stop sending"),
        ("TRANSIENT", "General", "try again later"),
        ("UNDETERMINED", "Undetermined", "does not say why"),
        ("PERMANENT", "NoEmail", "no such address"),
        ("PERMANENT", "Suppressed", "global suppression list"),
        ("TRANSIENT", "MailboxFull", "mailbox is full"),
        ("TRANSIENT", "MessageTooLarge", "too large"),
        ("TRANSIENT", "ContentRejected", "content was refused"),
        ("TRANSIENT", "AttachmentRejected", "attachment was refused"),
    ],
)
def test_a_bounce_is_said_in_words(kind: str, sub_type: str, words: str) -> None:
    """Its type says what to do, its sub type why."""
    bounce = models.Bounce(bounce_type=kind, bounce_sub_type=sub_type)
    assert words in " ".join(explain_bounce(bounce))


@pytest.mark.parametrize(
    ("feedback", "words"),
    [("abuse", "spam"), ("Fraud", "phishing"), ("auth-failure", "DKIM"), ("virus", "virus")],
)
def test_a_complaint_is_said_in_words(feedback: str, words: str) -> None:
    """By the kinds that mailbox providers report."""
    complaint = models.Complaint(complaint_feedback_type=feedback)
    assert words in " ".join(explain_complaint(complaint))


def test_what_is_unknown_is_left_to_its_name() -> None:
    """What the service invents one day is no error, and nothing is made up about it."""
    event = models.InsightsEvent.from_service(
        {
            "Type": "TELEPORTED",
            "Details": {
                "Bounce": {"BounceType": "SIDEWAYS", "BounceSubType": "New"},
                "Complaint": {"ComplaintFeedbackType": "boredom", "ComplaintSubType": "New"},
            },
        }
    )
    assert [*explain(event)] == []


def test_text_of_others_cannot_steer_the_terminal() -> None:
    """Neither escape sequences nor line ends nor turned directions get through."""
    assert printable("a\x1b[2Jb\r\nc\u202ed") == "a\\x1b[2Jb c\\u202ed"
    assert printable("Grüße 👩‍💻 — 5 €") == "Grüße 👩‍💻 — 5 €"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=11, seconds=20), "11 min"),
        (timedelta(hours=1, minutes=30), "1.5 h"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=4), "4 d"),
    ],
)
def test_a_length_of_time_has_one_unit(span: timedelta, said: str) -> None:
    """It is read at a glance; the exact times stand beside it."""
    assert length(span) == said
