"""The operations for the account's settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.testing.messages import Mailbox
    from sesinsights.testing.options import Options
    from sesinsights.testing.suppression import SuppressionList

_QUOTA_PERIOD = timedelta(days=1)

_VDM_PARTS = {
    "DashboardAttributes": "EngagementMetrics",
    "GuardianAttributes": "OptimizedSharedDelivery",
}
"""The parts of Virtual Deliverability Manager, each with the name of its switch."""


class AccountSettings:
    """Serves the operations on the account's settings."""

    def __init__(self, options: Options, mailbox: Mailbox, suppression: SuppressionList) -> None:
        self._options = options
        self._mailbox = mailbox
        self._suppression = suppression
        self._vdm_parts: dict[str, dict[str, str]] = {
            part: {switch: "ENABLED"} for part, switch in _VDM_PARTS.items()
        }

    def get_account(self, _parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Return the settings of an account that may send 14 messages per second."""
        is_enabled = self._options.vdm_enabled
        recently = (m for m in self._mailbox.all() if now - _QUOTA_PERIOD < m.sent_at <= now)
        return {
            "DedicatedIpAutoWarmupEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": self._options.production_access,
            "SendQuota": {
                "Max24HourSend": 50000.0,
                "MaxSendRate": 14.0,
                "SentLast24Hours": float(sum(1 for _ in recently)),
            },
            "SendingEnabled": True,
            "SuppressionAttributes": {
                "SuppressedReasons": self._suppression.suppressed_reasons,
                "ValidationAttributes": self._suppression.validation_attributes,
            },
            # The parts are only shown while the whole is on.
            "VdmAttributes": {"VdmEnabled": "ENABLED", **self._vdm_parts}
            if is_enabled
            else {"VdmEnabled": "DISABLED"},
            "PricingAttributes": {"CurrentPlan": "ESSENTIALS", "NextPlan": "ESSENTIALS"},
        }

    def put_account_vdm_attributes(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Switch Virtual Deliverability Manager on or off; what is left out is off."""
        attributes: dict[str, Any] = parameters["VdmAttributes"]
        self._options.vdm_enabled = attributes["VdmEnabled"] == "ENABLED"
        for part, switch in _VDM_PARTS.items():
            given: dict[str, str] = attributes.get(part, {})
            self._vdm_parts[part] = {switch: given.get(switch, "DISABLED")}
        return {}
