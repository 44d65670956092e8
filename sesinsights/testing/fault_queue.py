"""The faults that wait for the calls and downloads they are meant for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TypeVar

__all__ = [
    "AccessDenied",
    "DownloadError",
    "DropConnection",
    "DroppedDownload",
    "EmptyPage",
    "ExpiredLink",
    "FailedJob",
    "Fault",
    "FaultQueue",
    "MalformedAnswer",
    "ServerError",
    "Throttle",
    "TruncatedDownload",
    "UnknownEnumValue",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong."""


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
    """The connection is closed without an answer."""

    processed: bool


@dataclass(frozen=True, slots=True)
class MalformedAnswer(Fault):
    """The call succeeds, and its answer is these bytes."""

    body: bytes


@dataclass(frozen=True, slots=True)
class UnknownEnumValue(Fault):
    """A member of the answer has this value."""

    member: str
    value: str


@dataclass(frozen=True, slots=True)
class EmptyPage(Fault):
    """A page holds nothing and still carries a token."""


@dataclass(frozen=True, slots=True)
class FailedJob(Fault):
    """A new export job is going to fail."""

    message: str


@dataclass(frozen=True, slots=True)
class ExpiredLink(Fault):
    """A download finds its link expired."""


@dataclass(frozen=True, slots=True)
class DownloadError(Fault):
    """A download is answered with an error."""

    status_code: int


@dataclass(frozen=True, slots=True)
class DroppedDownload(Fault):
    """A download is never answered: the connection is closed."""


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
    """Faults in the order in which they were asked for; threads may share it."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, operation: str | None, times: int | None) -> None:
        """Let a fault wait.

        Args:
            fault: What goes wrong.
            operation: The call that it hits; None for what is no call.
            times: How often; None until cleared.

        Raises:
            ValueError: `times` is less than one.
        """
        if times is not None and times < 1:
            message = f"times must be at least 1, or None for until cleared, not {times}"
            raise ValueError(message)
        with self._lock:
            self._waiting.append(_Waiting(fault, operation, times))

    def take(self, kind: type[FaultT], operation: str | None = None) -> FaultT | None:
        """Use up one occurrence of the oldest fault of this kind, if one waits."""
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
