"""Text that is not JSON: whether more of it could make it JSON, and how errors show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from json import JSONDecodeError

_LONGEST_TOKEN = 16
"""How far from the end of the text a token other than a string can begin and continue beyond it."""

NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""The characters that stand for bytes that are not UTF-8, by the handler surrogateescape."""


def may_be_cut_off(error: JSONDecodeError | RecursionError, end: int) -> bool:
    """Return whether text that is not JSON may become JSON with more of it.

    Args:
        error: What is wrong with the text.
        end: Where the text ends.
    """
    if isinstance(error, RecursionError):
        return False
    return end - error.pos < _LONGEST_TOKEN or error.msg.startswith("Unterminated string")


def spelled_out(text: str) -> str:
    """Return the text with bytes that are not UTF-8 as escapes."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")
