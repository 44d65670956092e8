"""Half of a character is never sent, in a path, a query or a body."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import models

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

END = datetime(2026, 1, 15, tzinfo=UTC)
WINDOW: dict[str, Any] = {"start_date": END - timedelta(days=1), "end_date": END}
QUERY = {"id": "1", "namespace": "VDM", "metric": "SEND", **WINDOW}
HALF = "secret \ud83d"
TAG = {"key": "team", "value": HALF}
SOURCE = {"message_insights_data_source": WINDOW}

CALLS: dict[str, Callable[[Any], object]] = {
    "ListExportJobs was not sent: next_token": lambda ses: ses.list_export_jobs(next_token=HALF),
    "ListSuppressedDestinations was not sent: next_token": lambda ses: next(
        ses.iter_suppressed_destinations(starting_token=HALF)
    ),
    "CreateConfigurationSet was not sent: tags.value": lambda ses: ses.create_configuration_set(
        configuration_set_name="news", tags=[{"key": "team", "value": "mail"}, TAG]
    ),
    "BatchGetMetricData was not sent: queries.dimensions": lambda ses: ses.batch_get_metric_data(
        queries=[{**QUERY, "dimensions": {"ISP": HALF}}]
    ),
    "CreateExportJob was not sent: export_destination.data_format": lambda ses: (
        ses.create_export_job(
            export_data_source=SOURCE,
            export_destination={"data_format": models.NewValue(HALF)},
        )
    ),
    "CreateExportJob was not sent: include.isp": lambda ses: ses.export_message_insights(
        **WINDOW, include={"isp": ["Gmail", HALF]}
    ),
    "CreateExportJob was not sent: dimensions": lambda ses: ses.export_metrics(
        **WINDOW, dimensions={"ISP": [HALF]}, metrics=[{"name": "SEND"}]
    ),
    "UpdateConfigurationSetEventDestination was not sent: "
    "event_destination.sns_destination.topic_arn": lambda ses: ses.change_event_destination(
        configuration_set_name="news",
        event_destination_name="topic",
        sns_destination={"topic_arn": HALF},
    ),
    "CreateTemplate was not sent: template.subject_part": lambda ses: ses.create_template(
        template={"template_name": "welcome", "subject_part": HALF}
    ),
}


@pytest.mark.parametrize("said", CALLS)
def test_half_a_character_is_refused_without_the_text_around_it(
    connect: Callable[..., Any], ses_emulator: SESEmulator, said: str
) -> None:
    """The error names the operation and the member, and nothing is sent."""
    api = "SESClassic" if "Template" in said else "SESInsights"
    with pytest.raises(ValueError, match=rf"^{said} contains U\+D83D, half of a char") as caught:
        CALLS[said](connect(api))
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert ses_emulator.requests == []


def test_half_a_character_that_was_read_is_not_sent_back(
    connect: Callable[..., Any], ses_emulator: SESEmulator
) -> None:
    """A response may contain it, in members too that are new at the service."""
    for members, place in (
        ({"SendingPoolName": "\ud83d"}, r"delivery_options\.sending_pool_name"),
        ({"New": [{"Deep": "\ud83d"}]}, r"delivery_options\.New"),
        ({"New": {"\ud83d": 1}}, r"delivery_options\.New"),
    ):
        read = models.DeliveryOptions.from_service(members)
        with pytest.raises(ValueError, match=rf"was not sent: {place} contains U\+D83D"):
            connect().create_configuration_set(configuration_set_name="news", delivery_options=read)
    assert ses_emulator.requests == []


def test_whole_characters_are_sent(connect: Callable[..., Any], ses_emulator: SESEmulator) -> None:
    """Of two halves or of one piece, in JSON they arrive as they were given."""
    connect().create_configuration_set(
        configuration_set_name="news", tags=[{"key": "team", "value": "Grüße \U0001f600"}]
    )
    (request,) = ses_emulator.requests
    assert request.parameters["Tags"][0]["Value"] == "Grüße \U0001f600"
