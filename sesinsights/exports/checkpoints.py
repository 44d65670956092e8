"""Checkpoints: which export one belongs to, and who goes on with it."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from sesinsights import models
from sesinsights.exports.journal import request_in
from sesinsights.exports.metrics import MetricsByWindow
from sesinsights.exports.windowed import WindowedExport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sesinsights.exports.files.reading import OnBadRecord
    from sesinsights.flows.pipeline import Pipeline

_ABOUT_THE_ACCOUNT = "account"
_ABOUT_THE_REGION = "endpoint"
_ARGUMENTS = {"format": "data_format"}


_claims: dict[str, WeakMethod[Callable[[], bool]]] = {}
_claiming = threading.Lock()


def claim(directory: str | os.PathLike[str], give_up: Callable[[], bool]) -> None:
    """Let an export have a checkpoint that another one of this process may still hold.

    A notebook keeps exports that nobody will ask again, as in the traceback of a cell that was
    stopped. So one that does not run is closed; its files belong to the new one.

    Args:
        directory: The checkpoint.
        give_up: A method that closes the export unless it runs, and returns whether it did not. It
            is called when another export claims the checkpoint, as long as there is its object.

    Raises:
        RuntimeError: One that runs in another thread or task of this process has it.
    """
    # Another process that was forked has exports of its parent's, which are not its own.
    key = f"{os.getpid()} {os.path.realpath(directory)}"
    with _claiming:
        holder = _claims.get(key)
        holder_gives_up = holder() if holder else None
        if holder_gives_up and holder_gives_up != give_up and not holder_gives_up():
            raise RuntimeError(
                f"the checkpoint {os.fspath(directory)} is in use by an export that runs in this "
                f"process, {os.getpid()}. Wait until it has ended, or close it"
            )
        _claims[key] = WeakMethod(give_up)


def kept_request(directory: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what the export asks for whose checkpoint a directory is.

    Raises:
        ValueError: It is not a checkpoint.
    """
    request = request_in(Path(directory)) if os.fspath(directory) else None
    if request is None or not isinstance(request.get("source"), dict):
        raise ValueError(
            f"{os.fspath(directory)!r} is not the checkpoint of an export: name the directory that "
            "was given as checkpoint="
        )
    return request


def kept_source(
    request: Mapping[str, Any],
) -> models.MessageInsightsDataSource | models.MetricsDataSource:
    """Return the source of a request that a checkpoint keeps."""
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
    """Return the export whose checkpoint a directory is.

    Args:
        pipeline: Sends calls.
        directory: The checkpoint.
        max_concurrent_jobs: How many jobs may run at once.
        allow_sampling: Whether to go on where not all records can be exported.
        on_bad_record: What to do about records that cannot be read.

    Raises:
        ValueError: It is not a checkpoint, or an argument is something else.
    """
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
    """Return what to open a checkpoint with: what it was begun with, if that is what is wanted.

    Raises:
        ValueError: It belongs to another export; the text names what differs.
    """
    kept = request_in(Path(directory))
    if kept is None:
        return wanted
    shown = os.fspath(directory)
    account, kept_account = wanted.get(_ABOUT_THE_ACCOUNT), kept.get(_ABOUT_THE_ACCOUNT)
    if account and kept_account and account != kept_account:
        raise ValueError(
            f"the checkpoint {shown} belongs to another account, {kept_account}, and the "
            f"credentials are of {account}: use a directory for each"
        )
    if kept.get(_ABOUT_THE_REGION) != wanted.get(_ABOUT_THE_REGION):
        raise ValueError(
            f"the checkpoint {shown} belongs to another Region or endpoint, "
            f"{kept.get(_ABOUT_THE_REGION)}, and the client sends to "
            f"{wanted.get(_ABOUT_THE_REGION)}: use a client of the same, or another directory"
        )
    differing = [*_differing(kept, wanted)]
    if differing:
        raise ValueError(
            f"the checkpoint {shown} belongs to an export with other arguments: "
            f"{'; '.join(differing)}. Go on with that export by resume_export({shown!r}), or begin "
            "this one in an empty directory"
        )
    return kept


def _differing(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield the arguments that differ; only what is not about people is shown."""
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
