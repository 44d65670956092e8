"""Print a draft of the code that an operation of Amazon SES needs in this project.

    python -m tools.scaffold GetAccount                 of SES API v2
    python -m tools.scaffold --classic DescribeRuleSet  of SES API v1

Shapes, names and limits come from botocore's service model; what a person has to decide or to say
is marked with `...`. Nothing is written to any file.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name

from sesinsights import models
from sesinsights.models import classic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel, Shape, StructureShape

LIMIT = 100
INDENT = " " * 4
SCALARS = {
    "blob": "bytes",
    "boolean": "bool",
    "double": "float",
    "float": "float",
    "integer": "int",
    "long": "int",
    "string": "str",
    "timestamp": "Timestamp",
}


def documented_pace(operation: OperationModel) -> float | None:
    """Return the calls per second that the documentation of an operation allows, if any."""
    pace = re.search(r"no more than (?:(once)|(\d+) times) per second", operation.documentation)
    if pace is None:
        return None
    return 1 if pace[1] else float(pace[2])


class Draft:
    """The draft of one operation's code.

    Args:
        operation: The operation in botocore's service model.
        is_classic: Whether it belongs to SES API v1.
    """

    def __init__(self, operation: OperationModel, *, is_classic: bool) -> None:
        self._operation: Any = operation
        self._known = dir(classic if is_classic else models)
        self._package = "classic" if is_classic else "models"
        self._service = "ses" if is_classic else "sesv2"
        self._method = xform_name(operation.name)
        self._constant = self._method.upper()
        self._in_requests = _reached(self._operation.input_shape)

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each place with the lines that belong there."""
        package = "models" if self._service == "sesv2" else "models/classic"
        yield f"sesinsights/{package}/<subject>.py", [*self._enums(), *self._shapes()]
        table = "operations" if self._service == "sesv2" else "classic_operations"
        yield f"sesinsights/flows/{table}.py", [*self._row()]
        yield "sesinsights/clients/<subject>.py, then python -m tools.generate", [*self._call()]
        if self._service == "sesv2":
            yield "sesinsights/testing/<subject>.py", [*self._handler()]
        yield (
            f"tests/clients/{'' if self._service == 'sesv2' else 'classic/'}test_stubber.py",
            [*self._case()],
        )

    def _all_shapes(self) -> list[Shape]:
        """Return the shapes that are new here, each after those that it holds."""
        found: dict[str, Shape] = {}

        def visit(shape: Any) -> None:
            if shape.name in found or shape.name in self._known:
                return
            match shape.type_name:
                case "structure":
                    for member in shape.members.values():
                        visit(member)
                    found[shape.name] = shape
                case "list":
                    visit(shape.member)
                case "map":
                    visit(shape.value)
                case "string" if shape.enum:
                    found[shape.name] = shape
                case _:
                    pass

        for shape in (self._operation.input_shape, self._operation.output_shape):
            if shape is not None:
                visit(shape)
        return list(found.values())

    def _enums(self) -> Iterator[str]:
        for shape in self._all_shapes():
            if shape.type_name == "string":
                yield f"class {shape.name}(StrEnum):"
                yield f'{INDENT}"""..."""'
                yield ""
                values: list[str] = getattr(shape, "enum", [])
                yield from (f'{INDENT}{_member_name(value)} = "{value}"' for value in values)
                yield ""
                if shape.name in self._in_requests:
                    literal = ", ".join(f'"{value}"' for value in values)
                    taken = f"{shape.name} | Literal[{literal}] | NewValue"
                    yield f"{shape.name}Input: TypeAlias = {taken}"
                    yield f'"""What a request takes for `{shape.name}`."""'
                    yield ""

    def _shapes(self) -> Iterator[str]:
        for shape in self._all_shapes():
            if shape.type_name == "structure":
                yield from self._shape(shape.name, shape)
        # The input of some operations has another name, and some have none.
        for role, shape in (
            ("Request", self._operation.input_shape),
            ("Response", self._operation.output_shape),
        ):
            if shape is None or not shape.name.endswith(role):
                yield from self._shape(self._operation.name + role, shape)

    def _shape(self, name: str, shape: Any) -> Iterator[str]:
        yield f"class {name}(Shape, frozen=True):"
        yield f'{INDENT}"""..."""'
        yield ""
        members: dict[str, Any] = dict(shape.members) if shape is not None else {}
        required = shape.required_members if shape is not None else []
        for wire_name, member in members.items():
            kind, default = self._type(member, taken=name in self._in_requests), ""
            if wire_name not in required:
                is_list = member.type_name == "list"
                default = " = ()" if is_list else " = None"
                kind = kind if is_list else f"{kind} | None"
            yield f"{INDENT}{_python_name(wire_name)}: {kind}{default}"
            yield f'{INDENT}"""..."""'
        yield ""

    def _type(self, shape: Any, *, taken: bool) -> str:
        metadata = shape.metadata
        hidden = ", Field(repr=False)" if metadata.get("sensitive") else ""
        match shape.type_name:
            case "structure":
                kind = shape.name
            case "list":
                kind = f"ListOf[{self._type(shape.member, taken=taken)}]"
            case "map":
                each = (self._type(part, taken=taken) for part in (shape.key, shape.value))
                kind = f"MapOf[{', '.join(each)}]"
            case "string" if shape.enum:
                kind = f"{shape.name}Input" if taken else f"Open[{shape.name}]"
            case scalar:
                kind = SCALARS[scalar]
        limit = ""
        if {"min", "max"} & metadata.keys() and shape.type_name != "timestamp":
            name = "Range" if shape.type_name in {"integer", "long", "double"} else "Length"
            limits = [f"{end}={metadata[end]}" for end in ("min", "max") if end in metadata]
            limit = f", {name}({', '.join(limits)})"
        return f"Annotated[{kind}{limit}{hidden}]" if limit or hidden else kind

    def _row(self) -> Iterator[str]:
        request, response = (
            f"{self._package}.{self._operation.name}{role}" for role in ("Request", "Response")
        )
        kind, items = ("PaginatedOperation", ", ...") if self._is_paginated() else ("Operation", "")
        yield f"{self._constant}: {kind}[{request}, {response}{items}] = {kind}("
        yield f'{INDENT}name="{self._operation.name}",'
        yield f'{INDENT}service="{self._service}",'
        yield f"{INDENT}repeatable={not self._operation.name.startswith(('Create', 'Send'))},"
        pace = documented_pace(self._operation)
        if pace is not None:
            yield f"{INDENT}calls_per_second={pace:g},"
        if self._is_paginated():
            members = self._operation.output_shape.members
            (items,) = (name for name in members if members[name].type_name == "list")
            yield f"{INDENT}items=lambda page: page.{_python_name(items)},"
            yield f"{INDENT}next_token=lambda page: page.next_token,"
            yield f"{INDENT}identity=lambda item: ...,"
        yield ")"

    def _is_paginated(self) -> bool:
        shapes = (self._operation.input_shape, self._operation.output_shape)
        return all(shape is not None and "NextToken" in shape.members for shape in shapes)

    def _parameters(self) -> dict[str, str]:
        shape: StructureShape | None = self._operation.input_shape
        if shape is None:
            return {}
        required = shape.required_members
        kinds = {
            _python_name(name): self._annotation(member)
            + ("" if name in required else " | None = None")
            for name, member in shape.members.items()
        }
        return dict(sorted(kinds.items(), key=lambda entry: "= None" in entry[1]))

    def _annotation(self, shape: Any) -> str:
        match shape.type_name:
            case "structure":
                return f"models.{shape.name} | models.{shape.name}Dict"
            case "list":
                return f"Sequence[{self._annotation(shape.member)}]"
            case "map":
                return f"Mapping[str, {self._annotation(shape.value)}]"
            case "string" if shape.enum:
                return f"models.{shape.name}Input"
            case "timestamp":
                return "datetime"
            case scalar:
                return SCALARS[scalar]

    def _call(self) -> Iterator[str]:
        name, parameters = self._operation.name, self._parameters()
        version = "API" if self._service == "ses" else "API-V2"
        page = f"https://docs.aws.amazon.com/ses/latest/{version.replace('API', 'APIReference')}"
        star = ["*"] if parameters else []
        listed = ", ".join(
            ["self", *star, *(f"{name}: {kind}" for name, kind in parameters.items())]
        )
        yield f"{INDENT}def {self._method}({listed}) -> models.{name}Response:"
        text = INDENT * 2
        pace = documented_pace(self._operation)
        yield f'{text}"""...'
        yield ""
        calls = "call" if pace == 1 else "calls"
        paced = f"Paced at {pace:g} {calls} per second." if pace else "Not paced."
        yield f"{text}{paced}"
        yield ""
        yield f"{text}Mirrors"
        yield f"{text}[{name}]({page}/API_{name}.html)."
        if parameters:
            yield ""
            yield f"{text}Args:"
            yield from (f"{text}{INDENT}{parameter}: ..." for parameter in parameters)
        yield ""
        yield f"{text}Raises:"
        errors = [shape.name for shape in self._operation.error_shapes]
        yield from (
            f"{text}{INDENT}{error.removesuffix('Exception')}Error: ..." for error in errors
        )
        yield f'{text}"""'
        yield from self._return(parameters, text)
        if self._is_paginated():
            items = f"ItemIterator[..., models.{name}Response]"
            yield f"{INDENT}# and iter_{self._method.removeprefix('list_')}, which returns {items}"

    def _return(self, parameters: dict[str, str], text: str) -> Iterator[str]:
        name = self._operation.name
        given = ", ".join(
            f"**checked_by_shape({parameter}={parameter})"
            if "Dict" in kind
            else f"{parameter}={parameter}"
            for parameter, kind in parameters.items()
        )
        yield f"{text}return self._call({self._constant}, models.{name}Request({given}))"

    def _handler(self) -> Iterator[str]:
        yield f"{INDENT}def {self._method}("
        yield f"{INDENT * 2}self, parameters: dict[str, Any], now: datetime"
        yield f"{INDENT}) -> dict[str, Any]:"
        yield f'{INDENT * 2}"""..."""'
        yield f"{INDENT * 2}return {{...}}"

    def _case(self) -> Iterator[str]:
        required = [name for name, kind in self._parameters().items() if "= None" not in kind]
        given = ", ".join(f"{name}=..." for name in required)
        shape: Any = self._operation.input_shape
        sent = ", ".join(
            f'"{name}": ...' for name in (shape.required_members if shape is not None else [])
        )
        yield f'{INDENT}"{self._operation.name}": ('
        yield f"{INDENT * 2}lambda ses: ses.{self._method}({given}),"
        yield f"{INDENT * 2}{{{sent}}},"
        yield f"{INDENT * 2}{{...}},"
        yield f"{INDENT}),"


def _reached(shape: Any) -> set[str]:
    """Return the names of a shape and of everything that it holds."""
    found: set[str] = set()
    left = [shape] if shape is not None else []
    while left:
        each = left.pop()
        if each.name not in found:
            found.add(each.name)
            members = getattr(each, "members", {}).values()
            left += [*members, *(getattr(each, part) for part in _PARTS if hasattr(each, part))]
    return found


_PARTS = ("member", "key", "value")


def _python_name(wire_name: str) -> str:
    name = xform_name(wire_name)
    return f"{name}_" if iskeyword(name) else name


def _member_name(value: str) -> str:
    return xform_name(value).upper() if value != value.upper() else value.replace("-", "_")


def main() -> int:
    """Print the draft of the operation that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.scaffold", description=__doc__)
    parser.add_argument("operation", help="its name in botocore's service model")
    parser.add_argument("--classic", action="store_true", help="an operation of SES API v1")
    arguments = parser.parse_args()
    service = "ses" if arguments.classic else "sesv2"
    model = botocore.session.get_session().get_service_model(service)
    if arguments.operation not in model.operation_names:
        parser.error(f"{service} has no operation named {arguments.operation!r}")
    operation = model.operation_model(arguments.operation)
    for place, lines in Draft(operation, is_classic=arguments.classic).sections():
        if lines:
            print(f"# {place}\n")
            print("\n".join(lines).rstrip() + "\n")
    return 0


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        # A reader such as `head`, which has read enough, ends it.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
