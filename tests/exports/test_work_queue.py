"""Windows continue as soon as they can, and jobs that are not needed are cancelled."""

from __future__ import annotations

import asyncio
import logging
import random
import runpy
import threading
from collections import Counter, deque
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.exports import windowed
from sesinsights.exports.progress import FileDownloaded, JobCreated, WindowSplit
from sesinsights.flows.flow import Gather, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.exports.progress import ExportEvent
    from sesinsights.flows.flow import Flow
    from sesinsights.testing import FakeClock, SESEmulator

    Sent = Callable[[Iterable[int]], set[str]]

MINUTE = 60_000


@pytest.fixture
def aio(ses_emulator: SESEmulator, fake_clock: FakeClock) -> AsyncSESInsights:
    """An asyncio client of the emulator that waits on its clock."""
    return AsyncSESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )


def statuses(ses: SESInsights) -> Counter[str]:
    """Return how many jobs there are of each status."""
    return Counter(str(job.job_status) for job in ses.iter_export_jobs())


@pytest.mark.parametrize("kind", ["threads", "asyncio"])
def test_a_flow_may_add_others_to_those_that_run(
    ses: SESInsights, aio: AsyncSESInsights, fake_clock: FakeClock, kind: str
) -> None:
    """What is added begins as soon as there is room, and the outcomes come in order."""
    waiting: deque[Flow[int]] = deque()

    def sleeping(seconds: int) -> Flow[int]:
        yield from Sleep(seconds)
        if seconds == 1:
            waiting.extend([sleeping(5), sleeping(2)])
        return seconds

    def all_of_them() -> Flow[list[int]]:
        waiting.extend([sleeping(1), sleeping(9)])
        return (yield from Gather(waiting, 2))

    began = fake_clock.monotonic()
    run = ses._driver.run if kind == "threads" else lambda f: asyncio.run(aio._driver.run(f))
    assert run(all_of_them()) == [1, 9, 5, 2]
    assert fake_clock.monotonic() - began == pytest.approx(9, abs=1e-3)


def test_the_fullest_window_goes_first(
    ses: SESInsights, month: dict[str, Any], sent: Sent, small_jobs: int
) -> None:
    """The fullest window starts first, since it takes longest."""
    sent([*range(0, 24 * MINUTE, MINUTE), *[100 * MINUTE + n * 10 for n in range(75)]])
    events: list[ExportEvent] = []
    with ses.export_message_insights(
        **month, max_concurrent_jobs=1, on_progress=events.append
    ) as export:
        list(export)
    split = next(event for event in events if isinstance(event, WindowSplit))
    records = {event.window: event.records for event in events if isinstance(event, FileDownloaded)}
    created = [e.window for e in events if isinstance(e, JobCreated) and e.window in split.into]
    assert len(created) > 2
    assert records[created[0]] > records[created[-1]]


SIMULATION: dict[str, Any] = runpy.run_path(
    str(Path(__file__).parents[2] / "benchmarks" / "export_simulated.py")
)


@pytest.mark.parametrize("share", [1.0, 0.3, 0.03])
@pytest.mark.parametrize(("seconds", "limit"), [((4, 4), 1.25), ((2, 120), 1.4)])
def test_an_export_is_near_to_an_ideal_one(
    share: float, seconds: tuple[float, float], limit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In virtual time, with a filter and without: few jobs, and none waits for the slowest."""
    monkeypatch.setattr(windowed, "MAX_EXPORT_ROWS", 1000)
    monkeypatch.setattr(random, "uniform", lambda low, high: (low + high) / 2)
    chance = random.Random(3)
    sent_at = SIMULATION["mail"](3200)
    outcome = SIMULATION["export"](sent_at, share, lambda: chance.uniform(*seconds), 1000)
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert len(outcome.jobs) <= 1.75 * 4
    assert outcome.seconds <= limit * SIMULATION["ideal"](outcome.jobs, outcome.needs)


def test_a_failed_export_cancels_its_jobs(  # noqa: PLR0917 - fixtures
    connect: Callable[..., Any],
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
) -> None:
    """Otherwise they would occupy the account's slots, and their files would never be fetched."""
    sent(range(0, 400 * MINUTE, MINUTE))

    def fail_the_third(event: ExportEvent) -> None:
        if isinstance(event, WindowSplit):
            ses_emulator.faults.fail_job()

    with (
        connect().export_message_insights(**month, on_progress=fail_the_third) as export,
        pytest.raises(errors.ExportJobFailedError),
    ):
        list(export)
    now = statuses(ses)
    assert now["FAILED"] == 1
    assert now["CANCELLED"] >= 1
    assert now["PROCESSING"] == now["CREATED"] == 0


def test_a_failed_export_of_metrics_cancels_its_jobs(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A failed export of metrics cancels its jobs, too."""
    today = fake_clock.now().replace(hour=0)
    ses_emulator.faults.fail_job()
    with pytest.raises(errors.ExportJobFailedError):
        ses.export_metrics(
            dimensions={"ISP": ["*"]},
            metrics=[models.ExportMetric(name="SEND")],
            start_date=today - timedelta(days=9),
            end_date=today,
            by_day=True,
        )
    now = statuses(ses)
    assert now["CANCELLED"] >= 1
    assert now["PROCESSING"] == now["CREATED"] == 0


def test_an_interrupted_export_cancels_a_job_whose_answer_was_lost(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """The service has made it, whether or not its id came back."""
    sent([1])
    ses_emulator.faults.drop_connection("CreateExportJob", processed=True)
    ses_emulator.faults.access_denied("ListExportJobs")
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.AccessDeniedError),
    ):
        list(export)
    assert statuses(ses) == {"CANCELLED": 1}


def test_the_jobs_of_a_checkpoint_run_on(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
) -> None:
    """Jobs of an export with a checkpoint keep running for the next run."""
    sent(range(0, 400 * MINUTE, MINUTE))

    def fail(event: ExportEvent) -> None:
        if isinstance(event, WindowSplit):
            ses_emulator.faults.fail_job()

    with (
        ses.export_message_insights(**month, checkpoint=tmp_path, on_progress=fail) as export,
        pytest.raises(errors.ExportJobFailedError),
    ):
        list(export)
    assert statuses(ses)["CANCELLED"] == 0


def test_what_cancelling_fails_with_does_not_take_the_place_of_the_error(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """An error while cancelling does not replace the error of the export."""
    sent([1])
    ses_emulator.faults.server_error("CancelExportJob", times=None)

    def stop(_: ExportEvent) -> None:
        raise LookupError

    with (
        ses.export_message_insights(**month, on_progress=stop) as export,
        pytest.raises(LookupError),
    ):
        list(export)
    assert any(request.operation == "CancelExportJob" for request in ses_emulator.requests)


def test_splits_and_resumed_jobs_are_logged_without_filters(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Splits and resumed jobs are logged, without addresses."""
    caplog.set_level(logging.INFO, "sesinsights")
    sent(range(0, 200 * MINUTE, MINUTE))
    include = models.MessageInsightsFilters(destination=["*@example.com"])
    asked: dict[str, Any] = {**month, "include": include, "checkpoint": tmp_path}

    def stop(_: ExportEvent) -> None:
        raise LookupError

    with (
        ses.export_message_insights(**asked, on_progress=stop) as export,
        pytest.raises(LookupError),
    ):
        list(export)
    with ses.export_message_insights(**asked) as export:
        assert sum(1 for _ in export) == 200
    assert "of an earlier run resumed" in caplog.text
    assert "split into" in caplog.text
    assert "example.com" not in caplog.text


@pytest.mark.parametrize("data_format", ["CSV", "JSON"])
def test_closing_a_running_async_export_ends_it_at_once(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent, data_format: models.DataFormatInput
) -> None:
    """Closing a running export ends it at once, with an error for its readers."""
    sent([1])

    async def story() -> None:
        created = asyncio.Event()
        export = aio.export_message_insights(
            **month, data_format=data_format, on_progress=lambda _: created.set()
        )

        async def read() -> list[Any]:
            return [record async for record in export]

        tasks = [asyncio.create_task(read()) for _ in range(2)]
        await created.wait()
        await export.close()
        for task in tasks:
            with pytest.raises(RuntimeError, match="closed"):
                await task

    asyncio.run(story())


def test_several_event_loops_run_an_export_once(
    ses_emulator: SESEmulator, aio: AsyncSESInsights, month: dict[str, Any], sent: Sent
) -> None:
    """A loop that asks while another runs it waits, and gets the same records."""
    ids = sent(range(0, 50_000, 1000))
    export = aio.export_message_insights(**month)
    barrier = threading.Barrier(3)
    got: list[set[str | None]] = []

    def ask() -> None:
        async def read() -> set[str | None]:
            barrier.wait()
            return {record.message_id async for record in export}

        got.append(asyncio.run(read()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [ids] * 3
    assert sum(r.operation == "CreateExportJob" for r in ses_emulator.requests) == 1
    asyncio.run(export.close())


def test_an_export_can_be_closed_from_another_event_loop(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent
) -> None:
    """The run on the first loop ends with an error."""
    sent([1])
    created = threading.Event()
    export = aio.export_message_insights(**month, on_progress=lambda _: created.set())
    problems: list[BaseException] = []

    def read() -> None:
        async def records() -> None:
            async for _ in export:
                pass

        try:
            asyncio.run(records())
        except RuntimeError as error:
            problems.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    created.wait()
    asyncio.run(export.close())
    thread.join()
    # It may have had its only record by then.
    assert all("closed" in str(problem) for problem in problems)
