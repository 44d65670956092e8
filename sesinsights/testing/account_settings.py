"""The operation that tells the account's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.testing.options import Options
    from sesinsights.testing.suppression import SuppressionList


class AccountSettings:
    """Answers for the account."""

    def __init__(self, options: Options, suppression: SuppressionList) -> None:
        self._options = options
        self._suppression = suppression

    def get_account(self, _parameters: dict[str, Any], _now: datetime) -> dict[str, Any]:
        """Tell the settings of an account that may send 14 messages a second."""
        is_enabled = self._options.vdm_enabled
        return {
            "DedicatedIpAutoWarmupEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": self._options.production_access,
            "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
            "SendingEnabled": True,
            "SuppressionAttributes": {
                "SuppressedReasons": self._suppression.suppressed_reasons,
                "ValidationAttributes": self._suppression.validation_attributes,
            },
            "VdmAttributes": {"VdmEnabled": "ENABLED" if is_enabled else "DISABLED"},
        }
