"""Exports of metrics: a job for the whole time, or one for each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import check_flags
from sesinsights.exports.files.reading import read_metrics
from sesinsights.exports.files.records import SpooledFile
from sesinsights.exports.jobs import ExportJobs
from sesinsights.exports.progress import ExportDone, ExportReport, FileDownloaded, FileFound
from sesinsights.exports.recorded_jobs import RecordedJobs
from sesinsights.exports.windows import Window
from sesinsights.flows.flow import Gather, Run
from sesinsights.flows.operations import CREATE_EXPORT_JOB
from sesinsights.models.half_characters import checked_parameters
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sesinsights.exports.files.records import MetricsRecord
    from sesinsights.exports.journal import Journal
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

_DAY = timedelta(days=1)
_FORMAT = models.DataFormat.CSV


class MetricsByWindow:
    """Exports metrics, once for the whole time or day by day.

    Args:
        pipeline: The pipeline that makes the calls.
        source: The metrics to export. A metric without an aggregation is a `VOLUME`.
        by_day: Whether each day has a job of its own.
    """

    def __init__(
        self, pipeline: Pipeline, source: models.MetricsDataSource, *, by_day: bool
    ) -> None:
        check_flags(by_day=by_day)
        checked_parameters(CREATE_EXPORT_JOB.name, source)
        self._clock = pipeline.clock
        # The service uses this as the default, and its file would not say so.
        volume = {"aggregation": models.MetricAggregation.VOLUME}
        metrics = tuple(
            metric if metric.aggregation else metric.model_copy(update=volume)
            for metric in source.metrics
        )
        self._source = source.model_copy(update={"metrics": metrics})
        self._by_day = by_day
        self._jobs = ExportJobs(pipeline, on_retry=lambda: self._count(retries=1))
        self._windows: dict[Path, Window] = {}
        self.report = ExportReport()

    @property
    def name(self) -> str:
        """The name that distinguishes the files of this export from those of others."""
        return f"{self._source.start_date:%Y%m%d}-{self._source.end_date:%Y%m%d}"

    @property
    def request(self) -> dict[str, object]:
        """The request of the export, in plain values."""
        return {
            "source": self._source.model_dump(mode="json", by_alias=True),
            "format": str(_FORMAT),
            "by_day": self._by_day,
        }

    def check(self) -> None:
        """Raise if the service no longer has the data of an export that begins now.

        Raises:
            pydantic.ValidationError: The first day is too long ago.
        """
        self._check(_request(self._source))

    def run(
        self,
        journal: Journal,
        on_progress: Callable[[ExportEvent], object],
        *,
        keeps_jobs: bool,
    ) -> Flow[list[SpooledFile]]:
        """Export everything that the journal does not have yet, and return the files in order.

        Args:
            journal: The journal, with the steps of earlier runs.
            on_progress: Called with each event.
            keeps_jobs: Whether jobs continue when this run ends early, for a later run to use;
                otherwise they are cancelled.
        """
        began = self._clock.monotonic()
        self.report = replace(self.report, records=0)
        jobs = RecordedJobs(self._jobs, journal, self._clock.now, on_progress, self._count)
        days = self._days() if self._by_day else [self._source]
        exports = [self._export(day, journal, jobs, on_progress) for day in days]
        try:
            files = yield from Gather(exports, MAX_RUNNING_EXPORT_JOBS)
        except GeneratorExit:
            raise
        except BaseException:
            if not keeps_jobs:
                yield from jobs.cancel()
            raise
        finally:
            self._count(seconds=self._clock.monotonic() - began)
        self.report = replace(
            self.report, windows=tuple(self._windows[file.path] for file in files)
        )
        on_progress(ExportDone(self.report))
        return files

    def records(self, file: SpooledFile) -> Iterator[MetricsRecord]:
        """Yield the records of a file."""
        window = self._windows[file.path]
        return iter(
            read_metrics(
                file.path,
                data_format=file.data_format,
                start_date=window.start,
                end_date=window.end,
            )
        )

    def _days(self) -> Iterator[models.MetricsDataSource]:
        start = self._source.start_date
        while start < self._source.end_date:
            yield self._source.model_copy(update={"start_date": start, "end_date": start + _DAY})
            start += _DAY

    def _export(
        self,
        source: models.MetricsDataSource,
        journal: Journal,
        jobs: RecordedJobs,
        on_progress: Callable[[ExportEvent], object],
    ) -> Flow[SpooledFile]:
        window = Window(source.start_date, source.end_date)
        path = journal.state(window).file
        if path is not None:
            spooled, records = yield from self._counted(window, path)
            on_progress(FileFound(window, records))
        else:
            request = _request(source)
            file = yield from jobs.export(
                window, request, is_unique=False, check=lambda: self._check(request)
            )
            spooled, records = yield from self._counted(window, file.path)
            yield from jobs.keep(window, file)
            on_progress(FileDownloaded(window, file.job_id, file.size, records))
        self._count(records=records)
        return spooled

    def _counted(self, window: Window, path: Path) -> Flow[tuple[SpooledFile, int]]:
        """Return a file with the number of its records, after checking that all can be read."""
        self._windows[path] = window
        file = SpooledFile(path, _FORMAT)
        return file, (yield from Run(lambda: sum(1 for _ in self.records(file))))

    def _check(self, request: models.CreateExportJobRequest) -> None:
        request.checked_at(self._clock.now())

    def _count(self, **more: float) -> None:
        totals = {name: getattr(self.report, name) + count for name, count in more.items()}
        self.report = replace(self.report, **totals)


def _request(source: models.MetricsDataSource) -> models.CreateExportJobRequest:
    return models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(metrics_data_source=source),
        export_destination=models.ExportDestination(data_format=_FORMAT),
    )
