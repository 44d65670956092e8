"""The methods of `SESInsights` for configuration sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape, unless_empty
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import (
    CREATE_CONFIGURATION_SET,
    DELETE_CONFIGURATION_SET,
    GET_CONFIGURATION_SET,
    LIST_CONFIGURATION_SETS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.clients.iterators import ItemIterator


class ConfigurationSets(Facade["SESV2Client"]):
    """Configuration sets: the rules for mail that is sent with their name."""

    _service = "sesv2"

    def create_configuration_set(
        self,
        *,
        configuration_set_name: str,
        tracking_options: models.TrackingOptions | models.TrackingOptionsDict | None = None,
        delivery_options: models.DeliveryOptions | models.DeliveryOptionsDict | None = None,
        reputation_options: models.ReputationOptions | models.ReputationOptionsDict | None = None,
        sending_options: models.SendingOptions | models.SendingOptionsDict | None = None,
        tags: Sequence[models.Tag | models.TagDict] = (),
        suppression_options: models.SuppressionOptions
        | models.SuppressionOptionsDict
        | None = None,
        vdm_options: models.VdmOptions | models.VdmOptionsDict | None = None,
        archiving_options: models.ArchivingOptions | models.ArchivingOptionsDict | None = None,
        message_security_options: models.MessageSecurityOptions
        | models.MessageSecurityOptionsDict
        | None = None,
    ) -> models.CreateConfigurationSetResponse:
        """Create a configuration set.

        Not paced: no limit is documented. A message uses it if the send names it, or if it is the
        default of the sender's identity; only then do its event destinations get events.

        Mirrors
        [CreateConfigurationSet](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSet.html).

        Args:
            configuration_set_name: The name: 1 to 64 ASCII letters, digits, `_` and `-`.
            tracking_options: How to track opens and clicks.
            delivery_options: How to deliver mail.
            reputation_options: How to monitor the reputation.
            sending_options: Whether mail can be sent with it.
            tags: Labels of the configuration set, at most 50.
            suppression_options: How to use the suppression list.
            vdm_options: The settings of Virtual Deliverability Manager.
            archiving_options: Where to archive mail.
            message_security_options: How to protect messages.

        Raises:
            AlreadyExistsError: A configuration set of this name already exists.
            NotFoundError: Something that an option names does not exist.
            LimitExceededError: The account has reached its maximum number of configuration sets.
            BadRequestError: The service rejected the request.
            ConcurrentModificationError: Another request was creating it at the same time.
        """
        return self._call(
            CREATE_CONFIGURATION_SET,
            models.CreateConfigurationSetRequest(
                configuration_set_name=configuration_set_name,
                **checked_by_shape(
                    tracking_options=tracking_options,
                    delivery_options=delivery_options,
                    reputation_options=reputation_options,
                    sending_options=sending_options,
                    suppression_options=suppression_options,
                    vdm_options=vdm_options,
                    archiving_options=archiving_options,
                    message_security_options=message_security_options,
                ),
                **unless_empty(tags=tags),
            ),
        )

    def get_configuration_set(
        self, configuration_set_name: str
    ) -> models.GetConfigurationSetResponse:
        """Get a configuration set.

        Not paced: no limit is documented. `get_configuration_set_event_destinations` gets its
        event destinations.

        Mirrors
        [GetConfigurationSet](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSet.html).

        Args:
            configuration_set_name: The configuration set's name.

        Raises:
            NotFoundError: The configuration set does not exist in this account and Region.
        """
        return self._call(
            GET_CONFIGURATION_SET,
            models.GetConfigurationSetRequest(configuration_set_name=configuration_set_name),
        )

    def list_configuration_sets(
        self,
        *,
        filter: Mapping[models.ConfigurationSetFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListConfigurationSetsResponse:
        """Get one page of names of configuration sets; `iter_configuration_sets` iterates over all.

        Not paced: no limit is documented.

        Mirrors
        [ListConfigurationSets](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListConfigurationSets.html).

        Args:
            filter: `{"CONFIGURATION_SET_NAME_CONTAINS": part}` for names that contain a part.
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of names on the page, 1 or more.
        """
        return self._call(
            LIST_CONFIGURATION_SETS,
            models.ListConfigurationSetsRequest(
                filter=filter, next_token=next_token, page_size=page_size
            ),
        )

    def iter_configuration_sets(
        self,
        *,
        filter: Mapping[models.ConfigurationSetFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[str, models.ListConfigurationSetsResponse]:
        """Iterate over the names of all configuration sets, however many pages that takes.

        Not paced: no limit is documented.

        Mirrors
        [ListConfigurationSets](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListConfigurationSets.html).

        Args:
            filter: `{"CONFIGURATION_SET_NAME_CONTAINS": part}` for names that contain a part.
            page_size: The maximum number of names on a page, 1 or more.
            max_items: The maximum number of names to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListConfigurationSetsRequest(filter=filter, page_size=page_size)
        return self._iterate(
            LIST_CONFIGURATION_SETS, request, starting_token=starting_token, max_items=max_items
        )

    def delete_configuration_set(
        self, configuration_set_name: str
    ) -> models.DeleteConfigurationSetResponse:
        """Delete a configuration set, with its event destinations.

        Not paced: no limit is documented. Mail that is sent with its name is refused from then on.

        Mirrors
        [DeleteConfigurationSet](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeleteConfigurationSet.html).

        Args:
            configuration_set_name: The configuration set's name.

        Raises:
            NotFoundError: The configuration set does not exist in this account and Region; after a
                lost response, your own request may have deleted it.
            ConcurrentModificationError: Another request was changing it at the same time.
        """
        return self._call(
            DELETE_CONFIGURATION_SET,
            models.DeleteConfigurationSetRequest(configuration_set_name=configuration_set_name),
        )
