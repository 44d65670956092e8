"""A complete export of message insights: windows of time, each small enough for one job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, cast

from sesinsights import models
from sesinsights.arguments import is_whole_number
from sesinsights.errors import ExportDownloadError, ExportIncompleteError
from sesinsights.exports.files.bad_records import without_repeats
from sesinsights.exports.files.reading import check_on_bad_record, read_message_insights
from sesinsights.exports.files.records import SpooledFile
from sesinsights.exports.jobs import ExportJobs
from sesinsights.exports.progress import (
    ExportDone,
    ExportReport,
    FileDownloaded,
    FileFound,
    JobCreated,
    JobUpdated,
    SampledWindow,
    WindowSplit,
)
from sesinsights.exports.windows import INSTANT, Window, split
from sesinsights.flows.flow import Gather, Run
from sesinsights.models.limits import (
    MAX_EXPORT_ROWS,
    MAX_RUNNING_EXPORT_JOBS,
    MESSAGE_INSIGHTS_DAYS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sesinsights.exports.files.bad_records import BadRecord
    from sesinsights.exports.files.reading import MessageInsightsReader, OnBadRecord
    from sesinsights.exports.files.records import MessageInsightsRecord
    from sesinsights.exports.journal import Journal, WindowState
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

__all__ = ["WindowedExport"]

_GONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""How a link is answered, also a fresh one, when there is no file any more."""

_LATENESS = timedelta(minutes=5)
"""How long ago a window may have been chosen that reaches back as far as the service does."""

_Identity: TypeAlias = tuple[str, str]
"""What tells a record from all others: its message's id and its recipient."""


@dataclass(slots=True)
class _Part:
    """A window whose records are here.

    Attributes:
        window: The window.
        path: Its file.
        records: How many records the file has.
        sent_at: When its messages were sent.
        at_start: The records of the first instant, by their place in the file.
        at_end: The records of the last instant.
        bad_records: What in the file cannot be read.
        has_others: Whether the file has records of other times.
        sampled: What is missing, when it could not be split.
    """

    window: Window
    path: Path
    records: int = 0
    sent_at: list[datetime] = field(default_factory=list["datetime"])
    at_start: dict[int, _Identity] = field(default_factory=dict[int, _Identity])
    at_end: set[_Identity] = field(default_factory=set[_Identity])
    bad_records: Sequence[BadRecord] = ()
    has_others: bool = False
    sampled: SampledWindow | None = None

    @property
    def rows(self) -> int:
        """How many rows the file has, read or not."""
        return self.records + len(self.bad_records)


class WindowedExport:
    """Asks for a window of time, and where one job cannot return it all, for parts of it.

    Args:
        pipeline: The way of every call.
        source: What to export.
        data_format: The format of the files.
        max_concurrent_jobs: How many jobs may be under way.
        allow_sampling: Whether a sample will do for an instant that does not fit into a job.
        on_bad_record: What to do about records that cannot be read.
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
        check_on_bad_record(on_bad_record)
        self._clock = pipeline.clock
        self._source = source
        self._destination = models.ExportDestination(data_format=data_format)
        self._limit = max_concurrent_jobs
        self._allow_sampling = allow_sampling
        self._on_bad_record: OnBadRecord = on_bad_record
        self._on_progress: Callable[[ExportEvent], object] = lambda _: None
        self._jobs = ExportJobs(pipeline, on_retry=lambda: self._count(retries=1))
        self.report = ExportReport()

    @property
    def name(self) -> str:
        """What tells the files of this export from those of others."""
        source = self._source
        digest = hashlib.sha256(source.model_dump_json().encode()).hexdigest()[:12]
        return f"{source.start_date:%Y%m%dT%H%M%S}-{source.end_date:%Y%m%dT%H%M%S}-{digest}"

    @property
    def request(self) -> dict[str, object]:
        """What is exported, in plain values."""
        return {
            "source": self._source.model_dump(mode="json", by_alias=True),
            "format": str(self._destination.data_format),
        }

    def run(
        self, journal: Journal, on_progress: Callable[[ExportEvent], object]
    ) -> Flow[list[SpooledFile]]:
        """Export everything that the journal does not have yet, and return the files in order.

        Args:
            journal: What earlier runs have done.
            on_progress: Called with each event.
        """
        self._on_progress = on_progress
        began = self._clock.monotonic()
        parts: list[_Part] = []
        pending: Sequence[Window] = [Window(self._source.start_date, self._source.end_date)]
        try:
            while pending:
                exports = [self._export(window, journal) for window in pending]
                outcomes = yield from Gather(exports, self._limit)
                parts += [outcome for outcome in outcomes if isinstance(outcome, _Part)]
                pending = [*chain(*(o for o in outcomes if not isinstance(o, _Part)))]
        finally:
            self._count(seconds=self._clock.monotonic() - began)
        parts.sort(key=lambda part: part.window)
        files = [self._spooled(part, repeated) for part, repeated in _repetitions(parts)]
        self._sum_up(parts, files)
        self._on_progress(ExportDone(self.report))
        return files

    def records(self, file: SpooledFile) -> Iterator[MessageInsightsRecord]:
        """Yield the records of a file, but for those that another file has too."""
        reader = self._reader(file.path)
        return (record for n, record in enumerate(reader) if n not in file.excluded_rows)

    def _export(self, window: Window, journal: Journal) -> Flow[_Part | Sequence[Window]]:
        """Return a window that is complete, or the windows to ask for instead."""
        state = journal.state(window)
        if state.into:
            self._on_progress(WindowSplit(window, state.into))
            return state.into
        if state.file is None:
            part = yield from self._ask(state, journal)
        else:
            part = yield from self._read(window, state.file)
            self._on_progress(FileFound(window, part.rows))
        sent_at, part.sent_at = part.sent_at, []  # a part that is kept does not need its times
        is_full = self._is_full(part, state)
        if (is_full or not self._is_whole(window)) and part.has_others:
            raise ExportIncompleteError(
                window.start,
                window.end,
                "the service returned records of other times too, so parts of the window cannot "
                "be told apart",
            )
        if not is_full:
            return part
        into = split(window, sent_at, self._expected(state, part), MAX_EXPORT_ROWS)
        if into:
            yield from Run(partial(journal.split, window, into))
            yield from Run(part.path.unlink)
            self._on_progress(WindowSplit(window, tuple(into)))
            return into
        if not self._is_filtered and state.processed == part.rows:
            return part  # full to the brim, and nothing was left out
        if not self._allow_sampling:
            raise ExportIncompleteError(
                window.start,
                window.end,
                f"they share an instant, and a job returns at most {MAX_EXPORT_ROWS}. Narrow the "
                "export with include= or exclude=, or accept a sample with allow_sampling=True",
                exported_records=part.rows,
                processed_records=state.processed,
            )
        part.sampled = SampledWindow(window, part.rows, state.processed)
        return part

    def _ask(self, state: WindowState, journal: Journal) -> Flow[_Part]:
        """Have a job export a window, also one that an earlier run had created for it."""
        window = state.window
        request = self._request_for(window)
        job_id = state.job_id
        if job_id is not None and not (yield from self._jobs.is_usable(job_id)):
            job_id = None
        elif job_id is None and state.creating_since is not None:
            job_id = yield from self._jobs.find(request, state.creating_since)
        if job_id is None:
            self._check_retention(window)
            yield from Run(partial(journal.creating, window, self._clock.now()))
            job_id = yield from self._jobs.create(request)
            self._count(jobs=1)
        yield from Run(partial(journal.created, window, job_id))
        created = JobCreated(window, job_id)
        self._on_progress(created)
        job = yield from self._jobs.wait(
            job_id,
            lambda job: self._on_progress(JobUpdated(window, created.job_id, job.job_status)),
        )
        path = journal.path(window, self._destination.data_format)
        try:
            size = yield from self._jobs.download(job_id, job, path)
        except ExportDownloadError as error:
            if error.status_code in _GONE:
                yield from Run(partial(journal.forget, window))
            raise
        self._count(bytes_downloaded=size)
        part = yield from self._read(window, path)
        processed = job.statistics.processed_records_count if job.statistics else None
        yield from Run(partial(journal.downloaded, window, path, processed))
        self._on_progress(FileDownloaded(window, job_id, size, part.rows))
        return part

    def _request_for(self, window: Window) -> models.CreateExportJobRequest:
        source = self._source.model_copy(
            update={
                "start_date": window.start,
                "end_date": window.end,
                "max_results": MAX_EXPORT_ROWS,
            }
        )
        return models.CreateExportJobRequest(
            export_data_source=models.ExportDataSource(message_insights_data_source=source),
            export_destination=self._destination,
        )

    def _read(self, window: Window, path: Path) -> Flow[_Part]:
        """Look through a file for what decides about its window and the ones beside it."""
        return (yield from Run(lambda: self._look_through(window, path)))

    def _look_through(self, window: Window, path: Path) -> _Part:
        part = _Part(window, path)
        records = self._reader(path)
        for place, record in enumerate(records):
            # A row that leaves it empty is read all the same.
            at = cast("datetime | None", record.send_timestamp)
            part.records += 1
            if at is not None:
                part.sent_at.append(at)
                if not window.start - INSTANT < at < window.end + INSTANT:
                    part.has_others = True
            if at is None or at <= window.start:
                part.at_start[place] = record.message_id, record.destination
            if at is None or at >= window.end:
                part.at_end.add((record.message_id, record.destination))
        part.bad_records = records.bad_records
        return part

    def _reader(self, path: Path) -> MessageInsightsReader:
        return read_message_insights(
            path,
            data_format=self._destination.data_format,
            on_bad_record=self._on_bad_record,
        )

    def _expected(self, state: WindowState, part: _Part) -> int:
        """Return how many records a window is thought to have whose job was full."""
        guess = 2 * part.rows
        if state.processed is None or state.processed <= part.rows:
            return guess
        # The service counts what it examined, so filters make less of it.
        return min(guess, state.processed) if self._is_filtered else state.processed

    @property
    def _is_filtered(self) -> bool:
        return bool(self._source.include or self._source.exclude)

    def _is_whole(self, window: Window) -> bool:
        return window == Window(self._source.start_date, self._source.end_date)

    def _is_full(self, part: _Part, state: WindowState) -> bool:
        if part.bad_records and (state.processed or 0) >= MAX_EXPORT_ROWS:
            return True  # what cannot be read may hold more than one record
        return part.rows >= MAX_EXPORT_ROWS

    def _check_retention(self, window: Window) -> None:
        kept_since = self._clock.now() - timedelta(days=MESSAGE_INSIGHTS_DAYS) - _LATENESS
        if window.start < kept_since:
            raise ExportIncompleteError(
                window.start,
                window.end,
                f"the service keeps them for {MESSAGE_INSIGHTS_DAYS} days",
            )

    def _spooled(self, part: _Part, repeated: frozenset[int]) -> SpooledFile:
        return SpooledFile(
            part.path,
            self._destination.data_format,
            excluded_rows=repeated,
            skip_bad_records=self._on_bad_record == "collect",
        )

    def _count(self, **more: float) -> None:
        totals = {name: getattr(self.report, name) + count for name, count in more.items()}
        self.report = replace(self.report, **totals)

    def _sum_up(self, parts: Sequence[_Part], files: Sequence[SpooledFile]) -> None:
        repeated = sum(len(file.excluded_rows) for file in files)
        self.report = replace(
            self.report,
            windows=tuple(part.window for part in parts),
            records=sum(part.records for part in parts) - repeated,
            duplicates_removed=repeated,
            sampled=tuple(part.sampled for part in parts if part.sampled),
            bad_records=tuple(_bad_records(parts)),
        )


def _bad_records(parts: Iterable[_Part]) -> Iterator[BadRecord]:
    """Yield what cannot be read, without what two windows have at the instant that they share."""
    earlier: _Part | None = None
    for part in parts:
        touches = earlier and part.window.start == earlier.window.end
        yield from without_repeats(
            part.bad_records, earlier.bad_records if earlier and touches else ()
        )
        earlier = part


def _repetitions(parts: Iterable[_Part]) -> Iterable[tuple[_Part, frozenset[int]]]:
    """Yield parts in order, with the places of the records that an earlier one has too.

    Only the instant that a part shares with the one before it can hold any.
    """
    end: datetime | None = None
    at_end: set[_Identity] = set()
    for part in parts:
        if part.window.start != end:
            at_end = set()
        yield part, frozenset(n for n, identity in part.at_start.items() if identity in at_end)
        is_instant = part.window.start == part.window.end
        at_end = at_end | part.at_end if is_instant else part.at_end
        end = part.window.end
