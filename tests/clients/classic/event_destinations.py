"""An event destination of SES API v1, as a user and as the service write it."""

from __future__ import annotations

from sesinsights.classic import models

EVENT_DESTINATION = {
    "Name": "events",
    "Enabled": True,
    "MatchingEventTypes": ["bounce", "renderingFailure"],
    "SNSDestination": {"TopicARN": "arn:aws:sns:us-east-1:1:events"},
}


def event_destination() -> models.EventDestination:
    """Return an event destination as a user writes it."""
    return models.EventDestination(
        name="events",
        enabled=True,
        matching_event_types=[models.EventType.BOUNCE, "renderingFailure"],
        sns_destination=models.SNSDestination(topic_arn="arn:aws:sns:us-east-1:1:events"),
    )
