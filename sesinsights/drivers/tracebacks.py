"""Tracebacks that show the caller's code and botocore's, but not how a flow is run."""

from __future__ import annotations

from functools import cache
from types import TracebackType

from sesinsights.errors.service import SESInsightsError

_MACHINERY = {"concurrent", "contextlib", "sesinsights", "tenacity"}
"""The packages whose frames only show how a flow is run."""


def shorten_traceback(error: BaseException) -> None:
    """Leave out the frames between a client's method and the origin of the error.

    An error of this library says what happened, so its cause is shown without frames. Any other
    error keeps the frames of botocore and of functions that the caller passed.
    """
    error.__traceback__ = _without_machinery(error.__traceback__)
    if isinstance(error, SESInsightsError):
        cause = error.__cause__
        while cause is not None and cause.__traceback__ is not None:
            cause.__traceback__ = None
            cause = cause.__cause__ or cause.__context__


@cache
def _is_machinery(module: str) -> bool:
    return module.partition(".")[0] in _MACHINERY


def _without_machinery(traceback: TracebackType | None) -> TracebackType | None:
    frames: list[TracebackType] = []
    while traceback is not None:
        if not _is_machinery(traceback.tb_frame.f_globals.get("__name__", "")):
            frames.append(traceback)
        traceback = traceback.tb_next
    shown: TracebackType | None = None
    for frame in reversed(frames):
        shown = TracebackType(shown, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return shown
