"""The command that prints how a shell completes commands and options."""

from __future__ import annotations

import click

from sesinsights.cli.base_commands import ExampleCommand

COMPLETION_VARIABLE = "_SESINSIGHTS_COMPLETE"


@click.command(
    cls=ExampleCommand,
    examples=[
        """echo 'eval "$(sesinsights completion bash)"' >> ~/.bashrc""",
        """echo 'eval "$(sesinsights completion zsh)"' >> ~/.zshrc""",
        "sesinsights completion fish > ~/.config/fish/completions/sesinsights.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands and options."""
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"the shell {shell} is not supported")
    root = context.find_root()
    script = complete(root.command, {}, root.info_name or "", COMPLETION_VARIABLE)
    click.echo(script.source())
