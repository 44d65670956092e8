"""A client of SES API v1 at moto's server, a real HTTP peer that others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights import SESClassic
from tests.sending.mail import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.testing import FakeClock


@pytest.fixture
def wire() -> list[str]:
    """The operations that were sent, in order."""
    return []


@pytest.fixture
def classic(
    moto_url: str, fake_clock: FakeClock, wire: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SESClassic]:
    """A client of moto's, with a verified sender and nothing else."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with SESClassic(endpoint_url=moto_url, region_name="us-east-1", clock=fake_clock) as ses:
        for template in ses.client.list_templates()["TemplatesMetadata"]:
            ses.client.delete_template(TemplateName=template["Name"])
        ses.client.verify_email_identity(EmailAddress=SOURCE)
        ses.client.meta.events.register(
            "before-send.ses", lambda event_name, **_: wire.append(event_name.split(".")[-1])
        )
        yield ses
