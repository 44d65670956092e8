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

from sesinsights.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
        (["--output", "json", "jobs"], "only operations take --output"),
        (["get-export-job"], "--job-id"),
        (["get-message-insights", "--message-id", "a b"], "--message-id: "),
        (["list-export-jobs", "--page-size", "101"], "--page-size: "),
        (["list-export-jobs", "--job-status", "NEW"], "--job-status: "),
        (["list-export-jobs", "--no-paginate", "--max-items", "2"], "--max-items"),
        (["create-export-job", "--export-destination", "DataFormat=CSV"], "takes a JSON object"),
        (["get-export-job", "--cli-input-json", "{}", "--cli-input-yaml", "{}"], "exclude"),
        (["get-export-job", "--job-id", "x", "--cli-input-json", '{"Jobid": ""}'], "no Jobid"),
        (["get-export-job", "--job-id", "x", "--cli-input-json", ""], "is not valid JSON"),
        (["export", "messages", "--start", "0001-01-01T00:00:00+14:00"], "no date in UTC"),
        (["get-export-job", "--job-id", "file:///nowhere"], "cannot read /nowhere"),
        (["get-export-job", "--job-id", "fileb:///nowhere"], "binary values"),
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


@pytest.mark.parametrize("query", ["&ExportJobs", "ExportJobs[?JobStatus>`1`]", "ExportJobs[::0]"])
def test_a_query_that_fails_on_the_answer_is_bad_input(
    query: str, run: Run, emulator: SESEmulator
) -> None:
    """Whatever a query does to an answer, its own option is named."""
    emulator.add_export_job()
    answer = run("list-export-jobs", "--query", query)
    assert (answer.returncode, answer.stdout) == (252, "")
    assert "--query: " in answer.stderr


def test_debug_shows_no_secret(command: Run, emulator: SESEmulator) -> None:
    """Neither a subject, nor a session token, nor what signs a request or a link is in the log."""
    message_id = emulator.add_message(subject="Top secret")
    job_id = emulator.add_export_job()
    env = {"AWS_SESSION_TOKEN": "hushhush"}
    for words in (["get-message-insights", "--message-id", message_id], ["download", job_id]):
        answer = command(*words, "--debug", env=env)
        assert answer.returncode == 0
        assert "Response body" in answer.stderr
        assert "Top secret" in answer.stdout
        for secret in ("Top secret", "hushhush", "Signature=0"):
            assert secret not in answer.stderr


def test_text_of_others_does_nothing_to_a_terminal(run: Run, emulator: SESEmulator) -> None:
    """What the service quotes cannot move the cursor of whoever reads an error."""
    emulator.faults.fail_job("bad \x1b[31m \x9b2J\r")
    job_id = emulator.add_export_job(job_status="FAILED", error_message="bad \x1b[31m \x9b2J\r!")
    answer = run("wait", job_id)
    assert answer.returncode == 255
    assert "bad" in answer.stderr
    assert not set(answer.stderr) & {"\x1b", "\x9b", "\r"}


def test_what_stdout_cannot_show_is_escaped(command: Run, emulator: SESEmulator) -> None:
    """A character that the encoding lacks costs nobody the rest of the answer."""
    ids = [emulator.add_message(subject=subject) for subject in ("📦", "Hello")]
    env = {"PYTHONIOENCODING": "latin-1"}
    answer = command("message", "--json", *ids, env=env)
    assert answer.returncode == 0, answer.stderr
    assert [json.loads(line)["Subject"] for line in answer.stdout.splitlines()] == ["📦", "Hello"]
    assert "Example" in command("message", "--help", env=env).stdout


@pytest.mark.parametrize(("closed", "exit_code"), [("stdout", 255), ("stderr", 0)])
def test_closed_streams_are_no_riddle(
    closed: str, exit_code: int, environment: dict[str, str], emulator: SESEmulator
) -> None:
    """Without stdout an error says so; without stderr the answer is there."""
    redirection = ">&-" if closed == "stdout" else "2>&-"
    answer = subprocess.run(
        ["sh", "-c", f'"$0" -m sesinsights list-export-jobs {redirection}', sys.executable],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == exit_code
    if closed == "stdout":
        assert answer.stderr == "Error: standard output is closed\n"
    else:
        assert json.loads(answer.stdout) == {"ExportJobs": []}


def test_colours_are_for_who_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment may say that there are none, and an option counts more."""
    for name, text in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv("NO_COLOR", "")
            patch.setenv("TERM", "xterm")
            assert Settings().has_colors is None
            patch.setenv(name, text)
            assert Settings().has_colors is False
            assert Settings(color="on").has_colors is True


def test_ids_of_another_encoding_are_told(run: Run, tmp_path: Path) -> None:
    """A file that a shell of Windows wrote as UTF-16 is named for what it is."""
    path = tmp_path / "ids.txt"
    path.write_text("0100", encoding="utf-16")
    answer = run("message", "--ids-from", str(path))
    assert answer.returncode == 252
    assert "UTF-8" in answer.stderr


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
    words = {"COMP_WORDS": "sesinsights list-export-jobs --job-status C", "COMP_CWORD": "3"}
    asked = run(env={**words, "_SESINSIGHTS_COMPLETE": "bash_complete"})
    assert asked.stdout.split() == ["plain,CREATED", "plain,COMPLETED", "plain,CANCELLED"]
    words = {"COMP_WORDS": "sesinsights export messages --start 2026-11-01 --e", "COMP_CWORD": "5"}
    asked = run(env={**words, "_SESINSIGHTS_COMPLETE": "bash_complete"})
    assert ("--end" in asked.stdout, asked.stderr) == (True, "")
