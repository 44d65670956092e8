"""The emulator runs from the command line, and says how to use it."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]


# The jobs of an emulator take some seconds.
_EMULATOR_WITH_FAST_JOBS = """
import functools
from sesinsights import cli, testing

testing.SESEmulator = functools.partial(testing.SESEmulator, job_seconds=0)
cli.main()
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_ended(
    ending: signal.Signals, run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """The variables and commands that it prints work, and ending it is not an error."""
    process = subprocess.Popen(
        [sys.executable, "-c", _EMULATOR_WITH_FAST_JOBS, "emulator"],
        env={**environment, "HTTPS_PROXY": "", "HTTP_PROXY": "http://127.0.0.1:9"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed: list[str] = []
    for line in process.stdout:
        printed.append(line.strip())
        if "event-destinations" in line:
            break
    exports = [word for line in printed if line.startswith("export ") for word in line.split()[1:]]
    variables = dict(word.split("=", 1) for word in exports)
    assert variables["AWS_ENDPOINT_URL_SESV2"] in printed[0]
    assert variables["NO_PROXY"] == "127.0.0.1"
    if ending == signal.SIGINT:
        commands = [shlex.split(line)[1:] for line in printed if line.startswith("sesinsights ")]
        assert [command[0] for command in commands[:3]] == ["message", "export", "report"]
        environment |= {"AWS_ENDPOINT_URL_SESV2": "", "AWS_REGION": ""}
        answer = run(*commands[3], env=variables)
        assert answer.returncode == 0, answer.stderr
        assert '"bounces"' in answer.stdout
        out = tmp_path / "mail.csv"
        answer = run(*commands[1][:-1], str(out), env=variables)
        assert answer.returncode == 0, answer.stderr
        assert len(out.read_text().splitlines()) > 100
    process.send_signal(ending)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert said == ""


def test_a_port_that_is_taken_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the port, without a traceback."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = run("emulator", "--port", str(port))
    assert answer.returncode == 255
    assert f"127.0.0.1:{port}" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_the_extra_it_says_what_to_install(environment: dict[str, str]) -> None:
    """The error has the command to install it."""
    script = (
        "import sys; sys.modules['werkzeug'] = None; "
        "from sesinsights.cli.root import run; sys.exit(run(['emulator']))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert answer.returncode == 255
    assert "pip install 'sesinsights[testing]'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_its_help_names_what_emulates_the_other_api(run: Run) -> None:
    """A user who needs API v1 learns about it before anything is refused."""
    said = " ".join(run("emulator", "--help").stdout.split())
    assert "refuses calls to API v1" in said
    assert "moto[server]" in said
