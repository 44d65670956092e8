"""Summarize a month of mail, and write a page that shows what happened to it.

pip install '.[report,testing]'                              # in a checkout
python examples/report.py                                    # against the emulator
python examples/report.py --aws --region eu-west-1
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from sesinsights import SESInsights, report
from sesinsights.testing import SESEmulator
from sesinsights.testing.sample import add_sample_data


def write_report(ses: SESInsights, path: str) -> None:
    """Export the messages of the last 29 days, and write a report of them."""
    end = datetime.now(UTC)
    start = end - timedelta(days=29)
    with ses.export_message_insights(start_date=start, end_date=end) as export:
        summary = report.summarize(export, start=start, end=end)
    report.write_html(summary, path)
    counts = summary.counts
    print(f"{counts.sent:,} sent, {counts.delivered:,} delivered, {counts.bounced:,} bounced")
    for group in summary.bounces:
        print(f"{group.count:>5,}  {group.bounce_type} {group.reason}")


def main() -> None:
    """Write the report, from AWS or from the emulator."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--aws", action="store_true", help="use your AWS account")
    parser.add_argument("--region", help="the AWS Region")
    parser.add_argument("-o", "--out", default="report.html", help="where to write the page")
    options = parser.parse_args()
    if options.aws:
        with SESInsights(region_name=options.region) as ses:
            write_report(ses, options.out)
    else:
        with (
            SESEmulator(job_seconds=1) as emulator,
            SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1") as ses,
        ):
            add_sample_data(emulator)
            write_report(ses, options.out)
    print(f"Open {options.out} in a browser.")


if __name__ == "__main__":
    main()
