"""The command that shows and changes event destinations."""

from __future__ import annotations

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.event_type import EVENT_TYPE
from sesinsights.cli.output.json_lines import print_json_line
from sesinsights.cli.output.plain import plain
from sesinsights.cli.settings import settings_of
from sesinsights.models.shown import destinations_table


@click.command(
    "destinations",
    cls=ConnectedCommand,
    examples=[
        "sesinsights destinations my-configuration-set",
        "sesinsights destinations my-configuration-set webhook --on --type bounce --type complaint",
    ],
)
@click.argument("configuration_set", metavar="SET")
@click.argument("name", required=False)
@click.option("--on/--off", "enabled", default=None, help="Switch the event destination on or off.")
@click.option(
    "--type",
    "kinds",
    type=EVENT_TYPE,
    multiple=True,
    metavar="TYPE",
    help="Send only events of this type, such as bounce. Repeatable.",
)
@click.option("--topic", metavar="ARN", help="Send events to this SNS topic.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print each event destination as a line of JSON."
)
@click.pass_context
def destinations(  # noqa: PLR0917 - click passes options by name
    context: click.Context,
    configuration_set: str,
    name: str | None,
    enabled: bool | None,
    kinds: tuple[str, ...],
    topic: str | None,
    as_json: bool,
) -> None:
    """Show the event destinations of a configuration set, or change one.

    Settings that you do not pass are kept: the event destination is read, changed and written back.
    This is refused if it has a setting that would be lost.
    """
    is_change = enabled is not None or bool(kinds) or topic is not None
    if is_change and name is None:
        raise click.UsageError("pass the NAME of the event destination to change", context)
    ses = connect(settings_of(context))
    if is_change and name is not None:
        from sesinsights.models import EventType, SnsDestination

        found = [
            ses.change_event_destination(
                configuration_set_name=configuration_set,
                event_destination_name=name,
                enabled=enabled,
                matching_event_types=[EventType(kind.replace("-", "_").upper()) for kind in kinds]
                or None,
                sns_destination=SnsDestination(topic_arn=topic) if topic is not None else None,
            )
        ]
    else:
        response = ses.get_configuration_set_event_destinations(configuration_set)
        found = [each for each in response.event_destinations if name in {None, each.name}]
        if name is not None and not found:
            raise click.UsageError(
                f"{configuration_set} has no event destination named {name}", context
            )
    if as_json:
        for each in found:
            print_json_line(plain(each))
    else:
        click.echo(destinations_table(found))
