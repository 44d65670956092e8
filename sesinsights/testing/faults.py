"""The faults that a test can inject, each waiting for the call or download it is meant for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from sesinsights.arguments import check_flags, is_whole_number
from sesinsights.forks import renew_in_child

if TYPE_CHECKING:
    from sesinsights.testing.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that a test injects."""


@dataclass(frozen=True, slots=True)
class Throttle(Fault):
    """The call is refused as too early."""


@dataclass(frozen=True, slots=True)
class AccessDenied(Fault):
    """The call is refused as not permitted."""


@dataclass(frozen=True, slots=True)
class ServerError(Fault):
    """The service fails before it does anything."""

    status_code: int


@dataclass(frozen=True, slots=True)
class DropConnection(Fault):
    """The connection is closed without a response."""

    processed: bool


@dataclass(frozen=True, slots=True)
class MalformedResponse(Fault):
    """The call succeeds, and its response consists of these bytes."""

    body: bytes


@dataclass(frozen=True, slots=True)
class UnknownEnumValue(Fault):
    """A member of the response has this value."""

    member: str
    value: str


@dataclass(frozen=True, slots=True)
class EmptyPage(Fault):
    """A page has no items, but a token."""


@dataclass(frozen=True, slots=True)
class FailedJob(Fault):
    """A new job is going to fail."""

    message: str


@dataclass(frozen=True, slots=True)
class FailedQuery(Fault):
    """One query for metrics fails while others succeed."""

    code: str


@dataclass(frozen=True, slots=True)
class ExpiredLink(Fault):
    """The link of a download has expired."""


@dataclass(frozen=True, slots=True)
class DownloadError(Fault):
    """A download returns an error."""

    status_code: int


@dataclass(frozen=True, slots=True)
class DroppedDownload(Fault):
    """A download gets no response: the connection is closed."""


@dataclass(frozen=True, slots=True)
class TruncatedDownload(Fault):
    """A download breaks off."""


FaultT = TypeVar("FaultT", bound=Fault)


@dataclass(slots=True)
class _Waiting:
    fault: Fault
    operation: str | None
    times: int | None


class FaultQueue:
    """Faults in the order in which they were added; threads may share it."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()
        renew_in_child(self, _lock=threading.Lock)

    def add(self, fault: Fault, operation: str | None, times: int | None) -> None:
        """Add a fault to the queue.

        Args:
            fault: The fault.
            operation: The operation or the metric that it affects; None for a job or a download.
            times: How many times it happens; None until cleared.

        Raises:
            ValueError: `times` is less than one.
        """
        if times is not None and (not is_whole_number(times) or times < 1):
            message = "times must be a whole number, at least 1, or None for until it is cleared"
            raise ValueError(f"{message}, not {times!r}")
        with self._lock:
            self._waiting.append(_Waiting(fault, operation, times))

    def take(self, kind: type[FaultT], operation: str | None = None) -> FaultT | None:
        """Use up one occurrence of the oldest waiting fault of this kind, if there is one."""
        with self._lock:
            for waiting in self._waiting:
                if isinstance(waiting.fault, kind) and waiting.operation == operation:
                    if waiting.times is not None:
                        waiting.times -= 1
                        if not waiting.times:
                            self._waiting.remove(waiting)
                    return waiting.fault
        return None

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._waiting.clear()


class Faults:
    """Makes the next calls or downloads of an emulator fail; found at `emulator.faults`.

    Each method takes the operation's name in the service model, such as `GetMessageInsights`, and
    `times`, the number of times that the fault happens: once by default, or until `clear()` if
    None. Faults of one kind and operation happen in the order in which they were added. An unknown
    operation or an invalid number raises ValueError.
    """

    def __init__(self, queue: FaultQueue, protocol: Protocol) -> None:
        self._queue = queue
        self._protocol = protocol

    def throttle(self, operation: str, times: int | None = 1) -> None:
        """Refuse calls with 429 TooManyRequestsException, even if they keep to the pace."""
        self._add(Throttle(), operation, times)

    def server_error(
        self,
        operation: str,
        times: int | None = 1,
        status_code: int = HTTPStatus.INTERNAL_SERVER_ERROR,
    ) -> None:
        """Return an internal error for calls, without carrying them out."""
        _check_status(status_code)
        self._add(ServerError(status_code), operation, times)

    def access_denied(self, operation: str, times: int | None = 1) -> None:
        """Refuse calls with 403 AccessDeniedException."""
        self._add(AccessDenied(), operation, times)

    def drop_connection(
        self, operation: str, times: int | None = 1, *, processed: bool = False
    ) -> None:
        """Close the connection without a response.

        Args:
            operation: The operation.
            times: The number of times that it happens; None until `clear()`.
            processed: Whether the call takes effect and only its response is lost. With
                `CreateExportJob`, a job then exists that the caller does not know about.
        """
        check_flags(processed=processed)
        self._add(DropConnection(processed), operation, times)

    def malformed_response(self, operation: str, body: bytes, times: int | None = 1) -> None:
        """Carry out calls, but return status 200 with this body."""
        self._add(MalformedResponse(body), operation, times)

    def unknown_enum_value(
        self, operation: str, member: str, value: str, times: int | None = 1
    ) -> None:
        """Put a value that no SDK knows yet into the response.

        Args:
            operation: The operation.
            member: The member's dotted path. In a list, the path stands for the member of every
                item: `ExportJobs.JobStatus`.
            value: The value to put there, if the response has the member.
            times: The number of times that it happens; None until `clear()`.
        """
        self._check_member(operation, member)
        self._add(UnknownEnumValue(member, value), operation, times)

    def empty_page(self, operation: str, times: int | None = 1) -> None:
        """Return an empty page with a token from list calls, as the real service may."""
        self._check_member(operation, "NextToken")
        self._add(EmptyPage(), operation, times)

    def fail_job(self, message: str = "The job failed.", times: int | None = 1) -> None:
        """Make the jobs that are created next end as FAILED, with this ErrorMessage."""
        self._queue.add(FailedJob(message), None, times)

    def fail_query(
        self, metric: str, code: str = "INTERNAL_FAILURE", times: int | None = 1
    ) -> None:
        """Return an error for queries of BatchGetMetricData; others in the same call succeed.

        Args:
            metric: The metric, such as `SEND`.
            code: The error's code: `INTERNAL_FAILURE` or `ACCESS_DENIED`.
            times: The number of queries that fail; None until `clear()`.
        """
        for shape, value in (("Metric", metric), ("QueryErrorCode", code)):
            if value not in self._protocol.enum_values(shape):
                raise ValueError(f"the service has no {shape} {value}")
        self._queue.add(FailedQuery(code), metric, times)

    def expire_link(self, times: int | None = 1) -> None:
        """Let the next downloads fail as if their link had expired."""
        self._queue.add(ExpiredLink(), None, times)

    def download_error(
        self, times: int | None = 1, status_code: int = HTTPStatus.SERVICE_UNAVAILABLE
    ) -> None:
        """Return an error for the next downloads."""
        _check_status(status_code)
        self._queue.add(DownloadError(status_code), None, times)

    def truncate_download(self, times: int | None = 1) -> None:
        """Cut off the next downloads halfway; Content-Length states the full size of the file."""
        self._queue.add(TruncatedDownload(), None, times)

    def drop_download(self, times: int | None = 1) -> None:
        """Close the connection of the next downloads before the first byte of the response."""
        self._queue.add(DroppedDownload(), None, times)

    def clear(self) -> None:
        """Remove all remaining faults."""
        self._queue.clear()

    def _add(self, fault: Fault, operation: str, times: int | None) -> None:
        self._check_operation(operation)
        self._queue.add(fault, operation, times)

    def _check_operation(self, operation: str) -> None:
        if operation not in self._protocol.operation_names:
            message = f"the service has no operation {operation}"
            raise ValueError(message)

    def _check_member(self, operation: str, member: str) -> None:
        self._check_operation(operation)
        if not self._protocol.has_response_member(operation, member):
            message = f"the response of {operation} has no member {member}"
            raise ValueError(message)


def _check_status(status_code: int) -> None:
    if not is_whole_number(status_code) or status_code not in range(400, 600):
        raise ValueError(f"status_code must be from 400 to 599, not {status_code!r}")
