"""How exports run on event loops: only once, even if several loops ask for the records."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.exports.export import BaseExport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from types import TracebackType
    from typing import Self

    from sesinsights.exports.files.records import SpooledFile

P = ParamSpec("P")
T = TypeVar("T")
RecordT = TypeVar("RecordT")

_BATCH = 250
"""How many records a thread reads at a time while the event loop runs."""


@dataclass(slots=True)
class _Run:
    """A run of an export.

    Attributes:
        loop: The event loop that it runs on.
        task: The task that runs it.
        ended: A future that is done once the run has ended, with or without an error.
    """

    loop: asyncio.AbstractEventLoop
    task: asyncio.Task[list[SpooledFile]] | None = None
    ended: Future[None] = field(default_factory=Future[None])

    def __post_init__(self) -> None:
        # So that a cancelled caller does not cancel the run for all others.
        self.ended.set_running_or_notify_cancel()

    @property
    def is_stuck(self) -> bool:
        """Whether it can never end, because its loop was stopped in the middle of it."""
        return not self.ended.done() and not self.loop.is_running()

    def cancel(self) -> None:
        """Cancel the run; may be called from any thread."""
        if self.task is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)


class AsyncExport(BaseExport[AsyncDriver, RecordT]):
    """An export for event loops."""

    _run: _Run | None = None

    async def close(self) -> None:
        """Remove the files, except those of a checkpoint. May be called twice.

        An unfinished run is first ended with an error.
        """
        self._spool.closed.set()
        run = self._run
        if run is not None and not run.is_stuck:
            run.cancel()
            await asyncio.wrap_future(run.ended)
        await asyncio.to_thread(self._end)

    async def take_all(self) -> list[RecordT]:
        """Return all records, and close."""
        async with self:
            return [record async for record in self._read()]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _read(self) -> AsyncIterator[RecordT]:
        records = self._records(await self._exported())
        while batch := await asyncio.to_thread(lambda: list(islice(records, _BATCH))):
            for record in batch:
                yield record

    async def _block(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that blocks for a while; the event loop goes on meanwhile."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def _exported(self) -> Sequence[SpooledFile]:
        """Return the files with all records, exported when this is first called."""
        while True:
            with self._lock:
                self._spool.check_open()
                if self._files is not None:
                    return self._files
                other = self._run
                if other is None or other.is_stuck:
                    self._run = run = _Run(asyncio.get_running_loop())
                    self._is_running = True
                    break
            # After a run that failed or was cancelled, one of those that waited for it runs.
            await asyncio.wrap_future(other.ended)
        try:
            run.task = asyncio.create_task(self._export_all())
            files = await run.task
        except asyncio.CancelledError:
            if self._spool.closed.is_set():
                raise RuntimeError("this export was closed while it was running") from None
            raise
        else:
            with self._lock:
                self._spool.check_open()
                self._files = files
            return files
        finally:
            with self._lock:
                self._run, self._is_running = None, False
            run.ended.set_result(None)

    async def _export_all(self) -> list[SpooledFile]:
        flow = await asyncio.to_thread(self._begin)
        with self._display or nullcontext():
            return await self._driver.run(flow)
