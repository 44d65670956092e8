"""A run ends with the exit code of the AWS CLI, and one block that says what to do."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

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
METRICS = {
    "Namespace": "VDM",
    "Dimensions": {"ISP": ["*"]},
    "Metrics": [{"Name": "SEND", "Aggregation": "VOLUME"}],
    "StartDate": "2026-11-20T00:00:00Z",
}
HEAVY = (
    *("boto3", "botocore", "pydantic", "rich", "tenacity", "yaml", "jmespath"),
    *("hashlib", "logging", "pathlib", "subprocess", "shutil", "tempfile", "urllib.parse"),
    "sesinsights.models.enums",
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["get-export-job", "--nonsense"], "No such option"),
        (["get-export-jobs"], "Did you mean get-export-job or "),
        (["mesage"], "Did you mean message?"),
        (["export", "metric"], "Did you mean metrics?"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (["wait"], "Missing argument 'JOB'"),
        (["export", "metrics", "--start", "-1d"], "required: --dimension, --metric, --out"),
        (["create-export-job"], "required: --export-data-source, --export-destination"),
        (["--output", "json", "jobs"], "only operations take --output"),
        (["get-export-job"], "--job-id"),
        (["get-message-insights", "--message-id", "a b"], "--message-id: "),
        (["list-export-jobs", "--page-size", "101"], "--page-size: "),
        (["list-export-jobs", "--job-status", "NEW"], "--job-status: "),
        (["list-export-jobs", "--no-paginate", "--max-items", "2"], "--max-items"),
        (["create-export-job", "--export-destination", "DataFormat=CSV"], "takes a JSON object"),
        (
            ["get-export-job", "--cli-input-json", "{}", "--cli-input-yaml", "{}"],
            "cannot be combined",
        ),
        (
            ["get-export-job", "--job-id", "x", "--cli-input-json", '{"Jobid": ""}'],
            "Jobid: Unknown name; did you mean 'JobId'?",
        ),
        (
            # The first one, not any of them.
            ["get-account", "--cli-input-json", '{"c": 1, "b": 1, "a": 1, "e": 1, "d": 1}'],
            "--cli-input-json: c: Unknown name",
        ),
        (
            ["batch-get-metric-data", "--queries", '[{"Metrik": "SEND"}]'],
            "did you mean 'Metric'? Allowed: 'Id', 'Namespace', 'Metric', 'Dimensions', ",
        ),
        (["get-export-job", "--job-id", "x", "--cli-input-json", ""], "is not valid JSON"),
        (["export", "messages", "--start", "0001-01-01T00:00:00+14:00"], "no date in UTC"),
        (["get-export-job", "--job-id", "file:///nowhere"], "cannot read /nowhere"),
        (["get-export-job", "--job-id", "fileb:///nowhere"], "binary values"),
    ],
)
def test_bad_input_ends_with_252(words: list[str], said: str, run: Run) -> None:
    """Bad input is named, and nothing is sent."""
    answer = run(*words, env={"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:9"})
    assert answer.returncode == 252
    assert said in " ".join(answer.stderr.split())
    assert answer.stderr.startswith("Error: ")
    assert answer.stdout == ""


@pytest.mark.parametrize("given_by", ["options", "a document"])
def test_errors_name_members_as_they_were_given(
    given_by: str, run: Run, emulator: SESEmulator
) -> None:
    """Errors use the names that the user wrote, with the option in which they were given."""
    source = {"MetricsDataSource": {**METRICS, "EndDate": METRICS["StartDate"]}}
    destination = {"DataFormat": "CSV"}
    if given_by == "options":
        words = ["--export-data-source", json.dumps(source)]
        words += ["--export-destination", json.dumps(destination)]
        place = "--export-data-source: MetricsDataSource:"
    else:
        request = {"ExportDataSource": source, "ExportDestination": destination}
        words = ["--cli-input-json", json.dumps(request)]
        place = "--cli-input-json: ExportDataSource.MetricsDataSource:"
    answer = run("create-export-job", *words)
    assert answer.returncode == 252
    assert f"{place} EndDate must be at least a day after StartDate" in " ".join(
        answer.stderr.split()
    )
    assert emulator.requests == []


def test_a_refusal_of_the_service_ends_with_254(run: Run, emulator: SESEmulator) -> None:
    """What the service says is shown, without addresses."""
    unknown = run("get-export-job", "--job-id", "nope")
    assert unknown.returncode == 254
    assert "BadRequestException" in unknown.stderr
    unsigned = run("list-export-jobs", "--no-sign-request")
    assert unsigned.returncode == 254
    assert "MissingAuthenticationToken" in unsigned.stderr


def test_no_answer_ends_with_255(run: Run, emulator: SESEmulator) -> None:
    """A failed connection is not a refusal, and tracebacks are shown only on request."""
    emulator.faults.drop_connection("CreateExportJob")
    answer = run("create-export-job", *JOB)
    assert answer.returncode == 255
    assert "may or may not have been carried out" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_ctrl_c_ends_with_130(environment: dict[str, str]) -> None:
    """An interrupted command returns to the shell at once, without a traceback."""
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


@pytest.mark.parametrize("query", ["&ExportJobs", "ExportJobs[?JobStatus>`1`]", "ExportJobs[::0]"])
def test_a_query_that_fails_on_the_answer_is_bad_input(
    query: str, run: Run, emulator: SESEmulator
) -> None:
    """A query that fails on a response is an error that names the option `--query`."""
    emulator.add_export_job()
    answer = run("list-export-jobs", "--query", query)
    assert (answer.returncode, answer.stdout) == (252, "")
    assert "--query: " in answer.stderr


def test_ids_of_another_encoding_are_told(run: Run, tmp_path: Path) -> None:
    """A file in UTF-16, as a Windows shell writes it, is refused with the expected encoding."""
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


@pytest.mark.parametrize(
    ("word", "heavy"),
    [("--help", HEAVY), ("--version", (*HEAVY, "sesinsights.flows.operations"))],
)
def test_help_and_version_load_nothing_heavy(word: str, heavy: tuple[str, ...]) -> None:
    """Help and version load nothing that only a call needs, so they are nearly as fast as click."""
    code = (
        "import sys; before = {*sys.modules}; from sesinsights.cli.root import run; "
        f"run([{word!r}]); loaded = {{*sys.modules}} - before; "
        f"print([name for name in {heavy} if name in loaded])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str, run: Run) -> None:
    """The completion script makes a shell suggest matching commands and options."""
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
