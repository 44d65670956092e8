# Generated from sesinsights/clients/account.py by `python -m tools.twins`: edit that file, and run it again.
"""What `AsyncSESInsights` tells about the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.flows.operations import GET_ACCOUNT

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class AsyncAccount(AsyncFacade["SESV2Client"]):
    """The settings of the account."""

    _service = "sesv2"

    async def get_account(self) -> models.GetAccountResponse:
        """Get the account's settings in this Region: quota, plan, and what is switched on.

        Not paced: no limit is documented. `vdm_attributes` tells whether Virtual Deliverability
        Manager is on, which lookups and exports require.

        Mirrors
        [GetAccount](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html).
        """
        return await self._call(GET_ACCOUNT, models.GetAccountRequest())
