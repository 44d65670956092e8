"""All facts about a message and recipient make one timeline, whatever their source."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import models, outcomes
from sesinsights.exports.files.records import MessageInsightsRecord
from sesinsights.flows.lookups import FailedLookup, FoundMessage
from sesinsights.models import GetMessageInsightsResponse
from sesinsights.outcomes import Status, sorting

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.events import Event

    Make = Callable[..., Event]

SENT = datetime(2026, 11, 3, 9, 15, 2, tzinfo=UTC)
MESSAGE_ID = "0100019a4c0e7a11-made-up"
READER = "reader@example.net"

BOUNCE = {"bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "f"}
TRANSIENT = {"bounceType": "Transient", "bounceSubType": "General", "feedbackId": "t"}
ECHO = {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}
ABUSE = {"complaintFeedbackType": "abuse"}


def only(*sources: Any) -> outcomes.Timeline:
    """Return the only timeline of sources."""
    (timeline,) = outcomes.timelines(*sources)
    return timeline


def lookup(*happened: tuple[str, int], **members: Any) -> GetMessageInsightsResponse:
    """Return a lookup of what happened so many seconds after the sending."""
    return GetMessageInsightsResponse.from_service(
        {
            "MessageId": MESSAGE_ID,
            "FromEmailAddress": "news@example.com",
            "Insights": [
                {
                    "Destination": READER,
                    "Isp": "Gmail",
                    "Events": [
                        {"Type": type_, "Timestamp": SENT + timedelta(seconds=second - 2)} | members
                        for type_, second in happened
                    ],
                }
            ],
        }
    )


def row(**fields: Any) -> MessageInsightsRecord:
    """Return a row of an export."""
    said: dict[str, Any] = {"send_timestamp": SENT, "last_delivery_event": "DELIVERY"}
    return MessageInsightsRecord(message_id=MESSAGE_ID, destination=READER, **said | fields)


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        ([("Send", {})], Status.SENT),
        ([("Send", {}), ("DeliveryDelay", {"delayType": "General"})], Status.DELAYED),
        ([("Complaint", ABUSE), ("Delivery", {})], Status.COMPLAINED),
        ([("Delivery", {}), ("Bounce", TRANSIENT)], Status.DELIVERED),
        ([("Bounce", TRANSIENT)], Status.TRANSIENT_BOUNCE),
        ([("Delivery", {}), ("Bounce", BOUNCE)], Status.PERMANENT_BOUNCE),
        ([("Bounce", BOUNCE), ("Delivery", {})], Status.PERMANENT_BOUNCE),
        ([("Send", {}), ("Bounce", ECHO)], Status.SUPPRESSED),
        (
            [("Send", {}), ("Complaint", {"complaintSubType": "OnTenantSuppressionList"})],
            Status.SUPPRESSED,
        ),
        ([("Complaint", {"complaintFeedbackType": "not-spam"})], Status.DELIVERED),
        ([("Send", {}), ("Click", {})], Status.DELIVERED),
        ([("Send", {}), ("Reject", {"reason": "Bad content"})], Status.REJECTED),
        ([("Send", {}), ("Rendering Failure", {})], Status.RENDERING_FAILED),
        (
            [("Bounce", TRANSIENT | {"said": {"diagnosticCode": "Automatic reply"}})],
            Status.DELIVERED,
        ),
        ([("Bounce", {"bounceType": "Novel", "bounceSubType": "X"})], Status.UNDETERMINED_BOUNCE),
    ],
)
def test_the_most_severe_counts(
    happened: list[tuple[str, dict[str, Any]]], status: Status, event: Make
) -> None:
    """A late delivery hides nothing, and neither an echo nor an automatic reply is a bounce."""
    assert only([event(kind, **details) for kind, details in happened]).status is status


def test_severity_is_the_order_of_the_statuses() -> None:
    """The table of states begins with what says least and ends with a complaint."""
    assert next(iter(Status)) is Status.UNKNOWN
    assert [*Status][-1] is Status.COMPLAINED


OTHER_FACTS: list[Any] = [
    lookup(("SEND", 2), ("OPEN", 30)),
    lookup(("BOUNCE", 5)),
    row(last_engagement_event="OPEN"),
    row(last_engagement_event="CLICK", clicked=True),
    row(last_delivery_event="PERMANENT_BOUNCE", bounce_sub_type="General"),
]


@given(
    events_at=st.lists(st.integers(0, 999), min_size=1, max_size=40),
    others_at=st.lists(st.integers(0, len(OTHER_FACTS) - 1), max_size=8),
    repeated=st.lists(st.integers(0, 9), max_size=10),
    order=st.randoms(use_true_random=False),
)
def test_neither_order_nor_repetition_counts(
    many_events: list[Event],
    events_at: list[int],
    others_at: list[int],
    repeated: list[int],
    order: random.Random,
) -> None:
    """The same facts give the same timelines, however they come."""
    facts: list[Any] = [many_events[at] for at in events_at]
    facts += [OTHER_FACTS[at] for at in others_at]
    again = facts + [facts[at % len(facts)] for at in repeated]
    order.shuffle(again)
    assert [*outcomes.timelines(again)] == [*outcomes.timelines(facts)]


def test_what_several_sources_tell_is_there_once(event: Make) -> None:
    """An open in a lookup, an export record and an event is one, with all their details."""
    happened = only(
        lookup(("SEND", 2), ("DELIVERY", 32), ("OPEN", 40)),
        [
            event("Send"),
            event("Delivery", second=32),
            event("Open", second=40, isBotEvent="Likely"),
        ],
        row(
            last_engagement_event="OPEN",
            last_engagement_event_timestamp=SENT + timedelta(seconds=38),
            last_delivery_event_timestamp=SENT + timedelta(seconds=30),
        ),
    )
    assert [(each.type, each.timestamp) for each in happened.events] == [
        ("SEND", SENT),
        ("DELIVERY", SENT + timedelta(seconds=30)),
        ("OPEN", SENT + timedelta(seconds=38)),
    ]
    assert happened.isp == "Gmail"
    assert happened.configuration_set == "shop"
    assert happened.latency == timedelta(seconds=30)
    assert happened.engagement == outcomes.Engagement(
        opened=True, opened_by_people=False, clicked=False, clicked_by_people=False
    )


def test_two_clicks_at_once_on_two_links_are_two(event: Make) -> None:
    """Clicks that one source distinguishes stay apart; a vaguer one belongs to one of them."""
    links = [event("Click", link=link) for link in ("https://a.example", "https://b.example")]
    assert len(only(links).events) == 2
    assert len(only(links, lookup(("CLICK", 30))).events) == 2


def test_what_a_source_cannot_know_is_unknown(event: Make) -> None:
    """Events may not be published, so they never say no; lookups and rows do."""
    unknown = only(event("Delivery")).engagement
    assert unknown == outcomes.Engagement()
    assert only(lookup(("DELIVERY", 3))).engagement.opened is False
    last_open = only(row(last_engagement_event="OPEN")).engagement
    assert (last_open.opened, last_open.clicked) == (True, None)
    with_flags = only(row(last_engagement_event="OPEN", opened=True, clicked=False)).engagement
    assert (with_flags.opened, with_flags.clicked) == (True, False)
    assert only(row(last_engagement_event="CLICK")).engagement.opened is True


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"last_delivery_event": "COMPLAINT"}, Status.COMPLAINED),
        ({"last_delivery_event": "COMPLAINT", "bounce_sub_type": "General"}, Status.COMPLAINED),
        ({"last_delivery_event": "SEND", "last_engagement_event": "CLICK"}, Status.DELIVERED),
        ({"last_delivery_event": None}, Status.SENT),
        ({"last_delivery_event": "NOVEL"}, Status.SENT),
        ({"last_delivery_event": "DELIVERY", "complained": True}, Status.COMPLAINED),
        (
            {
                "last_delivery_event": "PERMANENT_BOUNCE",
                "bounce_sub_type": "ON_ACCOUNT_SUPPRESSION_LIST",
            },
            Status.SUPPRESSED,
        ),
    ],
)
def test_the_last_events_of_a_row_imply_others(fields: dict[str, Any], status: Status) -> None:
    """A click implies a delivery, a complaint too, and an echo of the suppression list nothing."""
    found = only(row(**fields))
    assert found.status is status
    delivered = {Status.COMPLAINED: True, Status.DELIVERED: True}
    assert bool(found.was_delivered) is delivered.get(status, False)


def test_an_open_of_mail_to_several_is_of_the_message(event: Make) -> None:
    """An open of mail to several recipients belongs to the message, not to a recipient."""
    both = ["a@example.net", "b@example.net"]
    of_message, of_a, of_b = outcomes.timelines(
        event("Send", *both), event("Open", destination=both)
    )
    assert of_message.recipient is None
    assert of_message.engagement.opened is True
    assert of_a.engagement.opened is of_b.engagement.opened is None


def test_suspects_of_a_complaint_are_marked(event: Make) -> None:
    """A report that names several says of none that they complained; one that names one does."""
    both = ["a@example.net", "b@example.net"]
    suspected = event("Complaint", *both, **ABUSE)
    assert [each.is_suspicion for each in outcomes.timelines(suspected)] == [True, True]
    sure = event("Complaint", "a@example.net", second=60, **ABUSE)
    found = {each.recipient: each for each in outcomes.timelines(suspected, sure)}
    assert found["a@example.net"].is_suspicion is False
    assert found["b@example.net"].is_suspicion is True
    assert "not known which" in (found["b@example.net"].advice or "")


def test_spellings_of_an_address_are_one_recipient(event: Make) -> None:
    """A name beside it and capital letters make no other recipient."""
    found = only(event("Send", "Reader <Reader@Example.net>"), event("Delivery", READER))
    assert found.recipient == READER


def test_reason_and_advice_are_those_of_the_status(event: Make) -> None:
    """A delay before a bounce does not explain the bounce."""
    found = only(
        event("DeliveryDelay", delayType="MailboxFull"),
        event("Bounce", second=90, said={"diagnosticCode": "550 5.1.1 unknown"}, **BOUNCE),
    )
    assert found.reason == "GENERAL"
    assert found.diagnostic_code == "550 5.1.1 unknown"
    assert "stop sending" in (found.advice or "")
    assert any("5.1.1" in line for line in found.explanation)
    assert only(event("Delivery")).advice is None


def test_a_delivery_before_the_sending_has_no_latency(event: Make) -> None:
    """A delivery before the sending has no latency: the other server's clock may be wrong."""
    early = row(last_delivery_event_timestamp=SENT - timedelta(seconds=1))
    assert only(early).latency is None


def test_lookups_come_as_they_are_returned(event: Make) -> None:
    """A lookup, one that was found, one that failed, and iterables of these can be mixed."""
    found = FoundMessage(MESSAGE_ID, lookup(("SEND", 2)))
    failed = FailedLookup("x", models_error())
    assert only(found, failed, iter([found]), event("Send")).status is Status.SENT


def models_error() -> Any:
    """Return an error of a lookup."""
    from sesinsights.errors import NotFoundError

    return NotFoundError({"Error": {"Code": "NotFoundException"}}, "GetMessageInsights")


@pytest.mark.parametrize("source", [7, "events.json", [None], models.JobStatus])
def test_other_sources_are_refused(source: Any) -> None:
    """What is neither a lookup, a record nor an event is named."""
    with pytest.raises(TypeError, match="lookups, export records and events"):
        [*outcomes.timelines(source)]


def test_what_does_not_fit_is_sorted_on_disk(
    many_events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timelines are the same, and in the same order, when DuckDB brings the facts together."""
    pytest.importorskip("duckdb")
    in_memory = [*outcomes.timelines(many_events)]
    monkeypatch.setattr(sorting, "MOST_IN_MEMORY", 10)
    shuffled = random.Random(1).sample(many_events, len(many_events))
    assert [*outcomes.timelines(shuffled)] == in_memory


def test_few_threads_share_the_memory_for_sorting(
    event: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many processors there are, what each thread needs fits into the memory."""
    duckdb = pytest.importorskip("duckdb")
    connect, connections = duckdb.connect, list[Any]()

    def connect_with_many_threads(path: str) -> Any:
        connections.append(connect(path, config={"threads": 64}))
        return connections[-1]

    monkeypatch.setattr(duckdb, "connect", connect_with_many_threads)
    monkeypatch.setattr(sorting, "MOST_IN_MEMORY", 1)
    found = outcomes.timelines(event("Send", message_id=f"{number}") for number in range(3))
    next(found)
    cursor = connections[0].cursor()
    assert cursor.execute("SELECT current_setting('threads')").fetchone() == (2,)
    cursor.close()
    assert len([*found]) == 2


def test_nothing_about_persons_is_shown(event: Make) -> None:
    """A repr has no addresses, links or what servers said."""
    found = only(
        event("Bounce", said={"diagnosticCode": f"550 {READER} unknown"}, **BOUNCE),
        event("Click", link="https://example.com/?id=secret"),
    )
    assert "@" not in repr(found) + repr(found.events)
    assert "secret" not in repr(found.events)
