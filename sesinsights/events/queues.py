"""Events from a queue of Amazon SQS, each deleted when its consumer has gone on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.drivers.threads import ThreadDriver
from sesinsights.events.endpoint import no_transport
from sesinsights.events.queue_reading import QueueReading, QueueRules
from sesinsights.events.recognition import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self

    from botocore.client import BaseClient

    from sesinsights.clock import Clock
    from sesinsights.errors import EventParseError
    from sesinsights.events.parsing import OnBadRecord
    from sesinsights.flows.flow import Flow


_EXTENDED_AFTER = 1 / 3
"""After which part of the time that messages are hidden they are hidden anew."""


class QueueReader(Iterator[Arrival]):
    """The events and notices of a queue, one at each step.

    Asking for the next deletes the message of the last. When a loop is left by `break` or by an
    error, the message of the current event stays in the queue and is received again when it is
    no longer hidden, unless `ack` or `release` was called; what was received and not handed out
    is let go of at once. `close` and the end of a `with` block do so at the latest.
    """

    def __init__(self, rules: QueueRules, clock: Clock) -> None:
        self._driver = ThreadDriver(no_transport, clock, None)
        self._reading = QueueReading(
            rules,
            clock,
            settle=self._driver.run,
            lock=threading.Lock(),
            connect=partial(_client_for, rules),
        )
        self._closing = threading.Event()
        interval = rules.visibility_timeout * _EXTENDED_AFTER
        # It knows nothing of the reader, so that letting go of the reader ends it.
        self._keeper = threading.Thread(
            target=_keep,
            args=(self._reading, self._driver, self._closing, interval),
            name="sesinsights-queue",
            daemon=True,
        )
        self._is_closed = False

    @override
    def __iter__(self) -> Self:
        return self

    @override
    def __next__(self) -> Arrival:
        if self._is_closed:
            raise StopIteration
        if self._keeper.ident is None:
            self._keeper.start()
        try:
            arrival = self._driver.run(self._reading.next())
        except BaseException:
            self.close()
            raise
        if arrival is None:
            self.close()
            raise StopIteration
        return arrival

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_is_closed"):
            self.close()

    @property
    def bad_records(self) -> Sequence[EventParseError]:
        """The last 1,000 bodies that could not be read, if such are collected."""
        return [*self._reading.bad_records]

    def close(self) -> None:
        """End the reading, and let go of what was received and not handed out."""
        if self._is_closed:
            return
        self._is_closed = True
        self._closing.set()
        if self._keeper.ident is not None and self._keeper is not threading.current_thread():
            self._keeper.join()
        # What cannot be let go of is received again a little later.
        with suppress(BotoCoreError, ClientError):
            self._driver.run(self._reading.close())


def _keep(
    reading: QueueReading, driver: ThreadDriver, closing: threading.Event, interval: float
) -> None:
    """Hide what is being worked on anew, time and again."""
    while not closing.wait(interval):
        # What is not hidden for longer is received twice at worst; the next try may do better.
        with suppress(BotoCoreError, ClientError):
            driver.run(reading.extend())


class AsyncQueueReader(AsyncIterator[Arrival]):
    """The events and notices of a queue, one at each step.

    Asking for the next deletes the message of the last. When a loop is left by `break` or by an
    error, the message of the current event stays in the queue and is received again when it is
    no longer hidden, unless `ack` or `release` was called; what was received and not handed out
    is let go of at once by `aclose` and by the end of an `async with` block.
    """

    def __init__(self, rules: QueueRules, clock: Clock) -> None:
        self._driver = AsyncDriver(no_transport, clock, None)
        self._settling: set[asyncio.Task[None]] = set()
        self._reading = QueueReading(
            rules,
            clock,
            settle=self._settle,
            lock=threading.Lock(),
            connect=partial(_client_for, rules),
        )
        self._interval = rules.visibility_timeout * _EXTENDED_AFTER
        self._keeper: asyncio.Task[None] | None = None
        self._is_closed = False

    @override
    def __aiter__(self) -> Self:
        return self

    @override
    async def __anext__(self) -> Arrival:
        if self._is_closed:
            raise StopAsyncIteration
        if self._keeper is None:
            keep = _keep_async(self._reading, self._driver, self._interval)
            self._keeper = asyncio.create_task(keep)
        try:
            await self._settled()
            arrival = await self._driver.run(self._reading.next())
        except BaseException:
            await self.aclose()
            raise
        if arrival is None:
            await self.aclose()
            raise StopAsyncIteration
        return arrival

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def bad_records(self) -> Sequence[EventParseError]:
        """The last 1,000 bodies that could not be read, if such are collected."""
        return [*self._reading.bad_records]

    async def aclose(self) -> None:
        """End the reading, and let go of what was received and not handed out."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._keeper is not None:
            self._keeper.cancel()
        await self._settled()
        # What cannot be let go of is received again a little later.
        with suppress(BotoCoreError, ClientError):
            await self._driver.run(self._reading.close())

    def _settle(self, flow: Flow[None]) -> None:
        task = asyncio.ensure_future(self._driver.run(flow))
        self._settling.add(task)

    async def _settled(self) -> None:
        while self._settling:
            await self._settling.pop()


async def _keep_async(reading: QueueReading, driver: AsyncDriver, interval: float) -> None:
    """Hide what is being worked on anew, time and again."""
    while True:
        await asyncio.sleep(interval)
        with suppress(BotoCoreError, ClientError):
            await driver.run(reading.extend())


def _client_for(rules: QueueRules) -> Any:
    """Return the client that was given, or one for the Region that the queue's URL names."""
    if rules.client is not None:
        return rules.client
    from boto3.session import Session

    session: Any = Session()
    return session.client("sqs", region_name=region_of(rules.url))


def region_of(url: str) -> str | None:
    """Return the Region that the URL of a queue names; None if it names none."""
    labels = (urlsplit(url).hostname or "").split(".")
    return labels[1] if len(labels) > 2 and labels[0] == "sqs" else None  # noqa: PLR2004 - service, Region, suffix


def iter_queue(
    queue: str | BaseClient,
    *,
    queue_url: str | None = None,
    wait: int = 20,
    visibility_timeout: int = 60,
    idle: float | None = None,
    stop: Callable[[], object] | None = None,
    on_bad_record: OnBadRecord = "collect",
    clock: Clock = SYSTEM_CLOCK,
) -> QueueReader:
    """Read the events and notices of a queue, each of which is deleted when you have gone on.

        for event in events.iter_queue("https://sqs.eu-west-1.amazonaws.com/…/mail-events"):
            store(event)

    A message is deleted when the event after its last one is asked for, or when the reading ends
    because of `idle` or `stop`. Each event has `ack()`, which deletes its message at once, and
    `release()`, which lets others receive it at once. When a loop is left by `break` or by an
    error, the current message stays in the queue. While you work on an event, its message is kept
    hidden from others. A body that cannot be read stays in the queue, for its dead-letter queue.

    Messages can arrive twice, as with any queue: `event_id` tells duplicates.

    Args:
        queue: The URL of the queue, or a boto3 client of SQS; without one, a client is made, in
            the Region that the URL names.
        queue_url: The URL, when `queue` is a client.
        wait: How long one call waits for messages, 0 to 20 seconds.
        visibility_timeout: For how long a message is hidden from others at a time, in seconds; it
            is extended while you work on it, and is how long others wait if you break down.
        idle: Ends the reading after so many seconds without a message; None for never.
        stop: Ends the reading when it returns true, such as the `is_set` of a `threading.Event`;
            asked before each event and each call.
        on_bad_record: What to do about a body that cannot be read: `collect` goes on and puts an
            error into the reader's `bad_records`, `raise` raises it.
        clock: What tells the time.

    Returns:
        An iterator, to be used once; also a context manager.

    Raises:
        ValueError: An argument is outside of its range.
        TypeError: `stop` cannot be called.
        botocore.exceptions.ClientError: While reading: Amazon SQS refuses.
        EventParseError: While reading: a body cannot be read, and is not collected.
    """
    rules = QueueRules(
        queue,
        queue_url=queue_url,
        wait=wait,
        visibility_timeout=visibility_timeout,
        idle=idle,
        stop=stop,
        on_bad_record=on_bad_record,
    )
    return QueueReader(rules, clock)


def async_iter_queue(
    queue: str | BaseClient,
    *,
    queue_url: str | None = None,
    wait: int = 20,
    visibility_timeout: int = 60,
    idle: float | None = None,
    stop: Callable[[], object] | None = None,
    on_bad_record: OnBadRecord = "collect",
    clock: Clock = SYSTEM_CLOCK,
) -> AsyncQueueReader:
    """Read the events and notices of a queue, each of which is deleted when you have gone on.

    The same as `iter_queue`, for asyncio: calls are made in threads. `ack` and `release` of an
    event are not awaited; they are done when the next event comes at the latest. Use it in an
    `async with` block, so that what was received and not handed out is let go of.
    """
    rules = QueueRules(
        queue,
        queue_url=queue_url,
        wait=wait,
        visibility_timeout=visibility_timeout,
        idle=idle,
        stop=stop,
        on_bad_record=on_bad_record,
    )
    return AsyncQueueReader(rules, clock)
