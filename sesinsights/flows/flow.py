"""Flows: what the library does, without doing it.

A flow is a generator that yields steps and returns a result. It neither blocks nor knows who
runs it: a driver carries out each step and sends the outcome back, in a thread or on an event
loop. So every rule is written once.

    def look_twice(operation: Operation, parameters: dict) -> Flow[Answer]:
        yield from Send(operation, parameters)
        yield from Sleep(1.0)
        return (yield from Send(operation, parameters))
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from pathlib import Path

    from sesinsights.flows.operations import Operation
    from sesinsights.flows.send_rate import SendRate  # noqa: F401 - what FindSendRate finds
    from sesinsights.pacing import Reservation

__all__ = [
    "Answer",
    "Await",
    "ClosedError",
    "Confirm",
    "Fetch",
    "FindSendRate",
    "Flow",
    "Gather",
    "Penalize",
    "Release",
    "Reserve",
    "Run",
    "Send",
    "SignedLink",
    "Sleep",
    "Step",
]

T = TypeVar("T")

Answer: TypeAlias = dict[str, Any]
"""An answer as boto3 gives it."""


class ClosedError(RuntimeError):
    """The client that would carry out a step is closed."""


class SignedLink:
    """A link that its query gives access to; its repr shows none of that.

    Args:
        url: The link.
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
        """What gives access."""
        return self._url.partition("#")[0].partition("?")[2]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.target!r})"


class Step(Generic[T]):
    """Something that a driver does for a flow; `yield from` it to get its outcome."""

    __slots__ = ()

    def __iter__(self) -> Generator[Step[T], T, T]:
        return (yield self)


Flow: TypeAlias = Generator[Step[Any], Any, T]


@dataclass(frozen=True, slots=True)
class Reserve(Step["Reservation"]):
    """Take the next slots of a key, if they are near enough."""

    key: str
    rate: float
    cost: int = 1
    max_wait: float | None = None


@dataclass(frozen=True, slots=True)
class Confirm(Step[bool]):
    """Tell whether a slot may still be used that was waited for until `due`, on the clock."""

    reservation: Reservation
    due: float


@dataclass(frozen=True, slots=True)
class Release(Step[None]):
    """Give a slot back."""

    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Penalize(Step[None]):
    """Let a key rest after a throttled answer."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class FindSendRate(Step["SendRate"]):
    """Find the send rate of all who share the pace."""


@dataclass(frozen=True, slots=True)
class Sleep(Step[None]):
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Await(Step[None]):
    """Wait for what another flow has under way; what it fails with is raised here too."""

    under_way: Future[None]


@dataclass(frozen=True, slots=True)
class Send(Step[Answer]):
    """Send one request; what botocore raises is raised into the flow.

    The answer may take `seconds` from its first byte to its last.
    """

    operation: Operation[Any, Any]
    parameters: dict[str, Any] = field(repr=False)
    seconds: float = inf


@dataclass(frozen=True, slots=True)
class Fetch(Step[int]):
    """Download an export job's file under a name; the outcome is how many bytes it has.

    A private file can be read by its owner alone; another keeps the mode of what it replaces.
    The download ends early when `is_wanted`, which is asked from time to time, returns False.
    """

    job_id: str
    url: SignedLink | str = field(repr=False)
    path: Path
    is_private: bool = False
    is_wanted: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Run(Step[T]):
    """Call a function that blocks for a while, as by reading a file; the outcome is its own."""

    function: Callable[[], T]


@dataclass(frozen=True, slots=True)
class Gather(Step[list[T]]):
    """Run flows at once, so many at a time; the outcome is what they return, in order.

    A deque is emptied from its left while flows run: a flow may append further ones to it. The
    first that raises ends all others.
    """

    flows: Iterable[Flow[T]]
    limit: int
