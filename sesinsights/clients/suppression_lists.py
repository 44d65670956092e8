"""The methods of `SESInsights` for whole suppression lists, and for the reason behind an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import unless_empty
from sesinsights.clients.facade import Facade
from sesinsights.flows.waiters import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from os import PathLike

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.suppression.importing import AddressImport, S3Uploads
    from sesinsights.suppression.lookup import SuppressedAddress
    from sesinsights.suppression.syncing import SuppressionSync
    from sesinsights.suppression.wanted import AddressSource


class SuppressionLists(Facade["SESV2Client"]):
    """Suppression lists as a whole."""

    _service = "sesv2"

    def suppression_of(
        self, email_address: str, *, tenant_name: str | None = None
    ) -> SuppressedAddress | None:
        """Find out whether an address is suppressed, and what happened to the message behind it.

        Gets the entry of the suppression list, and looks up the message that put the address there,
        which is paced at 1 call per second. If the message cannot be looked up, for example because
        the connection breaks, the result still has the entry, and `lookup` has the error.

        The list is case-sensitive before the @, while sending is not: the address is tried as you
        spell it, then in lower case.

        Args:
            email_address: The address.
            tenant_name: The tenant whose list to use; by default, the account's list.

        Returns:
            The entry, its reason and the message's `timeline`; None if the list has the address in
            neither spelling.

        Raises:
            NotFoundError: The tenant does not exist.
        """
        from sesinsights.suppression.lookup import suppression_of

        return self._driver.run(
            suppression_of(self._pipeline, email_address, tenant_name=tenant_name)
        )

    def export_suppressed(
        self,
        path: str | PathLike[str],
        *,
        tenant_name: str | None = None,
        reasons: Sequence[models.SuppressionListReasonInput] = (),
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        for_spreadsheets: bool = False,
    ) -> int:
        """Write a whole suppression list to a file, and return how many addresses it has.

        The ending of its name, `.csv`, `.jsonl` or `.parquet`, selects the format. The file has the
        columns `email_address`, `reason` and `last_update_time`, appears only once it is complete,
        and can be passed to `sync_suppressed`. Its addresses are never held in memory all at once.

        Args:
            path: Where to put the file; an existing regular file is replaced, and its mode is kept.
                A Parquet file may also go to a URI that pyarrow opens, such as `s3://bucket/key`.
            tenant_name: The tenant whose list to use; by default, the account's list.
            reasons: Only addresses that are on the list for one of these reasons.
            start_date: Only addresses added after this time, timezone-aware.
            end_date: Only addresses added before this time, timezone-aware.
            for_spreadsheets: Whether to put an apostrophe before addresses in CSV that a
                spreadsheet would run as formulas; to `sync_suppressed`, those are other addresses.

        Raises:
            ValueError: The name of the file has another ending; nothing was sent.
            ImportError: Parquet needs the extra `arrow`.
            OSError: The file cannot be written there.
            NotFoundError: The tenant does not exist.
        """
        from sesinsights.suppression.list_file import export_list

        request = models.ListSuppressedDestinationsRequest(
            tenant_name=tenant_name,
            **unless_empty(reasons=reasons),
            start_date=start_date,
            end_date=end_date,
        )
        return self._driver.run(
            export_list(self._pipeline, request, path, for_spreadsheets=for_spreadsheets)
        )

    def import_suppressed(
        self,
        path_or_addresses: AddressSource,
        *,
        s3_client: S3Uploads,
        bucket: str,
        prefix: str = "sesinsights/",
        action: models.SuppressionListImportActionInput = "PUT",
        reason: models.SuppressionListReasonInput = "BOUNCE",
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetImportJobResponse], object] | None = None,
    ) -> AddressImport:
        """Add addresses to the account's suppression list, or remove them, by import jobs.

        All addresses are checked first. Then they are uploaded to a bucket, up to 100,000 in a
        file, and a job is created for each file and awaited, one after the other. No job is created
        twice: each file has a key of its own, by which a job is found if the response to its
        creation was lost.

        Amazon SES reads the files itself, so a policy of the bucket must allow `ses.amazonaws.com`
        the action `s3:GetObject`. The files stay in the bucket: they hold addresses, so let a
        lifecycle rule remove them.

        Args:
            path_or_addresses: A CSV, JSON Lines or Parquet file, such as `export_suppressed`
                writes, or a text file with one address per line; or any iterable of addresses, of
                pairs of an address and a reason, or of entries of a suppression list.
            s3_client: A boto3 client for Amazon S3, to upload with.
            bucket: The bucket.
            prefix: The prefix of the keys of uploaded files.
            action: `PUT` adds addresses; `DELETE` removes them, including those with a slash.
            reason: The reason for addresses without one.
            timeout: The longest wait for each job, in seconds.
            on_update: Called with every response about a job.

        Returns:
            The jobs, and the addresses that they could not import.

        Raises:
            ValueError: An address or an argument is not valid; nothing was uploaded. The error
                says at which line or entry it is.
            ImportJobFailedError: A job failed; `error_message` says why.
            WaitTimeoutError: A job was not seen to end in time; it may still run at the service.
            BadRequestError: The service rejected the job, as it does for an account in the sandbox.
            LimitExceededError: Too many import jobs run already.
            TransportError: The response to the creation of a job was lost, and the job was not
                found within a minute.
        """
        from sesinsights.suppression.importing import Bucket, import_list

        return self._driver.run(
            import_list(
                self._pipeline,
                path_or_addresses,
                Bucket(s3_client, bucket, prefix),
                action=action,
                reason=reason,
                timeout=timeout,
                on_update=on_update,
            )
        )

    def sync_suppressed(
        self,
        path_or_addresses: AddressSource,
        *,
        apply: bool = False,
        remove: bool = False,
        reason: models.SuppressionListReasonInput = "BOUNCE",
        tenant_name: str | None = None,
        s3_client: S3Uploads | None = None,
        bucket: str | None = None,
        prefix: str = "sesinsights/",
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetImportJobResponse], object] | None = None,
    ) -> SuppressionSync:
        """Compare addresses with a suppression list and, on request, change the list to match.

        By default, nothing is changed: the result is the plan. With `apply`, missing addresses are
        added, and reasons that differ from the ones given are changed. Addresses are removed only
        with `remove`. After an error, call it again to make the remaining changes.

        An address that is listed in different case does not count as missing, since mail to it is
        held back. Neither list is ever held in memory all at once.

        Up to 500 addresses are added or removed by single calls, and more by import jobs if you
        pass a bucket: see `import_suppressed`. Without a bucket, all changes are made by single
        calls, and an address with a slash cannot be removed.

        Args:
            path_or_addresses: A file or addresses, as for `import_suppressed`.
            apply: Whether to make the changes.
            remove: Whether to remove addresses that are not among those given.
            reason: The reason for missing addresses without one.
            tenant_name: The tenant whose list to use; by default, the account's list. Import jobs
                cannot change it.
            s3_client: A boto3 client for Amazon S3, for import jobs.
            bucket: The bucket, for import jobs.
            prefix: The prefix of the keys of files for import jobs.
            timeout: The longest wait for each import job, in seconds.
            on_update: Called with every response about an import job.

        Returns:
            The differences, whether they were applied, and what failed.

        Raises:
            ValueError: An address or an argument is not valid; nothing was changed. The error says
                at which line or entry it is.
            BadRequestError: The account is in the sandbox.
            ImportJobFailedError: An import job failed; `error_message` says why.
            WaitTimeoutError: An import job was not seen to end in time.
            TransportError: The response to the creation of an import job was lost, and the job was
                not found within a minute.
        """
        from sesinsights.suppression.importing import bucket_of
        from sesinsights.suppression.syncing import sync_list

        return self._driver.run(
            sync_list(
                self._pipeline,
                path_or_addresses,
                tenant_name=tenant_name,
                reason=reason,
                apply=apply,
                remove=remove,
                bucket=bucket_of(s3_client, bucket, prefix),
                timeout=timeout,
                on_update=on_update,
            )
        )
