"""The text and the exit code of an error that ends a run."""

from __future__ import annotations

import textwrap
import traceback
from datetime import UTC, datetime, timedelta
from json import JSONDecodeError
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
    InvalidRetryConfigurationError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
    UnknownCredentialError,
    UnknownTokenProviderError,
)
from pydantic import ValidationError

from sesinsights.cli.exit_codes import (
    BAD_CONFIGURATION,
    BAD_INPUT,
    INTERRUPTED,
    OTHER,
    REFUSED,
)
from sesinsights.cli.problems import first_problem
from sesinsights.cli.terminal import printable_lines
from sesinsights.errors import (
    ExportIncompleteError,
    MetricsIncompleteError,
    ServiceError,
    SESInsightsError,
)
from sesinsights.errors.service import redacted
from sesinsights.models.limits import MESSAGE_INSIGHTS_DAYS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from sesinsights.cli.settings import Settings


CREDENTIALS_ADVICE = (
    "Pass --profile, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`. "
    "Renew what has expired, as `aws sso login` does."
)
REGION_ADVICE = "Pass --region, set AWS_REGION, or run `aws configure`."
_SIGN_IN_ADVICE = "Sign in again with {command}, with the same --profile as here."
_MFA_ADVICE = (
    "A role that asks for an MFA code cannot be renewed while a command runs: run the command "
    "again, or get a session with `aws sts get-session-token` first."
)
_FILE_ADVICE = "Correct your AWS configuration, in ~/.aws/config or the environment."
_RENEW_ADVICE = (
    "The credentials have expired: run `aws sso login`, or renew the session in the environment "
    "or the profile."
)
_CONFIGURATION_ADVICE: dict[type[Exception], str] = {
    NoRegionError: REGION_ADVICE,
    SSOError: _SIGN_IN_ADVICE.format(command="`aws sso login`"),
    TokenRetrievalError: _SIGN_IN_ADVICE.format(command="`aws sso login`"),
    LoginError: _SIGN_IN_ADVICE.format(command="`aws login`"),
    RefreshWithMFAUnsupportedError: _MFA_ADVICE,
    ProfileNotFound: "Pass --profile with the name of a profile in your AWS configuration.",
    CredentialRetrievalError: CREDENTIALS_ADVICE,
    MetadataRetrievalError: CREDENTIALS_ADVICE,
    NoAuthTokenError: CREDENTIALS_ADVICE,
    NoCredentialsError: CREDENTIALS_ADVICE,
    PartialCredentialsError: CREDENTIALS_ADVICE,
    ConfigNotFound: _FILE_ADVICE,
    ConfigParseError: _FILE_ADVICE,
    InvalidConfigError: _FILE_ADVICE,
    InvalidRetryConfigurationError: _FILE_ADVICE,
    UnknownCredentialError: _FILE_ADVICE,
    UnknownTokenProviderError: _FILE_ADVICE,
}
_CREDENTIAL_MODULES = ("botocore.credentials", "botocore.tokens")
_CONFIGURATION_MODULES = ("botocore.configprovider",)
_CREDENTIAL_PROBLEMS: dict[type[BaseException], str] = {
    EOFError: "an MFA code is required, and standard input provides none",
    JSONDecodeError: "the credential process did not print valid JSON",
}
_EXPIRED_CODES = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")


def exit_code_of(error: BaseException) -> int:
    """Return the exit code of a run that ends with an error."""
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED
    if _configuration_advice(error):
        return BAD_CONFIGURATION
    if isinstance(error, ClientError | MetricsIncompleteError):
        return REFUSED
    if _is_too_old(error):
        return BAD_INPUT
    # What the library refuses is a ValueError, which a ValidationError also is.
    return BAD_INPUT if isinstance(error, click.UsageError | ValueError) else OTHER


def _configuration_advice(error: BaseException) -> str | None:
    """Return what to do about an error of the configuration; None for any other error."""
    for cause, advice in _CONFIGURATION_ADVICE.items():
        if isinstance(error, cause):
            return advice
    if _comes_from(error, _CREDENTIAL_MODULES):
        return CREDENTIALS_ADVICE
    return _FILE_ADVICE if _comes_from(error, _CONFIGURATION_MODULES) else None


def _comes_from(error: BaseException, modules: Container[str]) -> bool:
    """Return whether an error was raised below one of botocore's modules, whatever its type.

    A credential process that does not print JSON raises a ValueError, a missing one an OSError, and
    a role with a wrong MFA code an error of another service.
    """
    frames = traceback.walk_tb(error.__traceback__)
    return any(str(frame.f_globals.get("__name__")) in modules for frame, _ in frames)


def _is_too_old(error: BaseException) -> bool:
    """Return whether an export failed because the service no longer keeps its records."""
    if not isinstance(error, ExportIncompleteError) or error.exported_records is not None:
        return False
    return error.start_date < datetime.now(UTC) - timedelta(days=MESSAGE_INSIGHTS_DAYS)


def show_failure(error: BaseException, settings: Settings) -> None:
    """Write what went wrong and what to do to stderr, as one block."""
    color = settings.has_colors
    if settings.debug:
        told = redacted("".join(traceback.format_exception(error)))
        click.echo(printable_lines(told), err=True, color=color)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True, color=color)
        return
    width = min(get_terminal_size().columns, 100)
    said = printable_lines(text_of(error)).splitlines() or [""]
    advice = [*advice_on(error)]
    said[0] = click.style("Error: ", fg="red", bold=True) + said[0]
    if exit_code_of(error) == BAD_CONFIGURATION:
        advice.append("`sesinsights doctor` shows which settings are found.")
    for line in (*said, *advice):
        # Indented text is meant to be copied, like links and file names: it is not wrapped.
        shown = line if line.startswith(" ") else wrapped(line, width)
        click.echo(shown, err=True, color=color)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Return text wrapped to a width, without breaking words."""
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
        problem = first_problem(error)
        return redacted(": ".join(filter(None, (".".join(problem.place), problem.text))))
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "interrupted"
    text = redacted(str(error)) or type(error).__name__
    is_told_by_botocore = isinstance(error, BotoCoreError | ClientError)
    if not is_told_by_botocore and _comes_from(error, _CREDENTIAL_MODULES):
        text = f"the credentials cannot be read: {_CREDENTIAL_PROBLEMS.get(type(error), text)}"
    elif not is_told_by_botocore and _comes_from(error, _CONFIGURATION_MODULES):
        text = f"a value of the AWS configuration cannot be read: {text}"
    return text


def advice_on(error: BaseException) -> Iterator[str]:
    """Yield what to do about an error, a paragraph each."""
    advice = _configuration_advice(error)
    if advice:
        yield advice
        return
    if isinstance(error, ServiceError) and error.code in _EXPIRED_CODES:
        yield _RENEW_ADVICE
    if _is_too_old(error):
        yield f"Pass a --start that is less than {MESSAGE_INSIGHTS_DAYS} days ago."
    if isinstance(error, BotoCoreError | ClientError | OSError | SESInsightsError):
        yield from getattr(error, "__notes__", ())
    if isinstance(error, click.UsageError) and error.ctx:
        yield f"`{error.ctx.command_path} --help` shows the options."
