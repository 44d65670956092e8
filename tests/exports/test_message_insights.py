"""Complete exports: every record once, or an error that says what is missing."""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sesinsights import SESInsights, errors, models
from sesinsights.exports import windowed
from sesinsights.exports.windows import Window
from sesinsights.testing import FakeClock, SESEmulator, export_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sesinsights.exports.message_insights import MessageInsightsExport

    Sent = Callable[[Iterable[int]], set[str]]

DAY = 86_400_000


def created(service: SESEmulator) -> list[dict[str, Any]]:
    """Return what the jobs that exist were created with."""
    return [
        dict(request.parameters)
        for request in service.requests
        if request.operation == "CreateExportJob" and request.status_code == 200
    ]


def test_an_export_that_fits_is_one_job_for_the_maximum(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """1,200 records come whole, though the service's default would have cut them at 1,000."""
    ids = sent(range(0, 1200 * 1000, 1000))
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids
        assert export.report.records == 1200
    (job,) = created(ses_emulator)
    source = job["ExportDataSource"]["MessageInsightsDataSource"]
    assert source["MaxResults"] == 10_000


def test_a_campaign_among_quiet_weeks_comes_whole_with_few_jobs(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """3,200 records, 900 of them in two minutes, need at most 2.5 times the fewest jobs."""
    monkeypatch.setattr(windowed, "MAX_EXPORT_ROWS", 1_000)
    chance = random.Random(1)
    quiet = [chance.randrange(27 * DAY) for _ in range(2_300)]
    campaign = [11 * DAY + chance.randrange(120_000) for _ in range(900)]
    ids = sent(quiet + campaign)
    with ses.export_message_insights(**month) as export:
        counts = Counter(record.message_id for record in export)
    assert counts.keys() == ids
    assert set(counts.values()) == {1}
    assert len(created(ses_emulator)) <= 2.5 * 4
    assert export.report.jobs == len(created(ses_emulator))


def test_jobs_of_a_day_are_created_at_the_pace_and_run_at_once(
    ses: SESInsights, fake_clock: FakeClock, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """The time is that of the pace and of a few rounds, not of each job after the other."""
    sent(range(0, 27 * DAY, 27 * DAY // 600))
    began = fake_clock.monotonic()
    with ses.export_message_insights(**month) as export:
        assert sum(1 for _ in export) >= 600
    seconds, jobs, job_seconds = fake_clock.monotonic() - began, export.report.jobs, 4
    assert jobs > 10
    assert seconds < 1.02 * jobs + 3 * 2 * job_seconds < jobs * job_seconds


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clusters=st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 60), st.integers(1, 30)),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_was_sent_when_comes_once(
    small_jobs: int, rare_polls: None, clusters: list[tuple[int, int, int]]
) -> None:
    """Bursts in a few milliseconds, side by side and among nothing: no record is lost or doubled.

    A cluster is when it begins, how many messages it has and on how many instants they are.
    """
    offsets = [
        begin + number % instants for begin, count, instants in clusters for number in range(count)
    ]
    fits = max(Counter(offsets).values(), default=0) < small_jobs
    clock = FakeClock()
    start = clock.now() - timedelta(days=1)
    with SESEmulator(clock=clock) as service:
        ids = [
            service.add_message(sent_at=start + timedelta(milliseconds=offset))
            for offset in offsets
        ]
        with (
            SESInsights(
                endpoint_url=service.endpoint_url, region_name="us-east-1", clock=clock
            ) as ses,
            ses.export_message_insights(
                start_date=start, end_date=start + timedelta(milliseconds=5100)
            ) as export,
        ):
            if fits:
                assert sorted(str(record.message_id) for record in export) == sorted(ids)
            else:
                with pytest.raises(errors.ExportIncompleteError):
                    next(iter(export))


def test_records_at_an_instant_that_two_windows_share_come_once(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """Records at an instant that two windows share are returned once."""
    ids = sent(number // 5 for number in range(300))
    with ses.export_message_insights(**month) as export:
        assert Counter(r.message_id for r in export) == Counter(ids)
        assert export.report.duplicates_removed > 0
        assert export.report.records == 300


def ids_in_csv(export: MessageInsightsExport, path: Path) -> list[str]:
    """Write a CSV file, and read its ids."""
    export.to_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        return [row["message_id"] for row in csv.DictReader(file)]


def ids_in_jsonl(export: MessageInsightsExport, path: Path) -> list[str]:
    """Write a file of JSON lines, and read its ids."""
    export.to_jsonl(path)
    return [json.loads(line)["message_id"] for line in path.read_text("utf-8").splitlines()]


def ids_in_parquet(export: MessageInsightsExport, path: Path) -> list[Any]:
    """Write a Parquet file, and read its ids."""
    export.to_parquet(path)
    return list(pl.read_parquet(path)["message_id"])


def ids_by_day(export: MessageInsightsExport, path: Path) -> list[Any]:
    """Write a dataset by day, and read its ids."""
    export.to_parquet(path, partition_by="day")
    return list(pl.read_parquet(path / "*" / "*.parquet")["message_id"])


WAYS_OUT: dict[str, Callable[[MessageInsightsExport, Path], list[Any]]] = {
    "csv": ids_in_csv,
    "jsonl": ids_in_jsonl,
    "parquet": ids_in_parquet,
    "days": ids_by_day,
    "arrow": lambda export, _: export.to_arrow()["message_id"].to_pylist(),
    "pandas": lambda export, _: list(export.to_pandas()["message_id"]),
    "polars": lambda export, _: list(export.to_polars()["message_id"]),
}


@pytest.mark.parametrize("data_format", ["CSV", "JSON"])
def test_every_way_out_has_every_record_once(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
    data_format: models.DataFormatInput,
) -> None:
    """Files and tables leave out what two windows share, as iterating does."""
    ids = sent(number // 5 for number in range(300))
    with ses.export_message_insights(**month, data_format=data_format) as export:
        for way, ids_of in WAYS_OUT.items():
            assert sorted(ids_of(export, tmp_path / way)) == sorted(ids), way
        assert export.report.duplicates_removed > 0


def test_exports_side_by_side_share_a_dataset(
    ses: SESInsights, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """Windows that meet within a day do not replace each other, and a repetition adds nothing."""
    ids = sent(range(0, 2 * DAY, DAY // 20))
    noon = month["start_date"] + timedelta(hours=30)
    first = {**month, "end_date": noon - timedelta(milliseconds=1)}
    second = {**month, "start_date": noon}
    for window in (first, second, first):
        with ses.export_message_insights(**window) as export:
            export.to_parquet(tmp_path / "mail", partition_by="day")
    got = list(pl.read_parquet(tmp_path / "mail" / "*" / "*.parquet")["message_id"])
    assert Counter(got) == Counter(ids)


def test_a_missing_extra_is_told_before_anything_is_sent(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An export that cannot be written fails before it starts."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with ses.export_message_insights(**month) as export:
        with pytest.raises(ImportError, match=r"sesinsights\[arrow\]"):
            export.to_parquet(tmp_path / "mail.parquet")
        with pytest.raises(ImportError, match=r"sesinsights\[pandas\]"):
            export.to_pandas()
    assert ses_emulator.requests == []


def test_what_the_service_no_longer_keeps_is_an_error(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """A window that reaches farther back than 30 days would come short without a word."""
    start = month["end_date"] - timedelta(days=31)
    with (
        ses.export_message_insights(start_date=start, end_date=month["end_date"]) as export,
        pytest.raises(errors.ExportIncompleteError, match="30 days"),
    ):
        list(export)
    assert ses_emulator.requests == []


def test_a_full_instant_of_which_nothing_was_left_out_is_whole(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """Exactly as many records as a job returns, and no more were examined."""
    ids = sent([5000] * small_jobs)
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids


def test_a_service_that_ignores_the_window_is_not_asked_for_ever(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Records of other times would be doubled, so parts that hold some are an error."""
    sent(range(0, 100_000, 1000))
    monkeypatch.setattr(export_results, "_sent_between", lambda messages, *_: list(messages))
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.ExportIncompleteError, match="records from outside the window"),
    ):
        list(export)
    assert len(created(ses_emulator)) < 10


def test_closing_from_within_ends_the_export(
    ses: SESInsights, month: dict[str, Any], sent: Sent
) -> None:
    """An `on_progress` may close what it watches, but not ask it for records."""
    sent([1])
    with (
        ses.export_message_insights(**month, on_progress=lambda _: export.close()) as export,
        pytest.raises(RuntimeError, match="closed while it was running"),
    ):
        list(export)
    with (
        ses.export_message_insights(**month, on_progress=lambda _: list(asked)) as asked,
        pytest.raises(RuntimeError, match="still running"),
    ):
        list(asked)


def test_an_export_that_is_closed_between_two_files_says_so(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """An export that is closed between two files raises an error that says so."""
    sent(range(0, 100_000, 1000))
    export = ses.export_message_insights(**month)
    records = iter(export)
    next(records)
    export.close()
    with pytest.raises(RuntimeError, match="closed"):
        list(records)


def test_an_instant_that_is_too_full_is_an_error_that_names_it(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """60 records at one instant do not fit into a job of 50, and no window is shorter."""
    sent([*range(0, 10_000, 1000), *[5000] * 60])
    instant = month["start_date"] + timedelta(seconds=5)
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.ExportIncompleteError, match="allow_sampling=True") as caught,
    ):
        next(iter(export))
    assert caught.value.start_date == instant
    assert caught.value.end_date - instant < timedelta(milliseconds=1)
    assert caught.value.exported_records == 50
    assert caught.value.processed_records == 61


def test_a_sample_of_an_instant_is_marked_when_it_is_allowed(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """Everything else comes whole, and the report names the window with its counts."""
    ids = sent([*range(0, 10_000, 1000), *[5000] * 60])
    with ses.export_message_insights(**month, allow_sampling=True) as export:
        got = [record.message_id for record in export]
    instant = month["start_date"] + timedelta(seconds=5)
    (sampled,) = export.report.sampled
    assert sampled.window == Window(instant, instant + timedelta(microseconds=999))
    assert (sampled.exported_records, sampled.processed_records) == (50, 61)
    assert len(set(got)) == len(got) == 10 - 1 + 50
    assert set(got) <= ids


def test_filters_reach_every_job(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    small_jobs: int,
) -> None:
    """Filters reach every job, also after a split."""
    wanted = {
        ses_emulator.add_message(
            sent_at=month["start_date"] + timedelta(minutes=n), isp="Gmail" if n % 3 else "Yahoo"
        )
        for n in range(300)
    }
    include = models.MessageInsightsFilters(isp=["Gmail"])
    with ses.export_message_insights(**month, include=include) as export:
        records = list(export)
    assert {record.isp for record in records} == {"Gmail"}
    assert len(records) == 200
    assert {record.message_id for record in records} < wanted
    filters = [
        job["ExportDataSource"]["MessageInsightsDataSource"]["Include"]
        for job in created(ses_emulator)
    ]
    assert filters == [{"Isp": ["Gmail"]}] * len(filters)


def test_nothing_is_sent_before_the_records_are_wanted(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """An export that is never read creates no jobs."""
    with ses.export_message_insights(**month):
        pass
    assert ses_emulator.requests == []


def test_asking_twice_makes_no_second_job(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, tmp_path: Path
) -> None:
    """The records are kept until the export is closed."""
    sent(range(0, 100_000, 1000))
    with ses.export_message_insights(**month) as export:
        assert list(export) == list(export)
        export.to_csv(tmp_path / "records.csv")
    assert len(created(ses_emulator)) == 1


def test_a_closed_export_leaves_no_file_and_gives_no_record(
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was spooled is removed; closing twice does nothing."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sent([1])
    export = ses.export_message_insights(**month)
    assert len(list(export)) == 1
    assert len(list(tmp_path.rglob("*.csv"))) == 1
    export.close()
    export.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError, match="closed"):
        iter(export)
    assert export.report.records == 1


def test_an_export_that_is_forgotten_leaves_no_file(
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An export that is not closed leaves no files once it is garbage-collected."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sent([1])
    export = ses.export_message_insights(**month)
    assert len(list(export)) == 1
    del export
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_being_read_is_not_forgotten(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """The records are all there also when nothing but the loop over them holds the export."""
    ids = sent(range(0, 200_000, 1000))
    assert {record.message_id for record in ses.export_message_insights(**month)} == ids


def test_after_an_error_asking_again_goes_on(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
) -> None:
    """A job that failed is made again; those that are done are not."""
    ids = sent(range(0, 200_000, 1000))
    with ses.export_message_insights(**month) as export:
        ses_emulator.faults.fail_job()
        with pytest.raises(errors.ExportJobFailedError):
            list(export)
        assert {record.message_id for record in export} == ids
    windows = [str(job["ExportDataSource"]) for job in created(ses_emulator)]
    assert Counter(windows).most_common()[0][1] == 2
    assert len(windows) == len(set(windows)) + 1


def spoil(service: SESEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the service write a line that is not a record into every file."""
    jobs = service._state.export_jobs
    whole = jobs.file

    def spoilt(job_id: str, now: datetime) -> tuple[str, bytes]:
        data_format, file = whole(job_id, now)
        return data_format, file + b'"ada@example.com",\n'

    monkeypatch.setattr(jobs, "file", spoilt)


def test_a_bad_record_is_an_error_with_its_line(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left out without a word, and the text shows no address."""
    sent([1, 2])
    spoil(ses_emulator, monkeypatch)
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.BadRecordError, match="Line 4 ") as caught,
    ):
        list(export)
    assert "ada" in caught.value.raw
    assert "ada" not in str(caught.value)


def test_bad_records_are_collected_when_that_is_asked_for(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others come, as records and in tables, and the report has the text of the bad one."""
    ids = sent([1, 2])
    spoil(ses_emulator, monkeypatch)
    with ses.export_message_insights(**month, on_bad_record="collect") as export:
        assert {record.message_id for record in export} == ids
        assert set(export.to_arrow()["message_id"].to_pylist()) == ids
        (bad,) = export.report.bad_records
    assert (bad.line_number, bad.raw.strip()) == (4, '"ada@example.com",')
    assert "ada" not in f"{export.report}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_concurrent_jobs": 0}, "max_concurrent_jobs must be between 1 and 20"),
        ({"max_concurrent_jobs": 21}, "max_concurrent_jobs must be between 1 and 20"),
        ({"on_bad_record": "ignore"}, "on_bad_record must be"),
        ({"max_concurrent_jobs": 1.5}, "max_concurrent_jobs must be between 1 and 20"),
        ({"data_format": "XML"}, "data_format"),
        ({"checkpoint": ""}, "checkpoint must name a directory"),
    ],
)
def test_bad_arguments_are_refused_at_once(
    ses: SESInsights, month: dict[str, Any], arguments: Any, message: str
) -> None:
    """Bad arguments are refused by the call, not when records are requested."""
    with pytest.raises(ValueError, match=message):
        ses.export_message_insights(**month, **arguments)


def test_a_window_that_ends_before_it_starts_is_refused(
    ses: SESInsights, month: dict[str, Any]
) -> None:
    """A window that ends before it starts is refused, as by the model."""
    with pytest.raises(pydantic.ValidationError, match="end_date"):
        ses.export_message_insights(start_date=month["end_date"], end_date=month["start_date"])
