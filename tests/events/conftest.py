"""Samples of what Amazon SES pushes, and a key to sign with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parent / "samples"

Sample = Callable[[str], bytes]
Record = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The directory of all samples."""
    return SAMPLES


@pytest.fixture(scope="session")
def sample() -> Sample:
    """Return a sample by the name of its file."""
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture(scope="session")
def record() -> Record:
    """Return the record of a sample, with members of its details changed or, if None, removed."""

    def read(name: str, **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((SAMPLES / f"record.{name}.json").read_bytes())
        (details,) = found.keys() - {"eventType", "mail"}
        found[details] |= changes
        return found

    return read
