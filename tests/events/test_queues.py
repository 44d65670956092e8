"""A queue is read event by event; no message is lost or deleted too early."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from typing_extensions import override

from sesinsights import errors, events
from sesinsights.events.queue_reading import QueueReading, QueueRules
from sesinsights.events.queues import region_of
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/mail-events"
Sample = Callable[[str], bytes]


class Queue:
    """A queue that remembers what it is asked; it stands where the boto3 client does.

    Args:
        clock: What passes while it waits for messages.
        bodies: The bodies of its messages.
    """

    def __init__(self, clock: FakeClock, *bodies: str) -> None:
        self.clock = clock
        self.messages = {str(number): body for number, body in enumerate(bodies)}
        self.hidden_until: dict[str, float] = {}
        self.deleted: list[str] = []
        self.hidden: list[tuple[str, int]] = []
        self.waits: list[int] = []
        self.failing: Exception | None = None

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """Give what is not hidden, at most so many."""
        if self.failing:
            raise self.failing
        self.waits.append(asked["WaitTimeSeconds"])
        now = self.clock.monotonic()
        given = [name for name in self.messages if self.hidden_until.get(name, 0) <= now]
        for name in given[: asked["MaxNumberOfMessages"]]:
            self.hidden_until[name] = now + asked["VisibilityTimeout"]
        if not given:
            self.clock.advance(asked["WaitTimeSeconds"])
            return {}
        return {
            "Messages": [
                {"MessageId": f"q-{name}", "ReceiptHandle": name, "Body": self.messages[name]}
                for name in given[: asked["MaxNumberOfMessages"]]
            ]
        }

    def delete_message(self, **asked: Any) -> None:
        """Delete a message."""
        assert asked["QueueUrl"] == URL
        self.deleted.append(asked["ReceiptHandle"])
        del self.messages[asked["ReceiptHandle"]]

    def change_message_visibility_batch(self, **asked: Any) -> None:
        """Hide messages for so long from now on."""
        assert 1 <= len(asked["Entries"]) <= 10
        for entry in asked["Entries"]:
            name, seconds = entry["ReceiptHandle"], entry["VisibilityTimeout"]
            self.hidden.append((name, seconds))
            self.hidden_until[name] = self.clock.monotonic() + seconds

    @property
    def visible(self) -> set[str]:
        """What others could receive now."""
        now = self.clock.monotonic()
        return {name for name in self.messages if self.hidden_until.get(name, 0) <= now}


class Consumer:
    """Reads a queue in a thread, or on an event loop in the same steps."""

    def __init__(self, is_async: bool) -> None:  # noqa: FBT001 - which of the two
        self.is_async = is_async
        self.bad_records: list[errors.EventParseError] = []

    def __call__(
        self, queue: Queue, consume: Callable[[Any], object] = lambda _: None, **options: Any
    ) -> list[Any]:
        """Read until the end, until `consume` raises or says "break"; return what was read."""
        options = {"queue_url": URL, "idle": 30, "clock": queue.clock, **options}
        return (
            asyncio.run(self._async(queue, consume, options))
            if self.is_async
            else self._sync(queue, consume, options)
        )

    def _sync(self, queue: Any, consume: Callable[[Any], object], options: Any) -> list[Any]:
        read = []
        with events.iter_queue(queue, **options) as reader:
            for event in reader:
                read.append(event)
                if consume(event) == "break":
                    break
        self.bad_records = [*reader.bad_records]
        return read

    async def _async(self, queue: Any, consume: Callable[[Any], object], options: Any) -> list[Any]:
        read = []
        async with events.async_iter_queue(queue, **options) as reader:
            async for event in reader:
                read.append(event)
                if consume(event) == "break":
                    break
        self.bad_records = [*reader.bad_records]
        return read


@pytest.fixture(params=[False, True], ids=["thread", "asyncio"])
def consumer(request: pytest.FixtureRequest) -> Consumer:
    """A consumer of each kind."""
    return Consumer(request.param)


@pytest.fixture
def queue(sample: Sample) -> Queue:
    """A queue of three messages."""
    names = ("record.send.json", "sns.bounce.json", "record.open.json")
    return Queue(FakeClock(), *(sample(name).decode() for name in names))


def test_each_message_is_deleted_when_the_next_is_asked_for(
    queue: Queue, consumer: Consumer
) -> None:
    """Each message is deleted when the next is requested, the last one when the queue is idle."""
    deleted: list[list[str]] = []
    read = consumer(queue, lambda _: deleted.append([*queue.deleted]))
    assert [type(event) for event in read] == [events.Sent, events.Bounced, events.Opened]
    assert deleted == [[], ["0"], ["0", "1"]]
    assert queue.deleted == ["0", "1", "2"]
    assert [event.via.queue_message_id for event in read] == ["q-0", "q-1", "q-2"]


def test_break_leaves_the_current_message(queue: Queue, consumer: Consumer) -> None:
    """After `break`, the current message returns after its timeout, unread ones at once."""
    consumer(queue, lambda event: "break" if type(event) is events.Bounced else None)
    assert queue.deleted == ["0"]
    assert queue.visible == {"2"}
    queue.clock.advance(60)
    assert queue.visible == {"1", "2"}


def test_an_error_leaves_the_current_message(queue: Queue, consumer: Consumer) -> None:
    """Any error, including Ctrl-C, leaves the current message in the queue."""

    def fail(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consumer(queue, fail)
    assert queue.deleted == []
    assert queue.visible == {"1", "2"}
    assert not [one for one in threading.enumerate() if one.name == "sesinsights-queue"]


def test_ack_deletes_at_once_and_once(queue: Queue, consumer: Consumer) -> None:
    """`ack` deletes a message at once and only once, even if the loop is left afterwards."""

    def ack(event: events.Event) -> str:
        event.ack()
        event.ack()
        return "break"

    consumer(queue, ack)
    assert queue.deleted == ["0"]


def test_release_gives_a_message_back_at_once(queue: Queue, consumer: Consumer) -> None:
    """A released message is not deleted, and is received again at once."""
    released: list[events.Event] = []

    def release_first(event: events.Event) -> None:
        if not released:
            released.append(event)
            event.release()

    read = consumer(queue, release_first)
    assert [event.via.queue_message_id for event in read] == ["q-0", "q-1", "q-2", "q-0"]
    assert queue.hidden[0] == ("0", 0)
    assert sorted(queue.deleted) == ["0", "1", "2"]


def test_a_message_of_several_events_is_deleted_with_the_last(
    sample: Sample, consumer: Consumer
) -> None:
    """Neither the first of them nor a break before the last deletes it."""
    body = sample("firehose.ndjson").decode()
    queue = Queue(FakeClock(), body)
    seen: list[int] = []
    read = consumer(queue, lambda _: seen.append(len(queue.deleted)))
    assert (len(read), sum(seen), queue.deleted) == (10, 0, ["0"])
    queue = Queue(FakeClock(), body)
    consumer(queue, lambda event: event.ack() or "break")
    assert queue.deleted == []


def test_what_cannot_be_read_is_left_to_the_queue(sample: Sample, consumer: Consumer) -> None:
    """An unreadable message is neither deleted nor hidden for longer, unlike the others."""
    good = sample("record.send.json").decode()
    queue = Queue(FakeClock(), "no JSON", good, f"{good}no JSON")
    assert len(consumer(queue)) == 2
    assert queue.deleted == ["1"]
    assert [error.via.queue_message_id for error in consumer.bad_records] == ["q-0", "q-2"]
    assert not {name for name, _ in queue.hidden} & {"0", "2"}
    queue = Queue(FakeClock(), "no JSON", good)
    with pytest.raises(errors.EventParseError):
        consumer(queue, on_bad_record="raise")
    assert queue.deleted == []


@pytest.mark.parametrize("body", ["[]", '{"Records": []}', '{"Type": "x", "Message": "[]"}'])
def test_a_message_without_anything_is_reported(body: str, consumer: Consumer) -> None:
    """A message that holds neither an event nor a notice is left to the queue, like a bad one."""
    queue = Queue(FakeClock(), body)
    assert consumer(queue) == []
    assert queue.deleted == []
    (error,) = consumer.bad_records
    assert error.via.queue_message_id == "q-0"
    assert error.raw == body
    queue = Queue(FakeClock(), body)
    with pytest.raises(errors.EventParseError, match="neither events nor notices"):
        consumer(queue, on_bad_record="raise")


@pytest.mark.parametrize("visibility_timeout", [5, 20, 29])
def test_what_cannot_be_read_does_not_keep_the_reading_from_ending(
    visibility_timeout: int, sample: Sample, consumer: Consumer
) -> None:
    """The time without a new message ends it, though an unreadable one comes again before."""
    queue = Queue(FakeClock(), "no JSON", sample("record.send.json").decode())
    assert len(consumer(queue, idle=30, visibility_timeout=visibility_timeout)) == 1
    assert queue.deleted == ["1"]
    assert 30 <= queue.clock.monotonic() < 90


def test_notices_are_handed_out_in_place(sample: Sample, consumer: Consumer) -> None:
    """Notices are returned in their place, and deleted as events are."""
    names = ("record.send.json", "other.topic_validated.json")
    queue = Queue(FakeClock(), *(sample(name).decode() for name in names))
    assert [type(each) for each in consumer(queue)] == [events.Sent, events.TopicValidated]
    assert queue.deleted == ["0", "1"]


def test_an_idle_queue_ends_the_reading(queue: Queue, consumer: Consumer) -> None:
    """Reading ends after `idle` seconds without a message, however long a call waits."""
    queue.messages.clear()
    began = queue.clock.monotonic()
    assert consumer(queue, idle=50, wait=20) == []
    assert queue.waits[:3] == [20, 20, 10]
    assert queue.clock.monotonic() - began == 50


def test_stop_ends_the_reading(queue: Queue, consumer: Consumer) -> None:
    """`stop` ends the reading before the next event; the last one is deleted, others released."""
    stop = threading.Event()
    read = consumer(queue, lambda _: stop.set(), stop=stop.is_set, idle=None)
    assert len(read) == 1
    assert queue.deleted == ["0"]
    assert queue.visible == {"1", "2"}


def test_a_queue_that_fails_raises(queue: Queue, consumer: Consumer) -> None:
    """An error of Amazon SQS is raised."""
    queue.failing = PermissionError("no")
    with pytest.raises(PermissionError):
        consumer(queue)


def run(flow: Any) -> Any:
    """Run a flow whose steps are all calls."""
    try:
        step = next(flow)
        while True:
            step = flow.send(step.function())
    except StopIteration as stop:
        return stop.value


def test_what_is_being_worked_on_stays_hidden(queue: Queue) -> None:
    """The current message and those that wait, but none that is settled or bad."""
    queue.messages["3"] = "no JSON"
    rules = QueueRules(
        queue,  # type: ignore[arg-type] # it stands for a client
        queue_url=URL,
        wait=0,
        visibility_timeout=60,
        idle=None,
        stop=None,
        on_bad_record="collect",
    )
    reading = QueueReading(
        rules, queue.clock, settle=run, lock=threading.Lock(), connect=lambda: queue
    )
    run(reading.next())
    queue.clock.advance(40)
    run(reading.extend())
    assert queue.hidden == [("0", 60), ("1", 60), ("2", 60)]
    run(reading.next())
    queue.clock.advance(40)
    assert queue.visible == {"3"}
    run(reading.extend())
    assert queue.hidden[3:] == [("1", 60), ("2", 60)]


def test_messages_are_hidden_anew_while_a_consumer_works(queue: Queue, consumer: Consumer) -> None:
    """Messages are hidden again in the background after a third of their timeout."""
    extended = threading.Event()
    original = queue.change_message_visibility_batch

    def extend(**asked: Any) -> None:
        original(**asked)
        extended.set()

    queue.change_message_visibility_batch = extend  # type: ignore[method-assign] # it is watched
    if consumer.is_async:

        async def read() -> None:
            options: Any = {"queue_url": URL, "clock": queue.clock, "visibility_timeout": 1}
            async with events.async_iter_queue(queue, **options) as reader:  # type: ignore[arg-type] # it stands for a client
                await anext(reader)
                await asyncio.to_thread(extended.wait, 30)

        asyncio.run(read())
    else:
        consumer(queue, lambda _: extended.wait(30) and "break", visibility_timeout=1)
    assert queue.hidden[0] == ("0", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue_url": None},
        {"wait": 21},
        {"wait": 0.5},
        {"visibility_timeout": 0},
        {"visibility_timeout": 43_201},
        {"idle": -1},
        {"idle": "1"},
        {"stop": True},
        {"on_bad_record": "skip"},
    ],
    ids=str,
)
def test_wrong_arguments_are_refused_at_once(wrong: dict[str, Any], queue: Queue) -> None:
    """Wrong arguments are refused by name, before any call."""
    for read in (events.iter_queue, events.async_iter_queue):
        with pytest.raises((ValueError, TypeError), match="|".join([*wrong, "queue_url="])):
            read(queue, **{"queue_url": URL, **wrong})  # type: ignore[arg-type] # it stands for a client


def test_an_event_that_was_pickled_has_no_receipt(queue: Queue, consumer: Consumer) -> None:
    """Nor has one that came another way: neither can be acknowledged."""
    event, *_ = consumer(queue)
    copied = pickle.loads(pickle.dumps(event))
    assert copied == event
    for other in (copied, *events.parse(dict(event.raw))):
        with pytest.raises(ValueError, match="iter_queue"):
            other.ack()
        with pytest.raises(ValueError, match="iter_queue"):
            other.release()


@pytest.mark.parametrize(
    ("url", "region"),
    [
        (URL, "eu-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/111122223333/mail", "cn-north-1"),
        ("http://127.0.0.1:4566/000000000000/mail", None),
        ("https://queue.amazonaws.com/111122223333/mail", None),
    ],
)
def test_the_url_names_the_region(url: str, region: str | None) -> None:
    """A client is made there, if none is given; otherwise where the environment says."""
    assert region_of(url) == region


# The real thing, as moto serves it


@pytest.fixture
def sqs(moto_url: str) -> Iterator[Any]:
    """A client of moto's SQS."""
    client = boto3.client(
        "sqs",
        endpoint_url=moto_url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()


def test_a_real_queue_is_emptied(
    sqs: Any, sample: Sample, samples: Path, consumer: Consumer, moto_url: str
) -> None:
    """Published by SNS, received over HTTP, and deleted; what is bad stays."""
    sns = boto3.client(
        "sns",
        endpoint_url=moto_url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    name = f"mail-{consumer.is_async}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    topic = sns.create_topic(Name=name)["TopicArn"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    records = sorted(samples.glob("record.*.json"))
    for path in records:
        sns.publish(TopicArn=topic, Message=path.read_text())
    sqs.send_message(QueueUrl=url, MessageBody="no JSON")
    sns.close()
    options = {"queue_url": url, "wait": 0, "idle": 0, "visibility_timeout": 600}
    if consumer.is_async:
        read = asyncio.run(consumer._async(sqs, lambda _: None, options))
    else:
        read = consumer._sync(sqs, lambda _: None, options)
    assert len(read) == len(records)
    assert {event.via.topic_arn for event in read} == {topic}
    expected = [json.loads(path.read_bytes()) for path in records]
    assert sorted(map(repr, (event.raw for event in read))) == sorted(map(repr, expected))
    (bad,) = consumer.bad_records
    assert bad.raw == "no JSON"
    counted = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    assert sum(map(int, counted.values())) == 1


class SlowQueue(Queue):
    """A queue that gives its messages when it is told to."""

    def __init__(self, clock: FakeClock, *bodies: str) -> None:
        super().__init__(clock, *bodies)
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()

    @override
    def receive_message(self, **asked: Any) -> dict[str, Any]:
        """Wait, then give what is not hidden."""
        self.is_asked.set()
        assert self.may_answer.wait(10)
        return super().receive_message(**asked)


def test_what_a_cancelled_task_would_have_received_is_let_go_of(sample: Sample) -> None:
    """Messages that arrive for a cancelled task are released."""
    queue = SlowQueue(FakeClock(), sample("sqs_raw.send.json").decode())

    async def main() -> None:
        reader = events.async_iter_queue(queue, queue_url=URL, clock=queue.clock)  # type: ignore[arg-type] # it stands for one
        task = asyncio.create_task(anext(reader))
        await asyncio.to_thread(queue.is_asked.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        queue.may_answer.set()

    # It waits for its threads.
    asyncio.run(main())
    assert queue.hidden == [("0", 0)]
    assert queue.visible == {"0"}
    assert queue.deleted == []


def test_what_came_while_a_task_was_cancelled_is_let_go_of(sample: Sample) -> None:
    """Messages that arrived just before the cancellation are released."""
    queue = Queue(FakeClock(), sample("sqs_raw.send.json").decode())
    rules = QueueRules(
        queue,  # type: ignore[arg-type] # it stands for one
        queue_url=URL,
        wait=0,
        visibility_timeout=60,
        idle=None,
        stop=None,
        on_bad_record="collect",
    )
    reading = QueueReading(
        rules, queue.clock, settle=lambda _: None, lock=threading.Lock(), connect=lambda: queue
    )
    receiving: Any = next(reading.next())
    receiving.function()
    closing = reading.close()
    step: Any = next(closing)
    step.function()
    assert next(closing, None) is None
    assert queue.visible == {"0"}
