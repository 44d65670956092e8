"""An export that ends early is resumed by the command that it prints, or started over."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sesinsights.cli import root
from sesinsights.exports.journal import Journal, request_in
from tests.cli.export.commands import MESSAGES, WINDOW, command_in
from tests.cli.export.mail import created_jobs, ids_in, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]


def test_an_export_to_standard_output_is_resumed_from_a_checkpoint_that_is_named(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """An export to standard output is resumed only from a checkpoint that is named."""
    send(emulator, 3)
    emulator.faults.fail_job("The job came to nothing.", times=2)
    failed = run(*MESSAGES, "-o", "-")
    assert (failed.returncode, failed.stdout, [*here.iterdir()]) == (255, "", [])
    assert "--resume" not in failed.stderr
    assert run(*MESSAGES, "-o", "-", "--resume").returncode == 252
    failed = run(*MESSAGES, "-o", "-", "--checkpoint", "kept")
    assert (failed.returncode, failed.stdout) == (255, "")
    resumed = run(*command_in(failed.stderr)[1:])
    assert (resumed.returncode, len(resumed.stdout.splitlines())) == (0, 4)
    assert [*here.iterdir()] == []


_COMMAND_WITH_SMALL_JOBS = """
import os, signal, sys
from sesinsights.cli import main
from sesinsights.exports import windowed

windowed.MAX_EXPORT_ROWS = 50

def interrupt(event, arguments):
    if event == "os.rename" and os.path.basename(arguments[1]) == "mail.csv":
        os.kill(os.getpid(), signal.SIGINT)

if sys.argv.pop(1) == "_rows_are_written":
    sys.addaudithook(interrupt)
main()
"""


def _job_runs(emulator: SESEmulator) -> bool:
    return any(request.operation == "GetExportJob" for request in emulator.requests)


def _files_come(emulator: SESEmulator) -> bool:
    return bool(emulator.downloads)


def _rows_are_written(emulator: SESEmulator) -> bool:
    return False  # the command interrupts itself, before it puts the file in its place


@pytest.mark.parametrize("moment", [_job_runs, _files_come, _rows_are_written])
def test_ctrl_c_leaves_what_the_command_it_tells_goes_on_with(  # noqa: PLR0917 - fixtures
    moment: Callable[[SESEmulator], bool],
    environment: dict[str, str],
    emulator: SESEmulator,
    here: Path,
    small_jobs: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An interrupted export ends at once, and requests nothing twice when it is resumed."""
    sent = send(emulator, 60)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "")
    words = (*MESSAGES, "-o", "mail.csv", "--endpoint-url", emulator.endpoint_url)
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND_WITH_SMALL_JOBS, moment.__name__, *words],
        env={**environment, "AWS_ENDPOINT_URL_SESV2": ""},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not moment(emulator) and process.poll() is None:
        time.sleep(0.005)
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert not (here / "mail.csv").exists()

    assert root.run(command_in(said)[1:]) == 0
    ids = ids_in(here / "mail.csv")
    assert len(ids) == 60
    assert set(ids) == sent
    windows = [(source["StartDate"], source["EndDate"]) for source in created_jobs(emulator)]
    assert len(set(windows)) == len(windows) > 1
    assert [path.name for path in here.iterdir()] == ["mail.csv"]


def test_an_unfinished_export_is_not_begun_again_unasked(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unfinished export is refused with the command that resumes it, however it was given."""
    emulator.faults.fail_job("The job came to nothing.")
    send(emulator, 4)
    options = ("--region", "eu-west-1", "--allow-sampling", "--include", "isp=Gmail")
    assert root.run([*MESSAGES, *options, "-o", "my mail.csv"]) == 255
    told = command_in(capsys.readouterr().err)
    source = created_jobs(emulator)[0]
    begin, end = (datetime.fromisoformat(told[told.index(word) + 1]) for word in WINDOW[::2])
    assert begin.tzinfo == end.tzinfo == UTC
    assert source["StartDate"] == begin.timestamp()
    assert end.timestamp() == pytest.approx(source["EndDate"], abs=0.001)
    assert "Isp=Gmail" in told
    assert "--allow-sampling" in told
    assert told[told.index("--region") + 1] == "eu-west-1"
    assert told[told.index("--out") + 1] == "my mail.csv"

    assert root.run([*MESSAGES, *options, "-o", "my mail.csv"]) == 252
    refused = capsys.readouterr().err
    assert command_in(refused) == told
    restart = [line for line in refused.splitlines() if line.endswith("--restart")]
    assert [shlex.split(line) for line in restart] == [[*told[:-1], "--restart"]]
    assert root.run([*MESSAGES, *options, "-o", "my mail.csv", "--resume"]) == 252
    assert command_in(capsys.readouterr().err) == told
    assert len(created_jobs(emulator)) == 1

    assert root.run(told[1:]) == 0
    assert len(ids_in(here / "my mail.csv")) == 2


def test_an_export_without_an_end_is_resumed_until_the_end_that_it_had(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export without an end is resumed until the moment when it began."""
    emulator.faults.fail_job("The job came to nothing.")
    sent = send(emulator, 4)
    words = ["export", "messages", "--start", f"{emulator.now() - timedelta(hours=9):%FT%TZ}"]
    assert root.run([*words, "-o", "mail.csv"]) == 255
    assert root.run([*words, "-o", "mail.csv"]) == 252
    assert "--resume" in capsys.readouterr().err
    assert root.run([*words, "-o", "mail.csv", "--resume"]) == 0
    assert set(ids_in(here / "mail.csv")) == sent
    first, *others = (source["EndDate"] for source in created_jobs(emulator))
    assert others
    assert {*others} == {first}


def test_the_command_to_resume_names_nobody(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Filters with addresses are kept in the checkpoint alone, and hold for the rest."""
    emulator.faults.fail_job("The job came to nothing.")
    send(emulator, 4)
    about = ("--include", "destination=reader1@example.net")
    assert root.run([*MESSAGES, *about, "-o", "mail.csv", "--checkpoint", "kept"]) == 255
    said = capsys.readouterr().err
    assert "reader1" not in said
    (here / "kept" / "notes.txt").write_text("mine")
    assert root.run(command_in(said)[1:]) == 0
    assert len(ids_in(here / "mail.csv")) == 1
    assert [path.name for path in (here / "kept").iterdir()] == ["notes.txt"]


def test_an_export_is_started_over_without_touching_what_else_is_there(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Starting over removes what the earlier export left, and nothing else."""
    (here / "notes.txt").write_text("mine")
    words = ("-o", "mail.csv", "--checkpoint", ".")
    emulator.faults.fail_job("The job came to nothing.")
    send(emulator, 4)
    assert root.run([*MESSAGES, "--include", "isp=Gmail", *words]) == 255
    assert "rm " not in capsys.readouterr().err
    assert root.run([*MESSAGES, *words, "--restart", "--resume"]) == 252
    assert root.run([*MESSAGES, *words, "--restart"]) == 0
    assert len(ids_in(here / "mail.csv")) == 4
    assert {path.name for path in here.iterdir()} == {"mail.csv", "notes.txt"}


def test_starting_over_leaves_a_journal_of_another_make_alone(
    emulator: SESEmulator, here: Path
) -> None:
    """A file that only has the name of what an export keeps is not removed."""
    journal = here / "journal.jsonl"
    journal.write_text('{"mine": 1}\n')
    words = ("-o", "mail.csv", "--checkpoint", ".", "--restart")
    assert root.run([*MESSAGES, *words]) == 252
    assert journal.read_text() == '{"mine": 1}\n'


@pytest.mark.parametrize("more", [(), ("--resume",), ("--restart",)])
def test_an_export_that_another_process_runs_is_left_alone(
    more: tuple[str, ...], emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export that another process runs is left alone, with the advice to wait."""
    emulator.faults.fail_job("The job came to nothing.")
    send(emulator, 2)
    assert root.run([*MESSAGES, "-o", "mail.csv"]) == 255
    capsys.readouterr()
    kept = here / ".mail.csv.sesinsights"
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    request = request_in(kept)
    assert request
    journal = Journal(kept, request)
    try:
        assert root.run([*MESSAGES, "-o", "mail.csv", *more]) == 255
    finally:
        journal.close()
    said = capsys.readouterr().err
    assert "another process is running the export" in said
    assert "--" not in said
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert len(created_jobs(emulator)) == 1


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_a_command_that_names_somebody_is_told_in_words(
    more: tuple[str, ...], emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that contains an address is described in words, without the address."""
    emulator.faults.fail_job("The job came to nothing.")
    send(emulator, 2)
    words = ("-o", "ada@example.net.csv", "--checkpoint", "kept")
    for given, code in (((), 255), (more, 252)):
        assert root.run([*MESSAGES, *words, *given]) == code
        said = capsys.readouterr().err
        assert "ada" not in said
        assert "--out" not in said
        assert "same command again with --resume" in " ".join(said.split())
        assert "same command again with --restart" in " ".join(said.split())
    (dates,) = (line for line in said.splitlines() if line.startswith("  --start"))
    later = [*MESSAGES, *words, "--resume", *shlex.split(dates)]
    assert root.run(later) == 0
    assert len(ids_in(here / "ada@example.net.csv")) == 2


def test_an_export_that_is_refused_leaves_nothing(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export without a job leaves nothing, and starts over even with --resume."""
    emulator.vdm_enabled = False
    assert root.run([*MESSAGES, "-o", "mail.csv"]) == 254
    said = capsys.readouterr().err
    assert "Virtual Deliverability Manager" in " ".join(said.split())
    assert "--resume" not in said
    assert [*here.iterdir()] == []
    emulator.vdm_enabled = True
    assert root.run([*MESSAGES, "-o", "mail.csv", "--resume"]) == 0
