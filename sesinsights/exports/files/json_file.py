"""JSON files: their objects, and the lines on which they begin."""

from __future__ import annotations

import codecs
import re
from functools import partial
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sesinsights.broken_json import NOT_UTF8, may_be_cut_off, spelled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from sesinsights.exports.files.bad_records import BadRecords

RecordT = TypeVar("RecordT")

_PIECE = 1 << 16
_LONGEST_RAW = 1_000_000

_PART = 1 << 12
_GROWTH = 8
"""How much text the parser gets for an object, and how many times more if that is too short."""

_NEXT_LINE = "\n,{"
"""The text between two objects in the service's files."""

_NOT_BLANK = re.compile(r"[^ \t\n\r]")

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape for half of a character that needs two, possibly without its other half."""

_TOO_DEEP = "it is nested too deeply"

_decoder = JSONDecoder()


class _CutOffError(Exception):
    """An object may continue beyond the part of the file that has been read."""


class JsonFile:
    """A file with a JSON array of objects that is read in small pieces.

    The array may be on one line or on many; it is read faster if each object has a line. An object
    is bad if it is not valid JSON or UTF-8. If the JSON is broken, the end of the object is
    unknown, so each line up to where the parser gave up is taken as an object.

    Args:
        start: The first bytes of the file.
        read: Reads up to a number of further bytes; returns none at the end.
        bad: Collects or raises bad objects.
    """

    def __init__(self, start: bytes, read: Callable[[int], bytes], bad: BadRecords) -> None:
        self._read = read
        self._bad = bad
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._lines_before = 0
        self._text = self._decode(start)
        # The object that is being read is the text between these.
        self._position = 0
        self._end = 0
        # Up to where the lines are counted, and up to where the parser has given up before. Without
        # these, each bad line would cost as much as the whole text.
        self._counted = 0
        self._broken_until = 0
        # Whether objects that follow in the text may be read at once.
        self._may_batch = True

    def records(
        self,
        make: Callable[[Sequence[dict[str, Any]]], list[RecordT]],
        make_of_json: Callable[[str], list[RecordT]] | None = None,
    ) -> Iterator[RecordT]:
        """Yield the records of the objects of the array; an empty file has none.

        Args:
            make: Makes records from a few objects. Raises a ValueError that says what is wrong
                with an object.
            make_of_json: Makes the same from the JSON of an array. Raises a ValueError if anything
                is wrong with it or unusual.
        """
        make_of_json = make_of_json or partial(_made_of_json, make)
        is_open = self._enter_array()
        while is_open:
            if self._may_batch:
                yield from self._records_at_once(make_of_json)
            is_open = yield from self._records_of_object(make)

    def _records_at_once(self, make: Callable[[str], list[RecordT]]) -> Iterator[RecordT]:
        """Read all objects of the text except the last, if each has a line of its own."""
        self._may_batch = False
        end = self._text.rfind(_NEXT_LINE, self._position)
        if end < 0 or not self._is_utf8:
            return
        try:
            records = make(f"[{self._text[self._position : end]}]")
        except (ValueError, RecursionError):
            # One of them is bad.
            return
        self._position = end + len(_NEXT_LINE) - 1
        yield from records

    def _records_of_object(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Generator[RecordT, None, bool]:
        """Read one object, and return whether there is another."""
        # Text that cannot be an object is taken as one line, too.
        is_broken = self._position < self._broken_until or not self._text.startswith(
            "{", self._position
        )
        try:
            value = self._object_of_line() if is_broken else self._object()
        except _CutOffError as error:
            if self._read_on():
                return True
            # The file ends here, so the object is broken.
            self._broken_until = len(self._text)
            return self._skip_line(f"it is not valid JSON: {error}")
        except (ValueError, RecursionError) as error:
            return self._skip_line(f"it is not valid JSON: {getattr(error, 'msg', error)}")
        if not self._is_utf8 and NOT_UTF8.search(self._text, self._position, self._end):
            self._refuse("it is not valid UTF-8")
        else:
            try:
                records = make(objects_of(value, self._text, self._position, self._end))
            except ValueError as error:
                self._refuse(str(error))
            except RecursionError:
                self._refuse(_TOO_DEEP)
            else:
                yield from records
        return self._leave_object()

    def _object(self) -> object:
        """Read an object, and remember how far the parser came if it is broken.

        Raises:
            _CutOffError: It may continue beyond the end of the text.
            ValueError: It is broken.
            RecursionError: It is nested too deeply.
        """
        # Only a part of the text, because an error counts all lines that the parser was given.
        size = _PART
        while True:
            part = self._text[self._position : self._position + size]
            try:
                value, length = _decoder.raw_decode(part)
            except JSONDecodeError as error:
                if not may_be_cut_off(error, len(part)):
                    self._broken_until = self._position + error.pos
                    raise
                if self._position + size >= len(self._text):
                    raise _CutOffError(error.msg) from error
                size *= _GROWTH
            except RecursionError:
                self._broken_until = self._position + len(part)
                raise
            else:
                self._end = self._position + length
                return cast("object", value)

    def _object_of_line(self) -> object:
        while (newline := self._text.find("\n", self._position)) < 0 and self._read_on():
            pass
        line = self._text[self._position : newline if newline >= 0 else len(self._text)]
        value, length = _decoder.raw_decode(line)
        self._end = self._position + length
        return cast("object", value)

    def _enter_array(self) -> bool:
        """Go to the first object, and return whether there is any."""
        first = self._next_character()
        if first == "[":
            self._position += 1
            return self._next_character() != "]" or self._leave_array()
        if first:
            self._bad.refuse_file(self._line_number(), "", "the file is not a JSON array")
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
            self._skip_line("it is after the end of the array")
        return False

    def _skip_line(self, problem: str) -> bool:
        """Refuse the rest of the line, and return whether anything follows it."""
        line_number = self._line_number()
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
        self._bad.add(line_number, spelled_out(raw), problem)
        match self._next_character():
            case "]":
                return self._leave_array()
            case ",":
                self._position += 1
                return self._next_character() != ""
            case character:
                return character != ""

    def _next_character(self) -> str:
        """Go to the next character that is not blank, and return it; empty at the end."""
        while not (found := _NOT_BLANK.search(self._text, self._position)):
            self._position = len(self._text)
            if not self._read_on():
                return ""
        self._position = found.start()
        return found.group()

    def _read_on(self) -> bool:
        """Read more of the file, and return whether there is any.

        For an object that does not fit, as much again is read, so that the cost grows only with its
        length.
        """
        rest = self._text[self._position :]
        data = self._read(max(_PIECE, len(rest)))
        self._line_number()
        self._broken_until -= self._position
        self._text = rest + self._decode(data)
        self._position = self._counted = 0
        self._may_batch = True
        return bool(data)

    def _decode(self, data: bytes) -> str:
        if self._is_utf8:
            before = self._decoder.getstate()
            try:
                return self._decoder.decode(data, final=not data)
            except UnicodeDecodeError:
                # From here on, objects are read one by one; most are still good.
                self._is_utf8 = False
                self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
                self._decoder.setstate(before)
        return self._decoder.decode(data, final=not data)

    def _line_number(self) -> int:
        """Return the line of the current position."""
        self._lines_before += self._text.count("\n", self._counted, self._position)
        self._counted = self._position
        return 1 + self._lines_before

    def _refuse(self, problem: str) -> None:
        raw = self._text[self._position : self._end]
        self._bad.add(self._line_number(), spelled_out(raw), problem)


def _made_of_json(
    make: Callable[[Sequence[dict[str, Any]]], list[RecordT]], text: str
) -> list[RecordT]:
    from pydantic_core import from_json

    # Twice as fast as json, which decides about anything that this refuses.
    return make(_objects(from_json(text, cache_strings="keys")))


def _objects(values: Sequence[Any]) -> Sequence[dict[str, Any]]:
    if not all(isinstance(value, dict) for value in values):
        raise ValueError("it is not an object")
    return values


def objects_of(value: object, text: str, start: int = 0, end: int | None = None) -> Any:
    """Return an object in a list, without characters that no encoding can write.

    Raises:
        ValueError: It is not an object.
        RecursionError: It is nested too deeply.
    """
    has_halves = _SURROGATE.search(text, start, len(text) if end is None else end)
    return _objects([_without_lone_surrogates(value) if has_halves else value])


def _without_lone_surrogates(value: Any) -> Any:
    """Return a value with replacement characters for those that no encoding can write."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] # no pattern can say of what
            return [_without_lone_surrogates(item) for item in items]
        case dict():
            row: dict[Any, Any] = value  # pyright: ignore[reportUnknownVariableType] # the same
            return {
                _without_lone_surrogates(name): _without_lone_surrogates(item)
                for name, item in row.items()
            }
        case _:
            return value
