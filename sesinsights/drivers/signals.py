"""What the handler of a signal raises while a step is carried out, such as at a time limit.

It may be raised within botocore, urllib3 or another library, which take most errors for faults of
the network. Such a fault would be retried, or be one of the results, and the program would continue
although it was told to stop.
"""

from __future__ import annotations

from itertools import pairwise
from traceback import walk_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


class SignalError(BaseException):
    """Carries what the handler of a signal raised through flows, which treat other errors.

    Args:
        error: What was raised.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def raised_by_handler(error: BaseException, handled: BaseException | None) -> BaseException | None:
    """Return what the handler of a signal raised that led to this error; None if nothing did.

    Args:
        error: The error.
        handled: What was being handled before, which does not count.
    """
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in (handled, *chain):
        chain.append(cause)
        cause = cause.__context__ or cause.__cause__
    # The first comes last. urllib3 gives its traceback to an error of its own, too.
    return next(filter(_left_handler, reversed(chain)), None)


def _left_handler(error: BaseException) -> bool:
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    return any(_received(handler, interrupted) for interrupted, handler in pairwise(frames))


def _received(handler: FrameType, interrupted: FrameType) -> bool:
    """Return whether a function got the frame that it interrupted, as the handler of a signal."""
    values: list[object] = [*handler.f_locals.values()]
    for value in values:
        received: list[object] = [*value] if isinstance(value, tuple) else [value]
        # Not compared: what else is there may not allow it.
        if any(one is interrupted for one in received):
            return True
    return False
