"""What a forked process does before anything else runs in it, and what a fork waits for."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import weakref
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager


_known: dict[tuple[int, str], tuple[weakref.ref[Any], Callable[[Any], None]]] = {}


def after_fork_in_child(method: Callable[[], None]) -> None:
    """Call a bound method in every process that is forked while its object lives."""
    bound: Any = method
    _call_in_child(bound.__self__, bound.__func__.__qualname__, bound.__func__)


def renew_in_child(owner: object, **locks: Callable[[], object]) -> None:
    """Give an object new locks in every process that is forked while it lives.

    Another thread may hold a lock while the process forks, and the child does not have that thread.

    Args:
        owner: The object, or a module.
        locks: A factory of each lock, by the name of its attribute.
    """

    def renew(owner: object) -> None:
        for name, make in locks.items():
            setattr(owner, name, make())

    _call_in_child(owner, f"locks {[*locks]}", renew)


def _call_in_child(owner: object, name: str, function: Callable[[Any], None]) -> None:
    key = (id(owner), name)
    # The callback also runs when the interpreter exits, where a function of Python may have lost
    # its globals already; the dictionary's own method needs none.
    forget = partial(_known.pop, key)  # the reference, which comes third, is what it returns
    _known[key] = (weakref.ref(owner, forget), function)


def _call_all() -> None:
    # One that fails keeps none of the others from being called.
    with ExitStack() as calls:
        for known, function in reversed([*_known.values()]):
            owner = known()
            if owner is not None:
                calls.callback(function, owner)


class _Gate:
    """Lets forks and other threads wait for each other; forks do not wait for forks.

    No lock is held while the process forks: a thread that waits for it may hold what the fork needs
    next, such as the lock of `logging`.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside: list[int] = []
        self._forking: dict[int, BaseException | None] = {}

    @contextmanager
    def closed(self) -> Generator[None]:
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._forking.keys() <= {me}, _LONGEST_WAIT)
            self._inside.append(me)
        try:
            yield
        finally:
            with self._changed:
                self._inside.remove(me)
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait for all other threads; no other begins until the process has forked."""
        me = threading.get_ident()
        raised: BaseException | None = None
        while me not in self._forking:
            try:
                with self._changed:
                    self._changed.wait_for(lambda: {*self._inside} <= {me}, _LONGEST_WAIT)
                    self._forking[me] = raised
            except BaseException as error:  # noqa: BLE001 - a signal's, which Python would ignore
                raised = error

    def open_in_parent(self) -> None:
        with self._changed:
            raised = self._forking.pop(threading.get_ident(), None)
            self._changed.notify_all()
        if raised is not None:
            _raise_at_next_interrupt(raised)

    def start_over_in_child(self) -> None:
        me = threading.get_ident()
        self._changed = threading.Condition()
        self._inside = [thread for thread in self._inside if thread == me]
        self._forking = {}


def _raise_at_next_interrupt(error: BaseException) -> None:
    def raise_error(*_: object) -> None:
        _interrupts.clear()
        signal.signal(signal.SIGINT, handler)
        raise error

    handler = signal.signal(signal.SIGINT, raise_error)
    _interrupts.append(signal.SIGINT)


_LONGEST_WAIT = 5.0
"""After this many seconds, a fork or a thread continues, in case each waits for the other."""

_interrupts: list[int] = []


@cache
def _gate() -> _Gate:
    # What is registered later is called earlier: a fork must wait before it takes the lock of
    # `logging`, which imports need.
    import logging as _  # noqa: F401

    gate = _Gate()  # two threads may make one each: a fork waits for both
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=gate.wait,
            after_in_parent=gate.open_in_parent,
            after_in_child=gate.start_over_in_child,
        )
        # This calls it for each interrupt, but runs nothing in Python, where the signal would be
        # handled at once: it is handled where the process forked.
        interrupt: Any = _thread.interrupt_main
        os.register_at_fork(after_in_parent=partial(sorted, _interrupts, key=interrupt))
    return gate


def no_fork() -> AbstractContextManager[None]:
    """Return a context in which other threads do not fork this process.

    It is for imports and whatever else holds a lock that no child can renew. It must be short.
    """
    return _gate().closed() if threading.active_count() > 1 else nullcontext()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_call_all)
