"""Runs flows in the calling thread, which sleeps and blocks for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from sesinsights.drivers.signals import SignalError, raised_by_handler
from sesinsights.drivers.tracebacks import shorten_traceback
from sesinsights.flows.flow import (
    Await,
    Confirm,
    Fetch,
    FindSendRate,
    Gather,
    Penalize,
    Release,
    Reserve,
    Run,
    Send,
    Sleep,
)
from sesinsights.pacing import default_pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sesinsights.clock import Clock
    from sesinsights.drivers.transport import Transport
    from sesinsights.flows.flow import Flow, Step
    from sesinsights.pacing import Pacer, Reservation

T = TypeVar("T")


class Driver:
    """The base of all drivers: the steps that are done by a blocking call.

    Args:
        transport: The transport that sends requests.
        clock: The clock to sleep on.
        pacer: The pacer that grants slots; None for the one that this process shares.
    """

    def __init__(self, transport: Transport, clock: Clock, pacer: Pacer | None) -> None:
        self._transport = transport
        self._clock = clock
        self._pacer = pacer

    @property
    def endpoint_url(self) -> str:
        """The URL that requests go to."""
        return self._transport.endpoint_url

    @property
    def account_id(self) -> str | None:
        """The account that the credentials belong to; None if they do not reveal it."""
        return self._transport.account_id()

    def _do(self, step: Step[Any]) -> object:
        """Carry out a step, and block until it is done."""
        match step:
            case Send():
                return self._transport.send(step)
            case Reserve() | Confirm() | Penalize() | Release() | FindSendRate():
                return self._use_pacer(step)
            case Sleep(seconds):
                self._clock.sleep(seconds)
                return None
            case Fetch():
                return self._transport.fetch(step)
            case Run(function):
                return function()
            case Await(future):
                return future.result()
            case Gather():
                from sesinsights.drivers.gathering import Gathering

                gathering: Gather[Any] = step  # pyright: ignore[reportUnknownVariableType] # a pattern cannot name the type parameters
                return Gathering(gathering.flows, gathering.limit, self._clock, self._do).run()
            case _:
                raise TypeError(f"no driver can carry out {type(step).__name__}")

    def _use_pacer(self, step: Reserve | Confirm | Penalize | Release | FindSendRate) -> object:
        match step:
            case Reserve():
                # A slot must be used at once, so anything that takes long comes before it.
                self._transport.refresh_credentials()
                key = self._shared_key(step.key)
                return self._reserving_pacer().reserve(key, step.rate, step.cost, step.max_wait)
            case Confirm(reservation, due):
                return self._confirm(reservation, due)
            case FindSendRate():
                from sesinsights.flows.send_rate import shared_send_rate

                region = self._transport.region_name
                return shared_send_rate(self._reserving_pacer(), self._clock, region)
            case Penalize(key, seconds):
                self._reserving_pacer().penalize(self._shared_key(key), seconds)
            case Release(reservation):
                self._reserving_pacer().release(reservation)
        return None

    def _confirm(self, reservation: Reservation, due: float) -> bool:
        holds: Callable[[Reservation, float], bool] | None
        holds = getattr(self._reserving_pacer(), "holds", None)
        return holds is None or holds(reservation, self._clock.monotonic() - due)

    def _shared_key(self, key: str) -> str:
        """Quotas hold for a Region, so its name is part of the key."""
        return f"{self._transport.region_name}/{key}"

    def _reserving_pacer(self) -> Pacer:
        if self._pacer is None:
            self._pacer = default_pacer(
                self._clock,
                self._transport.quota_owner(),
                self._transport.region_name,
                self._transport.endpoint_url,
            )
        return self._pacer


class ThreadDriver(Driver):
    """Carries out the steps of flows; any number of threads may run flows at once."""

    def run(self, flow: Flow[T]) -> T:
        """Return what the flow returns, or raise what it raises."""
        try:
            self._transport.connect()
            step = next(flow)
            while True:
                try:
                    outcome = self._do(step)
                except BaseException as error:  # noqa: BLE001 - the flow decides what to do
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
                # Tracebacks may show it, and a response may hold a signed link.
                outcome = None
        except StopIteration as stop:
            result: T = stop.value
            return result
        except SignalError as carrier:
            raised = carrier.error
        except BaseException as error:
            shorten_traceback(error)
            raise
        shorten_traceback(raised)
        try:
            raise raised
        finally:
            # Its traceback refers to this frame, which must not refer to it.
            del raised

    @override
    def _do(self, step: Step[Any]) -> object:
        handled = sys.exception()
        try:
            return super()._do(step)
        except Exception as error:
            raised = raised_by_handler(error, handled)
            if raised is None:
                raise
        raise SignalError(raised)

    def close(self) -> None:
        """Close the connections, or leave those of a caller's client open."""
        self._transport.close()


def each(items: Iterable[T]) -> Iterator[T]:
    """Iterate over the items that a caller passed."""
    return iter(items)
