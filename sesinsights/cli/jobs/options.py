"""The options that the commands for jobs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sesinsights.models import ExportSourceTypeInput


SOURCE_TYPES: dict[str, ExportSourceTypeInput] = {
    "messages": "MESSAGE_INSIGHTS",
    "metrics": "METRICS_DATA",
}
"""The types of export jobs, by their names here and at the service."""

STATUSES = {
    "CREATED": "cyan",
    "PROCESSING": "yellow",
    "COMPLETED": "green",
    "FAILED": "red",
    "CANCELLED": "magenta",
}
"""The statuses of jobs, each with its colour."""

JOB = click.argument("job_id", metavar="JOB")
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=3600.0,
    metavar="SECONDS",
    help="The longest wait: 3600 seconds by default.",
)
IMPORT = click.option("--import", "is_import", is_flag=True, help="JOB is an import job.")
