"""Where an export is written to."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from sesinsights.cli.places import check_place, followed
from sesinsights.cli.values import BadValueError

__all__ = ["Place"]

_SUFFIXES = (".parquet", ".csv", ".jsonl")


class Place:
    """A file, or for Parquet also a URI such as s3://bucket/key.

    Its `text` says where to write: what a symlink leads to, or else what was given.

    Args:
        option: The option that names it.
        text: What it was given.

    Raises:
        BadValueError: Its suffix does not say how to write it.
    """

    def __init__(self, option: str, text: str) -> None:
        self._option = option
        self._given = text
        self.is_remote = "://" in text
        self.text = text if self.is_remote else followed(text)
        self.name = PurePosixPath(urlsplit(text).path).name if self.is_remote else Path(text).name
        self.suffix = Path(self.name).suffix.lower()
        if self.suffix not in _SUFFIXES:
            known = ", ".join(_SUFFIXES[:-1])
            raise BadValueError(
                option, f"the name must end in {known} or {_SUFFIXES[-1]}, to say what to write"
            )
        if self.is_remote and self.suffix != ".parquet":
            raise BadValueError(option, "only a .parquet file can be written to a URI")

    @property
    def checkpoint(self) -> Path:
        """Where its checkpoint is by default: beside it, for a URI in the current directory."""
        folder = Path() if self.is_remote else Path(self._given).parent
        return folder / f".{self.name}.sesinsights"

    def check(self, *, may_exist: bool) -> None:
        """Raise when nothing may or can be written there.

        Args:
            may_exist: Whether a file that is there may be replaced.

        Raises:
            BadValueError: It is there, or no file can be put there.
            ImportError: Parquet needs the extra `arrow`.
        """
        if self.suffix == ".parquet":
            from sesinsights.extras import require_extra

            require_extra("arrow")
        if not self.is_remote:
            check_place(self._option, self._given, may_exist=may_exist)
        elif not may_exist and self.size() is not None:
            raise BadValueError(self._option, f"{self.text} exists; --force replaces it")

    def size(self) -> int | None:
        """Return how many bytes are there; None when there is nothing."""
        if self.is_remote:
            from sesinsights.exports.tables.parquet import size_of

            return size_of(self.text)
        try:
            return Path(self.text).stat().st_size
        except FileNotFoundError:
            return None
