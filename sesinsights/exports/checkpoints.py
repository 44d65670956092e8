"""Checkpoints: which export one belongs to, and which object continues it."""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from sesinsights import models
from sesinsights.arguments import check_flags
from sesinsights.exports.journal import request_in
from sesinsights.exports.metrics import MetricsByWindow
from sesinsights.exports.windowed import WindowedExport
from sesinsights.forks import renew_in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sesinsights.exports.files.reading import OnBadRecord
    from sesinsights.flows.pipeline import Pipeline

_ABOUT_THE_ACCOUNT = "account"
_ABOUT_THE_REGION = "endpoint"
_ARGUMENTS = {"format": "data_format"}


_claims: dict[str, WeakMethod[Callable[[], bool]]] = {}
_claiming = threading.Lock()
renew_in_child(sys.modules[__name__], _claiming=threading.Lock)


def claim(directory: str | os.PathLike[str], give_up: Callable[[], bool]) -> None:
    """Take over a checkpoint that another export of this process may still hold.

    A notebook keeps exports that will not be used again, for example in the traceback of a cell
    that was stopped. So an export that is not running is closed, and the new one gets its files.

    Args:
        directory: The checkpoint.
        give_up: A method that closes the export if it is not running, and returns whether it was
            closed. It is called when another export claims the checkpoint, if the export's object
            still exists.

    Raises:
        RuntimeError: An export that runs in another thread or task of this process has it.
    """
    # A forked process inherits the exports of its parent, which are not its own.
    key = f"{os.getpid()} {os.path.realpath(directory)}"
    with _claiming:
        holder = _claims.get(key)
        holder_gives_up = holder() if holder else None
        if holder_gives_up and holder_gives_up != give_up and not holder_gives_up():
            raise RuntimeError(
                f"the checkpoint {os.fspath(directory)} is in use by an export that is running in "
                f"this process, {os.getpid()}. Wait until it has ended, or close it"
            )
        _claims[key] = WeakMethod(give_up)


def kept_request(directory: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the request of the export that a checkpoint belongs to.

    Raises:
        ValueError: The directory is not a checkpoint.
    """
    request = request_in(Path(directory)) if os.fspath(directory) else None
    if request is None or not isinstance(request.get("source"), dict):
        raise ValueError(
            f"{os.fspath(directory)!r} is not the checkpoint of an export: pass the directory "
            "that was given as checkpoint="
        )
    return request


def kept_source(
    request: Mapping[str, Any],
) -> models.MessageInsightsDataSource | models.MetricsDataSource:
    """Return the data source of a request that was kept in a checkpoint."""
    source = request["source"]
    if "Metrics" in source:
        return models.MetricsDataSource.from_service(source)
    return models.MessageInsightsDataSource.from_service(source)


def resumed(
    pipeline: Pipeline,
    directory: str | os.PathLike[str],
    *,
    max_concurrent_jobs: int,
    allow_sampling: bool,
    on_bad_record: OnBadRecord,
) -> WindowedExport | MetricsByWindow:
    """Return the export that a checkpoint belongs to.

    Args:
        pipeline: The pipeline that makes the calls.
        directory: The checkpoint.
        max_concurrent_jobs: How many jobs may run at once.
        allow_sampling: Whether to continue where some records cannot be exported.
        on_bad_record: What to do about records that cannot be read.

    Raises:
        ValueError: The directory is not a checkpoint, or an argument is not valid.
        TypeError: `allow_sampling` is neither True nor False.
    """
    check_flags(allow_sampling=allow_sampling)
    request = kept_request(directory)
    source = kept_source(request)
    if isinstance(source, models.MetricsDataSource):
        return MetricsByWindow(pipeline, source, by_day=bool(request.get("by_day")))
    return WindowedExport(
        pipeline,
        source,
        request["format"],
        max_concurrent_jobs=max_concurrent_jobs,
        allow_sampling=allow_sampling,
        on_bad_record=on_bad_record,
    )


def agreed_request(
    directory: str | os.PathLike[str], wanted: Mapping[str, object]
) -> Mapping[str, object]:
    """Return the request that a checkpoint was started with, if the given one matches it.

    Raises:
        ValueError: The checkpoint belongs to another export; the text names the differences.
    """
    kept = request_in(Path(directory))
    if kept is None:
        return wanted
    shown = os.fspath(directory)
    account, kept_account = wanted.get(_ABOUT_THE_ACCOUNT), kept.get(_ABOUT_THE_ACCOUNT)
    if account and kept_account and account != kept_account:
        raise ValueError(
            f"the checkpoint {shown} belongs to another account, {kept_account}, but the "
            f"credentials belong to {account}: use a directory for each account"
        )
    if kept.get(_ABOUT_THE_REGION) != wanted.get(_ABOUT_THE_REGION):
        raise ValueError(
            f"the checkpoint {shown} belongs to another Region or endpoint, "
            f"{kept.get(_ABOUT_THE_REGION)}, but the client sends to "
            f"{wanted.get(_ABOUT_THE_REGION)}: use a client for the checkpoint's Region and "
            "endpoint, or another directory"
        )
    differing = [*_differing(kept, wanted)]
    if differing:
        raise ValueError(
            f"the checkpoint {shown} belongs to an export with other arguments: "
            f"{'; '.join(differing)}. Continue that export with resume_export({shown!r}), or "
            "start this one in an empty directory"
        )
    return kept


def _differing(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield the arguments that differ; values that may name people are not shown."""
    before, now = _arguments(kept), _arguments(wanted)
    if ("metrics" in before) != ("metrics" in now):
        yield "one of them exports metrics, and the other message insights"
        return
    for name in dict.fromkeys([*before, *now]):
        if before.get(name) != now.get(name):
            is_shown = name.endswith("_date") or name in {"data_format", "by_day"}
            yield f"{name} was {before.get(name)} and is {now.get(name)}" if is_shown else name


def _arguments(request: Mapping[str, Any]) -> dict[str, Any]:
    source: Mapping[str, Any] = request.get("source") or {}
    arguments = {_argument(name): value for name, value in source.items()}
    for name, value in request.items():
        if name not in {"source", _ABOUT_THE_ACCOUNT, _ABOUT_THE_REGION}:
            arguments[_ARGUMENTS.get(name, name)] = value
    return {name: value for name, value in arguments.items() if value is not None}


def _argument(wire_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", wire_name).lower()
