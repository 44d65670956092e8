"""The pictures show what is drawn now."""

from __future__ import annotations

from sesinsights import SESInsights
from sesinsights.testing import FakeClock, SESEmulator
from sesinsights.testing.sample import add_sample_data
from tools import pictures


def test_the_timeline_is_the_one_that_the_command_line_prints() -> None:
    """If not, run `python -m tools.pictures`, and look at the report's pictures as well."""
    clock = FakeClock(pictures.NOW)
    with (
        SESEmulator(clock=clock) as service,
        SESInsights(endpoint_url=service.endpoint_url, region_name="us-east-1", clock=clock) as ses,
    ):
        add_sample_data(service)
        drawn = pictures.timeline_picture(ses)
    assert drawn == (pictures.IMAGES / "timeline.svg").read_text(encoding="utf-8")
