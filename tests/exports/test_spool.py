"""Files of running exports are private, and are removed after use."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights, models
from sesinsights.exports import BadRecord
from sesinsights.exports.files.bad_records import without_repeats
from sesinsights.exports.journal import Journal
from sesinsights.exports.work_directory import WorkDirectory
from sesinsights.flows.flow import Fetch, Gather, Run
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sesinsights.flows.flow import Flow

    Sent = Callable[[Iterable[int]], set[str]]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of temporary files, which is otherwise empty."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(path))
    monkeypatch.setenv("TMPDIR", str(path))
    return path


def contents(directory: Path) -> dict[str, Any]:
    """Return what would show that anything in a directory was changed."""
    found = {}
    for path in [directory, *sorted(directory.rglob("*"))]:
        status = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (status.st_mode, status.st_ino, status.st_mtime_ns, data)
    return found


# Checkpoints


@pytest.fixture
def checkpoint(ses: SESInsights, month: dict[str, Any], sent: Sent, tmp_path: Path) -> Path:
    """One of an export that is done."""
    sent(range(10))
    path = tmp_path / "checkpoint"
    path.mkdir(mode=0o755)
    with ses.export_message_insights(**month, checkpoint=path) as export:
        list(export)
    return path


def test_files_of_a_checkpoint_are_private(
    ses: SESInsights, month: dict[str, Any], checkpoint: Path
) -> None:
    """Files are private whatever the umask and the directory's mode, also when replaced."""
    for damaged in (True, False, True):
        modes = {path.name: path.stat().st_mode & 0o777 for path in checkpoint.iterdir()}
        assert len(modes) == 2
        assert set(modes.values()) == {0o600}
        (data,) = checkpoint.glob("*.csv")
        if damaged:
            data.write_text("")
            data.chmod(0o644)
        else:
            data.unlink()
        with ses.export_message_insights(**month, checkpoint=checkpoint) as export:
            assert len(list(export)) == 10


def damaged(checkpoint: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of the journal."""
    journal = checkpoint / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(change(lines)))


def _version_1(lines: list[str]) -> list[str]:
    return [lines[0].replace('"version": 2', '"version": 1'), *lines[1:]]


def _outside(lines: list[str]) -> list[str]:
    last = json.loads(lines[-1])
    return [*lines[:-1], json.dumps({**last, "file": "../secret.csv"}) + "\n"]


REFUSED: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "another program's": (lambda _: ['{"mine": 1}\n', "x"], "does not belong to an export"),
    "a text without lines": (lambda _: ["my diary"], "does not belong to an export"),
    "an earlier version": (_version_1, "earlier or later version .*its version is 1"),
    "a damaged line": (lambda lines: [lines[0], "\0\0\n", *lines[1:], "half"], "line 2 "),
    "a path of another": (_outside, "line 4 "),
    "deeply nested": (lambda lines: [*lines, "[" * 100_000 + "\n"], "line 5 "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_journal_that_is_refused_is_left_as_it_is(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    checkpoint: Path,
    case: str,
) -> None:
    """A refused journal is an error that says why; nothing is requested or changed."""
    change, reason = REFUSED[case]
    damaged(checkpoint, change)
    before, asked = contents(checkpoint), len(ses_emulator.requests)
    with (
        ses.export_message_insights(**month, checkpoint=checkpoint) as again,
        pytest.raises(ValueError, match=reason),
    ):
        list(again)
    assert contents(checkpoint) == before
    assert len(ses_emulator.requests) == asked


def test_a_journal_that_is_a_link_or_a_pipe_is_not_followed(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path
) -> None:
    """A journal that is a link or a pipe is not opened."""
    diary = tmp_path / "diary"
    diary.write_text("dear diary")
    makers: list[Callable[[Path], object]] = [
        lambda path: path.symlink_to(diary),
        os.mkfifo,
        Path.mkdir,
    ]
    for number, make in enumerate(makers):
        checkpoint = tmp_path / str(number)
        checkpoint.mkdir(mode=0o700)
        make(checkpoint / "journal.jsonl")
        before = contents(checkpoint)
        with (
            ses.export_message_insights(**month, checkpoint=checkpoint) as export,
            pytest.raises(ValueError, match="not a journal of this user"),
        ):
            list(export)
        assert contents(checkpoint) == before
    assert diary.read_text() == "dear diary"


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_directory_that_others_may_write_to_is_refused(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path, mode: int
) -> None:
    """A directory that others can write to is refused, since they could put links there."""
    checkpoint = tmp_path / "shared"
    checkpoint.mkdir()
    checkpoint.chmod(mode)
    before = contents(checkpoint)
    with (
        ses.export_message_insights(**month, checkpoint=checkpoint) as export,
        pytest.raises(PermissionError, match="chmod go-w"),
    ):
        list(export)
    assert contents(checkpoint) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_directory_of_another_user_is_refused(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path
) -> None:
    """A directory of another user, or a link made by one, is refused."""
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, 12345, 12345)
    link = tmp_path / "link"
    (tmp_path / "ours").mkdir(mode=0o700)
    link.symlink_to("ours")
    os.chown(link, 12345, 12345, follow_symlinks=False)
    for checkpoint in (theirs, link):
        with (
            ses.export_message_insights(**month, checkpoint=checkpoint) as export,
            pytest.raises(PermissionError, match="belongs to another user"),
        ):
            list(export)
    assert list((tmp_path / "ours").iterdir()) == list(theirs.iterdir()) == []


def test_damage_that_keeps_the_size_is_found(
    ses: SESInsights, month: dict[str, Any], checkpoint: Path
) -> None:
    """The file is downloaded again."""
    (data,) = checkpoint.glob("*.csv")
    whole = data.read_bytes()
    data.write_bytes(whole.replace(b"m3-3", b"mX-X"))
    with ses.export_message_insights(**month, checkpoint=checkpoint) as again:
        assert "m3-3" in {record.message_id for record in again}
    assert data.read_bytes() == whole


# Directories that go


@pytest.mark.parametrize("interrupted", ["rename", "rmtree"])
def test_a_signal_within_close_leaves_nothing(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    interrupted: str,
) -> None:
    """Ctrl-C during close is raised, and the files are still removed."""
    sent([1])
    export = ses.export_message_insights(**month)
    list(export)
    holder: Any = Path if interrupted == "rename" else shutil
    real = getattr(holder, interrupted)
    signals = iter([KeyboardInterrupt()])

    def interrupt(*args: Any, **options: Any) -> Any:
        for raised in signals:
            raise raised
        return real(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(holder, interrupted, interrupt)
        with pytest.raises(KeyboardInterrupt):
            export.close()
    assert list(temporary.iterdir()) == []


def test_a_thread_that_still_writes_does_not_keep_the_directory(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that still writes cannot create another file in a removed directory."""
    directory = WorkDirectory()
    (directory.path / "begun").write_text("private")
    remove = shutil.rmtree

    def removing_while_written_to(*args: Any, **options: Any) -> None:
        with pytest.raises(FileNotFoundError):
            (directory.path / "late").write_text("private")
        remove(*args, **options)

    monkeypatch.setattr(shutil, "rmtree", removing_while_written_to)
    directory.close()
    assert list(temporary.iterdir()) == []


PROGRAM = """
import os, signal, sys, tempfile
from datetime import datetime
import boto3
from sesinsights import SESInsights

endpoint, start, end = sys.argv[1:]
boto3.setup_default_session()

def export():
    ses = SESInsights(
        endpoint_url=endpoint, region_name="us-east-1", paces={"CreateExportJob": None}
    )
    return ses.export_message_insights(
        start_date=datetime.fromisoformat(start), end_date=datetime.fromisoformat(end)
    )

def run(ending):
    # As in a program that keeps its export until it ends.
    global exported
    exported = export()
    print(len(list(exported)), flush=True)
    if ending == "exit":
        return
    if ending == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if child == 0:
        if ending == "child exits":
            sys.exit(0)
        exported.close()
        os._exit(0)
    os.waitpid(child, 0)
    print(len(list(exported)), flush=True)

with export() as loaded:
    list(loaded)
for line in sys.stdin:
    tempfile.tempdir, ending = line.rstrip().split("\t")
    process = os.fork()
    if process == 0:
        run(ending)
        sys.exit(0)
    os.waitpid(process, 0)
    print("ended", flush=True)
"""
"""Exports in a process for every line that it reads.

What takes long to load is loaded once, before.
"""


@pytest.fixture(scope="module")
def program() -> Iterator[subprocess.Popen[str]]:
    """The program, which exports from a service of its own."""
    with SESEmulator(job_seconds=0, paces={"CreateExportJob": None}) as service:
        service.add_message()
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, service.endpoint_url, *recent()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            yield process
            process.kill()


@pytest.fixture
def run(program: subprocess.Popen[str], temporary: Path) -> Callable[[str], list[str]]:
    """Export in a process that ends so, and return what it printed."""

    def run(ending: str) -> list[str]:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(f"{temporary}\t{ending}\n")
        program.stdin.flush()
        lines = (line.strip() for line in program.stdout)
        return [*takewhile(lambda line: line != "ended", lines)]

    return run


def recent() -> list[str]:
    """Return the hour around now, as the program takes it."""
    now = datetime.now(UTC).replace(microsecond=0)
    return [(now - timedelta(hours=1)).isoformat(), (now + timedelta(hours=1)).isoformat()]


@pytest.mark.parametrize("ending", ["child exits", "child closes"])
def test_a_forked_process_leaves_its_parents_files(
    run: Callable[[str], list[str]], temporary: Path, ending: str
) -> None:
    """A forked child does not remove its parent's files; the parent does."""
    assert run(ending) == ["1", "1"]
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_export(
    run: Callable[[str], list[str]], temporary: Path
) -> None:
    """Only files of killed processes are removed, not those of running ones or others."""
    mine = temporary / "sesinsights-mine"
    mine.mkdir()
    (mine / "sesinsights.lock").write_text("")
    (mine / "notes").write_text("mine")
    living = WorkDirectory()
    assert run("kill") == ["1"]
    assert len(list(temporary.iterdir())) == 3
    assert run("exit") == ["1"]
    assert set(temporary.iterdir()) == {mine, living.path.parent}
    living.close()


KILLED = """
import os, sys
from pathlib import Path
from sesinsights.exports.journal import Journal
from sesinsights.exports.work_directory import WorkDirectory
made = WorkDirectory() if len(sys.argv) == 1 else Journal(Path(sys.argv[1]), {})
if os.fork() == 0:
    print("The child runs.", flush=True)
    sys.stdin.read()
    os._exit(0)
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_goes_though_its_child_lives(temporary: Path) -> None:
    """A killed process's files are removed although its child is still running."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", KILLED], stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout
        parent.stdout.readline()
        parent.wait(timeout=30)
        assert len(list(temporary.iterdir())) == 1
        with WorkDirectory() as next_one:
            assert [*temporary.iterdir()] == [next_one.path.parent]


def test_a_checkpoint_of_a_killed_process_is_free_though_its_child_lives(tmp_path: Path) -> None:
    """The child has closed the journal that it inherited, which would keep the lock."""
    command, pipe = [sys.executable, "-c", KILLED, str(tmp_path / "export")], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout
        parent.stdout.readline()
        parent.wait(timeout=30)
        Journal(tmp_path / "export", {}).close()


def test_a_forked_process_does_not_keep_a_checkpoint_locked(
    ses: SESInsights, month: dict[str, Any], checkpoint: Path
) -> None:
    """A checkpoint is free once its process closed it, even if a child still runs."""
    export = ses.export_message_insights(**month, checkpoint=checkpoint)
    list(export)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    try:
        export.close()
        with ses.export_message_insights(**month, checkpoint=checkpoint) as again:
            assert len(list(again)) == 10
    finally:
        os.close(writing)
        os.waitpid(child, 0)
        os.close(reading)


@pytest.mark.parametrize("where", ["absolute", "../victim", "../../victim", "../../../victim"])
def test_no_id_of_the_services_becomes_a_path(
    ses: SESInsights, month: dict[str, Any], tmp_path: Path, temporary: Path, where: str
) -> None:
    """File names are chosen by this library, never taken from the service."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    ids: dict[str, str] = {}

    def rename(parsed: dict[str, str], **_: object) -> None:
        ids["real"] = parsed["JobId"]
        parsed["JobId"] = str(victim) if where == "absolute" else where

    events: Any = ses.client.meta.events
    events.register("after-call.sesv2.CreateExportJob", rename)
    events.register("provide-client-params.sesv2.GetExportJob", lambda **_: {"JobId": ids["real"]})
    today = month["end_date"].replace(hour=0)
    records = ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
        start_date=today - timedelta(days=1),
        end_date=today,
    )
    assert ids
    assert isinstance(records, list)
    assert victim.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"victim", "temporary"}
    assert list(temporary.iterdir()) == []


# Downloads that nobody waits for


@pytest.mark.parametrize("kind", [SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def test_an_abandoned_download_ends(
    kind: Any, ses_emulator: SESEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download ends early when its export has failed, and leaves no file."""
    client = kind(endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1")
    begun, ended = threading.Event(), threading.Event()
    wanted: list[bool] = []

    def fetch(step: Fetch) -> int:
        wanted.append(step.is_wanted())
        begun.set()
        while step.is_wanted():
            ended.wait(0.001)
        wanted.append(False)
        ended.set()
        return 0

    monkeypatch.setattr(client._transport, "fetch", fetch)

    def failing() -> Flow[int]:
        yield from Run(begun.wait)
        raise LookupError

    def fetching() -> Flow[int]:
        return (yield from Fetch("job", "https://localhost/", tmp_path / "file"))

    def both() -> Flow[list[int]]:
        return (yield from Gather([fetching(), failing()], 2))

    def run() -> None:
        running = client._driver.run(both())
        if kind is AsyncSESInsights:
            asyncio.run(running)

    with pytest.raises(LookupError):
        run()
    assert ended.wait(10)
    assert wanted == [True, False]


# What cannot be read


def test_a_bad_record_at_a_shared_instant_is_counted_once() -> None:
    """Two windows that touch both have it; what is there twice in one file is two records."""
    first = [BadRecord(7, "cut", "p"), BadRecord(8, "other", "p")]
    second = [BadRecord(2, "cut", "p"), BadRecord(3, "cut", "p"), BadRecord(4, "new", "p")]
    assert [*without_repeats(second, first)] == second[1:]
    assert [*without_repeats(second, ())] == second
