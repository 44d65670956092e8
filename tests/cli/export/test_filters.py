"""Filters are sent as the service spells them, and unknown ones are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from sesinsights.cli import root
from sesinsights.cli.export.filters import filters
from tests.cli.export.commands import MESSAGES
from tests.cli.export.mail import created_jobs

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import SESEmulator


def test_filters_are_sent_as_the_service_spells_them(emulator: SESEmulator, here: Path) -> None:
    """Fields and values are known in any spelling, and repeated options add values."""
    given = ("isp=Gmail", "Isp=Yahoo", "last-delivery-event=permanent-bounce")
    words = [word for text in given for word in ("--include", text)]
    (here / "filters.json").write_text('{"Destination": ["*@example.com"]}')
    words += ("--exclude", "file://filters.json", "--exclude", '{"TenantName": ["a=b"]}')
    assert root.run([*MESSAGES, *words, "-o", "mail.csv"]) == 0
    (source,) = created_jobs(emulator)
    assert source["Include"] == {
        "Isp": ["Gmail", "Yahoo"],
        "LastDeliveryEvent": ["PERMANENT_BOUNCE"],
    }
    assert source["Exclude"] == {"Destination": ["*@example.com"], "TenantName": ["a=b"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ips=Gmail", "last-delivery-event"),
        ("ada@example.net", "FIELD=VALUE"),
        ("last_delivery_event=LOST", "TRANSIENT_BOUNCE"),
        ("isp=G*l", "wildcard|only allowed"),
        ('{"Isp": "Gmail"}', "list"),
        ('{"Isp": ', "not valid JSON"),
    ],
)
def test_filters_that_nobody_knows_are_refused(text: str, said: str) -> None:
    """A filter that is unknown is refused with what is allowed, and without an address."""
    with pytest.raises(click.UsageError, match=said) as refused:
        filters("--include", [text])
    assert "ada@" not in refused.value.message
    assert refused.value.message.startswith("--include: ")
