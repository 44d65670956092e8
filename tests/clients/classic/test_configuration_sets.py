"""Configuration sets of SES API v1 are described with their event destinations."""

from __future__ import annotations

import pytest

from sesinsights import SESClassic, errors
from sesinsights.classic import models
from tests.clients.classic.event_destinations import event_destination


def test_event_destinations_are_added_and_described(classic: SESClassic) -> None:
    """An event destination can be added, and only a set that exists is described."""
    classic.client.create_configuration_set(ConfigurationSet={"Name": "news"})
    classic.create_configuration_set_event_destination(
        configuration_set_name="news",
        event_destination=event_destination(),
    )
    described = classic.describe_configuration_set("news")
    assert described.configuration_set == models.ConfigurationSet(name="news")
    with pytest.raises(errors.ConfigurationSetDoesNotExistError):
        classic.describe_configuration_set("gone")
