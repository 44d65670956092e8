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
    from collections.abc import Mapping

    from sesinsights.testing.export_jobs import ExportJob
    from sesinsights.testing.messages import Mailbox
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
    """The results of completed jobs, each worked out when it is first asked for."""

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._results: dict[str, ExportResult] = {}

    def of(self, job: ExportJob) -> ExportResult:
        """Return the result of a job; it stays the same however often it is asked for."""
        if job.job_id not in self._results:
            (source,) = job.data_source.values()
            is_metrics = job.source_type == "METRICS_DATA"
            self._results[job.job_id] = (
                self._metrics(job, source) if is_metrics else self._insights(job, source)
            )
        return self._results[job.job_id]

    def _insights(self, job: ExportJob, source: Mapping[str, Any]) -> ExportResult:
        # Whatever was known when the job was asked for is in it, however long the job takes.
        oldest = job.progress.created_at - RETENTION
        examined = self._mailbox.sent_between(max(source["StartDate"], oldest), source["EndDate"])
        message_filter = MessageFilter(source)
        messages = [message for message in examined if message_filter.matches(message)]
        limit = source.get("MaxResults", _DEFAULT_MAX_RESULTS)
        if len(messages) > limit:
            messages = self._settings.sampler(job.job_id).sample(messages, limit)
        write = insights_csv if job.data_format == "CSV" else insights_json
        return ExportResult(len(examined), write(messages))

    def _metrics(self, job: ExportJob, source: Mapping[str, Any]) -> ExportResult:
        examined = self._mailbox.sent_between(source["StartDate"], source["EndDate"] - _INSTANT)
        write = metrics_csv if job.data_format == "CSV" else metrics_json
        return ExportResult(len(examined), write(aggregate(source, examined)))
