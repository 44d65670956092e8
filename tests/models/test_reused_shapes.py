"""A shape that was read, changed or built before is checked when it is given again."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any, Self

import pytest
from pydantic import __version__ as pydantic_version
from pydantic import model_validator

from sesinsights import models
from sesinsights.classic import models as classic
from sesinsights.models.shape import Shape
from tests.models.export_sources import DAY, METRICS, NOON, WINDOW, WINDOW_ON_WIRE
from tests.models.personal_data import LINK
from tests.models.refusals import refusal
from tests.models.responses import EXPORT_JOB

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_was_read_is_checked_when_it_is_sent() -> None:
    """The limits and rules for what a user asks for hold for what a response gave, too."""
    source = {"StartDate": DAY, "EndDate": NOON, "MaxResults": 20_000}
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "ExportDataSource": {"MessageInsightsDataSource": source},
            "ExportDestination": {"DataFormat": "CSV", "S3Url": LINK},
        }
    )
    text = refusal(
        models.CreateExportJobRequest,
        export_data_source=job.export_data_source,
        export_destination=job.export_destination,
    )
    assert "\nexport_data_source.message_insights_data_source.max_results\n" in text
    assert "\nexport_destination\n" in text
    assert LINK not in text


def test_what_was_read_can_be_sent() -> None:
    """Members and enum values that are new at the service are sent as they were read."""
    source = {"StartDate": DAY, "EndDate": NOON, "Priority": 3, "Include": {"Country": ["US"]}}
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "ExportDataSource": {"MessageInsightsDataSource": source, "Other": {}},
            "ExportDestination": {"DataFormat": "PARQUET"},
        }
    )
    assert job.export_data_source
    assert job.export_destination
    request = models.CreateExportJobRequest(
        export_data_source=job.export_data_source, export_destination=job.export_destination
    )
    assert request.to_service() == {
        "ExportDataSource": {"MessageInsightsDataSource": source, "Other": {}},
        "ExportDestination": {"DataFormat": "PARQUET"},
    }


def test_an_event_destination_of_v1_can_be_changed_and_sent_back() -> None:
    """An event type that the API's model lacks survives a change of the event destination."""
    found = classic.EventDestination.from_service(
        {
            "Name": "events",
            "Enabled": True,
            "MatchingEventTypes": ["send", "deliveryDelay"],
            "SNSDestination": {"TopicARN": "topic", "FilterPolicy": "new"},
        }
    )
    request = classic.UpdateConfigurationSetEventDestinationRequest(
        configuration_set_name="orders",
        event_destination=found.model_copy(update={"enabled": False}),
    )
    assert request.to_service()["EventDestination"] == {
        "Name": "events",
        "Enabled": False,
        "MatchingEventTypes": ["send", "deliveryDelay"],
        "SNSDestination": {"TopicARN": "topic", "FilterPolicy": "new"},
    }


def test_what_was_read_can_be_sent_in_a_list() -> None:
    """Items that were read may stand beside those that a user builds, which are checked."""
    read = models.ExportMetric.from_service({"Name": "READ", "Unit": "MAIL"})
    source = models.MetricsDataSource(**{**METRICS, "metrics": [*METRICS["metrics"], read]})
    assert source.to_service()["Metrics"] == [
        {"Name": "SEND", "Aggregation": "VOLUME"},
        {"Name": "READ", "Unit": "MAIL"},
    ]
    assert "metrics.1.name" in refusal(
        models.MetricsDataSource, **{**METRICS, "metrics": [read, {"name": "READ"}]}
    )


def test_what_a_user_puts_into_a_shape_that_was_read_is_checked() -> None:
    """A shape that a user built is checked by all rules, also inside one that was read."""
    read = models.ExportDataSource.from_service({"MessageInsightsDataSource": WINDOW_ON_WIRE})
    filters: Any = {"last_delivery_event": ["TELEPORT"]}
    built = models.MessageInsightsDataSource.model_construct(
        start_date=DAY, end_date=NOON, include=filters
    )
    changed = read.model_copy(update={"message_insights_data_source": built})
    assert "last_delivery_event.0" in refusal(
        models.CreateExportJobRequest,
        export_data_source=changed,
        export_destination=models.ExportDestination(data_format="CSV"),
    )


def test_a_shape_that_was_built_is_not_validated_again() -> None:
    """A shape that was built cannot have changed, so another holds the very same one."""
    window = models.MessageInsightsDataSource(**WINDOW)
    source = models.ExportDataSource(message_insights_data_source=window)
    request = models.CreateExportJobRequest(
        export_data_source=source, export_destination=models.ExportDestination(data_format="CSV")
    )
    assert request.export_data_source is source
    assert source.message_insights_data_source is window


def pickled(shape: object) -> object:
    """Return what comes out of a pickle."""
    copied: object = pickle.loads(pickle.dumps(shape))
    return copied


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_shape_that_was_changed_is_validated(again: Callable[[object], object]) -> None:
    """A copy with updates is validated, as is a shape made without, and copies of either."""
    source = models.MessageInsightsDataSource(**WINDOW)
    nested: Any = {"last_delivery_event": ["TELEPORT"]}
    for changed in (
        source.model_copy(update={"include": nested}),
        source.model_copy(update={"include": nested}, deep=True),
        source.model_copy(update={"include": nested}).model_copy(),
        models.MessageInsightsDataSource.model_construct(**WINDOW, include=nested),
    ):
        text = refusal(models.ExportDataSource, message_insights_data_source=again(changed))
        assert "include.last_delivery_event.0" in text


CHECKED: list[int] = []


class Inner(Shape, frozen=True):
    """A shape that tells what it checks."""

    value: int

    @model_validator(mode="after")
    def _tell(self) -> Self:
        CHECKED.append(self.value)
        return self


class Outer(Shape, frozen=True):
    """A shape with another inside."""

    inner: Inner


@pytest.mark.skipif(pydantic_version < "2.14", reason="pydantic reuses what was built before")
def test_a_value_is_checked_once_whichever_shapes_were_in_use_before() -> None:
    """A shape is checked once inside another, also if it was used by itself before."""
    Inner(value=1)
    CHECKED.clear()
    given: Any = {"value": 2}
    Outer(inner=given)
    assert CHECKED == [2]
