"""What `report` takes on the command line."""

from __future__ import annotations

from typing import Any

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.times import MOMENT


@click.command(
    cls=ConnectedCommand,
    examples=[
        "sesinsights report --start -7d -o report.html",
        "sesinsights report --start -30d --metrics -o report.html",
        "sesinsights report --from mail/*.parquet -o report.html",
        "sesinsights report --events s3://bucket/ses-events --start -30d -o report.html",
    ],
)
@click.option("--start", type=MOMENT, help="The start: -7d, 2026-10-31, …")
@click.option(
    "--end",
    type=MOMENT,
    help=(
        "The end, not included: today, now, 2026-10-31. By default, now for an export; for "
        "--metrics, tomorrow, or 60 days after --start if that is earlier."
    ),
)
@click.option(
    "--from",
    "tables",
    multiple=True,
    metavar="PATH…",
    help=(
        "Use these Parquet files of an export or of events, directories of them, or "
        "s3://BUCKET/PREFIX, instead of exporting now. A file of metrics must be the only one."
    ),
)
@click.option(
    "--events",
    multiple=True,
    metavar="PATH…",
    help="Use these files of pushed events, such as Firehose's, or directories of them.",
)
@click.option(
    "--metrics",
    is_flag=True,
    help=(
        "Use metrics instead of messages: fast, over whole days and up to 60 days back, but "
        "without reasons, latency and campaigns."
    ),
)
@click.argument("more", nargs=-1, metavar="")
@click.option(
    "--campaign-tag",
    default="campaign",
    show_default=True,
    metavar="NAME",
    help="The message tag that names the campaign.",
)
@click.option(
    "--show-addresses",
    is_flag=True,
    help="Show mail addresses in names and texts, instead of masking them.",
)
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="FILE",
    help="Where to write the HTML page; - is standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.pass_context
def report(context: click.Context, /, **given: Any) -> None:
    """Write an HTML report on what happened to your mail.

    Without --from and --events, it exports the messages since --start, as `export messages` does;
    the service keeps records for 30 days. The change from the previous period comes from metrics of
    whole days or, with --start and --end, from the files of --from or --events. The page is a
    single file that needs no network. Requires the extra `report`, except with --metrics.
    """
    from sesinsights.cli.report.making import make_report

    make_report(context, **given)
