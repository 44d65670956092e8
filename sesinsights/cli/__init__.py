"""The command line; needs the extra `cli`."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sesinsights.cli.exit_codes import INTERRUPTED, OTHER

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["main"]


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    try:
        from sesinsights.cli.root import run
    except ImportError as error:
        if error.name != "click":
            raise
        sys.exit("The command line needs an extra: pip install 'sesinsights[cli]'")
    _prepare_process()
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while an error was shown
        sys.exit(INTERRUPTED)


def _prepare_process() -> None:
    """Set up the process so that only the command decides how the run ends."""
    # What ends a service or a job in cron leaves things as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Either may have been closed before this process began.
    stdout: Any = sys.stdout
    stderr: Any = sys.stderr
    if not stderr:
        # Not a Path's: pathlib takes longer to import than all else that --version needs.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as above; kept
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_NeverFails(stderr.buffer)),
            encoding=stderr.encoding,
            errors="backslashreplace",
            line_buffering=True,
        )
    if not stdout:
        print("Error: standard output is closed", file=sys.stderr)  # noqa: T201 - click is not there yet
        sys.exit(OTHER)
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")


class _NeverFails(io.RawIOBase):
    """Standard error that drops what cannot be written.

    A closed reader or a full disk must change neither the result nor the exit code.
    """

    def __init__(self, stream: Any) -> None:
        # With `python -u` there is no buffer before the stream itself.
        self._raw: io.RawIOBase = getattr(stream, "raw", stream)

    @override
    def writable(self) -> bool:
        return True

    @override
    def fileno(self) -> int:
        return self._raw.fileno()

    @override
    def isatty(self) -> bool:
        return self._raw.isatty()

    @override
    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        try:
            written = self._raw.write(data)
        except OSError:
            return size
        return size if written is None else written
