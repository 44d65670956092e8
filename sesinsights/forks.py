"""What a forked process does before anything else runs in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from weakref import WeakMethod

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["after_fork_in_child"]

_methods: set[WeakMethod[Callable[[], None]]] = set()


def after_fork_in_child(method: Callable[[], None]) -> None:
    """Call a method in every process that is forked while its object lives."""
    _methods.add(WeakMethod(method, _methods.discard))


def _call_all() -> None:
    for known in [*_methods]:
        method = known()
        if method is not None:
            method()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_call_all)
