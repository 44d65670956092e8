"""The client of SES API v2 for threads and scripts."""

from __future__ import annotations

# Every subject of clients/, listed by `python -m tools.generate`.
from sesinsights.clients.account import Account
from sesinsights.clients.configuration_sets import ConfigurationSets
from sesinsights.clients.event_destinations import EventDestinations
from sesinsights.clients.exports import Exports
from sesinsights.clients.insights import Insights
from sesinsights.clients.jobs import Jobs
from sesinsights.clients.metrics import Metrics
from sesinsights.clients.reputation import Reputation
from sesinsights.clients.suppression import Suppression
from sesinsights.clients.suppression_lists import SuppressionLists
from sesinsights.mixins import merge_mixins


@merge_mixins(ClientT="SESV2Client")
class SESInsights(
    Account,
    ConfigurationSets,
    EventDestinations,
    Exports,
    Insights,
    Jobs,
    Metrics,
    Reputation,
    Suppression,
    SuppressionLists,
):
    """Calls Amazon SES API v2 to learn what happened to your mail: typed, paced, retried.

    Nothing is built or sent before the first call. One client serves any number of threads: share
    it, and use it in a `with` statement or call `close` at the end.

    Without arguments, the Region and the credentials are found as boto3 finds them.

    Every method may raise `pydantic.ValidationError` for bad input before anything is sent,
    `ThrottledError`, `AccessDeniedError` or another `ServiceError` when the service refuses,
    `TransportError` when no response comes back, and `ResponseValidationError` when a response
    cannot be read. Each method lists only the errors that are specific to it.
    """
