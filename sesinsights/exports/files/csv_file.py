"""CSV files: their rows, and the lines on which they begin."""

from __future__ import annotations

import csv
import re
from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from sesinsights.exports.files.bad_records import BadRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

RecordT = TypeVar("RecordT")

_BATCH = 250
"""How many lines are read at once."""

_FIELD = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",\r\n]*+))(,|\r?\n?\Z)')
"""A field, quoted or plain, and what ends it."""


class CsvFile:
    """A CSV file that is read in small batches.

    Lines end in a line feed, with or without a carriage return before it. A comma at the end of
    each line does not count as a column. A row is bad if it breaks the rules of quoting, is not
    valid UTF-8, or has more or fewer fields than the header. If the quoting is broken, the end of
    the row is unknown, so the row is taken to be one line long.

    Args:
        lines: The lines of the file, each with its end.
        bad: Collects or raises bad rows.

    Attributes:
        header: The names of the columns; empty if the file is empty.
        ends_with_comma: Whether there is a comma after the last name.

    Raises:
        BadRecordError: The header cannot be read.
    """

    def __init__(self, lines: Iterable[bytes], bad: BadRecords) -> None:
        self._lines = iter(lines)
        self._lines_again: deque[bytes] = deque()
        # The row that is being read, and the line on which it begins.
        self._lines_of_row: list[bytes] = []
        self._line_number = 1
        # Without its header a file cannot be read at all.
        self._bad = BadRecords(collect=False)
        self._between_fields: Sequence[str] = ()
        self.ends_with_comma = False
        self.header = self._read_header()
        self._bad = bad

    def refuse_header(self, problem: str) -> None:
        """Refuse the file for its header.

        Raises:
            BadRecordError: Always.
        """
        BadRecords(collect=False).add(1, ",".join(self.header), problem)

    def records(
        self, make: Callable[[Sequence[Sequence[str]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        """Yield the records of the rows below the header.

        Args:
            make: Makes records from the columns of a few rows: all columns of the header,
                followed by an empty one, which can stand for any that the file does not have.
                Raises a ValueError that says what is wrong with a row.
        """
        while lines := list(islice(self._lines, _BATCH)):
            try:
                records = make(self._columns(self._rows_of(lines)))
            except (csv.Error, ValueError):
                # One of them is bad, or continues in the next batch.
                self._lines_again.extend(lines)
                yield from self._records_one_by_one(make)
            else:
                self._line_number += len(lines)
                yield from records

    def _rows_of(self, lines: Sequence[bytes]) -> list[list[str]]:
        rows: list[list[str]] = []
        texts = map(bytes.decode, lines)
        for text in texts:
            # If no field contains a quotation mark, these are the texts outside and inside the
            # marks, in turn. It is twice as fast as csv.reader, which reads all other lines.
            pieces = text.split('"')
            if pieces[::2] == self._between_fields:
                rows.append(pieces[1::2])
            else:
                row = next(csv.reader(chain([text], texts), strict=True))
                rows.append(self._checked(row))
        return rows

    def _checked(self, row: list[str]) -> list[str]:
        """Return a row without the empty field after its last comma, if the header has one too."""
        fields, wanted = len(row), len(self.header)
        if fields == wanted + 1 and not row[wanted]:
            return row[:wanted]
        if fields != wanted:
            raise ValueError(f"it has {fields} fields, but the header has {wanted}")
        if self.ends_with_comma:
            # It would look complete if it were cut off before its last field.
            raise ValueError("it does not end with a comma, but the header does")
        return row

    def _columns(self, rows: Sequence[list[str]]) -> Sequence[Sequence[str]]:
        return [*zip(*rows, strict=True), [""] * len(rows)]

    def _records_one_by_one(
        self, make: Callable[[Sequence[Sequence[str]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        while self._lines_again:
            if row := self._read_row():
                try:
                    records = make(self._columns([self._checked(row)]))
                except ValueError as error:
                    self._refuse(str(error))
                else:
                    yield from records
            self._end_row()

    def _read_header(self) -> list[str]:
        while not (header := self._read_row()) and self._lines_of_row:
            self._end_row()
        self.ends_with_comma = bool(header) and not header[-1]
        if self.ends_with_comma:
            del header[-1]
        if len(set(header)) < len(header):
            self._refuse("it names a column twice")
        pieces = self._raw.split('"')
        if pieces[1::2] == header:
            self._between_fields = pieces[::2]
        self._end_row()
        return header

    def _read_row(self) -> list[str]:
        """Return the next row; it is empty if the line is, if the row is bad, and at the end."""
        try:
            return next(csv.reader(self._text_lines(), strict=True), list[str]())
        except UnicodeDecodeError:
            problem = "it is not valid UTF-8"
        except csv.Error as error:
            problem = str(error)
            # The limit of csv.reader is the whole process's, so it is not ours to raise.
            if len(self._raw) > csv.field_size_limit():
                if row := self._split_long_row():
                    return row
                problem = "its quotation marks do not enclose fields"
        self._lines_again.extendleft(reversed(self._lines_of_row[1:]))
        del self._lines_of_row[1:]
        self._refuse(problem)
        return []

    def _split_long_row(self) -> list[str] | None:
        """Return the row, however long its fields are; None if it is bad."""
        quotes = self._raw.count('"')
        try:
            for line in self._text_lines() if quotes % 2 else ():
                quotes += line.count('"')
                if quotes % 2 == 0:
                    break
        except UnicodeDecodeError:
            return None
        text, row, position = self._raw, list[str](), 0
        while found := _FIELD.match(text, position):
            quoted, plain, end = found.groups()
            row.append(plain if quoted is None else quoted.replace('""', '"'))
            if end != ",":
                return row
            position = found.end()
        return None

    def _text_lines(self) -> Iterator[str]:
        """Yield lines, and remember that they are part of the row."""
        while line := self._lines_again.popleft() if self._lines_again else next(self._lines, b""):
            self._lines_of_row.append(line)
            yield line.decode()

    @property
    def _raw(self) -> str:
        return b"".join(self._lines_of_row).decode(errors="backslashreplace")

    def _refuse(self, problem: str) -> None:
        self._bad.add(self._line_number, self._raw, problem)

    def _end_row(self) -> None:
        self._line_number += len(self._lines_of_row)
        self._lines_of_row.clear()
