"""Exports of metrics: a job for the whole time, or one for each day."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.exports.files.reading import read_metrics
from sesinsights.exports.jobs import ExportJobs
from sesinsights.exports.tables.metrics import MetricsRecords
from sesinsights.exports.work_directory import WorkDirectory
from sesinsights.flows.flow import Gather, Run
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.exports.files.records import MetricsRecord
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

__all__ = ["export_metrics"]

_DAY = timedelta(days=1)


def export_metrics(
    pipeline: Pipeline, source: models.MetricsDataSource, *, by_day: bool
) -> Flow[MetricsRecords]:
    """Export metrics, and return their records in order.

    Args:
        pipeline: The way of every call.
        source: What to export.
        by_day: Whether each day has a job of its own.
    """
    _request(source).checked_at(pipeline.clock.now())
    sources = _days(source) if by_day else [source]
    with WorkDirectory() as directory:
        exports = [
            # The names are ours: an id of the service's might lead out of the directory.
            _export(pipeline, part, directory.path / f"{number}.csv")
            for number, part in enumerate(sources)
        ]
        results = yield from Gather(exports, MAX_RUNNING_EXPORT_JOBS)
    return MetricsRecords(chain.from_iterable(results))


def _days(source: models.MetricsDataSource) -> Iterator[models.MetricsDataSource]:
    start = source.start_date
    while start < source.end_date:
        yield source.model_copy(update={"start_date": start, "end_date": start + _DAY})
        start += _DAY


def _request(source: models.MetricsDataSource) -> models.CreateExportJobRequest:
    return models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(metrics_data_source=source),
        export_destination=models.ExportDestination(data_format=models.DataFormat.CSV),
    )


def _export(
    pipeline: Pipeline, source: models.MetricsDataSource, path: Path
) -> Flow[list[MetricsRecord]]:
    jobs = ExportJobs(pipeline)
    job_id = yield from jobs.create(_request(source))
    job = yield from jobs.wait(job_id)
    yield from jobs.download(job_id, job, path)
    return (yield from Run(lambda: _read(path, source)))


def _read(path: Path, source: models.MetricsDataSource) -> list[MetricsRecord]:
    return [
        *read_metrics(
            path,
            data_format=models.DataFormat.CSV,
            start_date=source.start_date,
            end_date=source.end_date,
        )
    ]
