"""The windows of a running export: waiting, running and done."""

from __future__ import annotations

import heapq
import logging
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sesinsights.errors import ExportIncompleteError
from sesinsights.exports.parts import part_of
from sesinsights.exports.progress import FileDownloaded, FileFound, SampledWindow, WindowSplit
from sesinsights.exports.windows import (
    Window,
    instant_of,
    probes,
    rows_in,
    split,
    split_measured,
)
from sesinsights.flows.flow import Gather, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sesinsights.exports.files.reading import MessageInsightsReader
    from sesinsights.exports.journal import Journal, WindowState
    from sesinsights.exports.parts import Identity, Part
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.recorded_jobs import RecordedJobs
    from sesinsights.exports.windowed import InsightsQuery
    from sesinsights.flows.flow import Flow

logger = logging.getLogger("sesinsights")

_MOST_RECORDS_A_ROW = 100
"""The largest number of records that a sample's row can stand for, if the service does not say."""

_GUESS = 2
"""The expected number of records that a sample's row stands for, if nothing is known."""

_OVERFLOW = 1.25
"""The same for a window that was expected to fit into one job."""


@dataclass(slots=True)
class _Measuring:
    """A full window that waits until small windows have measured it.

    Attributes:
        part: The part that its job returned.
        rest: The windows that cover the rest, between the small ones.
        counts: How many records each small window has; None until it is downloaded.
        full: The small windows that are full themselves.
    """

    part: Part
    rest: Window
    counts: dict[Window, int | None]
    full: list[Part] = field(default_factory=list["Part"])


class WindowQueue:
    """Exports windows until all requested records are downloaded.

    A window starts as soon as a job may run for it; the fullest first, because it is likely to take
    longest.

    Args:
        query: The query of the export.
        journal: The journal, with the steps of earlier runs.
        jobs: Creates jobs and waits for them.
        on_progress: Called with each event.
        read: Reads a file.
        now: Returns the current time.
        capacity: How many records a job returns at most.
        allow_sampling: Whether to continue where some records cannot be exported.

    Attributes:
        parts: The windows that are downloaded.
    """

    def __init__(
        self,
        query: InsightsQuery,
        journal: Journal,
        jobs: RecordedJobs,
        *,
        on_progress: Callable[[ExportEvent], object],
        read: Callable[[Path], MessageInsightsReader],
        now: Callable[[], datetime],
        capacity: int,
        allow_sampling: bool,
    ) -> None:
        self._query = query
        self._journal = journal
        self._jobs = jobs
        self._on_progress = on_progress
        self._read = read
        self._now = now
        self._capacity = capacity
        self._allow_sampling = allow_sampling
        self._waiting: list[tuple[float, Window]] = []
        self._flows: deque[Flow[None]] = deque()
        self._expected: dict[Window, float] = {}
        self._measuring: dict[Window, _Measuring] = {}
        # Whether the service was seen to count beyond what a job returns, and what those windows
        # returned for which it did not.
        self._counts_go_on = False
        self._witnesses: list[Sequence[tuple[datetime | None, Identity]]] = []
        self.parts: dict[Window, Part] = {}

    def export(self, limit: int) -> Flow[None]:
        """Export all windows, up to `limit` at the same time.

        Raises:
            ExportIncompleteError: Some records could not be exported.
        """
        self._add([self._query.window])
        yield from Gather(self._flows, limit)

    def _add(
        self, windows: Iterable[Window], sent_at: Sequence[datetime] = (), records: float = 0
    ) -> None:
        """Add windows to those that wait.

        Args:
            windows: The windows.
            sent_at: When a sample of their messages was sent, if there is a sample.
            records: How many records they have together, as far as is known.
        """
        instants = sorted(sent_at)
        for window in windows:
            expected = records * rows_in(window, instants) / len(instants) if instants else 0.0
            self._expected[window] = expected
            heapq.heappush(self._waiting, (-expected, window))
            # The driver runs them in the order in which they come; which window each is about is
            # decided when it begins.
            self._flows.append(self._export_fullest())

    def _export_fullest(self) -> Flow[None]:
        _, window = heapq.heappop(self._waiting)
        state = self._journal.state(window)
        if state.into:
            self._learn_from_count(state)
            self._on_progress(WindowSplit(window, state.into))
            self._add(state.into)
            return
        part = yield from self._part(state)
        self._learn_from_count(state)
        is_full = self._is_full(part, state)
        if not is_full:
            self._keep(part)
        if window in self._measuring:
            yield from self._take_measure(self._measuring.pop(window), part, is_full=is_full)
        elif is_full:
            yield from self._measure_or_split(part, state)

    def _keep(self, part: Part) -> None:
        # The parts are kept until the end, but no longer need their identities.
        part.sent_at, part.identities = [], []
        self.parts[part.window] = part

    def _part(self, state: WindowState) -> Flow[Part]:
        """Return the part of a window, from its file or from a job."""
        window = state.window
        if state.file is not None:
            part = yield from self._read_part(window, state.file)
            self._check(part, state.processed)
            self._on_progress(FileFound(window, part.rows))
            return part
        file = yield from self._jobs.export(
            window,
            self._query.request_for(window, self._capacity),
            # The split depends on a random sample, so it is read and not computed again.
            is_unique=window != self._query.window,
            check=lambda: self._query.check_retention(window, self._now()),
        )
        part = yield from self._read_part(window, file.path)
        try:
            self._check(part, file.processed)
        except ExportIncompleteError:
            yield from self._jobs.forget(window)
            raise
        yield from self._jobs.keep(window, file)
        self._on_progress(FileDownloaded(window, file.job_id, file.size, part.rows))
        return part

    def _read_part(self, window: Window, path: Path) -> Flow[Part]:
        return (yield from Run(lambda: part_of(window, path, self._read(path))))

    def _check(self, part: Part, processed: int | None) -> None:
        """Raise if a file contradicts the request or the service's own counts.

        If samples are allowed, note it instead.
        """
        missing = (
            not self._query.is_filtered
            and not part.bad_records  # one may contain several records
            and part.rows < min(processed or 0, self._capacity)
        )
        if part.others:
            self._report_missing(
                part,
                processed,
                "the service also returned records from outside the window, so its parts cannot "
                "be told apart",
                is_allowed=self._allow_sampling and part.rows < self._capacity,
            )
            part.excluded |= part.others
        elif missing:
            self._report_missing(
                part,
                processed,
                f"the service says that it processed {processed:,} records, but its file has "
                f"{part.rows:,}. Export again, or accept the file as it is with "
                "allow_sampling=True",
                is_allowed=self._allow_sampling,
            )

    def _report_missing(
        self, part: Part, processed: int | None, problem: str, *, is_allowed: bool
    ) -> None:
        window = part.window
        if not is_allowed:
            raise ExportIncompleteError(
                window.start,
                window.end,
                problem,
                exported_records=part.rows,
                processed_records=processed,
            )
        part.sampled = SampledWindow(window, part.rows, processed, problem)

    def _is_full(self, part: Part, state: WindowState) -> bool:
        if part.bad_records and (state.processed or 0) >= self._capacity:
            return True  # a bad record may be more than one
        return part.rows >= self._capacity

    def _learn_from_count(self, state: WindowState) -> None:
        if state.processed is not None and state.processed > self._capacity:
            self._counts_go_on = True

    def _measure_or_split(self, part: Part, state: WindowState) -> Flow[None]:
        """Split a full window, or first measure it with small windows."""
        processed = state.processed
        is_counted = processed is not None and processed > part.rows
        most = processed if processed and is_counted else _MOST_RECORDS_A_ROW * part.rows
        meant_to_fit = self._expected[part.window] > 0
        if is_counted and not self._query.is_filtered:
            yield from self._split(part, state, most)
        elif meant_to_fit:
            yield from self._split(part, state, min(_OVERFLOW * part.rows, most))
        elif measures := probes(part.window, part.sent_at, most, self._capacity):
            rest = Window(measures[-1].end, part.window.end)
            self._on_progress(WindowSplit(part.window, (*measures, rest)))
            measuring = _Measuring(part, rest, dict.fromkeys(measures))
            self._measuring.update(dict.fromkeys(measures, measuring))
            self._add(measures)
        else:
            yield from self._split(part, state, min(_GUESS * part.rows, most))

    def _take_measure(self, measuring: _Measuring, part: Part, *, is_full: bool) -> Flow[None]:
        """Note how many records a small window has; after the last one, split the full window."""
        measuring.counts[part.window] = part.rows
        if is_full:
            measuring.full.append(part)
        counts = [(probe, rows) for probe, rows in measuring.counts.items() if rows is not None]
        if len(counts) < len(measuring.counts):
            return
        whole = measuring.part
        into, records = split_measured(whole.window, whole.sent_at, counts, self._capacity)
        yield from self._record_split(whole, into)
        rest = into[len(counts) :]
        if rest != [measuring.rest]:
            self._on_progress(WindowSplit(measuring.rest, tuple(rest)))
        self._add(rest, whole.sent_at, records)
        for probe in measuring.full:
            instants = sorted(whole.sent_at)
            expected = records * rows_in(probe.window, instants) / len(instants)
            state = self._journal.state(probe.window)
            yield from self._split(probe, state, max(expected, _OVERFLOW * probe.rows))

    def _split(self, part: Part, state: WindowState, expected: float) -> Flow[None]:
        """Replace a full window by its parts, or raise if it cannot be split."""
        into = split(part.window, part.sent_at, expected, self._capacity)
        if into:
            if state.processed is not None and state.processed <= part.rows:
                self._witnesses.append(part.identities)
            yield from self._record_split(part, into)
            self._on_progress(WindowSplit(part.window, tuple(into)))
            self._add(into, part.sent_at, expected)
            return
        if not self._is_known_to_be_whole(part, state.processed):
            self._report_missing(
                part,
                state.processed,
                f"they all share one instant, and a job returns at most {self._capacity}. Narrow "
                "the export with include= or exclude=, or accept a sample with allow_sampling=True",
                is_allowed=self._allow_sampling,
            )
        self._keep(part)

    def _record_split(self, part: Part, into: Sequence[Window]) -> Flow[None]:
        yield from Run(partial(self._journal.split, part.window, [*into]))
        yield from Run(part.path.unlink)
        logger.info(
            "export: %s has more records than a job returns, and is split into %d windows",
            part.window,
            len(into),
        )

    def _is_known_to_be_whole(self, part: Part, processed: int | None) -> bool:
        """Return whether a full instant has no more records than its file.

        A count that equals what a job returns is not enough, because the count may stop there. It
        is enough if the service was seen to count further for another window. Otherwise, a second
        sample of the same records must have contained no others.
        """
        if processed is None or processed > part.rows:
            return False
        if self._counts_go_on:
            return True
        known = {identity for _, identity in part.identities}
        start, end = instant_of(part.window.start), part.window.end
        seen = [
            identity
            for witness in self._witnesses
            for at, identity in witness
            if at is not None and start <= at <= end
        ]
        return bool(seen) and known.issuperset(seen)
