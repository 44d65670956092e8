"""Contradictions in counts, files and windows are reported."""

from __future__ import annotations

import dataclasses
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import SESInsights, errors, models
from sesinsights.testing import export_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Sent = Callable[[Iterable[int]], set[str]]

INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


def windows(service: SESEmulator) -> list[tuple[float, float]]:
    """Return the window of each job that exists, in seconds since 1970."""
    sources = [
        request.parameters["ExportDataSource"]["MessageInsightsDataSource"]
        for request in service.requests
        if request.operation == "CreateExportJob" and request.status_code == 200
    ]
    return [(source["StartDate"], source["EndDate"]) for source in sources]


def change_results(
    service: SESEmulator, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], Any]
) -> None:
    """Let the service say or write something else."""
    jobs = service._state.export_jobs
    whole = jobs.result
    monkeypatch.setattr(jobs, "result", lambda job, now: change(whole(job, now)))


def half(result: Any) -> Any:
    """Return a result with half of its rows."""
    head, *rows = result.file.splitlines(keepends=True)
    return dataclasses.replace(result, file=b"".join([head, *rows[: len(rows) // 2]]))


def empty(result: Any) -> Any:
    """Return a result without rows."""
    return dataclasses.replace(result, file=result.file.splitlines(keepends=True)[0])


@pytest.mark.parametrize("change", [half, empty])
def test_a_file_with_less_than_was_processed_is_told(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Any], Any],
) -> None:
    """A file with fewer records than processed is an error; asking again creates another job."""
    ids = sent(range(0, 100_000, 1000))
    with ses.export_message_insights(**month) as export:
        with monkeypatch.context() as wrong:
            change_results(ses_emulator, wrong, change)
            with pytest.raises(errors.ExportIncompleteError, match="processed 100 records") as got:
                list(export)
        assert got.value.processed_records == 100
        assert {record.message_id for record in export} == ids
    assert len(windows(ses_emulator)) == 2


def test_a_file_with_less_than_was_processed_is_noted_where_samples_are_allowed(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The report has the window, both counts and the reason."""
    sent(range(0, 100_000, 1000))
    change_results(ses_emulator, monkeypatch, half)
    with ses.export_message_insights(**month, allow_sampling=True) as export:
        assert len(list(export)) == 50
    (sampled,) = export.report.sampled
    assert (sampled.exported_records, sampled.processed_records) == (50, 100)
    assert "processed 100 records" in sampled.reason


def test_a_filter_lets_through_less_than_was_processed(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """With a filter, more records may be examined than exported."""
    sent(range(0, 100_000, 1000))
    include = models.MessageInsightsFilters(destination=["user1@*"])
    with ses.export_message_insights(**month, include=include) as export:
        assert len(list(export)) == 1


def test_rows_of_other_times_are_told_though_nothing_was_split(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Records of other times are an error, or are left out and reported."""
    ids = sent(range(0, 10_000, 1000))
    window = {**month, "start_date": month["start_date"] + timedelta(seconds=4.5)}
    monkeypatch.setattr(export_results, "_sent_between", lambda messages, *_: list(messages))
    with (
        ses.export_message_insights(**window) as export,
        pytest.raises(errors.ExportIncompleteError, match="records from outside the window"),
    ):
        list(export)
    with ses.export_message_insights(**window, allow_sampling=True) as export:
        got = {record.message_id for record in export}
        assert export.report.records == 5
    assert len(got) == 5
    assert got < ids
    (noted,) = export.report.sampled
    assert "records from outside the window" in noted.reason


@pytest.mark.parametrize("others", [0, 20])
def test_a_count_that_stops_at_what_a_job_returns_is_not_believed(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    monkeypatch: pytest.MonkeyPatch,
    others: int,
) -> None:
    """A full file of one instant beside it does not prove that nothing was left out."""
    sent([*range(0, others * 1000, 1000), *[500_000] * 80])
    change_results(
        ses_emulator,
        monkeypatch,
        lambda result: dataclasses.replace(result, examined=min(result.examined, small_jobs)),
    )
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.ExportIncompleteError, match="share one instant"),
    ):
        list(export)
    with ses.export_message_insights(**month, allow_sampling=True) as export:
        assert len(list(export)) == others + small_jobs
    assert len(export.report.sampled) == 1


def test_an_instant_is_asked_for_as_a_millisecond(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """The service refuses a window that does not end later than it starts."""
    sent([4999, 5000, 5000, 5001])
    instant = month["start_date"] + timedelta(seconds=5)
    with ses.export_message_insights(start_date=instant, end_date=instant) as export:
        assert [record.send_timestamp for record in export] == [instant] * 2
        assert export.report.records == 2
    assert windows(ses_emulator) == [(instant.timestamp(), (instant + INSTANT).timestamp())]


@pytest.mark.parametrize("start", [0, 400])
def test_no_window_is_shorter_than_a_millisecond(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    start: int,
) -> None:
    """However many messages share a few instants, and wherever the window begins."""
    ids = sent([*[5000] * 40, *[5001] * 40, *[5002] * 40, *[5010] * 45])
    window = {**month, "start_date": month["start_date"] + timedelta(microseconds=start)}
    with ses.export_message_insights(**window) as export:
        got = [record.message_id for record in export]
    assert set(got) == ids
    assert len(got) == len(ids)
    asked = windows(ses_emulator)
    assert min(end - begin for begin, end in asked) > 0.000_99
    assert all(int(begin * 1000 + 1e-4) < int(end * 1000 + 1e-4) for begin, end in asked)


def test_what_is_told_is_logged_without_addresses(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Errors and log lines name windows and counts."""
    caplog.set_level(logging.DEBUG, "sesinsights")
    sent([5000] * 80)
    with (
        ses.export_message_insights(**month, checkpoint=tmp_path) as export,
        pytest.raises(errors.ExportIncompleteError) as caught,
    ):
        list(export)
    assert "@" not in str(caught.value)
    assert "user" not in caplog.text
