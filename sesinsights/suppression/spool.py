"""Any number of rows of text, in a temporary file."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def append_rows(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """Write rows to the end of a file."""
    file.writelines(json.dumps(row).encode() + b"\n" for row in rows)


def read_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield all rows of a file."""
    file.seek(0)
    return map(json.loads, file)
