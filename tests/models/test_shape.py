"""What a shape is: frozen, hashable, equal by its members, and sent by wire names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from sesinsights import models
from sesinsights.classic import models as classic
from tests.models.classic_members import FIREHOSE, SEND
from tests.models.export_sources import DAY, INDIA, METRICS, NOON, WINDOW, metrics_request
from tests.models.personal_data import ADDRESS, LINK, SUBJECT

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


def test_a_shape_is_frozen() -> None:
    """A member can be neither assigned nor deleted, and the refusal does not show a value."""
    message = models.GetMessageInsightsResponse(message_id="0100", subject=SUBJECT)
    with pytest.raises(ValidationError, match="frozen") as caught:
        message.subject = "Another order"  # type: ignore[misc]
    assert "Another order" not in str(caught.value)
    with pytest.raises(ValidationError, match="frozen"):
        del message.subject
    assert message.subject == SUBJECT


def test_a_list_is_held_as_a_tuple() -> None:
    """A list is held as a tuple, which does not change when what was given does."""
    values = ["Gmail"]
    filters = models.MessageInsightsFilters(isp=values)
    values.append("Yahoo")
    assert filters.isp == ("Gmail",)


def test_a_map_is_held_as_it_was_given() -> None:
    """A map does not change when what was given does, and nothing can be put into it."""
    dimensions = {"ISP": ["Gmail"]}
    source = models.MetricsDataSource(**{**METRICS, "dimensions": dimensions})
    dimensions["ISP"].append("Yahoo")
    dimensions["TENANT_NAME"] = ["one"]
    assert source.dimensions == {"ISP": ("Gmail",)}
    with pytest.raises(TypeError):
        source.dimensions["TENANT_NAME"] = ["one"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        source.dimensions.clear()  # type: ignore[attr-defined]
    assert repr(source.dimensions).startswith("{")
    assert len({source.dimensions, models.MetricsDataSource(**METRICS).dimensions}) == 2


def test_a_known_value_becomes_the_member_of_its_enum() -> None:
    """The text of a known value becomes the member of its enum."""
    by_text = models.ListExportJobsRequest(job_status="FAILED")
    assert by_text.job_status is models.JobStatus.FAILED
    assert by_text == models.ListExportJobsRequest(job_status=models.JobStatus.FAILED)


def test_an_instant_is_held_in_utc() -> None:
    """An instant that was given in another time zone is the same one in UTC."""
    noon_in_india = datetime(2026, 1, 15, 12, tzinfo=INDIA)
    window = models.MessageInsightsDataSource(start_date=noon_in_india, end_date=NOON)
    assert window.start_date == datetime(2026, 1, 15, 6, 30, tzinfo=UTC)
    assert window.start_date.tzinfo is UTC


def test_shapes_are_equal_by_their_members() -> None:
    """Two shapes are equal if their members are, and only then."""
    first = models.MessageInsightsFilters(destination=[ADDRESS])
    assert first == models.MessageInsightsFilters(destination=(ADDRESS,))
    assert first != models.MessageInsightsFilters(destination=["john@example.com"])
    assert first != models.MessageInsightsFilters(from_email_address=[ADDRESS])


@pytest.mark.parametrize(
    "shape",
    [
        models.MessageInsightsFilters(isp=["Gmail"], last_delivery_event=["SEND"]),
        models.MetricsDataSource(**METRICS),
        metrics_request(),
        classic.SendTemplatedEmailRequest(**{**SEND, "template_data": {"items": ["tea"]}}),
        classic.EventDestination(
            name="a", matching_event_types=["send"], kinesis_firehose_destination=FIREHOSE
        ),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_a_shape_is_hashable(shape: Shape) -> None:
    """Equal shapes have the same hash, so a set holds one of them."""
    assert len({shape, type(shape).model_validate(shape.to_service())}) == 1


def test_a_shape_may_be_built_by_wire_names() -> None:
    """A user may give members by wire names, and the same rules bind them."""
    built = models.ExportDestination.model_validate({"DataFormat": "CSV"})
    assert built == models.ExportDestination(data_format="CSV")
    with pytest.raises(ValidationError, match="s3_url"):
        models.ExportDestination.model_validate({"DataFormat": "CSV", "S3Url": LINK})


def test_what_was_not_given_is_not_sent() -> None:
    """The parameters of a call hold wire names, and nothing that was left out or is None."""
    assert models.ListExportJobsRequest(job_status=None).to_service() == {}
    request = models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(
            message_insights_data_source=models.MessageInsightsDataSource(
                **WINDOW,
                include=models.MessageInsightsFilters(subject=[SUBJECT], isp=[]),
                max_results=10_000,
            )
        ),
        export_destination=models.ExportDestination(data_format=models.DataFormat.JSON),
    )
    assert request.to_service() == {
        "ExportDataSource": {
            "MessageInsightsDataSource": {
                "StartDate": DAY,
                "EndDate": NOON,
                "Include": {"Subject": [SUBJECT]},
                "MaxResults": 10_000,
            }
        },
        "ExportDestination": {"DataFormat": "JSON"},
    }


def test_what_was_given_is_sent_even_when_it_is_empty() -> None:
    """An empty list that was given is sent, as it may empty what the service holds."""
    given = classic.Destination(to_addresses=[ADDRESS], cc_addresses=[], bcc_addresses=None)  # type: ignore[arg-type] # as a user without a checker may
    assert given.to_service() == {"ToAddresses": [ADDRESS], "CcAddresses": []}
    in_a_dictionary = classic.BulkEmailDestination.model_validate(
        {"destination": {"to_addresses": [ADDRESS], "cc_addresses": [], "bcc_addresses": None}}
    )
    assert in_a_dictionary.destination.to_service() == given.to_service()


def test_what_was_not_validated_is_sent_by_wire_names_too() -> None:
    """A list that was not validated is sent as a list, and the shapes in it as dictionaries."""
    reader = classic.BulkEmailDestination(destination=classic.Destination(to_addresses=[ADDRESS]))
    shape: Any = classic.SendBulkTemplatedEmailRequest
    request = shape.model_construct(destinations=[reader])
    assert request.to_service()["Destinations"] == [
        {"Destination": {"ToAddresses": [ADDRESS]}, "ReplacementTemplateData": "{}"}
    ]
