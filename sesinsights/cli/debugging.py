"""What `--debug` shows: every log line, without bodies, addresses and what signs a request."""

from __future__ import annotations

import logging
import re

from sesinsights.service_errors import redacted

__all__ = ["log_to_stderr"]


_SECRET = re.compile(
    r"""((?:X-Amz-Security-Token|X-Amz-Credential|Signature)['"]?\s*[:=]\s*b?['"]?)[^'"&\s,>]+""",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"""(Response\ body:\s*).+ | ('body':\s) (?: b?'(?:[^'\\]|\\.)*' | b?"(?:[^"\\]|\\.)*" )""",
    re.DOTALL | re.VERBOSE,
)


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the line without what is nobody else's business."""
        line = _BODY.sub(r"\1\2<left out>", super().format(record))
        return redacted(_SECRET.sub(r"\1<secret>", line))


def log_to_stderr() -> None:
    """Write the log lines of all libraries to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])
