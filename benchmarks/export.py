"""Export 32,000 messages that were sent unevenly: jobs, seconds, and records lost and doubled.

    python benchmarks/export.py

The emulator keeps the service's pace of one CreateExportJob a second, and a job takes 4 seconds.
9,000 of the messages were sent within two minutes. The last two rows are what a single job gives
to someone who asks for the maximum, and to someone who does not.
"""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.request import urlopen

from sesinsights import SESInsights, models
from sesinsights.exports import read_message_insights
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.exports import MessageInsightsRecord

    Export = Callable[[SESInsights, datetime, datetime], Iterable[MessageInsightsRecord]]

QUIET, CAMPAIGN = 23_000, 9_000
DAYS = 28


def fill(service: SESEmulator, start: datetime) -> set[str]:
    """Send a campaign on the eleventh day, and other mail on all days."""
    chance = random.Random(1)  # noqa: S311 - the same messages in every run
    quiet = (timedelta(days=chance.random() * (DAYS - 1)) for _ in range(QUIET))
    campaign = (timedelta(days=11, seconds=chance.random() * 120) for _ in range(CAMPAIGN))
    return {service.add_message(sent_at=start + after) for after in (*quiet, *campaign)}


def complete(ses: SESInsights, start: datetime, end: datetime) -> list[MessageInsightsRecord]:
    """Export everything."""
    with ses.export_message_insights(start_date=start, end_date=end) as export:
        return list(export)


def one_job(
    ses: SESInsights, start: datetime, end: datetime, *, max_results: int | None
) -> list[MessageInsightsRecord]:
    """Create a job, wait for it and read its file."""
    source = models.MessageInsightsDataSource(
        start_date=start, end_date=end, max_results=max_results
    )
    created = ses.create_export_job(
        export_data_source=models.ExportDataSource(message_insights_data_source=source),
        export_destination=models.ExportDestination(data_format="CSV"),
    )
    job = ses.wait_for_export_job(str(created.job_id))
    link = job.export_destination.s3_url if job.export_destination else None
    with urlopen(str(link)) as answer:  # noqa: S310 - the emulator's own link
        return list(read_message_insights(io.BytesIO(answer.read())))


EXPORTS: dict[str, Export] = {
    "export_message_insights": complete,
    "one job, max_results=10,000": partial(one_job, max_results=10_000),
    "one job, as boto3 has it": partial(one_job, max_results=None),
}


def main() -> None:
    """Run each export against a service of its own, and print a row for it."""
    print(f"{'export':<28} {'jobs':>5} {'seconds':>8} {'records':>8} {'lost':>7} {'doubled':>8}")
    for name, export in EXPORTS.items():
        with SESEmulator(job_seconds=4.0) as service:
            end = datetime.now(UTC)
            start = end - timedelta(days=DAYS)
            sent = fill(service, start)
            with SESInsights(endpoint_url=service.endpoint_url, region_name="us-east-1") as ses:
                began = time.perf_counter()
                counts = Counter(str(record.message_id) for record in export(ses, start, end))
                seconds = time.perf_counter() - began
            jobs = sum(request.operation == "CreateExportJob" for request in service.requests)
        records = counts.total()
        print(
            f"{name:<28} {jobs:>5} {seconds:>8.1f} {records:>8,} {len(sent - counts.keys()):>7,} "
            f"{records - len(counts):>8,}"
        )


if __name__ == "__main__":
    main()
