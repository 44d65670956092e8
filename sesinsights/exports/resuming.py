"""Exports that are resumed from a checkpoint alone."""

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

__all__ = ["resumed"]


def resumed(
    pipeline: Pipeline,
    directory: str | PathLike[str],
    *,
    max_concurrent_jobs: int,
    allow_sampling: bool,
    on_bad_record: OnBadRecord,
) -> WindowedExport | MetricsByWindow:
    """Return the export that a checkpoint belongs to.

    Args:
        pipeline: The pipeline that makes the calls.
        directory: The checkpoint.
        max_concurrent_jobs: How many jobs may run at the same time.
        allow_sampling: Whether to continue where some records cannot be exported.
        on_bad_record: Whether to `raise` or `collect` records that cannot be read.

    Raises:
        ValueError: The directory is not a checkpoint, or an argument is not valid.
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
