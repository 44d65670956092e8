"""Jobs of an export whose steps a journal keeps: each window has one job despite interruptions."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from sesinsights.errors import ExportDownloadError, ServiceError
from sesinsights.exports.jobs import may_have_been_created
from sesinsights.exports.progress import JobCreated, JobUpdated
from sesinsights.flows.flow import Run
from sesinsights.flows.operations import CREATE_EXPORT_JOB

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sesinsights import models
    from sesinsights.exports.jobs import ExportJobs
    from sesinsights.exports.journal import Journal
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.windows import Window
    from sesinsights.flows.flow import Flow

logger = logging.getLogger("sesinsights")

_GONE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""The statuses of a link, even of a new one, whose file no longer exists."""


@dataclass(frozen=True, slots=True)
class JobFile:
    """The file of a job.

    Attributes:
        job_id: The id of the job.
        path: The path of the file.
        size: The size of the file in bytes.
        processed: How many records the service examined for it; None if it did not say.
    """

    job_id: str
    path: Path
    size: int
    processed: int | None


@dataclass(slots=True)
class _Unfinished:
    """A job whose file is not downloaded yet.

    Attributes:
        request: The request that creates it.
        since: The earliest time at which it was created.
        job_id: The id of the job, once it is known.
    """

    request: models.CreateExportJobRequest
    since: datetime
    job_id: str | None = None


class RecordedJobs:
    """Exports windows with jobs, and continues with jobs that an earlier run created.

    Args:
        jobs: Creates jobs and waits for them.
        journal: The journal, with the steps of earlier runs.
        now: Returns the current time.
        on_progress: Called with each event.
        count: Adds to the report.
    """

    def __init__(
        self,
        jobs: ExportJobs,
        journal: Journal,
        now: Callable[[], datetime],
        on_progress: Callable[[ExportEvent], object],
        count: Callable[..., object],
    ) -> None:
        self._jobs = jobs
        self._journal = journal
        self._now = now
        self._on_progress = on_progress
        self._count = count
        self._unfinished: dict[Window, _Unfinished] = {}

    def export(
        self,
        window: Window,
        request: models.CreateExportJobRequest,
        *,
        is_unique: bool,
        check: Callable[[], object],
    ) -> Flow[JobFile]:
        """Export a window with a job, and download the file.

        The file is not in the journal until `keep` puts it there.

        Args:
            window: The window's name in the journal.
            request: The request that creates a job, unless there already is one.
            is_unique: Whether no other export can have made the same request.
            check: Called before a job is created; raises if none may be created.
        """
        journal = self._journal
        state = journal.state(window)
        job_id, since = state.job_id, state.creating_since
        if job_id is not None and not (yield from self._jobs.is_usable(job_id)):
            job_id = None
        elif job_id is None and since is not None:
            job_id = yield from self._jobs.find(
                request, since, is_unique=is_unique, known=journal.job_ids
            )
        is_new = job_id is None
        if job_id is None:
            check()
            since = self._now()
            yield from Run(partial(journal.creating, window, since))
            self._unfinished[window] = unfinished = _Unfinished(request, since)
            try:
                job_id = yield from self._jobs.create(request, is_unique=is_unique)
            except ServiceError as error:
                if error.operation == CREATE_EXPORT_JOB.name and not may_have_been_created(error):
                    del self._unfinished[window]
                raise
            unfinished.job_id = job_id
            self._count(jobs=1)
        else:
            self._unfinished[window] = _Unfinished(request, since or self._now(), job_id)
        logger.log(
            logging.DEBUG if is_new else logging.INFO,
            "export job %s %s: %s",
            job_id,
            "created" if is_new else "of an earlier run resumed",
            window,
        )
        yield from Run(partial(journal.created, window, job_id))
        self._on_progress(JobCreated(window, job_id))
        job = yield from self._jobs.wait(
            job_id, lambda job: self._on_progress(JobUpdated(window, job_id, job.job_status))
        )
        del self._unfinished[window]
        path = journal.path(window, request.export_destination.data_format)
        try:
            size = yield from self._jobs.download(job_id, job, path, is_private=True)
        except ExportDownloadError as error:
            if error.status_code in _GONE:
                yield from self.forget(window)
            raise
        self._count(bytes_downloaded=size)
        processed = job.statistics.processed_records_count if job.statistics else None
        return JobFile(job_id, path, size, processed)

    def keep(self, window: Window, file: JobFile) -> Flow[None]:
        """Record that the file of a window was downloaded and can be read."""
        yield from Run(partial(self._journal.downloaded, window, file.path, file.processed))

    def forget(self, window: Window) -> Flow[None]:
        """Record that the job of a window failed, so that the next run creates another."""
        yield from Run(partial(self._journal.forget, window))

    def cancel(self) -> Flow[None]:
        """Cancel all running jobs, including those whose creation got no response.

        This frees job slots of the account, but nothing depends on it: errors are not raised.
        """
        unfinished, self._unfinished = [*self._unfinished.values()], {}
        known = [job.job_id for job in unfinished if job.job_id is not None]
        lost = [job for job in unfinished if job.job_id is None]
        if lost:
            since = min(job.since for job in lost)
            requests = [job.request for job in lost]
            known += yield from self._jobs.find_running(requests, since, known)
        yield from self._jobs.cancel(known)
