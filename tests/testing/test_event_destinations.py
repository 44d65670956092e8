"""Configuration sets tell where their events go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

TOPIC: dict[str, Any] = {
    "Name": "bounces",
    "Enabled": True,
    "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
    "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:bounces"},
}
BUS: dict[str, Any] = {
    "Name": "everything",
    "Enabled": False,
    "MatchingEventTypes": ["SEND"],
    "EventBridgeDestination": {
        "EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"
    },
}


def test_destinations_come_back_as_they_were_given(client: Any, emulator: SESEmulator) -> None:
    """In the same order, with every member."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC, BUS])
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"] == [TOPIC, BUS]


def test_a_set_without_destinations_exists(client: Any, emulator: SESEmulator) -> None:
    """Nothing is not the same as not found; adding a set again replaces it."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC])
    emulator.add_configuration_set("news")
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"] == []


def test_an_unknown_set_is_not_found(client: Any, refused: Refused) -> None:
    """The name that does not exist is told."""
    refusal = refused(client.get_configuration_set_event_destinations, ConfigurationSetName="old")
    assert refusal == (404, "NotFoundException", "Configuration set <old> does not exist.")


def test_destinations_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A slip in a test is told at once."""
    with pytest.raises(ValueError, match=r"'eventDestination\.matchingEventTypes' .* null"):
        emulator.add_configuration_set("news", event_destinations=[{"Name": "half"}])
    with pytest.raises(ValueError, match=r"EventDestination\.Enabled must be true or false"):
        emulator.add_configuration_set("news", event_destinations=[{**TOPIC, "Enabled": "yes"}])
