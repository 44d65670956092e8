"""A complete export of message insights: windows of time, each small enough for one job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import check_flags, is_whole_number
from sesinsights.errors import ExportIncompleteError
from sesinsights.exports.files.conversion import records_of_texts
from sesinsights.exports.files.reading import (
    check_on_bad_record,
    read_message_insights,
    rows_of_spooled,
)
from sesinsights.exports.files.records import SpooledFile
from sesinsights.exports.jobs import ExportJobs
from sesinsights.exports.parts import remove_repetitions
from sesinsights.exports.progress import ExportDone, ExportReport
from sesinsights.exports.recorded_jobs import RecordedJobs
from sesinsights.exports.window_queue import WindowQueue
from sesinsights.exports.windows import INSTANT, Window, window_to_ask_for
from sesinsights.flows.operations import CREATE_EXPORT_JOB
from sesinsights.models.half_characters import checked_parameters
from sesinsights.models.limits import (
    MAX_EXPORT_ROWS,
    MAX_RUNNING_EXPORT_JOBS,
    MESSAGE_INSIGHTS_DAYS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sesinsights.exports.files.reading import MessageInsightsReader, OnBadRecord
    from sesinsights.exports.files.records import MessageInsightsRecord
    from sesinsights.exports.journal import Journal
    from sesinsights.exports.parts import Part
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline


_LATENESS = timedelta(minutes=5)
"""How long ago a window may have been chosen that reaches back as far as the service does."""


@dataclass(frozen=True, slots=True)
class InsightsQuery:
    """The records that an export asks for.

    Attributes:
        source: The window and the filters of the records.
        destination: The format of the files.
    """

    source: models.MessageInsightsDataSource
    destination: models.ExportDestination

    @property
    def name(self) -> str:
        """The name that distinguishes the files of this export from those of others."""
        source = self.source
        digest = hashlib.sha256(source.model_dump_json().encode()).hexdigest()[:12]
        return f"{source.start_date:%Y%m%dT%H%M%S}-{source.end_date:%Y%m%dT%H%M%S}-{digest}"

    @property
    def plain(self) -> dict[str, object]:
        """The query, in plain values."""
        return {
            "source": self.source.model_dump(mode="json", by_alias=True),
            "format": str(self.destination.data_format),
        }

    @property
    def window(self) -> Window:
        """The whole window."""
        return Window(self.source.start_date, self.source.end_date)

    @property
    def is_filtered(self) -> bool:
        """Whether records of the window may be left out."""
        return bool(self.source.include or self.source.exclude)

    def request_for(self, window: Window, max_results: int) -> models.CreateExportJobRequest:
        """Return the request that creates the job of a window."""
        asked = window_to_ask_for(window)
        if window.start == window.end and window == self.window:
            asked = Window(window.start, window.end + INSTANT)
        source = self.source.model_copy(
            update={"start_date": asked.start, "end_date": asked.end, "max_results": max_results}
        )
        return models.CreateExportJobRequest(
            export_data_source=models.ExportDataSource(message_insights_data_source=source),
            export_destination=self.destination,
        )

    def check_retention(self, window: Window, now: datetime) -> None:
        """Raise when the service no longer has the records of a window.

        Raises:
            ExportIncompleteError: The window begins too long ago.
        """
        if window.start < now - timedelta(days=MESSAGE_INSIGHTS_DAYS) - _LATENESS:
            raise ExportIncompleteError(
                window.start,
                window.end,
                f"the service keeps records for {MESSAGE_INSIGHTS_DAYS} days, and start_date is "
                "earlier",
            )


class WindowedExport:
    """Exports a time window, in parts where one job cannot return all of it.

    Args:
        pipeline: The pipeline that makes the calls.
        source: The window and the filters of the records.
        data_format: The format of the files.
        max_concurrent_jobs: How many jobs may run at the same time.
        allow_sampling: Whether to continue where some records cannot be exported.
        on_bad_record: Whether to `raise` or `collect` records that cannot be read.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        source: models.MessageInsightsDataSource,
        data_format: models.DataFormatInput,
        *,
        max_concurrent_jobs: int,
        allow_sampling: bool,
        on_bad_record: OnBadRecord,
    ) -> None:
        if not (
            is_whole_number(max_concurrent_jobs)
            and 1 <= max_concurrent_jobs <= MAX_RUNNING_EXPORT_JOBS
        ):
            raise ValueError(f"max_concurrent_jobs must be between 1 and {MAX_RUNNING_EXPORT_JOBS}")
        check_flags(allow_sampling=allow_sampling)
        check_on_bad_record(on_bad_record)
        checked_parameters(CREATE_EXPORT_JOB.name, source)
        self._clock = pipeline.clock
        self._query = InsightsQuery(source, models.ExportDestination(data_format=data_format))
        self._limit = max_concurrent_jobs
        self._allow_sampling = allow_sampling
        self._on_bad_record: OnBadRecord = on_bad_record
        self._jobs = ExportJobs(pipeline, on_retry=lambda: self._count(retries=1))
        self.report = ExportReport()

    @property
    def name(self) -> str:
        """The name that distinguishes the files of this export from those of others."""
        return self._query.name

    @property
    def request(self) -> dict[str, object]:
        """The request of the export, in plain values."""
        return self._query.plain

    def check(self) -> None:
        """Raise if the service no longer has the data of an export that begins now.

        Raises:
            ExportIncompleteError: The window begins too long ago.
        """
        self._query.check_retention(self._query.window, self._clock.now())

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
        jobs = RecordedJobs(self._jobs, journal, self._clock.now, on_progress, self._count)
        queue = WindowQueue(
            self._query,
            journal,
            jobs,
            on_progress=on_progress,
            read=self._reader,
            now=self._clock.now,
            capacity=MAX_EXPORT_ROWS,
            allow_sampling=self._allow_sampling,
        )
        try:
            yield from queue.export(self._limit)
        except GeneratorExit:
            raise
        except BaseException:
            if not keeps_jobs:
                yield from jobs.cancel()
            raise
        finally:
            self._count(seconds=self._clock.monotonic() - began)
        parts = sorted(queue.parts.values(), key=lambda part: part.window)
        self._complete_report(parts, remove_repetitions(parts))
        on_progress(ExportDone(self.report))
        return [*map(self._spooled, parts)]

    def records(self, file: SpooledFile) -> Iterator[MessageInsightsRecord]:
        """Yield the records of a file, except those that another file has too."""
        return rows_of_spooled(file, records_of_texts)

    def _reader(self, path: Path) -> MessageInsightsReader:
        return read_message_insights(
            path,
            data_format=self._query.destination.data_format,
            on_bad_record=self._on_bad_record,
        )

    def _spooled(self, part: Part) -> SpooledFile:
        return SpooledFile(
            part.path,
            self._query.destination.data_format,
            excluded_rows=frozenset(part.excluded),
            skip_bad_records=self._on_bad_record == "collect",
        )

    def _count(self, **more: float) -> None:
        totals = {name: getattr(self.report, name) + count for name, count in more.items()}
        self.report = replace(self.report, **totals)

    def _complete_report(self, parts: Sequence[Part], repeated: int) -> None:
        self.report = replace(
            self.report,
            windows=tuple(part.window for part in parts),
            records=sum(part.records - len(part.excluded) for part in parts),
            duplicates_removed=repeated,
            sampled=tuple(part.sampled for part in parts if part.sampled),
            bad_records=tuple(chain(*(part.bad_records for part in parts))),
        )
