"""The options of commands that write a table to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def _without_password(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Return the destination; refuse a URI with a password, which messages would show."""
    if value is None:
        return None
    scheme, has_scheme, rest = value.partition("://")
    user, has_user, host = rest.partition("/")[0].rpartition("@")
    # An Azure URI has its container there, as in abfs://container@account.
    is_container = scheme.lower() in {"abfs", "abfss"} and ":" not in user
    # A secret key may hold a slash; then what is before it has a colon, which no bucket has.
    is_broken_key = scheme.lower() == "s3" and ":" in host
    if has_scheme and (is_broken_key or (has_user and not is_container)):
        raise click.BadParameter(
            "the URI must not contain a user name or a password; put credentials in the environment"
        )
    return value


def out_option(*, required: bool) -> Callable[[Any], Any]:
    """Return the option that says where to write."""
    return click.option(
        "-o",
        "--out",
        callback=_without_password,
        required=required,
        metavar="FILE",
        help=(
            "Where to write: a name that ends in .parquet, .csv or .jsonl; - is CSV on standard "
            "output. Parquet also goes to s3://BUCKET/KEY, with the credentials of the environment."
        ),
    )


FOR_SPREADSHEETS = click.option(
    "--for-spreadsheets",
    is_flag=True,
    help=(
        "In CSV, put an apostrophe before text that a spreadsheet would run as a formula: "
        "strangers choose their addresses and names."
    ),
)

FORCE = click.option("--force", is_flag=True, help="Replace FILE if it exists.")
