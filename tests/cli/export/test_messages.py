"""Messages go to a file whole, or to standard output."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sesinsights.cli import root
from tests.cli.export.commands import COUNTED, MESSAGES, METRICS, command_in
from tests.cli.export.mail import created_jobs, ids_in, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("name", ["mail.csv", "mail.jsonl", "mail.parquet"])
def test_all_records_are_in_the_file(
    name: str, run: Run, emulator: SESEmulator, here: Path
) -> None:
    """A file has all records in the form of its suffix, and nothing else is left."""
    sent = send(emulator, 20)
    answer = run(*MESSAGES, "-o", name)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[-1].startswith("20 records, 1 new job, ")
    ids = ids_in(here / name)
    assert len(ids) == 20
    assert set(ids) == sent
    assert [path.name for path in here.iterdir()] == [name]


@pytest.mark.parametrize("command", [MESSAGES, (*METRICS, *COUNTED)])
def test_standard_output_gets_csv(
    command: tuple[str, ...], run: Run, emulator: SESEmulator, here: Path
) -> None:
    """Standard output gets only the data, and stderr the summary."""
    midnight = emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    sent = emulator.add_message(isp="Gmail", sent_at=midnight - timedelta(hours=1))
    answer = run(*command, "-o", "-")
    assert answer.returncode == 0, answer.stderr
    # Metrics have a row for each provider, also for those that got no mail.
    rows = csv.DictReader(answer.stdout.splitlines())
    (_,) = (row for row in rows if sent in row.values() or row.get("ISP") == "Gmail")
    assert answer.stderr.splitlines()[-1].endswith(" s: standard output")
    assert [*here.iterdir()] == []


def test_messages_are_exported_until_now_unless_an_end_is_given(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """Messages are exported until now, as `report` counts them, unless an end is given."""
    sent = send(emulator, 3)
    began = datetime.now(UTC)
    for words in (
        ("export", "messages", "--start", "-2d", "-o", "mail.csv"),
        ("report", "--start", "-2d", "-o", "report.html"),
    ):
        answer = run(*words)
        assert answer.returncode == 0, answer.stderr
    ends = {job["EndDate"] for job in created_jobs(emulator)}
    assert all(began.timestamp() - 0.001 <= end <= datetime.now(UTC).timestamp() for end in ends)
    assert set(ids_in(here / "mail.csv")) == sent


def test_formulas_of_strangers_are_guarded_for_spreadsheets(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """A subject that a spreadsheet would run is guarded on request, and in CSV alone."""
    emulator.add_message(subject="=1+1", sent_at=emulator.now() - timedelta(minutes=5))
    for words, subject in (((), "=1+1"), (("--for-spreadsheets",), "'=1+1")):
        (row,) = csv.DictReader(run(*MESSAGES, "-o", "-", *words).stdout.splitlines())
        assert row["subject"] == subject
    refused = run(*MESSAGES, "-o", "mail.jsonl", "--for-spreadsheets")
    assert refused.returncode == 252
    assert "only to .csv files" in refused.stderr


def test_a_terminal_is_not_steered_by_what_is_exported(
    run: Run, emulator: SESEmulator, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control characters are shown escaped on a terminal, and as they are in a pipe."""
    emulator.add_message(subject="a\x1b[2J\x9bb", sent_at=emulator.now() - timedelta(minutes=5))
    raw = run(*MESSAGES, "-o", "-")
    assert "a\x1b[2J\x9bb" in raw.stdout
    job_id = json.loads(run("jobs", "--json").stdout)["JobId"]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for words in ((*MESSAGES, "-o", "-"), ("download", job_id)):
        shown = run(*words).stdout
        assert "a\\x1b[2J\\x9bb" in shown
        assert not set(shown) & {"\x1b", "\x9b", "\r"}
        assert len(shown.splitlines()) == 2


def test_a_window_that_the_service_no_longer_keeps_is_bad_input(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """A window that the service no longer keeps is refused before anything is sent."""
    answer = run("export", "messages", "--start", "-45d", "--end", "-40d", "-o", "mail.csv")
    assert answer.returncode == 252
    assert "Pass a --start that is less than 30 days ago." in answer.stderr
    assert emulator.requests == []
    assert [*here.iterdir()] == []


def test_a_sample_is_taken_only_when_allowed(
    emulator: SESEmulator, here: Path, small_jobs: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """An instant with too many records is an error, or with the option a reported sample."""
    at = emulator.now() - timedelta(hours=1)
    for _ in range(51):
        emulator.add_message(sent_at=at)
    assert root.run([*MESSAGES, "-o", "mail.csv"]) == 255
    said = capsys.readouterr().err
    assert "--allow-sampling" in said
    assert root.run([*command_in(said)[1:], "--allow-sampling"]) == 0
    assert "Only a sample: 50 records" in capsys.readouterr().err
    assert len(ids_in(here / "mail.csv")) == 50


def test_a_terminal_shows_a_bar(
    emulator: SESEmulator, environment: dict[str, str], here: Path
) -> None:
    """A bar shows jobs, records and bytes on stderr, and stdout stays empty."""
    send(emulator, 5)
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sesinsights", *MESSAGES, "-o", "mail.csv"],
        env={**environment, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(controller, 4096):
            shown += chunk
    except OSError:  # the other side is closed
        pass
    finally:
        os.close(controller)
    stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert stdout == b""
    assert b"1 of 1 window, 1 job, 5 records, 0.0 MB" in shown
    assert "━".encode() in shown
