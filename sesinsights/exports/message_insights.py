"""Complete exports of message insights, for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.exports.export import ThreadExport
from sesinsights.exports.files.records import MessageInsightsRecord
from sesinsights.exports.tables import arrow, writing
from sesinsights.extras import require_extra
from sesinsights.whole_files import check_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from typing import Literal

    import pandas as pd
    import polars as pl
    import pyarrow as pa


class MessageInsightsExport(ThreadExport[MessageInsightsRecord]):
    """Every record of a window of time, once each.

    Nothing is asked for before the records, a file or a table are first wanted. Then all jobs run,
    and their files are kept on disk until this is closed, so that asking again makes no further
    job. After an error, asking again goes on with the files that are there; jobs that still ran
    were cancelled, unless a checkpoint keeps them. Use it with `with` or call `close`.

    Not made by users: `SESInsights.export_message_insights` returns it.
    """

    def __iter__(self) -> Iterator[MessageInsightsRecord]:
        """Iterate over the records, window after window; all jobs run before the first record.

        Raises:
            ExportIncompleteError: Not all records can be had; the text says which and why.
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: Somebody cancelled a job.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read, and bad ones are not collected.
            LimitExceededError: No slot for a job became free in an hour.
            WaitTimeoutError: A job did not end in an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._read()

    def to_csv(self, path: str | PathLike[str], *, for_spreadsheets: bool = False) -> None:
        """Write all records to a CSV file with a header of field names and ISO 8601 times.

        The file appears when it is whole. Raises what iterating raises.

        Texts are written as they are, and a stranger may have written a subject that begins with
        `=`: a spreadsheet that opens the file runs it as a formula. `for_spreadsheets` puts an
        apostrophe before such a text; then the file cannot be read back as it was.

        Args:
            path: Where to put it; a regular file that is there is replaced and keeps its mode.
            for_spreadsheets: Whether to guard texts that begin with `=`, `+`, `-`, `@`, a tab or
                the end of a line.

        Raises:
            OSError: No file can be put there; nothing was exported.
        """
        self._block(check_place, path)
        records = self._records(self._exported())
        self._block(writing.write_csv, records, path, for_spreadsheets=for_spreadsheets)

    def to_jsonl(self, path: str | PathLike[str]) -> None:
        """Write all records to a file with a JSON object per line and ISO 8601 times.

        The file appears when it is whole. Raises what iterating raises.

        Args:
            path: Where to put it; a regular file that is there is replaced and keeps its mode.

        Raises:
            OSError: No file can be put there; nothing was exported.
        """
        self._block(check_place, path)
        records = self._records(self._exported())
        self._block(writing.write_jsonl, records, path)

    def to_parquet(
        self, path: str | PathLike[str], *, partition_by: Literal["day"] | None = None
    ) -> None:
        """Write all records to a Parquet file, or to a dataset of them; needs the extra `arrow`.

        Records go from file to file without becoming Python objects. Raises what iterating raises.

        Args:
            path: Where to put it: a local path, or one that pyarrow opens, such as
                `s3://bucket/key`.
            partition_by: `day` makes a directory for each UTC day on which messages were sent.
                Files there that other exports wrote stay; those of the same request in the same
                Region are replaced. Use a directory for each account.

        Raises:
            ImportError: The extra is not installed.
            OSError: Nothing can be put there; nothing was exported.
            ValueError: `partition_by` is something else.
        """
        self._block(arrow.check_parquet, path, partition_by)
        files, name = self._exported(), self._name
        self._block(arrow.write_parquet, files, path, name=name, partition_by=partition_by)

    def to_arrow(self) -> pa.Table:
        """Return all records as an Arrow table; needs the extra `arrow`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        self._block(require_extra, "arrow")
        return self._block(arrow.to_arrow, self._exported())

    def to_pandas(self) -> pd.DataFrame:
        """Return all records as a pandas data frame; needs the extra `pandas`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        self._block(require_extra, "pandas")
        return self._block(arrow.to_pandas, self._exported())

    def to_polars(self) -> pl.DataFrame:
        """Return all records as a polars data frame; needs the extra `polars`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        self._block(require_extra, "polars")
        return self._block(arrow.to_polars, self._exported())
