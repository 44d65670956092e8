"""Queries that end at once when the handler of a signal raises, as for Ctrl-C."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PAUSE = 0.05
"""After how many seconds a query that DuckDB had not begun yet is interrupted again."""


def interruptible(query: Callable[[], T], *connections: Any) -> T:
    """Return what a query returns.

    In the main thread, DuckDB would call the handlers of signals only when the query has ended, and
    raise an error of its own in place of theirs. So the query runs in another thread.

    Args:
        query: Runs the query.
        connections: The connections to DuckDB that run it; none if another engine does.
    """
    if not connections or threading.current_thread() is not threading.main_thread():
        return query()
    outcome: Future[T] = Future()
    run: Any = copy_context().run
    thread = threading.Thread(target=run, args=(_run, query, outcome), daemon=True)
    try:
        thread.start()
        return outcome.result()
    finally:
        # A query that has not begun never will.
        while not outcome.cancel() and not outcome.done():
            for connection in connections:
                connection.interrupt()
            thread.join(_PAUSE)


def _run(query: Callable[[], T], outcome: Future[T]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = query()
    except BaseException as error:  # noqa: BLE001 - it is raised where the outcome is awaited
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
