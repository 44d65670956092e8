"""Configuration sets say where their events go."""

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
    """Event destinations are returned in order, with every member."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC, BUS])
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"] == [TOPIC, BUS]


def test_a_target_without_a_name_is_sent_nothing(client: Any, emulator: SESEmulator) -> None:
    """The service model lets a destination leave out what names it; mail is sent nevertheless."""
    nameless = {**TOPIC, "MatchingEventTypes": ["SEND"], "PinpointDestination": {}}
    del nameless["SnsDestination"]
    emulator.add_configuration_set("news", event_destinations=[nameless])
    sent = client.send_email(
        ConfigurationSetName="news",
        FromEmailAddress="news@example.com",
        Destination={"ToAddresses": ["ada@example.net"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hi"}}}},
    )
    assert sent["MessageId"]


def test_a_set_without_destinations_exists(client: Any, emulator: SESEmulator) -> None:
    """A set without destinations exists, and adding it again replaces it."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC])
    emulator.add_configuration_set("news")
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"] == []


def test_an_unknown_set_is_not_found(client: Any, refused: Refused) -> None:
    """The error about an unknown set has its name."""
    refusal = refused(client.get_configuration_set_event_destinations, ConfigurationSetName="old")
    assert refusal == (404, "NotFoundException", "Configuration set <old> does not exist.")


def test_destinations_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A mistake in a test is refused at once."""
    with pytest.raises(ValueError, match=r"'eventDestination\.matchingEventTypes' .* null"):
        emulator.add_configuration_set("news", event_destinations=[{"Name": "half"}])
    with pytest.raises(ValueError, match=r"EventDestination\.Enabled must be true or false"):
        emulator.add_configuration_set("news", event_destinations=[{**TOPIC, "Enabled": "yes"}])


def _definition(**changes: Any) -> dict[str, Any]:
    members = {name: member for name, member in TOPIC.items() if name != "Name"}
    return {**members, **changes}


def test_a_definition_is_replaced_where_it_stands(client: Any, emulator: SESEmulator) -> None:
    """An update keeps the order of destinations, and removes members that it leaves out."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC, BUS])
    definition = _definition()
    del definition["Enabled"]
    client.update_configuration_set_event_destination(
        ConfigurationSetName="news", EventDestinationName="bounces", EventDestination=definition
    )
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"] == [{**TOPIC, "Enabled": False}, BUS]


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (_definition(MatchingEventTypes=[]), "event type"),
        (_definition(EventBridgeDestination=BUS["EventBridgeDestination"]), "only one"),
        ({"MatchingEventTypes": ["SEND"]}, "not provided"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(
    definition: dict[str, Any],
    said: str,
    client: Any,
    refused: Refused,
    emulator: SESEmulator,
) -> None:
    """Events of some type go to one kind of destination."""
    emulator.add_configuration_set("news", event_destinations=[TOPIC])
    for call, name in (
        (client.create_configuration_set_event_destination, "new"),
        (client.update_configuration_set_event_destination, "bounces"),
    ):
        status, code, message = refused(
            call,
            ConfigurationSetName="news",
            EventDestinationName=name,
            EventDestination=definition,
        )
        assert (status, code) == (400, "BadRequestException")
        assert said in message


def test_a_set_has_at_most_ten_destinations_of_different_names(
    client: Any, refused: Refused, emulator: SESEmulator
) -> None:
    """The eleventh and a second of the same name are refused, each with its own error."""
    emulator.add_configuration_set("news")
    call = client.create_configuration_set_event_destination

    def add(name: str) -> dict[str, Any]:
        return {
            "ConfigurationSetName": "news",
            "EventDestinationName": name,
            "EventDestination": _definition(),
        }

    for number in range(10):
        call(**add(f"topic-{number}"))
    assert refused(call, **add("topic-10"))[:2] == (400, "LimitExceededException")
    assert refused(call, **add("topic-9"))[:2] == (400, "AlreadyExistsException")
