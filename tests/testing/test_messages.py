"""Message insights, as the service returns them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import MessageEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

SENT = datetime(2026, 1, 14, 8, 30, tzinfo=UTC)


def _without_metadata(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_message_comes_with_everything_that_is_known(client: Any, emulator: SESEmulator) -> None:
    """Every member of the response is filled from the message."""
    message_id = emulator.add_message(
        message_id="m-1",
        from_email_address="News <news@example.com>",
        destination="reader@example.org",
        subject="Grüße",
        isp="Gmail",
        sent_at=SENT,
        email_tags={"campaign": "spring"},
        configuration_set="newsletters",
        tenant_name="t-1",
        events=[
            "SEND",
            MessageEvent(
                "BOUNCE",
                bounce_type="TRANSIENT",
                bounce_sub_type="MailboxFull",
                diagnostic_code="smtp; 452 full",
            ),
            MessageEvent("DELIVERY", at=SENT + timedelta(hours=1)),
            MessageEvent("COMPLAINT", complaint_feedback_type="abuse"),
        ],
    )
    assert message_id == "m-1"
    assert _without_metadata(client.get_message_insights(MessageId="m-1")) == {
        "MessageId": "m-1",
        "FromEmailAddress": "News <news@example.com>",
        "Subject": "Grüße",
        "EmailTags": [
            {"Name": "ses:operation", "Value": "SendEmail"},
            {"Name": "ses:recipient-isp", "Value": "Gmail"},
            {"Name": "ses:source-ip", "Value": "127.0.0.1"},
            {"Name": "ses:from-domain", "Value": "example.com"},
            {"Name": "ses:sender-identity", "Value": "news@example.com"},
            {"Name": "ses:caller-identity", "Value": "emulator"},
            {"Name": "ses:configuration-set", "Value": "newsletters"},
            {"Name": "ses:tenant-name", "Value": "t-1"},
            {"Name": "campaign", "Value": "spring"},
        ],
        "Insights": [
            {
                "Destination": "reader@example.org",
                "Isp": "Gmail",
                "Events": [
                    {"Timestamp": SENT, "Type": "SEND"},
                    {
                        "Timestamp": SENT + timedelta(seconds=1),
                        "Type": "BOUNCE",
                        "Details": {
                            "Bounce": {
                                "BounceType": "TRANSIENT",
                                "BounceSubType": "MailboxFull",
                                "DiagnosticCode": "smtp; 452 full",
                            }
                        },
                    },
                    {"Timestamp": SENT + timedelta(hours=1), "Type": "DELIVERY"},
                    {
                        "Timestamp": SENT + timedelta(hours=1, seconds=1),
                        "Type": "COMPLAINT",
                        "Details": {"Complaint": {"ComplaintFeedbackType": "abuse"}},
                    },
                ],
            }
        ],
    }


def test_times_have_milliseconds(client: Any, emulator: SESEmulator) -> None:
    """The service shows no microseconds, of the mail or of what happened to it."""
    delivery = MessageEvent("DELIVERY", at=SENT.replace(microsecond=999_999))
    message_id = emulator.add_message(
        sent_at=SENT.replace(microsecond=1_999), events=["SEND", delivery]
    )
    (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
    found = [event["Timestamp"].microsecond for event in insights["Events"]]
    assert found == [1_000, 999_000]


def test_members_that_are_unknown_are_absent(client: Any, emulator: SESEmulator) -> None:
    """Unknown members are absent."""
    message_id = emulator.add_message(subject=None, isp=None)
    answer = client.get_message_insights(MessageId=message_id)
    assert "Subject" not in answer
    assert "Isp" not in answer["Insights"][0]


def test_a_message_is_sent_a_minute_ago_when_nothing_is_said(
    client: Any, emulator: SESEmulator
) -> None:
    """A plain message was sent and delivered just now, so that everything finds it."""
    answer = client.get_message_insights(MessageId=emulator.add_message())
    events = [(event["Type"], event["Timestamp"]) for event in answer["Insights"][0]["Events"]]
    assert events == [
        ("SEND", datetime(2026, 1, 15, 11, 59, 0, tzinfo=UTC)),
        ("DELIVERY", datetime(2026, 1, 15, 11, 59, 1, tzinfo=UTC)),
    ]


def test_events_can_follow_and_come_in_order(client: Any, emulator: SESEmulator) -> None:
    """Events are ordered by time, even if they were added later."""
    message_id = emulator.add_message(sent_at=SENT, events=["SEND"])
    emulator.add_event(message_id, MessageEvent("CLICK", at=SENT + timedelta(hours=2)))
    emulator.add_event(message_id, MessageEvent("OPEN", at=SENT + timedelta(hours=1)))
    answer = client.get_message_insights(MessageId=message_id)
    types = [event["Type"] for event in answer["Insights"][0]["Events"]]
    assert types == ["SEND", "OPEN", "CLICK"]


def test_a_bounce_can_be_named_by_its_kind(client: Any, emulator: SESEmulator) -> None:
    """PERMANENT_BOUNCE is short for a BOUNCE of that type."""
    message_id = emulator.add_message(events=["PERMANENT_BOUNCE"])
    (event,) = client.get_message_insights(MessageId=message_id)["Insights"][0]["Events"]
    assert event["Type"] == "BOUNCE"
    assert event["Details"] == {"Bounce": {"BounceType": "PERMANENT"}}


def test_an_unknown_message_is_not_found(client: Any, refused: Refused) -> None:
    """An unknown message is not found."""
    assert refused(client.get_message_insights, MessageId="a")[:2] == (404, "NotFoundException")


def test_a_message_is_forgotten_after_30_days(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock, refused: Refused
) -> None:
    """A message is found until 30 days are over."""
    message_id = emulator.add_message(sent_at=fake_clock.now() - timedelta(days=30))
    assert client.get_message_insights(MessageId=message_id)["MessageId"] == message_id
    fake_clock.advance(1)
    assert refused(client.get_message_insights, MessageId=message_id)[0] == 404


def test_lookups_need_virtual_deliverability_manager(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """Without it a lookup is a NotFound that says what to enable; it can be turned on any time."""
    message_id = emulator.add_message()
    emulator.vdm_enabled = False
    assert refused(client.get_message_insights, MessageId=message_id) == (
        404,
        "NotFoundException",
        "To use this feature you must enable Virtual Deliverability Manager",
    )
    emulator.vdm_enabled = True
    assert emulator.vdm_enabled
    client.get_message_insights(MessageId=message_id)


def test_seeds_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A mistake in a test is refused at once and leaves no trace."""
    message_id = emulator.add_message()
    with pytest.raises(ValueError, match="there is already a message"):
        emulator.add_message(message_id=message_id)
    with pytest.raises(ValueError, match=r"no event type DELIVERD; there are .*PERMANENT_BOUNCE"):
        emulator.add_message(message_id="new", events=["DELIVERD"])
    with pytest.raises(TypeError, match="events must be a list of names"):
        emulator.add_message(message_id="new", events="SEND")
    with pytest.raises(ValueError, match="sent_at must be an aware datetime"):
        emulator.add_message(message_id="new", sent_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="at must be an aware datetime"):
        emulator.add_event(message_id, MessageEvent("OPEN", at=datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(KeyError):
        emulator.add_event("unknown", "OPEN")
    assert emulator.add_message(message_id="new") == "new"
