"""A file is read from wherever it is, closed in the end, and never in memory as a whole."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.errors import BadRecordError
from sesinsights.exports import (
    read_message_insights,
    read_metrics,
)
from tests.exports.files.small_files import WRITERS, a_message, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("data_format", [None, "CSV", "JSON"])
@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_has_no_records(data: bytes, data_format: str | None) -> None:
    """An empty file has no records."""
    assert read(data, data_format=data_format) == []
    assert list(read_metrics(io.BytesIO(data), data_format=data_format)) == []


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_of_no_messages_has_no_records(data_format: str) -> None:
    """A header alone, or an empty array, has no records."""
    assert read(WRITERS[data_format]([])) == []


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_field_may_be_of_any_length(data_format: str) -> None:
    """A field may be longer than the csv module allows, whose limit stays as it was."""
    limit = csv.field_size_limit()
    lengths = [1, limit + 1, 3, 3 * limit, 2]
    texts = ['x,"\n' * (length // 4) + "x" * (length % 4) for length in lengths]
    texts += [f"x{text}" for text in texts]
    messages = [a_message(number, subject=text) for number, text in enumerate(texts)]
    data = WRITERS[data_format](messages)
    assert [record.subject for record in read(data)] == texts
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_is_given_by_path_or_open(data_format: str, tmp_path: Path) -> None:
    """A path, a binary file and a text file all give the same records."""
    messages = [a_message(number, subject=f"ü{number}\r\n") for number in range(1000)]
    path = tmp_path / "export"
    path.write_bytes(WRITERS[data_format](messages))
    expected = read(path.read_bytes())
    assert [record.subject for record in expected] == [message.subject for message in messages]
    assert list(read_message_insights(path)) == expected
    assert list(read_message_insights(str(path), data_format=data_format)) == expected
    with path.open("rb") as binary:
        assert list(read_message_insights(binary)) == expected
        assert not binary.closed
    with path.open(newline="", encoding="utf-8") as text:
        assert list(read_message_insights(text)) == expected
        assert not text.closed


@pytest.mark.parametrize("data_format", WRITERS)
@pytest.mark.parametrize("content", ["good", "bad"])
@pytest.mark.parametrize("end", ["close", "drop", "with", "read to the end"])
def test_a_file_that_was_opened_is_closed(  # noqa: PLR0917 - fixtures
    data_format: str,
    content: str,
    end: str,
    tmp_path: Path,
    opened: list[io.BufferedReader],
    thousand: dict[str, bytes],
) -> None:
    """A file is closed at its end, on an error, and when its reader is closed or forgotten."""
    path = tmp_path / "export"
    data = thousand[data_format]
    path.write_bytes(data if content == "good" else data[:-30])
    reader = read_message_insights(path)
    assert next(reader).message_id == "m-0"
    (file,) = opened
    assert not file.closed
    match end:
        case "close":
            reader.close()
            assert list(reader) == []
        case "with":
            with reader:
                next(reader)
        case "read to the end" if content == "bad":
            with pytest.raises(BadRecordError):
                list(reader)
        case "read to the end":
            list(reader)
        case _:
            del reader
    assert file.closed


@pytest.fixture(scope="module")
def thousand() -> dict[str, bytes]:
    """A file of each format with a thousand messages."""
    messages = [a_message(number) for number in range(1000)]
    return {data_format: write(messages) for data_format, write in WRITERS.items()}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The files that reading opens."""
    files: list[Any] = []

    def open_and_remember(*arguments: Any) -> Any:
        files.append(open(*arguments))  # noqa: PTH123, SIM115 - stands in for open
        return files[-1]

    monkeypatch.setattr("sesinsights.exports.files.reading.open", open_and_remember, raising=False)
    return files


@pytest.mark.parametrize("data_format", WRITERS)
def test_a_file_is_never_in_memory_as_a_whole(data_format: str, tmp_path: Path) -> None:
    """Reading 3 MB takes less than 2 MB, on one line too."""
    path = tmp_path / "export"
    messages = [a_message(number, subject="s" * 2_000) for number in range(1_500)]
    data = WRITERS[data_format](messages)
    del messages
    for lines in ("as it is", "on one line"):
        if lines == "on one line":
            if data_format == "CSV":
                continue
            data = data.replace(b"\n", b" ")
        path.write_bytes(data)
        tracemalloc.start()
        assert sum(1 for _ in read_message_insights(path)) == 1_500
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2_000_000


def test_other_formats_and_rules_are_refused() -> None:
    """A misspelt option is an error at once, not at the first record."""
    with pytest.raises(ValueError, match="'CSV', 'JSON' or None"):
        read_message_insights(io.BytesIO(), data_format="XML")
    with pytest.raises(ValueError, match="'CSV', 'JSON' or None"):
        read_metrics(io.BytesIO(), data_format="csv")
    misspelt: Any = "ignore"
    with pytest.raises(ValueError, match="'raise' or 'collect'"):
        read_message_insights(io.BytesIO(), on_bad_record=misspelt)


def test_reading_is_light_to_import() -> None:
    """Reading a CSV file loads neither pydantic nor boto3 nor any table library."""
    script = (
        "import sys, io, sesinsights.exports as e;"
        "list(e.read_message_insights(io.StringIO('messageid,sendtimestamp,destination\\nm,,\\n')));"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=30
    )
    heavy = {"boto3", "numpy", "pandas", "polars", "pyarrow", "pydantic", "pydantic_core"}
    assert not heavy & set(done.stdout.split())
