"""The shapes of GetAccount and PutAccountVdmAttributes: the settings of the account."""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from sesinsights.models.enums import FeatureStatusInput, NewValue, SuppressionListReason
from sesinsights.models.fields import Given, Length, ListOf, Open
from sesinsights.models.shape import Shape

__all__ = [
    "AccountDetails",
    "AccountSharedPoolDeliveryMode",
    "ContactLanguage",
    "DashboardAttributes",
    "DeliveryAttributes",
    "GetAccountRequest",
    "GetAccountResponse",
    "GuardianAttributes",
    "MailType",
    "PricingAttributes",
    "PricingPlan",
    "PutAccountVdmAttributesRequest",
    "PutAccountVdmAttributesResponse",
    "ReviewDetails",
    "ReviewStatus",
    "SendQuota",
    "SuppressionAttributes",
    "SuppressionConditionThreshold",
    "SuppressionConfidenceThreshold",
    "SuppressionConfidenceVerdictThreshold",
    "SuppressionConfidenceVerdictThresholdInput",
    "SuppressionValidationAttributes",
    "VdmAttributes",
]


class SuppressionConfidenceVerdictThreshold(StrEnum):
    """How confident address validation must be for mail to be sent."""

    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    MANAGED = "MANAGED"


SuppressionConfidenceVerdictThresholdInput: TypeAlias = (
    SuppressionConfidenceVerdictThreshold | Literal["MEDIUM", "HIGH", "MANAGED"] | NewValue
)
"""What a request takes for `SuppressionConfidenceVerdictThreshold`."""


class MailType(StrEnum):
    """The kind of mail that the account mostly sends."""

    MARKETING = "MARKETING"
    TRANSACTIONAL = "TRANSACTIONAL"


class ContactLanguage(StrEnum):
    """The language in which AWS writes to the account's contacts."""

    EN = "EN"
    JA = "JA"


class ReviewStatus(StrEnum):
    """The status of a request to send more than the sandbox allows."""

    PENDING = "PENDING"
    FAILED = "FAILED"
    GRANTED = "GRANTED"
    DENIED = "DENIED"


class PricingPlan(StrEnum):
    """A pricing plan of Amazon SES."""

    NONE = "NONE"
    ESSENTIALS = "ESSENTIALS"
    PRO = "PRO"
    ENTERPRISE = "ENTERPRISE"


class AccountSharedPoolDeliveryMode(StrEnum):
    """Which shared IP addresses deliver the account's mail."""

    GLOBAL = "GLOBAL"
    REGIONAL = "REGIONAL"


class GetAccountRequest(Shape, frozen=True):
    """A request for the account's settings."""


class SendQuota(Shape, frozen=True):
    """How much the account may send."""

    max24_hour_send: float | None = None
    """The maximum number of recipients in 24 hours; -1 for no limit."""
    max_send_rate: float | None = None
    """The maximum number of recipients per second."""
    sent_last24_hours: float | None = None
    """The number of recipients in the last 24 hours."""


class SuppressionConfidenceThreshold(Shape, frozen=True):
    """The confidence that address validation requires."""

    confidence_verdict_threshold: Given[SuppressionConfidenceVerdictThresholdInput]
    """The lowest verdict for which mail is sent."""


class SuppressionConditionThreshold(Shape, frozen=True):
    """When address validation holds mail back."""

    condition_threshold_enabled: Given[FeatureStatusInput]
    """Whether address validation holds mail back at all."""
    overall_confidence_threshold: SuppressionConfidenceThreshold | None = None
    """The confidence that it requires."""


class SuppressionValidationAttributes(Shape, frozen=True):
    """How address validation is used."""

    condition_threshold: SuppressionConditionThreshold
    """When address validation holds mail back."""


class SuppressionAttributes(Shape, frozen=True):
    """What puts addresses on the account's suppression list."""

    suppressed_reasons: ListOf[Open[SuppressionListReason]] = ()
    """The reasons that add an address; without any, none is added."""
    validation_attributes: SuppressionValidationAttributes | None = None
    """How address validation is used."""


class ReviewDetails(Shape, frozen=True):
    """A request to send more than the sandbox allows."""

    status: Open[ReviewStatus] | None = None
    """The status of the request."""
    case_id: str | None = None
    """The id of its support case."""


class AccountDetails(Shape, frozen=True):
    """What the account has told AWS about its mail."""

    mail_type: Open[MailType] | None = None
    """The kind of mail that it mostly sends."""
    website_url: Annotated[str, Length(min=1, max=1000)] | None = Field(
        default=None, validation_alias="WebsiteURL", serialization_alias="WebsiteURL", repr=False
    )
    """The account's website."""
    contact_language: Open[ContactLanguage] | None = None
    """The language in which AWS writes to it."""
    use_case_description: Annotated[str, Length(max=5000)] | None = Field(default=None, repr=False)
    """What the account sends mail for."""
    additional_contact_email_addresses: Annotated[
        ListOf[Annotated[str, Length(min=6, max=254)]], Length(min=1, max=4)
    ] = Field(default=(), repr=False)
    """Other addresses that AWS writes to about the account."""
    review_details: ReviewDetails | None = None
    """The account's last request to send more."""


class DashboardAttributes(Shape, frozen=True):
    """The dashboard of Virtual Deliverability Manager."""

    engagement_metrics: Given[FeatureStatusInput] | None = None
    """Whether opens and clicks are tracked for it."""


class GuardianAttributes(Shape, frozen=True):
    """Guardian, a part of Virtual Deliverability Manager."""

    optimized_shared_delivery: Given[FeatureStatusInput] | None = None
    """Whether Guardian chooses the shared IP addresses that deliver mail."""


class VdmAttributes(Shape, frozen=True):
    """Virtual Deliverability Manager, which lookups and exports need."""

    vdm_enabled: Given[FeatureStatusInput]
    """Whether Virtual Deliverability Manager is on; it is billed."""
    dashboard_attributes: DashboardAttributes | None = None
    """The settings of the dashboard."""
    guardian_attributes: GuardianAttributes | None = None
    """The settings of Guardian."""


class PricingAttributes(Shape, frozen=True):
    """The account's pricing plan."""

    current_plan: Open[PricingPlan] | None = None
    """The account's current plan."""
    next_plan: Open[PricingPlan] | None = None
    """The account's plan from the next billing period on."""


class DeliveryAttributes(Shape, frozen=True):
    """How the account's mail is delivered."""

    shared_pool_delivery_mode: Open[AccountSharedPoolDeliveryMode] | None = None
    """Which shared IP addresses deliver the account's mail."""


class GetAccountResponse(Shape, frozen=True):
    """The settings of the account in this Region."""

    dedicated_ip_auto_warmup_enabled: bool | None = None
    """Whether new dedicated IP addresses are warmed up."""
    enforcement_status: str | None = None
    """`HEALTHY`, `PROBATION` for an account under review, or `SHUTDOWN` for a paused one."""
    production_access_enabled: bool | None = None
    """Whether the account has left the sandbox."""
    send_quota: SendQuota | None = None
    """How much it may send."""
    sending_enabled: bool | None = None
    """Whether the account may send now."""
    suppression_attributes: SuppressionAttributes | None = None
    """What puts addresses on its suppression list."""
    details: AccountDetails | None = None
    """What the account has told AWS about its mail."""
    vdm_attributes: VdmAttributes | None = None
    """Whether Virtual Deliverability Manager is on."""
    pricing_attributes: PricingAttributes | None = None
    """The account's pricing plan."""
    delivery_attributes: DeliveryAttributes | None = None
    """How the account's mail is delivered."""


class PutAccountVdmAttributesRequest(Shape, frozen=True):
    """A request to switch Virtual Deliverability Manager on or off."""

    vdm_attributes: VdmAttributes
    """The new settings; they replace all earlier ones."""


class PutAccountVdmAttributesResponse(Shape, frozen=True):
    """The confirmation that the settings were changed."""
