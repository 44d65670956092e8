"""Draw the pictures of the documentation from what the library shows of the sample data.

    python -m tools.pictures

The report is what Chromium makes of its page, the timeline what the command line prints.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from sesinsights import SESInsights, report
from sesinsights.cli.message.timeline import timeline
from sesinsights.testing import FakeClock, SESEmulator
from sesinsights.testing.sample import READER, add_sample_data

IMAGES = Path(__file__).parent.parent / "docs" / "images"

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def timeline_picture(ses: SESInsights) -> str:
    """Return the timeline of a message as SVG, in the fonts of whoever looks at it."""
    console = Console(width=72, record=True, file=io.StringIO(), color_system="truecolor")
    console.print(timeline(ses.get_message_insights(READER), local=False))
    drawn = console.export_svg(title="sesinsights message 0100019bd2e8a4c1-…", unique_id="timeline")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def report_page(ses: SESInsights, page: Path) -> None:
    """Write the report of a month, whose last day is yesterday."""
    with ses.export_message_insights(start_date=NOW - timedelta(days=29), end_date=NOW) as export:
        report.write_html(report.summarize(export), page)


def photograph(page: Path, image: Path, width: int, height: int, *, is_dark: bool) -> None:
    """Save what a browser shows of the top of a page."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("Drawing the report needs Chromium.")
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if is_dark else []
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *dark]
    subprocess.run(
        [
            browser,
            *options,
            f"--window-size={width},{height}",
            f"--screenshot={image}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )


def main() -> None:
    """Draw all of them."""
    clock = FakeClock(NOW)
    with (
        SESEmulator(clock=clock) as service,
        SESInsights(endpoint_url=service.endpoint_url, region_name="us-east-1", clock=clock) as ses,
        tempfile.TemporaryDirectory() as directory,
    ):
        add_sample_data(service)
        (IMAGES / "timeline.svg").write_text(timeline_picture(ses), encoding="utf-8")
        page = Path(directory) / "report.html"
        report_page(ses, page)
        photograph(page, IMAGES / "report-desktop-light.png", 1000, 1250, is_dark=False)
        photograph(page, IMAGES / "report-phone-dark.png", 420, 1000, is_dark=True)


if __name__ == "__main__":
    main()
