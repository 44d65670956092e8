"""Every command works as it is installed, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sesinsights import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def message_id(emulator: SESEmulator) -> str:
    """A message that was delivered."""
    return emulator.add_message()


def test_the_installed_command_answers(command: Command, message_id: str, tmp_path: Path) -> None:
    """The result is on stdout or in the file, and the exit code is 0."""
    out = tmp_path / "mail.csv"
    window = ("--start", "yesterday", "--end", "now")
    exported = command("export", "messages", *window, "-o", str(out))
    assert exported.returncode == 0, exported.stderr
    assert message_id in out.read_text()
    shown = command("--version")
    assert shown.returncode == 0, shown.stderr
    assert f"sesinsights/{__version__}" in shown.stdout


def test_an_operation_of_the_classic_api_answers(run: Command, moto_url: str) -> None:
    """The commands of Amazon SES v1 go to its endpoint."""
    answer = run("classic", "get-send-quota", env={"AWS_ENDPOINT_URL_SES": moto_url})
    assert answer.returncode == 0, answer.stderr
    assert "MaxSendRate" in json.loads(answer.stdout)


def test_the_module_is_the_command(environment: dict[str, str], message_id: str) -> None:
    """Python runs the package as the installed command runs, and a call does without boto3."""
    answer = subprocess.run(
        [sys.executable, "-m", "sesinsights", "get-message-insights", "--message-id", message_id],
        env={**environment, "PYTHONPROFILEIMPORTTIME": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout)["MessageId"] == message_id
    imported = {line.split()[-1] for line in answer.stderr.splitlines()}
    assert "botocore" in imported
    assert "boto3" not in imported


def test_what_is_missing_is_told(environment: dict[str, str]) -> None:
    """Without the extra the command says what to install."""
    script = "import sys; sys.modules['click'] = None; from sesinsights.cli import main; main()"
    answer = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "pip install 'sesinsights[cli]'" in answer.stderr
    assert "Traceback" not in answer.stderr
