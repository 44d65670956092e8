"""The event destinations of configuration sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import RefusalError, bad_request, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sesinsights.testing.configuration_sets import ConfigurationSet, ConfigurationSets


_MOST = 10
"""How many event destinations a configuration set can have."""

_TARGETS = {
    "KinesisFirehoseDestination": "DeliveryStreamArn",
    "CloudWatchDestination": None,
    "SnsDestination": "TopicArn",
    "EventBridgeDestination": "EventBusArn",
    "PinpointDestination": "ApplicationArn",
}
"""The kinds of targets, each with the member that names the target."""


class EventDestinations:
    """Serves the operations on event destinations, which configuration sets keep."""

    def __init__(self, configuration_sets: ConfigurationSets) -> None:
        self._sets = configuration_sets

    def arns_of(self, configuration_set: str | None, event_type: str) -> Iterator[str]:
        """Return the targets of events of a type, for messages sent with this set."""
        found = self._sets.find(configuration_set) if configuration_set else None
        for destination in found.event_destinations.values() if found else ():
            if destination.get("Enabled") and event_type in destination["MatchingEventTypes"]:
                for kind, member in _TARGETS.items():
                    # The application of Amazon Pinpoint may be left out.
                    if member and (arn := destination.get(kind, {}).get(member)):
                        yield arn

    def create_configuration_set_event_destination(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Add an event destination."""
        definition = _checked(parameters["EventDestination"])
        owner = self._sets.known(parameters["ConfigurationSetName"])
        name = parameters["EventDestinationName"]
        if name in owner.event_destinations:
            message = (
                f"An event destination with name <{name}> already exists for configuration set"
                f" <{owner.name}>."
            )
            raise RefusalError("AlreadyExistsException", message)
        if len(owner.event_destinations) >= _MOST:
            message = f"A configuration set can have at most {_MOST} event destinations."
            raise RefusalError("LimitExceededException", message)
        owner.event_destinations[name] = {"Name": name, **definition}
        return {}

    def get_configuration_set_event_destinations(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """List the event destinations of a configuration set."""
        owner = self._sets.known(parameters["ConfigurationSetName"])
        return {"EventDestinations": [*owner.event_destinations.values()]}

    def update_configuration_set_event_destination(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Replace the definition of an event destination."""
        definition = _checked(parameters["EventDestination"])
        owner, name = self._known(parameters)
        owner.event_destinations[name] = {"Name": name, **definition}
        return {}

    def delete_configuration_set_event_destination(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Remove an event destination."""
        owner, name = self._known(parameters)
        del owner.event_destinations[name]
        return {}

    def _known(self, parameters: dict[str, Any]) -> tuple[ConfigurationSet, str]:
        owner = self._sets.known(parameters["ConfigurationSetName"])
        name = parameters["EventDestinationName"]
        if name not in owner.event_destinations:
            message = (
                f"An event destination with name <{name}> does not exist for configuration set"
                f" <{owner.name}>."
            )
            raise not_found(message)
        return owner, name


def _checked(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a valid definition, in the form in which the service returns it."""
    if not definition.get("MatchingEventTypes"):
        message = "At least one event type must be specified."
        raise bad_request(message)
    kinds = sum(kind in definition for kind in _TARGETS)
    if kinds != 1:
        message = (
            "Please provide only one destination with each request." * (kinds > 1)
            or "Event destination is not provided."
        )
        raise bad_request(message)
    return {"Enabled": False, **definition}
