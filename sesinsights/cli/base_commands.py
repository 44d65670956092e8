"""The base classes of all commands: their help pages, and the connection options."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
from typing_extensions import override

from sesinsights.cli.settings import CONNECTION_OPTIONS, OUTPUT_OPTIONS, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence


_UNBREAKABLE_HYPHEN = "\u2011"
_WIDEST = 80


class _Formatter(click.HelpFormatter):
    """Breaks no line inside a name such as `list-export-jobs`, and ends none with blanks."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        # click would ask shutil, whose import takes longer than writing the help.
        usual = max(min(_columns(), max_width or _WIDEST) - 2, 50)
        super().__init__(indent_increment, width or usual, max_width)

    @override
    def write_text(self, text: str) -> None:
        super().write_text(_unbreakable(text))

    @override
    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        unbreakable = [(first, _unbreakable(second)) for first, second in rows]
        super().write_dl(unbreakable, col_max, col_spacing)

    @override
    def getvalue(self) -> str:
        lines = super().getvalue().replace(_UNBREAKABLE_HYPHEN, "-").split("\n")
        return "\n".join(line.rstrip() for line in lines)


def _columns() -> int:
    """Return how many columns the terminal has; 80 where there is none."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _WIDEST
    except (OSError, ValueError):
        return _WIDEST


def _unbreakable(text: str) -> str:
    return text.replace("-", _UNBREAKABLE_HYPHEN)


class _Context(click.Context):
    formatter_class = _Formatter


class ExampleCommand(click.Command):
    """A command whose help ends with examples.

    Args:
        name: Its name.
        examples: Command lines that call it.
        details: The other arguments of `click.Command`.
    """

    context_class = _Context

    def __init__(self, name: str | None, *, examples: Sequence[str], **details: Any) -> None:
        super().__init__(name, **details)
        self._examples = examples

    @override
    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Return the options that show the help."""
        return ["-h", "--help"]

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments; an error names all that are missing, not only the first."""
        try:
            return super().parse_args(ctx, [*args])
        except click.MissingParameter as error:
            given, _, _ = self.make_parser(ctx).parse_args([*args])
            missing = [param for param in self.params if _is_missing(param, ctx, given)]
            if all(isinstance(param, click.Option) for param in missing):
                raise missing_options([param.opts[-1] for param in missing], ctx) from error
            raise

    @override
    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options; connection options only on the first page."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        shared = (*OUTPUT_OPTIONS, *CONNECTION_OPTIONS)
        sections = {
            "Options": [option for option in options if option not in shared],
            "Output": [option for option in OUTPUT_OPTIONS if option in options],
            "Connection": [option for option in CONNECTION_OPTIONS if option in options],
        }
        if ctx.parent and sections.pop("Connection"):
            everywhere = f"`{ctx.find_root().command_path} --help`"
        else:
            everywhere = ""
        for title, members in sections.items():
            records = [option.get_help_record(ctx) for option in members]
            if members:
                with formatter.section(title):
                    formatter.write_dl([record for record in records if record])
        if everywhere:
            formatter.write_paragraph()
            formatter.write_text(
                f"Connection options, such as --region, --profile and --debug: {everywhere}."
            )

    @override
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, a line each."""
        with formatter.section("Examples" if len(self._examples) > 1 else "Example"):
            for example in self._examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def missing_options(names: Sequence[str], context: click.Context | None) -> click.UsageError:
    """Return the error for required options that were not given."""
    return click.UsageError(f"the following options are required: {', '.join(names)}", context)


def _is_missing(param: click.Parameter, context: click.Context, given: dict[str, Any]) -> bool:
    if not param.required:
        return False
    try:
        param.handle_parse_result(context, given, [])
    except click.MissingParameter:
        return True
    except click.UsageError:
        return False  # it is there, and wrong
    return False


class ConnectedCommand(ExampleCommand):
    """A command that calls the service."""

    def __init__(
        self,
        name: str | None,
        *,
        params: Sequence[click.Parameter] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(name, params=[*(params or ()), *CONNECTION_OPTIONS], **details)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless it was given options that only operations take."""
        settings = settings_of(ctx)
        if settings.output or settings.query:
            raise click.UsageError("only operations take --output and --query", ctx)
        return super().invoke(ctx)


class ExampleGroup(ExampleCommand, click.Group):
    """A group of commands; connection options may be given before a command's name."""

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an error suggests commands with similar names."""
        name = args[0]
        is_option = name.startswith("-")
        if not is_option and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            alike = get_close_matches(name, self.list_commands(ctx))
            hint = f" Did you mean {' or '.join(alike)}?" if alike else ""
            raise click.UsageError(f"No such command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    @override
    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and the options that all of them take."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)
