"""Sends from templates: one message, one call with many, and bulk sends of any size."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from sesinsights.arguments import check_callback, check_flags
from sesinsights.flows.classic_operations import SEND_BULK_TEMPLATED_EMAIL, SEND_TEMPLATED_EMAIL
from sesinsights.models import classic as models
from sesinsights.sending.rendering import check_bulk_rendering, check_rendering
from sesinsights.sending.results import (
    BulkSendResult,
    failed,
    fails_every_call,
    is_undecided,
    not_tried,
    reason_to_stop,
    results_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline


T = TypeVar("T")

_MOST_UNDECIDED = 3
"""The number of calls in a row, neither accepted nor refused, after which a bulk send gives up."""


def send(
    pipeline: Pipeline, request: models.SendTemplatedEmailRequest, *, check: bool = False
) -> Flow[models.SendTemplatedEmailResponse]:
    """Return the flow that sends one message; with `check`, it renders its template first.

    Raises:
        TypeError: `check` is neither True nor False.
    """
    check_flags(check=check)
    sending = pipeline.call(SEND_TEMPLATED_EMAIL, request)
    if not check:
        return sending
    return _after(check_rendering(pipeline, request.template, request.template_data), sending)


def send_bulk_call(
    pipeline: Pipeline, request: models.SendBulkTemplatedEmailRequest, *, check: bool = False
) -> Flow[models.SendBulkTemplatedEmailResponse]:
    """Return the flow that sends many messages in one call; `check` is as for `send`."""
    check_flags(check=check)
    sending = pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request)
    return _after(check_bulk_rendering(pipeline, [request]), sending) if check else sending


def _after(rendering: Flow[object], sending: Flow[T]) -> Flow[T]:
    yield from rendering
    return (yield from sending)


def requests_for(
    destinations: Iterable[models.BulkEmailDestination | models.BulkEmailDestinationDict],
    **others: Any,
) -> list[models.SendBulkTemplatedEmailRequest]:
    """Return one request for each call that is needed to send to any number of destinations.

    A call has a limited number of destinations, and of recipients over all of them.

    Args:
        destinations: The destinations of all calls.
        others: The other members of each request.

    Raises:
        pydantic.ValidationError: A destination is not valid, and the error names its position; or
            another member is not.
    """
    calls = _in_calls(destinations)
    if not calls:
        return []
    first = SEND_BULK_TEMPLATED_EMAIL.request(destinations=calls[0], **others)
    # Copies are not validated: their destinations have been, one by one.
    return [first, *(first.model_copy(update={"destinations": tuple(call)}) for call in calls[1:])]


def _in_calls(
    destinations: Iterable[models.BulkEmailDestination | models.BulkEmailDestinationDict],
) -> list[list[models.BulkEmailDestination]]:
    from sesinsights.models.shape import each_as

    calls: list[list[models.BulkEmailDestination]] = []
    recipients = 0
    for entry in each_as(models.BulkEmailDestination, "destinations", destinations):
        recipients += entry.destination.recipients
        is_full = not calls or len(calls[-1]) == models.MAX_BULK_DESTINATIONS
        if is_full or recipients > models.MAX_RECIPIENTS:
            calls.append([])
            recipients = entry.destination.recipients
        calls[-1].append(entry)
    return calls


def send_in_bulk(
    pipeline: Pipeline,
    requests: Sequence[models.SendBulkTemplatedEmailRequest],
    *,
    check: bool = False,
    on_result: Callable[[BulkSendResult], object] | None = None,
) -> Flow[list[BulkSendResult]]:
    """Return the flow that sends one request after the other; its result has every destination.

    A failed call affects only its own destinations, and the next call is made. An error that every
    call would get ends the sending. Nothing is sent to a destination twice.

    Raises:
        TypeError: `check` is neither True nor False, or `on_result` is not an ordinary function.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    check_flags(check=check)
    check_callback("on_result", on_result)
    return _send_in_bulk(pipeline, requests, check=check, on_result=on_result)


def _send_in_bulk(
    pipeline: Pipeline,
    requests: Sequence[models.SendBulkTemplatedEmailRequest],
    *,
    check: bool,
    on_result: Callable[[BulkSendResult], object] | None,
) -> Flow[list[BulkSendResult]]:
    if check:
        yield from check_bulk_rendering(pipeline, requests)
    results: list[BulkSendResult] = []
    undecided = 0
    stopped: str | Exception | None = None
    for request in requests:
        if stopped is not None:
            new_results = not_tried(request, stopped)
        else:
            try:
                # All but the first wait for earlier calls, which `max_wait` is not meant to limit.
                max_wait = inf if results else None
                response = yield from pipeline.call(
                    SEND_BULK_TEMPLATED_EMAIL, request, max_wait=max_wait
                )
                new_results = results_of(request, response)
                undecided = 0
                stopped = reason_to_stop(new_results)
            # Raising the error would lose what is known about the mail that was sent before it.
            except Exception as error:  # noqa: BLE001 - every error is in the results
                new_results = failed(request, error)
                undecided = undecided + 1 if is_undecided(error) else 0
                if fails_every_call(error) or undecided == _MOST_UNDECIDED:
                    stopped = error
        results += new_results
        if on_result:
            for result in new_results:
                on_result(result)
    return results
