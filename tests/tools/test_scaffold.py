"""The draft of an operation is made from botocore's service model alone."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import textwrap

import botocore.session
import pytest

from tools.scaffold import Draft

TABLE = "sesinsights/flows/operations.py"
MODELS = {name: botocore.session.get_session().get_service_model(name) for name in ("sesv2", "ses")}


@pytest.mark.parametrize("service", MODELS)
def test_every_operation_has_a_draft_that_is_python(service: str) -> None:
    """Whatever an operation's shapes hold, each place of its draft can be pasted as it is."""
    model = MODELS[service]
    for name in model.operation_names:
        draft = Draft(model.operation_model(name), is_classic=service == "ses")
        for place, lines in draft.sections():
            text = textwrap.dedent("\n".join(lines))
            ast.parse(f"{{\n{text}\n}}" if place.startswith("tests/") else text)


def test_a_draft_says_what_the_model_says() -> None:
    """Limits, enums, hidden members, optional ones and lists come out as this project has them."""
    operation = MODELS["sesv2"].operation_model("PutAccountDetails")
    draft = dict(Draft(operation, is_classic=False).sections())
    shapes = "\n".join(draft["sesinsights/models/<subject>.py"])
    assert "mail_type: MailTypeInput\n" in shapes
    assert "website_url: Annotated[str, Length(min=1, max=1000), Field(repr=False)]\n" in shapes
    assert "production_access_enabled: bool | None = None\n" in shapes
    method = "\n".join(draft["sesinsights/clients/<subject>.py, then python -m tools.generate"])
    assert "BadRequestError: ..." in method


def test_shapes_that_are_here_already_are_not_drafted_again() -> None:
    """What another operation brought is used."""
    operation = MODELS["sesv2"].operation_model("GetConfigurationSetEventDestinations")
    places = dict(Draft(operation, is_classic=False).sections())
    assert "class EventDestination(" not in "\n".join(places["sesinsights/models/<subject>.py"])


def test_a_row_says_what_the_model_says() -> None:
    """The pace is the documented one, a creation is not repeatable, and pages are recognized."""
    rows = {
        name: "\n".join(dict(Draft(model, is_classic=False).sections())[TABLE])
        for name in ("CreateExportJob", "ListContacts")
        for model in [MODELS["sesv2"].operation_model(name)]
    }
    assert "repeatable=False,\n    calls_per_second=1,\n" in rows["CreateExportJob"]
    assert "= PaginatedOperation(" in rows["ListContacts"]
    assert "items=lambda page: page.contacts,\n" in rows["ListContacts"]


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="this system has no such signal")
def test_a_draft_that_is_not_read_to_its_end_is_not_an_error() -> None:
    """With `| head`, nothing but the draft is shown."""
    unread, draft = os.pipe()
    os.close(unread)
    command = [sys.executable, "-m", "tools.scaffold", "GetAccount"]
    ended = subprocess.run(command, stdout=draft, stderr=subprocess.PIPE, check=False)
    os.close(draft)
    assert ended.stderr == b""
