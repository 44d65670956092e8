"""Finds the Parquet files at a path or an address; remote ones are copied to the disk.

Importing this needs the extra `report`.
"""

# The stubs of pyarrow leave much open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import glob
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from pyarrow import fs

if TYPE_CHECKING:
    from collections.abc import Sequence


_CHUNK = 8_000_000
"""How many bytes of a remote file are copied at once."""

_COPIES = 8
"""How many remote files are copied at the same time."""


def local_files(location: str, directory: str) -> tuple[str, Sequence[str]]:
    """Return the local paths of the Parquet files at a location, and its name for errors.

    Args:
        location: A path, a pattern or an address.
        directory: Where copies of remote files are put; it does not exist yet.

    Raises:
        FileNotFoundError: There are none.
    """
    if "://" in location:
        name, files = _copied(location, directory)
    else:
        name, files = location, _parquet_files(location)
    if not files:
        raise FileNotFoundError(f"there is no Parquet file at {name!r}")
    return name, files


def _copied(location: str, directory: str) -> tuple[str, Sequence[str]]:
    """Copy the Parquet files at an address to a directory.

    Read where they are, they take more memory: pyarrow reads two million rows ahead.

    Returns:
        The address without its user and password, which errors must not show, and the copies.
    """
    filesystem, path = fs.FileSystem.from_uri(location)
    if filesystem.get_file_info(path).type == fs.FileType.File:
        files = [path]
    else:
        everything = fs.FileSelector(path, allow_not_found=True, recursive=True)
        files = [
            info.path
            for info in filesystem.get_file_info(everything)
            if info.type == fs.FileType.File and _is_in_dataset(info.path.removeprefix(path))
        ]
    # A key may have parts, such as .., that are not names; only partitions are columns.
    copies = [
        Path(directory, str(number), *(part for part in file.split("/") if "=" in part), "mail")
        for number, file in enumerate(files)
    ]

    has_ended = Event()

    def copy(file: str, place: Path) -> None:
        place.parent.mkdir(parents=True)
        with filesystem.open_input_stream(file) as stream, place.open("wb") as copied:
            while not has_ended.is_set() and (chunk := stream.read(_CHUNK)):
                copied.write(chunk)

    with ThreadPoolExecutor(_COPIES) as pool:
        try:
            for _ in pool.map(copy, files, copies):
                pass
        finally:
            # After an error or Ctrl-C, the other copies must not be waited for.
            has_ended.set()
    return path, [str(place) for place in copies]


def _parquet_files(location: str) -> Sequence[str]:
    path = Path(location)
    if path.is_dir():
        files = path.rglob("*.parquet")
        return sorted(
            str(file) for file in files if _is_in_dataset(file.relative_to(path).as_posix())
        )
    return [location] if path.exists() else sorted(glob.glob(location, recursive=True))  # noqa: PTH207 - an absolute pattern


def _is_in_dataset(file: str) -> bool:
    """Return whether the file at this path below a directory belongs to the directory's dataset."""
    is_hidden = any(part.startswith((".", "_")) for part in file.split("/"))
    return file.endswith(".parquet") and not is_hidden
