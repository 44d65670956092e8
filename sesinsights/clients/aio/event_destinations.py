# Generated from sesinsights/clients/event_destinations.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESInsights` for event destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.flows.operations import GET_CONFIGURATION_SET_EVENT_DESTINATIONS

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class AsyncEventDestinations(AsyncFacade["SESV2Client"]):
    """The event destinations of configuration sets."""

    _service = "sesv2"

    async def get_configuration_set_event_destinations(
        self, configuration_set_name: str
    ) -> models.GetConfigurationSetEventDestinationsResponse:
        """Get the event destinations of a configuration set.

        Mirrors
        [GetConfigurationSetEventDestinations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSetEventDestinations.html).

        Args:
            configuration_set_name: The configuration set's name.

        Raises:
            NotFoundError: The configuration set does not exist in this account and Region.
        """
        return await self._call(
            GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
            models.GetConfigurationSetEventDestinationsRequest(
                configuration_set_name=configuration_set_name
            ),
        )
