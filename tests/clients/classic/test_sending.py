"""Mail is sent one by one and in bulk, and its id is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import AsyncSESClassic, SESClassic, SESInsights, errors
from sesinsights.testing import FakeClock
from tests.sending.mail import READER, SOURCE, entries, template

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator


def test_a_sender_that_is_not_verified_is_rejected(classic: SESClassic) -> None:
    """A sender that is not verified is an error of a class of its own."""
    classic.create_template(template=template())
    with pytest.raises(errors.MessageRejectedError):
        classic.send_templated_email(
            source="other@example.org", destination=READER, template="order", template_data={}
        )


def test_a_bulk_send_of_any_size_has_a_result_for_each_destination(
    classic: SESClassic, wire: list[str]
) -> None:
    """A bulk send to 120 destinations makes three calls and has 120 results, in order."""
    classic.create_template(template=template())
    destinations = entries(120)
    results = classic.send_bulk(
        source=SOURCE,
        template="order",
        default_template_data={"number": "7"},
        destinations=iter(destinations),
    )
    assert [result.destination for result in results] == destinations
    assert len({result.message_id for result in results}) == 120
    assert [result.error for result in results] == [None] * 120
    assert wire.count("SendBulkTemplatedEmail") == 3


BULK_CALLS = ["send_bulk", "send_bulk_templated_email"]

AS_DICTIONARIES: list[Any] = [
    {"destination": {"to_addresses": ["a@example.com"]}, "replacement_template_data": {"n": 1}},
    {"Destination": {"ToAddresses": ["b@example.com"], "CcAddresses": ["c@example.com"]}},
]


@pytest.mark.parametrize("name", BULK_CALLS)
@pytest.mark.parametrize("client", [SESClassic, AsyncSESClassic])
def test_destinations_may_be_dictionaries(
    client: Any, name: str, moto_url: str, outcome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both bulk calls take dictionaries, by names of Python or of the service, and check them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ses = client(endpoint_url=moto_url, region_name="us-east-1", clock=FakeClock())
    ses.client.verify_email_identity(EmailAddress=SOURCE)
    ses.client.create_template(
        Template={"TemplateName": name, "SubjectPart": "s", "TextPart": "t", "HtmlPart": "h"}
    )
    call = {"source": SOURCE, "template": name, "default_template_data": {}}
    sent = outcome(getattr(ses, name)(**call, destinations=iter(AS_DICTIONARIES)))
    assert len(getattr(sent, "status", sent)) == 2
    bad = [*AS_DICTIONARIES, {"destination": {"to_addresses": [SOURCE], "cc": []}}]
    with pytest.raises(pydantic.ValidationError) as caught:
        outcome(getattr(ses, name)(**call, destinations=bad))
    assert "\ndestinations.2.destination.cc\n" in str(caught.value)
    with pytest.raises(pydantic.ValidationError, match=r"destinations"):
        outcome(getattr(ses, name)(**call, destinations=["a@example.com"]))
    ses.client.delete_template(TemplateName=name)
    outcome(ses.close())


def test_a_message_sent_by_the_classic_api_is_looked_up_by_the_new_one(
    classic: SESClassic, ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The id that sending returned is the id to look up."""
    classic.create_template(template=template())
    sent = classic.send_templated_email(
        source=SOURCE, destination=READER, template="order", template_data={"number": "7"}
    )
    ses_emulator.add_message(message_id=sent.message_id)
    assert ses.get_message_insights(sent.message_id).message_id == sent.message_id


def test_too_many_destinations_for_one_call_are_refused(
    classic: SESClassic, wire: list[str]
) -> None:
    """More than 50 destinations for one call are refused, and nothing is sent."""
    with pytest.raises(pydantic.ValidationError, match="at most 50"):
        classic.send_bulk_templated_email(
            source=SOURCE, template="order", default_template_data={}, destinations=entries(51)
        )
    assert wire == []
