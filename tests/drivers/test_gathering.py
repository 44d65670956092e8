"""Several flows at once: in order, in time, and none left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights.drivers.gathering import Gathering
from sesinsights.flows.flow import Gather, Reserve, Run, Send, Sleep
from sesinsights.flows.operations import GET_EXPORT_JOB
from sesinsights.flows.pipeline import Pace
from sesinsights.flows.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.flows.flow import Flow, Step
    from sesinsights.testing import FakeClock


@pytest.fixture
def service(scripted: Any) -> Any:
    """A service that answers with the number that it is asked with."""
    return scripted(lambda parameters: parameters, retry=RetryPolicy(max_attempts=1))


def asking(number: int, seconds: float = 0) -> Flow[int]:
    """Sleep, ask, and return the response."""
    yield from Sleep(seconds)
    answer = yield from Send(GET_EXPORT_JOB, {"JobId": number})
    return int(answer["JobId"])


def gathered(flows: list[Flow[int]], limit: int = 20) -> Flow[list[int]]:
    """Run the flows at once."""
    return (yield from Gather(flows, limit))


def test_outcomes_come_in_the_order_of_the_flows(service: Any) -> None:
    """Whichever flow ends first, the outcomes are in the order of the flows."""
    flows = [asking(number, seconds=10 - number) for number in range(10)]
    assert service.run(gathered(flows)) == list(range(10))


def test_flows_sleep_at_the_same_time(service: Any) -> None:
    """Ten flows that sleep 5 seconds each take 5 seconds together."""
    service.run(gathered([asking(number, seconds=5) for number in range(10)]))
    assert service.clock.monotonic() == pytest.approx(5)


def test_no_more_flows_than_the_limit_are_under_way(service: Any) -> None:
    """Six flows of 5 seconds, two at a time, take 15 seconds."""
    service.run(gathered([asking(number, seconds=5) for number in range(6)], limit=2))
    assert service.clock.monotonic() == pytest.approx(15)


def test_a_flow_that_follows_another_begins_when_that_ends(service: Any) -> None:
    """Beside a flow of 10 seconds, one of 5 and its successor of 5 take 10 together."""
    flows = [asking(number, seconds) for number, seconds in enumerate((10, 5, 5))]
    service.run(gathered(flows, limit=2))
    assert service.clock.monotonic() == pytest.approx(10)


def test_nothing_to_do_is_done_at_once(service: Any) -> None:
    """Gathering no flows returns an empty list."""
    assert service.run(gathered([])) == []


def test_the_first_error_ends_all_and_gives_slots_back(service: Any) -> None:
    """A flow that waits for a slot when another fails sends nothing, and its slot is freed."""

    def failing() -> Flow[int]:
        yield from Sleep(1)
        raise LookupError

    def paced() -> Flow[int]:
        yield from service.pipeline.call(GET_EXPORT_JOB, GET_EXPORT_JOB.request(job_id="job"))
        return 0

    service.pipeline._paces["GetExportJob"] = Pace("GetExportJob", 0.1)
    service.run(_reserve_one())
    with pytest.raises(LookupError):
        service.run(gathered([paced(), failing(), asking(3, seconds=60)]))
    assert service.sent == []
    assert service.pacer.reserve("us-east-1/GetExportJob", 0.1).slot == pytest.approx(10.2)


def _reserve_one() -> Flow[object]:
    return (yield from Reserve("GetExportJob", 0.1))


def test_an_error_of_a_step_is_raised_into_its_own_flow(scripted: Any) -> None:
    """One flow can survive what its call ends with, and the others do not notice."""

    def reply(parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters["JobId"] == 1:
            raise LookupError
        return parameters

    def surviving(number: int) -> Flow[int]:
        try:
            return (yield from asking(number))
        except LookupError:
            return -1

    assert scripted(reply).run(gathered([surviving(n) for n in range(3)])) == [0, -1, 2]


def done_here(step: Step[Any]) -> object:
    """Carry out a step as a driver for threads does."""
    assert isinstance(step, Run | Send)
    return step.function() if isinstance(step, Run) else step.parameters["JobId"]()


def blocking(wait: Callable[[], object]) -> Flow[object]:
    """Do something that blocks."""
    return (yield from Run(wait))


def sending(wait: Callable[[], object]) -> Flow[object]:
    """Send a call that is answered late."""
    return (yield from Send(GET_EXPORT_JOB, {"JobId": wait}))


def raising(error: BaseException) -> Flow[object]:
    """Raise while the others are running."""
    yield from Run(lambda: None)
    raise error


def test_an_interrupt_waits_for_nothing_that_blocks(fake_clock: FakeClock) -> None:
    """Ctrl-C ends a program although a download hangs."""
    over = threading.Event()
    flows = [blocking(over.wait), sending(over.wait), raising(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        Gathering(flows, 3, fake_clock, done_here).run()
    assert not over.is_set()
    over.set()


def test_a_thread_does_step_after_step_and_ends_with_the_flows(fake_clock: FakeClock) -> None:
    """Ten steps of two flows need two threads at most, and leave none."""
    used: set[threading.Thread] = set()

    def stepping() -> Flow[None]:
        for _ in range(5):
            yield from Run(lambda: used.add(threading.current_thread()))

    Gathering([stepping(), stepping()], 2, fake_clock, done_here).run()
    assert 1 <= len(used) <= 2
    for thread in used:
        thread.join(10)
        assert not thread.is_alive()


def test_an_interrupt_leaves_no_idle_thread(
    fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt leaves no idle thread, even while a thread starts."""
    started: list[threading.Thread] = []

    class Interrupted(threading.Thread):
        @override
        def start(self) -> None:
            super().start()
            started.append(self)
            if len(started) > 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(threading, "Thread", Interrupted)
    flows = [blocking(lambda: None), blocking(lambda: None)]
    with pytest.raises(KeyboardInterrupt):
        Gathering(flows, 2, fake_clock, done_here).run()
    assert len(started) == 2
    for thread in started:
        thread.join(10)
        assert not thread.is_alive()


def test_an_error_waits_for_what_was_sent(scripted: Any) -> None:
    """After an error, running requests are awaited, so that a later call sees their effects."""
    sent, answered = threading.Event(), threading.Event()

    def answer_late(_: dict[str, Any]) -> dict[str, Any]:
        sent.set()
        threading.Event().wait(0.1)
        answered.set()
        return {}

    def failing() -> Flow[None]:
        yield from Run(lambda: sent.wait(10))
        raise LookupError

    def both() -> Flow[object]:
        return (yield from Gather([sending(lambda: None), failing()], 2))

    with pytest.raises(LookupError):
        scripted(answer_late).run(both())
    assert answered.is_set()
