"""The shapes of ListRecommendations, GetReputationEntity and ListReputationEntities."""

from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.errors.service import redacted
from sesinsights.models.enums import NewValue
from sesinsights.models.fields import Given, Length, ListOf, MapOf, Open, Range, Timestamp
from sesinsights.models.jobs import NextToken, PageSize
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import instant, line, page, table

__all__ = [
    "GetReputationEntityRequest",
    "GetReputationEntityResponse",
    "ListRecommendationsFilterKey",
    "ListRecommendationsFilterKeyInput",
    "ListRecommendationsRequest",
    "ListRecommendationsResponse",
    "ListReputationEntitiesRequest",
    "ListReputationEntitiesResponse",
    "Recommendation",
    "RecommendationImpact",
    "RecommendationStatus",
    "RecommendationType",
    "ReputationEntity",
    "ReputationEntityFilterKey",
    "ReputationEntityFilterKeyInput",
    "ReputationEntityType",
    "ReputationEntityTypeInput",
    "SendingStatus",
    "StatusRecord",
]


class ListRecommendationsFilterKey(StrEnum):
    """What recommendations can be filtered by."""

    TYPE = "TYPE"
    IMPACT = "IMPACT"
    STATUS = "STATUS"
    RESOURCE_ARN = "RESOURCE_ARN"


ListRecommendationsFilterKeyInput: TypeAlias = (
    ListRecommendationsFilterKey | Literal["TYPE", "IMPACT", "STATUS", "RESOURCE_ARN"] | NewValue
)
"""What a request takes for `ListRecommendationsFilterKey`."""


class ReputationEntityType(StrEnum):
    """The kind of a reputation entity."""

    RESOURCE = "RESOURCE"


ReputationEntityTypeInput: TypeAlias = ReputationEntityType | Literal["RESOURCE"] | NewValue
"""What a request takes for `ReputationEntityType`."""


class ReputationEntityFilterKey(StrEnum):
    """What reputation entities can be filtered by."""

    ENTITY_TYPE = "ENTITY_TYPE"
    REPUTATION_IMPACT = "REPUTATION_IMPACT"
    SENDING_STATUS = "SENDING_STATUS"
    ENTITY_REFERENCE_PREFIX = "ENTITY_REFERENCE_PREFIX"


ReputationEntityFilterKeyInput: TypeAlias = (
    ReputationEntityFilterKey
    | Literal["ENTITY_TYPE", "REPUTATION_IMPACT", "SENDING_STATUS", "ENTITY_REFERENCE_PREFIX"]
    | NewValue
)
"""What a request takes for `ReputationEntityFilterKey`."""


class RecommendationType(StrEnum):
    """The subject of a recommendation."""

    DKIM = "DKIM"
    DMARC = "DMARC"
    SPF = "SPF"
    BIMI = "BIMI"
    COMPLAINT = "COMPLAINT"
    BOUNCE = "BOUNCE"
    FEEDBACK_3P = "FEEDBACK_3P"
    IP_LISTING = "IP_LISTING"


class RecommendationStatus(StrEnum):
    """Whether a recommendation is still open."""

    OPEN = "OPEN"
    FIXED = "FIXED"


class RecommendationImpact(StrEnum):
    """How much a problem harms delivery."""

    LOW = "LOW"
    HIGH = "HIGH"


_COMBINED_WITH_STATUS = {ListRecommendationsFilterKey.IMPACT, ListRecommendationsFilterKey.TYPE}

FilterValue = Annotated[str, Length(1, 512)]


class ListRecommendationsRequest(Shape, frozen=True):
    """A request for a page of recommendations."""

    filter: (
        Annotated[MapOf[Given[ListRecommendationsFilterKeyInput], FilterValue], Length(1, 2)] | None
    ) = Field(default=None, repr=False)
    """Only recommendations that match: one filter, or `STATUS` with `IMPACT` or `TYPE`."""
    next_token: NextToken | None = None
    """The token of the page to get; by default, the first page."""
    page_size: PageSize | None = None
    """The maximum number of recommendations on the page, 1 to 100."""

    @model_validator(mode="after")
    def _combines_filters_as_documented(self, info: ValidationInfo) -> Self:
        keys = set(self.filter or ())
        is_new = any(isinstance(key, NewValue) for key in keys)
        if len(keys) > 1 and not is_new and not read_from_service(info):
            beside = keys - {ListRecommendationsFilterKey.STATUS}
            if len(beside) != 1 or not beside <= _COMBINED_WITH_STATUS:
                raise ValueError("filter: only STATUS can be combined, with IMPACT or TYPE")
        return self


class Recommendation(Shape, frozen=True):
    """A change that Amazon SES recommends."""

    resource_arn: str | None = Field(default=None, repr=False)
    """The ARN of the resource that it concerns, such as an identity."""
    type: Open[RecommendationType] | None = None
    """The subject of the recommendation."""
    description: str | None = Field(default=None, repr=False)
    """What to do, or which of several recommendations of this type it is."""
    status: Open[RecommendationStatus] | None = None
    """Whether the recommendation is open or fixed."""
    created_timestamp: Timestamp | None = None
    """When the problem was first seen, in UTC."""
    last_updated_timestamp: Timestamp | None = None
    """When the recommendation was last changed, in UTC."""
    impact: Open[RecommendationImpact] | None = None
    """How much the problem harms delivery."""

    @override
    def __str__(self) -> str:
        return line(
            f"Recommendation {self.type}: {self.status}",
            f"impact {self.impact}" if self.impact else "",
            redacted(self.resource_arn or ""),
            redacted(self.description or ""),
        )


class ListRecommendationsResponse(Shape, frozen=True):
    """One page of recommendations."""

    recommendations: ListOf[Recommendation] = ()
    """The recommendations of this page; an empty page is not always the last one."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = (
            (
                each.type or "",
                each.impact or "",
                each.status or "",
                instant(each.last_updated_timestamp),
                redacted(each.resource_arn or ""),
                redacted(each.description or ""),
            )
            for each in self.recommendations
        )
        titles = ("Type", "Impact", "Status", "Updated", "Resource", "Description")
        return page(table(titles, rows, none="No recommendations."), self.next_token)


class SendingStatus(StrEnum):
    """Whether mail may be sent."""

    ENABLED = "ENABLED"
    REINSTATED = "REINSTATED"
    DISABLED = "DISABLED"


class GetReputationEntityRequest(Shape, frozen=True):
    """A request to get a reputation entity."""

    reputation_entity_reference: Annotated[str, Length(min=1)] = Field(repr=False)
    """The entity's reference: for a resource, such as a tenant or an identity, its ARN."""
    reputation_entity_type: Given[ReputationEntityTypeInput]
    """The entity's kind: `RESOURCE`."""


class StatusRecord(Shape, frozen=True):
    """A decision on whether an entity may send."""

    status: Open[SendingStatus] | None = None
    """The decision; `REINSTATED` allows sending despite open findings."""
    cause: str | None = None
    """The reason for the decision."""
    last_updated_timestamp: Timestamp | None = None
    """When the decision was made, in UTC."""


class ReputationEntity(Shape, frozen=True):
    """Something whose reputation is tracked, such as a tenant or an identity."""

    reputation_entity_reference: str | None = Field(default=None, repr=False)
    """The entity's reference: for a resource, its ARN."""
    reputation_entity_type: Open[ReputationEntityType] | None = None
    """The entity's kind."""
    reputation_management_policy: str | None = None
    """The ARN of the policy that decides when Amazon SES pauses the entity."""
    customer_managed_status: StatusRecord | None = None
    """Your decision."""
    aws_ses_managed_status: StatusRecord | None = None
    """The decision of Amazon SES."""
    sending_status_aggregate: Open[SendingStatus] | None = None
    """Whether the entity may send: only if both decisions allow it."""
    reputation_impact: Open[RecommendationImpact] | None = None
    """The highest impact of its open recommendations."""

    @override
    def __str__(self) -> str:
        return line(
            f"Reputation entity {redacted(self.reputation_entity_reference or '')}: "
            f"{self.sending_status_aggregate}",
            f"impact {self.reputation_impact}" if self.reputation_impact else "",
        )


class GetReputationEntityResponse(Shape, frozen=True):
    """A reputation entity."""

    reputation_entity: ReputationEntity | None = None
    """The entity."""


class ListReputationEntitiesRequest(Shape, frozen=True):
    """A request for a page of reputation entities."""

    filter: MapOf[Given[ReputationEntityFilterKeyInput], FilterValue] | None = Field(
        default=None, repr=False
    )
    """Only entities that match all filters."""
    next_token: NextToken | None = None
    """The token of the page to get; by default, the first page."""
    page_size: Annotated[int, Range(1)] | None = None
    """The maximum number of entities on the page."""


class ListReputationEntitiesResponse(Shape, frozen=True):
    """One page of reputation entities."""

    reputation_entities: ListOf[ReputationEntity] = ()
    """The entities of this page; an empty page is not always the last one."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = (
            (
                redacted(each.reputation_entity_reference or ""),
                each.sending_status_aggregate or "",
                each.reputation_impact or "",
            )
            for each in self.reputation_entities
        )
        titles = ("Reputation entity", "Sending", "Impact")
        return page(table(titles, rows, none="No reputation entities."), self.next_token)
