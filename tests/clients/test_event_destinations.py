"""Event destinations are added, changed in part or as a whole, and removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pydantic
import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
STREAM: dict[str, Any] = {
    "iam_role_arn": "arn:aws:iam::123456789012:role/ses",
    "delivery_stream_arn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/mail",
}
BOUNCES: dict[str, Any] = {
    "Name": "bounces",
    "Enabled": True,
    "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
    "SnsDestination": {"TopicArn": TOPIC},
}
COUNTS: dict[str, Any] = {
    "Name": "counts",
    "Enabled": False,
    "MatchingEventTypes": ["SEND", "DELIVERY"],
    "CloudWatchDestination": {
        "DimensionConfigurations": [
            {
                "DimensionName": "ses:from-domain",
                "DimensionValueSource": "MESSAGE_TAG",
                "DefaultDimensionValue": "none",
            }
        ]
    },
}


@pytest.fixture
def news(ses_emulator: SESEmulator) -> SESEmulator:
    """The emulator, with a configuration set that has two event destinations."""
    ses_emulator.add_configuration_set("news", event_destinations=[BOUNCES, COUNTS])
    return ses_emulator


def destinations(ses: Any) -> list[dict[str, Any]]:
    """Return the event destinations of the set, by wire names."""
    answer = ses.get_configuration_set_event_destinations("news")
    found: list[dict[str, Any]] = answer.to_service()["EventDestinations"]
    return found


def changes(emulator: SESEmulator) -> int:
    """Return how often an event destination was written."""
    return [r.operation for r in emulator.requests].count("UpdateConfigurationSetEventDestination")


def change(ses: Any, **changed: Any) -> models.EventDestination:
    """Change the event destination `bounces`."""
    where = {"configuration_set_name": "news", "event_destination_name": "bounces"}
    result: models.EventDestination = ses.change_event_destination(**{**where, **changed})
    return result


def test_a_destination_is_added_replaced_and_removed(ses: Any) -> None:
    """An update replaces the whole definition: what it leaves out is gone."""
    where = {"configuration_set_name": "news", "event_destination_name": "bounces"}
    ses.create_configuration_set(configuration_set_name="news")
    ses.create_configuration_set_event_destination(
        **where,
        event_destination={
            "enabled": True,
            "matching_event_types": [models.EventType.BOUNCE, "COMPLAINT"],
            "sns_destination": models.SnsDestination(topic_arn=TOPIC),
        },
    )
    assert destinations(ses) == [BOUNCES]
    ses.update_configuration_set_event_destination(
        **where,
        event_destination=models.EventDestinationDefinition(
            matching_event_types=["BOUNCE"], sns_destination=models.SnsDestination(topic_arn=TOPIC)
        ),
    )
    assert destinations(ses) == [{**BOUNCES, "Enabled": False, "MatchingEventTypes": ["BOUNCE"]}]
    ses.delete_configuration_set_event_destination(**where)
    assert destinations(ses) == []
    with pytest.raises(errors.NotFoundError):
        ses.delete_configuration_set_event_destination(**where)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"enabled": False}, {"Enabled": False}),
        ({"matching_event_types": ["OPEN"]}, {"MatchingEventTypes": ["OPEN"]}),
        (
            {"sns_destination": {"topic_arn": TOPIC + "-2"}},
            {"SnsDestination": {"TopicArn": TOPIC + "-2"}},
        ),
        (
            {"kinesis_firehose_destination": STREAM, "enabled": False},
            {
                "Enabled": False,
                "SnsDestination": None,
                "KinesisFirehoseDestination": {
                    "IamRoleArn": STREAM["iam_role_arn"],
                    "DeliveryStreamArn": STREAM["delivery_stream_arn"],
                },
            },
        ),
    ],
)
def test_a_change_keeps_all_that_it_does_not_name(
    changed: dict[str, Any], expected: dict[str, Any], ses: Any, news: SESEmulator
) -> None:
    """Another kind of destination takes the place of the present one."""
    after = {name: value for name, value in {**BOUNCES, **expected}.items() if value is not None}
    assert change(ses, **changed).to_service() == after
    assert destinations(ses) == [after, COUNTS]
    assert changes(news) == 1


def test_what_is_so_already_is_not_written(ses: Any, news: SESEmulator) -> None:
    """Nothing is written if nothing changes, since each write makes the service test the topic."""
    after = change(ses, enabled=True, matching_event_types=["BOUNCE", "COMPLAINT"])
    assert after.to_service() == BOUNCES
    assert changes(news) == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "at least one setting"),
        ({"matching_event_types": []}, "matching_event_types"),
        ({"matching_event_types": ["bounce"]}, r"matching_event_types\.0"),
        ({"sns_destination": {"topic_arn": ""}}, r"sns_destination\.topic_arn"),
        (
            {"sns_destination": {"topic_arn": TOPIC}, "kinesis_firehose_destination": STREAM},
            "exactly one of",
        ),
        ({"enabled": False, "event_destination_name": "two words"}, "event_destination_name"),
        ({"enabled": False, "configuration_set_name": ""}, "configuration_set_name"),
    ],
)
def test_bad_changes_are_refused_by_name(
    changed: dict[str, Any], said: str, ses: Any, news: SESEmulator
) -> None:
    """Bad changes are refused before even a read is sent."""
    with pytest.raises(ValueError, match=said):
        change(ses, **changed)
    assert news.requests == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"event_destination_name": "opens"}, "no event destination opens; it has bounces, counts"),
        ({"configuration_set_name": "old"}, "<old> does not exist"),
    ],
)
def test_what_does_not_exist_is_not_changed(
    where: dict[str, str], said: str, ses: Any, news: SESEmulator
) -> None:
    """The error about a missing destination is the service's, with the names that exist."""
    with pytest.raises(errors.NotFoundError, match=said) as caught:
        change(ses, enabled=False, **where)
    assert caught.value.status_code == 404
    assert changes(news) == 0


NEW_TARGET = {
    "Name": "bounces",
    "Enabled": True,
    "MatchingEventTypes": ["BOUNCE"],
    "QueueDestination": {"QueueArn": "arn"},
}


@pytest.mark.parametrize("facade", [SESInsights, AsyncSESInsights])
@pytest.mark.parametrize(
    ("found", "member"),
    [
        ({**BOUNCES, "SampleRate": 0.5}, "SampleRate"),
        ({**BOUNCES, "SnsDestination": {"TopicArn": TOPIC, "Fifo": True}}, "SnsDestination.Fifo"),
        (NEW_TARGET, "QueueDestination"),
    ],
)
def test_what_cannot_be_written_back_is_refused(
    found: dict[str, Any], member: str, facade: Any, wire: Any, outcome: Callable[..., Any]
) -> None:
    """Botocore drops members that it does not know, so writing the rest would remove them."""
    answer = json.dumps({"EventDestinations": [COUNTS, found, COUNTS]}).encode()
    wire.answer_whole("200 OK", answer, "Content-Type: application/json")
    session = boto3.session.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
    )
    ses = facade(session=session, endpoint_url=wire.url)
    with pytest.raises(errors.BotocoreTooOldError, match=member):
        outcome(
            ses.change_event_destination(
                configuration_set_name="news", event_destination_name="bounces", enabled=False
            )
        )
    assert [request.split()[0] for request in wire.requests] == [b"GET"]
    outcome(ses.close())


def test_new_event_types_are_written_back(ses: Any, news: SESEmulator) -> None:
    """A kind of event that is newer than this library is kept."""
    news.faults.unknown_enum_value(
        "GetConfigurationSetEventDestinations", "EventDestinations.MatchingEventTypes", "READ"
    )
    with pytest.raises(errors.BadRequestError, match="matchingEventTypes"):
        change(ses, enabled=False)
    written = news.requests[-1].parameters["EventDestination"]
    assert set(written["MatchingEventTypes"]) == {"READ"}
    assert written["SnsDestination"] == {"TopicArn": TOPIC}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"sns_destination": {"topic_arn": TOPIC}}, "matching_event_types"),
        ({"matching_event_types": ["SEND"]}, "exactly one of"),
        (
            {
                "matching_event_types": ["SEND"],
                "sns_destination": {"topic_arn": TOPIC},
                "kinesis_firehose_destination": STREAM,
            },
            "exactly one of",
        ),
        (
            {
                "matching_event_types": ["SEND"],
                "cloud_watch_destination": {"dimension_configurations": []},
            },
            "dimension_configurations",
        ),
    ],
)
def test_a_definition_sends_some_events_to_one_kind_of_destination(
    definition: dict[str, Any], said: str, ses: Any, ses_emulator: SESEmulator
) -> None:
    """Any other is refused by name before it is sent."""
    for call in (
        ses.create_configuration_set_event_destination,
        ses.update_configuration_set_event_destination,
    ):
        with pytest.raises(pydantic.ValidationError, match=said):
            call(
                configuration_set_name="news",
                event_destination_name="events",
                event_destination=definition,
            )
    assert ses_emulator.requests == []


def test_event_destinations_are_read(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Each event destination of a set is read, and a set that does not exist is not found."""
    ses_emulator.add_configuration_set(
        "news",
        [
            {
                "Name": "bus",
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE"],
                "EventBridgeDestination": {"EventBusArn": "arn:aws:events:::event-bus/default"},
            }
        ],
    )
    (destination,) = ses.get_configuration_set_event_destinations("news").event_destinations
    assert destination.matching_event_types == (models.EventType.BOUNCE,)
    assert destination.event_bridge_destination
    assert destination.sns_destination is None
    with pytest.raises(errors.NotFoundError):
        ses.get_configuration_set_event_destinations("gone")
