"""What `SESInsights` tells about the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import GET_ACCOUNT

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class Account(Facade["SESV2Client"]):
    """The settings of the account."""

    _service = "sesv2"

    def get_account(self) -> models.GetAccountResponse:
        """Get the account's settings in this Region: quota, plan, and what is switched on.

        Not paced: no limit is documented. `vdm_attributes` tells whether Virtual Deliverability
        Manager is on, which lookups and exports require.

        Mirrors
        [GetAccount](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html).
        """
        return self._call(GET_ACCOUNT, models.GetAccountRequest())
