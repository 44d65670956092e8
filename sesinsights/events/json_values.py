"""Streams of JSON values, separated by line ends, blanks or nothing.

Records in Firehose's files end with a line end if Amazon SES wrote them, and with nothing if
EventBridge did. Values are read, not lines, so both work, and so does an object that spans many
lines.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import from_json
from typing_extensions import override

from sesinsights.broken_json import NOT_UTF8, may_be_cut_off, spelled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_BLOCK = 1 << 17
"""How many bytes are read at once: few enough for the processor's caches."""

_LONGEST = 1 << 26
"""How many bytes an unfinished value may have before it counts as broken."""

_NOTHING_BETWEEN = b'}{"'
"""Where one object directly follows another; inside text, the quote would have a backslash."""

_NOT_BLANK = re.compile(r"[^ \t\n\r]")
_NEXT_OBJECT = re.compile(r'\n(?=\{)|(?<=\})\s*(?=\{")')
_NEXT_PART = re.compile(r"\n|(?=\{)")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _whole_number(digits: str) -> int | float:
    """Return a number; one that is too long for Python to read becomes infinite."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_decoder = JSONDecoder(parse_int=_whole_number)


class _Scannable(str):
    """Text in which an error is found in a time that does not grow with what is before it.

    `JSONDecodeError` counts the lines before the error, which takes very long for many errors.
    """

    __slots__ = ()

    @override
    def count(self, *_: object) -> int:
        return 0

    @override
    def rfind(self, *_: object) -> int:
        return -1


class NotJson:
    """A part of a stream that is not JSON.

    Args:
        text: The part.
        problem: What is wrong with it.
    """

    __slots__ = ("problem", "text")

    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        self.problem = problem


def whole_value(data: str | bytes) -> Any:
    """Return the value of a text that is a single JSON value; otherwise None."""
    try:
        return from_json(data, cache_strings="keys")
    except ValueError:
        return None


class Block:
    """A part of a stream, which ends where a value seems to end.

    Attributes:
        data: Its bytes.
        is_last: Whether the stream ends with it.
        unread: The rest of it, if its last value continues in the next block.
    """

    __slots__ = ("data", "is_last", "unread")

    def __init__(self, data: bytes, *, is_last: bool) -> None:
        self.data = data
        self.is_last = is_last
        self.unread = b""

    @property
    def one_on_each_line(self) -> bytes:
        """Its bytes, with a line end inserted between adjacent objects."""
        return self.data.replace(_NOTHING_BETWEEN, b'}\n{"')

    @property
    def lines(self) -> int:
        """How many of its line ends were read."""
        return _line_ends(self.data) - _line_ends(self.unread)


def _line_ends(data: bytes) -> int:
    # Searching skips what is between them; bytes.count takes three times as long.
    count, end = 0, -1
    while (end := data.find(b"\n", end + 1)) >= 0:
        count += 1
    return count


def blocks(read: Callable[[int], bytes]) -> Iterator[Block]:
    """Yield a stream in blocks; the `unread` rest of one begins the next.

    Args:
        read: Reads up to this many more bytes; none at the end.
    """
    rest = b""
    while len(rest) < len(codecs.BOM_UTF8) and (more := read(len(codecs.BOM_UTF8) - len(rest))):
        rest += more
    rest = rest.removeprefix(codecs.BOM_UTF8)
    while True:
        # An unfinished value doubles what is read, so that its length is all it costs.
        data = read(max(_BLOCK, len(rest)))
        end = _end_of_values(data) if data else 0
        if data and not end and len(rest) + len(data) < _LONGEST:
            rest += data
            continue
        end = end or len(data)
        block = Block(b"".join((rest, memoryview(data)[:end])), is_last=not data)
        yield block
        if not data:
            return
        rest = block.unread + data[end:]


def _end_of_values(data: bytes) -> int:
    """Return where the last value that is complete seems to end; 0 if that is nowhere."""
    return data.rfind(b"\n") + 1 or data.rfind(_NOTHING_BETWEEN) + 1


def values_of(block: Block, line: int) -> Iterator[tuple[int, Any]]:
    """Yield the values of a block, each with the line on which it begins.

    Values are yielded one at a time, because many at once would keep the garbage collector busy. A
    part that is not JSON becomes a `NotJson`. A broken value is assumed to end where the next
    object seems to begin.

    Args:
        block: The block.
        line: The line on which the block begins; the first is 1.
    """
    start = 0
    for number, text in enumerate(block.data.split(b"\n"), line):
        if text and not text.isspace():
            try:
                yield number, from_json(text, cache_strings="keys")
            except ValueError:
                parsed = 0
                for value, size in _next_to_each_other(text):
                    yield number, value
                    parsed += size
                if parsed < len(text):
                    # On several lines, or not JSON; what this parser refuses is left to json.
                    yield from _scanned(block, start + parsed, number)
                    return
        start += len(text) + 1


def _next_to_each_other(text: bytes) -> Iterator[tuple[Any, int]]:
    """Yield the objects of a line with nothing between them, each with its size, while possible."""
    for part in text.replace(_NOTHING_BETWEEN, b'}\n{"').split(b"\n"):
        try:
            yield from_json(part, cache_strings="keys"), len(part)
        except ValueError:
            return


def _scanned(block: Block, behind: int, line: int) -> Iterator[tuple[int, Any]]:
    """Yield the values of a block that may be anything, from a place on."""
    text = block.data[behind:].decode("utf-8", "surrogateescape")
    scannable = _Scannable(text)
    end = len(text.rstrip())
    position = 0
    while begin := _NOT_BLANK.search(text, position):
        line += text.count("\n", position, begin.start())
        start = begin.start()
        try:
            value, position = _decoder.raw_decode(scannable, start)
        except (JSONDecodeError, RecursionError) as error:
            is_short = len(text) - start < _LONGEST
            if not block.is_last and is_short and may_be_cut_off(error, end):
                block.unread = text[start:].encode("utf-8", "surrogateescape")
                return
            position = _behind_broken(text, start)
            broken = spelled_out(text[start:position].rstrip())
            yield line, NotJson(broken, f"it is not JSON ({_problem(error)})")
        else:
            if NOT_UTF8.search(text, start, position):
                broken = spelled_out(text[start:position].rstrip())
                yield line, NotJson(broken, "it is not valid UTF-8")
            else:
                yield line, _plain(value)
        line += text.count("\n", start, position)


def _plain(value: Any) -> Any:
    try:
        return plain_json(value)
    except RecursionError:
        return NotJson("", "it is nested too deeply")


def _problem(error: Exception) -> str:
    return str(getattr(error, "msg", "nested too deep"))


def _behind_broken(text: str, start: int) -> int:
    """Return where to continue after a part that is not JSON."""
    next_part = _NEXT_OBJECT if text[start] == "{" else _NEXT_PART
    found = next_part.search(text, start + 1)
    return found.end() if found else len(text)


def plain_json(value: Any) -> Any:
    """Return a copy of a value in JSON's types, with text that every encoding can write.

    Bytes and other values that JSON has no type for stay unchanged.

    Raises:
        RecursionError: It is nested too deep.
    """
    if isinstance(value, str):
        return value if value.isascii() else _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        named = dict[Any, Any](value)  # pyright: ignore[reportUnknownArgumentType] # it may be anything
        return {plain_json(name): plain_json(item) for name, item in named.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in cast("Sequence[Any]", value)]
    if isinstance(value, memoryview):
        return value.tobytes()
    return bytes(value) if isinstance(value, bytearray) else value
