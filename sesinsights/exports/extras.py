"""What to say when an optional library is missing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["needs_extra"]


@contextmanager
def needs_extra(extra: str) -> Generator[None]:
    """Say which extra to install when an import inside fails."""
    try:
        yield
    except ImportError as error:
        raise ImportError(
            f"this needs an extra: pip install 'sesinsights[{extra}]'", name=error.name
        ) from error
