"""What an account in the sandbox is refused, which the service does not say."""

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


def tell_of_sandbox(pipeline: Pipeline, error: BadRequestError) -> Flow[bool]:
    """Return whether the account is in the sandbox, and say that in a note of the error."""
    # It is only asked to explain an error, so another one says nothing.
    with suppress(SESInsightsError):
        account = yield from pipeline.call(GET_ACCOUNT, models.GetAccountRequest())
        if account.production_access_enabled is False:
            error.add_note("The account is in the sandbox, so it cannot change its list.")
            return True
    return False
