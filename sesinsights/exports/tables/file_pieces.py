"""Export files in pieces that threads can turn into Arrow batches at the same time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import RawIOBase
    from queue import SimpleQueue
    from typing import BinaryIO

_PIECE = 1 << 20
"""How many bytes a thread parses at once; a file with a longer record is read row by row."""

# Six fields at once are matched a fifth faster than one by one.
_ROWS = re.compile(rb'(?:(?:%b|"[^"]*+",?+)++\n)++' % (rb'"[^"]*+",' * 6))
"""Rows of CSV with nothing behind a closing quote, which pyarrow would take for part of the field.

A quote that is doubled closes and opens. Where a comma is missing, pyarrow finds too few fields.
"""

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?=\{)")
_END = re.compile(rb"\s*\]\s*")

_HEAD, _TAIL = b'{"rows":[', b"]}"
"""Text put around objects to make a line of JSON, because pyarrow does not read arrays."""

UNUSUAL = "This is not how the service writes files."
"""The text of an error about a file that must be read row by row; no user sees it."""


def pieces_of_rows(file: BinaryIO) -> Iterator[memoryview]:
    """Yield the rows below the header, some whole ones at a time."""
    import pyarrow as pa

    if not _ROWS.fullmatch(file.readline()):
        raise pa.ArrowInvalid(UNUSUAL)
    rest = b""
    while text := rest + file.read(_PIECE):
        rows = _ROWS.match(text)
        if not rows:
            raise pa.ArrowInvalid(UNUSUAL)
        yield memoryview(text)[: rows.end()]
        rest = text[rows.end() :]


class PieceOfArray(NamedTuple):
    """A line of JSON with objects of a file, from a place in a buffer to another."""

    buffer: bytearray
    start: int
    end: int


def pieces_of_array(array: RawIOBase, free: SimpleQueue[bytearray]) -> Iterator[PieceOfArray]:
    """Yield the objects of an array that has a line for each, a few at a time.

    A JSON string cannot contain a line feed, so a comma after one separates objects, or the rest is
    not valid JSON.

    Args:
        array: The file.
        free: Buffers that can be used again; the buffer of a used piece is put back there.
    """
    import pyarrow as pa

    # Before the objects of each piece there is room for the head.
    buffer, start, filled = bytearray(_PIECE), len(_HEAD), len(_HEAD)
    is_first = True
    while True:
        with memoryview(buffer) as view:
            while filled < len(buffer) and (size := array.readinto(view[filled:])):
                filled += size
        if is_first:
            beginning = _BEGINNING.match(buffer, start, filled)
            if not beginning:
                raise pa.ArrowInvalid(UNUSUAL)
            start, is_first = beginning.end(), False
        if filled < len(buffer):
            last = buffer.rfind(b"}", start, filled) + 1
            if not last or not _END.fullmatch(buffer, last, filled):
                raise pa.ArrowInvalid(UNUSUAL)
            yield _piece(buffer, start, last)
            return
        end = buffer.rfind(b"\n,", start)
        if end < 0:
            raise pa.ArrowInvalid(UNUSUAL)
        # New memory costs the process more than copying its content.
        other = bytearray(_PIECE) if free.empty() else free.get()
        rest = buffer[end + 2 :]
        yield _piece(buffer, start, end)
        buffer, start, filled = other, len(_HEAD), len(_HEAD) + len(rest)
        buffer[start:filled] = rest


def _piece(buffer: bytearray, start: int, end: int) -> PieceOfArray:
    """Put head and tail around objects, in place of what separates them from others."""
    begin, behind = start - len(_HEAD), end + len(_TAIL)
    buffer[begin:start], buffer[end:behind] = _HEAD, _TAIL
    return PieceOfArray(buffer, begin, behind)
