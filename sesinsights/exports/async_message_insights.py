# Generated from sesinsights/exports/message_insights.py by `python -m tools.twins`: edit that file, and run it again.
"""Complete exports of message insights, for event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.arguments import check_flags
from sesinsights.exports.async_export import AsyncExport
from sesinsights.exports.files.records import MessageInsightsRecord
from sesinsights.exports.tables import arrow, writing
from sesinsights.extras import require_extra
from sesinsights.mixins import merge_mixins
from sesinsights.whole_files import check_place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from os import PathLike
    from typing import Literal

    import pandas as pd
    import polars as pl
    import pyarrow as pa


@merge_mixins(RecordT="MessageInsightsRecord")
class AsyncMessageInsightsExport(AsyncExport[MessageInsightsRecord]):
    """Every record of a time window, once each.

    Nothing is sent before you first ask for the records, a file or a table. Then all jobs run, and
    their files are kept on disk until the export is closed, so asking again creates no further
    jobs. After an error, asking again continues with the files that are there; jobs that still ran
    were cancelled, unless there is a checkpoint. Use it in an `async with` statement or await `close`.

    Do not create one yourself: `AsyncSESInsights.export_message_insights` returns it.
    """

    def __aiter__(self) -> AsyncIterator[MessageInsightsRecord]:
        """Iterate over the records, window after window; all jobs run before the first record.

        Raises:
            ExportIncompleteError: Some records could not be exported; the text says which and why.
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: A job was cancelled.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read, and `on_bad_record` is not `collect`.
            LimitExceededError: No slot for an export job became free within an hour.
            WaitTimeoutError: A job did not end within an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._read()

    async def to_csv(self, path: str | PathLike[str], *, for_spreadsheets: bool = False) -> None:
        """Write all records to a CSV file with a header of field names and ISO 8601 times.

        The file appears only once it is complete. Also raises the errors of iterating.

        Texts are written unchanged, and a subject from outside may begin with `=`: a spreadsheet
        that opens the file runs it as a formula. `for_spreadsheets` puts an apostrophe before such
        texts; the file then cannot be read back unchanged.

        Args:
            path: Where to put the file; an existing regular file is replaced, and its mode is kept.
            for_spreadsheets: Whether to put an apostrophe before texts that begin with `=`, `+`,
                `-`, `@`, a tab or a line break.

        Raises:
            OSError: The file cannot be written there; nothing was exported.
        """
        check_flags(for_spreadsheets=for_spreadsheets)
        await self._block(check_place, path)
        files = self._unclosed(await self._exported())
        await self._block(
            writing.write_messages_csv, files, path, for_spreadsheets=for_spreadsheets
        )

    async def to_jsonl(self, path: str | PathLike[str]) -> None:
        """Write all records to a file with a JSON object per line and ISO 8601 times.

        The file appears only once it is complete. Also raises the errors of iterating.

        Args:
            path: Where to put the file; an existing regular file is replaced, and its mode is kept.

        Raises:
            OSError: The file cannot be written there; nothing was exported.
        """
        await self._block(check_place, path)
        files = self._unclosed(await self._exported())
        await self._block(writing.write_messages_jsonl, files, path)

    async def to_parquet(
        self, path: str | PathLike[str], *, partition_by: Literal["day"] | None = None
    ) -> None:
        """Write all records to a Parquet file or dataset; requires the extra `arrow`.

        Records go from file to file without becoming Python objects. Also raises the errors of
        iterating.

        Args:
            path: Where to write: a local path, or a URI that pyarrow opens, such as
                `s3://bucket/key`.
            partition_by: `day` writes a dataset with a directory for each UTC day on which messages
                were sent. Existing files there are kept, except those of the same request in the
                same Region, which are replaced. Use a separate directory for each account.

        Raises:
            ImportError: The extra is not installed.
            OSError: Nothing can be written there; nothing was exported.
            ValueError: `partition_by` is neither None nor `day`.
        """
        await self._block(arrow.check_parquet, path, partition_by)
        files, name = await self._exported(), self._name
        await self._block(arrow.write_parquet, files, path, name=name, partition_by=partition_by)

    async def to_arrow(self) -> pa.Table:
        """Return all records as an Arrow table; requires the extra `arrow`.

        Also raises the errors of iterating.

        Raises:
            ImportError: The extra is not installed.
        """
        await self._block(require_extra, "arrow")
        return await self._block(arrow.to_arrow, await self._exported())

    async def to_pandas(self) -> pd.DataFrame:
        """Return all records as a pandas data frame; requires the extra `pandas`.

        Also raises the errors of iterating.

        Raises:
            ImportError: The extra is not installed.
        """
        await self._block(require_extra, "pandas")
        return await self._block(arrow.to_pandas, await self._exported())

    async def to_polars(self) -> pl.DataFrame:
        """Return all records as a polars data frame; requires the extra `polars`.

        Also raises the errors of iterating.

        Raises:
            ImportError: The extra is not installed.
        """
        await self._block(require_extra, "polars")
        return await self._block(arrow.to_polars, await self._exported())
