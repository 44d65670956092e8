"""The library works with older versions of botocore, and says so where it cannot."""

from __future__ import annotations

import calendar
import copy
import importlib
import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.serialize import Serializer

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.drivers import botocore_versions
from sesinsights.drivers.botocore_versions import COMPLETE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

START = datetime(2026, 1, 15, 10, 0, 0, 250_000, tzinfo=UTC)
WINDOW: dict[str, Any] = {"start_date": START, "end_date": START + timedelta(seconds=1.625)}
JSON = models.ExportDestination(data_format="JSON")


@pytest.fixture(params=[SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def client(request: pytest.FixtureRequest, ses_emulator: SESEmulator) -> Any:
    """A client of each kind for the emulator."""
    return request.param(endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1")


def make_older(client: Any, forget: Callable[[dict[str, Any]], object]) -> None:
    """Have the client's botocore forget something of the service."""
    meta = client.client.meta
    described = copy.deepcopy(meta.service_model._service_description)
    forget(described)
    meta._service_model = ServiceModel(described, meta.service_model.service_name)


def source(**filters: Any) -> models.ExportDataSource:
    """Return what to export, with a fraction of a second in its window."""
    include = models.MessageInsightsFilters(**filters) if filters else None
    return models.ExportDataSource(
        message_insights_data_source=models.MessageInsightsDataSource(**WINDOW, include=include)
    )


@pytest.mark.parametrize("has_method", [True, False], ids=["a method", "no method"])
def test_an_operation_that_botocore_lacks_is_named(
    *,
    has_method: bool,
    client: Any,
    ses_emulator: SESEmulator,
    outcome: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error names the operation and the version to install, and nothing is sent."""
    monkeypatch.setattr(botocore_versions, "installed", "1.36.3")
    make_older(client, lambda described: described["operations"].pop("GetExportJob"))
    if not has_method:
        monkeypatch.delattr(type(client.client), "get_export_job")
    with pytest.raises(errors.BotocoreTooOldError) as caught:
        outcome(client.get_export_job("1"))
    assert str(caught.value) == (
        "GetExportJob: the installed botocore 1.36.3 does not know the operation. "
        f"Install a newer version: pip install --upgrade 'boto3>={COMPLETE}'."
    )
    assert ses_emulator.requests == []


@pytest.mark.parametrize("validates", [True, False], ids=["validating", "not validating"])
@pytest.mark.parametrize("kind", [SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def test_a_member_that_botocore_lacks_is_named(
    *,
    validates: bool,
    kind: Any,
    ses_emulator: SESEmulator,
    outcome: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error names the member by its place, and nothing is sent; without it the call works."""
    monkeypatch.setattr(botocore_versions, "installed", "1.36.3")
    client = kind(
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        config=Config(parameter_validation=validates),
    )
    make_older(
        client,
        lambda described: described["shapes"]["MessageInsightsFilters"]["members"].pop(
            "TenantName", None
        ),
    )
    with pytest.raises(errors.BotocoreTooOldError, match=re.escape(f"boto3>={COMPLETE}")) as caught:
        outcome(
            client.create_export_job(
                export_data_source=source(tenant_name=["one"]), export_destination=JSON
            )
        )
    assert caught.value.member == ("ExportDataSource.MessageInsightsDataSource.Include.TenantName")
    assert ses_emulator.requests == []
    assert outcome(
        client.create_export_job(export_data_source=source(isp=["Gmail"]), export_destination=JSON)
    ).job_id


def test_a_member_that_no_version_is_known_to_have_asks_for_the_newest(
    client: Any, outcome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that was read, and that even a complete botocore lacks, needs the newest."""
    monkeypatch.setattr(botocore_versions, "installed", "2.0.0")
    read = models.ExportDataSource.from_service({**source().to_service(), "a@example.com": 1})
    with pytest.raises(errors.BotocoreTooOldError) as caught:
        outcome(client.create_export_job(export_data_source=read, export_destination=JSON))
    assert caught.value.member == "ExportDataSource.a@example.com"
    assert "a@example.com" not in str(caught.value)
    assert str(caught.value).endswith("--upgrade 'boto3'.")


@pytest.mark.parametrize("checks", [True, False], ids=["checked", "unchecked"])
def test_times_are_sent_whole(
    *,
    checks: bool,
    ses_emulator: SESEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An older version sends fractions of a second too, also with a client of the caller's."""
    monkeypatch.setattr(
        Serializer, "_timestamp_unixtimestamp", lambda _, at: int(calendar.timegm(at.timetuple()))
    )
    monkeypatch.setattr(botocore_versions, "_KEEPS_FRACTIONS", False)
    bodies: list[dict[str, Any]] = []
    own = boto3.client(
        "sesv2",
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        config=Config(parameter_validation=checks, retries={"total_max_attempts": 1}),
    )
    own.meta.events.register(
        "before-send.sesv2.CreateExportJob",
        lambda request, **_: bodies.append(json.loads(request.body)),
    )
    with SESInsights(client=own) as ses:
        ses.create_export_job(export_data_source=source(), export_destination=JSON)
    sent = bodies[0]["ExportDataSource"]["MessageInsightsDataSource"]
    assert sent == {"StartDate": START.timestamp(), "EndDate": WINDOW["end_date"].timestamp()}
    with suppress(ClientError):  # it comes too soon after the other
        request = models.CreateExportJobRequest(
            export_data_source=source(), export_destination=JSON
        )
        own.create_export_job(**request.to_service())
    assert bodies[1] != bodies[0], "the caller's own client is left alone"


def test_the_installed_version_sends_times_whole(ses_emulator: SESEmulator) -> None:
    """Fractions of a second are sent, whether the installed version keeps them or not."""
    with SESInsights(endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1") as ses:
        ses.create_export_job(export_data_source=source(), export_destination=JSON)
    sent = ses_emulator.requests[0].parameters["ExportDataSource"]["MessageInsightsDataSource"]
    assert sent == {"StartDate": START.timestamp(), "EndDate": WINDOW["end_date"].timestamp()}


@pytest.mark.parametrize(
    ("version", "complete"), [("1.36.0+ours", False), ("1.99.0rc1", True), ("2.0.0dev155", True)]
)
def test_any_version_of_botocore_can_be_compared(
    *, version: str, complete: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that is not a release hinders no call, and no error."""
    monkeypatch.setattr("botocore.__version__", version)
    try:
        assert importlib.reload(botocore_versions).is_complete() is complete
    finally:
        monkeypatch.undo()
        importlib.reload(botocore_versions)


def test_the_complete_version_is_the_one_that_the_models_are_held_to() -> None:
    """The version that the errors name is the one that the checks pin."""
    pins = Path(__file__).parents[2].joinpath("requirements-dev.txt").read_text(encoding="utf-8")
    assert f"boto3=={COMPLETE}" in pins.splitlines()
