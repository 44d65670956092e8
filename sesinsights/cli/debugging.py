"""The log of `--debug`: every line, without bodies, addresses and signatures."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Mapping
from typing import cast

from typing_extensions import override

from sesinsights.cli.terminal import printable_lines
from sesinsights.errors.service import redacted

_SECRET = re.compile(
    r"""((?:X-Amz-Security-Token|X-Amz-Credential|Signature)['"]?\s*[:=]\s*b?['"]?)[^'"&\s,>]+""",
    re.IGNORECASE,
)
_RESPONSE_BODY = re.compile(r"(Response body:\s*).+", re.DOTALL)
_LEFT_OUT = "<left out>"


class Redacting(logging.Formatter):
    """Formats log lines without private data, since others may see them."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line without private data."""
        shown = copy.copy(record)
        if isinstance(record.args, Mapping):
            shown.args = _members_without_body(record.args)
        elif record.args:
            shown.args = tuple(map(_without_body, record.args))
        line = _RESPONSE_BODY.sub(rf"\1{_LEFT_OUT}", super().format(shown))
        return printable_lines(redacted(_SECRET.sub(r"\1<secret>", line)))


def _without_body(value: object) -> object:
    """Return the log line of a request or response without the body, which has private data."""
    if not isinstance(value, Mapping):
        return value
    return _members_without_body(cast("Mapping[str, object]", value))


def _members_without_body(members: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _LEFT_OUT if name == "body" else _without_body(value)
        for name, value in members.items()
    }


def log_to_stderr() -> None:
    """Write the log lines of all libraries to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])
