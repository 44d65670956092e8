"""What Amazon SES pushed, shown and converted on the command line."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pyarrow.parquet as pq
import pytest

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]

SAMPLES = Path(__file__).parents[1] / "events" / "samples"
FIREHOSE = str(SAMPLES / "firehose.ndjson")


def _record(name: str, **members: Any) -> dict[str, Any]:
    """Return the record of a sample, with members of its mail changed."""
    record: dict[str, Any] = json.loads((SAMPLES / f"record.{name}.json").read_bytes())
    record["mail"] |= members
    return record


def _file(path: Path, *records: object) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def test_events_are_a_feed(run: Run) -> None:
    """A line has time, kind and recipient; below are the message, its meaning and the reply."""
    done = run("events", str(SAMPLES / "sns.bounce.json"))
    assert (done.returncode, done.stderr) == (0, "")
    first, *others = done.stdout.splitlines()
    assert first == "2026-11-03 09:15:03 UTC  Bounced (PERMANENT, General)  ada@example.net"
    text = " ".join(others)
    for part in ("0102019a4c0e7a11-", "Your order 1042", "stop sending", "Server: smtp; 550"):
        assert part in text


def test_every_sample_can_be_shown(run: Run) -> None:
    """Samples in every envelope are shown; notices appear among the events, with their kind."""
    files = sorted(str(path) for path in SAMPLES.iterdir() if path.suffix != ".pem")
    done = run("events", *files)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Notice: Topic validated" in done.stdout
    assert "Notice: Subscription confirmation" in done.stdout
    # Anyone who sees a token can confirm a subscription.
    assert "Token" not in done.stdout


def test_lines_of_json_have_the_names_of_attributes(run: Run) -> None:
    """Each event is one line, with the record as it was sent."""
    done = run("events", FIREHOSE, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    read: list[Any] = list(events.read(FIREHOSE))
    assert [line["event_id"] for line in lines] == [event.event_id for event in read]
    assert [line["type"] for line in lines] == [str(event.type) for event in read]
    assert [line["record"] for line in lines] == [event.raw for event in read]
    assert lines[0]["recipients"] == list(read[0].recipients)
    assert lines[0]["timestamp"] == read[0].timestamp.isoformat()


def test_a_notice_is_a_line_of_json_of_its_own(run: Run) -> None:
    """A notice has no event type, so a program cannot mistake it for an event."""
    done = run("events", str(SAMPLES / "other.topic_validated.json"), "--json")
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["notice"] == "TopicValidated"
    assert "type" not in line


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["a SEND", "a BOUNCE", "b DELIVERY", "b RENDERING_FAILURE", "b OPEN"]),
        (("--message", "a"), ["a SEND", "a BOUNCE"]),
        (("--message", "<a@eu-west-1.amazonses.com>"), ["a SEND", "a BOUNCE"]),
        (("--type", "bounce", "--type", "DELIVERY"), ["a BOUNCE", "b DELIVERY"]),
        (("--type", "Rendering Failure"), ["b RENDERING_FAILURE"]),
        (("--type", "rendering-failure"), ["b RENDERING_FAILURE"]),
        (("--type", "RENDERING_FAILURE"), ["b RENDERING_FAILURE"]),
        (("--recipient", "ADA@example.net", "--type", "bounce"), ["a BOUNCE"]),
        (("--recipient", "bob@example.net", "--message", "b"), ["b RENDERING_FAILURE"]),
        (("--message", "a", "--type", "open"), []),
    ],
)
def test_filters_leave_out_what_does_not_match(
    words: tuple[str, ...], expected: list[str], run: Run, tmp_path: Path
) -> None:
    """An event must match one value of each option; an unknown recipient matches none."""
    both = ["Bob <bob@example.net>", "cy@example.net"]
    file = _file(
        tmp_path / "events.ndjson",
        _record("send", messageId="a"),
        _record("bounce", messageId="a"),
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "…"},
        _record("delivery", messageId="b"),
        _record("rendering_failure", messageId="b", destination=both),
        _record("open", messageId="b", destination=both),
    )
    done = run("events", file, "--json", *words)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    shown = [f"{line['message_id']} {line['type']}" for line in lines if "type" in line]
    assert shown == expected
    assert len(lines) == len(shown) + (not words)


@pytest.mark.parametrize("words", [("-",), ()])
def test_standard_input_is_read(words: tuple[str, ...], run: Run) -> None:
    """Standard input is read with `-` and without any file."""
    text = json.dumps(_record("complaint"))
    done = run("events", *words, text=text)
    assert done.returncode == 0
    assert "Complaint (abuse)" in done.stdout


def test_what_is_in_a_pipe_is_shown_as_it_comes(environment: dict[str, str]) -> None:
    """A feed does not wait for the end of its input."""
    command = [sys.executable, "-m", "sesinsights", "events", "--json"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for name, expected in (("send", "SEND"), ("bounce", "BOUNCE")):
            process.stdin.write(json.dumps(_record(name)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["type"] == expected
        process.stdin.close()
        assert process.wait() == 0


def test_text_of_others_does_not_steer_a_terminal(run: Run, tmp_path: Path) -> None:
    """Subjects, servers' responses, links and the names of kinds are escaped."""
    evil = "a\x1b[2Jb\x9bc\u202e"
    bounce = _record("bounce")
    bounce["mail"]["commonHeaders"]["subject"] = evil
    bounce["bounce"]["bouncedRecipients"][0] |= {"emailAddress": evil, "diagnosticCode": evil}
    unknown = {**_record("send", messageId=evil), "eventType": f"Tele{evil}"}
    click = _record("click")
    click["click"]["link"] = evil
    done = run("events", _file(tmp_path / "e.ndjson", bounce, unknown, click, {"Event": evil}))
    assert done.stdout.count("a\\x1b[2Jb\\x9bc\\u202e") == 6
    assert not set(done.stdout + done.stderr) & {"\x1b", "\x9b", "\u202e"}


def test_what_cannot_be_read_is_told_and_left_out(run: Run, tmp_path: Path) -> None:
    """The other records are shown, the exit code is 252, and stderr has no address."""
    file = tmp_path / "events.ndjson"
    good = json.dumps(_record("send"))
    file.write_text(f'{good}\n{{"to": "ada@example.net", \n{good}\n{{"mail": {{}}}}\n')
    done = run("events", str(file))
    assert done.returncode == 252
    assert done.stdout.count("Sent") == 2
    assert f"{file}, line 2: left out, because it is not JSON" in done.stderr
    assert f"{file}, line 4: left out, because it does not say what kind" in done.stderr
    assert "2 records could not be read." in done.stderr
    assert "ada@" not in done.stderr


def test_a_damaged_file_is_told(run: Run, tmp_path: Path) -> None:
    """Records before the damage are shown."""
    file = tmp_path / "events.gz"
    file.write_bytes(gzip.compress(Path(FIREHOSE).read_bytes())[:-12])
    done = run("events", str(file), FIREHOSE)
    assert done.returncode == 252
    assert f"{file}: left out, because its gzip data is damaged" in done.stderr
    assert done.stdout


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_events_are_converted(suffix: str, run: Run, tmp_path: Path) -> None:
    """Every format gets the rows of `to_arrow`, without notices."""
    out = tmp_path / f"events.{suffix}"
    done = run(
        "events", str(SAMPLES / "other.topic_validated.json"), FIREHOSE, "-o", str(out), "--type",
        "bounce", "--type", "delivery",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{out.stat().st_size:,} bytes: {out}\n"
    wanted = [
        event
        for event in events.read(FIREHOSE)
        if isinstance(event, (events.Bounced, events.Delivered))
    ]
    expected = events.to_arrow(wanted)
    rows: list[dict[str, Any]]
    if suffix == "parquet":
        assert pq.read_table(out).equals(expected)
        return
    if suffix == "csv":
        with out.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [list(row) for row in rows] == [expected.column_names] * len(rows)
    for name in ("event_id", "recipient", "smtp_response"):
        values = [row[name] or None for row in rows]
        assert values == expected[name].to_pylist()
    times = [row["timestamp"] for row in rows]
    at: Any = expected["timestamp"].to_pylist()
    assert times == [time.isoformat() for time in at]
    own = [str(row["has_own_time"]).upper() for row in rows]
    assert own == ["TRUE"] * len(rows)


@pytest.mark.parametrize("count", [1, 2])
def test_bad_records_do_not_keep_a_file_from_being_written(
    count: int, run: Run, tmp_path: Path
) -> None:
    """The other records of one or several files are written, and the exit code is 252."""
    good, out = json.dumps(_record("send")), tmp_path / "out.parquet"
    files = [tmp_path / f"{number}.ndjson" for number in range(count)]
    for file in files:
        file.write_text(f"{good}\nnonsense\n{good}\n")
    done = run("events", *map(str, files), "-o", str(out))
    assert done.returncode == 252
    assert done.stderr.count("line 2: left out") == count
    assert pq.read_metadata(out).num_rows == 2 * count


def test_a_spreadsheet_runs_nothing(run: Run, tmp_path: Path) -> None:
    """On request, text that strangers wrote is guarded."""
    bounce = _record("bounce")
    bounce["mail"]["commonHeaders"]["subject"] = "=cmd()"
    file = _file(tmp_path / "e.ndjson", bounce)
    for words, expected in ((), "=cmd()"), (("--for-spreadsheets",), "'=cmd()"):
        done = run("events", file, "-o", "-", *words)
        (row,) = csv.DictReader(done.stdout.splitlines())
        assert row["subject"] == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.ndjson",), "nowhere.ndjson does not exist"),
        ((FIREHOSE, "--type", "bounced"), "'bounced' is not one of"),
        ((FIREHOSE, "--message", "a@example.com"), "--message: is not an Amazon SES id"),
        ((FIREHOSE, "--json", "-o", "x.csv"), "pass one of them"),
        ((FIREHOSE, "--force"), "need --out"),
        ((FIREHOSE, "-o", "x.txt"), "must end in .parquet, .csv or .jsonl"),
        ((FIREHOSE, "-o", "s3://bucket/x.csv"), "only a .parquet file"),
        ((FIREHOSE, "-o", FIREHOSE.replace(".ndjson", "/x.csv")), "--out: "),
    ],
)
def test_bad_arguments_are_refused(words: tuple[str, ...], said: str, run: Run) -> None:
    """Bad arguments end with 252 before anything is printed or written."""
    done = run("events", *words)
    assert (done.returncode, done.stdout) == (252, "")
    assert said in " ".join(done.stderr.split())


def test_a_file_that_is_there_is_kept(run: Run, tmp_path: Path) -> None:
    """An existing file is only replaced with --force."""
    out = tmp_path / "events.csv"
    out.write_text("mine")
    assert run("events", FIREHOSE, "-o", str(out)).returncode == 252
    assert out.read_text() == "mine"
    assert run("events", FIREHOSE, "-o", str(out), "--force").returncode == 0
    assert out.read_text().startswith("event_id,")


def test_a_bucket_is_read(run: Run, moto_url: str, tmp_path: Path) -> None:
    """All files below a prefix are read."""
    session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=moto_url)
    s3.create_bucket(Bucket="mail-events")
    s3.put_object(Bucket="mail-events", Key="2026/11/a", Body=Path(FIREHOSE).read_bytes())
    compressed = (SAMPLES / "firehose.ndjson.gz").read_bytes()
    s3.put_object(Bucket="mail-events", Key="2026/12/b", Body=compressed)
    host = moto_url.removeprefix("http://")
    prefix = f"s3://mail-events/2026?scheme=http&region=us-east-1&endpoint_override={host}"
    done = run("events", prefix, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    ids = [json.loads(line)["event_id"] for line in done.stdout.splitlines()]
    once = [event.event_id for event in events.read(FIREHOSE) if isinstance(event, events.Event)]
    assert ids == [*once, *once]
    out = tmp_path / "events.parquet"
    assert run("events", prefix, "-o", str(out)).returncode == 0
    assert pq.read_table(out)["event_id"].to_pylist() == ids


def test_help_of_other_commands_loads_nothing_of_events(environment: dict[str, str]) -> None:
    """The first help page does not load the events."""
    code = (
        "import sys\nfrom sesinsights.cli.root import run\nrun(['--help'])\n"
        "print([name for name in sys.modules if name.startswith(('sesinsights.events', "
        "'sesinsights.cli.events', 'pyarrow', 'msgspec'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.rstrip().endswith("[]")
    assert "Show or convert events" in done.stdout
