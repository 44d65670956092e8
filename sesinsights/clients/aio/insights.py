# Generated from sesinsights/clients/insights.py by `python -m tools.twins`: edit that file, and run it again.
"""What `AsyncSESInsights` tells about messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.clients.aio.iterators import AsyncMessageLookups
from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class AsyncInsights(AsyncFacade["SESV2Client"]):
    """Looking up messages."""

    _service = "sesv2"

    async def get_message_insights(self, message_id: str) -> models.GetMessageInsightsResponse:
        """Look up what happened to a message.

        Paced at 1 call a second. A message is found from a few minutes after it was sent until
        30 days later, if it had one recipient. Needs Virtual Deliverability Manager.

        Mirrors `GetMessageInsights
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetMessageInsights.html>`_.

        Args:
            message_id: The id that sending returned, or a Message-ID header made from it, such as
                `<0100…@email.amazonses.com>`.

        Raises:
            NotFoundError: There is no such message in this account and Region, yet or any more.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
            pydantic.ValidationError: The id is empty or not one of Amazon SES; nothing was sent.
        """
        return await self._call(
            GET_MESSAGE_INSIGHTS, models.GetMessageInsightsRequest(message_id=message_id)
        )

    def iter_message_insights(
        self, message_ids: Iterable[str] | AsyncIterable[str], *, max_wait: float | None = None
    ) -> AsyncMessageLookups:
        """Look up many messages, one after the other, at the pace and in order.

        Ids are taken as results are consumed, so any iterable will do, also an endless one.
        Paced at 1 call a second. After an error that is raised the iterator may be gone on with:
        it has the id in `pending`, and looks it up again.

        Args:
            message_ids: The ids, as `get_message_insights` takes them.
            max_wait: The longest that a lookup may wait for its slot, in seconds, in place of the
                client's.

        Yields:
            A `MessageLookup` for each id. Its `error` is set when this message is not found, its
            id is refused, its answer cannot be read or the service failed or throttled it to the
            last attempt.

        Raises:
            ServiceError: The service refused in a way that holds for all messages, such as
                `AccessDeniedError` or `VdmNotEnabledError`.
            PaceTimeoutError: The next slot is farther away than `max_wait`.
            TypeError: A single string was given instead of several.
        """
        return AsyncMessageLookups(self._driver, self._pipeline, message_ids, max_wait)
