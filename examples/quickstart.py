"""Look up a message, list export jobs, make an export, read its first records, write a report.

pip install '.[report,testing]' rich                         # in a checkout
python examples/quickstart.py                                # against the emulator
python examples/quickstart.py --aws --region eu-west-1 --message-id 0100…
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sesinsights import SESInsights, errors, models, report
from sesinsights.exports import read_message_insights
from sesinsights.testing import SESEmulator
from sesinsights.testing.sample import READER, add_sample_data

console = Console(highlight=False)


def show_timeline(ses: SESInsights, message_id: str) -> None:
    """Print what happened to a message, in the order in which it happened."""
    console.rule("[bold]What happened to a message?", align="left")
    try:
        message = ses.get_message_insights(message_id)
    except errors.NotFoundError as error:
        console.print(f"[yellow]{error}")
        return
    for insights in message.insights:
        console.print(f"“{message.subject}” to {insights.destination} ({insights.isp})")
        for event in insights.events:
            console.print(f"  {event}")


def show_export_jobs(ses: SESInsights) -> None:
    """Print the newest export jobs and the number of all."""
    console.rule("[bold]Which export jobs are there?", align="left")
    jobs = list(ses.iter_export_jobs())
    for job in jobs[:3]:
        console.print(f"  {job.created_timestamp:%Y-%m-%d %H:%M:%S} UTC  {job.job_status}")
    console.print(f"  {len(jobs)} in all, from every page")


def export_last_day(ses: SESInsights) -> str:
    """Export the messages of the last day, and show the wait."""
    console.rule("[bold]Who got mail in the last 24 hours?", align="left")
    now = datetime.now(UTC)
    job_id = ses.create_export_job(
        export_data_source=models.ExportDataSource(
            message_insights_data_source=models.MessageInsightsDataSource(
                start_date=now - timedelta(days=1),
                end_date=now,
                max_results=10_000,
            )
        ),
        export_destination=models.ExportDestination(data_format=models.DataFormat.CSV),
    ).job_id
    columns = (SpinnerColumn(), TextColumn("export job {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("created", total=None)

        def show(job: models.GetExportJobResponse) -> None:
            progress.update(task, description=str(job.job_status).lower())

        ses.wait_for_export_job(job_id, timeout=1800, on_update=show)
    return job_id


def show_first_records(ses: SESInsights, job_id: str) -> None:
    """Download the file of a completed job, and print its first records."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.csv"
        ses.download_export_job(job_id, path)
        records = list(read_message_insights(path))
    table = Table("sent", "to", "provider", "subject", "last event", box=None)
    for record in islice(records, 5):
        table.add_row(
            f"{record.send_timestamp:%m-%d %H:%M}",
            record.destination,
            record.isp,
            record.subject,
            record.last_engagement_event or record.last_delivery_event,
        )
    console.print(table)
    console.print(f"  {len(records)} messages")


def write_report(ses: SESInsights, days: int, path: str) -> None:
    """Export all messages of some days, print the rates that matter, and write a report."""
    console.rule("[bold]What is going wrong?", align="left")
    end = datetime.now(UTC)
    start = end - timedelta(days=days)
    with ses.export_message_insights(start_date=start, end_date=end) as export:
        summary = report.summarize(export, start=start, end=end)
    counts = summary.counts
    console.print(f"  {counts.sent:,} sent, {counts.delivered:,} delivered")
    for what, rate, lines in (
        ("bounced", counts.bounce_rate, report.BOUNCE_LINES),
        ("complained", counts.complaint_rate, report.COMPLAINT_LINES),
    ):
        share = "unknown" if rate is None else f"{rate:.2%}"
        console.print(f"  {share} {what}; Amazon SES reviews accounts from {lines.review:.1%}")
    report.write_html(summary, path)
    console.print(f"  Why, where and since when: open {path} in a browser")


def story(ses: SESInsights, message_id: str | None, days: int) -> None:
    """Run all the steps."""
    if message_id:
        show_timeline(ses, message_id)
    show_export_jobs(ses)
    show_first_records(ses, export_last_day(ses))
    write_report(ses, days, "report.html")


def main() -> None:
    """Tell the story, on AWS or on the emulator."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--aws", action="store_true", help="use your AWS account")
    parser.add_argument("--region", help="the AWS Region")
    parser.add_argument("--message-id", help="the message to look up")
    options = parser.parse_args()
    if options.aws:
        with SESInsights(region_name=options.region) as ses:
            story(ses, options.message_id, days=1)
    else:
        with (
            SESEmulator(job_seconds=2) as emulator,
            SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1") as ses,
        ):
            add_sample_data(emulator)
            story(ses, options.message_id or READER, days=29)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
