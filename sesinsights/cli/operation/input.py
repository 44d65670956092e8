"""From the options of a command to the request of its operation."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import click

from sesinsights.cli.base_commands import missing_options
from sesinsights.cli.members import Kind, members_of, timestamps_in
from sesinsights.cli.option_values import BadValueError, document, value
from sesinsights.cli.output.plain import NEXT_TOKEN
from sesinsights.cli.times import in_utc
from sesinsights.flows.operation import PaginatedOperation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sesinsights.cli.members import Member
    from sesinsights.cli.settings import Settings
    from sesinsights.flows.operation import Operation
    from sesinsights.models.shape import Shape


_PAGING_OPTIONS = {
    "page_size": "The maximum number of items in a page.",
    "max_items": "The maximum number of items to return; NextToken says where to continue.",
    "starting_token": "Where to start: the NextToken of a response that --max-items cut short.",
}


@dataclass(slots=True)
class Given:
    """What was given for a request.

    Attributes:
        members: The members, by their names at the service.
        options: The option that gave each of them, by the same names.
    """

    members: dict[str, Any] = field(default_factory=dict[str, Any])
    options: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, value: object, option: str) -> None:
        """Add a member, or replace it."""
        self.members[name] = value
        self.options[name] = option


_DOCUMENTS = ("--cli-input-json", "--cli-input-yaml")


class OperationInput:
    """What a command takes for an operation, which its request says.

    Args:
        operation: The operation.

    Attributes:
        members: The members of the request, by their names in Python.
        limit_key: The member that says how many items a page may hold, when there are pages.
    """

    def __init__(self, operation: Operation[Any, Any]) -> None:
        self.members = {member.name: member for member in members_of(operation.request)}
        self.limit_key = operation.limit_key if isinstance(operation, PaginatedOperation) else None
        self._paging = _PAGING_OPTIONS if self.limit_key else {}
        self._shape: type[Shape] = operation.request

    def options(self) -> list[click.Option]:
        """Return an option for each member, and those that stand for several."""
        members = [m for m in self.members.values() if m.name not in self._paging]
        return [
            *map(_option_of, members),
            *(_paging_option(name, said) for name, said in self._paging.items()),
            *_input_options(),
        ]

    def spread(self, args: Iterable[str]) -> list[str]:
        """Repeat the name of an option that takes a list before each value that follows it."""
        lists = {flag(m.name) for m in self.members.values() if m.type.kind is Kind.LIST}
        spread: list[str] = []
        current = ""
        for arg in args:
            if arg.startswith("--") or arg == "-h":
                current = arg if arg in lists else ""
            if not current:
                spread.append(arg)
            elif arg != current:
                spread += (current, arg)
        return spread

    def given(self, params: Mapping[str, Any]) -> Given:
        """Return the members that were given; an option counts more than a document."""
        given = Given()
        texts = {"json": params["cli_input_json"], "yaml": params["cli_input_yaml"]}
        if None not in texts.values():
            raise click.UsageError(f"{' and '.join(_DOCUMENTS)} cannot be combined")
        for option, (language, text) in zip(_DOCUMENTS, texts.items(), strict=True):
            members = {} if text is None else document(option, text, is_yaml=language == "yaml")
            for wire_name, member_value in members.items():
                given.add(wire_name, member_value, option)
        for name, member in self.members.items():
            found: Any = None if name in self._paging else params[name]
            match found:
                case None | ():
                    continue
                case str():
                    found = value(flag(name), member.type, found)
                case tuple():
                    found = value(flag(name), member.type, *cast("tuple[str, ...]", found))
                case _:  # a number or a flag
                    pass
            given.add(member.wire_name, found, flag(name))
        return given

    def is_paged(self, given: Given, settings: Settings) -> bool:
        """Return whether to return all pages of a list, rather than the one that was asked for."""
        return self.limit_key is not None and settings.paginate and NEXT_TOKEN not in given.members

    def place_page_size(self, params: Mapping[str, Any], given: Given, *, is_paged: bool) -> None:
        """Put the size of a page where the service wants it.

        Raises:
            click.UsageError: A single page is asked for with what is for all pages.
        """
        if self.limit_key is None:
            return
        if not is_paged:
            others = self._paging.keys() - {self.limit_key}
            refused = sorted(flag(name) for name in others if params[name] is not None)
            if refused:
                raise click.UsageError(
                    f"--no-paginate cannot be combined with {', '.join(refused)}"
                )
        option = "page_size" if is_paged else self.limit_key
        if params[option] is not None:
            given.add(self.members[self.limit_key].wire_name, params[option], flag(option))

    def complete(self, given: Given, settings: Settings) -> None:
        """Ask for required members that are missing, or refuse to continue without them.

        Raises:
            click.UsageError: A member is missing, and the options say not to ask.
        """
        missing = [
            member
            for member in self.members.values()
            if member.is_required and member.wire_name not in given.members
        ]
        if not missing:
            return
        if not _asks(settings):
            raise missing_options(
                [flag(member.name) for member in missing], click.get_current_context(silent=True)
            )
        for member in missing:
            option = flag(member.name)
            try:
                text = click.prompt(option, err=True)
            except click.Abort as abort:
                click.echo(err=True)
                if isinstance(abort.__context__, EOFError):
                    raise click.UsageError(f"no value was entered for {option}") from None
                raise
            given.add(member.wire_name, value(option, member.type, text), option)

    def request(self, given: Given) -> Shape:
        """Return the request with the members that were given; naive times are UTC.

        Raises:
            click.UsageError: The request is one that the service would refuse.
        """
        from pydantic import ValidationError

        from sesinsights.cli.problems import first_problem
        from sesinsights.errors.service import redacted
        from sesinsights.models.validation_errors import unknown_name

        names = [member.wire_name for member in self.members.values()]
        for name, option in given.options.items():
            if name not in names:
                said = unknown_name(str(name), names)
                raise BadValueError(option, f"{redacted(str(name))}: {said}")
        for holder, name in timestamps_in(self._shape, given.members):
            holder[name] = in_utc(holder[name])
        try:
            return self._shape(**given.members)
        except ValidationError as error:
            problem = first_problem(error, self._shape)
            wire_name, *inside = problem.place or [""]
            option = given.options.get(wire_name, "the request")
            # An option is named after its member; a document says where the member is.
            place = problem.place if option in _DOCUMENTS else inside
            said = ": ".join(filter(None, (".".join(place), problem.text)))
            raise BadValueError(option, said) from error


def flag(name: str) -> str:
    """Return the option of a name in Python."""
    return f"--{name.replace('_', '-')}"


def _option_of(member: Member) -> click.Option:
    names = [flag(member.name)]
    match member.type.kind:
        case Kind.BOOLEAN:
            return click.Option([f"{names[0]}/{flag(f'no_{member.name}')}"], default=None)
        case Kind.LIST:
            return click.Option(names, multiple=True, metavar="VALUE…")
        case Kind.STRUCTURE | Kind.MAP:
            return click.Option(names, metavar="JSON")
        case Kind.INTEGER:
            return click.Option(names, type=int)
        case _:
            values = member.type.values

            def begun_with(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
                return [value for value in values if value.startswith(begun)]

            metavar = "|".join(values) or "TEXT"
            return click.Option(names, metavar=metavar, shell_complete=begun_with)


def _paging_option(name: str, said: str) -> click.Option:
    return click.Option([flag(name)], type=str if name == "starting_token" else int, help=said)


def _input_options() -> Iterable[click.Option]:
    yield click.Option(
        ["--cli-input-json"],
        metavar="JSON",
        help="All members as JSON, or file://PATH; other options override its members.",
    )
    yield click.Option(["--cli-input-yaml"], metavar="YAML", help="The same in YAML.")
    yield click.Option(
        ["--generate-cli-skeleton"],
        type=click.Choice(["input", "yaml-input", "output"]),
        is_flag=False,
        flag_value="input",
        help="Print a sample of the input or of the response, and send nothing.",
    )


def _asks(settings: Settings) -> bool:
    if settings.cli_auto_prompt is None:
        return os.environ.get("AWS_CLI_AUTO_PROMPT") in ("on", "on-partial")
    return settings.cli_auto_prompt
