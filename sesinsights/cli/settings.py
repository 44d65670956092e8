"""The options that every command takes, before or after its name."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sesinsights import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from botocore.session import Session


OUTPUT_FORMATS = ("json", "yaml", "yaml-stream", "text", "table", "off")
"""The output formats."""


@dataclass(slots=True)
class Settings:
    """The options given before and after a command's name; the later one counts."""

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    verify_ssl: bool = True
    sign_request: bool = True
    ca_bundle: str | None = None
    cli_read_timeout: int | None = None
    cli_connect_timeout: int | None = None
    debug: bool = False
    color: str = "auto"
    output: str | None = None
    query: str | None = None
    paginate: bool = True
    cli_pager: bool = True
    cli_binary_format: str | None = None
    cli_auto_prompt: bool | None = None
    session: Session | None = field(default=None, repr=False)
    """The session of the run, once `connection.open_session` has opened it."""

    @property
    def has_colors(self) -> bool | None:
        """Whether to use colours; None means on a terminal only."""
        is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        if self.color == "auto" and is_plain:
            return False
        return {"on": True, "off": False}.get(self.color)


def settings_of(context: click.Context) -> Settings:
    """Return the settings of a run of the command line."""
    return context.find_root().ensure_object(Settings)


def command_to_run(settings: Settings, words: Sequence[str], *last: str) -> str | None:
    """Return a command for a shell, with the connection options.

    Args:
        settings: Where it is to be run: the connection of this run.
        words: The command, its arguments and its options.
        last: Words to end it with.

    Returns:
        The command; None when it holds an address, which no message on stderr may.
    """
    import shlex

    from sesinsights.errors.service import redacted

    everything = [*words, *_connection_words(settings), *last]
    command = shlex.join(everything)
    # Quotes may hide an address in the whole text, and blanks may seem to make one.
    names_somebody = any(redacted(text) != text for text in (command, *everything))
    return None if names_somebody else command


def _connection_words(settings: Settings) -> Iterator[str]:
    usual = Settings()
    for option in CONNECTION_OPTIONS:
        name = option.name or ""
        value = getattr(settings, name, None)
        if value != getattr(usual, name, None):
            yield option.opts[0]
            if not option.is_flag:
                yield str(value)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    name = option.name or ""
    if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
        setattr(settings_of(context), name, value)


def _endpoint_url(context: click.Context, option: click.Parameter, value: str | None) -> None:
    # Errors and the commands that they suggest name the endpoint, so it must hold no secret.
    if value and "@" in value:
        raise click.BadParameter(
            "it must not contain a user name or a password; credentials belong in the environment "
            "or in a --profile"
        )
    _remember(context, option, value)


def _debug(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    _remember(context, option, wanted)
    if wanted:
        from sesinsights.cli.debugging import log_to_stderr

        log_to_stderr()


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"sesinsights/{__version__}")
        context.exit()


def _option(*names: str, **details: Any) -> click.Option:
    return click.Option(names, callback=_remember, expose_value=False, **details)


def _flag_off(*names: str, **details: Any) -> click.Option:
    return _option(*names, is_flag=True, flag_value=False, default=True, **details)


_SECONDS = click.IntRange(min=0)

CONNECTION_OPTIONS = (
    _option("--region", metavar="NAME", help="The AWS Region."),
    _option("--profile", metavar="NAME", help="The profile of the AWS configuration to use."),
    click.Option(
        ["--endpoint-url"],
        expose_value=False,
        callback=_endpoint_url,
        metavar="URL",
        help="Send requests to this URL instead of to AWS.",
    ),
    _flag_off("--no-verify-ssl", "verify_ssl", help="Do not verify the server's certificate."),
    _flag_off(
        "--no-sign-request", "sign_request", help="Do not sign requests or look for credentials."
    ),
    _option("--ca-bundle", metavar="FILE", help="The file of CA certificates to trust."),
    _option(
        "--cli-read-timeout",
        type=_SECONDS,
        metavar="SECONDS",
        help="How long to wait for a response: 60 by default, 0 for no limit.",
    ),
    _option(
        "--cli-connect-timeout",
        type=_SECONDS,
        metavar="SECONDS",
        help="How long to wait for a connection: 60 by default, 0 for no limit.",
    ),
    click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        callback=_debug,
        help="Log to stderr, and show tracebacks of errors.",
    ),
    _option(
        "--color",
        type=click.Choice(["on", "off", "auto"]),
        help="Whether to use colours; auto uses them on a terminal.",
    ),
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Show the version.",
    ),
)
"""The options of every command."""

OUTPUT_OPTIONS = (
    _option(
        "--output",
        type=click.Choice(OUTPUT_FORMATS),
        help="The format of the output.",
    ),
    _option("--query", metavar="JMESPATH", help="Select this part of the response."),
    _flag_off("--no-paginate", "paginate", help="Fetch only the first page of a list."),
    _flag_off("--no-cli-pager", "cli_pager", help="Do not send long output through a pager."),
    _option(
        "--cli-binary-format",
        type=click.Choice(["base64", "raw-in-base64-out"]),
        help="Accepted for compatibility with the AWS CLI: no operation here takes binary values.",
    ),
    _option(
        "--cli-auto-prompt/--no-cli-auto-prompt",
        default=None,
        help="Whether to ask for missing required options.",
    ),
)
"""The additional options of every operation."""
