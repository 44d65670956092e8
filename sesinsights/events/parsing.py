"""Parse anything that Amazon SES publishes into typed events and notices."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeGuard, cast, get_args

from typing_extensions import override

from sesinsights.errors import EventParseError
from sesinsights.events.event import UnreadableError
from sesinsights.events.json_values import NotJson, blocks, plain_json, values_of, whole_value
from sesinsights.events.notices import TopicValidated
from sesinsights.events.path import DIRECT
from sesinsights.events.recognition import (
    Arrival,
    Inside,
    Unreadable,
    event_of,
    message_of_topic,
    recognized,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from types import TracebackType
    from typing import Self

    from sesinsights.events.json_values import Block
    from sesinsights.events.path import Via
    from sesinsights.events.reading import Source

OnBadRecord: TypeAlias = Literal["raise", "collect"]
"""Whether a part that cannot be read is raised or collected."""

Found: TypeAlias = Arrival | EventParseError
"""What arrived, or the error of a part that cannot be read, while the rest can."""

_TOPIC_VALIDATED = "Successfully validated SNS topic"
"""The beginning of the one message that Amazon SES sends without JSON."""

_GZIP = b"\x1f\x8b"
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)
"""The errors of reading an incomplete gzip stream."""

_DEEPEST = 16
"""How many envelopes may be around a record; the service uses at most three."""


class EventReader(Iterator[Arrival]):
    """Events and notices, read as they are needed.

    Files are open while they are read. They are closed at their end, by `close`, by an error, and
    when the reader is garbage collected.

    Attributes:
        source: The files that are read; None if there are none.
    """

    def __init__(
        self,
        found: Generator[Found, None, None],
        on_bad_record: OnBadRecord,
        source: Source | None = None,
    ) -> None:
        if on_bad_record not in get_args(OnBadRecord):
            raise ValueError("on_bad_record must be 'raise' or 'collect'")
        self.source = source
        self._found = found
        self._collects = on_bad_record == "collect"
        self._bad: list[EventParseError] = []
        self._arrivals = self._read()

    @override
    def __iter__(self) -> Iterator[Arrival]:  # noqa: PYI034 - loops are faster so
        return self._arrivals

    @override
    def __next__(self) -> Arrival:
        return next(self._arrivals)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def bad_records(self) -> list[EventParseError]:
        """The errors of the parts that could not be read so far, if they are collected."""
        return self._bad

    def close(self) -> None:
        """Stop reading, and close the file that is being read."""
        self._arrivals.close()
        self._found.close()

    def _read(self) -> Generator[Arrival, None, None]:
        # An error ends the reading, and must not leave a file open.
        with closing(self._found):
            for found in self._found:
                if isinstance(found, EventParseError):
                    self.refuse(found)
                else:
                    yield found

    def refuse(self, error: EventParseError) -> None:
        """Collect the error of a part that cannot be read.

        Raises:
            EventParseError: Such errors are not collected.
        """
        if not self._collects:
            raise error
        self._bad.append(error)


def parse(anything: object, *, on_bad_record: OnBadRecord = "raise") -> EventReader:
    """Parse anything that Amazon SES publishes, in any envelope.

    The shape of the data decides how it is read: records of Amazon SES; messages of SNS and SQS;
    events of EventBridge; the events that Lambda functions receive from these and from Firehose;
    lists of all of these, and one inside another. Signatures are not verified: for requests over
    HTTP, use `unwrap`.

    Args:
        anything: A parsed JSON object, or JSON as text or bytes, optionally compressed with gzip.
            Text may contain several values in a row.
        on_bad_record: What to do about a part that cannot be read. `raise` raises an error;
            `collect` skips the part and adds the error to the reader's `bad_records`.

    Returns:
        An iterator over events and notices, which can be used once.

    Raises:
        ValueError: `on_bad_record` is neither `raise` nor `collect`.
        EventParseError: While reading: something is neither an event nor a notice.
    """
    return EventReader(_parsed(anything), on_bad_record)


def _parsed(anything: object) -> Generator[Found, None, None]:
    whole = whole_value(anything) if isinstance(anything, (str, bytes)) else None
    if whole is not None:
        if _is_plain_record(whole):
            yield _event(whole, DIRECT)
        else:
            yield from found_in(whole, DIRECT)
        return
    try:
        # What the caller does to it afterwards must not change an event.
        value = plain_json(anything)
    except RecursionError:
        yield EventParseError("", "it is nested too deeply", DIRECT)
    else:
        yield from found_in(value, DIRECT)


def _is_plain_record(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and isinstance(
        cast("dict[str, Any]", value).get("eventType"), str
    )


def _event(record: dict[str, Any], via: Via, line_number: int | None = None) -> Found:
    try:
        return event_of(record, via)
    except UnreadableError as error:
        return EventParseError(_raw(record), str(error), via, line_number)


def found_in(value: object, via: Via, line_number: int | None = None) -> Iterator[Found]:
    """Yield the records in a value, in their order.

    Args:
        value: An object from JSON, or its text or bytes.
        via: How it arrived.
        line_number: The line of the file on which it begins.
    """
    return _found(value, via, line_number, 0)


def found_in_message_of_topic(message: dict[str, Any], via: Via) -> Iterator[Found]:
    """Yield the records in a message of a topic, and in no other part of it: only that is signed.

    Args:
        message: The message, with its member `Message`.
        via: How it arrived.
    """
    return _found_in_parts([message_of_topic(message, via)], None, 0)


def found_in_stream(read: Callable[[int], bytes], via: Via) -> Generator[Found, None, None]:
    """Yield the records in a stream of JSON values, in constant memory.

    Args:
        read: Reads up to this many more bytes; none at the end. What it reads may be gzip.
        via: How it arrived.
    """
    return _found_in_stream(read, via, counts_lines=True, depth=0)


def _found(value: object, via: Via, line_number: int | None, depth: int) -> Iterator[Found]:
    if depth > _DEEPEST:
        yield EventParseError(_raw(value), "it is wrapped in too many envelopes", via, line_number)
    elif isinstance(value, dict):
        parts = recognized(cast("dict[str, Any]", value), via)
        yield from _found_in_parts(parts, line_number, depth)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _found(item, via, line_number, depth + 1)
    elif isinstance(value, (str, bytes)):
        whole = whole_value(value)
        if whole is None:
            data = value if isinstance(value, bytes) else value.encode()
            yield from _found_in_bytes(data, via, line_number, depth)
        else:
            yield from _found(whole, via, line_number, depth + 1)
    else:
        problem = f"it is of type {type(value).__name__}, which cannot contain records"
        yield EventParseError(_raw(value), problem, via, line_number)


def _found_in_parts(
    parts: Iterable[Arrival | Inside | Unreadable], line_number: int | None, depth: int
) -> Iterator[Found]:
    for found in parts:
        if isinstance(found, Inside):
            yield from _found(found.value, found.via, line_number, depth + 1)
        elif isinstance(found, Unreadable):
            yield EventParseError(_raw(found.value), found.problem, found.via, line_number)
        else:
            yield found


def _found_in_bytes(data: bytes, via: Via, line_number: int | None, depth: int) -> Iterator[Found]:
    if not data.strip() and depth:
        yield EventParseError("", "it is empty", via, line_number)
    for found in _found_in_stream(io.BytesIO(data).read, via, counts_lines=False, depth=depth):
        if isinstance(found, EventParseError):
            found.line_number = line_number
        yield found


def _found_in_stream(
    read: Callable[[int], bytes], via: Via, *, counts_lines: bool, depth: int
) -> Generator[Found, None, None]:
    try:
        line = 1
        for block in blocks(unzipped(read)):
            yield from _found_in_block(block, via, line if counts_lines else None, depth)
            line += block.lines
    except DAMAGED:
        yield damaged(via)


def found_in_block(block: Block, via: Via, line: int) -> Iterator[Found]:
    """Yield the records in a block of a stream.

    Args:
        block: The block.
        via: How it arrived.
        line: The line of the file on which it begins.
    """
    return _found_in_block(block, via, line, 0)


def _found_in_block(block: Block, via: Via, line: int | None, depth: int) -> Iterator[Found]:
    for number, value in values_of(block, line or 1):
        line_number = None if line is None else number
        if _is_plain_record(value):
            yield _event(value, via, line_number)
        elif not isinstance(value, NotJson):
            yield from _found(value, via, line_number, depth + 1)
        elif value.text.startswith(_TOPIC_VALIDATED):
            yield TopicValidated({"message": value.text}, via)
        else:
            yield EventParseError(value.text, value.problem, via, line_number)


def damaged(via: Via) -> EventParseError:
    """Return the error for a stream that raised one of `DAMAGED`."""
    return EventParseError("", "its gzip data is damaged or incomplete", via)


def unzipped(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a function that reads a stream, decompressed if it is gzip."""
    start = b""
    while len(start) < len(_GZIP) and (more := read(len(_GZIP) - len(start))):
        start += more
    rest = _Stream(start, read)
    if start != _GZIP:
        return rest.read
    return gzip.GzipFile(fileobj=rest, mode="rb").read  # type: ignore[call-overload, no-any-return] # it only reads


class _Stream:
    """A stream whose beginning has already been read to see whether it is gzip."""

    def __init__(self, start: bytes, read: Callable[[int], bytes]) -> None:
        self._start = start
        self._read = read

    def read(self, size: int = -1) -> bytes:
        """Read up to this many more bytes; none at the end."""
        if self._start:
            start, self._start = self._start[:size], self._start[size:]
            return start
        return self._read(size)


def _raw(value: object) -> str:
    """Return the text of a value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    try:
        return json.dumps(value, ensure_ascii=False, default=repr)
    except (ValueError, TypeError, RecursionError):
        return repr(type(value))
