"""A directory and an emulator for exports of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights.exports import windowed
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.testing import FakeClock


@pytest.fixture
def emulator(clock: FakeClock) -> Iterator[SESEmulator]:
    """Run an emulator whose jobs are done at once, by the clock that commands here wait on."""
    with SESEmulator(paces={"CreateExportJob": None}, job_seconds=0, clock=clock) as emulator:
        yield emulator


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Path:
    """Work in a directory of its own, in an environment that leads to the emulator."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return place


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a job return 50 records, so that a few are many."""
    monkeypatch.setattr(windowed, "MAX_EXPORT_ROWS", 50)
