"""Clients of either kind find out why an address is suppressed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import errors, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Connect = Callable[..., Any]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_the_message_behind_a_suppression_is_looked_up(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The entry, the ids of what caused it and the message's timeline come as one."""
    message_id = ses_emulator.add_message(
        destination="Reader@example.com",
        sent_at=NOON - timedelta(hours=2),
        events=["SEND", "PERMANENT_BOUNCE"],
    )
    ses_emulator.add_suppressed_destination(
        "reader@example.com", message_id=message_id, feedback_id="0100-f"
    )
    found = connect().suppression_of("Reader@Example.com")
    assert (found.message_id, found.feedback_id) == (message_id, "0100-f")
    assert (found.reason, found.last_update_time) == ("BOUNCE", NOON)
    assert found.timeline.status == outcomes.Status.PERMANENT_BOUNCE
    assert "eader@" not in repr(found)
    assert str(found) == (
        f"Suppressed for BOUNCE, since 2026-01-15 12:00:00 UTC, by message {message_id}"
    )
    assert [request.operation for request in ses_emulator.requests] == [
        "GetSuppressedDestination",  # as it is spelled
        "GetSuppressedDestination",  # in lower case
        "GetMessageInsights",
    ]


def test_an_address_that_is_not_suppressed_is_none(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """An address in lower case is requested once, and no message is looked up."""
    assert connect().suppression_of("reader@example.com") is None
    assert len(ses_emulator.requests) == 1


@pytest.mark.parametrize("fault", ["vdm", "denied", "old", "broken", "late"])
def test_an_entry_is_told_though_its_message_is_not(
    connect: Connect, ses_emulator: SESEmulator, fault: str
) -> None:
    """Without a lookup there is no timeline, and its error says why."""
    ses_emulator.add_suppressed_destination("a@example.com", message_id="0100-gone")
    ses_emulator.vdm_enabled = fault != "vdm"
    if fault == "denied":
        ses_emulator.faults.access_denied("GetMessageInsights")
    if fault == "broken":
        ses_emulator.faults.drop_connection("GetMessageInsights", times=None)
    ses = connect(max_wait=0.5 if fault == "late" else None)
    if fault == "late":
        # The account's calls of this second are used up.
        with pytest.raises(errors.NotFoundError):
            ses.get_message_insights("0100-other")
    found = ses.suppression_of("a@example.com")
    assert found.timeline is None
    expected = {
        "vdm": errors.VdmNotEnabledError,
        "denied": errors.AccessDeniedError,
        "old": errors.NotFoundError,
        "broken": errors.TransportError,
        "late": errors.PaceTimeoutError,
    }
    assert isinstance(found.lookup.error, expected[fault])


def test_an_entry_put_by_hand_has_no_message(connect: Connect, ses_emulator: SESEmulator) -> None:
    """An entry that was added by hand has no message to look up."""
    ses_emulator.add_suppressed_destination("a@example.com", tenant_name="shop")
    found = connect().suppression_of("a@example.com", tenant_name="shop")
    assert found.entry.tenant_name == "shop"
    assert (found.message_id, found.feedback_id, found.lookup, found.timeline) == (None,) * 4


def test_anything_but_an_address_is_refused_before_anything_is_sent(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """Anything but an address is refused before anything is sent."""
    with pytest.raises(pydantic.ValidationError, match="email_address"):
        connect().suppression_of("nobody")
    assert ses_emulator.requests == []
