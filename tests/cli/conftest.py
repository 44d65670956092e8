"""The command line with an emulator, in a process of its own or in this one."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sesinsights.cli import _prepare_process, root
from sesinsights.clients import facade
from sesinsights.flows.operations import OPERATIONS
from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Run = Callable[..., subprocess.CompletedProcess[str]]

_COMMAND = Path(sys.executable).with_name("sesinsights")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Make commands in this process wait on a clock that takes no time, and begins today."""
    clock = FakeClock(datetime.now(UTC))
    monkeypatch.setattr(facade, "SYSTEM_CLOCK", clock)
    return clock


@pytest.fixture
def emulator() -> Iterator[SESEmulator]:
    """Run an emulator that never throttles, and whose jobs are done at once."""
    # Commands wait on a clock of their own, so to the emulator they would all come at once.
    paces = {each.name: None for each in OPERATIONS if each.service == "sesv2"}
    with SESEmulator(paces=paces, job_seconds=0) as emulator:
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
def command(environment: dict[str, str]) -> Run:
    """Return what runs the installed command to its end, with text on its standard input."""

    def command(
        *args: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [_COMMAND, *args],
            input=text or "",
            env={**environment, **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=50,
            check=False,
        )

    return command


@pytest.fixture
def stdout_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], io.BytesIO]:
    """Return what prepares stdout in an encoding, as a process does, and returns its bytes."""

    def stdout_in(encoding: str) -> io.BytesIO:
        shown = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
        monkeypatch.setattr(sys, "stderr", sys.stderr)  # to have it back after the test
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        _prepare_process()
        return shown

    return stdout_in


@pytest.fixture
def run(
    environment: dict[str, str],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Return what does in this process what `command` does in another, and takes less time."""

    def run(
        *args: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in {**environment, **(env or {})}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((text or "").encode())))
            time.tzset()
            exit_code = root.run(args)
        return subprocess.CompletedProcess(args, exit_code, *capsys.readouterr())

    yield run
    time.tzset()
