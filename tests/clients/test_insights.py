"""Messages are looked up, one or many, and each error belongs to its message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pydantic
import pytest

from sesinsights import RetryPolicy, SESInsights, errors, models
from tests.clients.calls import statuses
from tests.clients.export_of_a_day import create_export

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.testing import FakeClock, SESEmulator

    Connect = Callable[..., SESInsights]

SENT_AT = datetime(2026, 1, 15, 11, tzinfo=UTC)


def test_a_message_is_looked_up(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A lookup returns what happened to a message, when, and at which mailbox provider."""
    ses_emulator.add_message(
        message_id="0100-a",
        destination="reader@example.net",
        isp="Gmail",
        subject="Your order",
        sent_at=SENT_AT,
        email_tags={"campaign": "winter"},
        events=["SEND", "DELIVERY", "OPEN"],
    )
    found = ses.get_message_insights("0100-a")
    assert found.subject == "Your order"
    assert found.email_tags[-1] == models.MessageTag(name="campaign", value="winter")
    (insights,) = found.insights
    assert (insights.destination, insights.isp) == ("reader@example.net", "Gmail")
    assert [event.type for event in insights.events] == [
        models.EventType.SEND,
        models.EventType.DELIVERY,
        models.EventType.OPEN,
    ]
    assert insights.events[0].timestamp == SENT_AT


def test_an_id_is_taken_as_mail_headers_show_it(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The brackets and the domain of a Message-ID header are not part of the id."""
    ses_emulator.add_message(message_id="0100-a")
    assert ses.get_message_insights("<0100-a@email.amazonses.com>").message_id == "0100-a"
    assert ses_emulator.requests[0].parameters == {"MessageId": "0100-a"}


@pytest.mark.parametrize("message_id", ["", "  ", "<>", "<@email.amazonses.com>", "<a@b.example>"])
def test_a_broken_id_is_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, message_id: str
) -> None:
    """A broken id is refused by the name of its field, and nothing is sent."""
    with pytest.raises(pydantic.ValidationError, match="message_id"):
        ses.get_message_insights(message_id)
    assert ses_emulator.requests == []


def test_an_unknown_message_is_not_found_and_not_asked_for_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A missing message is requested once, and the error says where to look."""
    with pytest.raises(errors.NotFoundError, match="account and Region"):
        ses.get_message_insights("0100-a")
    assert statuses(ses_emulator, "GetMessageInsights") == [404]


def test_a_manager_that_is_off_is_its_own_error(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Virtual Deliverability Manager that is off has an error of its own, whatever the status."""
    ses_emulator.vdm_enabled = False
    with pytest.raises(errors.VdmNotEnabledError) as lookup:
        ses.get_message_insights("0100-a")
    with pytest.raises(errors.VdmNotEnabledError) as export:
        create_export(ses)
    assert (lookup.value.status_code, export.value.status_code) == (404, 400)


def test_a_missing_permission_names_the_action_to_allow(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The error of a missing permission names the action that the policy lacks."""
    ses_emulator.faults.access_denied("GetMessageInsights")
    with pytest.raises(errors.AccessDeniedError, match="ses:GetMessageInsights"):
        ses.get_message_insights("0100-a")


def test_a_lookup_survives_what_passes(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A lookup is repeated after a dropped connection, a server error and throttling."""
    ses_emulator.add_message(message_id="0100-a")
    ses_emulator.faults.drop_connection("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    ses_emulator.faults.server_error("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    ses_emulator.faults.throttle("GetMessageInsights")
    assert ses.get_message_insights("0100-a").message_id == "0100-a"
    assert statuses(ses_emulator, "GetMessageInsights") == [None, 200, 500, 200, 429, 200]


def test_many_lookups_keep_order_and_report_what_is_missing(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Each id has its result; a missing, refused or broken one does not stop the others."""
    for message_id in ("0100-a", "0100-b"):
        ses_emulator.add_message(message_id=message_id)
    ids = ["0100-a", "gone", "", "<0100-b@email.amazonses.com>"]
    lookups = list(ses.iter_message_insights(ids))
    assert [lookup.message_id for lookup in lookups] == ids
    assert [bool(lookup.message) for lookup in lookups] == [True, False, False, True]
    assert [type(lookup.error) for lookup in lookups] == [
        type(None),
        errors.NotFoundError,
        pydantic.ValidationError,
        type(None),
    ]
    assert statuses(ses_emulator, "GetMessageInsights") == [200, 404, 200]


def test_an_address_that_is_given_for_an_id_is_not_shown(ses: SESInsights) -> None:
    """A lookup shows its id and result, unless the id is an address."""
    mistaken, unknown = ses.iter_message_insights(["reader@example.net", "0100-a"])
    assert mistaken.message_id == "reader@example.net"
    assert "reader@" not in repr(mistaken)
    assert "validation error" in repr(mistaken)
    assert "FailedLookup(message_id='0100-a', error=NotFoundError(" in repr(unknown)


def test_many_lookups_are_as_lazy_as_their_ids(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """An id is read, and a request sent, only when its result is needed."""
    taken: list[str] = []

    def endless() -> Iterator[str]:
        while True:
            taken.append(f"0100-{len(taken)}")
            yield taken[-1]

    lookups = ses.iter_message_insights(endless())
    assert (taken, ses_emulator.requests) == ([], [])
    next(lookups)
    next(lookups)
    assert taken == ["0100-0", "0100-1"]
    assert len(ses_emulator.requests) == 2


@pytest.mark.parametrize("fault", ["server_error", "throttle"])
def test_an_error_that_outlasts_its_retries_belongs_to_its_message(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock, fault: str
) -> None:
    """An error that outlasts its retries belongs to its message, and the others are looked up."""
    ses_emulator.add_message(message_id="0100-b")
    getattr(ses_emulator.faults, fault)("GetMessageInsights", times=3)
    with connect(
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        clock=fake_clock,
        retry=RetryPolicy(max_attempts=3),
    ) as ses:
        broken, found = ses.iter_message_insights(["0100-a", "0100-b"])
    assert isinstance(broken.error, errors.ServiceError)
    assert broken.error.attempts == 3
    assert found.message


def test_an_unreadable_answer_belongs_to_its_message(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A response that cannot be read belongs to its message, and the others are looked up."""
    ses_emulator.add_message(message_id="0100-a")
    ses_emulator.faults.malformed_response("GetMessageInsights", b'{"EmailTags": [{"Name": "x"}]}')
    broken, found = ses.iter_message_insights(["0100-a", "0100-a"])
    assert isinstance(broken.error, errors.ResponseValidationError)
    assert found.message


def test_what_would_fail_every_lookup_stops_them(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """What would fail every lookup is raised at the first."""
    ses_emulator.faults.access_denied("GetMessageInsights")
    with pytest.raises(errors.AccessDeniedError):
        list(ses.iter_message_insights(["0100-a", "0100-b"]))
    ses_emulator.vdm_enabled = False
    with pytest.raises(errors.VdmNotEnabledError):
        list(ses.iter_message_insights(["0100-a", "0100-b"]))
    assert len(ses_emulator.requests) == 2


def test_one_string_is_not_taken_for_many_ids(ses: SESInsights) -> None:
    """One string is not taken for many ids."""
    with pytest.raises(TypeError, match="not one string"):
        ses.iter_message_insights("0100-a")


def flaky(ids: list[str]) -> Iterator[str]:
    """Return a source of ids whose second step fails once, as a broker's may."""

    class Flaky:
        def __init__(self) -> None:
            self._left = [*ids]
            self._steps = 0

        def __iter__(self) -> Flaky:
            return self

        def __next__(self) -> str:
            self._steps += 1
            if self._steps == 2:
                raise ConnectionError
            if not self._left:
                raise StopIteration
            return self._left.pop(0)

    return Flaky()


def test_a_source_of_ids_that_failed_is_asked_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """An error of the source of ids is raised, and the iteration can go on after it."""
    ids = [ses_emulator.add_message() for _ in range(3)]
    lookups = ses.iter_message_insights(flaky(ids))
    assert next(lookups).message_id == ids[0]
    with pytest.raises(ConnectionError):
        next(lookups)
    assert [lookup.message_id for lookup in lookups] == ids[1:]
