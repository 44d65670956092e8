"""Export files in CSV, in pieces that pyarrow reads, and whether it read them exactly."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sesinsights.exports.tables.file_pieces import UNUSUAL, Piece, fill
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import RawIOBase

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sesinsights.exports.tables.file_pieces import Buffers

_QUOTE, _COMMA, _LINE_FEED, _RETURN = b'",\n\r'
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
    import pyarrow as pa

    end, quotes = filled, _count(_bytes(memoryview(buffer)[:filled]), _QUOTE)
    while quotes % 2 or not buffer.endswith(_ROW_END, 0, end):
        begin = buffer.rfind(_ROW_END, 0, end - 1)
        if begin < 0:
            raise pa.ArrowInvalid(UNUSUAL)
        quotes -= buffer.count(b'"', begin + len(_ROW_END), end)
        end = begin + len(_ROW_END)
    return end


def is_read_exactly(rows: Piece, batch: pa.RecordBatch, columns: int) -> bool:
    """Return whether rows contain nothing but the fields that pyarrow found in them.

    The service writes a field as `"field",` with its quotes doubled, and a line feed after the
    last. pyarrow also takes text outside of the quotes as part of the field, and an empty text in
    quotes as absent. Counting finds both: quotes are missing around a field or not doubled, fewer
    are before a comma, or more are before a line feed.

    Args:
        rows: The rows, none of which is empty.
        batch: Their fields.
        columns: How many fields a row has.
    """
    texts = [_texts_of(column) for column in batch.columns]
    fields = batch.num_rows * columns
    raw = _bytes(rows.text)
    doubled = raw.size - sum(each.text.size for each in texts) - 3 * fields - batch.num_rows
    has_returns = rows.buffer.find(b"\r", rows.start, rows.end) >= 0
    return (
        _count(raw, _QUOTE) == 2 * (fields + doubled)
        and all(
            _quotes_before(byte, raw) == closing + sum(each.quotes_before(byte) for each in texts)
            for byte, closing in ((_COMMA, fields), (_LINE_FEED, 0))
        )
        and (
            not has_returns
            or _count(raw, _RETURN) == sum(_count(each.text, _RETURN) for each in texts)
        )
    )


class _Texts(NamedTuple):
    """The texts of a column as one, where each begins, and at the end where the last one ends."""

    text: NDArray[np.uint8]
    places: NDArray[np.int32]

    def quotes_before(self, byte: int) -> int:
        """Return how many quotes a file has before a byte of these texts."""
        if byte not in self.text:
            return 0
        begins = self.places[:-1][self.places[:-1] < self.places[1:]]
        opened = begins[self.text[begins] == byte]
        # As one, the texts also have quotes that end a text before the beginning of another.
        between = _count(self.text[opened[opened > 0] - 1], _QUOTE)
        return len(opened) + _quotes_before(byte, self.text) - between


def _texts_of(column: pa.Array[Any]) -> _Texts:
    import numpy as np

    _, offsets, text = cast("list[Buffer]", column.buffers())
    places = np.frombuffer(memoryview(offsets), np.int32, len(column) + 1)
    return _Texts(_bytes(memoryview(text))[: places[-1]], places)


def _bytes(text: memoryview) -> NDArray[np.uint8]:
    with needs_extra("arrow"):
        import numpy as np

    return np.frombuffer(text, np.uint8)


def _count(text: NDArray[np.uint8], byte: int) -> int:
    import numpy as np

    return int(np.count_nonzero(text == byte))


def _quotes_before(byte: int, text: NDArray[np.uint8]) -> int:
    import numpy as np

    return int(np.count_nonzero((text[:-1] == _QUOTE) & (text[1:] == byte)))
