# Generated from sesinsights/clients/account.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESInsights` for the account's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.flows.operations import GET_ACCOUNT, PUT_ACCOUNT_VDM_ATTRIBUTES

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


class AsyncAccount(AsyncFacade["SESV2Client"]):
    """The settings of the account."""

    _service = "sesv2"

    async def get_account(self) -> models.GetAccountResponse:
        """Get the account's settings in this Region: quota, plan, and what is switched on.

        Not paced: no limit is documented. `vdm_attributes` says whether Virtual Deliverability
        Manager is on, which lookups and exports require.

        Mirrors
        [GetAccount](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html).
        """
        return await self._call(GET_ACCOUNT, models.GetAccountRequest())

    async def put_account_vdm_attributes(
        self, *, vdm_attributes: models.VdmAttributes | models.VdmAttributesDict
    ) -> models.PutAccountVdmAttributesResponse:
        """Switch Virtual Deliverability Manager on or off in this Region. It is billed while on.

        Nothing else in this library switches it on. With engagement metrics, Amazon SES also
        rewrites the links of your mail. Paced at 1 call per second.

        Mirrors
        [PutAccountVdmAttributes](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountVdmAttributes.html).

        Args:
            vdm_attributes: The new settings. They replace all earlier ones: a setting that is left
                out may be switched off.

        Raises:
            BadRequestError: The service rejected the request.
        """
        return await self._call(
            PUT_ACCOUNT_VDM_ATTRIBUTES,
            models.PutAccountVdmAttributesRequest(
                **checked_by_shape(vdm_attributes=vdm_attributes)
            ),
        )
