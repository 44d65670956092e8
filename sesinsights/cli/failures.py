"""What to say of an error, and the exit code it ends a run with."""

from __future__ import annotations

import textwrap
import traceback
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    InvalidConfigError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)
from pydantic import ValidationError

from sesinsights.cli.exit_codes import (
    BAD_CONFIGURATION,
    BAD_INPUT,
    INTERRUPTED,
    OTHER,
    REFUSED,
)
from sesinsights.cli.printable import printable_lines
from sesinsights.service_errors import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from sesinsights.cli.settings import Settings

__all__ = [
    "exit_code_of",
    "problem_text",
    "show_failure",
    "text_of",
    "wrapped",
]

_CREDENTIALS_ADVICE = (
    "Credentials are looked for as the AWS CLI does: give --profile, set the environment, or run "
    "`aws configure`. `sesinsights doctor` shows what is found."
)
_CONFIGURATION_ADVICE: dict[type[Exception], str] = {
    NoRegionError: "Give --region, set AWS_REGION, or run `aws configure`.",
    NoCredentialsError: _CREDENTIALS_ADVICE,
    PartialCredentialsError: _CREDENTIALS_ADVICE,
    CredentialRetrievalError: _CREDENTIALS_ADVICE,
    SSOError: "Run `aws sso login`, with the --profile that you give here.",
    ProfileNotFound: "Give --profile the name of a profile in your AWS configuration.",
    ConfigParseError: "Mend your AWS configuration.",
    ConfigNotFound: "Mend your AWS configuration.",
    InvalidConfigError: "Mend your AWS configuration.",
}


def exit_code_of(error: BaseException) -> int:
    """Return the exit code of a run that ends with an error."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED
    if isinstance(error, tuple(_CONFIGURATION_ADVICE)):
        return BAD_CONFIGURATION
    if isinstance(error, ClientError):
        return REFUSED
    # What the library refuses is a ValueError, a ValidationError among them.
    return BAD_INPUT if isinstance(error, click.UsageError | ValueError) else OTHER


def show_failure(error: BaseException, settings: Settings) -> None:
    """Write on stderr what went wrong and what to do, as one block."""
    color = settings.has_colors
    if settings.debug:
        click.echo(redacted("".join(traceback.format_exception(error))), err=True, color=color)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True, color=color)
        return
    width = min(get_terminal_size().columns, 100)
    said = printable_lines(text_of(error)).splitlines() or [""]
    said[0] = click.style("Error: ", fg="red", bold=True) + said[0]
    for line in (*said, *_advice_on(error)):
        # What is indented stands there to be copied, and so do links and the names of files.
        shown = line if line.startswith(" ") else wrapped(line, width)
        click.echo(shown, err=True, color=color)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return text in lines of a width, its words whole."""
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def text_of(error: BaseException) -> str:
    """Return what went wrong, without addresses."""
    if isinstance(error, click.ClickException):
        return redacted(error.format_message())
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_input=False)
        return redacted(
            "; ".join(
                f"{'.'.join(map(str, problem['loc']))}: {problem_text(problem)}"
                for problem in problems
            )
        )
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "interrupted"
    return redacted(str(error)) or type(error).__name__


def problem_text(problem: ErrorDetails) -> str:
    """Return what a ValidationError says of a problem, without what pydantic puts before it."""
    return problem["msg"].removeprefix("Value error, ")


def _advice_on(error: BaseException) -> Iterator[str]:
    for cause, advice in _CONFIGURATION_ADVICE.items():
        if isinstance(error, cause):
            yield advice
            return
    if isinstance(error, BotoCoreError | ClientError | OSError):
        yield from getattr(error, "__notes__", ())
    if isinstance(error, click.UsageError) and error.ctx:
        yield f"`{error.ctx.command_path} --help` shows the options."
