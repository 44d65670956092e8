"""Sends keep the rate of the account, or the pace that is given instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights import SESClassic
from sesinsights.classic import models
from tests.sending.mail import READER, SOURCE, template

if TYPE_CHECKING:
    from sesinsights.testing import FakeClock


def test_sends_are_paced_by_the_accounts_rate_in_recipients(
    classic: SESClassic, fake_clock: FakeClock, wire: list[str]
) -> None:
    """Each recipient takes a slot of the account's rate, which is read once."""
    classic.create_template(template=template())
    fake_clock.advance(60)
    before = len(fake_clock.sleeps)
    three = models.Destination(to_addresses=["a@example.com"] * 3)
    for _ in range(3):
        classic.send_templated_email(
            source=SOURCE, destination=three, template="order", template_data={"number": "1"}
        )
    assert fake_clock.sleeps[before:] == pytest.approx([3.06, 3.06], abs=1e-5)
    assert wire.count("GetSendQuota") == 1


def test_the_accounts_rate_is_read_again_after_a_quarter_of_an_hour(
    classic: SESClassic, fake_clock: FakeClock, wire: list[str]
) -> None:
    """A rate that AWS has raised is used without a restart."""
    classic.create_template(template=template())
    for _ in range(2):
        classic.send_templated_email(
            source=SOURCE, destination=READER, template="order", template_data={"number": "1"}
        )
        fake_clock.advance(901)
    assert wire.count("GetSendQuota") == 2


def test_a_given_pace_takes_the_place_of_the_accounts(
    moto_url: str, fake_clock: FakeClock, classic: SESClassic
) -> None:
    """A pace that is given is kept, and the account's is not read."""
    classic.create_template(template=template())
    with SESClassic(
        endpoint_url=moto_url,
        region_name="us-east-1",
        clock=fake_clock,
        paces={"SendTemplatedEmail": 10},
    ) as ses:
        sent: list[str] = []
        ses.client.meta.events.register(
            "before-send.ses", lambda event_name, **_: sent.append(event_name)
        )
        before = len(fake_clock.sleeps)
        for _ in range(2):
            ses.send_templated_email(
                source=SOURCE, destination=READER, template="order", template_data={"number": "1"}
            )
        assert fake_clock.sleeps[before:] == pytest.approx([0.102], abs=1e-5)
        assert len(sent) == 2
