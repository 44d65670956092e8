"""A command for each operation, with the options that the AWS CLI gives it."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from botocore import xform_name
from typing_extensions import override

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect, connect_classic
from sesinsights.cli.members import Kind, members_of
from sesinsights.cli.operation.input import OperationInput, flag
from sesinsights.cli.output.plain import NEXT_TOKEN, plain
from sesinsights.cli.settings import OUTPUT_OPTIONS, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sesinsights.cli.settings import Settings
    from sesinsights.flows.operation import Operation
    from sesinsights.models.shape import Shape


_CONNECT = {"sesv2": connect, "ses": connect_classic}
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_NAME = re.compile(r"`([a-z][a-z_]*)`")
_LINK = re.compile(r"Mirrors\s+\[\w+\]\(([^)]+)\)\.")


@dataclass(frozen=True, slots=True)
class _Docs:
    """A docstring.

    Attributes:
        text: What comes before the sections.
        arguments: What is said of each argument.
    """

    text: str
    arguments: dict[str, str]


class OperationCommand(ConnectedCommand):
    """The command of an operation.

    Args:
        operation: The operation; its request says what the options are.
        prefix: What stands before the command's name.
    """

    def __init__(self, operation: Operation[Any, Any], prefix: str) -> None:
        self._operation = operation
        self.input = OperationInput(operation)
        name = xform_name(operation.name, "-")
        super().__init__(
            name,
            params=[*self.input.options(), *OUTPUT_OPTIONS],
            examples=self._examples_after(f"{prefix} {name}"),
        )

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments: an option that takes a list takes all that follows it."""
        return super().parse_args(ctx, self.input.spread(args))

    @override
    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, with what the docstring of the method says."""
        docs = self._docs(self._method)
        self.help = self._as_typed(docs.text)
        said = self._docs(self._own_method).arguments | docs.arguments
        for option in self.params:
            member = self.input.members.get(option.name or "")
            if member and isinstance(option, click.Option) and not option.help:
                required = ("[required]",) if member.is_required else ()
                about = self._as_typed(said.get(member.name, ""))
                option.help = "  ".join((about, *required))
        super().format_help(ctx, formatter)

    @override
    def invoke(self, ctx: click.Context) -> None:
        """Call the operation and print its response, or print a sample of either."""
        from sesinsights.cli.output.printer import Printer

        settings = settings_of(ctx)
        skeleton = ctx.params["generate_cli_skeleton"]
        if skeleton in ("input", "yaml-input"):
            click.echo(self._sample_input(is_yaml=skeleton == "yaml-input"), nl=False)
            return
        printer = Printer(settings, self._operation.name)
        given = self.input.given(ctx.params)
        is_paged = self.input.is_paged(given, settings)
        self.input.place_page_size(ctx.params, given, is_paged=is_paged)
        self.input.complete(given, settings)
        request = self.input.request(given)
        if skeleton == "output":
            from sesinsights.cli.operation.skeletons import output_skeleton

            printer.show([output_skeleton(self._operation.response)], lambda: None)
        elif is_paged:
            printer.show(*self._pages(settings, request, ctx.params))
        else:
            response = self._call(settings, self._own_method, _arguments(request))
            printer.show([plain(response)], lambda: None)

    def _sample_input(self, *, is_yaml: bool) -> str:
        from sesinsights.cli.operation.skeletons import commented_skeleton, input_skeleton

        request = self._operation.request
        if is_yaml:
            return commented_skeleton(request, self._docs(self._own_method).arguments)
        return json.dumps(input_skeleton(request), indent=4) + "\n"

    def _as_typed(self, text: str) -> str:
        """Return text of a docstring in which options and commands are named as users type them."""
        from sesinsights.flows.operations import OPERATIONS

        commands = {xform_name(operation.name) for operation in OPERATIONS}

        def typed(found: re.Match[str]) -> str:
            name = found[1]
            if name in self.input.members:
                return f"`{flag(name)}`"
            return f"`{name.replace('_', '-')}`" if name in commands else found[0]

        return _NAME.sub(typed, text)

    def _docs(self, method: str) -> _Docs:
        """Return what the docstring of a method of the client says."""
        from sesinsights import SESClassic, SESInsights

        return _docs_of(
            getattr(SESInsights if self._operation.service == "sesv2" else SESClassic, method)
        )

    def _examples_after(self, usage: str) -> list[str]:
        required = [member for member in self.input.members.values() if member.is_required]
        if any(member.type.kind is not Kind.STRING for member in required):
            return [
                f"{usage} --generate-cli-skeleton > request.json",
                f"{usage} --cli-input-json file://request.json",
            ]
        given = "".join(f" {flag(member.name)} {member.wire_name}" for member in required)
        return [f"{usage}{given} --output yaml"]

    @property
    def _own_method(self) -> str:
        return xform_name(self._operation.name)

    @property
    def _method(self) -> str:
        """The method that does what the command does."""
        return (
            self._own_method.replace("list_", "iter_", 1)
            if self.input.limit_key
            else self._own_method
        )

    def _call(self, settings: Settings, method: str, arguments: Mapping[str, Any]) -> Any:
        client = _CONNECT[self._operation.service](settings)
        return getattr(client, method)(**arguments)

    def _pages(
        self, settings: Settings, request: Shape, params: Mapping[str, Any]
    ) -> tuple[Iterator[dict[str, Any]], Callable[[], str | None]]:
        """Return the pages of a list, and a function that returns the token to continue with."""
        max_items = params["max_items"]
        arguments = _arguments(request)
        arguments["page_size"] = arguments.pop(str(self.input.limit_key), None)
        arguments |= {name: params[name] for name in ("max_items", "starting_token")}
        walk = self._call(settings, self._method, arguments)

        def pages() -> Iterator[dict[str, Any]]:
            if max_items is None:
                for page in walk.pages():
                    members = plain(page)
                    members.pop(NEXT_TOKEN, None)
                    yield members
            else:
                # Some lists have plain texts.
                yield {
                    self._items_name: [
                        item if isinstance(item, str) else plain(item) for item in walk
                    ]
                }

        return pages(), lambda: None if max_items is None else walk.resume_token

    @property
    def _items_name(self) -> str:
        members = members_of(self._operation.response)
        return next(member.wire_name for member in members if member.type.kind is Kind.LIST)


def _arguments(request: Shape) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.model_fields_set}


def _docs_of(method: Callable[..., object]) -> _Docs:
    """Return what the docstring of a method says, its link in a line that click leaves alone."""
    text, _, sections = (inspect.getdoc(method) or "").partition("\nArgs:\n")
    arguments = sections.partition("\n\n")[0]
    return _Docs(
        text=_LINK.sub("\b\nSee \\1", text).strip(),
        arguments={name: " ".join(said.split()) for name, said in _ARGUMENT.findall(arguments)},
    )
