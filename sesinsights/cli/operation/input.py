"""From the options of a command to the request of its operation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import click

from sesinsights.cli.members import Kind, members_of, timestamps_in
from sesinsights.cli.moments import in_utc
from sesinsights.cli.values import BadValueError, document, value
from sesinsights.cli.wire import NEXT_TOKEN
from sesinsights.flows.operations import PaginatedOperation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sesinsights.cli.members import Member
    from sesinsights.cli.settings import Settings
    from sesinsights.flows.operations import Operation
    from sesinsights.models.shape import Shape

__all__ = ["OperationInput", "flag"]

_PAGING_OPTIONS = {
    "page_size": "How many items a page may hold.",
    "max_items": "After how many items to stop; the answer's NextToken tells where to go on.",
    "starting_token": "Where to begin: the NextToken of an answer that --max-items ended.",
}


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
            if arg.startswith("--"):
                current = arg if arg in lists else ""
            if not current:
                spread.append(arg)
            elif arg != current:
                spread += (current, arg)
        return spread

    def given(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members that were given, by their names at the service."""
        given: dict[str, Any] = {}
        documents = [n for n in ("cli_input_json", "cli_input_yaml") if params[n] is not None]
        if len(documents) > 1:
            raise click.UsageError("--cli-input-json and --cli-input-yaml exclude each other")
        for name in documents:
            given = document(flag(name), params[name], is_yaml=name.endswith("yaml"))
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
            given[member.wire_name] = found
        return given

    def is_paged(self, given: Mapping[str, Any], settings: Settings) -> bool:
        """Return whether the answer is all pages of a list, rather than one that was asked for."""
        return self.limit_key is not None and settings.paginate and NEXT_TOKEN not in given

    def place_page_size(
        self, params: Mapping[str, Any], given: dict[str, Any], *, is_paged: bool
    ) -> None:
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
                raise click.UsageError(f"a single page takes no {', '.join(refused)}")
        size = params["page_size" if is_paged else self.limit_key]
        if size is not None:
            given[self.members[self.limit_key].wire_name] = size

    def complete(self, given: dict[str, Any], settings: Settings) -> None:
        """Ask for required members that are missing, or refuse to go on without them.

        Raises:
            click.UsageError: A member is missing, and nobody is to be asked.
        """
        missing = [
            member
            for member in self.members.values()
            if member.is_required and member.wire_name not in given
        ]
        if not missing:
            return
        if not _asks(settings):
            flags = ", ".join(flag(member.name) for member in missing)
            raise click.UsageError(f"the following options are required: {flags}")
        for member in missing:
            try:
                text = click.prompt(flag(member.name), err=True)
            except click.Abort as abort:
                click.echo(err=True)
                if isinstance(abort.__context__, EOFError):
                    raise click.UsageError(f"nobody answers for {flag(member.name)}") from None
                raise
            given[member.wire_name] = value(flag(member.name), member.type, text)

    def request(self, given: dict[str, Any]) -> Shape:
        """Return the request with the members that were given; naive times are UTC.

        Raises:
            click.UsageError: The request is one that the service would refuse.
        """
        from pydantic import ValidationError

        from sesinsights.cli.failures import problem_text

        unknown = given.keys() - {member.wire_name for member in self.members.values()}
        if unknown:
            raise click.UsageError(f"the request has no {', '.join(sorted(unknown))}")
        for holder, name in timestamps_in(self._shape, given):
            holder[name] = in_utc(holder[name])
        try:
            return self._shape(**given)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            text = problem_text(problem)
            member, *inside = problem["loc"] or ("the request",)
            place = ".".join(_wire_path(self.members.get(str(member)), inside))
            raise BadValueError(flag(str(member)), f"{place}: {text}" if place else text) from error


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
        help="All members as JSON, or file://PATH; other options count instead of its members.",
    )
    yield click.Option(["--cli-input-yaml"], metavar="YAML", help="The same as YAML.")
    yield click.Option(
        ["--generate-cli-skeleton"],
        type=click.Choice(["input", "yaml-input", "output"]),
        is_flag=False,
        flag_value="input",
        help="Print a sample of the input or the answer, and call nothing.",
    )


def _asks(settings: Settings) -> bool:
    if settings.cli_auto_prompt is None:
        return os.environ.get("AWS_CLI_AUTO_PROMPT") in ("on", "on-partial")
    return settings.cli_auto_prompt


def _wire_path(member: Member | None, places: Sequence[str | int]) -> Iterator[str]:
    """Return where in the value of a member a problem is, by the names that were given."""
    for place in places:
        type_ = member.type if member else None
        shape = type_ and (type_.shape or (type_.item and type_.item.shape))
        inner = {found.name: found for found in members_of(shape)} if shape else {}
        found = inner.get(str(place))
        member = found or member
        yield found.wire_name if found else str(place)
