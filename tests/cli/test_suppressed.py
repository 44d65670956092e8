"""Suppression lists on the command line: shown, exported, compared and filled."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sesinsights import SESInsights

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]


def test_why_an_address_is_suppressed_is_shown(run: Run, emulator: SESEmulator) -> None:
    """An entry is shown with its message, or as JSON for programs."""
    message_id = emulator.add_message(
        destination="reader@example.com", events=["SEND", "PERMANENT_BOUNCE"]
    )
    emulator.add_suppressed_destination(
        "reader@example.com", message_id=message_id, feedback_id="0100-f"
    )
    done = run("suppressed", "show", "reader@example.com")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, *rest = done.stdout.splitlines()
    assert first.startswith("reader@example.com is suppressed: BOUNCE, 2")
    assert second == "Feedback 0100-f"
    assert message_id in done.stdout
    assert "Bounced" in "\n".join(rest)
    found = json.loads(run("suppressed", "show", "reader@example.com", "--json").stdout)
    assert found["SuppressedDestination"]["Attributes"]["FeedbackId"] == "0100-f"
    assert found["Message"]["MessageId"] == message_id


def test_an_address_that_is_not_suppressed_is_said_to_be_none(run: Run) -> None:
    """For programs, an address that is not suppressed is null."""
    done = run("suppressed", "show", "reader@example.com")
    assert done.stdout == "reader@example.com is not on the suppression list.\n"
    assert run("suppressed", "show", "reader@example.com", "--json").stdout == "null\n"


@pytest.mark.parametrize("vdm_enabled", [True, False])
def test_a_message_that_cannot_be_looked_up_hides_nothing(
    run: Run, emulator: SESEmulator, *, vdm_enabled: bool
) -> None:
    """The entry is shown, and why the message is not."""
    emulator.vdm_enabled = vdm_enabled
    emulator.add_suppressed_destination("reader@example.com", message_id="0100-gone")
    done = run("suppressed", "show", "reader@example.com")
    assert done.returncode == 0
    assert "is suppressed: BOUNCE" in done.stdout
    assert "0100-gone" in done.stdout
    answer = json.loads(run("suppressed", "show", "reader@example.com", "--json").stdout)
    assert answer["Error"]["Message"]


def test_a_list_is_exported(run: Run, emulator: SESEmulator, tmp_path: Path) -> None:
    """A list is written to a file, only replaced with --force, or to standard output."""
    emulator.add_suppressed_destination("a@example.com")
    emulator.add_suppressed_destination("c@example.com", reason="COMPLAINT")
    path = tmp_path / "list.jsonl"
    done = run("suppressed", "export", "-o", str(path))
    assert (done.returncode, done.stderr) == (0, f"2 addresses: {path}\n")
    assert len(path.read_text().splitlines()) == 2
    assert run("suppressed", "export", "-o", str(path)).returncode == 252
    done = run("suppressed", "export", "-o", "-", "--reason", "complaint", "--start", "-1d")
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["email_address"], row["reason"]) == ("c@example.com", "COMPLAINT")
    assert run("suppressed", "export", "-o", "list.txt").returncode == 252


@pytest.fixture
def wanted(emulator: SESEmulator, tmp_path: Path) -> str:
    """A file that lacks an address of the list, and has one too many."""
    emulator.add_suppressed_destination("kept@example.com")
    emulator.add_suppressed_destination("extra@example.com")
    path = tmp_path / "wanted.csv"
    path.write_text("email_address,reason\nkept@example.com,COMPLAINT\nnew@example.com,\n")
    return str(path)


def test_a_comparison_is_shown_and_applied_when_that_is_said(
    run: Run, emulator: SESEmulator, wanted: str
) -> None:
    """Each difference has its line, and --remove takes off what is too many."""
    plan = run("suppressed", "sync", wanted)
    assert plan.returncode == 0
    assert plan.stdout == "+ new@example.com BOUNCE\n~ kept@example.com COMPLAINT\n"
    assert "1 not wanted but kept\nNothing was changed: --apply" in plan.stderr
    assert {request.operation for request in emulator.requests} == {"ListSuppressedDestinations"}
    done = run("suppressed", "sync", wanted, "--apply", "--remove")
    assert done.stdout.endswith("- extra@example.com\n")
    assert done.stderr == "1 added, 1 changed, 1 removed, 0 as wanted\n"
    again = run("suppressed", "sync", "-", "--remove", text="new@example.com\nkept@example.com\n")
    assert (again.stdout, again.stderr) == ("", "0 to add, 0 to change, 0 to remove, 2 as wanted\n")


def test_what_fails_ends_with_254(run: Run, emulator: SESEmulator) -> None:
    """The other addresses are changed, and each failure says why."""
    emulator.add_suppressed_destination("a/b@example.com")
    done = run("suppressed", "sync", "-", "--apply", "--remove", text="new@example.com\n")
    assert done.returncode == 254
    assert "! a/b@example.com: only an import job can remove" in done.stdout


@pytest.mark.parametrize(
    ("args", "text", "problem"),
    [
        (["sync", "-"], "a@example.com\nsecret\n", "line 2"),
        (["sync", "secret@example.com"], "", "does not exist"),
        (["sync", "-", "--bucket", "b", "--tenant-name", "t"], "", "tenant's list"),
        (["import", "-"], "", "--bucket"),
        (["show", "secret"], "", "email_address"),
    ],
)
def test_bad_input_ends_with_252(
    run: Run, emulator: SESEmulator, args: list[str], text: str, problem: str
) -> None:
    """Nothing is sent, and no address is shown."""
    done = run("suppressed", *args, text=text)
    assert done.returncode == 252
    assert problem in done.stderr
    assert "secret" not in done.stderr
    assert emulator.requests == []


def test_a_file_is_imported_by_jobs(
    run: Run, emulator: SESEmulator, tmp_path: Path, moto_url: str
) -> None:
    """It goes to a bucket of Amazon S3, whose endpoint is another, and what failed is printed."""
    s3: Any = boto3.client("s3", endpoint_url=moto_url, region_name="us-east-1")
    s3.create_bucket(Bucket="cli-lists")
    emulator.read_imports_from(s3)
    path = tmp_path / "list.txt"
    path.write_text("a@example.com\nb@example.com\n")
    env = {"AWS_ENDPOINT_URL_S3": moto_url}
    args = ("--bucket", "cli-lists", "--endpoint-url", emulator.endpoint_url)
    done = run("suppressed", "import", str(path), *args, env=env)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("1 import job: 2 read, 0 failed\n")
    emulator.faults.fail_job("No access")
    assert run("suppressed", "import", str(path), *args, env=env).returncode == 255
    path.write_text("a@example.com\nc@example.com\n")
    done = run("suppressed", "import", str(path), "--delete", *args, env=env)
    assert done.returncode == 254
    assert done.stdout.startswith("! c@example.com")
    s3.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "interrupted"),
        (["--apply"], "Changes that were made stay; the same command makes the others."),
        (["--apply", "--bucket", "lists"], "A job that was created continues"),
    ],
)
def test_an_interrupted_comparison_says_what_it_leaves(
    run: Run, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    """Changes are only mentioned with --apply, and jobs only with a bucket too."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SESInsights, "sync_suppressed", interrupted)
    done = run("suppressed", "sync", "-", *options, text="a@example.com\n")
    assert done.returncode == 130
    assert told in done.stderr
    assert ("job" in done.stderr) == ("--bucket" in options)
