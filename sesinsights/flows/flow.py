"""Flows: descriptions of what the library does, without doing it.

A flow is a generator that yields steps and returns a result. It does not block, and it does not
know what runs it: a driver carries out each step, in a thread or on an event loop, and sends the
outcome back. So every rule is written once.

    def call_twice(operation: Operation, parameters: dict) -> Flow[WireResponse]:
        yield from Send(operation, parameters)
        yield from Sleep(1.0)
        return (yield from Send(operation, parameters))
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from typing_extensions import override

from sesinsights.errors import ExportDownloadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from pathlib import Path

    from sesinsights.errors import JobDownloadError
    from sesinsights.flows.operation import Operation
    from sesinsights.flows.send_rate import SendRate  # noqa: F401 - what FindSendRate finds
    from sesinsights.pacing import Reservation

T = TypeVar("T")

WireResponse: TypeAlias = dict[str, Any]
"""A response as boto3 returns it, by wire names."""


class ClosedError(RuntimeError):
    """The client that would carry out a step is closed."""


class SignedLink:
    """A pre-signed link; its repr hides the query, which grants access.

    Args:
        url: The whole link.
    """

    __slots__ = ("_url",)

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        """The whole link. Keep it out of variables: tracebacks may show them."""
        return self._url

    @property
    def target(self) -> str:
        """The link without its query."""
        return self._url.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, which grants access."""
        return self._url.partition("#")[0].partition("?")[2]

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.target!r})"


class Step(Generic[T]):
    """Something that a driver does for a flow; `yield from` it to get the outcome."""

    __slots__ = ()

    def __iter__(self) -> Generator[Step[T], T, T]:
        return (yield self)


Flow: TypeAlias = Generator[Step[Any], Any, T]

# A step lives only until it has been carried out. Without `frozen` and `__eq__`, these classes take
# half as long to create, and every start of a program waits for that.


@dataclass(slots=True, eq=False)
class Reserve(Step["Reservation"]):
    """Take the next slots of a key, if the wait for them is at most `max_wait` seconds."""

    key: str
    rate: float
    cost: int = 1
    max_wait: float | None = None


@dataclass(slots=True, eq=False)
class Confirm(Step[bool]):
    """Check whether a slot may still be used after a wait until `due`, by the clock."""

    reservation: Reservation
    due: float


@dataclass(slots=True, eq=False)
class Release(Step[None]):
    """Give a slot back."""

    reservation: Reservation


@dataclass(slots=True, eq=False)
class Penalize(Step[None]):
    """Pause a key after a throttled response."""

    key: str
    seconds: float


@dataclass(slots=True, eq=False)
class FindSendRate(Step["SendRate"]):
    """Find the send rate that all clients with the same pace share."""


@dataclass(slots=True, eq=False)
class Sleep(Step[None]):
    """Wait."""

    seconds: float


@dataclass(slots=True, eq=False)
class Await(Step[None]):
    """Wait for the outcome of another flow; if it fails, its error is raised here too."""

    future: Future[None]


@dataclass(slots=True, eq=False)
class Send(Step[WireResponse]):
    """Send one request; botocore's errors are raised into the flow.

    The response may take `seconds` from its first byte to its last. Connecting, and then its first
    byte, may each take `timeout` seconds, unless the client allows less. Nothing is sent if
    `is_wanted`, which is called before the first byte, returns False.
    """

    operation: Operation[Any, Any]
    parameters: dict[str, Any] = field(repr=False)
    seconds: float = inf
    timeout: float = inf
    is_wanted: Callable[[], bool] = field(default=lambda: True, repr=False)


@dataclass(slots=True, eq=False)
class Fetch(Step[int]):
    """Download a file of a job to a path; the outcome is its size in bytes.

    Only its owner can read a private file; any other keeps the mode of the file that it replaces.
    If it cannot be downloaded, `failure` is raised. The download ends early when `is_wanted`, which
    is called from time to time, returns False.
    """

    job_id: str
    url: SignedLink | str = field(repr=False)
    path: Path
    is_private: bool = False
    failure: type[JobDownloadError] = ExportDownloadError
    is_wanted: Callable[[], bool] = field(default=lambda: True, repr=False)


@dataclass(slots=True, eq=False)
class Run(Step[T]):
    """Call a function that blocks, for example to read a file; the outcome is what it returns."""

    function: Callable[[], T]


@dataclass(slots=True, eq=False)
class Gather(Step[list[T]]):
    """Run flows concurrently, up to `limit` at a time; the outcome is their results, in order.

    A deque is emptied from the left while flows run, so a flow may append more flows to it. The
    first error ends all other flows.
    """

    flows: Iterable[Flow[T]]
    limit: int
