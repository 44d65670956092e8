"""The command line in a process of its own, beside an emulator in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_COMMAND = [sys.executable, "-m", "sesinsights"]


@pytest.fixture
def emulator() -> Iterator[SESEmulator]:
    """Run an emulator that never throttles."""
    with SESEmulator(paces={"GetMessageInsights": None, "CreateExportJob": None}) as emulator:
        yield emulator


@pytest.fixture
def environment(emulator: SESEmulator, tmp_path: Path) -> dict[str, str]:
    """Return an environment that leads to the emulator, and has no AWS configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_SESV2": emulator.endpoint_url,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "COLUMNS": "100",
        "HOME": str(tmp_path),
        "TZ": "UTC",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs the command line to its end, with text on its standard input."""

    def run(
        *args: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_COMMAND, *args],
            input=text or "",
            env={**environment, **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=50,
            check=False,
        )

    return run
