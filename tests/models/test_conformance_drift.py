"""Whatever changes in a service model, or in the models alone, is reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import pytest
from botocore.model import ServiceModel
from pydantic import Field

from sesinsights import models
from sesinsights.drivers.botocore_versions import COMPLETE, is_complete
from sesinsights.models import classic
from sesinsights.models.fields import Length, ListOf, Open
from sesinsights.models.shape import Shape
from tests.models.declared.differences import DECLARED
from tests.models.differences import differences, installed_differences
from tests.models.drifts import DRIFT_OF_CLASSIC, DRIFT_OF_INSIGHTS, alone
from tests.models.service_models import description_in_json, installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.models.drifts import Shapes

if not is_complete():
    pytest.skip(
        f"the models are held to botocore {COMPLETE} and later ones", allow_module_level=True
    )


def _drifted(service: str, drift: Callable[[Shapes, Shapes], object]) -> set[str]:
    description = json.loads(description_in_json(service))
    drift(description["shapes"], description["operations"])
    return differences(ServiceModel(description, service))


@pytest.mark.parametrize(
    ("service", "drift", "reported"),
    [
        pytest.param(service, *drift, id=f"{service}-{what}")
        for service, drifts in (("sesv2", DRIFT_OF_INSIGHTS), ("ses", DRIFT_OF_CLASSIC))
        for what, drift in drifts.items()
    ],
)
def test_drift_is_reported(
    service: str, drift: Callable[[Shapes, Shapes], object], reported: set[str]
) -> None:
    """Whatever changes in a service model is reported, and nothing else."""
    assert _drifted(service, drift) - installed_differences(service) == reported


def test_a_declared_difference_that_is_gone_is_stale() -> None:
    """What is declared must go as soon as the service model agrees."""

    def agree(shapes: Shapes, operations: Shapes) -> None:
        shapes["DiagnosticCode"]["sensitive"] = True
        alone(shapes, "ListExportJobsRequest", "PageSize").update(min=1, max=100)

    assert DECLARED["sesv2"].keys() - _drifted("sesv2", agree) == {
        "Bounce.DiagnosticCode: is hidden, but not sensitive",
        "ListExportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything",
    }


def test_drift_in_our_own_shapes_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field under another name or alias, of a looser type or with a default is reported."""
    unchanged = installed_differences("sesv2")

    class InsightsEvent(Shape):
        timestamp: datetime | None = None
        kind: models.EventType | None = Field(
            default=None, validation_alias="Kind", serialization_alias="Type"
        )
        details: models.EventDetails = models.EventDetails()

    class Bounce(Shape):
        bounce_type: Open[models.BounceType] | None = None
        bounce_sub_type: Annotated[str, Length(max=9)] | None = None
        diagnostic_code: str | None = None
        mailbox: Sequence[str] = ()

    monkeypatch.setattr(models, "InsightsEvent", InsightsEvent)
    monkeypatch.setattr(models, "Bounce", Bounce)
    monkeypatch.setattr(models, "BounceType", StrEnum("BounceType", {"Hard": "PERMANENT"}))
    found = differences(installed("sesv2"))
    assert found - unchanged == {
        "Bounce.BounceSubType: is limited to 9 or less, at the service to anything",
        "Bounce.Mailbox: the service has no such member",
        "BounceType: calls the value PERMANENT Hard",
        "BounceType: lacks the value TRANSIENT",
        "BounceType: lacks the value UNDETERMINED",
        "InsightsEvent.Details: has a default",
        "InsightsEvent.Details: is never None",
        "InsightsEvent.Timestamp: is a <class 'datetime.datetime'>, at the service a timestamp",
        "InsightsEvent.Type: is a <enum 'EventType'>, at the service a EventType",
        "InsightsEvent.Type: is read from Kind",
        "InsightsEvent.Type: is called kind instead of type",
    }
    assert unchanged - found == {
        "Bounce.DiagnosticCode: is hidden, but not sensitive",
        "InsightsEvent.Timestamp: is required by us only",
        "InsightsEvent.Type: is required by us only",
    }


def test_drift_in_our_own_shapes_of_v1_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule, a check or a limit that is gone is stale, and another wire name is reported."""
    unchanged = installed_differences("ses")

    class Destination(Shape):
        to_addresses: ListOf[str] = ()
        cc_addresses: ListOf[str] = ()
        bcc_addresses: ListOf[str] = Field(default=(), repr=False)

    class SNSDestination(Shape):
        topic_arn: str

    class MessageTag(Shape):
        name: Annotated[str, Length(1, 256)]
        value: classic.MessageTag

    for shape in (Destination, SNSDestination, MessageTag):
        monkeypatch.setattr(classic, shape.__name__, shape)
    found = differences(installed("ses"))
    assert found - unchanged == {
        "MessageTag.Value: is a MessageTag, at the service a string",
        "SNSDestination.TopicARN: the models have no such field",
        "SNSDestination.TopicArn: the service has no such member",
    }
    assert unchanged - found == {
        "Destination.BccAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.CcAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.CcAddresses: is hidden, but not sensitive",
        "Destination.ToAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.ToAddresses: is hidden, but not sensitive",
        "Destination: has the rule _has_recipients",
        "MessageTag.Name: has the check _ and -",
        "MessageTag.Value: has the check _ and -",
        "MessageTag.Value: is limited to 1 to 256, at the service to anything",
    }
