"""The records that an import job could not import."""

from __future__ import annotations

import csv
import json
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sesinsights.errors import ImportDownloadError, SESInsightsError
from sesinsights.flows.flow import Fetch, Run, SignedLink, Sleep
from sesinsights.flows.operations import GET_IMPORT_JOB
from sesinsights.flows.retry import Retries, RetryTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """An address that an import job could not import; its repr hides it.

    Attributes:
        raw: The record as the service wrote it.
        email_address: The address in it; None if none was found.
    """

    raw: str = field(repr=False)
    email_address: str | None = field(default=None, repr=False)


def failed_records(
    pipeline: Pipeline, job: models.GetImportJobResponse
) -> Flow[list[FailedRecord]]:
    """Return the records that a job could not import, from the file that it links to, if any.

    A failed download is retried, each time with a new link.

    Raises:
        ImportDownloadError: They could not be downloaded.
    """
    time = RetryTime(pipeline.clock)
    retries: Retries | None = None
    with tempfile.TemporaryDirectory(prefix="sesinsights-") as folder:
        path = Path(folder, "failed")
        while link := (job.failure_info and job.failure_info.failed_records_s3_url):
            fetch = Fetch(
                job.job_id, SignedLink(link), path, is_private=True, failure=ImportDownloadError
            )
            try:
                yield from fetch
            except ImportDownloadError as error:
                what = f"download of the failed records of import job {job.job_id}"
                retries = retries or Retries(what, pipeline.retry, time)
                delay = retries.delay_after(error)
            else:
                return (yield from Run(partial(read_records, path)))
            yield from Sleep(delay)
            asked = GET_IMPORT_JOB.request.from_service({"JobId": job.job_id})
            try:
                job = yield from pipeline.within(time).call(GET_IMPORT_JOB, asked)
            except SESInsightsError as error:
                # The job itself has succeeded, so this error must not end the whole import.
                raise ImportDownloadError(job.job_id, f"no new link: {error}") from error
    return []


def read_records(path: Path) -> list[FailedRecord]:
    """Return a record for each line of a file, whose format is not documented."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        texts = [line.rstrip("\r\n") for line in lines]
    return [FailedRecord(text, _address_in(text)) for text in texts if text.strip()]


def _address_in(line: str) -> str | None:
    return next((text.strip() for text in _texts_in(line) if "@" in text), None)


def _texts_in(line: str) -> Iterator[str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        with suppress(csv.Error):  # an unreadable line must not end the whole import
            for cells in csv.reader([line]):
                yield from cells
        return
    if isinstance(row, dict):
        members = cast("dict[str, object]", row)
        yield from (value for value in members.values() if isinstance(value, str))
