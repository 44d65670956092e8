"""What happened to messages, asked on the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from sesinsights import models
from sesinsights.cli.message.timeline import timeline
from sesinsights.testing import MessageEvent

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import SESEmulator

SENT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def message_id(emulator: SESEmulator) -> str:
    """A message that was late, and came back."""
    return emulator.add_message(
        subject="Spring\x1b[31m sale",
        destination="ada@example.net",
        isp="Gmail",
        sent_at=SENT,
        email_tags={"campaign": "spring"},
        events=[
            MessageEvent("SEND", at=SENT),
            MessageEvent(
                "TRANSIENT_BOUNCE",
                at=SENT + timedelta(minutes=11),
                bounce_sub_type="MailboxFull",
                diagnostic_code="smtp; 452 4.2.2 ada@example.net is over quota",
            ),
        ],
    )


def test_a_message_is_told_as_a_timeline(run: Any, message_id: str) -> None:
    """A timeline shows recipient, event, UTC time, interval, and bounces in words."""
    done = run("message", message_id)
    assert (done.returncode, done.stderr) == (0, "")
    for part in (
        "Spring\\x1b[31m sale",
        "sender@example.com",
        message_id,
        "campaign=spring",
        "ada@example.net  Gmail",
        "Bounced (TRANSIENT, MailboxFull)",
        "try again later",
        "4.2.2, temporary: the mailbox is full",
        "smtp; 452 4.2.2 ada@example.net is over quota",
    ):
        assert part in done.stdout
    assert "\x1b" not in done.stdout
    sent, bounced = (line for line in done.stdout.splitlines() if " UTC " in line)
    assert sent.split() == [*f"{SENT:%Y-%m-%d %H:%M:%S} UTC Sent".split()]
    assert "+11 min" in bounced


def test_how_it_ended_and_what_to_do_stand_first(run: Any, emulator: SESEmulator) -> None:
    """A late delivery does not hide a complaint, and the advice is shown once."""
    message_id = emulator.add_message(
        sent_at=SENT,
        events=[
            MessageEvent("SEND", at=SENT),
            MessageEvent("COMPLAINT", at=SENT + timedelta(minutes=2)),
            MessageEvent("DELIVERY", at=SENT + timedelta(minutes=3)),
            MessageEvent("OPEN", at=SENT + timedelta(minutes=4)),
        ],
    )
    said = " ".join(run("message", message_id).stdout.split())
    assert "Outcome Delivered, and reported as unwanted" in said
    assert "after 3 min" in said
    assert "Recipient opened" in said
    assert said.count("stop sending to this address") == 1
    assert said.index("What to do") < said.index("Sent")


def test_a_timeline_is_in_order_of_time_and_shows_what_nobody_knows_yet() -> None:
    """The service promises no order; new kinds of events go by their name."""
    events = [
        {"Type": "OPEN", "Timestamp": SENT + timedelta(hours=2)},
        {"Type": "TELEPORTED", "Timestamp": SENT + timedelta(hours=3)},
        {"Type": "SEND", "Timestamp": SENT},
    ]
    message = models.GetMessageInsightsResponse.from_service(
        {
            "MessageId": "0100",
            "Insights": [
                {"Destination": "ada@example.net", "Events": events},
                {"Destination": "bob@example.net"},
            ],
        }
    )
    out = Console(file=io.StringIO(), width=80, record=True)
    out.print(timeline(message, local=False))
    said = out.export_text()
    places = [said.index(word) for word in ("Sent", "+2 h", "Opened", "TELEPORTED", "bob@")]
    assert places == sorted(places)
    assert "(no subject)" in said
    assert "Nothing is known yet." in said


def test_times_are_local_on_request_and_colours_too(run: Any, message_id: str) -> None:
    """The zone is named, so that one is not mistaken for the other."""
    done = run("message", message_id, "--local", "--color", "on", env={"TZ": "EAT-3"})
    assert f"{SENT + timedelta(hours=3):%Y-%m-%d %H:%M:%S} EAT" in done.stdout
    assert "\x1b[1;31mBounced" in done.stdout


def test_json_is_the_answer_of_the_service_or_an_error_a_line(
    run: Any, message_id: str, emulator: SESEmulator, tmp_path: Path
) -> None:
    """Each line can be read alone; ids come from a file with comments, with <> or without."""
    file = tmp_path / "ids.txt"
    header = f"<{message_id}@eu-west-1.amazonses.com>"
    file.write_text(f"\ufeff# ids\n\n{header}  # the late one\nunknown\n", encoding="utf-8")
    done = run("message", "--ids-from", str(file), "--json")
    found, missing = map(json.loads, done.stdout.splitlines())
    answer = models.GetMessageInsightsResponse.from_service(found)
    assert (answer.message_id, answer.subject) == (message_id, "Spring\x1b[31m sale")
    assert answer.insights[0].events[1].timestamp == SENT + timedelta(minutes=11)
    assert missing["MessageId"] == "unknown"
    assert missing["Error"]["Code"] == "NotFoundException"
    assert (done.returncode, done.stderr) == (254, "1 of 2 lookups failed.\n")


def test_a_lookup_that_fails_is_told_in_its_place(run: Any, message_id: str) -> None:
    """The other lookups continue; a refusal of the service, not a bad id, decides the exit code."""
    done = run("message", "<eve@example.com>", "unknown", text=f"{message_id}\n")
    assert "A message can be found from a few minutes" in " ".join(done.stdout.split())
    assert "is not an Amazon SES id" in done.stdout
    assert "Value error" not in done.stdout
    assert message_id not in done.stdout
    assert (done.returncode, done.stderr) == (254, "2 of 2 lookups failed.\n")


def test_bad_ids_alone_are_bad_input(run: Any, emulator: SESEmulator) -> None:
    """Bad ids are not sent, so the exit code is 252, and no message shows them."""
    before = len(emulator.requests)
    done = run("message", "--json", text="<eve@example.com>\n")
    error = json.loads(done.stdout)["Error"]
    assert error["Code"] == "ValidationError"
    assert "eve" not in error["Message"]
    assert (done.returncode, len(emulator.requests) - before) == (252, 0)


def test_no_ids_are_said_to_be_none(run: Any) -> None:
    """An empty pipe is not an error; two sources of ids are."""
    empty = run("message")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "no message ids" in empty.stderr
    assert run("message", "one", "--ids-from", "-").returncode == 252
    assert run("message", "--ids-from", "nowhere.txt").returncode == 252


def test_what_would_fail_every_lookup_ends_the_run(run: Any, emulator: SESEmulator) -> None:
    """One block on stderr, and no further call."""
    emulator.vdm_enabled = False
    try:
        before = len(emulator.requests)
        done = run("message", "one", "two")
    finally:
        emulator.vdm_enabled = True
    assert (done.returncode, done.stdout) == (254, "")
    assert "Switch it on in the Amazon SES console" in " ".join(done.stderr.split())
    assert len(emulator.requests) == before + 1


def test_ids_are_looked_up_as_a_pipe_brings_them(
    environment: dict[str, str], message_id: str
) -> None:
    """The first response is there before the second id is."""
    command = [sys.executable, "-m", "sesinsights", "message", "--json"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(2):
            process.stdin.write(f"{message_id}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["MessageId"] == message_id
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_has_enough_is_no_error(
    run: Any, message_id: str, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader such as `head` that closes the pipe is not an error, even when Python exits."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        done = run("message", message_id, *options)
    assert (done.returncode, done.stderr) == (0, "")
