"""A command for each operation, with the options that the AWS CLI gives it."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import click
from botocore import xform_name

from sesinsights.cli.commands import ConnectedCommand
from sesinsights.cli.connection import connect, connect_classic
from sesinsights.cli.members import Kind, members_of, timestamps_in
from sesinsights.cli.moments import in_utc
from sesinsights.cli.settings import OUTPUT_OPTIONS, settings_of
from sesinsights.cli.values import BadValueError, document, value
from sesinsights.operations import PaginatedOperation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sesinsights.cli.members import Member
    from sesinsights.cli.settings import Settings
    from sesinsights.models.shape import Shape
    from sesinsights.operations import Operation

__all__ = ["OperationCommand"]

_NEXT_TOKEN = "NextToken"  # noqa: S105 - a place in a list
_CONNECT = {"sesv2": connect, "ses": connect_classic}

_PAGING_OPTIONS = {
    "page_size": "How many items a page may hold.",
    "max_items": "After how many items to stop; the answer's NextToken tells where to go on.",
    "starting_token": "Where to begin: the NextToken of an answer that --max-items ended.",
}


class OperationCommand(ConnectedCommand):
    """The command of an operation.

    Args:
        operation: The operation; its request says what the options are.
        prefix: What stands before the command's name.
    """

    def __init__(self, operation: Operation[Any, Any], prefix: str) -> None:
        self._operation = operation
        self._members = {member.name: member for member in members_of(operation.request)}
        self._limit_key = operation.limit_key if isinstance(operation, PaginatedOperation) else None
        self._paging = _PAGING_OPTIONS if self._limit_key else {}
        name = xform_name(operation.name, "-")
        options = [_option_of(m) for m in self._members.values() if m.name not in self._paging]
        super().__init__(
            name,
            params=[
                *options,
                *(_paging_option(name, said) for name, said in self._paging.items()),
                *_input_options(),
                *OUTPUT_OPTIONS,
            ],
            examples=self._examples_after(f"{prefix} {name}"),
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments: an option that takes a list takes all that follows it."""
        lists = {
            _flag(member.name) for member in self._members.values() if member.type.kind is Kind.LIST
        }
        return super().parse_args(ctx, _spread(args, lists))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, with what the docstring of the method says."""
        from sesinsights import SESClassic, SESInsights
        from sesinsights.cli.docstrings import docs_of

        client = SESInsights if self._operation.service == "sesv2" else SESClassic
        docs = docs_of(getattr(client, self._method))
        self.help = docs.text
        for param in self.params:
            if isinstance(param, click.Option) and param.name in self._members and not param.help:
                param.help = docs.arguments.get(param.name or "")
        super().format_help(ctx, formatter)

    def invoke(self, ctx: click.Context) -> None:
        """Call the operation and print its answer, or print a sample of either."""
        from sesinsights.cli.answers import Printer

        settings = settings_of(ctx)
        skeleton = ctx.params["generate_cli_skeleton"]
        if skeleton in ("input", "yaml-input"):
            from sesinsights.cli.skeletons import input_skeleton

            click.echo(json.dumps(input_skeleton(self._operation.request), indent=4))
            return
        printer = Printer(settings, self._operation.name)
        given = self.given(ctx.params)
        limit_key = self._limit_key
        is_paged = limit_key is not None and settings.paginate and _NEXT_TOKEN not in given
        if limit_key is not None:
            self._place_page_size(limit_key, ctx.params, given, is_paged=is_paged)
        self._complete(given, settings)
        request = self._request(given)
        if skeleton == "output":
            from sesinsights.cli.skeletons import output_skeleton

            printer.show([output_skeleton(self._operation.response)], lambda: None)
        elif limit_key is not None and is_paged:
            printer.show(*self._pages(limit_key, settings, request, ctx.params))
        else:
            answer = self._call(settings, self._own_method, _arguments(request))
            printer.show([_plain(answer)], lambda: None)

    def _examples_after(self, usage: str) -> list[str]:
        required = [member for member in self._members.values() if member.is_required]
        if any(member.type.kind is not Kind.STRING for member in required):
            return [
                f"{usage} --generate-cli-skeleton > request.json",
                f"{usage} --cli-input-json file://request.json",
            ]
        given = "".join(f" {_flag(member.name)} {member.wire_name}" for member in required)
        return [f"{usage}{given} --output yaml"]

    @property
    def _own_method(self) -> str:
        return xform_name(self._operation.name)

    @property
    def _method(self) -> str:
        """The method that does what the command does."""
        return self._own_method.replace("list_", "iter_", 1) if self._paging else self._own_method

    def given(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members that were given, by their names at the service."""
        given: dict[str, Any] = {}
        documents = [name for name in ("cli_input_json", "cli_input_yaml") if params[name]]
        if len(documents) > 1:
            raise click.UsageError("--cli-input-json and --cli-input-yaml exclude each other")
        for name in documents:
            given = document(_flag(name), params[name], is_yaml=name.endswith("yaml"))
        for name, member in self._members.items():
            found: Any = None if name in self._paging else params[name]
            match found:
                case None | ():
                    continue
                case str():
                    found = value(_flag(name), member.type, found)
                case tuple():
                    found = value(_flag(name), member.type, *cast("tuple[str, ...]", found))
                case _:  # a number or a flag
                    pass
            given[member.wire_name] = found
        return given

    def _place_page_size(
        self, limit_key: str, params: Mapping[str, Any], given: dict[str, Any], *, is_paged: bool
    ) -> None:
        """Put the size of a page where the service wants it."""
        if not is_paged:
            refused = [n for n in self._paging if n != limit_key and params[n] is not None]
            if refused:
                flags = ", ".join(map(_flag, refused))
                raise click.UsageError(f"a single page takes no {flags}")
        size = params["page_size" if is_paged else limit_key]
        if size is not None:
            given[self._members[limit_key].wire_name] = size

    def _complete(self, given: dict[str, Any], settings: Settings) -> None:
        """Ask for required members that are missing, or refuse to go on without them."""
        missing = [
            member
            for member in self._members.values()
            if member.is_required and member.wire_name not in given
        ]
        if not missing:
            return
        if not _asks(settings):
            flags = ", ".join(_flag(member.name) for member in missing)
            raise click.UsageError(f"the following options are required: {flags}")
        for member in missing:
            text = click.prompt(_flag(member.name), err=True)
            given[member.wire_name] = value(_flag(member.name), member.type, text)

    def _request(self, given: dict[str, Any]) -> Shape:
        from pydantic import ValidationError

        shape: type[Shape] = self._operation.request
        for holder, name in timestamps_in(shape, given):
            holder[name] = in_utc(holder[name])
        try:
            return shape(**given)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            member, *inside = problem["loc"] or ("the request",)
            place = ".".join(_wire_path(self._members.get(str(member)), inside))
            said = f"{place}: {problem['msg']}" if place else problem["msg"]
            raise BadValueError(_flag(str(member)), said) from error

    def _call(self, settings: Settings, method: str, arguments: Mapping[str, Any]) -> Any:
        client = _CONNECT[self._operation.service](settings)
        return getattr(client, method)(**arguments)

    def _pages(
        self,
        limit_key: str,
        settings: Settings,
        request: Shape,
        params: Mapping[str, Any],
    ) -> tuple[Iterator[dict[str, Any]], Callable[[], str | None]]:
        """Return the pages of a list, and what tells where to go on after the last."""
        max_items = params["max_items"]
        arguments = _arguments(request)
        arguments["page_size"] = arguments.pop(limit_key, None)
        arguments |= {name: params[name] for name in ("max_items", "starting_token")}
        walk = self._call(settings, self._method, arguments)

        def pages() -> Iterator[dict[str, Any]]:
            if max_items is None:
                for page in walk.pages():
                    members = _plain(page)
                    members.pop(_NEXT_TOKEN, None)
                    yield members
            else:
                yield {self._items_name: [_plain(item) for item in walk]}

        return pages(), lambda: None if max_items is None else walk.resume_token

    @property
    def _items_name(self) -> str:
        members = members_of(self._operation.response)
        return next(member.wire_name for member in members if member.type.kind is Kind.LIST)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _option_of(member: Member) -> click.Option:
    flag = _flag(member.name)
    match member.type.kind:
        case Kind.BOOLEAN:
            return click.Option([f"{flag}/--no-{member.name.replace('_', '-')}"], default=None)
        case Kind.LIST:
            return click.Option([flag], multiple=True, metavar="VALUE…")
        case Kind.STRUCTURE | Kind.MAP:
            return click.Option([flag], metavar="JSON")
        case Kind.INTEGER:
            return click.Option([flag], type=int)
        case _:
            return click.Option([flag], metavar="|".join(member.type.values) or "TEXT")


def _paging_option(name: str, said: str) -> click.Option:
    return click.Option([_flag(name)], type=str if name == "starting_token" else int, help=said)


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


def _spread(args: Iterable[str], lists: set[str]) -> list[str]:
    """Repeat the name of an option before each of the values that follow it."""
    spread: list[str] = []
    current = ""
    for arg in args:
        if arg.startswith("--"):
            current = arg if arg in lists else ""
            if not current:
                spread.append(arg)
        elif current:
            spread += (current, arg)
        else:
            spread.append(arg)
    return spread


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


def _arguments(request: Shape) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.model_fields_set}


def _plain(shape: Shape) -> dict[str, Any]:
    """Return the members that came, by their names at the service, as JSON has them."""
    members = shape.model_dump(by_alias=True, exclude_unset=True)
    plain: dict[str, Any] = json.loads(json.dumps(members, default=datetime.isoformat))
    return plain
