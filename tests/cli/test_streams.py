"""Standard output and standard error: what is shown there, and what happens when they break."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights.cli import _prepare_process
from sesinsights.cli.debugging import Redacting
from sesinsights.cli.failures import show_failure
from sesinsights.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_closed_pipe_is_no_error(environment: dict[str, str], emulator: SESEmulator) -> None:
    """A reader that takes only the first lines of a response sees no complaint."""
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


_COMMANDS_IN_TURN = """
import json, sys
from sesinsights.cli.root import run

for words, code in json.load(sys.stdin):
    assert run([*words, "--debug"]) == code
    print(end="\\f")
    print(end="\\f", file=sys.stderr)
"""


def test_debug_shows_no_secret(
    environment: dict[str, str], emulator: SESEmulator, moto_url: str
) -> None:
    """The log and tracebacks are on stderr, without mail, credentials and what signs a link."""
    message_id = emulator.add_message(subject="Top secret", destination="ada@example.net")
    job_id = emulator.add_export_job()
    env = {**environment, "AWS_SESSION_TOKEN": "hushhush", "AWS_ENDPOINT_URL_SES": moto_url}
    to_ada = (
        "--source",
        "ada@example.net",
        "--destination",
        '{"ToAddresses": ["ada@example.net"]}',
    )
    data = ("--template", "welcome", "--template-data", '{"offer": "Top secret"}')
    calls = {
        ("get-message-insights", "--message-id", message_id): 0,
        ("download", job_id): 0,
        ("classic", "send-templated-email", *to_ada, *data): 254,
    }
    answer = subprocess.run(
        [sys.executable, "-c", _COMMANDS_IN_TURN],
        input=json.dumps([*calls.items()]),
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    shown, logged = (text.split("\f")[:-1] for text in (answer.stdout, answer.stderr))
    for code, stdout, stderr in zip(calls.values(), shown, logged, strict=True):
        assert "Response body" in stderr
        assert ("Traceback" in stderr) == bool(code)
        assert ("Top secret" in stdout and "ada@" in stdout) == (not code)
        for secret in ("Top secret", "ada@example.net", "hushhush", "Signature=0"):
            assert secret not in stderr


def test_a_traceback_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """What an error quotes is shown escaped, in the traceback and in the text."""
    show_failure(ValueError("a\x1b[2Jb\x9bc"), Settings(debug=True, color="off"))
    shown = capsys.readouterr().err
    assert shown.count("a\\x1b[2Jb\\x9bc") == 2
    assert not set(shown) & {"\x1b", "\x9b"}


@pytest.mark.parametrize(
    "logged",
    [
        {"url_path": "/", "body": {"Action": "CreateTemplate", "Template.SubjectPart": "Secret"}},
        {"request": {"headers": {"Host": "email.example"}, "body": b"TemplateData=Secret"}},
        {"context": [], "body": "{'Secret': 1}"},
    ],
)
def test_debug_leaves_out_bodies_of_every_kind(logged: dict[str, Any]) -> None:
    """v1 logs a body as members, v2 as bytes: subjects and template data are in either."""
    for message, args in (("with params: %s", (logged,)), ("%s: %s", ("Request", logged))):
        record = logging.LogRecord("botocore", logging.DEBUG, "", 1, message, args, None)
        line = Redacting("%(message)s").format(record)
        assert "Secret" not in line
        assert "<left out>" in line


@pytest.mark.parametrize(
    ("place", "words", "code"),
    [
        ("/dev/full", ("export", "messages", "--start", "yesterday", "--end", "now"), 0),
        ("a closed pipe", ("wait",), 252),
    ],
)
def test_a_stderr_that_takes_nothing_changes_no_result(
    place: str,
    words: tuple[str, ...],
    code: int,
    environment: dict[str, str],
    emulator: SESEmulator,
) -> None:
    """A failure keeps its exit code, and an export its records."""
    message_id = emulator.add_message()
    if place == "/dev/full":
        writing = os.open(place, os.O_WRONLY)
        words = (*words, "-o", "-")
    else:
        reading, writing = os.pipe()
        os.close(reading)
    with os.fdopen(writing, "wb") as unread:
        answer = subprocess.run(
            [sys.executable, "-m", "sesinsights", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=unread,
            encoding="utf-8",
            check=False,
        )
    assert answer.returncode == code
    assert (message_id in answer.stdout) == (code == 0)


class _Broken(io.RawIOBase):
    """A stream without a reader."""

    def __init__(self, error: OSError | None) -> None:
        self._error = error

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: object, /) -> int | None:
        if self._error:
            raise self._error
        return None  # as a pipe that is full and must not be waited for


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "gone"), None]
)
def test_stderr_fails_in_no_way(
    error: OSError | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text that cannot be written to stderr is dropped, even at the end of the run."""
    stream = io.TextIOWrapper(io.BufferedWriter(_Broken(error)), encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    _prepare_process()
    sys.stderr.write("x" * 100_000)
    sys.stderr.flush()
    sys.stderr.close()


def test_text_of_others_does_nothing_to_a_terminal(run: Run, emulator: SESEmulator) -> None:
    """Text that the service quotes in an error cannot move the cursor."""
    emulator.faults.fail_job("bad \x1b[31m \x9b2J\r")
    job_id = emulator.add_export_job(job_status="FAILED", error_message="bad \x1b[31m \x9b2J\r!")
    answer = run("wait", job_id)
    assert answer.returncode == 255
    assert "bad" in answer.stderr
    assert not set(answer.stderr) & {"\x1b", "\x9b", "\r"}


def test_what_stdout_cannot_show_is_escaped(
    run: Run, command: Run, emulator: SESEmulator, stdout_in: Callable[[str], io.BytesIO]
) -> None:
    """A character that the encoding lacks does not suppress the rest of the response."""
    ids = [emulator.add_message(subject=subject) for subject in ("📦", "Hello")]
    shown = stdout_in("latin-1")
    answer = run("message", "--json", *ids)
    assert answer.returncode == 0, answer.stderr
    lines = shown.getvalue().decode("latin-1").splitlines()
    assert [json.loads(line)["Subject"] for line in lines] == ["📦", "Hello"]
    env = {"PYTHONIOENCODING": "latin-1"}
    assert "Example" in command("message", "--help", env=env).stdout


@pytest.mark.parametrize(("closed", "exit_code"), [("stdout", 255), ("stderr", 0)])
def test_closed_streams_are_no_riddle(
    closed: str, exit_code: int, environment: dict[str, str]
) -> None:
    """Without stdout an error says so; without stderr the response is there."""
    redirection = ">&-" if closed == "stdout" else "2>&-"
    command = f'"$0" -m sesinsights get-export-job --generate-cli-skeleton {redirection}'
    answer = subprocess.run(
        ["sh", "-c", command, sys.executable],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == exit_code
    if closed == "stdout":
        assert answer.stderr == "Error: standard output is closed\n"
    else:
        assert json.loads(answer.stdout) == {"JobId": ""}


def test_colours_are_for_who_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment can switch colours off, and an option overrides it."""
    for name, text in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv("NO_COLOR", "")
            patch.setenv("TERM", "xterm")
            assert Settings().has_colors is None
            patch.setenv(name, text)
            assert Settings().has_colors is False
            assert Settings(color="on").has_colors is True
