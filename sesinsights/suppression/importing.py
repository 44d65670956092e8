"""Import jobs for the account's suppression list: upload, create, wait, and read what failed."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from inspect import iscoroutinefunction
from itertools import islice, starmap
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import override

from sesinsights import models
from sesinsights.arguments import check_callback, checked_member, checked_seconds, is_text
from sesinsights.errors import BadRequestError, ImportDownloadError, SESInsightsError
from sesinsights.exports.jobs import CLOCKS_DIFFER_BY, may_have_been_created
from sesinsights.flows.flow import Run, Sleep
from sesinsights.flows.operations import CREATE_IMPORT_JOB, GET_IMPORT_JOB, LIST_IMPORT_JOBS
from sesinsights.flows.pages import PageCursor
from sesinsights.flows.waiters import IMPORT_JOB, poll_job
from sesinsights.models.limits import MAX_IMPORT_ADDRESSES
from sesinsights.suppression.failed_records import FailedRecord, failed_records
from sesinsights.suppression.sandbox import explain_by_sandbox
from sesinsights.suppression.spool import append_rows, read_rows
from sesinsights.suppression.wanted import ListedAddress, read_addresses
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.suppression.wanted import AddressSource

_SEARCH_DELAYS = (1.0, 4.0, 15.0, 40.0)
"""The seconds before each search for a job whose response was lost; it may have been created."""


_BUCKET_NAME = re.compile(r"[^\s/:]+")


class S3Uploads(Protocol):
    """Uploads files, as a boto3 client for Amazon S3 does."""

    def upload_fileobj(self, Fileobj: Any, Bucket: str, Key: str) -> object:  # noqa: N803 - boto3's names
        """Upload the content of an open file."""
        ...


@dataclass(frozen=True, slots=True)
class Bucket:
    """The place of the files for import jobs.

    Attributes:
        s3_client: The client that uploads them.
        name: The bucket's name.
        prefix: The beginning of each file's key; a unique name follows.

    Raises:
        ValueError: One of them is something else.
    """

    s3_client: S3Uploads
    name: str
    prefix: str

    def __post_init__(self) -> None:
        upload = getattr(self.s3_client, "upload_fileobj", None)
        if not callable(upload) or iscoroutinefunction(upload):
            raise ValueError(
                "s3_client must be a boto3 client for Amazon S3, also where asyncio is used"
            )
        if not is_text(self.name) or not _BUCKET_NAME.fullmatch(self.name):
            raise ValueError("bucket must be the name of a bucket, without s3:// and without a key")
        if not is_text(self.prefix) or not self.prefix.isprintable():
            raise ValueError("prefix must be the beginning of a key, without line breaks")


def bucket_of(s3_client: S3Uploads | None, name: str | None, prefix: str) -> Bucket | None:
    """Return where to put files; None if neither a client nor a bucket is given.

    Raises:
        ValueError: Only one of the two is given.
    """
    if s3_client is not None and name is not None:
        return Bucket(s3_client, name, prefix)
    if s3_client is not None or name is not None:
        raise ValueError("s3_client and bucket must be given together")
    return None


@dataclass(frozen=True, slots=True)
class AddressImport:
    """The result of an import of addresses.

    Attributes:
        jobs: The last response about each job, in order; a job imports up to 100,000 addresses.
        failed_records: The addresses that the jobs could not import, as far as the service names
            them.
        download_errors: Why the failed records of a job could not be downloaded.
    """

    jobs: Sequence[models.GetImportJobResponse] = ()
    failed_records: Sequence[FailedRecord] = ()
    download_errors: Sequence[ImportDownloadError] = ()

    @override
    def __str__(self) -> str:
        jobs = counted(len(self.jobs), "import job")
        read, failed = self.processed_records_count, self.failed_records_count
        return f"{jobs}: {read:,} read, {failed:,} failed"

    @property
    def processed_records_count(self) -> int:
        """How many addresses the jobs read."""
        return sum(job.processed_records_count or 0 for job in self.jobs)

    @property
    def failed_records_count(self) -> int:
        """How many of them the jobs could not import."""
        return sum(job.failed_records_count or 0 for job in self.jobs)


def import_addresses(
    pipeline: Pipeline,
    addresses: Iterator[ListedAddress],
    bucket: Bucket,
    *,
    action: models.SuppressionListImportAction,
    timeout: float,
    on_update: Callable[[models.GetImportJobResponse], object] | None,
) -> Flow[AddressImport]:
    """Import addresses with as many jobs as needed, one after the other.

    Args:
        pipeline: The pipeline that makes the calls.
        addresses: The addresses, each with its reason.
        bucket: Where to put the files.
        action: Whether addresses are added or removed.
        timeout: How long to wait for each job, in seconds.
        on_update: Called with every response about a job.
    """
    done = AddressImport()
    while True:
        key = f"{bucket.prefix}{uuid.uuid4()}.csv"
        upload = partial(_upload, addresses, bucket, key, has_reason=action == "PUT")
        try:
            if not (yield from Run(upload)):
                return done
            job_id = yield from _create(pipeline, f"s3://{bucket.name}/{key}", action)
            request = GET_IMPORT_JOB.request.from_service({"JobId": job_id})
            job = yield from poll_job(
                pipeline, IMPORT_JOB, request, timeout=timeout, on_update=on_update
            )
        except Exception as error:
            if done.jobs:
                error.add_note(
                    f"Before that, {counted(len(done.jobs), 'import job')} read "
                    f"{done.processed_records_count:,} addresses."
                )
            raise
        done = replace(done, jobs=(*done.jobs, job))
        try:
            failed = yield from failed_records(pipeline, job)
            done = replace(done, failed_records=(*done.failed_records, *failed))
        except ImportDownloadError as error:
            # The import has succeeded; only the list of failed records is missing.
            done = replace(done, download_errors=(*done.download_errors, error))


def import_list(
    pipeline: Pipeline,
    source: AddressSource,
    bucket: Bucket,
    *,
    action: models.SuppressionListImportActionInput,
    reason: models.SuppressionListReasonInput,
    timeout: float,
    on_update: Callable[[models.GetImportJobResponse], object] | None,
) -> Flow[AddressImport]:
    """Return the flow that imports a user's addresses, after all of them have been checked.

    Raises:
        ValueError: `action`, `reason` or `timeout` is not one of the allowed values.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    checked_seconds("timeout", timeout)
    check_callback("on_update", on_update)
    default = str(checked_member("reason", reason, models.SuppressionListReason))
    addresses = read_addresses(source)
    return _import_list(
        pipeline,
        addresses,
        bucket,
        action=checked_member("action", action, models.SuppressionListImportAction),
        reason=default,
        timeout=timeout,
        on_update=on_update,
    )


def _import_list(
    pipeline: Pipeline,
    addresses: Iterator[ListedAddress],
    bucket: Bucket,
    *,
    action: models.SuppressionListImportAction,
    reason: str,
    timeout: float,
    on_update: Callable[[models.GetImportJobResponse], object] | None,
) -> Flow[AddressImport]:
    with tempfile.TemporaryFile() as spool:
        yield from Run(partial(append_rows, spool, _rows(addresses, reason)))
        return (
            yield from import_addresses(
                pipeline,
                starmap(ListedAddress, read_rows(spool)),
                bucket,
                action=action,
                timeout=timeout,
                on_update=on_update,
            )
        )


def _rows(addresses: Iterable[ListedAddress], default: str) -> Iterator[tuple[str, str]]:
    """Return each address with its reason, or with the default if it has none."""
    return ((each.email_address, each.reason or default) for each in addresses)


def _upload(
    addresses: Iterable[ListedAddress], bucket: Bucket, key: str, *, has_reason: bool
) -> int:
    """Upload the next addresses as a file, and return their number; without any, upload nothing."""
    with tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        count = 0
        for count, each in enumerate(islice(addresses, MAX_IMPORT_ADDRESSES), 1):  # noqa: B007 - it counts
            writer.writerow((each.email_address, each.reason)[: 1 + has_reason])
        text.detach()
        if count:
            file.seek(0)
            bucket.s3_client.upload_fileobj(file, bucket.name, key)
    return count


def _create(
    pipeline: Pipeline, s3_url: str, action: models.SuppressionListImportAction
) -> Flow[str]:
    """Create a job for a file that no other job reads, and return its id.

    If the response is lost, the job is searched for, and never created again.
    """
    request = models.CreateImportJobRequest(
        import_destination=models.ImportDestination(
            suppression_list_destination=models.SuppressionListDestination(
                suppression_list_import_action=action
            )
        ),
        import_data_source=models.ImportDataSource(s3_url=s3_url, data_format="CSV"),
    )
    since = pipeline.clock.now() - CLOCKS_DIFFER_BY
    try:
        response = yield from pipeline.call(CREATE_IMPORT_JOB, request)
    except BadRequestError as error:
        yield from explain_by_sandbox(pipeline, error)
        raise
    except SESInsightsError as error:
        if not may_have_been_created(error):
            raise
        for seconds in _SEARCH_DELAYS:
            yield from Sleep(seconds)
            # The lost response is what counts, not why the search failed.
            with suppress(SESInsightsError):
                job_id = yield from _find_job(pipeline, s3_url, since)
                if job_id is not None:
                    return job_id
        error.add_note(
            f"No import job that reads {s3_url} was found. It may still appear: look for it in "
            "iter_import_jobs before you import the same addresses again."
        )
        raise
    return response.job_id


def _find_job(pipeline: Pipeline, s3_url: str, since: datetime) -> Flow[str | None]:
    """Return the id of the job that reads a file; the order of listed jobs is not documented."""
    request = LIST_IMPORT_JOBS.request(import_destination_type="SUPPRESSION_LIST")
    jobs = PageCursor(pipeline, LIST_IMPORT_JOBS, request, starting_token=None, max_items=None)
    while (summary := (yield from jobs.next_item())) is not None:
        if summary.created_timestamp < since or not summary.job_id:
            continue
        asked = GET_IMPORT_JOB.request.from_service({"JobId": summary.job_id})
        job = yield from pipeline.call(GET_IMPORT_JOB, asked)
        if job.import_data_source and job.import_data_source.s3_url == s3_url:
            return job.job_id
    return None
