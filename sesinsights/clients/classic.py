"""The client of SES API v1 for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.arguments import checked_by_shape, unless_empty
from sesinsights.clients.sending import Sending
from sesinsights.clients.templates import Templates
from sesinsights.flows.classic_operations import (
    CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
    DESCRIBE_CONFIGURATION_SET,
    UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
)
from sesinsights.mixins import merge_mixins
from sesinsights.models import classic as models

if TYPE_CHECKING:
    from collections.abc import Sequence


@merge_mixins(ClientT="SESClient")
class SESClassic(Templates, Sending):
    """Calls Amazon SES API v1 for templates and templated sending: typed, paced, retried.

    Nothing is built or sent before the first call. One client serves any number of threads: share
    it, and use it in a `with` statement or call `close` at the end.

    Without arguments, the Region and the credentials are found as boto3 finds them.

    Operations on templates and configuration sets are paced at 1 call per second. Sends are paced
    at the account's own rate, in recipients per second. The rate is read with GetSendQuota before
    the first send and then every 15 minutes, unless `paces` sets one. A send is retried only if it
    was throttled or certainly never reached the service.

    Every method may raise `pydantic.ValidationError` for bad input before anything is sent,
    `ThrottledError`, `AccessDeniedError` or another `ServiceError` when the service refuses,
    `TransportError` when no response comes back, and `ResponseValidationError` when a response
    cannot be read. Each method lists only the errors that are specific to it.
    """

    def create_configuration_set_event_destination(
        self,
        *,
        configuration_set_name: str,
        event_destination: models.EventDestination | models.EventDestinationDict,
    ) -> models.CreateConfigurationSetEventDestinationResponse:
        """Add an event destination to a configuration set.

        Mirrors
        [CreateConfigurationSetEventDestination](https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateConfigurationSetEventDestination.html).

        Args:
            configuration_set_name: The configuration set's name.
            event_destination: The event destination, with exactly one target.

        Raises:
            ConfigurationSetDoesNotExistError: No configuration set of this name exists.
            EventDestinationAlreadyExistsError: An event destination of this name already exists.
            InvalidCloudWatchDestinationError: The CloudWatch destination is not valid.
            InvalidFirehoseDestinationError: The Firehose destination is not valid.
            InvalidSNSDestinationError: The SNS destination is not valid.
            LimitExceededError: The configuration set already has 10 event destinations.
        """
        return self._call(
            CREATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.CreateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name,
                **checked_by_shape(event_destination=event_destination),
            ),
        )

    def update_configuration_set_event_destination(
        self,
        *,
        configuration_set_name: str,
        event_destination: models.EventDestination | models.EventDestinationDict,
    ) -> models.UpdateConfigurationSetEventDestinationResponse:
        """Replace the event destination of this name; settings that are left out are removed.

        Mirrors
        [UpdateConfigurationSetEventDestination](https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateConfigurationSetEventDestination.html).

        Args:
            configuration_set_name: The configuration set's name.
            event_destination: The whole event destination, with exactly one target.

        Raises:
            ConfigurationSetDoesNotExistError: No configuration set of this name exists.
            EventDestinationDoesNotExistError: No event destination of this name exists.
            InvalidCloudWatchDestinationError: The CloudWatch destination is not valid.
            InvalidFirehoseDestinationError: The Firehose destination is not valid.
            InvalidSNSDestinationError: The SNS destination is not valid.
        """
        return self._call(
            UPDATE_CONFIGURATION_SET_EVENT_DESTINATION,
            models.UpdateConfigurationSetEventDestinationRequest(
                configuration_set_name=configuration_set_name,
                **checked_by_shape(event_destination=event_destination),
            ),
        )

    def describe_configuration_set(
        self,
        configuration_set_name: str,
        *,
        configuration_set_attribute_names: Sequence[models.ConfigurationSetAttributeInput] = (),
    ) -> models.DescribeConfigurationSetResponse:
        """Describe a configuration set, with the attributes asked for.

        Mirrors
        [DescribeConfigurationSet](https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeConfigurationSet.html).

        Args:
            configuration_set_name: The configuration set's name.
            configuration_set_attribute_names: The attributes to return besides the name, such as
                `ConfigurationSetAttribute.EVENT_DESTINATIONS`.

        Raises:
            ConfigurationSetDoesNotExistError: No configuration set of this name exists.
        """
        return self._call(
            DESCRIBE_CONFIGURATION_SET,
            models.DescribeConfigurationSetRequest(
                configuration_set_name=configuration_set_name,
                **unless_empty(configuration_set_attribute_names=configuration_set_attribute_names),
            ),
        )
