"""What an export job finds, and the file that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.testing.export_files import (
    insights_csv,
    insights_json,
    metrics_csv,
    metrics_json,
)
from sesinsights.testing.message_filter import MessageFilter
from sesinsights.testing.messages import RETENTION
from sesinsights.testing.metrics import aggregate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sesinsights.testing.export_jobs import ExportJob
    from sesinsights.testing.messages import Mailbox, Message
    from sesinsights.testing.settings import Settings

__all__ = ["ExportResult", "ExportResults"]

_DEFAULT_MAX_RESULTS = 1000

_INSTANT = timedelta(microseconds=1)
"""The shortest time there is: an end that is excluded lies this much before."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What a completed job has to give.

    Attributes:
        examined: How many messages it looked at.
        file: The export file.
    """

    examined: int
    file: bytes


class ExportResults:
    """The results of completed jobs, each worked out when it is first asked for.

    Its messages are those of the moment at which the job was complete. So nothing may be changed
    in the mailbox before `settle()`.
    """

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._unfinished: list[ExportJob] = []
        self._messages: dict[str, Sequence[Message]] = {}
        self._results: dict[str, ExportResult] = {}

    def expect(self, job: ExportJob) -> None:
        """Be ready for a new job to be complete."""
        self._unfinished.append(job)

    def settle(self) -> None:
        """Keep the messages as they are for every job that is complete by now."""
        now = self._settings.now()
        finished: list[ExportJob] = []
        unfinished: list[ExportJob] = []
        for job in self._unfinished:
            (finished if job.progress.is_finished(now) else unfinished).append(job)
        if finished:
            messages = self._mailbox.all()
            self._messages.update((job.job_id, messages) for job in finished)
            self._unfinished = unfinished

    def of(self, job: ExportJob) -> ExportResult:
        """Return the result of a completed job; it stays the same however often it is asked for."""
        if job.job_id not in self._results:
            self.settle()
            messages = self._messages.pop(job.job_id)
            (source,) = job.data_source.values()
            is_metrics = job.source_type == "METRICS_DATA"
            work_out = self._metrics if is_metrics else self._insights
            self._results[job.job_id] = work_out(job, source, messages)
        return self._results[job.job_id]

    def _insights(
        self, job: ExportJob, source: Mapping[str, Any], messages: Iterable[Message]
    ) -> ExportResult:
        # Whatever was known when the job was asked for is in it, however long the job takes.
        oldest = job.progress.created_at - RETENTION
        examined = _sent_between(messages, max(source["StartDate"], oldest), source["EndDate"])
        message_filter = MessageFilter(source)
        matching = [message for message in examined if message_filter.matches(message)]
        limit = source.get("MaxResults", _DEFAULT_MAX_RESULTS)
        if len(matching) > limit:
            matching = self._settings.sampler(job.job_id).sample(matching, limit)
        write = insights_csv if job.data_format == "CSV" else insights_json
        return ExportResult(len(examined), write(matching))

    def _metrics(
        self, job: ExportJob, source: Mapping[str, Any], messages: Iterable[Message]
    ) -> ExportResult:
        examined = _sent_between(messages, source["StartDate"], source["EndDate"] - _INSTANT)
        write = metrics_csv if job.data_format == "CSV" else metrics_json
        return ExportResult(len(examined), write(aggregate(source, examined)))


def _sent_between(messages: Iterable[Message], start: datetime, end: datetime) -> list[Message]:
    """Return the messages of an interval, both ends included, oldest first."""
    return sorted(
        (message for message in messages if start <= message.sent_at <= end),
        key=lambda message: message.sent_at,
    )
