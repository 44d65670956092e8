# Generated from sesinsights/clients/sesinsights.py by `python -m tools.twins`: edit that file, and run it again.
"""The client of SES API v2 for event loops."""

from __future__ import annotations

# Every subject of clients/, listed by `python -m tools.generate`.
from sesinsights.clients.aio.account import AsyncAccount
from sesinsights.clients.aio.configuration_sets import AsyncConfigurationSets
from sesinsights.clients.aio.event_destinations import AsyncEventDestinations
from sesinsights.clients.aio.exports import AsyncExports
from sesinsights.clients.aio.insights import AsyncInsights
from sesinsights.clients.aio.jobs import AsyncJobs
from sesinsights.clients.aio.metrics import AsyncMetrics
from sesinsights.clients.aio.reputation import AsyncReputation
from sesinsights.clients.aio.suppression import AsyncSuppression
from sesinsights.clients.aio.suppression_lists import AsyncSuppressionLists
from sesinsights.mixins import merge_mixins


@merge_mixins(ClientT="SESV2Client")
class AsyncSESInsights(
    AsyncAccount,
    AsyncConfigurationSets,
    AsyncEventDestinations,
    AsyncExports,
    AsyncInsights,
    AsyncJobs,
    AsyncMetrics,
    AsyncReputation,
    AsyncSuppression,
    AsyncSuppressionLists,
):
    """Calls Amazon SES API v2 to learn what happened to your mail: typed, paced, retried.

    Nothing is built or sent before the first call. One client serves any number of tasks: share
    it, and use it in an `async with` statement or await `close` at the end.

    Without arguments, the Region and the credentials are found as boto3 finds them.

    Every method may raise `pydantic.ValidationError` for bad input before anything is sent,
    `ThrottledError`, `AccessDeniedError` or another `ServiceError` when the service refuses,
    `TransportError` when no response comes back, and `ResponseValidationError` when a response
    cannot be read. Each method lists only the errors that are specific to it.
    """
