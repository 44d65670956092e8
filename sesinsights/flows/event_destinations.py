"""Changes an event destination, whose definition the service only accepts as a whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sesinsights import models
from sesinsights.arguments import check_flags
from sesinsights.errors import NotFoundError
from sesinsights.flows.operations import (
    GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
    UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
)
from sesinsights.models.event_destinations import TARGETS
from sesinsights.models.half_characters import checked_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

_PLACEHOLDER = {"matching_event_types": ["SEND"], "sns_destination": {"topic_arn": "arn"}}
"""Stands for the rest of a definition, so that changes can be checked before it is read."""


def change_event_destination(
    pipeline: Pipeline, configuration_set_name: str, event_destination_name: str, **changes: Any
) -> Flow[models.EventDestination]:
    """Return the flow that reads an event destination, changes it and writes it back.

    Args:
        pipeline: The pipeline that makes the calls.
        configuration_set_name: The configuration set's name.
        event_destination_name: The event destination's name.
        changes: Members of a definition; those that are None stay as they are.

    Returns:
        The event destination as it is now.

    Raises:
        ValueError: There is nothing to change, or there are several targets.
        TypeError: `enabled` is neither True nor False.
        NotFoundError: The event destination does not exist.
        BotocoreTooOldError: The event destination has a member that cannot be written back.
    """
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes:
        raise ValueError("pass at least one setting to change")
    check_flags(enabled=changes.get("enabled", False))
    request = models.UpdateConfigurationSetEventDestinationRequest(
        configuration_set_name=configuration_set_name,
        event_destination_name=event_destination_name,
        event_destination=_changed(_PLACEHOLDER, changes),
    )
    checked_parameters(UPDATE_CONFIGURATION_SET_EVENT_DESTINATION.name, request)
    return _change(pipeline, request, changes)


def _change(
    pipeline: Pipeline,
    request: models.UpdateConfigurationSetEventDestinationRequest,
    changes: Mapping[str, Any],
) -> Flow[models.EventDestination]:
    name = request.configuration_set_name
    response = yield from pipeline.call(
        GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
        models.GetConfigurationSetEventDestinationsRequest(configuration_set_name=name),
    )
    found = _find_destination(request.event_destination_name, response, name)
    members = {member: getattr(found, member) for member in found.model_fields_set - {"name"}}
    new_members = found.model_extra or {}
    before = _changed(members, {}, new_members)
    after = _changed(members, changes, new_members)
    if after != before:
        yield from pipeline.call(
            UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
            request.model_copy(update={"event_destination": after}),
        )
    return models.EventDestination.from_service({"Name": found.name, **after.to_service()})


def _changed(
    members: Mapping[str, Any], changes: Mapping[str, Any], new_members: Mapping[str, Any] = {}
) -> models.EventDestinationDefinition:
    """Return a definition with changes; a new target replaces the old one.

    Members that are newer than this library stay, as they do in the shapes inside.
    """
    replaced = {*TARGETS} if changes.keys() & {*TARGETS} else set[str]()
    kept = {name: value for name, value in members.items() if name not in replaced}
    return models.EventDestinationDefinition.model_validate(
        {**new_members, **kept, **changes}, extra="allow" if new_members else None
    )


def _find_destination(
    name: str, response: models.GetConfigurationSetEventDestinationsResponse, configuration_set: str
) -> models.EventDestination:
    for destination in response.event_destinations:
        if destination.name == name:
            return destination
    # As the update itself would have raised it.
    names = ", ".join(destination.name for destination in response.event_destinations) or "none"
    raise NotFoundError(
        {
            "Error": {
                "Code": "NotFoundException",
                "Message": (
                    f"Configuration set {configuration_set} has no event destination {name}; "
                    f"it has {names}"
                ),
            },
            "ResponseMetadata": {"HTTPStatusCode": HTTPStatus.NOT_FOUND},
        },
        UPDATE_CONFIGURATION_SET_EVENT_DESTINATION.name,
    )
