"""Files of an export that are on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SpooledFile"]


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A file of message insights that is on disk.

    Attributes:
        path: Where it is.
        data_format: `CSV` or `JSON`.
        excluded_rows: Which records to leave out, by their place among those that can be read;
            the first is 0.
        skip_bad_records: Whether records that cannot be read are left out instead of raised.
    """

    path: Path
    data_format: str
    excluded_rows: frozenset[int] = frozenset()
    skip_bad_records: bool = False
