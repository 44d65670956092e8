"""The commands that export: messages and metrics, to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from sesinsights.cli.base_commands import ConnectedCommand, ExampleGroup
from sesinsights.cli.file_options import FOR_SPREADSHEETS, FORCE, out_option
from sesinsights.cli.settings import CONNECTION_OPTIONS
from sesinsights.cli.times import END_OF_METRICS, MOMENT


class _Directory(click.Path):
    """A directory with a name: an empty one is likely a variable that was not set."""

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not str(value):
            self.fail("must not be empty", param, ctx)
        return super().convert(value, param, ctx)


@click.group(
    cls=ExampleGroup,
    params=[*CONNECTION_OPTIONS],
    examples=["sesinsights export messages --start -7d --end today -o mail.parquet"],
)
def export() -> None:
    """Export messages or metrics to a Parquet, CSV or JSON Lines file."""


@export.command(
    "messages",
    cls=ConnectedCommand,
    examples=[
        "sesinsights export messages --start -7d --end today -o mail.parquet",
        "sesinsights export messages --start 2026-10-01 --end 2026-10-08 -o gmail.csv \\",
        "    --include isp=Gmail --include last-delivery-event=PERMANENT_BOUNCE",
    ],
)
@click.option("--start", type=MOMENT, required=True, help="The start: -7d, 2026-10-31, …")
@click.option(
    "--end",
    type=MOMENT,
    help="The end, included: today, now, 2026-10-31. By default, now.",
)
@click.option(
    "--include",
    multiple=True,
    metavar="FIELD=VALUE",
    help=(
        "Only messages that match, or all filters as JSON or file://PATH. FIELD is "
        "from-email-address, destination, subject, isp, tenant-name, last-delivery-event or "
        "last-engagement-event. Repeatable: a message must match one value of each field."
    ),
)
@click.option(
    "--exclude", multiple=True, metavar="FIELD=VALUE", help="Leave out messages that match."
)
@out_option(required=True)
@FOR_SPREADSHEETS
@click.option("--resume", is_flag=True, help="Continue an export that was interrupted.")
@click.option(
    "--restart",
    is_flag=True,
    help="Discard an interrupted export, and start over.",
)
@click.option(
    "--allow-sampling",
    is_flag=True,
    help="Accept a random sample where one instant has more records than a job returns.",
)
@click.option(
    "--checkpoint",
    type=_Directory(path_type=Path, file_okay=False),
    metavar="DIR",
    help=(
        "Where to keep jobs and files until FILE is written, for --resume: .FILE.sesinsights "
        "beside FILE, in the current directory for s3://, and nowhere for standard output. It "
        "holds addresses and subjects, and is removed when FILE is written."
    ),
)
@FORCE
@click.pass_context
def export_messages(context: click.Context, /, **given: Any) -> None:
    """Export all records, one per message and recipient, to a file.

    An export job returns at most 10,000 records, so as many jobs are created as necessary, one per
    second. The service keeps records for 30 days. An export that ends early prints the command that
    continues it. With --resume, you need not repeat filters and --end.
    """
    from sesinsights.cli.export.messages import MessageExport

    MessageExport(context, **given).run()


@export.command(
    "metrics",
    cls=ConnectedCommand,
    examples=[
        "sesinsights export metrics --start -7d --end today --by-day -o week.csv \\",
        "    --dimension ISP='*' --metric SEND:VOLUME --metric DELIVERY:RATE",
    ],
)
@click.option("--start", type=MOMENT, required=True, help="The first day, at most 60 days ago.")
@END_OF_METRICS
@click.option(
    "--dimension",
    multiple=True,
    required=True,
    metavar="NAME=VALUE,…",
    help=(
        "A dimension (EMAIL_IDENTITY, CONFIGURATION_SET, ISP or TENANT_NAME) with up to 10 values, "
        "or '*' for all of them. 1 to 3 dimensions; next to a '*', the others take one value."
    ),
)
@click.option(
    "--metric",
    multiple=True,
    required=True,
    metavar="NAME:AGGREGATION",
    help="What to measure, such as SEND:VOLUME or DELIVERY_OPEN:RATE; 1 to 10 metrics.",
)
@click.option(
    "--by-day", is_flag=True, help="Export a count for each day, not for the whole period."
)
@out_option(required=True)
@FOR_SPREADSHEETS
@FORCE
@click.pass_context
def export_metrics(context: click.Context, /, **given: Any) -> None:
    """Export metrics of whole UTC days to a file."""
    from sesinsights.cli.export.metrics import write_metrics

    write_metrics(context, **given)
