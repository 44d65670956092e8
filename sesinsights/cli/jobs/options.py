"""What the commands about jobs have in common."""

from __future__ import annotations

import click

__all__ = ["IMPORT", "JOB", "SOURCE_TYPES", "STATUSES", "TIMEOUT"]

SOURCE_TYPES = {"messages": "MESSAGE_INSIGHTS", "metrics": "METRICS_DATA"}
"""What export jobs export, as it is called here and at the service."""

STATUSES = {
    "CREATED": "cyan",
    "PROCESSING": "yellow",
    "COMPLETED": "green",
    "FAILED": "red",
    "CANCELLED": "magenta",
}
"""Where a job can be, each with its colour."""

JOB = click.argument("job_id", metavar="JOB")
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest wait.",
)
IMPORT = click.option("--import", "is_import", is_flag=True, help="It is an import job.")
