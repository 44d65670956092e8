"""Files of events are read as streams of JSON values, from wherever they are."""

from __future__ import annotations

import gzip
import inspect
import io
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import errors, events
from sesinsights.models import EventType

if TYPE_CHECKING:
    from collections.abc import Callable

    Sample = Callable[[str], bytes]
    Record = Callable[..., dict[str, Any]]

SAMPLES = Path(__file__).parent / "samples"
LINES = (SAMPLES / "firehose.ndjson").read_bytes().splitlines()
EVENTS = [*events.parse(b"\n".join(LINES))]


@pytest.mark.parametrize(
    "name",
    ["firehose.ndjson", "firehose.ndjson.gz", "firehose_concatenated.txt"],
)
def test_a_file_of_firehose_is_read(name: str, samples: Path) -> None:
    """Files with lines, without lines, and compressed have the same ten events."""
    found = [*events.read(samples / name)]
    assert {event.type for event in found if isinstance(event, events.Event)} == set(EventType)
    assert [event.raw for event in found] == [event.raw for event in EVENTS]
    assert {event.via.file for event in found} == {str(samples / name)}


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["", "\n", "\r\n", " ", "\n\n\t"]))),
    st.integers(1, 3000),
    st.sampled_from([None, 1, 4]),
)
def test_values_are_read_and_not_lines(
    parts: list[tuple[bytes, str]], size: int, indent: int | None
) -> None:
    """Values are read whatever is between them, however they are indented."""
    objects = [json.loads(line) for line, _ in parts]
    text = "".join(
        json.dumps(value, indent=indent) + between
        for value, (_, between) in zip(objects, parts, strict=True)
    )
    data = text.encode()
    pieces = io.BytesIO(data)
    file: Any = io.BytesIO()
    file.read = lambda _=-1: pieces.read(min(size, _) if _ >= 0 else _)
    assert [event.raw for event in events.read(file)] == objects
    assert [event.raw for event in events.parse(data)] == objects
    assert [event.raw for event in events.read(io.StringIO(text))] == objects


@pytest.mark.parametrize(
    "make",
    [str, Path, lambda path: path.open("rb"), lambda path: path.open()],
    ids=["str", "Path", "binary", "text"],
)
def test_a_file_may_be_open_already(make: Callable[[Path], Any], samples: Path) -> None:
    """A path in either spelling, or a file in binary or text mode."""
    source = make(samples / "firehose.ndjson")
    with events.read(source) as reader:
        assert len([*reader]) == 10
    if isinstance(source, io.IOBase):
        source.close()


def test_a_directory_is_read_in_order(tmp_path: Path) -> None:
    """All files below a directory are read, except hidden ones and those still being written."""
    for number, name in enumerate(("2026/11/03/b", "2026/11/02/a.gz", "2026/11/03/a")):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        line = LINES[number]
        file.write_bytes(gzip.compress(line) if name.endswith("gz") else line)
    (tmp_path / "_temporary").mkdir()
    (tmp_path / "_temporary" / "x").write_text("no JSON")
    (tmp_path / ".hidden").write_text("no JSON")
    expected = [EVENTS[1].raw, EVENTS[2].raw, EVENTS[0].raw]
    assert [event.raw for event in events.read(tmp_path)] == expected
    assert [event.raw for event in events.read(tmp_path.as_uri())] == expected


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    """A missing file is an error of the first step; wrong arguments one of the call."""
    reader = events.read(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        next(reader)
    with pytest.raises(ValueError, match="on_bad_record"):
        events.read(tmp_path, on_bad_record="skip")  # type: ignore[arg-type]


BROKEN = [b"no JSON", LINES[0][:100], LINES[0][:-1] + b"]", b"{}", b'{"eventType": \xff}', b"5"]


@given(st.lists(st.sampled_from([*LINES, *BROKEN]), max_size=20))
def test_a_bad_line_costs_no_other(lines: list[bytes]) -> None:
    """Each bad line is reported with its number, and all good lines are read."""
    reader = events.read(io.BytesIO(b"\n".join(lines)), on_bad_record="collect")
    good = [(number, line) for number, line in enumerate(lines, 1) if line in LINES]
    assert [event.raw for event in reader] == [json.loads(line) for _, line in good]
    bad = {number for number, line in enumerate(lines, 1) if line in BROKEN}
    told = {error.line_number for error in reader.bad_records}
    assert told <= bad
    # A line that is cut off may hold the lines below it that are bad too.
    assert not bad or min(bad) in told


def test_an_error_says_where(tmp_path: Path) -> None:
    """An error has the file, the line and, outside of its text, the bad text."""
    file = tmp_path / "events"
    file.write_bytes(LINES[0] + b'\n{"eventType": "Send", "mail": {"source": "ada@example.net"}}\n')
    reader = events.read(file)
    next(reader)
    with pytest.raises(errors.EventParseError, match=r"line 2 of .*events") as caught:
        next(reader)
    assert "ada@" in caught.value.raw
    assert "ada@" not in str(caught.value)
    assert caught.value.via.file == str(file)


def test_damaged_gzip_ends_its_file_only(tmp_path: Path) -> None:
    """Events before the damage are read, and so are other files."""
    whole = gzip.compress(b"\n".join(LINES) * 500)
    (tmp_path / "a").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b").write_bytes(LINES[0])
    reader = events.read(tmp_path, on_bad_record="collect")
    files = [event.via.file for event in reader]
    assert files[-1] == str(tmp_path / "b")
    assert "gzip" in reader.bad_records[-1].problem


@pytest.mark.parametrize("between", [b"\n", b""])
def test_memory_does_not_grow_with_the_file(between: bytes, tmp_path: Path) -> None:
    """A file that is four times as large takes no more memory."""

    def peak(copies: int) -> int:
        file = tmp_path / str(copies)
        file.write_bytes(between.join(LINES * copies))
        tracemalloc.start()
        assert sum(1 for _ in events.read(file)) == 10 * copies
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(20)
    assert peak(160) < 1.2 * peak(40)


def test_closing_ends_the_reading(samples: Path) -> None:
    """The file is closed, and nothing more comes."""
    reader = events.read(samples / "firehose.ndjson")
    next(reader)
    reader.close()
    assert next(reader, None) is None


def test_an_error_closes_the_file(tmp_path: Path) -> None:
    """An error closes the file although the reader still exists."""
    file = tmp_path / "events"
    file.write_text("no JSON")
    reader = events.read(file)
    with pytest.raises(errors.EventParseError):
        next(reader)
    assert inspect.getgeneratorstate(reader._found) == inspect.GEN_CLOSED
    assert next(reader, None) is None


def test_lines_may_be_wrapped(sample: Sample) -> None:
    """What SNS, EventBridge and Lambda put around records, and notices, on lines of one file."""
    names = ["sns.send.json", "eventbridge.bounce.json", "other.topic_validated.json"]
    lines = [json.dumps(json.loads(sample(name))) for name in names]
    lines.append("Successfully validated SNS topic for Amazon SES event publishing.")
    found = [type(arrival) for arrival in events.read(io.StringIO("\n".join(lines)))]
    notice = events.TopicValidated
    assert found == [events.Sent, events.Bounced, notice, notice]
