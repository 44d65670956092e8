"""The shapes of configuration sets: named rules that apply to mail sent with them."""

from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ValidationInfo, model_validator

from sesinsights.models.account import SuppressionConditionThreshold
from sesinsights.models.enums import FeatureStatusInput, NewValue, SuppressionListReasonInput
from sesinsights.models.fields import (
    Given,
    Length,
    ListOf,
    MapOf,
    Range,
    Timestamp,
    refuse_unless_one,
)
from sesinsights.models.identifiers import Identifier
from sesinsights.models.jobs import NextToken
from sesinsights.models.names import ConfigurationSetName
from sesinsights.models.shape import Shape, read_from_service

__all__ = [
    "ArchivingOptions",
    "ConfigurationSetFilterKey",
    "ConfigurationSetFilterKeyInput",
    "CreateConfigurationSetRequest",
    "CreateConfigurationSetResponse",
    "DashboardOptions",
    "DefaultSigningScheme",
    "DeleteConfigurationSetRequest",
    "DeleteConfigurationSetResponse",
    "DeliveryOptions",
    "GetConfigurationSetRequest",
    "GetConfigurationSetResponse",
    "GuardianOptions",
    "HttpsPolicy",
    "HttpsPolicyInput",
    "ListConfigurationSetsRequest",
    "ListConfigurationSetsResponse",
    "MessageSecurityOptions",
    "ReputationOptions",
    "SendingOptions",
    "SharedPoolDeliveryMode",
    "SharedPoolDeliveryModeInput",
    "SignatureFormat",
    "SignatureFormatInput",
    "SigningScheme",
    "SmimeSigningScheme",
    "SuppressionListScope",
    "SuppressionListScopeInput",
    "SuppressionOptions",
    "SuppressionValidationOptions",
    "Tag",
    "TlsPolicy",
    "TlsPolicyInput",
    "TrackingOptions",
    "VdmOptions",
]


class ConfigurationSetFilterKey(StrEnum):
    """What a list of configuration sets can be filtered by."""

    CONFIGURATION_SET_NAME_CONTAINS = "CONFIGURATION_SET_NAME_CONTAINS"


ConfigurationSetFilterKeyInput: TypeAlias = (
    ConfigurationSetFilterKey | Literal["CONFIGURATION_SET_NAME_CONTAINS"] | NewValue
)
"""What a request takes for `ConfigurationSetFilterKey`."""


class HttpsPolicy(StrEnum):
    """Where tracking uses HTTPS."""

    REQUIRE = "REQUIRE"
    REQUIRE_OPEN_ONLY = "REQUIRE_OPEN_ONLY"
    OPTIONAL = "OPTIONAL"


HttpsPolicyInput: TypeAlias = (
    HttpsPolicy | Literal["REQUIRE", "REQUIRE_OPEN_ONLY", "OPTIONAL"] | NewValue
)
"""What a request takes for `HttpsPolicy`."""


class TlsPolicy(StrEnum):
    """Whether mail may be delivered without TLS."""

    REQUIRE = "REQUIRE"
    OPTIONAL = "OPTIONAL"


TlsPolicyInput: TypeAlias = TlsPolicy | Literal["REQUIRE", "OPTIONAL"] | NewValue
"""What a request takes for `TlsPolicy`."""


class SharedPoolDeliveryMode(StrEnum):
    """Which shared IP addresses deliver mail; `ACCOUNT` is what the account has set."""

    GLOBAL = "GLOBAL"
    REGIONAL = "REGIONAL"
    ACCOUNT = "ACCOUNT"


SharedPoolDeliveryModeInput: TypeAlias = (
    SharedPoolDeliveryMode | Literal["GLOBAL", "REGIONAL", "ACCOUNT"] | NewValue
)
"""What a request takes for `SharedPoolDeliveryMode`."""


class SuppressionListScope(StrEnum):
    """Whose suppression list is used."""

    ACCOUNT = "ACCOUNT"
    TENANT = "TENANT"


SuppressionListScopeInput: TypeAlias = (
    SuppressionListScope | Literal["ACCOUNT", "TENANT"] | NewValue
)
"""What a request takes for `SuppressionListScope`."""


class SignatureFormat(StrEnum):
    """How an S/MIME signature is carried."""

    DETACHED = "DETACHED"


SignatureFormatInput: TypeAlias = SignatureFormat | Literal["DETACHED"] | NewValue
"""What a request takes for `SignatureFormat`."""


class TrackingOptions(Shape, frozen=True):
    """How opens and clicks are tracked."""

    custom_redirect_domain: str
    """The domain that tracked links go through."""
    https_policy: Given[HttpsPolicyInput] | None = None
    """Where tracking uses HTTPS."""


class DeliveryOptions(Shape, frozen=True):
    """How mail is delivered."""

    tls_policy: Given[TlsPolicyInput] | None = None
    """Whether TLS is required."""
    sending_pool_name: str | None = None
    """The pool of dedicated IP addresses that sends it."""
    max_delivery_seconds: Annotated[int, Range(300, 50_400)] | None = None
    """How long delivery is tried, from 300 to 50,400 seconds."""
    shared_pool_delivery_mode: Given[SharedPoolDeliveryModeInput] | None = None
    """Which shared IP addresses deliver the mail."""


class ReputationOptions(Shape, frozen=True):
    """How the reputation is monitored."""

    reputation_metrics_enabled: bool | None = None
    """Whether bounce and complaint rates are published to CloudWatch."""
    last_fresh_start: Timestamp | None = None
    """When the rates were last reset, in UTC."""


class SendingOptions(Shape, frozen=True):
    """Whether mail can be sent."""

    sending_enabled: bool | None = None
    """Whether mail can be sent with the configuration set."""


class Tag(Shape, frozen=True):
    """A label, for example for cost allocation."""

    key: str
    """The tag's name, 1 to 128 characters."""
    value: str
    """The tag's value, at most 256 characters."""


class SuppressionValidationOptions(Shape, frozen=True):
    """How address validation is used."""

    condition_threshold: SuppressionConditionThreshold
    """When address validation holds mail back."""


class SuppressionOptions(Shape, frozen=True):
    """How the suppression list is used."""

    suppressed_reasons: ListOf[Given[SuppressionListReasonInput]] = ()
    """The reasons that add an address; without any, none is added."""
    suppression_scope: Given[SuppressionListScopeInput] | None = None
    """Whose list is used."""
    validation_options: SuppressionValidationOptions | None = None
    """How address validation is used."""


class DashboardOptions(Shape, frozen=True):
    """The dashboard of Virtual Deliverability Manager."""

    engagement_metrics: Given[FeatureStatusInput] | None = None
    """Whether opens and clicks are tracked for it."""


class GuardianOptions(Shape, frozen=True):
    """Guardian, a part of Virtual Deliverability Manager."""

    optimized_shared_delivery: Given[FeatureStatusInput] | None = None
    """Whether Guardian chooses the shared IP addresses that deliver mail."""


class VdmOptions(Shape, frozen=True):
    """Settings of Virtual Deliverability Manager that replace the account's."""

    dashboard_options: DashboardOptions | None = None
    """The settings of the dashboard."""
    guardian_options: GuardianOptions | None = None
    """The settings of Guardian."""


class ArchivingOptions(Shape, frozen=True):
    """Where sent mail is archived."""

    archive_arn: Annotated[str, Length(20, 1011)] | None = None
    """The Mail Manager archive."""


class DefaultSigningScheme(Shape, frozen=True):
    """Mail is not signed with S/MIME."""


class SmimeSigningScheme(Shape, frozen=True):
    """Mail is signed with S/MIME; the sender's identity needs a certificate."""

    signature_format: Given[SignatureFormatInput] | None = None
    """How the signature is carried."""


class SigningScheme(Shape, frozen=True):
    """Whether mail is signed with S/MIME: exactly one of the two."""

    default_scheme: DefaultSigningScheme | None = None
    """Set if mail is not signed."""
    smime_scheme: SmimeSigningScheme | None = None
    """Set if mail is signed."""

    @model_validator(mode="after")
    def _has_exactly_one_scheme(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            refuse_unless_one(self, "default_scheme", "smime_scheme")
        return self


class MessageSecurityOptions(Shape, frozen=True):
    """How messages are protected."""

    signing_scheme: SigningScheme | None = None
    """Whether they are signed."""


class CreateConfigurationSetRequest(Shape, frozen=True):
    """A configuration set to create."""

    configuration_set_name: ConfigurationSetName
    """The configuration set's name: 1 to 64 ASCII letters, digits, `_` and `-`."""
    tracking_options: TrackingOptions | None = None
    """How opens and clicks are tracked."""
    delivery_options: DeliveryOptions | None = None
    """How mail is delivered."""
    reputation_options: ReputationOptions | None = None
    """How the reputation is monitored."""
    sending_options: SendingOptions | None = None
    """Whether mail can be sent with it."""
    tags: ListOf[Tag] = ()
    """Labels of the configuration set, at most 50."""
    suppression_options: SuppressionOptions | None = None
    """How the suppression list is used."""
    vdm_options: VdmOptions | None = None
    """The settings of Virtual Deliverability Manager."""
    archiving_options: ArchivingOptions | None = None
    """Where mail is archived."""
    message_security_options: MessageSecurityOptions | None = None
    """How messages are protected."""


class CreateConfigurationSetResponse(Shape, frozen=True):
    """The empty response to a creation."""


class GetConfigurationSetRequest(Shape, frozen=True):
    """Which configuration set to describe."""

    configuration_set_name: Identifier
    """The configuration set's name."""


class GetConfigurationSetResponse(Shape, frozen=True):
    """A configuration set; its event destinations have an operation of their own."""

    configuration_set_name: str | None = None
    """The configuration set's name."""
    tracking_options: TrackingOptions | None = None
    """How opens and clicks are tracked."""
    delivery_options: DeliveryOptions | None = None
    """How mail is delivered."""
    reputation_options: ReputationOptions | None = None
    """How the reputation is monitored."""
    sending_options: SendingOptions | None = None
    """Whether mail can be sent with it."""
    tags: ListOf[Tag] = ()
    """Labels of the configuration set."""
    suppression_options: SuppressionOptions | None = None
    """How the suppression list is used."""
    vdm_options: VdmOptions | None = None
    """The settings of Virtual Deliverability Manager."""
    archiving_options: ArchivingOptions | None = None
    """Where mail is archived."""
    message_security_options: MessageSecurityOptions | None = None
    """How messages are protected."""


class ListConfigurationSetsRequest(Shape, frozen=True):
    """Which configuration sets to list."""

    filter: MapOf[Given[ConfigurationSetFilterKeyInput], Annotated[str, Length(min=1)]] | None = (
        None
    )
    """A text that the names must contain; by default, all are listed."""
    next_token: NextToken | None = None
    """The token of the page to get."""
    page_size: Annotated[int, Range(1)] | None = None
    """The maximum number of names on the page."""


class ListConfigurationSetsResponse(Shape, frozen=True):
    """A page of names of configuration sets."""

    configuration_sets: ListOf[str] = ()
    """The names."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""


class DeleteConfigurationSetRequest(Shape, frozen=True):
    """Which configuration set to delete."""

    configuration_set_name: Identifier
    """The configuration set's name."""


class DeleteConfigurationSetResponse(Shape, frozen=True):
    """The empty response to a deletion."""
