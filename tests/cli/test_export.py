"""Exports go to a file whole, and what ends early is gone on with."""

from __future__ import annotations

import csv
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
import pyarrow.parquet as pq
import pytest

from sesinsights.cli import root
from sesinsights.cli.export.filters import filters
from sesinsights.exports import windowed
from sesinsights.exports.journal import Journal, request_in
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sesinsights.testing import FakeClock

    Run = Callable[..., subprocess.CompletedProcess[str]]

MODULE = [sys.executable, "-m"]
WINDOW = ("--start", "-2d", "--end", "now")
MESSAGES = ("export", "messages", *WINDOW)
COUNTED = ("--dimension", "isp=*", "--metric", "SEND:RATE")
METRICS = ("export", "metrics", "--start", "-2d", "--end", "today")


@pytest.fixture
def emulator(clock: FakeClock) -> Iterator[SESEmulator]:
    """Run an emulator whose jobs are done at once, by the clock that commands here wait on."""
    with SESEmulator(paces={"CreateExportJob": None}, job_seconds=0, clock=clock) as emulator:
        yield emulator


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Path:
    """Work in a directory of its own, in an environment that leads to the emulator."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return place


def _send(emulator: SESEmulator, count: int) -> set[str]:
    now = emulator.now()
    return {
        emulator.add_message(
            destination=f"reader{number}@example.net",
            subject="Secret offer",
            isp=("Gmail", "Yahoo")[number % 2],
            sent_at=now - timedelta(minutes=1, seconds=3 * number),
        )
        for number in range(count)
    }


def _ids(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return [str(id_) for id_ in pq.read_table(path).column("message_id").to_pylist()]
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return [row["message_id"] for row in csv.DictReader(file)]
        return [json.loads(line)["message_id"] for line in file]


def _created(emulator: SESEmulator) -> list[dict[str, Any]]:
    sources = [
        request.parameters["ExportDataSource"]
        for request in emulator.requests
        if request.operation == "CreateExportJob"
    ]
    return [next(iter(source.values())) for source in sources]


def _command_in(text: str) -> list[str]:
    (line,) = (line for line in text.splitlines() if line.endswith("--resume"))
    return shlex.split(line)


@pytest.mark.parametrize("name", ["mail.csv", "mail.jsonl", "mail.parquet"])
def test_all_records_are_in_the_file(
    name: str, run: Run, emulator: SESEmulator, here: Path
) -> None:
    """The suffix says how to write; what was done is on stderr, and nothing else is left."""
    sent = _send(emulator, 20)
    answer = run(*MESSAGES, "-o", name)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[-1].startswith("20 records, 1 new job, ")
    ids = _ids(here / name)
    assert len(ids) == 20
    assert set(ids) == sent
    assert [path.name for path in here.iterdir()] == [name]


@pytest.mark.parametrize("command", [MESSAGES, (*METRICS, *COUNTED)])
def test_standard_output_gets_csv(
    command: tuple[str, ...], run: Run, emulator: SESEmulator, here: Path
) -> None:
    """With `-o -` data alone is there, what was done is on stderr, and nothing is kept."""
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
    """The default is that of `report`."""
    sent = _send(emulator, 3)
    began = datetime.now(UTC)
    for words in (
        ("export", "messages", "--start", "-2d", "-o", "mail.csv"),
        ("report", "--start", "-2d", "-o", "report.html"),
    ):
        answer = run(*words)
        assert answer.returncode == 0, answer.stderr
    ends = {job["EndDate"] for job in _created(emulator)}
    assert all(began.timestamp() - 0.001 <= end <= datetime.now(UTC).timestamp() for end in ends)
    assert set(_ids(here / "mail.csv")) == sent


def test_metrics_are_exported_with_today_unless_an_end_is_given(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """The default is that of `metrics` and of `report --metrics`: at most 60 days."""
    for start in ("-2d", "-60d"):
        answer = run("export", "metrics", "--start", start, *COUNTED, "-o", f"{start[1:]}.csv")
        assert answer.returncode == 0, answer.stderr
    lengths = [job["EndDate"] - job["StartDate"] for job in _created(emulator)]
    assert lengths == [timedelta(days=days).total_seconds() for days in (3, 60)]


def test_formulas_of_strangers_are_guarded_for_spreadsheets(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """On request a subject that a spreadsheet would run begins with an apostrophe, in CSV alone."""
    emulator.add_message(subject="=1+1", sent_at=emulator.now() - timedelta(minutes=5))
    for words, subject in (((), "=1+1"), (("--for-spreadsheets",), "'=1+1")):
        (row,) = csv.DictReader(run(*MESSAGES, "-o", "-", *words).stdout.splitlines())
        assert row["subject"] == subject
    refused = run(*MESSAGES, "-o", "mail.jsonl", "--for-spreadsheets")
    assert refused.returncode == 252
    assert "only to .csv files" in refused.stderr


def test_an_export_to_standard_output_is_resumed_from_a_checkpoint_that_is_named(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """Without one there is no place for it, and an export that fails prints and leaves nothing."""
    _send(emulator, 3)
    emulator.faults.fail_job("The job came to nothing.", times=2)
    failed = run(*MESSAGES, "-o", "-")
    assert (failed.returncode, failed.stdout, [*here.iterdir()]) == (255, "", [])
    assert "--resume" not in failed.stderr
    assert run(*MESSAGES, "-o", "-", "--resume").returncode == 252
    failed = run(*MESSAGES, "-o", "-", "--checkpoint", "kept")
    assert (failed.returncode, failed.stdout) == (255, "")
    resumed = run(*_command_in(failed.stderr)[1:])
    assert (resumed.returncode, len(resumed.stdout.splitlines())) == (0, 4)
    assert [*here.iterdir()] == []


def test_a_terminal_is_not_steered_by_what_is_exported(
    run: Run, emulator: SESEmulator, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subjects are written by strangers: on a terminal they are shown escaped, in a pipe as is."""
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
    """Nothing is sent, nothing is kept, and the error says what to give instead."""
    answer = run("export", "messages", "--start", "-45d", "--end", "-40d", "-o", "mail.csv")
    assert answer.returncode == 252
    assert "Give a --start that is less than 30 days ago." in answer.stderr
    assert emulator.requests == []
    assert [*here.iterdir()] == []


def test_a_uri_takes_parquet(emulator: SESEmulator, here: Path) -> None:
    """What pyarrow opens is written to, with the checkpoint here, and not replaced unasked."""
    _send(emulator, 3)
    out = here / "lake" / "mail.parquet"
    out.parent.mkdir()
    assert root.run([*MESSAGES, "-o", out.as_uri()]) == 0
    assert len(_ids(out)) == 3
    assert root.run([*MESSAGES, "-o", out.as_uri()]) == 252
    assert len(_created(emulator)) == 1


def test_filters_are_sent_as_the_service_spells_them(emulator: SESEmulator, here: Path) -> None:
    """Fields and values are known in any spelling, and repeated options add values."""
    given = ("isp=Gmail", "Isp=Yahoo", "last-delivery-event=permanent-bounce")
    words = [word for text in given for word in ("--include", text)]
    (here / "filters.json").write_text('{"Destination": ["*@example.com"]}')
    words += ("--exclude", "file://filters.json", "--exclude", '{"TenantName": ["a=b"]}')
    assert root.run([*MESSAGES, *words, "-o", "mail.csv"]) == 0
    (source,) = _created(emulator)
    assert source["Include"] == {
        "Isp": ["Gmail", "Yahoo"],
        "LastDeliveryEvent": ["PERMANENT_BOUNCE"],
    }
    assert source["Exclude"] == {"Destination": ["*@example.com"], "TenantName": ["a=b"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ips=Gmail", "last-delivery-event"),
        ("ada@example.net", "FIELD=VALUE"),
        ("last_delivery_event=LOST", "TRANSIENT_BOUNCE"),
        ("isp=G*l", "wildcard|only allowed"),
        ('{"Isp": "Gmail"}', "list"),
        ('{"Isp": ', "not valid JSON"),
    ],
)
def test_filters_that_nobody_knows_are_refused(text: str, said: str) -> None:
    """The error says what is allowed, and repeats no address."""
    with pytest.raises(click.UsageError, match=said) as refused:
        filters("--include", [text])
    assert "ada@" not in refused.value.message
    assert refused.value.message.startswith("--include: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *(
            ([*MESSAGES, "-o", name], ".parquet, .csv or .jsonl")
            for name in ("mail.xlsx", "csv", ".csv")
        ),
        ([*MESSAGES, "-o", "s3://bucket/mail.csv"], "only a .parquet"),
        ([*MESSAGES, "-o", "mail.csv"], "--force"),
        ([*MESSAGES, "-o", "nowhere/mail.csv"], "nowhere: the directory does not exist"),
        ([*MESSAGES, "-o", "new.csv", "--checkpoint", ""], "must not be empty"),
        ([*MESSAGES, "-o", "new.csv", "--include", "lips=x"], "--include: lips: Unknown name"),
        ([*MESSAGES, "-o", "new.csv", "--include", "ips=x"], "did you mean 'isp'? Allowed: 'from-"),
        (
            ["export", "messages", "--start", "now", "--end", "-1d", "-o", "new.csv"],
            "--end: must not be before --start",
        ),
        (
            [*METRICS, "--dimension", "town=Rome", "--metric", "SEND:RATE", "-o", "new.csv"],
            "EMAIL_IDENTITY",
        ),
        (
            [*METRICS, "--dimension", "isp=*", "--metric", "SENT:RATE", "-o", "new.csv"],
            "PERMANENT_BOUNCE",
        ),
        (
            [*METRICS, "--dimension", "isp=*,Gmail", "--metric", "SEND:RATE", "-o", "new.csv"],
            "--dimension: ISP: a * means all",
        ),
        *(
            ([*MESSAGES, option, text, "-o", "new.csv"], f"{option}: {name} needs a value")
            for option in ("--include", "--exclude")
            for name, text in (
                ("isp", "isp="),
                ("Isp", '{"Isp": ["A", " "]}'),
                ("Isp", '{"Isp": []}'),
            )
        ),
        *(
            (
                [*METRICS, "--dimension", text, "--metric", "SEND:RATE", "-o", "new.csv"],
                "--dimension: a value of ISP is empty",
            )
            for text in ("isp=", "isp=Gmail,,Yahoo", "isp=Gmail, ")
        ),
        (
            [*METRICS[:-1], "2026-10-30T08:00:00Z", *COUNTED, "-o", "new.csv"],
            "--end: metrics are counted by UTC day",
        ),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    words: list[str],
    said: str,
    emulator: SESEmulator,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The error names the option and what is allowed."""
    (here / "mail.csv").write_text("mine")
    assert root.run(words) == 252
    assert said in " ".join(capsys.readouterr().err.split())
    assert emulator.requests == []
    assert [path.name for path in here.iterdir()] == ["mail.csv"]
    assert (here / "mail.csv").read_text() == "mine"


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
    """What else is there stays as it is, also behind a symlink and with --force."""
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
    """It counts as a file that exists, and with --force stays a link to what is written."""
    sent = _send(emulator, 3)
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
    assert set(_ids(file)) == sent
    assert {path.name for path in here.rglob("*")} == {"there", file.name, link.name}


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "new.csv", "--endpoint-url", "http://user:hidden@localhost:1"),
        ("-o", "new.csv", "--endpoint-url", "http://user:hid/den@localhost:1"),
        ("-o", "s3://user:hidden@bucket/new.parquet"),
        ("-o", "s3://user:hid/den@bucket/new.parquet"),
        ("-o", "abfs://box:hidden@account/new.parquet"),
    ],
)
@pytest.mark.parametrize("command", [MESSAGES, (*METRICS, *COUNTED)])
def test_passwords_in_addresses_are_refused(
    command: tuple[str, ...],
    words: tuple[str, ...],
    emulator: SESEmulator,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Later messages would show them, so they are refused at once, and not repeated."""
    assert root.run([*command, *words]) == 252
    said = capsys.readouterr().err
    assert "must not contain a user name or a password" in " ".join(said.split())
    assert words[-2] in said
    assert "hid" not in said
    assert (emulator.requests, [*here.iterdir()]) == ([], [])


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


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a job return 50 records, so that a few are many."""
    monkeypatch.setattr(windowed, "MAX_EXPORT_ROWS", 50)


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
    """Interrupted at any moment it ends at once; resumed, it asks for nothing twice."""
    sent = _send(emulator, 60)
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

    assert root.run(_command_in(said)[1:]) == 0
    ids = _ids(here / "mail.csv")
    assert len(ids) == 60
    assert set(ids) == sent
    windows = [(source["StartDate"], source["EndDate"]) for source in _created(emulator)]
    assert len(set(windows)) == len(windows) > 1
    assert [path.name for path in here.iterdir()] == ["mail.csv"]


def test_an_unfinished_export_is_not_begun_again_unasked(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is refused with the command for its own dates and options, however they were given."""
    emulator.faults.fail_job("The job came to nothing.")
    _send(emulator, 4)
    options = ("--region", "eu-west-1", "--allow-sampling", "--include", "isp=Gmail")
    assert root.run([*MESSAGES, *options, "-o", "my mail.csv"]) == 255
    told = _command_in(capsys.readouterr().err)
    source = _created(emulator)[0]
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
    assert _command_in(refused) == told
    restart = [line for line in refused.splitlines() if line.endswith("--restart")]
    assert [shlex.split(line) for line in restart] == [[*told[:-1], "--restart"]]
    assert root.run([*MESSAGES, *options, "-o", "my mail.csv", "--resume"]) == 252
    assert _command_in(capsys.readouterr().err) == told
    assert len(_created(emulator)) == 1

    assert root.run(told[1:]) == 0
    assert len(_ids(here / "my mail.csv")) == 2


def test_an_export_without_an_end_is_resumed_until_the_end_that_it_had(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default was the moment when it began, and not when it is resumed."""
    emulator.faults.fail_job("The job came to nothing.")
    sent = _send(emulator, 4)
    words = ["export", "messages", "--start", f"{emulator.now() - timedelta(hours=9):%FT%TZ}"]
    assert root.run([*words, "-o", "mail.csv"]) == 255
    assert root.run([*words, "-o", "mail.csv"]) == 252
    assert "--resume" in capsys.readouterr().err
    assert root.run([*words, "-o", "mail.csv", "--resume"]) == 0
    assert set(_ids(here / "mail.csv")) == sent
    first, *others = (source["EndDate"] for source in _created(emulator))
    assert others
    assert {*others} == {first}


def test_the_command_to_resume_names_nobody(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Filters with addresses are kept in the checkpoint alone, and hold for the rest."""
    emulator.faults.fail_job("The job came to nothing.")
    _send(emulator, 4)
    about = ("--include", "destination=reader1@example.net")
    assert root.run([*MESSAGES, *about, "-o", "mail.csv", "--checkpoint", "kept"]) == 255
    said = capsys.readouterr().err
    assert "reader1" not in said
    (here / "kept" / "notes.txt").write_text("mine")
    assert root.run(_command_in(said)[1:]) == 0
    assert len(_ids(here / "mail.csv")) == 1
    assert [path.name for path in (here / "kept").iterdir()] == ["notes.txt"]


def test_an_export_is_started_over_without_touching_what_else_is_there(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the earlier export left goes, its dates and filters too; nothing else does."""
    (here / "notes.txt").write_text("mine")
    words = ("-o", "mail.csv", "--checkpoint", ".")
    emulator.faults.fail_job("The job came to nothing.")
    _send(emulator, 4)
    assert root.run([*MESSAGES, "--include", "isp=Gmail", *words]) == 255
    assert "rm " not in capsys.readouterr().err
    assert root.run([*MESSAGES, *words, "--restart", "--resume"]) == 252
    assert root.run([*MESSAGES, *words, "--restart"]) == 0
    assert len(_ids(here / "mail.csv")) == 4
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
    """A second process is told to wait, and nothing that it is told would disturb the first."""
    emulator.faults.fail_job("The job came to nothing.")
    _send(emulator, 2)
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
    assert len(_created(emulator)) == 1


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_a_command_that_names_somebody_is_told_in_words(
    more: tuple[str, ...], emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No address is on stderr, and no command without what was taken from it."""
    emulator.faults.fail_job("The job came to nothing.")
    _send(emulator, 2)
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
    assert len(_ids(here / "ada@example.net.csv")) == 2


def test_an_export_that_is_refused_leaves_nothing(
    emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a job there is nothing to resume, and the next run begins anew, also resumed."""
    emulator.vdm_enabled = False
    assert root.run([*MESSAGES, "-o", "mail.csv"]) == 254
    said = capsys.readouterr().err
    assert "Virtual Deliverability Manager" in " ".join(said.split())
    assert "--resume" not in said
    assert [*here.iterdir()] == []
    emulator.vdm_enabled = True
    assert root.run([*MESSAGES, "-o", "mail.csv", "--resume"]) == 0


def test_a_sample_is_taken_only_when_allowed(
    emulator: SESEmulator, here: Path, small_jobs: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """An instant with too many records is an error, and with the option it is told of."""
    at = emulator.now() - timedelta(hours=1)
    for _ in range(51):
        emulator.add_message(sent_at=at)
    assert root.run([*MESSAGES, "-o", "mail.csv"]) == 255
    said = capsys.readouterr().err
    assert "--allow-sampling" in said
    assert root.run([*_command_in(said)[1:], "--allow-sampling"]) == 0
    assert "Only a sample: 50 records" in capsys.readouterr().err
    assert len(_ids(here / "mail.csv")) == 50


def test_a_terminal_shows_a_bar(
    emulator: SESEmulator, environment: dict[str, str], here: Path
) -> None:
    """The bar tells jobs, records and bytes on stderr, and stdout stays empty."""
    _send(emulator, 5)
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*MODULE, "sesinsights", *MESSAGES, "-o", "mail.csv"],
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


@pytest.mark.parametrize("name", ["week.csv", "week.jsonl", "week.parquet"])
def test_metrics_are_written_day_by_day(
    name: str, emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are known in any spelling, and each day has a row for each value."""
    midnight = emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for hours in (1, 2, 25):
        emulator.add_message(isp="Gmail", sent_at=midnight - timedelta(hours=hours))
    asked = ("--dimension", "isp=Gmail", "--metric", "send:volume", "--metric", "Delivery:Rate")
    assert root.run([*METRICS, *asked, "--by-day", "-o", name]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "2 records, 2 new jobs, " in captured.err
    path = here / name
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file)] if path.suffix == ".csv" else [*map(json.loads, file)]
    assert [float(row["SEND_VOLUME"]) for row in rows] == [1, 2]
    assert {row["ISP"] for row in rows} == {"Gmail"}
    assert set(rows[0]) == {"start_date", "end_date", "ISP", "SEND_VOLUME", "DELIVERY_RATE"}
    assert root.run([*METRICS, *asked, "-o", name]) == 252
