"""Jobs on the command line: listed, waited for, downloaded."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.cli.jobs.options import SOURCE_TYPES, STATUSES
from sesinsights.models import ExportSourceType, JobStatus
from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


METRICS = {
    "MetricsDataSource": {
        "Dimensions": {"ISP": ["*"]},
        "Namespace": "VDM",
        "Metrics": [{"Name": "SEND", "Aggregation": "VOLUME"}],
        "StartDate": datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        "EndDate": datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
    }
}


@pytest.fixture
def emulator(clock: FakeClock) -> Iterator[SESEmulator]:
    """Run an emulator with the jobs of one test, which go on while commands here wait."""
    with SESEmulator(clock=clock) as emulator:
        yield emulator


def test_options_know_what_the_service_knows() -> None:
    """Statuses and types are written out, so that help and completion start fast."""
    assert [*STATUSES] == [*JobStatus]
    assert {*SOURCE_TYPES.values()} == {*ExportSourceType}


def test_jobs_are_listed_newest_first_up_to_a_limit(run: Any, emulator: SESEmulator) -> None:
    """More than are shown are mentioned; an id is never cut, however narrow the terminal."""
    ids = emulator.add_export_jobs(22)
    done = run("jobs", env={"COLUMNS": "40"})
    header, *rows = done.stdout.splitlines()
    assert "Created (UTC)" in header
    assert not [row for row in (header, *rows) if row != row.rstrip()]
    assert [row.split()[0] for row in rows] == ids[:1:-1]
    assert rows[0].split()[1:3] == ["messages", "COMPLETED"]
    assert done.stderr == "There are more than 20: --all lists them.\n"
    everything = run("jobs", "--all", "--local", env={"TZ": "EAT-3"})
    assert [row.split()[0] for row in everything.stdout.splitlines()[1:]] == ids[::-1]
    assert ("Created (EAT)" in everything.stdout, everything.stderr) == (True, "")


def test_jobs_as_json_are_what_the_service_says_a_line_each(
    run: Any, emulator: SESEmulator
) -> None:
    """JSON has the service's names, for export and import jobs; without jobs, there is no line."""
    ids = emulator.add_export_jobs(2)
    imported = emulator.add_import_job(job_status="COMPLETED", processed_records=3)
    done = run("jobs", "--json", "--max-items", "1")
    (job,) = map(json.loads, done.stdout.splitlines())
    assert (job["JobId"], job["JobStatus"]) == (ids[-1], "COMPLETED")
    assert datetime.fromisoformat(job["CreatedTimestamp"]).tzinfo
    assert done.stderr == "There are more than 1: --all lists them.\n"
    done = run("jobs", "--json", "--imports")
    assert [json.loads(line)["JobId"] for line in done.stdout.splitlines()] == [imported]
    none = run("jobs", "--json", "--status", "FAILED")
    assert (none.returncode, none.stdout) == (0, "")


def test_jobs_are_picked_by_status_and_type(run: Any, emulator: SESEmulator) -> None:
    """Both filters are sent to the service; the duration is shown once a job has ended."""
    failed = emulator.add_export_job(
        job_status="FAILED", created_at=emulator.now() - timedelta(hours=1)
    )
    running = emulator.add_export_job(job_status="PROCESSING", export_data_source=METRICS)
    by_status = run("jobs", "--status", "failed", "--max-items", "1")
    assert [row.split()[0] for row in by_status.stdout.splitlines()[1:]] == [failed]
    assert by_status.stdout.rstrip().endswith("4 s")
    assert by_status.stderr == ""
    by_type = run("jobs", "--type", "metrics")
    assert [row.split()[:3] for row in by_type.stdout.splitlines()[1:]] == [
        [running, "metrics", "PROCESSING"]
    ]
    nothing = run("jobs", "--status", "CANCELLED")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "No jobs were found" in nothing.stderr
    assert run("jobs", "--imports", "--status", "FAILED").returncode == 252


def test_import_jobs_are_listed_with_their_counts(run: Any, emulator: SESEmulator) -> None:
    """Below the id of an import job is what it does."""
    job_id = emulator.add_import_job(
        job_status="COMPLETED",
        import_destination={
            "ContactListDestination": {
                "ContactListName": "weekly",
                "ContactListImportAction": "PUT",
            }
        },
        processed_records=1234,
        failed_records=5,
    )
    _, row, purpose = run("jobs", "--imports").stdout.splitlines()
    assert (row.split()[0], *row.split()[-2:]) == (job_id, "1,234", "5")
    assert purpose.strip() == "puts on the contact list weekly"


def test_waiting_shows_where_the_job_is_and_how_it_ended(run: Any, emulator: SESEmulator) -> None:
    """The changes go to stderr as plain lines, the end to stdout."""
    emulator.add_message()
    job_id = emulator.add_export_job(job_status=None)
    done = run("wait", job_id)
    assert (done.returncode, done.stdout) == (0, f"{job_id} COMPLETED 1 records examined\n")
    changes = [line.split() for line in done.stderr.splitlines()]
    assert [words[1:] for words in changes] == [["s", "PROCESSING"], ["s", "COMPLETED"]]


def test_waiting_for_an_import_job_ends_with_its_counts(run: Any, emulator: SESEmulator) -> None:
    """The counts are shown; without --import, the advice names that option."""
    job_id = emulator.add_import_job(
        job_status="COMPLETED", processed_records=1234, failed_records=5
    )
    done = run("wait", job_id, "--import")
    assert done.stdout == f"{job_id} COMPLETED 1,234 records, 5 failed\n"
    mistaken = run("wait", job_id)
    assert (mistaken.returncode, mistaken.stdout) == (254, "")
    assert "If it is an import job, add --import." in mistaken.stderr


def test_a_wait_that_ends_badly_says_what_to_do(run: Any, emulator: SESEmulator) -> None:
    """Failed, cancelled and not in time: an error, and the command that helps."""
    failed = emulator.add_export_job(job_status="FAILED", error_message="No bob@example.com.")
    done = run("wait", failed)
    assert (done.returncode, done.stdout) == (255, "")
    assert f"sesinsights get-export-job --job-id {failed}" in done.stderr
    assert "bob" not in done.stderr
    cancelled = run("wait", emulator.add_export_job(job_status="CANCELLED"))
    assert cancelled.returncode == 255
    assert "create it again" in cancelled.stderr
    running = emulator.add_export_job(job_status="PROCESSING")
    late = run("wait", running, "--timeout", "0")
    assert late.returncode == 255
    assert f"sesinsights wait {running} --timeout 3600" in late.stderr


def test_an_interrupted_wait_leaves_the_job_alone(
    environment: dict[str, str], emulator: SESEmulator
) -> None:
    """The job's status is shown at once; the exit code is 130, with the command to wait again."""
    job_id = emulator.add_export_job(job_status="PROCESSING")
    with subprocess.Popen(
        [sys.executable, "-m", "sesinsights", "wait", job_id],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stderr
            assert process.stderr.readline().split()[-1] == "PROCESSING"
            process.send_signal(signal.SIGINT)
            shown, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, shown) == (130, "")
    assert "continues at the service" in said
    assert said.endswith(f"  sesinsights wait {job_id}\n")


def test_the_command_to_go_on_with_is_the_one_that_ran(
    run: Any, emulator: SESEmulator, tmp_path: Path
) -> None:
    """It connects to the same place, and names no address."""
    there = ("--region", "eu-west-1", "--endpoint-url", emulator.endpoint_url)
    job_id = emulator.add_export_job(job_status="PROCESSING")
    path = tmp_path / "my mail.csv"

    def told(*words: str) -> list[str]:
        done = run(*words, *there)
        assert done.returncode == 255
        (line,) = (line for line in done.stderr.splitlines() if line.startswith("  sesinsights"))
        return shlex.split(line)

    late = ("--timeout", "0")
    longer = ["--timeout", "3600"]
    assert told("wait", job_id, *late) == ["sesinsights", "wait", job_id, *there, *longer]
    download = ("download", job_id, "--out", str(path), "--force")
    assert told(*download, *late) == ["sesinsights", *download, *there, *longer]
    failed = emulator.add_export_job(job_status="FAILED")
    look = ["sesinsights", "get-export-job", "--job-id", failed, *there]
    assert told("wait", failed) == look
    hidden = run("download", job_id, "-o", str(tmp_path / "ada@example.net.csv"), *late).stderr
    assert "ada" not in hidden
    assert "Run the same command again with --timeout 3600." in hidden
    assert "<address>" not in hidden


def test_the_file_of_a_job_is_downloaded_as_it_is(
    run: Any, emulator: SESEmulator, tmp_path: Path
) -> None:
    """To stdout or to a file, which is only replaced on request."""
    message_id = emulator.add_message()
    job_id = emulator.add_export_job()
    path = tmp_path / "mail.csv"
    shown, kept = run("download", job_id), run("download", job_id, "-o", str(path))
    assert message_id in shown.stdout
    assert path.read_text() == shown.stdout
    assert (shown.returncode, shown.stderr, kept.returncode, kept.stdout) == (0, "", 0, "")
    assert kept.stderr == f"{path.stat().st_size:,} bytes: {path}\n"
    path.write_text("mine")
    before = len(emulator.requests)
    assert run("download", job_id, "-o", str(path)).returncode == 252
    assert run("download", job_id, "-o", str(tmp_path / "no" / "x")).returncode == 252
    assert run("download", job_id, "-o", str(tmp_path)).returncode == 252
    assert (path.read_text(), len(emulator.requests)) == ("mine", before)
    assert run("download", job_id, "-o", str(path), "--force").returncode == 0
    assert path.read_text() == shown.stdout


def test_a_download_replaces_nothing_but_a_regular_file(
    run: Any, emulator: SESEmulator, tmp_path: Path
) -> None:
    """Anything else is refused before the service is asked, with --force too."""
    fifo, link, loop = tmp_path / "fifo", tmp_path / "link", tmp_path / "loop"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    loop.symlink_to(loop)
    for out, said in {
        str(fifo): "is a pipe, and only a regular file can be replaced; - is standard output",
        str(link): "is a pipe",
        str(loop): "levels of symbolic links",
        str(tmp_path / "new") + os.sep: "is a directory",
        "": "-o: the name of the file is empty",
    }.items():
        refused = run("download", "0-0", "-o", out, "--force")
        assert refused.returncode == 252
        assert said in " ".join(refused.stderr.split())
    assert emulator.requests == []
    assert fifo.is_fifo()
    assert link.is_symlink()


@pytest.mark.parametrize("before", ["mine", None], ids=["leads to a file", "dangling"])
def test_a_download_is_written_through_a_symlink_on_request(
    run: Any, emulator: SESEmulator, tmp_path: Path, before: str | None
) -> None:
    """The symlink counts as a file that exists, and stays one."""
    message_id = emulator.add_message()
    job_id = emulator.add_export_job()
    file, link = tmp_path / "there" / "file", tmp_path / "link"
    file.parent.mkdir()
    link.symlink_to(file)
    if before:
        file.write_text(before)
    assert run("download", job_id, "-o", str(link)).returncode == 252
    assert run("download", job_id, "-o", str(link), "--force").returncode == 0
    assert link.is_symlink()
    assert message_id in file.read_text()


def test_a_job_that_still_runs_is_waited_for_unless_told_not_to(
    run: Any, emulator: SESEmulator
) -> None:
    """The job's status goes to stderr, so that stdout has only the data."""
    job_id = emulator.add_export_job(job_status=None)
    refused = run("download", job_id, "--no-wait")
    assert (refused.returncode, refused.stdout) == (255, "")
    assert "--no-wait" in refused.stderr
    waited = run("download", job_id)
    changes = [line.split()[-1] for line in waited.stderr.splitlines()]
    assert (waited.returncode, changes) == (0, ["PROCESSING", "COMPLETED"])
    assert waited.stdout.startswith('"messageid",')
    failed = run("download", emulator.add_export_job(job_status="FAILED"), "--no-wait")
    assert failed.returncode == 255
    assert "create the job again" in failed.stderr
