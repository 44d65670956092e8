"""Complete exports on an event loop: the same records, files and tables, and nothing left over."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights import AsyncSESInsights, SESInsights
from sesinsights.exports.progress import ExportDone, JobCreated
from sesinsights.flows.flow import Fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
    from sesinsights.flows.flow import Flow
    from sesinsights.testing import FakeClock, SESEmulator

    Sent = Callable[[Iterable[int]], set[str]]


@pytest.fixture
def aio(ses_emulator: SESEmulator, fake_clock: FakeClock) -> AsyncSESInsights:
    """An asyncio client of the emulator that waits on its clock."""
    return AsyncSESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory that holds what is spooled, and nothing else."""
    path = tmp_path / "spool"
    path.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(path))
    return path


def jobs_created(service: SESEmulator) -> int:
    """Return how many jobs there are."""
    return sum(request.operation == "CreateExportJob" for request in service.requests)


async def count(export: AsyncMessageInsightsExport) -> int:
    """Return how many records there are."""
    return len([record async for record in export])


def test_every_record_comes_once(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent, small_jobs: int, spool: Path
) -> None:
    """Windows are split as in threads, and what was spooled is removed in the end."""
    ids = sent(range(0, 300_000, 1000))
    events: list[object] = []

    async def story() -> Counter[str]:
        async with aio.export_message_insights(**month, on_progress=events.append) as export:
            counts = Counter([record.message_id async for record in export])
            assert export.report.records == 300
            return counts

    counts = asyncio.run(story())
    assert counts.keys() == ids
    assert set(counts.values()) == {1}
    assert isinstance(events[0], JobCreated)
    assert isinstance(events[-1], ExportDone)
    assert list(spool.iterdir()) == []


def test_an_export_is_the_same_as_in_threads(
    aio: AsyncSESInsights,
    ses: SESInsights,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
) -> None:
    """Files have the same bytes, tables the same rows; all of them are made of one run."""
    sent(range(0, 100_000, 1000))
    names = ["to_csv", "to_jsonl", "to_parquet"]

    async def story() -> Any:
        async with aio.export_message_insights(**month) as export:
            for name in names:
                await getattr(export, name)(tmp_path / f"async.{name}")
            frames = await export.to_arrow(), await export.to_pandas(), await export.to_polars()
            assert export.report.jobs == 1
            return frames

    arrow, pandas, polars = asyncio.run(story())
    with ses.export_message_insights(**month) as export:
        for name in names:
            getattr(export, name)(tmp_path / f"sync.{name}")
            written = [(tmp_path / f"{kind}.{name}").read_bytes() for kind in ("sync", "async")]
            assert written[0] == written[1] != b""
        assert arrow.equals(export.to_arrow())
        assert pandas.equals(export.to_pandas())
        assert polars.equals(export.to_polars())
        assert len(polars) == 100


def test_tasks_that_ask_at_once_share_one_run(
    aio: AsyncSESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """The second task waits for the jobs of the first."""
    sent(range(0, 50_000, 1000))

    async def story() -> None:
        async with aio.export_message_insights(**month) as export:
            counts = await asyncio.gather(count(export), count(export), count(export))
            assert {*counts} == {50}

    asyncio.run(story())
    assert jobs_created(ses_emulator) == 1


def test_an_export_can_be_read_again_on_another_loop(
    aio: AsyncSESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """It belongs to no event loop, and makes no further job."""
    sent(range(0, 50_000, 1000))
    export = aio.export_message_insights(**month)

    async def story() -> None:
        assert {*await asyncio.gather(count(export), count(export))} == {50}

    asyncio.run(story())
    asyncio.run(story())
    asyncio.run(export.close())
    assert jobs_created(ses_emulator) == 1


def test_after_a_cancel_asking_again_goes_on(  # noqa: PLR0917 - fixtures
    aio: AsyncSESInsights,
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    spool: Path,
) -> None:
    """Cancelled in the middle of a run, its job is too, and asking again makes another."""
    ids = sent(range(0, 50_000, 1000))

    async def story() -> None:
        created = asyncio.Event()
        async with aio.export_message_insights(**month, on_progress=lambda _: created.set()) as ex:

            async def read() -> set[str | None]:
                return {record.message_id async for record in ex}

            task = asyncio.create_task(read())
            await created.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await read() == ids

    asyncio.run(story())
    assert jobs_created(ses_emulator) == 2
    assert [job.job_status for job in ses.iter_export_jobs()] == ["COMPLETED", "CANCELLED"]
    assert list(spool.iterdir()) == []


def test_a_cancel_during_a_creation_cancels_the_job_too(
    aio: AsyncSESInsights, ses: SESInsights, month: dict[str, Any], sent: Sent
) -> None:
    """The service has made it, and its id is still on the way."""
    sent([1])
    arrived, go_on = threading.Event(), threading.Event()

    def hold_back(**_: object) -> None:
        arrived.set()
        go_on.wait(20)

    aio.client.meta.events.register("after-call.sesv2.CreateExportJob", hold_back)

    async def story() -> None:
        async with aio.export_message_insights(**month) as export:
            task = asyncio.create_task(count(export))
            await asyncio.to_thread(arrived.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            go_on.set()

    asyncio.run(story())
    assert [job.job_status for job in ses.iter_export_jobs()] == ["CANCELLED"]


def test_a_closed_export_gives_no_record(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent
) -> None:
    """An export can be closed twice, and then gives no record."""
    sent([1])

    async def story() -> None:
        export = aio.export_message_insights(**month)
        assert await count(export) == 1
        await export.close()
        await export.close()
        with pytest.raises(RuntimeError, match="closed"):
            await anext(aiter(export))
        with pytest.raises(RuntimeError, match="closed"):
            await export.to_arrow()

    asyncio.run(story())


def test_an_export_that_is_forgotten_leaves_no_file(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent, spool: Path
) -> None:
    """An export that is not closed leaves no files once it is garbage-collected."""
    sent([1])
    export = aio.export_message_insights(**month)
    assert asyncio.run(count(export)) == 1
    assert len(list(spool.rglob("*.csv"))) == 1
    del export
    assert list(spool.iterdir()) == []


def test_records_are_read_in_threads(
    aio: AsyncSESInsights, month: dict[str, Any], sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop keeps running while a file is read."""
    sent(range(0, 20_000, 1000))
    threads: set[threading.Thread] = set()

    async def story() -> None:
        async with aio.export_message_insights(**month) as export:
            records = export._export.records

            def noted(file: Any) -> Any:
                threads.add(threading.current_thread())
                return records(file)

            monkeypatch.setattr(export._export, "records", noted)
            assert await count(export) == 20

    asyncio.run(story())
    assert threads
    assert threading.current_thread() not in threads


class SlowFile(BaseHTTPRequestHandler):
    """Sends half of a file, and the other half when that is allowed."""

    go_on: threading.Event
    half = b"x" * (1 << 20)

    def do_GET(self) -> None:
        """Send the file."""
        self.send_response(200)
        self.send_header("Content-Length", str(2 * len(self.half)))
        self.end_headers()
        self.wfile.write(self.half)
        self.go_on.wait()
        self.wfile.write(self.half)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow_file() -> Iterator[tuple[str, threading.Event]]:
    """The link to a file that comes in two halves, and what lets the second one come."""
    go_on = threading.Event()
    handler = type("SlowFileOfOneTest", (SlowFile,), {"go_on": go_on})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", go_on
        go_on.set()
        thread.join()


def test_a_download_ends_when_it_is_cancelled(
    aio: AsyncSESInsights, slow_file: tuple[str, threading.Event], tmp_path: Path
) -> None:
    """A download that is no longer awaited ends early, so that a program need not wait for it."""
    url, go_on = slow_file
    path = tmp_path / "file"

    def fetch() -> Flow[int]:
        return (yield from Fetch("job", url, path))

    async def story() -> None:
        task = asyncio.create_task(aio._driver.run(fetch()))
        while not os.listdir(tmp_path):  # noqa: ASYNC110, PTH208 - a thread writes it
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    asyncio.run(story())
    assert not path.exists()
