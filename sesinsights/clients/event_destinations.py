"""The methods of `SESInsights` for event destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import (
    CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
    DELETE_CONFIGURATION_SET_EVENT_DESTINATION,
    GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
    UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class EventDestinations(Facade["SESV2Client"]):
    """The event destinations of configuration sets."""

    _service = "sesv2"

    def create_configuration_set_event_destination(
        self,
        *,
        configuration_set_name: str,
        event_destination_name: str,
        event_destination: models.EventDestinationDefinition
        | models.EventDestinationDefinitionDict,
    ) -> models.CreateConfigurationSetEventDestinationResponse:
        """Add an event destination to a configuration set.

        Not paced: no limit is documented. Retried only if it was throttled or certainly never
        arrived. Amazon SES tests an SNS topic by publishing a message to it.

        Mirrors
        [CreateConfigurationSetEventDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSetEventDestination.html).

        Args:
            configuration_set_name: The configuration set's name.
            event_destination_name: The name: 1 to 64 ASCII letters, digits, `_` and `-`.
            event_destination: Which events to send, to exactly one target. Without
                `enabled`, no events are sent.

        Raises:
            NotFoundError: The configuration set does not exist in this account and Region.
            AlreadyExistsError: An event destination of this name already exists.
            LimitExceededError: The configuration set already has 10 event destinations.
            BadRequestError: The service rejected the request, for example because it may not
                publish to the topic.
        """
        return self._call(
            CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.CreateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name,
                event_destination_name=event_destination_name,
                **checked_by_shape(event_destination=event_destination),
            ),
        )

    def get_configuration_set_event_destinations(
        self, configuration_set_name: str
    ) -> models.GetConfigurationSetEventDestinationsResponse:
        """Get the event destinations of a configuration set.

        Not paced: no limit is documented.

        Mirrors
        [GetConfigurationSetEventDestinations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSetEventDestinations.html).

        Args:
            configuration_set_name: The configuration set's name.

        Raises:
            NotFoundError: The configuration set does not exist in this account and Region.
        """
        return self._call(
            GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
            models.GetConfigurationSetEventDestinationsRequest(
                configuration_set_name=configuration_set_name
            ),
        )

    def update_configuration_set_event_destination(
        self,
        *,
        configuration_set_name: str,
        event_destination_name: str,
        event_destination: models.EventDestinationDefinition
        | models.EventDestinationDefinitionDict,
    ) -> models.UpdateConfigurationSetEventDestinationResponse:
        """Replace the definition of an event destination; settings that are left out are removed.

        Not paced: no limit is documented. `change_event_destination` keeps the settings that you do
        not change.

        Mirrors
        [UpdateConfigurationSetEventDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_UpdateConfigurationSetEventDestination.html).

        Args:
            configuration_set_name: The configuration set's name.
            event_destination_name: The event destination's name.
            event_destination: The whole definition, with exactly one target. Without
                `enabled`, no events are sent from then on.

        Raises:
            NotFoundError: The configuration set has no event destination of this name, or does not
                exist in this account and Region.
            BadRequestError: The service rejected the request.
        """
        return self._call(
            UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.UpdateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name,
                event_destination_name=event_destination_name,
                **checked_by_shape(event_destination=event_destination),
            ),
        )

    def change_event_destination(
        self,
        *,
        configuration_set_name: str,
        event_destination_name: str,
        enabled: bool | None = None,
        matching_event_types: Sequence[models.EventTypeInput] | None = None,
        kinesis_firehose_destination: models.KinesisFirehoseDestination
        | models.KinesisFirehoseDestinationDict
        | None = None,
        cloud_watch_destination: models.CloudWatchDestination
        | models.CloudWatchDestinationDict
        | None = None,
        sns_destination: models.SnsDestination | models.SnsDestinationDict | None = None,
        event_bridge_destination: models.EventBridgeDestination
        | models.EventBridgeDestinationDict
        | None = None,
        pinpoint_destination: models.PinpointDestination
        | models.PinpointDestinationDict
        | None = None,
    ) -> models.EventDestination:
        """Change some settings of an event destination, and keep all others.

        Reads the event destination, changes it and writes it back, in two calls that are not paced.
        Nothing is written if nothing changes. A change by others between the two calls is lost.

        Args:
            configuration_set_name: The configuration set's name.
            event_destination_name: The event destination's name.
            enabled: Whether to send events from now on; unchanged if None.
            matching_event_types: All events to send from now on; unchanged if None.
            kinesis_firehose_destination: The Firehose stream to send events to. Like each of the
                following, it replaces the current target, of any kind.
            cloud_watch_destination: The CloudWatch metrics to make of events.
            sns_destination: The SNS topic to send events to.
            event_bridge_destination: The EventBridge bus to send events to.
            pinpoint_destination: The Pinpoint application to send events to.

        Returns:
            The event destination as it is now.

        Raises:
            ValueError: No setting or more than one target was passed; nothing was sent.
            NotFoundError: The configuration set has no event destination of this name, or does not
                exist in this account and Region.
            BotocoreTooOldError: The event destination has a setting that the installed botocore
                cannot write back, so that it would be lost; nothing was changed.
            BadRequestError: The service rejected the change.
        """
        from sesinsights.flows.event_destinations import change_event_destination

        return self._driver.run(
            change_event_destination(
                self._pipeline,
                configuration_set_name,
                event_destination_name,
                **checked_by_shape(
                    enabled=enabled,
                    matching_event_types=matching_event_types,
                    kinesis_firehose_destination=kinesis_firehose_destination,
                    cloud_watch_destination=cloud_watch_destination,
                    sns_destination=sns_destination,
                    event_bridge_destination=event_bridge_destination,
                    pinpoint_destination=pinpoint_destination,
                ),
            )
        )

    def delete_configuration_set_event_destination(
        self, *, configuration_set_name: str, event_destination_name: str
    ) -> models.DeleteConfigurationSetEventDestinationResponse:
        """Remove an event destination from a configuration set.

        Not paced: no limit is documented.

        Mirrors
        [DeleteConfigurationSetEventDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeleteConfigurationSetEventDestination.html).

        Args:
            configuration_set_name: The configuration set's name.
            event_destination_name: The event destination's name.

        Raises:
            NotFoundError: The configuration set has no event destination of this name, or does not
                exist in this account and Region; after a lost response, your own request may have
                removed it.
        """
        return self._call(
            DELETE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.DeleteConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name,
                event_destination_name=event_destination_name,
            ),
        )
