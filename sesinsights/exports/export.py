"""The base of all exports: when they run, what they keep, and when they end."""

from __future__ import annotations

import hashlib
import threading
from contextlib import nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, ParamSpec, Protocol, TypeVar

from sesinsights.arguments import check_callback, check_flags
from sesinsights.drivers.threads import Driver, ThreadDriver
from sesinsights.exports.checkpoints import agreed_request, claim
from sesinsights.exports.journal import request_in
from sesinsights.exports.progress_display import ProgressDisplay
from sesinsights.exports.spool import Spool
from sesinsights.forks import renew_in_child
from sesinsights.notebook import notebook_line
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Self

    from sesinsights.exports.files.records import SpooledFile
    from sesinsights.exports.journal import Journal
    from sesinsights.exports.progress import ExportEvent, ExportReport
    from sesinsights.flows.flow import Flow

P = ParamSpec("P")
T = TypeVar("T")
DriverT = TypeVar("DriverT", bound=Driver)
RecordT = TypeVar("RecordT")
RecordT_co = TypeVar("RecordT_co", covariant=True)


class ExportFlow(Protocol[RecordT_co]):
    """The flow of an export, for any driver."""

    @property
    def name(self) -> str:
        """The name that distinguishes the files of this export from those of others."""
        ...

    @property
    def request(self) -> dict[str, object]:
        """The request of the export, in plain values."""
        ...

    @property
    def report(self) -> ExportReport:
        """The report of what has been done so far."""
        ...

    def check(self) -> None:
        """Raise if the service no longer has the data of an export that begins now."""
        ...

    def run(
        self,
        journal: Journal,
        on_progress: Callable[[ExportEvent], object],
        *,
        keeps_jobs: bool,
    ) -> Flow[list[SpooledFile]]:
        """Export everything that the journal does not have yet, and return the files in order."""
        ...

    def records(self, file: SpooledFile) -> Iterator[RecordT_co]:
        """Yield the records of a file, except those that another file has too."""
        ...


class BaseExport(Generic[DriverT, RecordT]):
    """The base of the exports for threads and for event loops: everything on the disk."""

    def __init__(
        self,
        driver: DriverT,
        export: ExportFlow[RecordT],
        *,
        checkpoint: str | PathLike[str] | None,
        on_progress: Callable[[ExportEvent], object] | None = None,
        progress: bool = False,
    ) -> None:
        check_callback("on_progress", on_progress)
        check_flags(progress=progress)
        self._spool = Spool(checkpoint)
        self._checkpoint = checkpoint
        self._driver = driver
        self._export = export
        self._display = ProgressDisplay() if progress else None
        # The finalizer must not refer to this object, or the files would never be removed.
        listeners = [on_progress, self._display.show if self._display else None]
        listening = [listener for listener in listeners if listener]
        self._notify = partial(_notify, listening, self._spool.closed)
        self._files: list[SpooledFile] | None = None
        self._is_running = False
        self._lock = threading.RLock()
        renew_in_child(self, _lock=threading.RLock)

    @property
    def report(self) -> ExportReport:
        """The report of what has been done so far."""
        return self._export.report

    def _repr_html_(self) -> str:
        """Show the progress in one line, without widgets."""
        report = self.report
        if not report.jobs and not report.windows:
            return notebook_line("Export: not started.")
        return notebook_line(
            f"Export: {counted(report.jobs, 'job')}, "
            f"{counted(len(report.windows), 'window')}, {counted(report.records, 'record')}, "
            f"{report.bytes_downloaded / 1e6:.1f} MB in {report.seconds:.0f} s."
        )

    def _records(self, files: Iterable[SpooledFile]) -> Iterator[RecordT]:
        return chain.from_iterable(map(self._export.records, self._unclosed(files)))

    def _unclosed(self, files: Iterable[SpooledFile]) -> Iterator[SpooledFile]:
        """Yield files until the export is closed."""
        # A method, so that the iterator keeps this object alive, and with it the files.
        for file in files:
            self._spool.check_open()
            yield file

    def _begin(self) -> Flow[list[SpooledFile]]:
        """Make a directory for the files, and return the flow that fills it."""
        with self._lock:
            self._spool.check_open()
            directory = self._checkpoint
            is_new = directory is None or request_in(Path(directory)) is None
            if is_new:
                # Before the Region is needed, so that wrong dates are reported first.
                self._export.check()
            request = self._request
            if directory is not None:
                request = agreed_request(directory, request)
                claim(directory, self._give_up_checkpoint)
            journal = self._spool.journal(request)
            return self._export.run(journal, self._notify, keeps_jobs=directory is not None)

    @property
    def _request(self) -> Mapping[str, object]:
        # Jobs exist only in one Region of one account.
        request = {**self._export.request, "endpoint": self._driver.endpoint_url}
        account = None if self._checkpoint is None else self._driver.account_id
        return request if account is None else {**request, "account": account}

    @property
    def _name(self) -> str:
        """The name that distinguishes the files of this export, including its Region."""
        endpoint = hashlib.sha256(self._driver.endpoint_url.encode()).hexdigest()[:8]
        return f"{self._export.name}-{endpoint}"

    def _end(self) -> None:
        """End a run in another thread, then remove the files, except those of a checkpoint."""
        self._spool.closed.set()
        with self._lock:
            self._files = None
            self._spool.close()

    def _give_up_checkpoint(self) -> bool:
        """Close this export unless it is running; return whether it was closed."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._is_running:
                return False
            self._end()
        finally:
            self._lock.release()
        return True


class ThreadExport(BaseExport[ThreadDriver, RecordT]):
    """An export for threads and scripts."""

    def close(self) -> None:
        """Remove the files, except those of a checkpoint. May be called twice.

        An unfinished run is first ended with an error.
        """
        self._end()

    def take_all(self) -> list[RecordT]:
        """Return all records, and close."""
        with self:
            return [*self._read()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> Iterator[RecordT]:
        return self._records(self._exported())

    def _block(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that blocks for a while."""
        return function(*args, **kwargs)

    def _exported(self) -> Sequence[SpooledFile]:
        """Return the files with all records, exported when this is first called."""
        with self._lock:
            self._spool.check_open()
            if self._is_running:
                raise RuntimeError(
                    "on_progress cannot ask for the records: the export is still running"
                )
            if self._files is None:
                flow = self._begin()
                self._is_running = True
                try:
                    with self._display or nullcontext():
                        self._files = self._driver.run(flow)
                finally:
                    self._is_running = False
            return self._files


def _notify(
    listeners: Sequence[Callable[[ExportEvent], object]],
    closed: threading.Event,
    event: ExportEvent,
) -> None:
    for listener in listeners:
        listener(event)
    if closed.is_set():
        raise RuntimeError("this export was closed while it was running")
