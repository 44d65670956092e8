"""Checkpoints: whatever ends an export, nothing is lost, doubled or made again."""

from __future__ import annotations

import errno
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sesinsights import SESInsights, errors, models
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sesinsights.testing import FakeClock

    Sent = Callable[[Iterable[int]], set[str]]


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


class CrashError(BaseException):
    """An error that looks to a surviving process like the end of one."""


def crash_after(events: int) -> Callable[[object], None]:
    """Return what crashes at the event after so many."""
    left = iter(range(events))

    def crash(_: object) -> None:
        if next(left, None) is None:
            raise CrashError

    return crash


def windows_asked_for(service: SESEmulator) -> Counter[str]:
    """Return the windows of the jobs that exist, and how often each was created."""
    return Counter(
        json.dumps(request.parameters["ExportDataSource"], sort_keys=True)
        for request in service.requests
        if request.operation == "CreateExportJob" and request.status_code in {200, None}
    )


@pytest.mark.parametrize(
    "include", [None, models.MessageInsightsFilters(destination=["user1*"])], ids=["all", "some"]
)
def test_an_export_that_crashed_anywhere_goes_on_where_it_was(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
    include: models.MessageInsightsFilters | None,
) -> None:
    """Crashing at every event in turn, it makes every job once and has every record once.

    With a filter, a full window is measured by small ones before it is split.
    """
    ids = {f"m{n}-{1000 * n}" for n in range(150) if include is None or str(n).startswith("1")}
    assert ids <= sent(range(0, 150_000, 1000))
    crashes = 0
    records = None
    while records is None:
        export = ses.export_message_insights(
            **month, include=include, checkpoint=tmp_path, on_progress=crash_after(crashes)
        )
        try:
            records = [record.message_id for record in export]
        except CrashError:
            crashes += 1
        finally:
            export.close()
    assert crashes > 5
    assert Counter(records) == Counter(ids)
    assert set(windows_asked_for(ses_emulator).values()) == {1}


def test_a_checkpoint_that_is_done_needs_no_service(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """Its files stay when the export is closed, and are read again."""
    ids = sent(range(100))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        assert len(list(export)) == 100
    sent_before = len(ses_emulator.requests)
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
        assert again.report.jobs == 0
    assert len(ses_emulator.requests) == sent_before


def test_a_job_whose_id_was_never_recorded_is_found_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """A process that ended between the service's answer and its journal makes no second job."""
    ids = sent(range(100))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    journal = tmp_path / "journal.jsonl"
    head, creating, *_ = journal.read_text().splitlines(keepends=True)
    journal.write_text(head + creating)
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
    assert set(windows_asked_for(ses_emulator).values()) == {1}


def test_a_job_that_the_service_no_longer_knows_is_made_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """A checkpoint may be older than the service's memory of its jobs."""
    ids = sent(range(10))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    journal = tmp_path / "journal.jsonl"
    head, creating, created, *_ = journal.read_text().splitlines(keepends=True)
    line = json.loads(created)
    journal.write_text(head + creating + json.dumps({**line, "job_id": "forgotten"}) + "\n")
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
        assert again.report.jobs == 1


def test_a_line_that_was_not_finished_is_not_believed(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """An unfinished line is a step that was not taken, and does not damage later lines."""
    ids = sent(range(10))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[: whole.rindex(b'"file"')])
    for _ in range(2):
        with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
            assert {record.message_id for record in again} == ids
    assert set(windows_asked_for(ses_emulator).values()) == {1}


@pytest.mark.parametrize("content", [b"", b'"messageid",\n'], ids=["empty", "cut"])
def test_a_file_that_was_changed_is_downloaded_again(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    content: bytes,
) -> None:
    """A file of another size than was recorded is not the one that was recorded."""
    ids = sent(range(10))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    (file,) = tmp_path.glob("*.csv")
    file.write_bytes(content)
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
    assert set(windows_asked_for(ses_emulator).values()) == {1}


def test_a_file_that_is_gone_at_the_service_too_is_exported_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """A completed job whose every link is refused is given up, and the next run makes another."""
    ids = sent(range(10))
    ses_emulator.faults.expire_link(times=None)
    with (
        ses.export_message_insights(**month, checkpoint=tmp_path) as export,
        pytest.raises(errors.ExportDownloadError),
    ):
        list(export)
    ses_emulator.faults.clear()
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
        assert again.report.jobs == 1


def test_a_checkpoint_of_another_region_is_refused(
    ses: SESInsights, month: dict[str, Any], sent: Sent, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """Its jobs are unknown there, and its records are of other mail."""
    sent(range(10))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    with (
        SESEmulator(clock=fake_clock) as elsewhere,
        SESInsights(
            endpoint_url=elsewhere.endpoint_url, region_name="eu-west-1", clock=fake_clock
        ) as other,
        other.export_message_insights(**month, checkpoint=tmp_path) as again,
        pytest.raises(ValueError, match="another Region"),
    ):
        list(again)


def test_a_checkpoint_that_was_not_closed_is_free_once_it_is_forgotten(
    ses: SESInsights, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """A checkpoint is free once its unclosed export is garbage-collected."""
    sent(range(10))
    export = ses.export_message_insights(**month, checkpoint=tmp_path)
    assert len(list(export)) == 10
    del export
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert len(list(again)) == 10


@pytest.mark.parametrize("line", ["null", "{}", "[]", "{broken", "\0\0\0"])
def test_a_damaged_line_is_named(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path, line: str
) -> None:
    """The error says which line of which file cannot be read, and what to do."""
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write(line + "\n")
    with (
        ses.export_message_insights(**month, checkpoint=tmp_path) as again,
        pytest.raises(ValueError, match=r"line 5 of .*journal\.jsonl .* empty directory"),
    ):
        list(again)


def test_a_disk_that_is_full_spoils_no_journal(
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line that could not be written whole is taken back."""
    ids = sent(range(10))
    export = ses.export_message_insights(**month, checkpoint=tmp_path)
    with monkeypatch.context() as full:

        def fsync(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="No space"):
            list(export)
    export.close()
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids


def test_only_the_owner_can_read_a_checkpoint(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path
) -> None:
    """It holds addresses and subjects."""
    directory = tmp_path / "new" / "checkpoint"
    with ses.export_message_insights(**month, checkpoint=directory) as export:
        list(export)
    assert directory.stat().st_mode & 0o077 == 0


def test_a_checkpoint_of_another_version_is_refused(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path
) -> None:
    """Steps that this version does not know are not guessed."""
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        window = [month[name].isoformat() for name in ("start_date", "end_date")]
        journal.write(json.dumps({"window": window, "merged": True}) + "\n")
    with (
        ses.export_message_insights(**month, checkpoint=tmp_path) as again,
        pytest.raises(ValueError, match="another version"),
    ):
        list(again)


def test_a_checkpoint_of_another_export_is_refused(
    ses: SESInsights, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """Records of another window or filter must not get in."""
    sent(range(10))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    other = {**month, "end_date": month["end_date"] - timedelta(days=1)}
    with (
        ses.export_message_insights(**other, checkpoint=tmp_path) as another,
        pytest.raises(ValueError, match="other arguments") as caught,
    ):
        list(another)
    text = str(caught.value)
    assert "end_date was 2026-01-15T12:00:00Z and is 2026-01-14T12:00:00Z" in text
    assert f"resume_export({str(tmp_path)!r})" in text
    assert "start_date" not in text


def test_a_filter_that_differs_is_named_and_not_shown(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path
) -> None:
    """A differing filter is named, but its value is not shown."""
    filters = [
        models.MessageInsightsFilters(destination=[f"{name}@example.com"])
        for name in ("ada", "bob")
    ]
    with ses.export_message_insights(**month, include=filters[0], checkpoint=tmp_path) as export:
        list(export)
    with (
        ses.export_message_insights(**month, include=filters[1], checkpoint=tmp_path) as another,
        pytest.raises(ValueError, match="other arguments: include\\. ") as caught,
    ):
        list(another)
    assert "example.com" not in str(caught.value)


def test_a_checkpoint_of_another_account_is_refused_where_credentials_tell(
    ses_emulator: SESEmulator, fake_clock: FakeClock, month: dict[str, Any], tmp_path: Path
) -> None:
    """Its jobs are unknown there, and its records are of other mail."""

    def client(account: str | None) -> SESInsights:
        session = boto3.session.Session("key", "secret", aws_account_id=account)
        return SESInsights(
            session=session,
            endpoint_url=ses_emulator.endpoint_url,
            region_name="us-east-1",
            clock=fake_clock,
        )

    def records(account: str | None) -> list[Any]:
        with (
            client(account) as ses,
            ses.export_message_insights(**month, checkpoint=tmp_path) as export,
        ):
            return list(export)

    assert records("111111111111") == records("111111111111") == records(None) == []
    with pytest.raises(ValueError, match="another account, 111111111111"):
        records("222222222222")


def test_a_checkpoint_serves_one_export_at_a_time(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
) -> None:
    """While one runs, another that has the same one is refused; two would make every job twice."""
    sent(range(10))
    refusals: list[str] = []
    another = SESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )

    def ask_the_second(_: object) -> None:
        with (
            another.export_message_insights(**month, checkpoint=tmp_path) as second,
            pytest.raises(RuntimeError, match="in use") as caught,
        ):
            list(second)
        refusals.append(str(caught.value))

    with ses.export_message_insights(
        **month, checkpoint=tmp_path, on_progress=ask_the_second
    ) as first:
        assert len(list(first)) == 10
    assert refusals
    assert all(f"this process, {os.getpid()}" in refusal for refusal in refusals)


@pytest.mark.parametrize("is_stopped", [False, True])
def test_an_export_that_does_not_run_gives_its_checkpoint_to_the_next(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    is_stopped: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """A notebook's traceback or output may keep an export that will not be used again."""
    ids = sent(range(10))
    crash = crash_after(1) if is_stopped else None
    held = ses.export_message_insights(**month, checkpoint=tmp_path, on_progress=crash)
    with suppress(CrashError):
        list(held)
    with ses.export_message_insights(**month, checkpoint=tmp_path) as again:
        assert {record.message_id for record in again} == ids
    with pytest.raises(RuntimeError, match="closed, and its checkpoint is kept"):
        list(held)
    assert set(windows_asked_for(ses_emulator).values()) == {1}


def test_a_checkpoint_that_another_process_uses_names_the_process(
    month: dict[str, Any], ses: SESInsights, tmp_path: Path
) -> None:
    """The error names the process that uses the checkpoint."""
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    hold = (
        "import fcntl, sys; file = open(sys.argv[1], 'ab'); fcntl.flock(file, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "journal.jsonl")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            ses.export_message_insights(**month, checkpoint=tmp_path) as again,
            pytest.raises(RuntimeError, match=f"in use .* in process {holder.pid}"),
        ):
            list(again)
        holder.communicate()


PROGRAM = """
import os, sys, time, traceback
from datetime import datetime
from pathlib import Path
import boto3
from sesinsights import SESInsights
from sesinsights.clock import SystemClock
from sesinsights.exports import windowed

windowed.MAX_EXPORT_ROWS = 50
endpoint, checkpoint, start, end, out = sys.argv[1:]

class QuickClock(SystemClock):
    def monotonic(self):
        return 100 * super().monotonic()

    def sleep(self, seconds):
        super().sleep(seconds / 100)

def client():
    paces = {"CreateExportJob": None}
    return SESInsights(
        endpoint_url=endpoint, region_name="us-east-1", paces=paces, clock=QuickClock()
    )

def export():
    with client() as ses, ses.export_message_insights(
        start_date=datetime.fromisoformat(start),
        end_date=datetime.fromisoformat(end),
        checkpoint=checkpoint,
        max_concurrent_jobs=4,
    ) as export:
        Path(out).write_text("\\n".join(record.message_id for record in export))

boto3.setup_default_session()
with client() as ses:
    list(ses.iter_export_jobs())
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            export()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    print(child, flush=True)
    # It is told of before it is reaped, so that its id stays its own until it was killed.
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    print("ended", flush=True)
    sys.stdin.readline()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Makes a process for every second line that it reads, and tells the exit code of each.

What takes long to load is loaded once, before.
"""


@pytest.fixture
def exporting(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """A program that makes processes that export."""
    programs: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        programs.append(
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        )
        return programs[0]

    yield begin
    for program in programs:
        with program:
            program.kill()


def exit_code_of_next(program: Any, journal: Path, lines: int) -> int:
    """Kill a process when its journal has so many lines more, and return how it ended."""

    def journaled() -> int:
        return journal.read_bytes().count(b"\n") if journal.exists() else 0

    program.stdin.write(b"\n")
    process = int(program.stdout.readline())
    goal = journaled() + lines
    while journaled() < goal and not select.select([program.stdout], [], [], 0.001)[0]:
        pass
    os.kill(process, signal.SIGKILL)
    assert program.stdout.readline() == b"ended\n"
    program.stdin.write(b"\n")
    return int(program.stdout.readline())


def test_a_process_that_is_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, exporting: Callable[..., Any]
) -> None:
    """Killed with SIGKILL after any line of its journal, it has every record once in the end.

    And each job is created once.
    """
    chance = random.Random(5)
    with SESEmulator(
        job_seconds=0.02, paces={"CreateExportJob": None}, max_running_jobs=20
    ) as service:
        end = service_now()
        start = end - timedelta(days=7)
        ids = [
            service.add_message(sent_at=start + timedelta(seconds=chance.randrange(600_000)))
            for _ in range(300)
        ]
        checkpoint, out = tmp_path / "checkpoint", tmp_path / "ids"
        program = exporting(
            *(service.endpoint_url, str(checkpoint)),
            *(start.isoformat(), end.isoformat(), str(out)),
        )
        kills = 0
        while exit_code := exit_code_of_next(
            program, checkpoint / "journal.jsonl", chance.randrange(2, 16)
        ):
            assert exit_code == -signal.SIGKILL
            kills += 1
        assert kills > 5
        assert Counter(out.read_text().splitlines()) == Counter(ids)
        assert set(windows_asked_for(service).values()) == {1}


def service_now() -> Any:
    """Return the time, to the millisecond, as the service keeps it."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(time.time()), UTC)


def test_a_checkpoint_needs_locks(
    connect: Callable[..., Any], month: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint is refused on a system without file locks."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(ImportError, match="a checkpoint needs locks on files as Unix has them"):
        connect().export_message_insights(**month, checkpoint="anywhere")
