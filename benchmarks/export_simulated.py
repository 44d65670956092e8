"""Complete exports in virtual time: how many jobs they make, and how long they take.

The library's own flow runs against a model of the service in memory, and no time is waited for.
So hours of jobs are told in seconds, for each case:

- jobs: how many were made, beside the fewest that can hold the records;
- seconds: how long it took, beside what an ideal scheduler needs for the same jobs, at the same
  pace and with as many at once. It knows the time of every job, creates first those on which most
  time depends, and notices each end at once. `blind` is its mean time when it does not know the
  times of jobs, as nobody can: it creates those first that others need, and the rest in any order.
  `fewest` is the ideal time for the first job and the fewest others, which nobody can know before.
- lost and doubled: records that are missing or came twice.

Run it from a checkout: python benchmarks/export_simulated.py [records …]
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
import random
import statistics
import sys
import tempfile
import uuid
from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sesinsights import RetryPolicy, models
from sesinsights.drivers.threads import Driver
from sesinsights.exports.journal import Journal
from sesinsights.exports.progress import JobCreated, WindowSplit
from sesinsights.exports.windowed import WindowedExport
from sesinsights.flows.flow import Fetch, Gather, Send, Sleep
from sesinsights.flows.pipeline import Pipeline
from sesinsights.models.limits import MAX_EXPORT_ROWS
from sesinsights.pacing import LocalPacer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.windows import Window
    from sesinsights.flows.flow import Flow

RECORDS = (32_000, 320_000, 1_000_000)
SHARES = (1.0, 0.3, 0.03)
"""Which share of the records that the service examines a filter lets through; 1 for no filter."""

RUNNING_JOBS = 20
PACE = 1.0
MARGIN = 1.02
"""How far apart the library's calls are sent, compared with the pace."""

ORDERS = 200
"""How many orders of the jobs are tried where none is better than another."""

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAYS = 28
CALL_SECONDS = 0.08
DOWNLOAD_SECONDS = 0.3

HEADER = (
    "messageid,sendtimestamp,isp,fromaddress,destination,subject,last_delivery_event,"
    "last_engagement_event,last_delivery_event_timestamp,last_engagement_event_timestamp,"
    "bounce_sub_type,diagnostic_code,\n"
)

DURATIONS: dict[str, Callable[[random.Random], float]] = {
    "4": lambda _: 4.0,
    "60": lambda _: 60.0,
    "2 to 120": lambda chance: chance.uniform(2, 120),
}
"""How long jobs take, in seconds."""


class VirtualClock:
    """A clock that the driver moves."""

    seconds = 0.0

    def now(self) -> datetime:
        """Return the date and time."""
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Return the seconds since the beginning."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Refuse: the driver sleeps."""
        raise NotImplementedError


@dataclass(frozen=True)
class Job:
    """An export job.

    Attributes:
        source: What it exports.
        began: When it began.
        seconds: How long it takes.
        first: The place of its first record.
        last: The place behind its last record.
    """

    source: dict[str, Any]
    began: float
    seconds: float
    first: int
    last: int


class Service:
    """What the service does with export jobs.

    Args:
        clock: The clock.
        sent_at: When the records that match were sent, in order.
        share: Their share of the records that are examined.
        duration: Returns how long the next job takes.
        capacity: How many records a job returns.
    """

    region_name = "us-east-1"

    def __init__(
        self,
        clock: VirtualClock,
        sent_at: Sequence[datetime],
        share: float,
        duration: Callable[[], float],
        capacity: int,
    ) -> None:
        self._clock = clock
        self._capacity = capacity
        self._sent_at = sent_at
        self._share = share
        self._duration = duration
        self._created_at = float("-inf")
        self.jobs: dict[str, Job] = {}

    def refresh_credentials(self) -> None:
        """Do nothing: there are none."""

    def answer(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Answer a call."""
        if operation == "CreateExportJob":
            return {"JobId": self._create(parameters)}
        if operation == "GetExportJob":
            return self._describe(parameters["JobId"])
        raise NotImplementedError(operation)

    def _create(self, parameters: dict[str, Any]) -> str:
        now = self._clock.seconds
        if now - self._created_at < PACE:
            raise _refusal("TooManyRequestsException", 429)
        self._created_at = now
        if sum(now < job.began + job.seconds for job in self.jobs.values()) >= RUNNING_JOBS:
            raise _refusal("LimitExceededException", 400)
        source = parameters["ExportDataSource"]
        window = source["MessageInsightsDataSource"]
        first = bisect.bisect_left(self._sent_at, window["StartDate"])
        last = bisect.bisect_right(self._sent_at, window["EndDate"])
        job_id = str(uuid.UUID(int=len(self.jobs) + 1))
        self.jobs[job_id] = Job(source, now, self._duration(), first, last)
        return job_id

    def _describe(self, job_id: str) -> dict[str, Any]:
        job = self.jobs[job_id]
        answer: dict[str, Any] = {
            "JobId": job_id,
            "ExportSourceType": "MESSAGE_INSIGHTS",
            "JobStatus": "PROCESSING",
            "CreatedTimestamp": NOW + timedelta(seconds=job.began),
            "ExportDestination": {"DataFormat": "CSV"},
        }
        if self._clock.seconds >= job.began + job.seconds:
            answer["JobStatus"] = "COMPLETED"
            answer["ExportDestination"]["S3Url"] = f"https://storage/{job_id}"
            examined = round((job.last - job.first) / self._share)
            answer["Statistics"] = {"ProcessedRecordsCount": examined}
        return answer

    def write(self, job_id: str, path: Path) -> int:
        """Write the file of a job, and return how many bytes it has."""
        job = self.jobs[job_id]
        places: Sequence[int] = range(job.first, job.last)
        if len(places) > self._capacity:
            sample = random.Random(job_id).sample(places, self._capacity)  # noqa: S311 - a sample
            places = sorted(sample)
        with path.open("w") as file:
            file.write(HEADER)
            file.writelines(_row(place, self._sent_at[place]) for place in places)
            return file.tell()


def _row(place: int, at: datetime) -> str:
    shown = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC"
    return f"m{place},{shown},Gmail,a@example.com,u{place}@example.org,S,DELIVERY,,{shown},,,,\n"


def _refusal(code: str, status: int) -> ClientError:
    metadata: Any = {"HTTPStatusCode": status}
    answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": metadata}
    return ClientError(answer, "CreateExportJob")


class VirtualDriver(Driver):
    """Carries out the steps of flows in virtual time.

    Args:
        clock: The clock, which it moves.
        service: Answers calls.
    """

    def __init__(self, clock: VirtualClock, service: Service) -> None:
        transport: Any = service
        super().__init__(transport, clock, LocalPacer(clock))
        self._time = clock
        self._service = service
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def run(self, flow: Flow[Any]) -> Any:
        """Return what the flow returns, or raise what it raises."""
        ends: list[tuple[Any, BaseException | None]] = []
        self._advance(flow, None, None, lambda result, error: ends.append((result, error)))
        while not ends:
            at, _, event = heapq.heappop(self._events)
            self._time.seconds = max(self._time.seconds, at)
            event()
        result, error = ends[0]
        if error is not None:
            raise error
        return result

    def _after(self, seconds: float, event: Callable[[], None]) -> None:
        at = self._time.seconds + seconds
        heapq.heappush(self._events, (at, next(self._numbers), event))

    def _advance(
        self,
        flow: Flow[Any],
        outcome: Any,
        error: BaseException | None,
        ended: Callable[[Any, BaseException | None], None],
    ) -> None:
        """Run a flow until it has to wait."""
        while True:
            try:
                step = flow.send(outcome) if error is None else flow.throw(error)
            except StopIteration as stop:
                return ended(stop.value, None)
            except Exception as failure:  # noqa: BLE001 - raised where the flow is awaited
                return ended(None, failure)
            outcome = error = None

            def go_on(outcome: Any = None, error: BaseException | None = None) -> None:
                self._advance(flow, outcome, error, ended)

            match step:
                case Sleep(seconds):
                    return self._after(seconds, go_on)
                case Send():
                    return self._after(CALL_SECONDS / 2, _sending(self, step, go_on))
                case Fetch():
                    return self._after(DOWNLOAD_SECONDS, _fetching(self, step, go_on))
                case Gather():
                    return self._gather(step, go_on)
                case _:
                    try:
                        outcome = self._do(step)
                    except Exception as failure:  # noqa: BLE001 - the flow decides about it
                        error = failure

    def send(self, step: Send, go_on: Callable[..., None]) -> None:
        """Answer a call that has arrived."""
        outcome = error = None
        try:
            outcome = self._service.answer(step.operation.name, step.parameters)
        except ClientError as refusal:
            error = refusal
        self._after(CALL_SECONDS / 2, lambda: go_on(outcome, error))

    def fetch(self, step: Fetch, go_on: Callable[..., None]) -> None:
        """Deliver a file."""
        go_on(self._service.write(step.job_id, step.path))

    def _gather(self, step: Gather[Any], go_on: Callable[..., None]) -> None:
        waiting = step.flows if isinstance(step.flows, deque) else deque(step.flows)
        results: dict[int, Any] = {}
        running: set[int] = set()
        numbers = itertools.count()

        def begin() -> None:
            while waiting and len(running) < step.limit:
                number = next(numbers)
                running.add(number)
                self._advance(waiting.popleft(), None, None, partial(end, number))

        def end(number: int, result: Any, error: BaseException | None) -> None:
            running.discard(number)
            if error is not None:
                return go_on(None, error)
            results[number] = result
            # What may begin does so at the next event, when all that happens now has happened.
            self._after(0.0, begin_or_end)
            return None

        ended = False

        def begin_or_end() -> None:
            nonlocal ended
            begin()
            if not (running or waiting or ended):
                ended = True
                go_on([results[number] for number in sorted(results)])

        begin_or_end()


def _sending(driver: VirtualDriver, step: Send, go_on: Callable[..., None]) -> Callable[[], None]:
    return lambda: driver.send(step, go_on)


def _fetching(driver: VirtualDriver, step: Fetch, go_on: Callable[..., None]) -> Callable[[], None]:
    return lambda: driver.fetch(step, go_on)


def mail(records: int) -> list[datetime]:
    """Return when mail was sent: over four weeks, 28 % of it in a campaign of some minutes."""
    chance = random.Random(1)  # noqa: S311 - the same mail in every run
    campaign = int(records * 9 / 32)
    minutes = 2 * max(1, records / 32_000)
    offsets = [chance.random() * (DAYS - 1) * 86_400 for _ in range(records - campaign)]
    offsets += [11 * 86_400 + chance.random() * 60 * minutes for _ in range(campaign)]
    start = NOW - timedelta(days=DAYS)
    return sorted(start + timedelta(milliseconds=int(offset * 1000)) for offset in offsets)


def ideal(seconds: Mapping[str, float], needs: Mapping[str, Collection[str]]) -> float:
    """Return how long the schedule takes that creates first what most time depends on.

    Of jobs that no other needs, that is the longest.

    Args:
        seconds: How long each job takes, in the order in which they were created.
        needs: The jobs that must have ended before one can be created.
    """
    left = dict(seconds)
    for job in reversed([*seconds]):
        for needed in needs.get(job, ()):
            left[needed] = max(left[needed], seconds[needed] + left[job])
    return _scheduled(seconds, needs, left)


def blind(seconds: Mapping[str, float], needs: Mapping[str, Collection[str]]) -> float:
    """Return how long schedules take on average that do not know the times of jobs.

    They know which jobs others need, and create those first. All others are alike to them, so that
    none of their orders is better, except by luck.

    Args:
        seconds: How long each job takes.
        needs: The jobs that must have ended before one can be created.
    """
    needed = {job for jobs in needs.values() for job in jobs}
    chance = random.Random(1)  # noqa: S311 - the same orders in every run
    orders = [{job: chance.random() + (job in needed) for job in seconds} for _ in range(ORDERS)]
    return statistics.fmean(_scheduled(seconds, needs, order) for order in orders)


def _scheduled(
    seconds: Mapping[str, float],
    needs: Mapping[str, Collection[str]],
    precedence: Mapping[str, float],
) -> float:
    """Return how long jobs take if always that with the highest precedence is created next."""
    waiting = dict.fromkeys(seconds)
    running: list[tuple[float, str]] = []
    ended: set[str] = set()
    now = free_at = 0.0
    while waiting or running:
        ready = [job for job in waiting if ended.issuperset(needs.get(job, ()))]
        if ready and len(running) < RUNNING_JOBS and free_at <= now:
            first = max(ready, key=precedence.__getitem__)
            del waiting[first]
            heapq.heappush(running, (now + seconds[first], first))
            free_at = now + PACE * MARGIN
        elif ready and len(running) < RUNNING_JOBS and (not running or free_at < running[0][0]):
            now = free_at
        else:
            now, job = heapq.heappop(running)
            ended.add(job)
    return now


@dataclass(frozen=True)
class Outcome:
    """What an export did.

    Attributes:
        jobs: How long each of its jobs took.
        needs: What must have ended before each of them could be created.
        seconds: How long it took.
        lost: How many records are missing.
        doubled: How many came more than once.
    """

    jobs: Mapping[str, float]
    needs: Mapping[str, Collection[str]]
    seconds: float
    lost: int
    doubled: int


class Order:
    """Notes what must have ended before a job could be created.

    Attributes:
        needs: That of each job.
    """

    def __init__(self) -> None:
        self._jobs: dict[Window, str] = {}
        self._after: dict[Window, Sequence[Window]] = {}
        self._beside: dict[Window, Sequence[Window]] = {}
        self.needs: dict[str, Collection[str]] = {}

    def note(self, event: ExportEvent) -> None:
        """Note the information of an event."""
        match event:
            case JobCreated(window, job_id):
                self._jobs[window] = job_id
                self.needs[job_id] = [self._jobs[w] for w in self._after.get(window, ())]
            case WindowSplit(window, into):
                # What is split without a job of its own was measured by those beside it.
                after = [window] if window in self._jobs else self._beside[window]
                self._after |= dict.fromkeys(into, after)
                self._beside[into[-1]] = into[:-1]
            case _:
                pass


def export(
    sent_at: Sequence[datetime],
    share: float,
    duration: Callable[[], float],
    capacity: int = MAX_EXPORT_ROWS,
) -> Outcome:
    """Export records, and return what happened.

    Args:
        sent_at: When they were sent.
        share: Their share of the records that are examined.
        duration: Returns how long the next job takes.
        capacity: How many records a job returns.
    """
    clock = VirtualClock()
    service = Service(clock, sent_at, share, duration, capacity)
    source = models.MessageInsightsDataSource(
        start_date=NOW - timedelta(days=DAYS),
        end_date=NOW,
        include=None if share == 1 else models.MessageInsightsFilters(isp=["Gmail"]),
    )
    windowed = WindowedExport(
        Pipeline("sesv2", clock, RetryPolicy(), {}),
        source,
        "CSV",
        max_concurrent_jobs=RUNNING_JOBS,
        allow_sampling=False,
        on_bad_record="raise",
    )
    with tempfile.TemporaryDirectory() as directory:
        journal = Journal(Path(directory), windowed.request)
        order = Order()
        flow = windowed.run(journal, order.note, keeps_jobs=False)
        files = VirtualDriver(clock, service).run(flow)
        ids = Counter(_ids(windowed, files))
        journal.close()
    return Outcome(
        {job_id: job.seconds for job_id, job in service.jobs.items()},
        order.needs,
        windowed.report.seconds,
        len(sent_at) - len(ids),
        ids.total() - len(ids),
    )


def _ids(windowed: WindowedExport, files: Sequence[Any]) -> Iterator[str | None]:
    return (record.message_id for file in files for record in windowed.records(file))


def main(sizes: Sequence[int]) -> None:
    """Export each case, and print a row for it."""
    print(
        f"{'records':>9} {'filter':>7} {'job s':>9} {'jobs':>5} {'fewest':>7} {'ratio':>6} "
        f"{'seconds':>8} {'ideal':>7} {'ratio':>6} {'blind':>7} {'ratio':>6} {'fewest':>7} "
        f"{'ratio':>6} {'lost':>5} {'doubled':>8}"
    )
    for records, share in itertools.product(sizes, SHARES):
        sent_at = mail(records)
        for name, draw in DURATIONS.items():
            chance = random.Random(records)  # noqa: S311 - the same jobs in every run
            outcome = export(sent_at, share, lambda: draw(chance))  # noqa: B023 - called at once
            fewest = math.ceil(records / MAX_EXPORT_ROWS)
            best = ideal(outcome.jobs, outcome.needs)
            likely = blind(outcome.jobs, outcome.needs)
            first, *others = outcome.jobs
            few = {job: outcome.jobs[job] for job in [first, *others[:fewest]]}
            best_of_fewest = ideal(few, {job: [first] for job in others})
            shown = "none" if share == 1 else f"{share:.0%}"
            jobs, seconds = len(outcome.jobs), outcome.seconds
            print(
                f"{records:>9,} {shown:>7} {name:>9} {jobs:>5} {fewest:>7} {jobs / fewest:>6.2f} "
                f"{seconds:>8.1f} {best:>7.1f} {seconds / best:>6.2f} "
                f"{likely:>7.1f} {seconds / likely:>6.2f} {best_of_fewest:>7.1f} "
                f"{seconds / best_of_fewest:>6.2f} {outcome.lost:>5} {outcome.doubled:>8}",
                flush=True,
            )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or RECORDS)
