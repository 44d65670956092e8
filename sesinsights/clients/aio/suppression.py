# Generated from sesinsights/clients/suppression.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESInsights` for the suppression lists of the account and of its tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape, unless_empty
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.flows.operations import (
    DELETE_SUPPRESSED_DESTINATION,
    GET_SUPPRESSED_DESTINATION,
    LIST_SUPPRESSED_DESTINATIONS,
    PUT_ACCOUNT_SUPPRESSION_ATTRIBUTES,
    PUT_SUPPRESSED_DESTINATION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.clients.aio.iterators import AsyncItemIterator


class AsyncSuppression(AsyncFacade["SESV2Client"]):
    """The addresses that Amazon SES does not send to."""

    _service = "sesv2"

    async def get_suppressed_destination(
        self, email_address: str, *, tenant_name: str | None = None
    ) -> models.GetSuppressedDestinationResponse:
        """Get why, since when and because of which message an address is suppressed.

        Not paced: no limit is documented. The list is case-sensitive before the @, while sending is
        not.

        Mirrors
        [GetSuppressedDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetSuppressedDestination.html).

        Args:
            email_address: The address, spelled as on the list.
            tenant_name: The tenant whose list to use; by default, the account's list.

        Raises:
            NotFoundError: The address is not on the list, or the tenant does not exist.
        """
        return await self._call(
            GET_SUPPRESSED_DESTINATION,
            models.GetSuppressedDestinationRequest(
                email_address=email_address, tenant_name=tenant_name
            ),
        )

    async def list_suppressed_destinations(
        self,
        *,
        tenant_name: str | None = None,
        reasons: Sequence[models.SuppressionListReasonInput] = (),
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListSuppressedDestinationsResponse:
        """Get one page of a suppression list; `iter_suppressed_destinations` iterates over all.

        Not paced: no limit is documented. Addresses come in no particular order.

        Mirrors
        [ListSuppressedDestinations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListSuppressedDestinations.html).

        Args:
            tenant_name: The tenant whose list to use; by default, the account's list.
            reasons: Only addresses that are on the list for one of these reasons.
            start_date: Only addresses added after this time, timezone-aware.
            end_date: Only addresses added before this time, timezone-aware.
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of addresses on the page.

        Raises:
            InvalidNextTokenError: The token is not of this list with these filters.
            NotFoundError: The tenant does not exist.
        """
        return await self._call(
            LIST_SUPPRESSED_DESTINATIONS,
            models.ListSuppressedDestinationsRequest(
                tenant_name=tenant_name,
                **unless_empty(reasons=reasons),
                start_date=start_date,
                end_date=end_date,
                next_token=next_token,
                page_size=page_size,
            ),
        )

    def iter_suppressed_destinations(
        self,
        *,
        tenant_name: str | None = None,
        reasons: Sequence[models.SuppressionListReasonInput] = (),
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> AsyncItemIterator[
        models.SuppressedDestinationSummary, models.ListSuppressedDestinationsResponse
    ]:
        """Iterate over a whole suppression list, however many pages that takes.

        Not paced: no limit is documented. Addresses come in no particular order.

        Mirrors
        [ListSuppressedDestinations](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListSuppressedDestinations.html).

        Args:
            tenant_name: The tenant whose list to use; by default, the account's list.
            reasons: Only addresses that are on the list for one of these reasons.
            start_date: Only addresses added after this time, timezone-aware.
            end_date: Only addresses added before this time, timezone-aware.
            page_size: The maximum number of addresses on a page.
            max_items: The maximum number of addresses to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
            NotFoundError: The tenant does not exist.
        """
        request = models.ListSuppressedDestinationsRequest(
            tenant_name=tenant_name,
            **unless_empty(reasons=reasons),
            start_date=start_date,
            end_date=end_date,
            page_size=page_size,
        )
        return self._iterate(
            LIST_SUPPRESSED_DESTINATIONS,
            request,
            starting_token=starting_token,
            max_items=max_items,
        )

    async def put_suppressed_destination(
        self,
        email_address: str,
        *,
        reason: models.SuppressionListReasonInput,
        tenant_name: str | None = None,
    ) -> models.PutSuppressedDestinationResponse:
        """Put an address on the suppression list; if it is there already, replace the reason.

        Not paced: no limit is documented.

        Mirrors
        [PutSuppressedDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutSuppressedDestination.html).

        Args:
            email_address: The address; the list is case-sensitive before the @.
            reason: Why the address is suppressed.
            tenant_name: The tenant whose list to use; by default, the account's list.

        Raises:
            BadRequestError: The service rejected the request, as it does for an account in the
                sandbox.
            NotFoundError: The tenant does not exist.
        """
        return await self._call(
            PUT_SUPPRESSED_DESTINATION,
            models.PutSuppressedDestinationRequest(
                email_address=email_address, reason=reason, tenant_name=tenant_name
            ),
        )

    async def delete_suppressed_destination(
        self, email_address: str, *, tenant_name: str | None = None
    ) -> models.DeleteSuppressedDestinationResponse:
        """Remove an address from the suppression list.

        Not paced: no limit is documented. The service cannot remove an address that contains a
        slash by this call, so it is refused: use `create_import_job` with the action `DELETE`.

        Mirrors
        [DeleteSuppressedDestination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeleteSuppressedDestination.html).

        Args:
            email_address: The address, spelled as on the list.
            tenant_name: The tenant whose list to use; by default, the account's list.

        Raises:
            NotFoundError: The address is not on the list, or no longer: a call whose response was
                lost is sent again.
            pydantic.ValidationError: The address contains a slash; nothing was sent.
        """
        return await self._call(
            DELETE_SUPPRESSED_DESTINATION,
            models.DeleteSuppressedDestinationRequest(
                email_address=email_address, tenant_name=tenant_name
            ),
        )

    async def put_account_suppression_attributes(
        self,
        *,
        suppressed_reasons: Sequence[models.SuppressionListReasonInput] | None = None,
        validation_attributes: models.SuppressionValidationAttributes
        | models.SuppressionValidationAttributesDict
        | None = None,
    ) -> models.PutAccountSuppressionAttributesResponse:
        """Set which events put addresses on the account's suppression list and hold mail back.

        Not paced: no limit is documented. The service may reset settings that you leave out, so
        also pass those that are to stay: they are in `suppression_attributes` of `get_account`.

        Mirrors
        [PutAccountSuppressionAttributes](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountSuppressionAttributes.html).

        Args:
            suppressed_reasons: The reasons to suppress addresses for; an empty list for none.
            validation_attributes: How address validation is used.
        """
        return await self._call(
            PUT_ACCOUNT_SUPPRESSION_ATTRIBUTES,
            models.PutAccountSuppressionAttributesRequest(
                **checked_by_shape(
                    suppressed_reasons=suppressed_reasons,
                    validation_attributes=validation_attributes,
                )
            ),
        )
