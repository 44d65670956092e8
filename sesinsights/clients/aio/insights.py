# Generated from sesinsights/clients/insights.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESInsights` that look up messages and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.clients.aio.iterators import AsyncMessageLookups
from sesinsights.flows.operations import GET_EMAIL_ADDRESS_INSIGHTS, GET_MESSAGE_INSIGHTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class AsyncInsights(AsyncFacade["SESV2Client"]):
    """Lookups of messages and addresses."""

    _service = "sesv2"

    async def get_message_insights(self, message_id: str) -> models.GetMessageInsightsResponse:
        """Look up what happened to a message.

        Paced at 1 call per second. A message can be looked up from a few minutes after it was sent
        until 30 days later, if it had one recipient. Requires Virtual Deliverability Manager.

        Mirrors
        [GetMessageInsights](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetMessageInsights.html).

        Args:
            message_id: The id that sending returned, or the Message-ID header made from it, such as
                `<0100…@email.amazonses.com>`.

        Raises:
            NotFoundError: The message does not exist in this account and Region, or is too new or
                too old.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
            pydantic.ValidationError: The id is empty or not an Amazon SES id; nothing was sent.
        """
        return await self._call(
            GET_MESSAGE_INSIGHTS, models.GetMessageInsightsRequest(message_id=message_id)
        )

    def iter_message_insights(
        self, message_ids: Iterable[str] | AsyncIterable[str], *, max_wait: float | None = None
    ) -> AsyncMessageLookups:
        """Look up many messages, one after the other and in order.

        Each id is taken only when its result is asked for, so any iterable works, including an
        infinite one. Paced at 1 call per second. After an error you can keep iterating: the failed
        id is in `pending` and is looked up again.

        Args:
            message_ids: The ids, as `get_message_insights` takes them.
            max_wait: The longest time that a lookup may wait for its slot, in seconds; overrides
                the client's.

        Yields:
            A `MessageLookup` for each id. Its `error` is set if the message was not found, its id
            was refused, its response cannot be read, or every attempt failed or was throttled.

        Raises:
            ServiceError: The service refused for a reason that applies to all messages, such as
                `AccessDeniedError` or `VdmNotEnabledError`.
            PaceTimeoutError: The next slot is later than `max_wait` allows.
            TypeError: `message_ids` is a single string instead of an iterable of ids.
        """
        return AsyncMessageLookups(self._driver, self._pipeline, message_ids, max_wait)

    async def get_email_address_insights(
        self, email_address: str
    ) -> models.GetEmailAddressInsightsResponse:
        """Validate an address: its syntax, domain and mailbox. Every address is billed.

        Nothing else in this library calls it. No mail is sent. Not paced: no limit is documented.
        Retried only if the call was throttled or certainly never arrived, so that it is not billed
        twice.

        Mirrors
        [GetEmailAddressInsights](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailAddressInsights.html).

        Args:
            email_address: The address.

        Raises:
            BadRequestError: The service rejected the request.
            TransportError: No response came back; `maybe_delivered` says whether it may be billed.
        """
        return await self._call(
            GET_EMAIL_ADDRESS_INSIGHTS,
            models.GetEmailAddressInsightsRequest(email_address=email_address),
        )
