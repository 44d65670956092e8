"""The rules of reading a queue: what is received, deleted and released, and when.

Every call to the queue is a flow, which a driver runs in a thread or on an event loop.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import override

from sesinsights.arguments import check_callback, checked_seconds, is_whole_number
from sesinsights.errors import EventParseError
from sesinsights.events.parsing import found_in
from sesinsights.events.path import Via
from sesinsights.flows.flow import Run, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from botocore.client import BaseClient

    from sesinsights.clock import Clock
    from sesinsights.events.recognition import Arrival
    from sesinsights.flows.flow import Flow


_MOST_AT_ONCE = 10
"""How many messages the service returns, and accepts, in one call."""

_LONGEST_WAIT = 20
_LONGEST_VISIBILITY = 43_200
_BAD_KEPT = 1_000


class QueueRules:
    """The checked options of reading a queue.

    Args:
        queue: The URL of the queue, or a boto3 client for SQS.
        queue_url: The URL, when `queue` is a client.
        wait: How long one call waits for messages, in seconds.
        visibility_timeout: How long a message is hidden from others at a time, in seconds.
        idle: End after this many seconds without a message; None for never.
        stop: Called from time to time; when it returns true, the reading ends.
        on_bad_record: What to do about a body that cannot be read.
    """

    def __init__(
        self,
        queue: str | BaseClient,
        *,
        queue_url: str | None,
        wait: int,
        visibility_timeout: int,
        idle: float | None,
        stop: Callable[[], object] | None,
        on_bad_record: str,
    ) -> None:
        is_url = isinstance(queue, str)
        if is_url is (queue_url is not None):
            raise ValueError("pass the queue's URL, or a boto3 client for SQS and queue_url=")
        if not is_whole_number(wait) or not 0 <= wait <= _LONGEST_WAIT:
            raise ValueError(f"wait must be a whole number of seconds from 0 to {_LONGEST_WAIT}")
        if (
            not is_whole_number(visibility_timeout)
            or not 1 <= visibility_timeout <= _LONGEST_VISIBILITY
        ):
            raise ValueError(
                "visibility_timeout must be a whole number of seconds from 1 to "
                f"{_LONGEST_VISIBILITY}"
            )
        if idle is not None:
            checked_seconds("idle", idle)
        if stop is not None and not callable(stop):
            raise TypeError("stop must be callable, such as the is_set of a threading.Event")
        check_callback("stop", stop)
        if on_bad_record not in {"raise", "collect"}:
            raise ValueError("on_bad_record must be 'raise' or 'collect'")
        self.client = None if isinstance(queue, str) else queue
        self.url = queue if isinstance(queue, str) else str(queue_url)
        self.wait = wait
        self.visibility_timeout = visibility_timeout
        self.idle = idle
        self.stop = stop
        self.collects = on_bad_record == "collect"


class Settle(Protocol):
    """Deletes or releases a message, at once."""

    def __call__(self, flow: Flow[None], /) -> None:
        """Run a flow to its end, now or in the background."""
        ...


def _without_receipt() -> None:
    """Take the place of the receipt of an event that was pickled."""


class Message:
    """A message of the queue and its state; the receipt of its events.

    Attributes:
        handle: The handle with which the queue deletes or releases it.
        message_id: Its id in the queue.
        is_settled: Whether it was deleted or released.
        is_bad: Whether part of it cannot be read, so that it is left in the queue.
    """

    def __init__(self, entry: Mapping[str, Any], reading: QueueReading, settle: Settle) -> None:
        self.handle = str(entry["ReceiptHandle"])
        self.message_id = str(entry["MessageId"])
        self.is_settled = False
        self.is_bad = False
        self.events = 0
        self.done: set[int] = set()
        self._reading = reading
        self._settle = settle

    def ack(self, arrival: object) -> None:
        """Delete it, once the last of its events is acknowledged."""
        self._settle(self._reading.ack(self, arrival))

    def release(self) -> None:
        """Release it, so that it is received again at once."""
        self._settle(self._reading.release([self]))

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # Nobody else can settle it, so an event that is pickled loses it.
        return _without_receipt, ()


class QueueReading:
    """The state of one reading of a queue.

    Args:
        rules: The options.
        clock: The clock that measures `idle`.
        settle: Deletes or releases a message when `ack` or `release` of an event is called.
        lock: Guards the messages: other threads may acknowledge events and keep messages hidden.
        connect: Returns the SQS client; called before the first request.
    """

    def __init__(
        self,
        rules: QueueRules,
        clock: Clock,
        *,
        settle: Settle,
        lock: AbstractContextManager[object],
        connect: Callable[[], Any],
    ) -> None:
        self.bad_records: deque[EventParseError] = deque(maxlen=_BAD_KEPT)
        self._rules = rules
        self._clock = clock
        self._settle = settle
        self._connect = connect
        self._client: Any = None
        self._waiting: deque[tuple[Message, Arrival]] = deque()
        self._current: tuple[Message, Arrival] | None = None
        self._heard_at = clock.monotonic()
        self._lock = lock
        self._received: Sequence[Mapping[str, Any]] = ()
        self._is_closed = False

    def next(self) -> Flow[Arrival | None]:
        """Delete the message of the last event, and return the next; None at the end.

        Raises:
            EventParseError: A body cannot be read, and such errors are not collected.
        """
        if self._current is not None:
            yield from self.ack(*self._current)
            self._current = None
        while not self._is_to_stop():
            while self._waiting:
                message, arrival = self._waiting.popleft()
                if not message.is_settled:
                    self._current = message, arrival
                    return arrival
            if not (yield from self._receive()) and self._is_idle():
                return None
        return None

    def ack(self, message: Message, arrival: object) -> Flow[None]:
        """Delete a message, once the last of its events is acknowledged."""
        with self._lock:
            message.done.add(id(arrival))
            if message.is_settled or message.is_bad or len(message.done) < message.events:
                return
            message.is_settled = True
        yield from self._call("delete_message", ReceiptHandle=message.handle)

    def release(self, messages: Sequence[Message]) -> Flow[None]:
        """Release messages, so that they are received again at once."""
        with self._lock:
            let_go = [message for message in messages if not message.is_settled]
            for message in let_go:
                message.is_settled = True
        yield from self._hide(let_go, 0)

    def extend(self) -> Flow[None]:
        """Keep the messages that are being worked on hidden for longer."""
        with self._lock:
            held = [message for message, _ in [*filter(None, [self._current]), *self._waiting]]
            unsettled = {
                message.message_id: message
                for message in held
                if not message.is_settled and not message.is_bad
            }
        yield from self._hide([*unsettled.values()], self._rules.visibility_timeout)

    def close(self) -> Flow[None]:
        """Release messages that were received and not returned, except the current one."""
        current = self._current[0] if self._current else None
        waiting = {message.message_id: message for message, _ in self._waiting}
        with self._lock:
            self._is_closed = True
            received, self._received = self._received, ()
        for entry in received:
            message = Message(entry, self, self._settle)
            waiting[message.message_id] = message
        self._waiting.clear()
        self._current = None
        yield from self.release(
            [each for each in waiting.values() if each is not current and not each.is_bad]
        )

    def _receive(self) -> Flow[bool]:
        """Receive messages, and return whether there were any new ones."""
        wait = self._rules.wait
        if self._rules.idle is not None:
            left = self._heard_at + self._rules.idle - self._clock.monotonic()
            wait = min(wait, max(0, ceil(left)))
        yield from Run(partial(self._receive_now, wait))
        with self._lock:
            entries, self._received = self._received, ()
        if not entries:
            if not wait and not self._is_idle():
                # A call that does not wait must not be followed by the next at once.
                yield from Sleep(1)
            return False
        known = {error.via.queue_message_id for error in self.bad_records}
        is_new = any(str(entry["MessageId"]) not in known for entry in entries)
        if is_new:
            # What cannot be read comes again and again, and must not keep the reading from ending.
            self._heard_at = self._clock.monotonic()
        errors = [error for entry in entries for error in self._queue_events(entry)]
        if errors and not self._rules.collects:
            raise errors[0]
        self.bad_records.extend(errors)
        return is_new

    def _receive_now(self, wait: int) -> None:
        """Receive messages and keep them, or release them if nothing is waiting for them any more.

        A task that is cancelled does not end the call that a thread makes for it.
        """
        response = self._call_now(
            "receive_message",
            MaxNumberOfMessages=_MOST_AT_ONCE,
            WaitTimeSeconds=wait,
            VisibilityTimeout=self._rules.visibility_timeout,
        )
        entries = response.get("Messages") or ()
        with self._lock:
            if not self._is_closed:
                self._received = entries
                return
        if entries:
            handles = [str(entry["ReceiptHandle"]) for entry in entries]
            self._call_now("change_message_visibility_batch", Entries=_hidden_for(handles, 0))

    def _queue_events(self, entry: Mapping[str, Any]) -> list[EventParseError]:
        """Queue the events of a message, and return the errors of parts that cannot be read."""
        message = Message(entry, self, self._settle)
        body = {"MessageId": message.message_id, "Body": entry.get("Body")}
        found = [*found_in(body, Via(receipt=message))]
        if not found:
            # Such as an empty batch, which would otherwise be neither deleted nor reported.
            via = Via(envelopes=("sqs",), queue_message_id=message.message_id, receipt=message)
            problem = "it contains neither events nor notices"
            found.append(EventParseError(str(body["Body"]), problem, via))
        errors = [each for each in found if isinstance(each, EventParseError)]
        arrivals = [each for each in found if not isinstance(each, EventParseError)]
        message.is_bad = bool(errors)
        message.events = len(arrivals)
        with self._lock:
            self._waiting.extend((message, arrival) for arrival in arrivals)
        return errors

    def _hide(self, messages: Sequence[Message], seconds: int) -> Flow[None]:
        for start in range(0, len(messages), _MOST_AT_ONCE):
            handles = [message.handle for message in messages[start : start + _MOST_AT_ONCE]]
            entries = _hidden_for(handles, seconds)
            yield from self._call("change_message_visibility_batch", Entries=entries)

    def _is_to_stop(self) -> bool:
        return self._rules.stop is not None and bool(self._rules.stop())

    def _is_idle(self) -> bool:
        idle = self._rules.idle
        return idle is not None and self._clock.monotonic() - self._heard_at >= idle

    def _call(self, method: str, **parameters: Any) -> Flow[Mapping[str, Any]]:
        return (yield from Run(partial(self._call_now, method, **parameters)))

    def _call_now(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        if self._client is None:
            self._client = self._connect()
        response: Mapping[str, Any] = getattr(self._client, method)(
            QueueUrl=self._rules.url, **parameters
        )
        return response


def _hidden_for(handles: Sequence[str], seconds: int) -> list[dict[str, Any]]:
    """Return the entries of a call that hides messages for this many seconds from now."""
    return [
        {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
        for number, handle in enumerate(handles)
    ]
