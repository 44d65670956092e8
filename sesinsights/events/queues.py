"""Events from a queue of Amazon SQS, each deleted when the next one is asked for."""

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
"""The share of the visibility timeout after which it is extended."""


class QueueReader(Iterator[Arrival]):
    """Iterates over the events and notices of a queue.

    Asking for the next one deletes the message of the one before. When a loop ends by `break` or an
    error, the message of the current event stays in the queue, unless `ack` or `release` was
    called, and can be received again once its visibility timeout is over. Messages that were
    received and not returned become visible at once: when the reader is closed, at the end of a
    `with` block, or when it is garbage-collected.
    """

    def __init__(self, rules: QueueRules, clock: Clock) -> None:
        self._driver = ThreadDriver(no_transport, clock, None)
        self._reading = QueueReading(
            rules,
            clock,
            settle=self._driver.run,
            lock=threading.RLock(),
            connect=partial(_client_for, rules),
        )
        self._closing = threading.Event()
        interval = rules.visibility_timeout * _EXTENDED_AFTER
        # It has no reference to the reader, so that dropping the reader ends it.
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
        """The errors of the last 1,000 bodies that could not be read, if they are collected."""
        return [*self._reading.bad_records]

    def close(self) -> None:
        """Stop, and make messages that were received and not returned visible to others at once."""
        if self._is_closed:
            return
        self._is_closed = True
        self._closing.set()
        if self._keeper.ident is not None and self._keeper is not threading.current_thread():
            self._keeper.join()
        # Messages that cannot be released are received again a little later.
        with suppress(BotoCoreError, ClientError):
            self._driver.run(self._reading.close())


def _keep(
    reading: QueueReading, driver: ThreadDriver, closing: threading.Event, interval: float
) -> None:
    """Keep the messages that are being worked on hidden, again and again."""
    while not closing.wait(interval):
        # At worst, a message is received twice; the next attempt may succeed.
        with suppress(BotoCoreError, ClientError):
            driver.run(reading.extend())


class AsyncQueueReader(AsyncIterator[Arrival]):
    """Iterates over the events and notices of a queue, for asyncio.

    Asking for the next one deletes the message of the one before. When a loop ends by `break` or an
    error, the message of the current event stays in the queue, unless `ack` or `release` was
    called, and can be received again once its visibility timeout is over. Messages that were
    received and not returned become visible at once when the reader is closed: by `aclose`, or at
    the end of an `async with` block.
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
        """The errors of the last 1,000 bodies that could not be read, if they are collected."""
        return [*self._reading.bad_records]

    async def aclose(self) -> None:
        """Stop, and make messages that were received and not returned visible to others at once."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._keeper is not None:
            self._keeper.cancel()
        await self._settled()
        # Messages that cannot be released are received again a little later.
        with suppress(BotoCoreError, ClientError):
            await self._driver.run(self._reading.close())

    def _settle(self, flow: Flow[None]) -> None:
        task = asyncio.ensure_future(self._driver.run(flow))
        self._settling.add(task)

    async def _settled(self) -> None:
        while self._settling:
            await self._settling.pop()


async def _keep_async(reading: QueueReading, driver: AsyncDriver, interval: float) -> None:
    """Keep the messages that are being worked on hidden, again and again."""
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
    """Receive events and notices from a queue; each is deleted when you ask for the next.

        for event in events.iter_queue("https://sqs.eu-west-1.amazonaws.com/…/mail-events"):
            store(event)

    A message is deleted when you ask for the event after its last one, or when the iteration ends
    because of `idle` or `stop`. Each event has `ack()`, which deletes its message at once, and
    `release()`, which makes it visible to others at once. When a loop ends by `break` or an error,
    the current message stays in the queue. While you work on an event, its message stays hidden
    from others. A message that cannot be read stays in the queue, for its dead-letter queue.

    A queue may deliver a message twice: `event_id` identifies duplicates.

    Args:
        queue: The URL of the queue, or a boto3 client for SQS. With a URL, a client is created in
            the Region that it names.
        queue_url: The URL, if `queue` is a client.
        wait: How long one call waits for messages, 0 to 20 seconds.
        visibility_timeout: How long a message is hidden from others, in seconds. It is extended
            while you work on the message, and is how long others wait if your process crashes.
        idle: End the iteration after this many seconds without a message; None for never. A message
            that cannot be read counts only when it is first received.
        stop: A function, such as `is_set` of a `threading.Event`, called before each event and each
            call. When it returns true, the iteration ends.
        on_bad_record: `collect` adds the error of a message that cannot be read to `bad_records`
            and continues; `raise` raises it.
        clock: The clock that measures `idle`.

    Returns:
        An iterator that can be used once; also a context manager.

    Raises:
        ValueError: An argument is out of range.
        TypeError: `stop` is not callable.
        botocore.exceptions.ClientError: During the iteration, if Amazon SQS refuses a call.
        EventParseError: During the iteration, if a message cannot be read and `on_bad_record` is
            `raise`.
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
    """Receive events and notices from a queue; each is deleted when you ask for the next.

    The same as `iter_queue`, for asyncio: calls are made in threads. `ack` and `release` of an
    event return at once, and take effect before the next event at the latest. Use it in an
    `async with` block, so that messages that were not returned become visible to others.
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
