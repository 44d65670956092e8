"""Export files in CSV, in pieces that pyarrow reads, and whether it read them exactly."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sesinsights.exports.tables.file_pieces import UNUSUAL, Piece, fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import RawIOBase

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sesinsights.exports.tables.file_pieces import Buffers

_QUOTE, _COMMA, _LINE_FEED = b'",\n'
_AROUND = b'"",'
_ROW_END = b'",\n'


def pieces_of_rows(file: RawIOBase, columns: Sequence[str], buffers: Buffers) -> Iterator[Piece]:
    """Yield the rows below the header, some at a time.

    Args:
        file: The file.
        columns: The names in its header.
        buffers: Where the pieces are.
    """
    import pyarrow as pa

    header = ("".join(f'"{name}",' for name in columns) + "\n").encode()
    if file.read(len(header)) != header:
        raise pa.ArrowInvalid(UNUSUAL)
    buffer, filled = buffers.take(), 0
    while filled := fill(buffer, filled, file):
        end = _end_of_rows(buffer, filled)
        rest = buffer[end:filled]
        yield Piece(buffer, 0, end)
        buffer, filled = buffers.take(), len(rest)
        buffer[:filled] = rest


def _end_of_rows(buffer: bytearray, filled: int) -> int:
    """Return where the last whole row ends: not within a field, where the quotes are odd."""
    import numpy as np
    import pyarrow as pa

    is_quote = _bytes(memoryview(buffer)[:filled]) == _QUOTE
    end, quotes = filled, int(np.count_nonzero(is_quote))
    while quotes % 2 or not buffer.endswith(_ROW_END, 0, end):
        begin = buffer.rfind(_ROW_END, 0, end - 1)
        if begin < 0:
            raise pa.ArrowInvalid(UNUSUAL)
        quotes -= buffer.count(b'"', begin + len(_ROW_END), end)
        end = begin + len(_ROW_END)
    return end


def is_read_exactly(rows: Piece, columns: Sequence[pa.Array[Any]]) -> bool:
    """Return whether rows contain nothing but the fields that pyarrow found in them.

    The service writes a field as `"field",` with its quotes doubled, and a line feed after the
    last. pyarrow takes more: a byte order mark, a field without quotes, text between the closing
    quote and the comma, quotes behind the last comma, other line ends. So each field must end in a
    quote, and each row in a comma and a line feed, just where they would if the service had written
    the fields.

    Args:
        rows: The rows, none of which is empty.
        columns: Their fields, in the order in which they are in a row.
    """
    import numpy as np

    raw = _bytes(rows.text)
    lengths = np.array([_lengths_as_written(column) for column in columns])
    lengths[0, 1:] += 1  # the line feed of the row before
    ends = lengths.T.ravel().cumsum()
    row_ends = ends[len(columns) - 1 :: len(columns)]
    return bool(
        raw[0] == _QUOTE
        and raw.size == row_ends[-1] + 1
        and (raw.take(ends - 2) == _QUOTE).all()
        and (raw.take(row_ends - 1) == _COMMA).all()
        and (raw.take(row_ends) == _LINE_FEED).all()
    )


def _lengths_as_written(column: pa.Array[Any]) -> NDArray[np.int64]:
    """Return the length of each text with its quotes doubled, and with `"` and `",` around."""
    import numpy as np

    _, offsets, together = cast("list[Buffer]", column.buffers())
    places = np.frombuffer(memoryview(offsets), np.int32, len(column) + 1)
    lengths = np.diff(places) + len(_AROUND)
    is_quote = _bytes(memoryview(together))[: places[-1]] == _QUOTE
    if is_quote.any():
        texts = np.searchsorted(places, np.flatnonzero(is_quote), side="right") - 1
        return lengths + np.bincount(texts, minlength=len(lengths))
    return lengths


def _bytes(text: memoryview) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(text, np.uint8)
