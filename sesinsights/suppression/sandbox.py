"""Explains refusals whose cause is the sandbox, which the service does not name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.errors import SESInsightsError
from sesinsights.flows.operations import GET_ACCOUNT

if TYPE_CHECKING:
    from sesinsights.errors import BadRequestError
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline


def explain_by_sandbox(pipeline: Pipeline, error: BadRequestError) -> Flow[bool]:
    """Return whether the account is in the sandbox; if it is, add a note to the error."""
    # This call only helps to explain an error, so it must not raise another.
    with suppress(SESInsightsError):
        account = yield from pipeline.call(GET_ACCOUNT, models.GetAccountRequest())
        if account.production_access_enabled is False:
            error.add_note(
                "The account is in the sandbox, so it cannot change its suppression list."
            )
            return True
    return False
