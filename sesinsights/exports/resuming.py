"""Exports that go on from a checkpoint alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.exports.checkpoints import kept_request, kept_source
from sesinsights.exports.metrics import MetricsByWindow
from sesinsights.exports.windowed import WindowedExport

if TYPE_CHECKING:
    from os import PathLike

    from sesinsights.exports.files.reading import OnBadRecord
    from sesinsights.flows.pipeline import Pipeline


def resumed(
    pipeline: Pipeline,
    directory: str | PathLike[str],
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
