"""Tracebacks that show the caller's code and botocore's, but not how a flow is run."""

from __future__ import annotations

from types import TracebackType

from botocore.exceptions import BotoCoreError

from sesinsights.errors.service import SESInsightsError

_MACHINERY = {"concurrent", "contextlib", "sesinsights", "tenacity"}
"""The packages whose frames only show how a flow is run."""

_BOTO = {"boto3", "botocore"}


def shorten_traceback(error: BaseException) -> None:
    """Leave out the frames between a client's method and the origin of the error.

    An error of this library says what happened, so its cause is shown without frames. An error of
    botocore's own, such as for missing credentials, keeps botocore's last frame. Any other error
    keeps all frames of botocore, and every error those of functions that the caller passed.
    """
    frames = _without_machinery(error.__traceback__)
    if isinstance(error, BotoCoreError):
        frames = _without_way_through_botocore(frames)
    error.__traceback__ = _linked(frames)
    if isinstance(error, SESInsightsError):
        cause = error.__cause__
        while cause is not None and cause.__traceback__ is not None:
            cause.__traceback__ = None
            cause = cause.__cause__ or cause.__context__


def _package(frame: TracebackType) -> str:
    module: str = frame.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0]


def _without_machinery(traceback: TracebackType | None) -> list[TracebackType]:
    frames: list[TracebackType] = []
    while traceback is not None:
        if _package(traceback) not in _MACHINERY:
            frames.append(traceback)
        traceback = traceback.tb_next
    return frames


def _without_way_through_botocore(frames: list[TracebackType]) -> list[TracebackType]:
    return [frame for frame in frames if frame is frames[-1] or _package(frame) not in _BOTO]


def _linked(frames: list[TracebackType]) -> TracebackType | None:
    shown: TracebackType | None = None
    for frame in reversed(frames):
        shown = TracebackType(shown, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return shown
