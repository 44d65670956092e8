"""A run ends with the exit code of the AWS CLI, and one block that says what to do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

WINDOW = {"StartDate": "2026-11-01T00:00:00Z", "EndDate": "2026-11-02T00:00:00Z"}
JOB = (
    "--export-destination",
    '{"DataFormat": "CSV"}',
    "--export-data-source",
    json.dumps({"MessageInsightsDataSource": WINDOW}),
)
HEAVY = ("boto3", "botocore.exceptions", "pydantic", "rich", "tenacity", "yaml", "jmespath")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["get-export-job", "--nonsense"], "No such option"),
        (["get-export-jobs"], "No such command"),
        (["get-export-job"], "--job-id"),
        (["get-message-insights", "--message-id", "a b"], "--message-id: "),
        (["list-export-jobs", "--page-size", "101"], "--page-size: "),
        (["list-export-jobs", "--job-status", "NEW"], "--job-status: "),
        (["list-export-jobs", "--no-paginate", "--max-items", "2"], "--max-items"),
        (["create-export-job", "--export-destination", "DataFormat=CSV"], "takes a JSON object"),
        (["get-export-job", "--cli-input-json", "{}", "--cli-input-yaml", "{}"], "exclude"),
        (["get-export-job", "--job-id", "x", "--cli-input-json", '{"Jobid": ""}'], "Jobid"),
        (["get-export-job", "--job-id", "file:///nowhere"], "cannot read /nowhere"),
        (["get-export-job", "--job-id", "fileb:///nowhere"], "no binary value"),
    ],
)
def test_bad_input_ends_with_252(words: list[str], said: str, run: Run) -> None:
    """What is refused here is named, and nothing is sent."""
    answer = run(*words, env={"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:9"})
    assert answer.returncode == 252
    assert said in answer.stderr
    assert answer.stderr.startswith("Error: ")
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"AWS_REGION": ""}, "--region"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "aws configure"),
        ({"AWS_PROFILE": "nobody"}, "--profile"),
    ],
)
def test_bad_configuration_ends_with_253(
    environment: dict[str, str], advice: str, run: Run
) -> None:
    """What is missing in the configuration comes with what to do."""
    answer = run("list-export-jobs", env=environment)
    assert answer.returncode == 253
    assert advice in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_refusal_of_the_service_ends_with_254(run: Run, emulator: SESEmulator) -> None:
    """What the service says is shown, without addresses."""
    unknown = run("get-export-job", "--job-id", "nope")
    assert unknown.returncode == 254
    assert "BadRequestException" in unknown.stderr
    unsigned = run("list-export-jobs", "--no-sign-request")
    assert unsigned.returncode == 254
    assert "MissingAuthenticationToken" in unsigned.stderr


def test_no_answer_ends_with_255(run: Run, emulator: SESEmulator) -> None:
    """A connection that fails is no refusal, and tracebacks are for those who ask."""
    emulator.faults.drop_connection("CreateExportJob")
    answer = run("create-export-job", *JOB)
    assert answer.returncode == 255
    assert "may or may not have been carried out" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_debug_shows_all_but_addresses(command: Run, emulator: SESEmulator) -> None:
    """With `--debug` log lines and tracebacks are on stderr, and the answer alone on stdout."""
    message_id = emulator.add_message(destination="ada@example.net")
    answer = command("get-message-insights", "--debug", "--message-id", message_id)
    assert answer.returncode == 0
    assert "ada@example.net" in answer.stdout
    assert "botocore" in answer.stderr
    assert "ada@example.net" not in answer.stderr
    refused = command("get-export-job", "--debug", "--job-id", "nope")
    assert "Traceback" in refused.stderr


def test_ctrl_c_ends_with_130(environment: dict[str, str]) -> None:
    """Whoever interrupts a command gets the shell back at once, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with subprocess.Popen(
            [sys.executable, "-m", "sesinsights", "list-export-jobs", "--endpoint-url", url],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, "Error: interrupted\n")


def test_a_closed_pipe_is_no_error(environment: dict[str, str], emulator: SESEmulator) -> None:
    """Whoever reads only the first lines of an answer sees no complaint."""
    emulator.add_export_jobs(300)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        answer = subprocess.run(
            [sys.executable, "-m", "sesinsights", "list-export-jobs"],
            env=environment,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (answer.returncode, answer.stderr) == (0, "")


def test_no_arguments_show_the_help(run: Run) -> None:
    """Without a command the help is on stderr, and the exit code that of bad input."""
    answer = run()
    assert answer.returncode == 252
    assert answer.stderr.startswith("Usage: ")
    assert answer.stdout == ""


def test_help_and_version_load_nothing_heavy() -> None:
    """Whoever looks at the help does not wait for what only a call needs."""
    for word in ("--help", "--version"):
        code = (
            "import sys; from sesinsights.cli.root import run; "
            f"run([{word!r}]); print([name for name in {HEAVY} if name in sys.modules])"
        )
        shown = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str, run: Run) -> None:
    """A shell learns from us how it asks, and gets the commands and options that fit."""
    assert "_SESINSIGHTS_COMPLETE" in run("completion", shell).stdout
    words = {"COMP_WORDS": "sesinsights list-export-jobs --max", "COMP_CWORD": "2"}
    asked = run(env={**words, "_SESINSIGHTS_COMPLETE": "bash_complete"})
    assert "--max-items" in asked.stdout
