"""The emulator's suppression lists work like the service's, and hold mail back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events
from sesinsights.testing import EventList, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock

    Connect = Callable[[SESEmulator], Any]
    Refused = Callable[..., tuple[int, str, str]]

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def listed(client: Any, **filters: Any) -> list[str]:
    """Return the addresses of one page, sorted."""
    answer = client.list_suppressed_destinations(**filters)
    return sorted(each["EmailAddress"] for each in answer["SuppressedDestinationSummaries"])


def test_an_address_is_put_found_and_taken_off(client: Any, refused: Refused) -> None:
    """An added address is found, and a removed one is not."""
    client.put_suppressed_destination(EmailAddress="A.User@Example.COM", Reason="COMPLAINT")
    answer = client.get_suppressed_destination(EmailAddress="A.User@EXAMPLE.com")
    assert answer["SuppressedDestination"] == {
        "EmailAddress": "A.User@example.com",
        "Reason": "COMPLAINT",
        "LastUpdateTime": NOON,
    }
    client.delete_suppressed_destination(EmailAddress="A.User@example.com")
    for call in (client.get_suppressed_destination, client.delete_suppressed_destination):
        assert refused(call, EmailAddress="A.User@example.com") == (
            404,
            "NotFoundException",
            "Email address does not exist on your suppression list.",
        )


def test_the_name_before_the_at_is_spelled_exactly(client: Any, refused: Refused) -> None:
    """Another case is another entry, as at the service."""
    client.put_suppressed_destination(EmailAddress="user@example.com", Reason="BOUNCE")
    assert refused(client.get_suppressed_destination, EmailAddress="User@example.com")[0] == 404
    client.put_suppressed_destination(EmailAddress="User@example.com", Reason="BOUNCE")
    assert listed(client) == ["User@example.com", "user@example.com"]


def test_an_address_with_a_slash_stays(client: Any, refused: Refused) -> None:
    """It can be put and found, but not be taken off by the call."""
    client.put_suppressed_destination(EmailAddress="a/b@example.com", Reason="BOUNCE")
    client.get_suppressed_destination(EmailAddress="a/b@example.com")
    answer = refused(client.delete_suppressed_destination, EmailAddress="a/b@example.com")
    assert answer[:2] == (400, "BadRequestException")
    assert listed(client) == ["a/b@example.com"]


def test_the_list_is_filtered_and_paged(client: Any, emulator: SESEmulator) -> None:
    """Reasons and times filter, and a token goes on where a page ended."""
    for number in range(3):
        emulator.add_suppressed_destination(
            f"b{number}@example.com", last_update_time=NOON - timedelta(days=number)
        )
    emulator.add_suppressed_destination("c@example.com", reason="COMPLAINT")
    assert listed(client, Reasons=["COMPLAINT"]) == ["c@example.com"]
    assert len(listed(client, Reasons=["COMPLAINT", "BOUNCE"])) == 4
    assert listed(client, EndDate=NOON - timedelta(hours=1)) == ["b1@example.com", "b2@example.com"]
    assert listed(client, StartDate=NOON, Reasons=["BOUNCE"]) == ["b0@example.com"]
    first = client.list_suppressed_destinations(PageSize=3)
    rest = client.list_suppressed_destinations(PageSize=3, NextToken=first["NextToken"])
    assert len(rest["SuppressedDestinationSummaries"]) == 1
    assert "NextToken" not in rest


def test_each_tenant_has_a_list_of_its_own(client: Any) -> None:
    """The lists of tenants and of the account do not see each other."""
    client.put_suppressed_destination(EmailAddress="a@example.com", Reason="BOUNCE")
    client.put_suppressed_destination(
        EmailAddress="t@example.com", Reason="BOUNCE", TenantName="shop"
    )
    assert listed(client) == ["a@example.com"]
    assert listed(client, TenantName="shop") == ["t@example.com"]
    answer = client.get_suppressed_destination(EmailAddress="t@example.com", TenantName="shop")
    assert answer["SuppressedDestination"]["TenantName"] == "shop"


def test_an_account_in_the_sandbox_may_only_look(
    connect: Connect, fake_clock: FakeClock, refused: Refused
) -> None:
    """An account in the sandbox can put nothing, and GetAccount shows the sandbox."""
    with SESEmulator(clock=fake_clock, production_access=False) as emulator:
        client = connect(emulator)
        entry = {"EmailAddress": "a@example.com", "Reason": "BOUNCE"}
        for is_out in (False, True, False):
            emulator.production_access = is_out
            assert client.get_account()["ProductionAccessEnabled"] is is_out
            if is_out:
                client.put_suppressed_destination(**entry)
            else:
                answer = refused(client.put_suppressed_destination, **entry)
                assert answer[:2] == (400, "BadRequestException")
        assert listed(client) == ["a@example.com"]


@pytest.mark.parametrize("reason", ["BOUNCE", "COMPLAINT"])
def test_mail_to_a_suppressed_address_is_held_back_in_any_spelling(
    emulator: SESEmulator, client: Any, reason: str
) -> None:
    """SEND is followed by the echo alone, in lookups and in what is published."""
    published = EventList()
    emulator.publish_to(published)
    emulator.add_suppressed_destination("User@Example.com", reason=reason)
    message_id = emulator.add_message(
        destination="Some One <uSER@example.com>", events=["SEND", "DELIVERY", "OPEN"]
    )
    sent, echo = [event for record in published.records for event in events.parse(record)]
    assert isinstance(sent, events.Sent)
    assert isinstance(echo, events.Bounced | events.Complained)
    assert echo.is_suppression_echo
    (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
    assert [event["Type"] for event in insights["Events"]] == ["SEND", reason]


def test_a_reason_that_does_not_count_holds_nothing_back(
    emulator: SESEmulator, client: Any
) -> None:
    """An address on the list for another reason than the account's is sent to."""
    emulator.add_suppressed_destination("a@example.com", reason="COMPLAINT")
    client.put_account_suppression_attributes(SuppressedReasons=["BOUNCE"])
    assert client.get_account()["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE"]
    message_id = emulator.add_message(destination="a@example.com")
    (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
    assert [event["Type"] for event in insights["Events"]] == ["SEND", "DELIVERY"]


def test_mail_sent_before_the_address_was_suppressed_is_not_held_back(
    emulator: SESEmulator, client: Any
) -> None:
    """The list of that moment counts, and what was never accepted is not held back at all."""
    emulator.add_suppressed_destination("a@example.com")
    earlier = emulator.add_message(destination="a@example.com", sent_at=NOON - timedelta(hours=1))
    rejected = emulator.add_message(destination="a@example.com", events=["REJECT"])
    for message_id, kinds in ((earlier, ["SEND", "DELIVERY"]), (rejected, ["REJECT"])):
        (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
        assert [event["Type"] for event in insights["Events"]] == kinds


def test_the_list_of_a_tenant_holds_back_its_own_mail(emulator: SESEmulator, client: Any) -> None:
    """The echo says whose list it was, and the account's list counts too."""
    emulator.add_suppressed_destination("a@example.com", tenant_name="shop")
    emulator.add_suppressed_destination("b@example.com")
    found = {}
    for address, tenant in (("a", "shop"), ("a", None), ("b", "shop")):
        message_id = emulator.add_message(destination=f"{address}@example.com", tenant_name=tenant)
        (insights,) = client.get_message_insights(MessageId=message_id)["Insights"]
        details = insights["Events"][-1].get("Details", {})
        found[address, tenant] = details.get("Bounce", {}).get("BounceSubType")
    assert found == {
        ("a", "shop"): "OnTenantSuppressionList",
        ("a", None): None,
        ("b", "shop"): "OnAccountSuppressionList",
    }


def test_seeds_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A mistake in a test is refused at once."""
    with pytest.raises(ValueError, match="reason must be one of BOUNCE, COMPLAINT"):
        emulator.add_suppressed_destination("a@example.com", reason="SPAM")
    with pytest.raises(ValueError, match="last_update_time"):
        emulator.add_suppressed_destination(
            "a@example.com", last_update_time=NOON.replace(tzinfo=None)
        )
