"""The command `sesinsights` and its subcommands."""

from __future__ import annotations

import os
import re
import sys
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from typing_extensions import override

from sesinsights.cli.base_commands import ExampleGroup
from sesinsights.cli.completion import COMPLETION_VARIABLE, completion
from sesinsights.cli.settings import CONNECTION_OPTIONS, OUTPUT_OPTIONS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sesinsights.flows.operation import Operation


_NAME = "sesinsights"


class Later(NamedTuple):
    """A command that is imported when it runs, so that help does not wait for it.

    Attributes:
        module: Where it is, by its name.
        summary: What it does.
    """

    module: str
    summary: str


COMMANDS_FOR_PEOPLE = {
    "message": Later("message.command", "Show what happened to messages."),
    "events": Later("events.command", "Show or convert events that Amazon SES pushed."),
    "export": Later(
        "export.command", "Export messages or metrics to a Parquet, CSV or JSON Lines file."
    ),
    "metrics": Later(
        "metrics.command", "Show metrics per day: messages sent, delivered, bounced, and so on."
    ),
    "suppressed": Later("suppressed.command", "Show, export, compare or fill a suppression list."),
    "report": Later("report.command", "Write an HTML report on what happened to your mail."),
    "jobs": Later("jobs.command", "List export jobs, or import jobs, newest first."),
    "wait": Later("jobs.wait", "Wait until a job is completed."),
    "download": Later(
        "jobs.download", "Download the file of an export job as the service wrote it."
    ),
    "destinations": Later(
        "destinations", "Show the event destinations of a configuration set, or change one."
    ),
    "doctor": Later(
        "doctor.command", "Check credentials, Region, endpoint, clock, account and permissions."
    ),
    "emulator": Later(
        "emulator", "Run an emulator of Amazon SES v2 with sample data; Ctrl-C stops it."
    ),
}


class _OperationGroup(ExampleGroup):
    """Commands, and one for each operation of a service, which is created on first use.

    Args:
        service: The service, as boto3 calls it.
        later: Commands that are imported when they are asked for.
        details: What else a group has.
    """

    def __init__(
        self,
        service: str,
        *,
        later: Mapping[str, Later] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(params=[*OUTPUT_OPTIONS, *CONNECTION_OPTIONS], **details)
        self._later = dict(later or {})
        self._service = service

    @cached_property
    def _operations(self) -> dict[str, Operation[Any, Any]]:
        # Only what lists or runs operations waits for their table.
        from sesinsights.flows.operations import OPERATIONS

        return {_command_name(o.name): o for o in OPERATIONS if o.service == self._service}

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*self._later, *self.commands, *self._operations]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command."""
        if cmd_name in self._later:
            module = import_module(f"sesinsights.cli.{self._later[cmd_name].module}")
            command: click.Command = getattr(module, cmd_name)
            return command
        if cmd_name not in self._operations:
            return super().get_command(ctx, cmd_name)
        from sesinsights.cli.operation.command import OperationCommand

        return OperationCommand(self._operations[cmd_name], ctx.command_path)

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their descriptions, and the names of the operations."""
        rows = [(name, later.summary) for name, later in self._later.items()]
        rows += [(name, command.get_short_help_str(70)) for name, command in self.commands.items()]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
        with formatter.section("Operations, with the options of the AWS CLI"):
            formatter.write_text(", ".join(self._operations))


def _command_name(operation: str) -> str:
    """Return botocore's name for an operation; importing botocore would slow down the help."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", operation).lower()


_CLASSIC = _OperationGroup(
    "ses",
    name="classic",
    help="Call an operation of Amazon SES v1: templates and sending.",
    examples=["sesinsights classic list-templates --output table"],
)
ROOT = _OperationGroup(
    "sesv2",
    name=_NAME,
    help="Find out what happened to the mail you sent with Amazon SES.",
    examples=[
        "sesinsights message 0100018f2b7c1d3e-… --region eu-west-1",
        "sesinsights export messages --start -7d --end today -o mail.parquet",
        "sesinsights list-export-jobs --query ExportJobs[].JobId --output text",
    ],
    later=COMMANDS_FOR_PEOPLE,
    commands=[_CLASSIC, completion],
)


def run(args: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(ROOT, {}, _NAME, COMPLETION_VARIABLE, instruction)
    settings = Settings()
    try:
        exit_code = _invoke(args, settings)
        # What is still in the buffer would fail when Python ends, with a code of its own.
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the output has enough of it; the rest must not fail when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it is, it is reported
        from sesinsights.cli.failures import exit_code_of, show_failure

        show_failure(error, settings)
        return exit_code_of(error)
    else:
        return exit_code
    return 0


def _invoke(args: Sequence[str], settings: Settings) -> int:
    try:
        with ROOT.make_context(_NAME, [*args], obj=settings) as context:
            ROOT.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0
