"""Where an export keeps its journal and files, and for how long."""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from sesinsights.exports.journal import Journal
from sesinsights.exports.work_directory import WorkDirectory
from sesinsights.locked_files import require_locks

if TYPE_CHECKING:
    from collections.abc import Mapping


class Spool:
    """The files of one export: in a checkpoint, which is kept, or in a temporary directory.

    Nothing is created before the journal is first used. The files are kept as long as there is a
    reference to this object; after that it is closed.

    Args:
        checkpoint: The directory to keep; None for one that is removed.

    Raises:
        ValueError: `checkpoint` is empty.
        ImportError: A checkpoint is to be kept, and the operating system is not Unix.
    """

    def __init__(self, checkpoint: str | os.PathLike[str] | None) -> None:
        if checkpoint is not None:
            if not os.fspath(checkpoint):
                raise ValueError("checkpoint must name a directory")
            require_locks("a checkpoint")
        self._checkpoint = checkpoint
        self._closed = threading.Event()
        self._journal: Journal | None = None
        self._temporary: WorkDirectory | None = None
        self._maker = os.getpid()

    def journal(self, request: Mapping[str, object]) -> Journal:
        """Return the journal, opened when this is first called.

        Args:
            request: The request of the export.

        Raises:
            RuntimeError: The spool is closed, or belongs to the parent of this forked process.
            ValueError: The checkpoint cannot be used for this request; see `Journal`.
        """
        self.check_open()
        if os.getpid() != self._maker:
            raise RuntimeError("an export runs only in the process that began it")
        if self._journal is None:
            if self._checkpoint is None and self._temporary is None:
                self._temporary = WorkDirectory()
            directory = self._temporary.path if self._temporary else Path(self._checkpoint or "")
            self._journal = Journal(directory, request)
            weakref.finalize(self, self._journal.close)
        return self._journal

    def check_open(self) -> None:
        """Raise if the spool is closed.

        Raises:
            RuntimeError: The spool is closed.
        """
        if self._closed.is_set():
            what = "its files are removed" if self._checkpoint is None else "its checkpoint is kept"
            raise RuntimeError(f"this export is closed, and {what}")

    @property
    def closed(self) -> threading.Event:
        """Set when the spool is closed or about to be; it does not keep the files."""
        return self._closed

    def close(self) -> None:
        """Close the journal, and remove the files unless they belong to a checkpoint."""
        self._closed.set()
        try:
            if self._journal is not None:
                self._journal.close()
        finally:
            if self._temporary is not None:
                self._temporary.close()
