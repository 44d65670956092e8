"""What all commands have in common: help with an example, and the options of the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.settings import CONNECTION_OPTIONS, OUTPUT_OPTIONS, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ConnectedCommand", "ExampleCommand", "ExampleGroup"]


class ExampleCommand(click.Command):
    """A command whose help ends with how it is called.

    Args:
        name: Its name.
        examples: How it is called.
        details: What else a command has.
    """

    def __init__(self, name: str | None, *, examples: Sequence[str], **details: Any) -> None:
        super().__init__(name, **details)
        self._examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in sections: the command's own, the answer's, the connection's."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        shared = (*OUTPUT_OPTIONS, *CONNECTION_OPTIONS)
        sections = {
            "Options": [option for option in options if option not in shared],
            "Answer": [option for option in OUTPUT_OPTIONS if option in options],
            "Connection": [option for option in CONNECTION_OPTIONS if option in options],
        }
        for title, members in sections.items():
            records = [option.get_help_record(ctx) for option in members]
            if members:
                with formatter.section(title):
                    formatter.write_dl([record for record in records if record])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, a line each."""
        with formatter.section("Examples" if len(self._examples) > 1 else "Example"):
            for example in self._examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless it was given what only operations take."""
        settings = settings_of(ctx)
        if settings.output or settings.query:
            raise click.UsageError("only operations take --output and --query", ctx)
        return super().invoke(ctx)


class ExampleGroup(ExampleCommand, click.Group):
    """A group of commands; the options of the connection may stand before a command's name."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and the options that all of them take."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)
