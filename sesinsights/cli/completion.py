"""The command that prints how a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["COMPLETION_VARIABLE", "completion"]

COMPLETION_VARIABLE = "_SESINSIGHTS_COMPLETE"


@click.command(epilog='Example, for ~/.bashrc: eval "$(sesinsights completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands and options."""
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"{shell} is not known")
    root = context.find_root()
    script = complete(root.command, {}, root.info_name or "", COMPLETION_VARIABLE)
    click.echo(script.source())
