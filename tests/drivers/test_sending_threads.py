"""The threads of event loops: begun when needed, used again, and never in a program's way."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from typing import TYPE_CHECKING

import pytest

from sesinsights.drivers.sending_threads import SendingThreads, ThreadCall

if TYPE_CHECKING:
    from collections.abc import Callable


async def called(threads: SendingThreads, function: Callable[[], object]) -> object:
    """Make a call as a driver does."""
    call = ThreadCall(lambda _: function())
    threads.begin(call)
    return await call.outcome()


def test_a_thread_is_used_again() -> None:
    """Calls one after the other need one thread, on any loop, and it ends with the program."""
    threads = SendingThreads(4)
    used = {
        asyncio.run(called(threads, threading.current_thread)),
        asyncio.run(called(threads, threading.current_thread)),
    }
    [thread] = used
    assert isinstance(thread, threading.Thread)
    assert thread is not threading.current_thread()
    assert thread.daemon


def test_a_thread_is_started_when_all_others_are_busy() -> None:
    """A thread is started while all others are busy, up to the limit."""
    threads = SendingThreads(3)
    together = threading.Barrier(3, timeout=10)
    used: list[int] = []

    def meet() -> None:
        used.append(threading.get_ident())
        together.wait()

    async def story() -> None:
        calls = [called(threads, function) for function in (meet, meet, meet, lambda: None)]
        await asyncio.gather(*calls)
        used.append(await called(threads, threading.get_ident))  # type: ignore[arg-type] # it returns a number

    asyncio.run(story())
    assert len(set(used)) == 3


def test_an_error_is_raised_where_the_task_waits() -> None:
    """An error is raised where the task waits, and the thread continues."""
    threads = SendingThreads(1)

    class EndingError(BaseException):
        """An error that is not an Exception."""

    def fail() -> None:
        raise EndingError

    async def story() -> weakref.ref[BaseException]:
        try:
            await called(threads, fail)
        except EndingError as error:
            return weakref.ref(error)
        raise AssertionError

    gc.disable()
    try:
        assert asyncio.run(story())() is None
    finally:
        gc.enable()
    assert asyncio.run(called(threads, lambda: "made")) == "made"


def test_a_call_that_no_thread_has_begun_is_not_made_after_a_cancel() -> None:
    """It has ended at once, while the one that is being made ends when it has been made."""
    threads, go_on, begun = SendingThreads(1), threading.Event(), threading.Event()
    made: list[str] = []

    def make_first(_: object) -> None:
        begun.set()
        go_on.wait(10)
        made.append("first")

    async def story() -> None:
        calls = [ThreadCall(make_first), ThreadCall(lambda _: made.append("second"))]
        tasks = [asyncio.create_task(call.outcome()) for call in calls]
        for call in calls:
            threads.begin(call)
        await asyncio.to_thread(begun.wait)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert [call.ended.done() for call in calls] == [False, True]
        go_on.set()
        await calls[0].ended
        assert made == ["first"]
        await called(threads, lambda: None)

    asyncio.run(story())
    assert made == ["first"]


def test_a_call_that_ends_in_the_moment_of_the_cancel_has_ended() -> None:
    """A call that ends while its task is cancelled counts as ended."""
    threads = SendingThreads(1)

    async def story() -> None:
        call = ThreadCall(lambda _: None)
        task = asyncio.create_task(call.outcome())
        threads.begin(call)
        call.ended.add_done_callback(lambda _: task.cancel())
        with pytest.raises(asyncio.CancelledError):
            await task
        assert call.ended.done()

    asyncio.run(story())


def test_a_call_that_ends_between_the_cancel_and_the_task_has_ended() -> None:
    """The loop may hear of the end after the cancel, but before the task runs again."""

    async def story() -> None:
        call = ThreadCall(lambda _: None)
        task = asyncio.create_task(call.outcome())
        await asyncio.sleep(0)
        call.make()
        call.tell()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert call.ended.done()

    asyncio.run(story())


def test_a_loop_that_has_ended_is_not_told(recwarn: pytest.WarningsRecorder) -> None:
    """A call of a closed loop is finished, and its thread serves the next loop."""
    threads, go_on, begun = SendingThreads(1), threading.Event(), threading.Event()

    def make() -> None:
        begun.set()
        go_on.wait(10)

    async def leave() -> None:
        task = asyncio.create_task(called(threads, make))
        await asyncio.to_thread(begun.wait)
        task.cancel()

    asyncio.run(leave())
    go_on.set()
    assert asyncio.run(called(threads, lambda: "made")) == "made"
    assert not recwarn.list
