"""What all commands have in common: the options of the connection, and help with an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.settings import CONNECTION_OPTIONS, OUTPUT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ConnectedCommand", "write_examples", "write_options"]


class ConnectedCommand(click.Command):
    """A command that calls the service.

    Args:
        name: Its name.
        examples: How it is called.
        params: Its own parameters.
        details: What else a command has.
    """

    def __init__(
        self,
        name: str | None,
        *,
        examples: Sequence[str],
        params: Sequence[click.Parameter] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(name, params=[*(params or ()), *CONNECTION_OPTIONS], **details)
        self._examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those of all commands last."""
        write_options(self.get_params(ctx), ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self._examples, formatter)


def write_options(
    params: Sequence[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the options in sections: the command's own, the answer's, the connection's."""
    shared = {"Answer": OUTPUT_OPTIONS, "Connection": CONNECTION_OPTIONS}
    own = [param for param in params if not any(param in options for options in shared.values())]
    for title, options in {"Options": own, **shared}.items():
        records = [param.get_help_record(ctx) for param in options if param in params]
        rows = [record for record in records if record]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write how a command is called, a line each."""
    with formatter.section("Examples" if len(examples) > 1 else "Example"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
