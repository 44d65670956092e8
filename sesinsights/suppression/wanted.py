"""Reads addresses from files of several formats, or from any iterable."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
from collections.abc import AsyncIterable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from sesinsights import models
from sesinsights.extras import needs_extra
from sesinsights.models.suppression import plain_address

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

Row: TypeAlias = tuple[int, tuple[object, object]]
"""The number of an entry, and its address and reason, not yet checked."""

_PAIR = 2

_ADDRESS_NAMES = {"emailaddress", "email", "address"}
_REASON_NAME = "reason"
_QUOTE_AND_BLANKS = re.compile(r'"[ \t]+(?=,|$)')
_REASONS = frozenset(map(str, models.SuppressionListReason))


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """An address for a suppression list; its repr hides it.

    Attributes:
        email_address: The address, its domain in lower case.
        reason: The reason to list it for; None if no reason was given.
    """

    email_address: str = field(repr=False)
    reason: str | None = None


AddressItem: TypeAlias = (
    str
    | tuple[str, str | None]
    | Mapping[str, object]
    | models.SuppressedDestination
    | models.SuppressedDestinationSummary
    | ListedAddress
)
"""An address, with a reason or without; a mapping has the column names of a file.

The type of a reason is only text, as it is in rows of files and databases; the value is checked.
"""

AddressSource: TypeAlias = str | os.PathLike[str] | Iterable[AddressItem]
"""A file of addresses, or the addresses."""


def read_addresses(source: AddressSource) -> Iterator[ListedAddress]:
    """Return an iterator over the addresses of a file or of an iterable, each checked when read.

    Raises:
        FileNotFoundError: The file does not exist.
        IsADirectoryError: It is a directory.
        ImportError: Parquet needs the extra `arrow`.
        TypeError: `source` is neither.
        ValueError: While iterating: an entry is not valid; the error says which one.
    """
    if isinstance(source, str | os.PathLike):
        return _checked(_rows_of_file(Path(source)), "line")
    if isinstance(source, AsyncIterable):
        raise TypeError(
            "addresses must be a path or an iterable of addresses; collect those of an "
            "asynchronous one first: [each async for each in addresses]"
        )
    if isinstance(source, Mapping) or not isinstance(source, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] # users may pass anything
        raise TypeError("addresses must be a path or an iterable of addresses")
    return _checked(enumerate(map(_pair, source), 1), "entry")


def _pair(item: object) -> tuple[object, object]:
    match item:
        case str():
            return item, None
        case Mapping():
            return _of_mapping(cast("Mapping[str, object]", item))
        case tuple() | list():
            pair = cast("Sequence[object]", item)
            return (pair[0], pair[1]) if len(pair) == _PAIR else (None, None)
        case _:
            return getattr(item, "email_address", None), getattr(item, "reason", None)


def _checked(rows: Iterable[Row], place: str) -> Iterator[ListedAddress]:
    for number, (address, given_reason) in rows:
        if not isinstance(address, str):
            raise _bad_entry(f"{place} {number}", "has no mail address")
        try:
            local_part, _, domain = plain_address(address).rpartition("@")
        except ValueError as error:
            raise _bad_entry(f"{place} {number}", str(error)) from None
        reason = str(given_reason).strip().upper() if given_reason else None
        if reason is not None and reason not in _REASONS:
            raise _bad_entry(f"{place} {number}", "must have the reason BOUNCE or COMPLAINT")
        yield ListedAddress(f"{local_part}@{domain.lower()}", reason)


def _bad_entry(place: str, problem: str) -> ValueError:
    return ValueError(f"{place} {problem}")


def _rows_of_file(path: Path) -> Iterator[Row]:
    """Return the addresses and reasons of a file, each with its line number, from 1."""
    if not _is_there(path):
        # The name is not shown: it may be an address that was given without a list around it.
        raise FileNotFoundError(
            "the file does not exist; to pass a single address, put it in a list"
        )
    if path.is_dir():
        raise IsADirectoryError("path_or_addresses is a directory; name a file in it")
    match path.suffix.lower():
        case ".parquet":
            with needs_extra("arrow", needed_by="Parquet"):
                import pyarrow as _  # noqa: F401, ICN001 - fails if it is not installed
            return _rows_of_parquet(path)
        case ".jsonl" | ".ndjson" | ".json":
            return _rows_of_json_lines(path)
        case _:
            return _rows_of_csv(path)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False  # it may be many addresses, which the error would show
        raise


@contextmanager
def _text_file(path: Path) -> Generator[IO[str]]:
    """Open a text file; an error about its content does not show the content."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        raise ValueError("the file of addresses is not UTF-8 text") from None
    except csv.Error as error:
        raise ValueError(f"the file of addresses is not CSV: {error}") from None


def _rows_of_parquet(path: Path) -> Iterator[Row]:
    from sesinsights.suppression.batches import rows_of

    for number, row in enumerate(rows_of(path), 1):
        yield number, _of_mapping(row)


def _rows_of_json_lines(path: Path) -> Iterator[Row]:
    with _text_file(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, str):
                yield number, (row, None)
            elif isinstance(row, dict):
                yield number, _of_mapping(cast("dict[str, object]", row))
            else:
                raise _bad_entry(f"line {number}", "is not a JSON object")


def _rows_of_csv(path: Path) -> Iterator[Row]:
    """Yield each row's address and reason; a first row without an @ is a header."""
    with _text_file(path) as file:
        header: list[str] | None = None
        is_first = True
        for line_number, cells in _rows_of_cells(file):
            if not any(map(str.strip, cells)):
                continue
            if is_first and not any("@" in cell for cell in cells):
                header = cells
                # Otherwise a single broken address would pass for the header of an empty list.
                if _ADDRESS_NAMES.isdisjoint(map(_plain_name, header)):
                    raise _bad_entry(
                        f"line {line_number}",
                        "has neither a mail address nor a column named email_address",
                    )
            elif header is None:
                yield line_number, (cells[0], cells[1] if len(cells) > 1 else None)
            else:
                yield line_number, _of_mapping(dict(zip(header, cells, strict=False)))
            is_first = False


def _rows_of_cells(file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its last line."""
    lines_of_row: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            lines_of_row.append(line)
            yield line

    rows = csv.reader(lines(), strict=True)
    while True:
        lines_of_row.clear()
        try:
            cells = next(rows, None)
        except csv.Error:
            if len(lines_of_row) != 1:
                raise
            cells = _cells_of_odd_line(lines_of_row[0].strip())
        if cells is None:
            return
        yield rows.line_num, cells


def _cells_of_odd_line(line: str) -> list[str]:
    """Return the cells of a line that is not CSV.

    It may have blanks after a quoted cell. If it begins with a quoted local part, the whole line is
    an address.
    """
    try:
        [cells] = csv.reader([_QUOTE_AND_BLANKS.sub('"', line)], strict=True)
    except csv.Error:
        if not line.startswith('"'):
            raise
        return [line]
    return cells


def _plain_name(name: object) -> str:
    # csv.DictReader uses the name None for surplus cells of a row.
    return str(name).replace("_", "").replace(" ", "").lower()


def _of_mapping(row: Mapping[str, object]) -> tuple[object, object]:
    """Return the address and the reason of a row, by the usual names of their columns."""
    known = {_plain_name(name): value for name, value in row.items()}
    address = next((known[name] for name in known if name in _ADDRESS_NAMES), None)
    return address, known.get(_REASON_NAME)
