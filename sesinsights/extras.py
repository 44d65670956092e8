"""Errors that say which extra to install when an optional library is missing."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


_LIBRARIES = {
    "arrow": ("numpy", "pyarrow"),
    "pandas": ("numpy", "pyarrow", "pandas"),
    "polars": ("numpy", "pyarrow", "polars"),
    "report": ("ibis", "duckdb"),
}


@contextmanager
def needs_extra(extra: str, needed_by: str = "This") -> Generator[None]:
    """Say which extra to install, and for what, when an import inside fails."""
    try:
        yield
    except ImportError as error:
        raise ImportError(
            f"{needed_by} needs an extra: pip install 'sesinsights[{extra}]'", name=error.name
        ) from error


def require_extra(extra: str) -> None:
    """Raise early if an extra is missing, before the work that takes long.

    Raises:
        ImportError: It is not installed.
    """
    with needs_extra(extra):
        for library in _LIBRARIES[extra]:
            import_module(library)
