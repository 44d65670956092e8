"""The command that writes a report, of an export that it makes and of files."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from sesinsights import SESInsights, events
from sesinsights.cli.report.by_metrics import with_change
from sesinsights.report import Counts, Summary
from sesinsights.testing import EventList, SESEmulator

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytest.importorskip("ibis", reason="needs the extra report")


@pytest.fixture
def published(emulator: SESEmulator) -> EventList:
    """Return what is published of five messages, of which one bounced."""
    records = EventList()
    emulator.publish_to(records)
    for number in range(4):
        emulator.add_message(destination=f"reader{number}@example.net", isp="Gmail")
    emulator.add_message(destination="gone@example.net", events=["SEND", "PERMANENT_BOUNCE"])
    return records


def sent(page: Path | str) -> str:
    """Return how much was sent, as a page says."""
    root = ET.fromstring(page if isinstance(page, str) else page.read_text(encoding="utf-8"))
    (value,) = (
        card.findtext("p") or "" for card in root.iter("li") if card.findtext("h2") == "Sent"
    )
    return value


@pytest.mark.usefixtures("published")
def test_an_export_is_made_and_reported(run: Run, tmp_path: Path) -> None:
    """With a start alone, the messages until now are exported, and the page shows them."""
    page = tmp_path / "report.html"
    answer = run("report", "--start", "-2d", "-o", str(page))
    assert (answer.returncode, answer.stdout) == (0, ""), answer.stderr
    assert answer.stderr.splitlines()[-1] == f"5 messages sent: {page}"
    assert sent(page) == "5"
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["report.html"]


@pytest.fixture
def two_weeks(emulator: SESEmulator) -> datetime:
    """One message of the last week bounced of ten; of the week before it were two of five.

    Return the first day of the last week.
    """
    today = emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=6)
    for number in range(15):
        is_new = number < 10
        emulator.add_message(
            isp="Gmail" if number % 2 else "Yahoo",
            sent_at=start + (timedelta(hours=5) if is_new else -timedelta(days=2)),
            events=["SEND", "PERMANENT_BOUNCE" if number in {0, 10, 11} else "DELIVERY"],
        )
    return start


def cards(page: Path) -> dict[str, list[str]]:
    """Return the texts of each card of a page."""
    root = ET.fromstring(page.read_text(encoding="utf-8"))
    return {
        card.findtext("h2") or "": ["".join(p.itertext()) for p in card.iter("p")]
        for card in root.iter("li")
        if card.find("h2") is not None
    }


def test_a_live_report_shows_the_change_to_the_period_before(
    run: Run, emulator: SESEmulator, two_weeks: datetime, tmp_path: Path
) -> None:
    """The change comes from metrics of both periods, in whole days."""
    page = tmp_path / "report.html"
    answer = run("report", "--start", f"{two_weeks:%Y-%m-%d}", "-o", str(page))
    assert answer.returncode == 0, answer.stderr
    shown = cards(page)
    assert shown["Sent"] == ["10", "up 100% from 5"]
    assert shown["Bounced permanently"][-1] == "down 30 points from 40%"
    assert "whole days" in page.read_text(encoding="utf-8")
    (call,) = (r for r in emulator.requests if r.operation == "BatchGetMetricData")
    spans = {
        (query["EndDate"] - query["StartDate"]) / 86_400 for query in call.parameters["Queries"]
    }
    assert spans == {12}


@pytest.mark.usefixtures("two_weeks")
@pytest.mark.parametrize(
    ("days_ago", "length", "calls"), [(6, 6.5, 1), (1.5, 6.5, 0), (6, 0.5, 0), (40, 30, 0)]
)
def test_without_the_period_before_a_report_stays_as_it_is(
    emulator: SESEmulator,
    capsys: pytest.CaptureFixture[str],
    days_ago: float,
    length: float,
    calls: int,
) -> None:
    """Metrics may be denied, have no whole day in the window or not reach so far back."""
    emulator.faults.access_denied("BatchGetMetricData", times=None)
    today = emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=days_ago)
    end = start + timedelta(days=length)
    summary = Summary(start, end, Counts(sent=10))
    with SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1") as ses:
        assert with_change(summary, ses, start, end) is summary
    assert len(emulator.requests) == calls
    assert ("does not show the change" in capsys.readouterr().err) == bool(calls)


def test_a_report_of_metrics_makes_no_export_of_messages(
    run: Run, emulator: SESEmulator, two_weeks: datetime, tmp_path: Path
) -> None:
    """Days, providers and the change come from one call and one job of metrics."""
    page = tmp_path / "report.html"
    answer = run("report", "--metrics", "--start", f"{two_weeks:%Y-%m-%d}", "-o", str(page))
    assert answer.returncode == 0, answer.stderr
    shown = cards(page)
    assert shown["Sent"] == ["10", "up 100% from 5"]
    assert shown["Bounced permanently"][0] == "10%"
    text = page.read_text(encoding="utf-8")
    assert "Mailbox providers" in text
    assert "Day by day" in text
    (job,) = (r for r in emulator.requests if r.operation == "CreateExportJob")
    assert "MetricsDataSource" in job.parameters["ExportDataSource"]


def test_a_file_of_metrics_is_reported(
    run: Run, emulator: SESEmulator, two_weeks: datetime, tmp_path: Path
) -> None:
    """What `export metrics` wrote as Parquet is read like one of messages."""
    names = ["SEND", "DELIVERY", "PERMANENT_BOUNCE", "TRANSIENT_BOUNCE", "COMPLAINT"]
    metrics = [word for name in names for word in ("--metric", f"{name}:VOLUME")]
    file, page = str(tmp_path / "week.parquet"), tmp_path / "report.html"
    window = ("--start", f"{two_weeks:%Y-%m-%d}", "--end", f"{emulator.now():%Y-%m-%d}")
    answer = run(
        "export", "metrics", *window, "--dimension", "ISP=*", *metrics, "--by-day", "-o", file
    )
    assert answer.returncode == 0, answer.stderr
    answer = run("report", "--from", file, "-o", str(page))
    assert answer.returncode == 0, answer.stderr
    assert sent(page) == "10"


def test_files_are_reported_without_a_service(
    run: Run, published: EventList, emulator: SESEmulator, tmp_path: Path
) -> None:
    """Events as they were pushed, and Parquet, are read as many files as a shell gives."""
    parts = [tmp_path / f"{number}.json" for number in range(2)]
    for number, path in enumerate(parts):
        path.write_text("\n".join(map(json.dumps, published.records[number::2])), encoding="utf-8")
        events.write_parquet(path, path.with_suffix(".parquet"))
    page = tmp_path / "report.html"
    for option, files in (
        ("--events", parts),
        ("--from", [path.with_suffix(".parquet") for path in parts]),
        ("--from", [tmp_path / "*.parquet"]),
    ):
        answer = run("report", option, *map(str, files), "-o", str(page), "--force")
        assert answer.returncode == 0, answer.stderr
        assert sent(page) == "5"
    assert emulator.requests == []


def test_standard_output_gets_the_page(run: Run, published: EventList, tmp_path: Path) -> None:
    """With `-o -`, the page alone is there; a window leaves out what was sent before it."""
    path = tmp_path / "events.json"
    path.write_text("\n".join(map(json.dumps, published.records)), encoding="utf-8")
    answer = run("report", "--events", str(path), "--start", "2099-01-01T00:00:00Z", "-o", "-")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("<!DOCTYPE html>")
    assert sent(answer.stdout) == "0"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ((), "pass --start"),
        (("--from", "a.parquet", "--events", "b.json"), "pass one of --from, --events and"),
        (("--from", "a.parquet", "--metrics"), "pass one of --from, --events and"),
        (("--metrics",), "pass --start"),
        (("--metrics", "--start", "-1h"), "--start: metrics are counted by UTC day"),
        (("--metrics", "--start", "-61d", "--end", "-59d"), "--start"),
        (("--metrics", "--start", "-3d", "--end", "-3d"), "--end"),
        (("--start", "-1d", "b.json"), "pass files with --from"),
        (("--from", "nowhere.parquet"), "nowhere.parquet"),
        (("--events", "nowhere.json"), "nowhere.json"),
        (("--start", "now", "--end", "-1d"), "--end"),
        (("--start", "-1d", "--campaign-tag", "a b"), "--campaign-tag must be the name of a tag"),
        (("--metrics", "--start", "-1d", "--campaign-tag", ""), "--campaign-tag must be"),
    ],
)
def test_what_makes_no_report_is_refused(
    run: Run, emulator: SESEmulator, tmp_path: Path, given: tuple[str, ...], problem: str
) -> None:
    """Nothing is sent or written, and the error says what to pass."""
    page = tmp_path / "report.html"
    answer = run("report", *given, "-o", str(page))
    assert answer.returncode != 0
    assert problem in answer.stderr
    assert not page.exists()
    assert emulator.requests == []


def test_a_page_that_is_there_is_kept(run: Run, published: Any, tmp_path: Path) -> None:
    """Only --force replaces a file, and a URI is not a place for a page."""
    page = tmp_path / "report.html"
    page.write_text("mine")
    assert "--force" in run("report", "--start", "-1d", "-o", str(page)).stderr
    assert "URI" in run("report", "--start", "-1d", "-o", "s3://bucket/report.html").stderr
    assert page.read_text() == "mine"
