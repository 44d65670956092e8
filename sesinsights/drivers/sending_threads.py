"""The threads in which the requests of event loops are sent.

asyncio's own executor would work too, but its futures, locks and wake-ups take a fifth of the
processor time of a whole request. These threads take half of that.
"""

from __future__ import annotations

import asyncio
import threading
from contextvars import copy_context
from queue import SimpleQueue
from typing import TYPE_CHECKING

from sesinsights.forks import after_fork_in_child

if TYPE_CHECKING:
    from collections.abc import Callable


class ThreadCall:
    """A call of a function in a thread, for a task that waits for it.

    If the task is cancelled before a thread has begun the call, the call is not made. A call that
    has begun runs to its end, but does not send a request of which no byte has been sent yet.

    Args:
        function: The function; it sees the context variables of the task, and is given a function
            that returns whether the task still waits.

    Attributes:
        ended: A future that is done once the call has ended or will not be made.
    """

    __slots__ = (
        "_begun",
        "_context",
        "_error",
        "_function",
        "_is_over",
        "_is_wanted",
        "_loop",
        "_result",
        "ended",
    )

    def __init__(self, function: Callable[[Callable[[], bool]], object]) -> None:
        self._function = function
        self._context = copy_context()
        self._loop = asyncio.get_running_loop()
        self._begun = threading.Lock()
        self._is_wanted = True
        self._is_over = False
        self._result: object = None
        self._error: BaseException | None = None
        self.ended: asyncio.Future[None] = self._loop.create_future()

    async def outcome(self) -> object:
        """Return what the function returns, or raise what it raises."""
        try:
            await self.ended
        except asyncio.CancelledError:
            self._is_wanted = False
            # The cancel has also cancelled `ended`, but a call that has begun continues.
            if self.ended.cancelled() and not (
                self._is_over or self._begun.acquire(blocking=False)
            ):
                self.ended = self._loop.create_future()
            raise
        if self._error is None:
            return self._result
        error, self._error = self._error, None
        try:
            raise error
        finally:
            # Its traceback refers to this frame, which must not refer to it.
            del error

    def make(self) -> None:
        """Call the function, if the task still waits for it."""
        if self._begun.acquire(blocking=False):
            try:
                self._result = self._context.run(self._function, lambda: self._is_wanted)
            except BaseException as error:  # noqa: BLE001 - it is raised where the task waits
                self._error = error

    def tell(self) -> None:
        """Let the task continue."""
        try:  # noqa: SIM105 - `suppress` takes as long as the rest of this
            self._loop.call_soon_threadsafe(self._end)
        except RuntimeError:
            pass  # the loop is closed, so no task waits

    def _end(self) -> None:
        # The task may not know yet that it is cancelled, and must not wait for the end then.
        self._is_over = True
        if not self.ended.done():
            self.ended.set_result(None)


class SendingThreads:
    """Threads that all event loops of a process share; they do not keep it from ending.

    Args:
        most: How many threads there may be; each is started when all others are busy.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._start_over()
        after_fork_in_child(self._start_over)

    def _start_over(self) -> None:
        # A forked process has none of the threads.
        self._calls: SimpleQueue[ThreadCall] = SimpleQueue()
        self._idle: list[None] = []
        self._count = 0
        self._lock = threading.Lock()

    def begin(self, call: ThreadCall) -> None:
        """Make a call in the first thread that is free."""
        try:
            self._idle.pop()
        except IndexError:
            self._start_another()
        self._calls.put(call)

    def _start_another(self) -> None:
        with self._lock:
            if self._count < self._most:
                threading.Thread(target=self._work, name="sesinsights", daemon=True).start()
                self._count += 1

    def _work(self) -> None:
        while True:
            call = self._calls.get()
            call.make()
            self._idle.append(None)
            call.tell()
            # Its response must not wait here for the next call.
            del call


SENDING_THREADS = SendingThreads(64)
"""If a response takes 0.1 s, enough for 640 requests a second."""
