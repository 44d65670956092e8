"""Sends from templates: one, a call of many, and bulk sends of any size."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sesinsights.classic.rendering import check_bulk_rendering, check_rendering
from sesinsights.errors import (
    ResponseValidationError,
    ServiceError,
    SESInsightsError,
    ThrottledError,
    TransportError,
)
from sesinsights.models import classic as models
from sesinsights.operations import SEND_BULK_TEMPLATED_EMAIL, SEND_TEMPLATED_EMAIL
from sesinsights.retry import is_server_error, is_transient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sesinsights.flow import Flow
    from sesinsights.pipeline import Pipeline

__all__ = ["BulkSendResult", "in_calls", "send", "send_call_of_many", "send_in_bulk"]


@dataclass(frozen=True, slots=True)
class BulkSendResult:
    """What became of one destination of a bulk send.

    Attributes:
        destination: The destination, as it was given.
        status: What the service said of it, None when its call failed or was not made.
        message_id: The message's id, when it was accepted.
        error: Why it was not: the service's words, or the error of the call, which may be
            botocore's own. What was not tried carries the error that ended the sending.
        is_unknown: Whether nobody can tell if it was accepted: its call was made, and the answer
            was lost, cannot be read, or is that the service failed.
    """

    destination: models.BulkEmailDestination
    status: models.BulkEmailStatus | str | None = None
    message_id: str | None = None
    error: str | Exception | None = field(default=None, repr=False)
    is_unknown: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the service has accepted the message."""
        # A message that has an id is a message, whatever the status says.
        return self.message_id is not None or self.status == models.BulkEmailStatus.SUCCESS

    @property
    def may_be_accepted(self) -> bool:
        """Whether it was accepted or nobody can tell; only what is not is safe to send again."""
        return self.is_accepted or self.is_unknown


def send(
    pipeline: Pipeline, request: models.SendTemplatedEmailRequest, *, check: bool = False
) -> Flow[models.SendTemplatedEmailResponse]:
    """Send one message, and before it render its template if that is to be checked."""
    if check:
        yield from check_rendering(pipeline, request.template, request.template_data)
    return (yield from pipeline.call(SEND_TEMPLATED_EMAIL, request))


def send_call_of_many(
    pipeline: Pipeline, request: models.SendBulkTemplatedEmailRequest, *, check: bool = False
) -> Flow[models.SendBulkTemplatedEmailResponse]:
    """Send many messages by one call, and before it render their template as for one."""
    if check:
        yield from check_bulk_rendering(pipeline, [request])
    return (yield from pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))


def in_calls(
    destinations: Iterable[models.BulkEmailDestination],
) -> Sequence[Sequence[models.BulkEmailDestination]]:
    """Return destinations in as many parts as it takes calls to send to them."""
    entries = list(destinations)
    most = models.MAX_BULK_DESTINATIONS
    return [entries[start : start + most] for start in range(0, len(entries), most)]


def send_in_bulk(
    pipeline: Pipeline,
    requests: Sequence[models.SendBulkTemplatedEmailRequest],
    *,
    check: bool = False,
    on_result: Callable[[BulkSendResult], object] | None = None,
) -> Flow[list[BulkSendResult]]:
    """Send one request after the other, and return a result for every destination, in order.

    A call that fails in passing leaves its own destinations without an answer, and the next one
    is made. What would fail all of them ends the sending. No destination is sent to twice.
    """
    if check:
        yield from check_bulk_rendering(pipeline, requests)
    results: list[BulkSendResult] = []
    stopped: Exception | None = None
    for request in requests:
        if stopped is None:
            try:
                answer = yield from pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request)
                told = _paired(request, answer)
            # An error would take along what is known of the mail that went out before it.
            except Exception as error:  # noqa: BLE001 - every error is in the results
                told = _failed(request, error, is_unknown=_leaves_open(error))
                if not (isinstance(error, SESInsightsError) and is_transient(error)):
                    stopped = error
        else:
            told = _failed(request, stopped, is_unknown=False)
        results += told
        if on_result:
            for result in told:
                on_result(result)
    return results


def _failed(
    request: models.SendBulkTemplatedEmailRequest, error: Exception, *, is_unknown: bool
) -> list[BulkSendResult]:
    return [
        BulkSendResult(entry, error=error, is_unknown=is_unknown) for entry in request.destinations
    ]


def _leaves_open(error: Exception) -> bool:
    """Return whether the mail may be accepted although sending it ended with this error."""
    sending = SEND_BULK_TEMPLATED_EMAIL
    match error:
        # What another operation ended with, such as reading the rate, kept the call from leaving.
        case TransportError():
            return error.operation == sending.name and error.maybe_delivered
        case ThrottledError():
            return False
        case ServiceError():
            return error.operation == sending.name and is_server_error(error)
        case ResponseValidationError():
            return error.shape == sending.response.__name__
        case _:
            return False


def _paired(
    request: models.SendBulkTemplatedEmailRequest, answer: models.SendBulkTemplatedEmailResponse
) -> list[BulkSendResult]:
    asked, answered = len(request.destinations), len(answer.status)
    if asked != answered:
        raise ResponseValidationError(
            type(answer).__name__, answer, f"{answered} statuses for {asked} destinations"
        )
    return [*map(_result, request.destinations, answer.status)]


def _result(
    entry: models.BulkEmailDestination, said: models.BulkEmailDestinationStatus
) -> BulkSendResult:
    result = BulkSendResult(entry, said.status, said.message_id, said.error)
    if result.is_accepted or result.error:
        return result
    # The service does not always say why.
    reason = str(said.status or "the service gave no status")
    return replace(result, error=reason, is_unknown=said.status is None)
