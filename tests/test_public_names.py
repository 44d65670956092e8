"""What is public is complete, documented and light to import."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import re
import subprocess
import sys
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from typing_extensions import is_typeddict

import sesinsights
from sesinsights import (
    AsyncSESClassic,
    AsyncSESInsights,
    SESClassic,
    SESInsights,
    classic,
    errors,
    events,
    exports,
    models,
    pacing,
    testing,
)
from sesinsights.events.views import View
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGE = Path(sesinsights.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.stem != "__main__"
)
CLIENTS = [SESInsights, AsyncSESInsights, SESClassic, AsyncSESClassic]
HEAVY = {"asyncio", "boto3", "pydantic", "redis", "tenacity", "urllib3", "werkzeug"}


def _text(module_name: str) -> str:
    path = PACKAGE.parent.joinpath(*module_name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file.read_text(encoding="utf-8")


@cache
def _source(module_name: str) -> ast.Module:
    return ast.parse(_text(module_name))


# What is public


def test_the_package_offers_the_contract() -> None:
    """The package itself offers the names that users rely on."""
    assert set(sesinsights.__all__) == {
        "AsyncSESClassic",
        "AsyncSESInsights",
        "FailedLookup",
        "FoundMessage",
        "MessageLookup",
        "RetryPolicy",
        "SESClassic",
        "SESInsights",
        "errors",
        "events",
        "models",
        "outcomes",
        "report",
    }


def test_the_classic_package_offers_the_contract() -> None:
    """The package of the classic API offers its client, its shapes and a bulk send's result."""
    assert set(classic.__all__) == {"AsyncSESClassic", "BulkSendResult", "SESClassic", "models"}
    assert classic.SESClassic is SESClassic
    assert classic.AsyncSESClassic is AsyncSESClassic
    assert classic.models is importlib.import_module("sesinsights.models.classic")


@pytest.mark.parametrize(
    ("package", "constants"),
    [(models, set[str]()), (classic.models, {"MAX_BULK_DESTINATIONS", "MAX_RECIPIENTS"})],
    ids=["models", "classic.models"],
)
def test_the_models_offer_every_shape(package: ModuleType, constants: set[str]) -> None:
    """Every shape, enumeration and type of a request in a package's own modules is offered."""
    defined: dict[str, str] = {}
    for module_name in MODULES:
        if module_name.rpartition(".")[0] == package.__name__:
            module = importlib.import_module(module_name)
            for name, value in vars(module).items():
                if inspect.isclass(value) and value.__module__ == module_name:
                    is_enum = issubclass(value, Enum | models.NewValue) or is_typeddict(value)
                    if is_enum or (issubclass(value, Shape) and value is not Shape):
                        defined[name] = module_name
                enum = vars(module).get(name.removesuffix("Input"))
                if name.endswith("Input") and getattr(enum, "__module__", "") == module_name:
                    defined[name] = module_name
    assert set(package.__all__) == set(defined) | constants
    for name, module_name in defined.items():
        assert getattr(package, name) is getattr(importlib.import_module(module_name), name)


@pytest.mark.parametrize("package", [models, classic.models], ids=lambda package: package.__name__)
def test_type_checkers_see_what_a_package_of_shapes_collects(package: ModuleType) -> None:
    """Every module that offers names is imported for type checkers, and no other."""
    imported = {
        node.module
        for node in ast.walk(_source(package.__name__))
        if isinstance(node, ast.ImportFrom) and [name.name for name in node.names] == ["*"]
    }
    assert imported == {
        module_name
        for module_name in MODULES
        if module_name.rpartition(".")[0] == package.__name__
        and module_name != "sesinsights.models.classic"
        and hasattr(importlib.import_module(module_name), "__all__")
    }


@pytest.mark.parametrize(
    "package",
    [sesinsights, events, models, classic, classic.models, pacing, testing],
    ids=["sesinsights", "events", "models", "classic", "classic.models", "pacing", "testing"],
)
def test_the_packages_offer_nothing_else(package: ModuleType) -> None:
    """A name that a package does not offer is an AttributeError that says so."""
    with pytest.raises(AttributeError, match="'Nonsense'"):
        package.Nonsense  # noqa: B018


def test_the_models_of_the_two_apis_are_not_mixed_up() -> None:
    """What both APIs have under one name is a class of each: their members differ."""
    shared = set(models.__all__) & set(classic.models.__all__)
    assert {"EventDestination", "EventType", "MessageTag"} <= shared
    for name in shared:
        assert getattr(models, name) is not getattr(classic.models, name)


def test_the_package_of_paces_offers_the_contract() -> None:
    """The package of the pace offers a pacer for each store, and what it takes to write one."""
    contract = {"FilePacer", "LocalPacer", "Pacer", "RedisPacer", "Reservation"}
    assert contract <= set(pacing.__all__)


@pytest.mark.parametrize(
    "module",
    [sesinsights, events, models, errors, classic, classic.models, pacing, testing],
    ids=lambda module: module.__name__,
)
def test_a_star_import_gives_what_is_public(module: ModuleType) -> None:
    """A star import gives the names of `__all__`."""
    namespace: dict[str, Any] = {}
    exec(f"from {module.__name__} import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(module.__all__)


@pytest.mark.parametrize(
    "package",
    [
        "sesinsights",
        "sesinsights.events",
        "sesinsights.models",
        "sesinsights.models.classic",
        "sesinsights.pacing",
        "sesinsights.testing",
    ],
)
def test_what_is_not_loaded_yet_can_be_seen(package: str) -> None:
    """`dir()` lists every name of `__all__` before anything has asked for one."""
    program = (
        f"import {package} as package\n"
        "print({*package.__all__} <= {*dir(package)}, package.__all__[0] in vars(package))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=30
    )
    assert done.stdout == "True False\n"


def test_the_package_is_typed() -> None:
    """The package is marked as typed."""
    assert (PACKAGE / "py.typed").is_file()


# What Python says about it

WHOLES = [
    *CLIENTS,
    exports.AsyncMessageInsightsExport,
    exports.AsyncMetricsExport,
    exports.MessageInsightsExport,
    exports.MetricsExport,
    testing.SESEmulator,
]


@pytest.mark.parametrize("cls", WHOLES, ids=lambda cls: cls.__name__)
def test_a_class_names_itself_and_not_its_parts(cls: Any) -> None:
    """A method is listed by `help` as the class's own, and an error about arguments names both."""
    methods = {
        name: method
        for name, method in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_") or name == "__init__"
    }
    assert len(methods) > 1
    for name, method in methods.items():
        with pytest.raises(TypeError, match=rf"^{cls.__name__}\.{name}\(\)"):
            method(nonsense=1)
        assert vars(cls)[name] is method
        if name != "__init__" or cls in CLIENTS:  # users do not make the others
            assert not re.search(r"\b\w+[a-z]T\b", str(inspect.signature(method)))
        assert pickle.loads(pickle.dumps(method)) is method


# What importing costs


def _modules_loaded_by(*statements: str) -> list[set[str]]:
    """Return the modules that a fresh interpreter has after each of these statements."""
    script = "\nprint(*sys.modules)\n".join(["import sys", *statements, ""])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=30
    )
    return [set(line.split()) for line in done.stdout.splitlines()[1:]]


def test_importing_is_light() -> None:
    """Neither imports, enumerations nor making a client load what only a call needs."""
    statements = [
        "from sesinsights.classic import SESClassic, models",
        "import sesinsights",
        "from sesinsights import events",
        "from sesinsights.errors import *",
        "from sesinsights.pacing import *",
        "from sesinsights.models import JobStatus",
        "from sesinsights import MessageLookup, RetryPolicy, SESInsights, errors, models",
        "SESInsights(region_name='us-east-1')",
        "SESClassic(region_name='us-east-1')",
    ]
    for statement, loaded in zip(statements, _modules_loaded_by(*statements), strict=True):
        assert "sesinsights" in loaded
        assert not loaded & HEAVY, statement


def test_an_asyncio_client_is_light() -> None:
    """Making one loads asyncio, and still nothing else that only a call needs."""
    statements = [
        f"from sesinsights import {client}; {client}(region_name='us-east-1')"
        for client in ("AsyncSESInsights", "AsyncSESClassic")
    ]
    for loaded in _modules_loaded_by(*statements):
        assert loaded & HEAVY == {"asyncio"}


def test_a_shape_is_loaded_when_it_is_asked_for() -> None:
    """Asking for a shape loads pydantic, and still nothing that only a call needs."""
    statements = [
        f"from sesinsights.{shape}"
        for shape in ("models import Bounce", "models.classic import Template")
    ]
    for loaded in _modules_loaded_by(*statements):
        assert "pydantic" in loaded
        assert not loaded & {"boto3", "tenacity", "werkzeug"}


LOOKUP = """
from types import SimpleNamespace
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from sesinsights import SESInsights
ses = SESInsights(region_name="us-east-1", config=Config(signature_version=UNSIGNED))
body = SimpleNamespace(stream=lambda: [b'{"MessageId": "0100"}'])
ses.client.meta.events.register(
    "before-send", lambda request, **_: AWSResponse(request.url, 200, {}, body)
)
assert ses.get_message_insights("0100").message_id == "0100"
"""


def test_a_first_call_loads_only_what_it_needs() -> None:
    """It loads the models of its operation, and botocore without boto3; connecting, no models."""
    connected, loaded = _modules_loaded_by(
        "from sesinsights import SESInsights; SESInsights(region_name='us-east-1').client", LOOKUP
    )
    assert connected & HEAVY == {"urllib3"}
    assert {"pydantic", "sesinsights.models.message_insights", "urllib3"} <= loaded
    assert not loaded & (HEAVY - {"pydantic", "urllib3"})
    assert not loaded & {
        "s3transfer",
        "sesinsights.drivers.gathering",
        "sesinsights.flows.lookups",
        "sesinsights.flows.pages",
        "sesinsights.models.account",
        "sesinsights.models.metrics",
        "sesinsights.notebook",
    }


# What is documented


def _shapes() -> Iterator[ast.ClassDef]:
    for module_name in MODULES:
        if module_name.startswith("sesinsights.models."):
            for node in _source(module_name).body:
                if isinstance(node, ast.ClassDef) and "Shape" in map(ast.unparse, node.bases):
                    yield node


def test_every_field_is_documented() -> None:
    """Every field of a shape has a sentence below it."""
    undocumented = []
    for node in _shapes():
        for field, below in zip(node.body, [*node.body[1:], None], strict=True):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(sentence))),
                ) if sentence.rstrip().endswith("."):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name)), _:
                    undocumented.append(f"{node.name}.{name}")
    assert not undocumented


def test_help_of_a_shape_describes_its_fields() -> None:
    """The docstring of a shape ends with each field and the sentence that stands below it."""
    for package in (models, classic.models):
        for shape in (getattr(package, name) for name in package.__all__):
            if inspect.isclass(shape) and issubclass(shape, Shape):
                fields = [f"    {name}: {f.description}" for name, f in shape.model_fields.items()]
                assert (inspect.getdoc(shape) or "").endswith("\n".join(fields))
    described = inspect.getdoc(models.GetExportJobRequest)
    assert described == "A request for an export job.\n\nAttributes:\n    job_id: The job's id."
    assert (
        models.GetExportJobRequest.model_json_schema()["description"] == described.splitlines()[0]
    )


def test_help_of_an_event_describes_its_members() -> None:
    """Each member is listed among the data of its class, with the sentence that stands below it."""
    views = (getattr(events, name) for name in events.__all__)
    members = [
        member
        for view in views
        if inspect.isclass(view) and issubclass(view, View)
        for name, member in vars(view).items()
        if not name.startswith("_") and not inspect.isfunction(member)
    ]
    assert len(members) > 100
    assert [member for member in members if not inspect.isdatadescriptor(member)] == []
    assert [member for member in members if not inspect.getdoc(member)] == []
    reports = "The id of the report; together with a recipient, it identifies duplicates."
    assert inspect.getdoc(events.Bounced.feedback_id) == reports


def test_every_shape_says_that_it_is_frozen() -> None:
    """Type checkers do not inherit it, so every shape says itself that it never changes."""
    for node in _shapes():
        assert "frozen=True" in map(ast.unparse, node.keywords), node.name


@pytest.mark.parametrize("client", CLIENTS)
def test_every_call_names_its_page_of_the_reference(client: type) -> None:
    """A method that mirrors an operation links its page of the API reference, in Markdown."""
    pages = {
        xform_name(operation.name): f"/API_{operation.name}.html)"
        for operation in OPERATIONS
        if operation.service == client._service  # type: ignore[attr-defined]
    }
    methods = dict(inspect.getmembers(client, inspect.isfunction))
    mirroring = methods.keys() & pages.keys()
    assert len(mirroring) >= 8
    for name in mirroring:
        assert pages[name] in (inspect.getdoc(methods[name]) or "")
    verbs = ("cancel_", "create_", "delete_", "describe_", "get_", "list_", "test_", "update_")
    assert not [name for name in methods.keys() - pages.keys() if name.startswith(verbs)]


def test_docstrings_are_markdown() -> None:
    """The site shows docstrings as Markdown, which knows no links, roles or literals of reST."""
    for module_name in MODULES:
        # Not by way of the syntax tree, so that those of fields and constants are read, too.
        for text in re.findall(r'"""(.*?)"""', _text(module_name), re.DOTALL):
            assert not re.search(r">`_|``|:\w+:`|::$", text, re.MULTILINE), module_name


@pytest.mark.parametrize("client", CLIENTS)
def test_every_parameter_is_documented(client: type) -> None:
    """The docstring of a method names each of its parameters, and no other."""
    for name, method in inspect.getmembers(client, inspect.isfunction):
        if not name.startswith("_"):
            text = inspect.getdoc(method) or ""
            _, _, below = text.partition("Args:\n")
            listed, _, _ = below.partition("\n\n")
            named = re.findall(r"^ {4}(\w+):", listed, re.MULTILINE)
            assert named == [*inspect.signature(method).parameters][1:], name
