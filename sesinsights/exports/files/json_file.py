"""JSON files: their objects, and the lines on which they stand."""

from __future__ import annotations

import codecs
import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from sesinsights.exports.files.bad_records import BadRecords

__all__ = ["JsonFile"]

RecordT = TypeVar("RecordT")

_PIECE = 1 << 16
_LONGEST_RAW = 1_000_000

_LONGEST_TOKEN = 16
"""How far from the end of the text a token can be that goes on behind it, if it is no string."""

_NEXT_LINE = "\n,{"
"""How the service puts objects apart."""

_NOT_BLANK = re.compile(r"[^ \t\n\r]")
_NO_UTF8 = re.compile("[\udc80-\udcff]")
"""What the error handler surrogateescape makes of bytes that are no UTF-8."""


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that is half a character, or half of what is none."""

_decoder = JSONDecoder()


class JsonFile:
    """A file with a JSON array of objects that is read in small pieces.

    The array may stand on one line or on many; it is read faster if each object has a line. An
    object is bad if it is no JSON or no UTF-8. Where JSON is broken, nobody knows where the
    object ends: it is taken to be as long as its line.

    Args:
        start: The first bytes of the file.
        read: Reads at most so many bytes more; none at the end.
        bad: What is done about bad objects.
    """

    def __init__(self, start: bytes, read: Callable[[int], bytes], bad: BadRecords) -> None:
        self._read = read
        self._bad = bad
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._lines_before = 0
        self._text = self._decode(start)
        # The object that is being read is the text from here to there.
        self._position = 0
        self._end = 0
        # Whether objects that follow in the text may be read at once.
        self._may_batch = True

    def records(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        """Yield what is made of the objects of the array; a file that is empty has none.

        Args:
            make: Makes records of a few objects. Raises a ValueError that says what is wrong
                with an object.
        """
        is_open = self._enter_array()
        while is_open:
            if self._may_batch:
                yield from self._records_at_once(make)
            is_open = yield from self._records_of_object(make)

    def _records_at_once(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        """Read what is known of the file but its last object, if each object has a line."""
        from pydantic_core import from_json

        self._may_batch = False
        end = self._text.rfind(_NEXT_LINE, self._position)
        if end < 0 or not self._is_utf8:
            return
        try:
            # Twice as fast as json; what it refuses is left to json to judge.
            values = from_json(f"[{self._text[self._position : end]}]", cache_strings="keys")
            records = make(_objects(values))
        except (ValueError, RecursionError):
            # One of them is bad.
            return
        self._position = end + len(_NEXT_LINE) - 1
        yield from records

    def _records_of_object(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Generator[RecordT, None, bool]:
        """Read one object, and return whether there is another."""
        try:
            value, self._end = _decoder.raw_decode(self._text, self._position)
        except (ValueError, RecursionError) as error:
            if self._may_be_cut_off(error) and self._read_on():
                return True
            return self._skip_line(f"it is no JSON: {getattr(error, 'msg', error)}")
        if not self._is_utf8 and _NO_UTF8.search(self._text, self._position, self._end):
            self._refuse("it is no UTF-8")
        else:
            try:
                objects = _objects([value])
                if _SURROGATE.search(self._text, self._position, self._end):
                    objects = [_without_lone_surrogates(value)]
                records = make(objects)
            except ValueError as error:
                self._refuse(str(error))
            else:
                yield from records
        return self._leave_object()

    def _enter_array(self) -> bool:
        """Go to the first object, and return whether there is any."""
        first = self._next_character()
        if first == "[":
            self._position += 1
            return self._next_character() != "]" or self._leave_array()
        if first:
            self._bad.refuse_file(self._line_number, "", "the file is no array")
        return False

    def _leave_object(self) -> bool:
        """Go to the next object, and return whether there is any."""
        self._position = self._end
        match self._next_character():
            case "]":
                return self._leave_array()
            case ",":
                self._position += 1
                self._next_character()
                return True
            case "":
                self._end = self._position
                self._refuse("the file ends before its array does")
                return False
            case _:
                return self._skip_line("there is no comma before it")

    def _leave_array(self) -> bool:
        self._position += 1
        if self._next_character():
            self._skip_line("it is behind the end of the array")
        return False

    def _skip_line(self, problem: str) -> bool:
        """Refuse what is left of the line, and return whether there is anything behind it."""
        line_number = self._line_number
        raw = ""
        while (newline := self._text.find("\n", self._position)) < 0:
            raw = (raw + self._text[self._position :])[:_LONGEST_RAW]
            self._position = len(self._text)
            if not self._read_on():
                newline = self._position
                break
        raw = (raw + self._text[self._position : newline])[:_LONGEST_RAW]
        self._position = newline
        if not self._next_character():
            problem += "; the file ends with it"
        self._bad.add(line_number, _spelled_out(raw), problem)
        match self._next_character():
            case "]":
                return self._leave_array()
            case ",":
                self._position += 1
                return self._next_character() != ""
            case character:
                return character != ""

    def _next_character(self) -> str:
        """Go to the next character that is not blank and return it, empty at the end."""
        while not (found := _NOT_BLANK.search(self._text, self._position)):
            self._position = len(self._text)
            if not self._read_on():
                return ""
        self._position = found.start()
        return found.group()

    def _may_be_cut_off(self, error: ValueError | RecursionError) -> bool:
        """Return whether what is no JSON may be some, once more of the file is read."""
        if not isinstance(error, JSONDecodeError):
            return False
        left = len(self._text) - error.pos
        return left < _LONGEST_TOKEN or error.msg.startswith("Unterminated string")

    def _read_on(self) -> bool:
        """Read more of the file behind the current position, and return whether there is any.

        An object that does not fit doubles what is read, so that its length is all it costs.
        """
        rest = self._text[self._position :]
        data = self._read(max(_PIECE, len(rest)))
        self._lines_before += self._text.count("\n", 0, self._position)
        self._text = rest + self._decode(data)
        self._position = 0
        self._may_batch = True
        return bool(data)

    def _decode(self, data: bytes) -> str:
        if self._is_utf8:
            before = self._decoder.getstate()
            try:
                return self._decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                # From here on each object is looked at; most are still good.
                self._is_utf8 = False
                self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
                self._decoder.setstate(before)
        return self._decoder.decode(data, final=not data)

    @property
    def _line_number(self) -> int:
        return 1 + self._lines_before + self._text.count("\n", 0, self._position)

    def _refuse(self, problem: str) -> None:
        raw = self._text[self._position : self._end]
        self._bad.add(self._line_number, _spelled_out(raw), problem)


def _objects(values: Sequence[Any]) -> Sequence[dict[str, Any]]:
    if not all(isinstance(value, dict) for value in values):
        raise ValueError("it is no object")
    return values


def _without_lone_surrogates(row: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the replacement character for what no encoding can write."""
    return {name: _replaced(text) if isinstance(text, str) else text for name, text in row.items()}


def _replaced(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _spelled_out(text: str) -> str:
    """Return the text with bytes that are no UTF-8 as escapes."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")
