"""The one rule for what a file of ours replaces: every writer, for threads and for asyncio."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights
from sesinsights.exports import read_message_insights
from sesinsights.exports.tables.writing import write_csv
from sesinsights.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Write = Callable[[Path | str], Any]

WAYS = ["to_csv", "to_jsonl", "to_parquet", "download"]


@pytest.fixture(params=[SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def client(request: pytest.FixtureRequest, ses_emulator: SESEmulator, fake_clock: FakeClock) -> Any:
    """Either client."""
    ses_emulator.add_message(message_id="m-1")
    return request.param(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )


@pytest.fixture(params=WAYS)
def write(
    request: pytest.FixtureRequest,
    client: Any,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    outcome: Callable[[Any], Any],
) -> Write:
    """Every way to have a file written."""
    job_id = ses_emulator.add_export_job()
    now = fake_clock.now()
    export = client.export_message_insights(start_date=now - timedelta(days=1), end_date=now)
    if request.param == "download":
        return lambda path: outcome(client.download_export_job(job_id, path))
    return lambda path: outcome(getattr(export, request.param)(path))


def test_a_file_that_is_replaced_keeps_its_mode(write: Write, tmp_path: Path) -> None:
    """A file for the group stays one, and nothing is left beside it."""
    path = tmp_path / "mail"
    path.write_text("old")
    path.chmod(0o640)
    write(path)
    assert [record.message_id for record in read_message_insights(path)] == ["m-1"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [*tmp_path.iterdir()] == [path]


def test_a_new_file_has_the_mode_that_the_mask_leaves(write: Write, tmp_path: Path) -> None:
    """A new file has the mode that the umask leaves, like any other file."""
    mask = os.umask(0o027)
    try:
        write(tmp_path / "mail")
    finally:
        os.umask(mask)
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("old", ["old", None], ids=["to a file", "dangling"])
def test_a_link_is_followed_and_stays(write: Write, tmp_path: Path, old: str | None) -> None:
    """A symbolic link stays, and the file that it leads to is replaced."""
    target = tmp_path / "elsewhere" / "mail"
    target.parent.mkdir()
    if old:
        target.write_text(old)
    link = tmp_path / "link"
    link.symlink_to(Path("elsewhere", "mail"))
    write(link)
    assert link.is_symlink()
    assert [record.message_id for record in read_message_insights(target)] == ["m-1"]


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    os.chdir(path.parent)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)


def _device(path: Path) -> None:
    path.symlink_to("/dev/null")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _nothing_above(path: Path) -> None:
    path.parent.rmdir()


def identity(path: Path) -> tuple[int, int] | None:
    """Return what would change if something else were there."""
    if not os.path.lexists(path):
        return None
    status = path.lstat()
    return status.st_ino, status.st_mode


PLACES = {
    "a directory": (_directory, IsADirectoryError),
    "a pipe": (_pipe, OSError),
    "a socket": (_socket, OSError),
    "a device": (_device, OSError),
    "a loop": (_loop, OSError),
    "no directory": (_nothing_above, FileNotFoundError),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_bad_place_is_refused_before_anything_is_asked_for(
    write: Write,
    ses_emulator: SESEmulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    case: str,
) -> None:
    """No job was made, and what is there is as it was."""
    monkeypatch.chdir(tmp_path)
    make, error = PLACES[case]
    path = tmp_path / "folder" / "mail"
    path.parent.mkdir()
    make(path)
    before = identity(path)
    with pytest.raises(error):
        write(path)
    assert ses_emulator.requests == []
    assert identity(path) == before
    assert not path.parent.exists() or len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("name", ["", "folder/", "folder/."])
def test_a_name_of_no_file_is_refused(write: Write, tmp_path: Path, name: str) -> None:
    """A path that ends in a slash or a dot is refused."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"directory|empty"):
        write(f"{tmp_path}/{name}" if name else "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_to_is_refused(
    write: Write, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """The error names the directory."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=str(tmp_path)):
            write(tmp_path / "mail")
    finally:
        tmp_path.chmod(0o700)
    assert ses_emulator.requests == []


def test_a_dataset_in_place_of_a_file_is_refused_before_anything_is_asked_for(
    client: Any,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    outcome: Callable[[Any], Any],
    tmp_path: Path,
) -> None:
    """A dataset is a directory."""
    now = fake_clock.now()
    export = client.export_message_insights(start_date=now - timedelta(days=1), end_date=now)
    (tmp_path / "file").write_text("mine")
    for place in ("file", "file/below"):
        with pytest.raises(NotADirectoryError, match="file"):
            outcome(export.to_parquet(tmp_path / place, partition_by="day"))
    with pytest.raises(ValueError, match="nowhere"):
        outcome(export.to_parquet("nowhere://bucket/mail.parquet"))
    assert ses_emulator.requests == []


KILLED = """
import os, signal, sys
from sesinsights.whole_files import whole_file

with whole_file(sys.argv[1]) as file:
    file.write(b"x" * 100_000)
    file.flush()
    (aside,) = [name for name in os.listdir(".") if name != "other"]
    assert os.stat(aside).st_mode & 0o077 == 0, "others could read it"
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_write_left_goes_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only that: neither other files nor what another process is writing."""
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-c", KILLED, "mail.csv"], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".mail.csv.")
    foreign = tmp_path / f".mail.csv.{'z' * 32}.part"
    foreign.write_text("mine")
    with whole_file(tmp_path / "mail.csv") as file:
        assert not left.exists()
        write_csv([], tmp_path / "mail.csv")
        file.write(b"messageid,sendtimestamp,destination\nlast,,\n")
    assert [record.message_id for record in read_message_insights(tmp_path / "mail.csv")] == [
        "last"
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"mail.csv", foreign.name}


def test_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    """A long file name works: the hidden file's name is shorter."""
    path = tmp_path / ("ü" * 127)
    write_csv([], path)
    assert [*tmp_path.iterdir()] == [path]


FORKED = """
import os, sys
from sesinsights.whole_files import whole_file

with whole_file(sys.argv[1]) as file:
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
    file.write(b"whole")
"""


def test_a_forked_process_that_ends_does_not_end_the_write(tmp_path: Path) -> None:
    """A forked process that ends neither ends the write nor leaves files."""
    subprocess.run([sys.executable, "-c", FORKED, str(tmp_path / "mail")], check=True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("mail", b"whole")]
