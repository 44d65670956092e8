"""Only a regular file is replaced, and only with --force."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sesinsights.cli import root
from tests.cli.export.commands import COUNTED, MESSAGES, METRICS
from tests.cli.export.mail import created_jobs, ids_in, send

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import SESEmulator


def test_a_uri_takes_parquet(emulator: SESEmulator, here: Path) -> None:
    """A URI that pyarrow opens is written to, and not replaced unasked."""
    send(emulator, 3)
    out = here / "lake" / "mail.parquet"
    out.parent.mkdir()
    assert root.run([*MESSAGES, "-o", out.as_uri()]) == 0
    assert len(ids_in(out)) == 3
    assert root.run([*MESSAGES, "-o", out.as_uri()]) == 252
    assert len(created_jobs(emulator)) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pipe.csv", "is a pipe"),
        ("to-pipe.csv", "is a pipe"),
        ("folder.csv", "is a directory"),
        ("to-folder.csv", "is a directory"),
        ("new.csv/", "is a directory"),
        ("to-nowhere.csv", "the directory does not exist"),
    ],
)
def test_only_a_regular_file_is_replaced(
    name: str,
    said: str,
    emulator: SESEmulator,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is not a regular file stays as it is, also behind a symlink and with --force."""
    os.mkfifo(here / "pipe.csv")
    (here / "folder.csv").mkdir()
    for link, target in (("pipe", "pipe.csv"), ("folder", "folder.csv"), ("nowhere", "no/x.csv")):
        (here / f"to-{link}.csv").symlink_to(target)
    before = {path.name: path.lstat().st_ino for path in here.iterdir()}
    for command in (MESSAGES, (*METRICS, *COUNTED)):
        assert root.run([*command, "-o", name]) == 252
        capsys.readouterr()
        assert root.run([*command, "-o", name, "--force"]) == 252
        assert said in " ".join(capsys.readouterr().err.split())
    assert emulator.requests == []
    assert {path.name: path.lstat().st_ino for path in here.iterdir()} == before


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("before", ["mine", None], ids=["leads to a file", "dangling"])
def test_a_symlink_is_written_through_on_request(
    suffix: str, before: str | None, emulator: SESEmulator, here: Path
) -> None:
    """A symlink counts as a file that exists, and with --force stays a link to what is written."""
    sent = send(emulator, 3)
    (here / "there").mkdir()
    file, link = here / "there" / f"file.{suffix}", here / f"link.{suffix}"
    link.symlink_to(file)
    if before:
        file.write_text(before)
    assert root.run([*MESSAGES, "-o", link.name]) == 252
    assert emulator.requests == []
    assert root.run([*MESSAGES, "-o", link.name, "--force"]) == 0
    assert link.is_symlink()
    assert not file.is_symlink()
    assert set(ids_in(file)) == sent
    assert {path.name for path in here.rglob("*")} == {"there", file.name, link.name}
