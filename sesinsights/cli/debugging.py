"""What `--debug` shows: every log line, without what nobody else should read."""

from __future__ import annotations

import logging

from sesinsights.service_errors import redacted

__all__ = ["log_to_stderr"]


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the line without addresses and signatures of links."""
        return redacted(super().format(record))


def log_to_stderr() -> None:
    """Write the log lines of all libraries to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])
