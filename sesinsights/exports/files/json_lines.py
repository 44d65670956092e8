"""Files with one JSON object per line, as this library writes them."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sesinsights.broken_json import spelled_out
from sesinsights.exports.files.json_file import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sesinsights.exports.files.bad_records import BadRecords

RecordT = TypeVar("RecordT")

_BATCH = 250
"""How many lines are read at once."""


class JsonLinesFile:
    """A file with one JSON object per line, read in small batches; blank lines are skipped.

    Args:
        lines: The lines of the file.
        bad: Collects or raises the lines that are not an object.
    """

    def __init__(self, lines: Iterable[bytes], bad: BadRecords) -> None:
        self._lines = enumerate(lines, 1)
        self._bad = bad

    def records(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        """Yield the records made from the objects.

        Args:
            make: Makes records from a batch of objects. Raises a ValueError that says what is
                wrong with an object.
        """
        while lines := list(islice(self._lines, _BATCH)):
            try:
                records = make([row for _, line in lines for row in _rows_of(line)])
            except (ValueError, RecursionError):
                # One of them is bad.
                for number, line in lines:
                    yield from self._records_of(number, line, make)
            else:
                yield from records

    def _records_of(
        self,
        number: int,
        line: bytes,
        make: Callable[[Sequence[dict[str, Any]]], list[RecordT]],
    ) -> Iterable[RecordT]:
        try:
            return make(_rows_of(line))
        except UnicodeDecodeError:
            problem = "it is not valid UTF-8"
        except json.JSONDecodeError as error:
            problem = f"it is not valid JSON: {error.msg}"
        except ValueError as error:
            problem = str(error)
        except RecursionError:
            problem = "it is nested too deeply"
        raw = line.removesuffix(b"\n").decode(errors="surrogateescape")
        self._bad.add(number, spelled_out(raw), problem)
        return ()


def _rows_of(line: bytes) -> Sequence[dict[str, Any]]:
    text = line.decode().strip()
    return objects_of(json.loads(text), text) if text else ()
