"""Import jobs: their state, their effect on the suppression list, and the operations on them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from typing_extensions import override

from sesinsights.models.limits import MAX_IMPORT_ADDRESSES
from sesinsights.testing.exchange import bad_request, not_found
from sesinsights.testing.jobs import Job, JobStore, progress_of_new_job
from sesinsights.testing.s3_files import S3Files
from sesinsights.testing.suppression import (
    INVALID_ADDRESS,
    SuppressedEntry,
    is_address,
    refuse_in_sandbox,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sesinsights.testing.downloads import Links
    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.options import Options
    from sesinsights.testing.s3_files import S3Reader
    from sesinsights.testing.suppression import SuppressionList


Row: TypeAlias = tuple[str, tuple[str, Any] | str]
"""A line of a file, with its address and reason, or with what is wrong with it."""

_DESTINATION_TYPES = {
    "SUPPRESSION_LIST": "SuppressionListDestination",
    "CONTACT_LIST": "ContactListDestination",
}

_REASONS = frozenset({"BOUNCE", "COMPLAINT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob(Job):
    """An import job.

    Attributes:
        destination: The ImportDestination, checked.
        data_source: The ImportDataSource, checked.
        processed_records: How many records it processes in all; None to read its file.
        failed_records: How many of them fail.
    """

    destination: Mapping[str, Any]
    data_source: Mapping[str, Any]
    processed_records: int | None = None
    failed_records: int = 0


@dataclass(slots=True)
class _Result:
    """The result of a job."""

    processed: int = 0
    failed: int = 0
    file: bytes = b""


class ImportJobs(JobStore[ImportJob]):
    """Serves the operations on import jobs.

    A job reads its file and changes the suppression list when it completes. So `settle()`
    must be called before anything is read or changed.

    Attributes:
        s3: The client that reads the files.
    """

    def __init__(
        self, options: Options, suppression_list: SuppressionList, links: Links, faults: FaultQueue
    ) -> None:
        super().__init__(faults)
        self.s3: S3Reader = S3Files()
        self._options = options
        self._suppression_list = suppression_list
        self._links = links
        self._unsettled: list[ImportJob] = []
        self._results: dict[str, _Result] = {}

    @override
    def add(self, job: ImportJob) -> str:
        """Keep a job and return its identifier.

        Raises:
            ValueError: There is a job with this identifier.
        """
        super().add(job)
        if job.processed_records is None:
            self._unsettled.append(job)
        else:
            self._results[job.job_id] = _Result(job.processed_records, job.failed_records)
        return job.job_id

    def settle(self, now: datetime) -> None:
        """Carry out every job that is complete by now."""
        for job in [job for job in self._unsettled if job.progress.is_finished(now)]:
            self._unsettled.remove(job)
            result = self._results[job.job_id] = _Result()
            if job.progress.status(now) == "COMPLETED":
                completed_at = job.progress.completed_at(now) or now
                job.progress.error_message = self._carry_out(job, result, completed_at)

    def file(self, job_id: str) -> tuple[str, bytes] | None:
        """Return the format of a job and its failed records; None if the job does not exist."""
        job = self._jobs.get(job_id)
        return (job.data_source["DataFormat"], self._results[job_id].file) if job else None

    def create_import_job(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Start a job."""
        refuse_in_sandbox(self._options)
        destination = parameters["ImportDestination"]
        if len(destination) != 1:
            message = "One import destination must be provided"
            raise bad_request(message)
        job = ImportJob(
            job_id=self._options.new_id(),
            progress=progress_of_new_job(self._options, self._faults, now),
            destination=destination,
            data_source=parameters["ImportDataSource"],
        )
        return {"JobId": self.add(job)}

    def get_import_job(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Describe a job; one with failed records comes with a fresh link to them."""
        job = self._jobs.get(parameters["JobId"])
        if job is None:
            message = "The import job was not found"
            raise not_found(message)
        failure: dict[str, str] = job.progress.failure(now) or {}
        if job.progress.is_finished(now) and self._results[job.job_id].file:
            data_format = job.data_source["DataFormat"]
            failure["FailedRecordsS3Url"] = self._links.new(job.job_id, data_format, now)
        return {
            **self._summary(job, now),
            "ImportDataSource": job.data_source,
            "FailureInfo": failure or None,
            "CompletedTimestamp": job.progress.completed_at(now),
        }

    def list_import_jobs(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """List jobs, newest first."""
        refuse_in_sandbox(self._options)
        kind = parameters.get("ImportDestinationType")
        jobs = [
            job
            for job in self._jobs.values()
            if kind is None or _DESTINATION_TYPES[kind] in job.destination
        ]
        page, token = self._page("ListImportJobs", jobs, parameters)
        return {"ImportJobs": [self._summary(job, now) for job in page], "NextToken": token}

    def _summary(self, job: ImportJob, now: datetime) -> dict[str, Any]:
        finished = job.progress.is_finished(now)
        result = self._results[job.job_id] if finished else _Result()
        return {
            "JobId": job.job_id,
            "ImportDestination": job.destination,
            "JobStatus": job.progress.status(now),
            "CreatedTimestamp": job.progress.created_at,
            "ProcessedRecordsCount": result.processed,
            "FailedRecordsCount": result.failed,
        }

    def _carry_out(self, job: ImportJob, result: _Result, at: datetime) -> str | None:
        """Carry out a job, and return why it fails; None if it succeeds."""
        bucket, _, key = job.data_source["S3Url"].removeprefix("s3://").partition("/")
        try:
            text = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig")
        except Exception:  # noqa: BLE001 - a client that the caller passed raises anything
            return "The file could not be read"
        if text.count("\n") > MAX_IMPORT_ADDRESSES:
            return f"The file has more than {MAX_IMPORT_ADDRESSES} records"
        to_list = job.destination.get("SuppressionListDestination", {})
        action = to_list.get("SuppressionListImportAction")
        is_json = job.data_source["DataFormat"] == "JSON"
        if is_json:
            rows = [*_rows_of_json(text)]
        elif action is None:
            rows = [*_contacts_of_csv(text)]
        else:
            rows = [*_rows_of_csv(text, columns=1 + (action == "PUT"))]
        failed: list[str] = []
        for raw, row in rows:
            problem = row if isinstance(row, str) else self._apply(action, *row, at)
            if problem:
                failed.append(_failed_record(raw, problem, job.data_source["DataFormat"]))
        result.processed, result.failed = len(rows), len(failed)
        result.file = "".join(failed).encode()
        return None

    def _apply(self, action: str | None, address: str, reason: str | None, at: datetime) -> str:
        """Apply one record, and return why it fails; empty if it succeeds."""
        if not is_address(address):
            return INVALID_ADDRESS
        if action == "PUT":
            if reason not in _REASONS:
                return "The reason must be BOUNCE or COMPLAINT"
            self._suppression_list.put(
                SuppressedEntry(email_address=address, reason=reason, updated_at=at)
            )
        elif action == "DELETE" and not self._suppression_list.remove(address):
            return "The email address is not on the suppression list"
        return ""


def _rows_of_csv(text: str, *, columns: int) -> Iterator[Row]:
    for line in text.splitlines():
        cells = _cells(line)
        if len(cells) == columns:
            yield line, (cells[0], cells[1].strip() if len(cells) > 1 else None)
        elif cells:
            yield line, f"Expected {columns} columns, found {len(cells)}"


def _contacts_of_csv(text: str) -> Iterator[Row]:
    """Yield the rows below a header, of which one column has the addresses."""
    header, *lines = text.splitlines() or [""]
    names = _cells(header)
    for line in lines:
        cells = dict(zip(names, _cells(line), strict=False))
        yield line, (cells.get("emailAddress", ""), None)


def _cells(line: str) -> list[str]:
    """Return the cells of a line; none of a blank one."""
    for cells in csv.reader([line]):
        return cells
    return []


def _rows_of_json(text: str) -> Iterator[Row]:
    for line in filter(str.strip, text.splitlines()):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            yield line, "The line is not a JSON object"
            continue
        members = cast("dict[str, Any]", row)
        yield line, (str(members.get("emailAddress", "")), members.get("reason"))


def _failed_record(raw: str, problem: str, data_format: str) -> str:
    """Return a line of the file of failed records; how the service writes it is not known."""
    if data_format == "JSON":
        return json.dumps({"record": raw, "errorMessage": problem}, ensure_ascii=False) + "\n"
    line = io.StringIO()
    csv.writer(line).writerow([*_cells(raw), problem])
    return line.getvalue()
