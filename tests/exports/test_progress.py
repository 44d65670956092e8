"""Progress: what an export reports while it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.exports import progress
from sesinsights.exports.progress_display import Tally
from sesinsights.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sesinsights import SESInsights
    from sesinsights.testing import SESEmulator

    Sent = Callable[[Iterable[int]], set[str]]


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


def test_every_step_is_told_in_order(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """Every step has an event: creating, polling, downloading, splitting, and the end."""
    sent(range(0, 100_000, 1000))
    events: list[progress.ExportEvent] = []
    with ses.export_message_insights(**month, on_progress=events.append) as export:
        list(export)
    whole = Window(month["start_date"], month["end_date"])
    created = events[0]
    assert isinstance(created, progress.JobCreated)
    assert created.window == whole
    updates = [e for e in events if isinstance(e, progress.JobUpdated) and e.window == whole]
    statuses = [str(update.status) for update in updates]
    assert statuses == sorted(statuses, key=["CREATED", "PROCESSING", "COMPLETED"].index)
    assert statuses[-1] == "COMPLETED"
    (split,) = (e for e in events if isinstance(e, progress.WindowSplit))
    files = [e for e in events if isinstance(e, progress.FileDownloaded)]
    assert [file.window for file in files if file.window == whole] == [whole]
    assert {file.window for file in files} == {whole, *split.into}
    assert sum(file.size for file in files) == export.report.bytes_downloaded
    done = events[-1]
    assert isinstance(done, progress.ExportDone)
    assert done.report.records == 100
    assert done.report.jobs == len(files)
    assert done.report.windows == split.into
    assert done.report.seconds > 0


def test_no_event_shows_what_was_mailed(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """Events and the report may be logged as they are."""
    ses_emulator.add_message(
        destination="jane.doe@example.com", subject="Your diagnosis", sent_at=month["start_date"]
    )
    events: list[progress.ExportEvent] = []
    with ses.export_message_insights(**month, on_progress=events.append) as export:
        (record,) = export
        shown = f"{events} {export.report} {export} {record}"
    assert "jane.doe" not in shown
    assert "diagnosis" not in shown
    assert "Signature" not in shown


def test_the_display_shows_where_the_export_is(
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the end it shows all windows, jobs and records; on stderr, as stdout is for data."""
    sent(range(0, 100_000, 1000))
    with ses.export_message_insights(**month, progress=True) as export:
        list(export)
    windows, jobs = len(export.report.windows), export.report.jobs
    captured = capsys.readouterr()
    shown = " ".join(captured.err.split())
    assert f"{windows} of {windows} windows, {jobs} jobs, 100 records" in shown
    assert captured.out == ""


def test_a_resumed_export_counts_the_windows_of_the_run_before(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int, tmp_path: Path
) -> None:
    """A resumed export reports earlier splits again, so that the display counts all windows."""
    sent(range(0, 100_000, 1000))
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    tally = Tally()
    with ses.export_message_insights(
        **month, checkpoint=tmp_path, on_progress=tally.count
    ) as export:
        list(export)
    windows = len(export.report.windows)
    assert windows > 1
    assert str(tally).startswith(f"{windows} of {windows} windows, 0 jobs, 100 records")


def test_without_the_extra_the_display_says_what_to_install(
    ses: SESInsights, month: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the command."""
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with pytest.raises(ImportError, match=r"pip install 'sesinsights\[progress\]'"):
        ses.export_message_insights(**month, progress=True)
