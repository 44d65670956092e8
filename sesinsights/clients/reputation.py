"""The methods of `SESInsights` for recommendations and reputation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import (
    GET_REPUTATION_ENTITY,
    LIST_RECOMMENDATIONS,
    LIST_REPUTATION_ENTITIES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.clients.iterators import ItemIterator


class Reputation(Facade["SESV2Client"]):
    """What Amazon SES recommends, and what it allows to send."""

    _service = "sesv2"

    def list_recommendations(
        self,
        *,
        filter: Mapping[models.ListRecommendationsFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListRecommendationsResponse:
        """Get one page of recommendations; `iter_recommendations` iterates over all.

        Paced at 1 call per second. Requires Virtual Deliverability Manager.

        Mirrors
        [ListRecommendations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListRecommendations.html).

        Args:
            filter: Only recommendations that match: one filter, or `STATUS` with `IMPACT` or
                `TYPE`, such as `{"STATUS": "OPEN"}`.
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of recommendations on the page, 1 to 100.

        Raises:
            NotFoundError: The service has no recommendations for this account and Region.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._call(
            LIST_RECOMMENDATIONS,
            models.ListRecommendationsRequest(
                filter=filter, next_token=next_token, page_size=page_size
            ),
        )

    def iter_recommendations(
        self,
        *,
        filter: Mapping[models.ListRecommendationsFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.Recommendation, models.ListRecommendationsResponse]:
        """Iterate over all recommendations, however many pages that takes.

        Paced at 1 call per second. Requires Virtual Deliverability Manager.

        Mirrors
        [ListRecommendations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListRecommendations.html).

        Args:
            filter: Only recommendations that match: one filter, or `STATUS` with `IMPACT` or
                `TYPE`, such as `{"STATUS": "OPEN"}`.
            page_size: The maximum number of recommendations on a page, 1 to 100.
            max_items: The maximum number of recommendations to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListRecommendationsRequest(filter=filter, page_size=page_size)
        return self._iterate(
            LIST_RECOMMENDATIONS, request, starting_token=starting_token, max_items=max_items
        )

    def get_reputation_entity(
        self,
        *,
        reputation_entity_reference: str,
        reputation_entity_type: models.ReputationEntityTypeInput,
    ) -> models.GetReputationEntityResponse:
        """Get whether a resource of the account, such as a tenant, may send, and why.

        Not paced: no limit is documented.

        Mirrors
        [GetReputationEntity](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetReputationEntity.html).

        Args:
            reputation_entity_reference: The entity: for a resource, such as a tenant, its ARN.
            reputation_entity_type: The kind: `RESOURCE`.

        Raises:
            NotFoundError: The entity does not exist in this account and Region.
        """
        return self._call(
            GET_REPUTATION_ENTITY,
            models.GetReputationEntityRequest(
                reputation_entity_reference=reputation_entity_reference,
                reputation_entity_type=reputation_entity_type,
            ),
        )

    def list_reputation_entities(
        self,
        *,
        filter: Mapping[models.ReputationEntityFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListReputationEntitiesResponse:
        """Get one page of reputation entities; `iter_reputation_entities` iterates over all.

        Not paced: no limit is documented.

        Mirrors
        [ListReputationEntities](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListReputationEntities.html).

        Args:
            filter: Only entities that match all filters, such as
                `{"SENDING_STATUS": "DISABLED"}`.
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of entities on the page.
        """
        return self._call(
            LIST_REPUTATION_ENTITIES,
            models.ListReputationEntitiesRequest(
                filter=filter, next_token=next_token, page_size=page_size
            ),
        )

    def iter_reputation_entities(
        self,
        *,
        filter: Mapping[models.ReputationEntityFilterKeyInput, str] | None = None,  # noqa: A002 - the service's name
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.ReputationEntity, models.ListReputationEntitiesResponse]:
        """Iterate over all reputation entities, however many pages that takes.

        Not paced: no limit is documented.

        Mirrors
        [ListReputationEntities](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListReputationEntities.html).

        Args:
            filter: Only entities that match all filters, such as
                `{"SENDING_STATUS": "DISABLED"}`.
            page_size: The maximum number of entities on a page.
            max_items: The maximum number of entities to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListReputationEntitiesRequest(filter=filter, page_size=page_size)
        return self._iterate(
            LIST_REPUTATION_ENTITIES, request, starting_token=starting_token, max_items=max_items
        )
