"""The enumerations of SES API v1's service model, named and spelled as it does."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from sesinsights.models.enums import NewValue

__all__ = [
    "BulkEmailStatus",
    "ConfigurationSetAttribute",
    "ConfigurationSetAttributeInput",
    "DimensionValueSource",
    "DimensionValueSourceInput",
    "EventType",
    "EventTypeInput",
    "TlsPolicy",
]


class BulkEmailStatus(StrEnum):
    """The result of one destination of a bulk send."""

    SUCCESS = "Success"
    MESSAGE_REJECTED = "MessageRejected"
    MAIL_FROM_DOMAIN_NOT_VERIFIED = "MailFromDomainNotVerified"
    CONFIGURATION_SET_DOES_NOT_EXIST = "ConfigurationSetDoesNotExist"
    TEMPLATE_DOES_NOT_EXIST = "TemplateDoesNotExist"
    ACCOUNT_SUSPENDED = "AccountSuspended"
    ACCOUNT_THROTTLED = "AccountThrottled"
    ACCOUNT_DAILY_QUOTA_EXCEEDED = "AccountDailyQuotaExceeded"
    INVALID_SENDING_POOL_NAME = "InvalidSendingPoolName"
    ACCOUNT_SENDING_PAUSED = "AccountSendingPaused"
    CONFIGURATION_SET_SENDING_PAUSED = "ConfigurationSetSendingPaused"
    INVALID_PARAMETER_VALUE = "InvalidParameterValue"
    TRANSIENT_FAILURE = "TransientFailure"
    FAILED = "Failed"


class EventType(StrEnum):
    """An event that a configuration set can publish."""

    SEND = "send"
    REJECT = "reject"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    DELIVERY = "delivery"
    OPEN = "open"
    CLICK = "click"
    RENDERING_FAILURE = "renderingFailure"


EventTypeInput: TypeAlias = (
    EventType
    | Literal[
        "send", "reject", "bounce", "complaint", "delivery", "open", "click", "renderingFailure"
    ]
    | NewValue
)
"""What a request takes for `EventType`."""


class DimensionValueSource(StrEnum):
    """Where Amazon SES takes the value of a CloudWatch dimension from."""

    MESSAGE_TAG = "messageTag"
    EMAIL_HEADER = "emailHeader"
    LINK_TAG = "linkTag"


DimensionValueSourceInput: TypeAlias = (
    DimensionValueSource | Literal["messageTag", "emailHeader", "linkTag"] | NewValue
)
"""What a request takes for `DimensionValueSource`."""


class ConfigurationSetAttribute(StrEnum):
    """What to describe of a configuration set."""

    EVENT_DESTINATIONS = "eventDestinations"
    TRACKING_OPTIONS = "trackingOptions"
    DELIVERY_OPTIONS = "deliveryOptions"
    REPUTATION_OPTIONS = "reputationOptions"


ConfigurationSetAttributeInput: TypeAlias = (
    ConfigurationSetAttribute
    | Literal["eventDestinations", "trackingOptions", "deliveryOptions", "reputationOptions"]
    | NewValue
)
"""What a request takes for `ConfigurationSetAttribute`."""


class TlsPolicy(StrEnum):
    """Whether mail may be delivered without TLS."""

    REQUIRE = "Require"
    OPTIONAL = "Optional"
