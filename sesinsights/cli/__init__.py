"""The command line; needs the extra `cli`."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

from sesinsights.cli.exit_codes import INTERRUPTED, OTHER

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
    """Let nothing but the command itself decide how the run ends."""
    # What ends a service or a job in cron leaves things as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Whoever started this may have closed them.
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - kept
    if not sys.stdout:
        print("Error: standard output is closed", file=sys.stderr)  # noqa: T201 - click is not there yet
        sys.exit(OTHER)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
