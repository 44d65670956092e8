"""The command line; needs the extra `cli`."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    try:
        from sesinsights.cli.root import run
    except ImportError as error:
        if error.name != "click":
            raise
        sys.exit("The command line needs an extra: pip install 'sesinsights[cli]'")
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while an error was shown
        sys.exit(130)
