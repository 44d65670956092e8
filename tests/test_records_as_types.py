"""Records that the library returns can be the types of a user's own models and web services."""

from __future__ import annotations

import dataclasses
import importlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest
from pydantic import TypeAdapter

import sesinsights
from sesinsights import SESInsights, events, outcomes, report
from sesinsights.testing import EventList

if TYPE_CHECKING:
    from sesinsights.testing import FakeClock, SESEmulator

PACKAGES = [
    "sesinsights",
    "sesinsights.classic",
    "sesinsights.events",
    "sesinsights.exports",
    "sesinsights.exports.progress",
    "sesinsights.metrics",
    "sesinsights.outcomes",
    "sesinsights.pacing",
    "sesinsights.report",
    "sesinsights.suppression",
    "sesinsights.testing",
]
# Its error may be one of pydantic's, which is only loaded with the first call.
UNREADABLE = {sesinsights.FailedLookup}


def _records() -> list[type]:
    offered = {
        getattr(module, name)
        for module in map(importlib.import_module, PACKAGES)
        for name in module.__all__
    }
    classes = [one for one in offered if isinstance(one, type) and dataclasses.is_dataclass(one)]
    return sorted(set(classes) - UNREADABLE, key=lambda one: f"{one.__module__}.{one.__name__}")


@pytest.mark.parametrize("record", _records(), ids=lambda record: record.__name__)
def test_every_annotation_can_be_read_at_run_time(record: type) -> None:
    """By pydantic, FastAPI and others that work with annotations."""
    assert get_type_hints(record).keys() >= {field.name for field in dataclasses.fields(record)}


def test_pydantic_serializes_what_is_returned(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Timelines, summaries, export records and series become JSON with a schema."""
    published = EventList()
    ses_emulator.publish_to(published)
    message_id = ses_emulator.add_message(events=["SEND", "DELIVERY", "PERMANENT_BOUNCE"])
    now = fake_clock.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with ses.export_message_insights(start_date=now - timedelta(days=1), end_date=now) as export:
        records = list(export)
        (timeline,) = outcomes.timelines(
            ses.get_message_insights(message_id), records, events.parse(published.records)
        )
        returned: list[Any] = [timeline, report.summarize(export), export.report, *records]
    returned += ses.metric_series(["SEND"], start_date=today, end_date=today + timedelta(days=1))
    for one in returned:
        adapter = TypeAdapter(type(one))
        written = adapter.dump_json(one)
        assert adapter.dump_json(adapter.validate_json(written)) == written
        assert adapter.json_schema(mode="serialization")["title"] == type(one).__name__
