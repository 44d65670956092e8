"""Complete exports of message insights, for threads and scripts."""

from __future__ import annotations

import hashlib
import threading
from contextlib import nullcontext
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from sesinsights.drivers.threads import Driver, ThreadDriver
from sesinsights.exports.progress_display import ProgressDisplay
from sesinsights.exports.spool import Spool
from sesinsights.exports.tables import arrow, writing
from sesinsights.extras import require_extra
from sesinsights.notebook import notebook_line
from sesinsights.whole_files import check_place
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Literal, Self

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from sesinsights.exports.files.records import MessageInsightsRecord, SpooledFile
    from sesinsights.exports.progress import ExportEvent, ExportReport
    from sesinsights.exports.windowed import WindowedExport
    from sesinsights.flows.flow import Flow

__all__ = ["BaseExport", "MessageInsightsExport"]

DriverT = TypeVar("DriverT", bound=Driver)


class BaseExport(Generic[DriverT]):
    """What the exports for threads and for event loops have in common: all that is on the disk."""

    def __init__(
        self,
        driver: DriverT,
        export: WindowedExport,
        *,
        checkpoint: str | PathLike[str] | None,
        on_progress: Callable[[ExportEvent], object] | None,
        progress: bool,
    ) -> None:
        self._spool = Spool(checkpoint)
        self._driver = driver
        self._export = export
        self._display = ProgressDisplay() if progress else None
        # What is called may not lead back here: then the files would outlive whoever forgot this.
        listeners = [on_progress, self._display.show if self._display else None]
        listening = [listener for listener in listeners if listener]
        self._tell = partial(_tell, listening, self._spool.closed)
        self._files: list[SpooledFile] | None = None
        self._is_running = False
        self._lock = threading.RLock()

    @property
    def report(self) -> ExportReport:
        """What has been done so far."""
        return self._export.report

    def _repr_html_(self) -> str:
        """Show how far it has come, in a line that needs no widgets."""
        report = self.report
        if not report.jobs and not report.windows:
            return notebook_line("Export of message insights: not begun.")
        return notebook_line(
            f"Export of message insights: {counted(report.jobs, 'job')}, "
            f"{counted(len(report.windows), 'window')}, {counted(report.records, 'record')}, "
            f"{report.bytes_downloaded / 1e6:.1f} MB in {report.seconds:.0f} s."
        )

    def _records(self, files: Iterable[SpooledFile]) -> Iterator[MessageInsightsRecord]:
        return chain.from_iterable(map(self._records_of, files))

    def _records_of(self, file: SpooledFile) -> Iterator[MessageInsightsRecord]:
        # A method, so that whoever reads records keeps this, and with it the files.
        self._spool.check_open()
        return self._export.records(file)

    def _begin(self) -> Flow[list[SpooledFile]]:
        """Make a place for the files, and return the flow that fills it."""
        with self._lock:
            return self._export.run(self._spool.journal(self._request), self._tell)

    @property
    def _request(self) -> dict[str, object]:
        # Jobs are known to one Region only.
        return {**self._export.request, "endpoint": self._driver.endpoint_url}

    @property
    def _name(self) -> str:
        """What tells the files of this export from those of others, also of other Regions."""
        endpoint = hashlib.sha256(self._driver.endpoint_url.encode()).hexdigest()[:8]
        return f"{self._export.name}-{endpoint}"

    def _end(self) -> None:
        """Remove the files, but for those of a checkpoint; a run in another thread ends first."""
        self._spool.closed.set()
        with self._lock:
            self._files = None
            self._spool.close()


class MessageInsightsExport(BaseExport[ThreadDriver]):
    """Every record of a window of time, once each.

    Nothing is asked for before the records, a file or a table are first wanted. Then all jobs run,
    and their files are kept on disk until this is closed, so that asking again makes no further
    job. After an error, asking again goes on where it stopped. Use it with `with`, or call `close`.

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
        return self._records(self._exported())

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
        check_place(path)
        records = self._records(self._exported())
        writing.write_csv(records, path, for_spreadsheets=for_spreadsheets)

    def to_jsonl(self, path: str | PathLike[str]) -> None:
        """Write all records to a file with a JSON object per line and ISO 8601 times.

        The file appears when it is whole. Raises what iterating raises.

        Args:
            path: Where to put it; a regular file that is there is replaced and keeps its mode.

        Raises:
            OSError: No file can be put there; nothing was exported.
        """
        check_place(path)
        writing.write_jsonl(self._records(self._exported()), path)

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
        arrow.check_parquet(path, partition_by)
        name = self._name
        arrow.write_parquet(self._exported(), path, name=name, partition_by=partition_by)

    def to_arrow(self) -> pa.Table:
        """Return all records as an Arrow table; needs the extra `arrow`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        require_extra("arrow")
        return arrow.to_arrow(self._exported())

    def to_pandas(self) -> pd.DataFrame:
        """Return all records as a pandas data frame; needs the extra `pandas`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        require_extra("pandas")
        return arrow.to_pandas(self._exported())

    def to_polars(self) -> pl.DataFrame:
        """Return all records as a polars data frame; needs the extra `polars`.

        Raises what iterating raises.

        Raises:
            ImportError: The extra is not installed.
        """
        require_extra("polars")
        return arrow.to_polars(self._exported())

    def close(self) -> None:
        """Remove the files, but for those of a checkpoint. May be called twice."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _exported(self) -> Sequence[SpooledFile]:
        """Return the files with all records, exported when this is first called."""
        with self._lock:
            self._spool.check_open()
            if self._is_running:
                raise RuntimeError("on_progress cannot ask for the records: the export still runs")
            if self._files is None:
                flow = self._begin()
                self._is_running = True
                try:
                    with self._display or nullcontext():
                        self._files = self._driver.run(flow)
                finally:
                    self._is_running = False
            return self._files


def _tell(
    listeners: Sequence[Callable[[ExportEvent], object]],
    closed: threading.Event,
    event: ExportEvent,
) -> None:
    for listener in listeners:
        listener(event)
    if closed.is_set():
        raise RuntimeError("this export was closed while it ran")
