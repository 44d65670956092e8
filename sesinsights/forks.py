"""What a forked process does before anything else runs in it."""

from __future__ import annotations

import os
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


_known: dict[tuple[int, str], tuple[weakref.ref[Any], Callable[[Any], None]]] = {}


def after_fork_in_child(method: Callable[[], None]) -> None:
    """Call a bound method in every process that is forked while its object lives."""
    bound: Any = method
    owner, function = bound.__self__, bound.__func__
    key = (id(owner), function.__qualname__)
    # The callback also runs when the interpreter exits, where a function of Python may have lost
    # its globals already; the dictionary's own method needs none.
    forget = partial(_known.pop, key)  # the reference, which comes third, is what it returns
    _known[key] = (weakref.ref(owner, forget), function)


def _call_all() -> None:
    for known, function in [*_known.values()]:
        owner = known()
        if owner is not None:
            function(owner)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_call_all)
