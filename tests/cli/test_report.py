"""The command that writes a report, of an export that it makes and of files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from sesinsights import events
from sesinsights.testing import EventList, SESEmulator

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

pytest.importorskip("ibis", reason="needs the extra report")


@pytest.fixture
def emulator() -> Iterator[SESEmulator]:
    """Run an emulator that never throttles, and whose jobs are done at once."""
    with SESEmulator(
        paces={"CreateExportJob": None, "GetExportJob": None}, job_seconds=0
    ) as emulator:
        yield emulator


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
        ((), "give --start"),
        (("--from", "a.parquet", "--events", "b.json"), "not both"),
        (("--start", "-1d", "b.json"), "give files by --from"),
        (("--from", "nowhere.parquet"), "nowhere.parquet"),
        (("--events", "nowhere.json"), "nowhere.json"),
        (("--start", "now", "--end", "-1d"), "--end"),
    ],
)
def test_what_makes_no_report_is_refused(
    run: Run, emulator: SESEmulator, tmp_path: Path, given: tuple[str, ...], problem: str
) -> None:
    """Nothing is asked of the service, nothing is written, and the text says what to give."""
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
