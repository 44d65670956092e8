"""Export files in JSON, in pieces that pyarrow reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sesinsights.exports.tables.file_pieces import UNUSUAL, Piece, fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase

    from sesinsights.exports.tables.file_pieces import Buffers

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?=\{)")
_END = re.compile(rb"\s*\]\s*")

_HEAD, _TAIL = b'{"rows":[', b"]}"
"""Text put around objects to make a line of JSON, because pyarrow does not read arrays."""


def pieces_of_array(file: RawIOBase, buffers: Buffers) -> Iterator[Piece]:
    """Yield the objects of an array that has a line for each, a few at a time in a line of JSON.

    A JSON string cannot contain a line feed, so a comma after one separates objects, or the rest is
    not valid JSON.
    """
    import pyarrow as pa

    # Before the objects of each piece there is room for the head.
    buffer, start, filled = buffers.take(), len(_HEAD), len(_HEAD)
    is_first = True
    while True:
        filled = fill(buffer, filled, file)
        if is_first:
            beginning = _BEGINNING.match(buffer, start, filled)
            if not beginning:
                raise pa.ArrowInvalid(UNUSUAL)
            start, is_first = beginning.end(), False
        if filled < len(buffer):
            last = buffer.rfind(b"}", start, filled) + 1
            if not last or not _END.fullmatch(buffer, last, filled):
                raise pa.ArrowInvalid(UNUSUAL)
            yield _line(buffer, start, last)
            return
        end = buffer.rfind(b"\n,", start)
        if end < 0:
            raise pa.ArrowInvalid(UNUSUAL)
        rest = buffer[end + 2 :]
        yield _line(buffer, start, end)
        buffer, start, filled = buffers.take(), len(_HEAD), len(_HEAD) + len(rest)
        buffer[start:filled] = rest


def _line(buffer: bytearray, start: int, end: int) -> Piece:
    """Put head and tail around objects, in place of what separates them from others."""
    begin, behind = start - len(_HEAD), end + len(_TAIL)
    buffer[begin:start], buffer[end:behind] = _HEAD, _TAIL
    return Piece(buffer, begin, behind)
