"""Pieces of export files, which threads turn into Arrow batches at the same time."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from io import RawIOBase

_SIZE = 1 << 21
"""How many bytes a thread parses at once; a file with a longer record is read row by row."""

_ROOM = 64
"""How many bytes a buffer is larger than a small file: pieces have text around their records."""

UNUSUAL = "This is not how the service writes files."
"""The text of an error about a file that must be read row by row; no user sees it."""


class Piece(NamedTuple):
    """Some whole records of a file, from a place in a buffer to another."""

    buffer: bytearray
    start: int
    end: int

    @property
    def text(self) -> memoryview:
        """The records, without a copy of them."""
        return memoryview(self.buffer)[self.start : self.end]


class Buffers:
    """Memory for pieces, used again: new memory costs more time than copying its content.

    Args:
        file_size: The size of the file, in bytes.
    """

    def __init__(self, file_size: int) -> None:
        self._size = min(_SIZE, file_size + _ROOM)
        self._free: SimpleQueue[bytearray] = SimpleQueue()

    def take(self) -> bytearray:
        """Return a buffer that no piece is in."""
        return bytearray(self._size) if self._free.empty() else self._free.get()

    def give_back(self, piece: Piece) -> None:
        """Let the buffer of a piece be used again."""
        self._free.put(piece.buffer)


def fill(buffer: bytearray, start: int, file: RawIOBase) -> int:
    """Read into a buffer from a place on, as long as there is room; return where that ended."""
    with memoryview(buffer) as view:
        while start < len(buffer) and (size := file.readinto(view[start:])):
            start += size
    return start
