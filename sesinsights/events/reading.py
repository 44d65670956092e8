"""Read files of events: those of Firehose, or any others with published events."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias, cast

from sesinsights.events.parsing import EventReader, found_in_stream
from sesinsights.events.path import DIRECT, Via
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from sesinsights.events.parsing import Found, OnBadRecord


Source: TypeAlias = str | os.PathLike[str] | IO[bytes] | IO[str]
"""Where events are: a path, a directory, an address that pyarrow opens, or an open file."""

_HIDDEN = (".", "_")
"""How the names of files begin that are not data, such as those still being written."""


def read(source: Source, *, on_bad_record: OnBadRecord = "raise") -> EventReader:
    """Read the events and notices of files, in constant memory.

    A file contains JSON values in a row: one per line, as Firehose writes records, or with other
    separators or none. Each may be in any envelope that `parse` reads. Files that are compressed
    with gzip are recognized by their first bytes.

    Args:
        source: A path; a directory, whose files are read in the order of their paths, except those
            whose names begin with a dot or an underscore; a URI that pyarrow opens, such as
            `s3://bucket/prefix`; or an open file.
        on_bad_record: What to do about a part that cannot be read. `raise` raises an error;
            `collect` skips the part and adds the error to the reader's `bad_records`.

    Returns:
        An iterator over events and notices, which can be used once.

    Raises:
        ValueError: `on_bad_record` is neither `raise` nor `collect`.
        FileNotFoundError: While reading: the file or directory does not exist.
        ImportError: While reading a URI: the extra `arrow` is not installed.
        EventParseError: While reading: something is neither an event nor a notice.
    """
    return EventReader(_found_in_files(source), on_bad_record, source)


def _found_in_files(source: Source) -> Generator[Found, None, None]:
    for via, opened in streams_of(source):
        with opened() as read_bytes:
            yield from found_in_stream(read_bytes, via)


Read: TypeAlias = "Callable[[int], bytes]"
Stream: TypeAlias = "tuple[Via, Callable[[], AbstractContextManager[Read]]]"


def streams_of(source: Source) -> Iterator[Stream]:
    """Yield what a source holds: how it comes, and what opens it."""
    if not isinstance(source, (str, os.PathLike)):
        yield DIRECT, partial(_already_open, source)
        return
    location = os.fspath(source)
    if "://" in location:
        yield from _remote(location)
        return
    path = Path(location)
    for file in _files_below(path) if path.is_dir() else [path]:
        yield Via(file=str(file)), partial(_local, file)


def _files_below(directory: Path) -> list[Path]:
    return sorted(
        file
        for file in directory.rglob("*")
        if file.is_file()
        and not any(part.startswith(_HIDDEN) for part in file.relative_to(directory).parts)
    )


@contextmanager
def _local(file: Path) -> Generator[Read]:
    with file.open("rb") as opened:
        yield opened.read


@contextmanager
def _already_open(file: IO[bytes] | IO[str]) -> Generator[Read]:
    if isinstance(file.read(0), str):
        text = cast("IO[str]", file)
        # What was decoded leniently is found not to be UTF-8, at its place.
        yield lambda size: text.read(size).encode(errors="surrogatepass")
    else:
        yield cast("IO[bytes]", file).read


def _remote(address: str) -> Iterator[Stream]:
    with needs_extra("arrow", needed_by=f"reading {address.partition('://')[0]}://"):
        from pyarrow import fs
    filesystem, path = fs.FileSystem.from_uri(address)
    scheme = address.partition("://")[0]

    @contextmanager
    def opened(file: str) -> Generator[Read]:
        with filesystem.open_input_stream(file, compression=None) as stream:
            yield stream.read

    files = [path]
    if filesystem.get_file_info(path).type == fs.FileType.Directory:
        found = filesystem.get_file_info(fs.FileSelector(path, recursive=True))
        files = sorted(
            info.path
            for info in found
            if info.type == fs.FileType.File
            and not any(
                part.startswith(_HIDDEN)
                for part in info.path.removeprefix(path).strip("/").split("/")
            )
        )
    for file in files:
        yield Via(file=f"{scheme}://{file}"), partial(opened, file)
